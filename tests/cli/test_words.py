"""Words that do not fit: one line that says so, and the right exit code."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from termstats.cli import main as cli
from termstats.data.model.errors import EXIT_FAILED, EXIT_NOT_ALLOWED, EXIT_USAGE
from tests.cli.command import Capture, fails


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["report", "global.totlas"], "no figure 'global.totlas'"),
        (["report", "global.totals", "--period", "yesteryear"], "no period 'yesteryear'"),
        (["report", "global.totals", "--period", "2026-02-01..2026-01-01"], "swap the two"),
        (["report", "global.totals", "--from", "2026-02-01", "--to", "2026-01-01"], "swap the two"),
        (["report", "global.totals", "--from", "1.2.2026"], "write it as 2026-01-31"),
        (["report", "global.totals", "--period", "7d", "--to", "2026-01-01"], "not both"),
        (["report", "global.totals", "--filter", "x"], "COLUMN=TEXT"),
        (["report", "global.totals", "--filter", "nope=x"], "no column 'nope'"),
        (["report", "global.totals", "--by", "hour"], "hour"),
        (["report", "global.totals", "--top", "0"], "--top"),
        (["report", "training.totals"], "needs --training KEY"),
        (["report", "training.totals", "--training", "xyzzy"], "no training 'xyzzy'"),
        (["report"], "Missing argument 'ID'"),
        (["reprot"], "No such command 'reprot'"),
    ],
)
def test_wrong_words_are_one_line_and_exit_2(
    store: Path, capsys: Capture, arguments: list[str], said: str
) -> None:
    assert said in fails(["--store", str(store), *arguments], capsys)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["canvas", "x", "--store", "s.db"], "known: oppia, oulad"),
        (["oppia", "x", "--store", "s.db", "--zone", "Mars/Base"], "no time zone 'Mars/Base'"),
        (["oppia", "x", "--store", "s.db", "--source-zone", "CETT"], "no time zone 'CETT'"),
        (["oppia", "x", "--store", "s.db", "--as-of", "tuesday"], "--as-of 'tuesday'"),
        (["oppia", "x"], "which store? give --store FILE"),
    ],
)
def test_wrong_words_of_an_import(capsys: Capture, arguments: list[str], said: str) -> None:
    assert said in fails(["import", *arguments], capsys)


def test_stores_that_are_none(tmp_path: Path, capsys: Capture) -> None:
    text = tmp_path / "text.db"
    text.write_text("hello " * 1000)
    other = tmp_path / "other.db"
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE t (x)")
    for path, said in (
        (tmp_path / "none.db", "no such file"),
        (tmp_path, "a folder"),
        (text, "not a termstats store, nor any SQLite file"),
        (other, "not a termstats store"),
    ):
        error = fails(["--store", str(path), "report", "global.totals"], capsys, EXIT_FAILED)
        assert said in error


def test_another_schema_version_says_what_to_do(
    store: Path, tmp_path: Path, capsys: Capture
) -> None:
    for version, way_out in ((0, "import the source again"), (99, "update termstats")):
        path = tmp_path / f"v{version}.db"
        path.write_bytes(store.read_bytes())
        with closing(sqlite3.connect(path)) as connection:
            connection.execute(
                "UPDATE store_setting SET value = ? WHERE name = 'schema_version'", (version,)
            )
            connection.commit()
        error = fails(["report", "global.totals", "--store", str(path)], capsys, EXIT_FAILED)
        assert way_out in error


def test_an_unknown_viewer_is_not_allowed(store: Path, capsys: Capture) -> None:
    command = ["--store", str(store), "--viewer", "nobody-here", "report", "global.totals"]
    assert "nobody is called 'nobody-here'" in fails(command, capsys, EXIT_NOT_ALLOWED)


def test_an_error_shows_no_control_characters(store: Path, capsys: Capture) -> None:
    command = ["--store", str(store), "report", "global.totals", "--period", "\x1b]52;c;eA==\x07"]
    error = fails(command, capsys)
    assert "\x1b" not in error
    assert "\x07" not in error


def test_debug_shows_the_traceback(store: Path, capsys: Capture) -> None:
    assert cli.main(["--debug", "--store", str(store), "report", "nope"]) == EXIT_USAGE
    error = capsys.readouterr().err
    assert error.startswith("Traceback (most recent call last)")
    assert "no figure" in error.splitlines()[-1]
