"""`termstats import` and `sample`: nothing half written, nothing secret kept."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

from termstats.data.importers.writing.base import ImportContext
from termstats.data.importers.writing.run import run_import
from termstats.data.model.errors import EXIT_FAILED
from tests.cli.command import Capture, fails, prints, run


def test_sample_is_the_same_for_the_same_seed_and_not_overwritten(
    store: Path, tmp_path: Path, capsys: Capture
) -> None:
    again = tmp_path / "again.db"
    command = ["sample", str(again), "--learners", "60", "--events", "3000", "--zone", "UTC"]
    prints(command, capsys)
    totals = ["report", "global.totals", "--format", "csv", "--store"]
    assert prints([*totals, str(again)], capsys) == prints([*totals, str(store)], capsys)
    assert "add --force" in fails(command, capsys)
    text = tmp_path / "letter.txt"
    text.write_text("dear")
    fails(["sample", str(text), "--force"], capsys, EXIT_FAILED)
    assert text.read_text() == "dear"


def test_a_failed_import_leaves_the_old_store(store: Path, tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "s.db"
    path.write_bytes(store.read_bytes())
    before = path.read_bytes()
    wrong = tmp_path / "wrong.db"
    with closing(sqlite3.connect(wrong)) as connection:
        connection.execute("CREATE TABLE t (x)")
    fails(["import", "oppia", str(wrong), "--store", str(path)], capsys, EXIT_FAILED)
    fails(["import", "oulad", str(tmp_path / "none"), "--store", str(path)], capsys, EXIT_FAILED)
    assert path.read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["s.db", "wrong.db"]


def test_without_a_terminal_nothing_is_imported_to_be_opened(tmp_path: Path) -> None:
    store = tmp_path / "s.db"
    done = run(["import", "oulad", str(tmp_path), "--store", str(store), "--open"])
    assert done.returncode == 2
    assert "no terminal here" in done.stderr
    assert not store.exists()


def test_ctrl_c_ends_without_a_traceback(tmp_path: Path) -> None:
    target = tmp_path / "s.db"
    with subprocess.Popen(
        [sys.executable, "-m", "termstats", "sample", str(target), "--events", "2000000"],
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        deadline = time.monotonic() + 30
        while not any(p.stat().st_size for p in tmp_path.iterdir()) and time.monotonic() < deadline:
            os.sched_yield()
        process.send_signal(signal.SIGINT)
        _out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


async def test_a_password_never_reaches_the_store(tmp_path: Path) -> None:
    class Empty:
        platform = title = help = example = "empty"

        async def run(self, location: str, context: ImportContext) -> None:
            assert "hunter2" in location

    path = tmp_path / "s.db"
    await run_import(Empty(), "mysql://reader:hunter2@db/x", path)
    assert b"hunter2" not in path.read_bytes()
    assert b"mysql://reader:***@db/x" in path.read_bytes()
