"""A signal ends what writes, and leaves nothing behind but the old store."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from termstats.cli import main as cli
from termstats.data.store.days import build as rollups

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
Build = Callable[..., Any]


@pytest.fixture
def folder(tmp_path: Path, store: Path) -> Path:
    shutil.copy(store, tmp_path / "store.db")
    (tmp_path / "log.csv").write_text("at,person,kind\n2026-03-01T09:00,ana,page\nnever,ana,page\n")
    return tmp_path


def words_of(command: str, folder: Path) -> list[str]:
    store = ["--store", str(folder / "store.db")]
    return {
        "import": ["import", "events", str(folder / "log.csv"), *store],
        "sample": ["sample", str(folder / "store.db"), "--force", "--learners", "60"],
        "snapshot": ["snapshot", str(folder / "new.db"), *store],
    }[command]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("command", ["import", "sample", "snapshot"])
@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_leaves_the_old_store_and_nothing_else(
    command: str, number: int, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(folder)

    def interrupted(connection: sqlite3.Connection, *_: object) -> None:
        assert len(contents(folder)) > len(before)
        os.kill(os.getpid(), number)

    monkeypatch.setattr(rollups, "build", interrupted)
    assert cli.main(words_of(command, folder)) == 128 + number
    assert contents(folder) == before
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


def test_a_signal_ends_a_statement_that_would_take_for_ever(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(folder)

    def endless(connection: sqlite3.Connection, *_: object) -> None:
        with subprocess.Popen(["sh", "-c", "kill -TERM $PPID"]):
            connection.execute(ENDLESS).fetchone()

    monkeypatch.setattr(rollups, "build", endless)
    assert cli.main(words_of("import", folder)) == 128 + signal.SIGTERM
    assert contents(folder) == before


def test_what_is_ignored_stays_ignored(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build: Build = rollups.build

    def hung_up(*arguments: Any) -> None:
        os.kill(os.getpid(), signal.SIGHUP)
        build(*arguments)

    monkeypatch.setattr(rollups, "build", hung_up)
    handler = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as `nohup` does
    try:
        assert cli.main(words_of("import", folder)) == 0
    finally:
        signal.signal(signal.SIGHUP, handler)
    assert (folder / "store.db.bad-rows.csv").exists()
