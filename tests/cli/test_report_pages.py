"""A long report goes out page by page; whatever ends it leaves no half file."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from termstats.cli import main as cli
from termstats.data.figures.definition import all_pages
from termstats.data.figures.definition.run import run_figure
from termstats.data.model.errors import EXIT_FAILED, EXIT_OK, StoreError
from termstats.data.model.request import Request
from termstats.data.model.table import Table
from termstats.data.query.scope import Scope
from termstats.data.store.opening import Store
from tests.cli.command import Capture
from tests.pty.terminal import Terminal

LOG = ["report", "backoffice.log", "--period", "all", "--format", "csv"]


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store whose log has more pages than one, and more text than a pipe holds."""
    path = tmp_path_factory.mktemp("large") / "sample.db"
    command = ["sample", str(path), "--learners", "60", "--events", "15000", "--zone", "UTC"]
    assert cli.main(command) == EXIT_OK
    return path


def second_page(patch: pytest.MonkeyPatch, read: Callable[[], None]) -> None:
    """Call `read` where the second page of any figure is read."""
    real = run_figure

    async def give_page(
        store: Store, figure_id: str, request: Request, scope: Scope | None = None
    ) -> Table:
        if request.after is not None:
            read()
        return replace(await real(store, figure_id, request, scope), after="1-1")

    patch.setattr(all_pages, "run_figure", give_page)


def test_rows_are_out_before_the_next_page_is_read(
    large: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def read() -> None:
        seen.append(capsys.readouterr().out)
        raise StoreError("the store is gone")

    second_page(monkeypatch, read)
    assert cli.main([*LOG, "--store", str(large)]) == EXIT_FAILED
    assert len(seen[0].splitlines()) == 201  # the header, and the 200 rows of the first page
    assert capsys.readouterr().err == "termstats: error: the store is gone\n"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_leaves_no_half_file(
    number: int, large: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    second_page(monkeypatch, lambda: os.kill(os.getpid(), number))
    target = tmp_path / "log.csv"
    code = cli.main([*LOG, "--store", str(large), "-o", str(target)])
    assert code == 128 + number
    assert list(tmp_path.iterdir()) == []


def test_a_page_that_fails_leaves_no_half_file(
    large: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read() -> None:
        raise StoreError("the store is gone")

    second_page(monkeypatch, read)
    code = cli.main([*LOG, "--store", str(large), "-o", str(tmp_path / "log.csv")])
    assert code == EXIT_FAILED
    assert list(tmp_path.iterdir()) == []


def test_who_reads_the_first_line_only_ends_it_quietly(large: Path) -> None:
    command = [sys.executable, "-m", "termstats", *LOG, "--store", str(large)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stderr is not None
        assert process.stdout.readline().startswith(b"timestamp,")
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == EXIT_FAILED


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")
def test_whoever_watches_sees_how_many_rows_were_read(large: Path, tmp_path: Path) -> None:
    target = tmp_path / "log.csv"
    command = [*LOG, "--store", str(large), "-o", str(target)]
    with Terminal([sys.executable, "-m", "termstats", *command]) as terminal:
        assert terminal.wait_for_exit(60) == 0
        rows = len(target.read_text().splitlines()) - 1
        assert rows > 200
        # Painted ten times a second at most: of a fast reading not every count is seen.
        seen = re.findall(rb"([\d,]+) rows", terminal.raw.split(b"wrote")[0])
        assert seen and all(0 < int(count.replace(b",", b"")) <= rows for count in seen)
        assert f"wrote {rows:,} rows" in terminal.text
