"""`termstats import --since-last` and `--follow`: once from cron, or again and again."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from termstats.cli import main as cli
from termstats.data.model.errors import EXIT_FAILED, EXIT_OK
from termstats.data.store.lock import only_writer
from termstats.data.store.opening import check_integrity
from tests.cli.command import Capture, fails, prints
from tests.data.importers.oppia.factory import event, make


def add_event(source: Path, key: int) -> None:
    row = event(key)
    names, marks = ", ".join(row), ", ".join("?" * len(row))
    with closing(sqlite3.connect(source)) as connection:
        sql = f"INSERT INTO oppia_tracker ({names}) VALUES ({marks})"  # noqa: S608
        connection.execute(sql, tuple(row.values()))
        connection.commit()


def test_cron_gets_one_line(tmp_path: Path, capsys: Capture) -> None:
    source, store = make(tmp_path / "oppia.db", oppia_tracker=[event(1)]), tmp_path / "s.db"
    command = ["import", "oppia", str(source), "--store", str(store), "--as-of", "latest"]
    command.append("--since-last")
    prints(command, capsys)
    assert cli.main(command) == EXIT_OK
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == f"nothing new since the last import; {store} is as it was\n"
    add_event(source, 2)
    assert cli.main(command) == EXIT_OK
    assert capsys.readouterr().err == f"1 new row; {store} is as of 2024-03-05 12:00\n"


def test_everything_is_read_with_a_word(tmp_path: Path, capsys: Capture) -> None:
    source, store = make(tmp_path / "oppia.db", oppia_tracker=[event(1)]), tmp_path / "s.db"
    command = ["import", "oppia", str(source), "--store", str(store), "--since-last"]
    prints(command, capsys)
    assert cli.main([*command, "--language", "fr"]) == EXIT_OK
    said = capsys.readouterr().err
    assert said.endswith("everything was read: --language is not that of the last import\n")


@pytest.mark.parametrize("option", [("--since-last",), ("--follow", "60")])
def test_other_platforms_name_those_that_can(
    option: tuple[str, ...], tmp_path: Path, capsys: Capture
) -> None:
    command = ["import", "events", str(tmp_path), "--store", str(tmp_path / "s.db"), *option]
    assert "is always read whole; --since-last and --follow work for oppia, xapi only" in fails(
        command, capsys
    )


def test_a_second_one_says_who_writes_the_store_and_ends(tmp_path: Path, capsys: Capture) -> None:
    source, store = make(tmp_path / "oppia.db", oppia_tracker=[event(1)]), tmp_path / "s.db"
    command = ["import", "oppia", str(source), "--store", str(store), "--since-last"]
    with only_writer(store, "importing OppiaMobile"):
        said = fails(command, capsys, EXIT_FAILED)
    assert "is being written by process" in said
    assert "importing OppiaMobile, since" in said


def test_what_cannot_be_followed_at_all_ends(tmp_path: Path, capsys: Capture) -> None:
    command = ["import", "oppia", str(tmp_path / "none.db"), "--store", str(tmp_path / "s.db")]
    fails([*command, "--follow", "1"], capsys, EXIT_FAILED)


@pytest.mark.parametrize("ends", [signal.SIGTERM, signal.SIGINT])
def test_following_survives_a_source_that_is_away_and_ends_at_once(
    ends: signal.Signals, tmp_path: Path
) -> None:
    source, store = make(tmp_path / "oppia.db", oppia_tracker=[event(1)]), tmp_path / "s.db"
    command = ["import", "oppia", str(source), "--store", str(store), "--as-of", "latest"]
    with subprocess.Popen(
        [sys.executable, "-m", "termstats", *command, "--follow", "1"],
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        hear = process.stderr.readline
        assert "everything was read (the store is new)" in hear()
        add_event(source, 2)
        assert f"1 new row; {store} is as of 2024-03-05 12:00" in hear()
        source.rename(tmp_path / "away.db")
        assert "oppia.db" in (said := hear())
        assert said.endswith("; trying again every 1 s\n")
        (tmp_path / "away.db").rename(source)
        assert "nothing new" in hear()
        process.send_signal(ends)
        assert f"stopped; {store} is whole\n" in hear()
        assert process.wait(timeout=60) == EXIT_OK
    assert check_integrity(store) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["oppia.db", "s.db"]
