"""One import at a time into one store; the second says who writes it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from termstats.cli.main import main
from termstats.data.model.errors import StoreError
from termstats.data.store.lock import only_writer

EVENTS = "at,person,kind\n2026-03-01T09:00,ana,page\n"


def test_a_second_import_says_who_writes_and_changes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, store = tmp_path / "log.csv", tmp_path / "store.sqlite3"
    source.write_text(EVENTS)
    words = ["import", "events", str(source), "--store", str(store), "--wait", "0"]
    with only_writer(store, "importing OppiaMobile"):
        (lock,) = tmp_path.glob(".*")
        assert lock.stat().st_mode & 0o077 == 0
        assert main(words) == 1
        message = capsys.readouterr().err.strip()
        assert f"process {os.getpid()} (importing OppiaMobile, since" in message
        assert "then do this again" in message
        assert "\n" not in message
        assert not store.exists()
    assert main(words) == 0
    assert list(tmp_path.glob(".*")) == []


def test_a_lock_that_nobody_holds_is_in_nobodys_way(tmp_path: Path) -> None:
    store = tmp_path / "store.sqlite3"
    (tmp_path / ".store.sqlite3.lock").write_text("process 1 (killed)")
    with (
        only_writer(store, "importing"),
        pytest.raises(StoreError, match="is being written by"),
        only_writer(store, "importing"),
    ):
        pass


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    store = tmp_path / "missing" / "store.sqlite3"
    with pytest.raises(StoreError, match="cannot write there"), only_writer(store, "importing"):
        pass
    assert not (tmp_path / "missing").exists()
