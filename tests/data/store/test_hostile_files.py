"""What is no store, or was made to do harm, is refused in one line that says the way out."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from termstats.cli import main as cli
from termstats.data.model.errors import EXIT_FAILED, EXIT_OK, StoreError
from termstats.data.store.any_text import LONGEST
from termstats.data.store.checking import cannot_read, check_store_file
from termstats.data.store.connecting import LONGEST_VALUE
from termstats.paths import sample_store
from tests.cli.command import fails, prints

ENDLESS = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
    "SELECT 'schema_version' AS name, i AS value FROM n"
)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return Path(shutil.copy(sample_store(), tmp_path / "store.db"))


def change(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def refusal(path: Path) -> str:
    with pytest.raises(StoreError) as error:
        check_store_file(path)
    assert "\n" not in str(error.value)
    assert str(error.value).startswith(str(path))
    return str(error.value)


def make_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(path.name)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: None, "no such file; make one with"),
        (Path.mkdir, "a folder, not a store file"),
        (os.mkfifo, "a pipe, not a store file"),
        (make_socket, "a socket, not a store file"),
        (lambda path: path.symlink_to("/dev/zero"), "a device, not a store file"),
        (lambda path: path.symlink_to(path), "symbolic links"),
        (Path.touch, "an empty file, no store"),
        (lambda path: path.write_text("name,score\n"), "nor any SQLite file"),
        (lambda path: change(path, "CREATE TABLE mine (x)"), "but not a termstats store"),
    ],
)
def test_what_is_no_store_is_named(
    make: Callable[[Path], None], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    make(tmp_path / "x")
    assert words in refusal(tmp_path / "x")


@pytest.mark.parametrize("table", ["store_setting", "person", "training_day"])
def test_an_endless_view_in_place_of_a_table_is_refused_at_once(table: str, store: Path) -> None:
    change(store, f'DROP TABLE "{table}"', f'CREATE VIEW "{table.upper()}" AS {ENDLESS}')
    assert "is no table but a view" in refusal(store)


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        (
            "CREATE TRIGGER harm AFTER DELETE ON event BEGIN DELETE FROM person; END",
            "has a trigger (harm)",
        ),
        ("ALTER TABLE person ADD COLUMN x AS (hex(zeroblob(999999999)))", "computed columns"),
        ("DROP TABLE enrolment", "lacks the table enrolment"),
        ("ALTER TABLE event DROP COLUMN value", "lacks event.value"),
    ],
)
def test_a_file_with_more_or_less_than_tables_is_refused(
    statement: str, words: str, store: Path
) -> None:
    change(store, statement)
    assert words in refusal(store)


def test_tables_of_others_are_in_nobodys_way(store: Path) -> None:
    change(store, "CREATE TABLE notes (x)", "CREATE VIEW last AS SELECT * FROM notes")
    check_store_file(store)


def test_a_store_that_somebody_writes_to_says_so(
    store: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("termstats.data.store.connecting.BUSY", 0.0)
    with closing(sqlite3.connect(store)) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        words = fails(["report", "global.totals", "--store", str(store)], capsys, EXIT_FAILED)
    assert "another program is writing to it; close that" in words


def test_a_journal_that_cannot_be_used_gets_advice_that_fits(store: Path) -> None:
    in_the_way = sqlite3.OperationalError("attempt to write a readonly database")
    assert "was stopped while writing to it" in str(cannot_read(store, in_the_way))
    change(store, "PRAGMA journal_mode = WAL")
    assert "needs a folder that can be written" in str(cannot_read(store, in_the_way))
    full = sqlite3.OperationalError("unable to open database file")
    assert "needs a folder that can be written" in str(cannot_read(store, full))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read and write everywhere")
def test_rights_that_are_missing_are_named(store: Path) -> None:
    change(store, "PRAGMA journal_mode = WAL")
    store.chmod(0o400)
    store.parent.chmod(0o500)
    try:
        assert "left it in WAL mode" in refusal(store)
        store.chmod(0)
        assert "you may not read it; ask its owner" in refusal(store)
    finally:
        store.parent.chmod(0o700)


@pytest.mark.parametrize("name", ["a b%20c?mode=rw#e.db", "é'\";100%.db"])
def test_a_store_may_have_any_name(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, store = tmp_path / "log.csv", tmp_path / name
    source.write_text("at,person,kind\n2026-03-01T09:00,ana,page\n")
    words = ["import", "events", str(source), "--store", str(store)]
    assert cli.main(words) == EXIT_OK
    assert cli.main([*words, "--name", "again"]) == EXIT_OK
    for location in (str(store), f"sqlite:///{store}", f"sqlite:///{store.as_uri()[7:]}"):
        check = json.loads(prints(["check", "--format", "json", "--store", location], capsys))
        assert [source["name"] for source in check["sources"]] == ["again", "events"]
    assert cli.main(["snapshot", str(tmp_path / f"copy {name}"), "--store", str(store)]) == EXIT_OK
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(["log.csv", name, f"copy {name}"])


def test_huge_texts_are_shown_by_their_beginning_and_widen_nothing(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    huge = 40_000_000
    with closing(sqlite3.connect(store)) as connection:
        connection.execute("UPDATE training SET title = ? WHERE id = 1", ("W" * huge,))
        connection.commit()
    for form in ("text", "csv"):
        out = tmp_path / form
        report = ["report", "global.trainings", "--store", str(store), "--format", form]
        prints([*report, "-o", str(out)], capsys)
        assert LONGEST <= out.stat().st_size < LONGEST + 100_000
    assert cli.main(["report", "global.totals", "--store", str(store)]) == EXIT_OK


def test_a_value_that_no_store_holds_is_refused_unread(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(sqlite3.connect(store)) as connection:
        sql = "UPDATE training SET title = zeroblob(?) WHERE id = 1"
        connection.execute(sql, (LONGEST_VALUE + 1,))
        connection.commit()
    report = ["report", "global.trainings", "--store", str(store)]
    words = fails(report, capsys, EXIT_FAILED)
    assert "too big" in words and "import" in words


def test_a_wrong_cell_is_one_line(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change(store, "UPDATE person SET joined_at = 'soon'", "UPDATE enrolment SET progress = 'half'")
    for figure in ("global.profile-people", "global.trainings", "global.totals"):
        code = cli.main(["report", figure, "--store", str(store)])
        _out, err = capsys.readouterr()
        assert code == EXIT_OK or (code == EXIT_FAILED and err.count("\n") == 1), figure


def test_a_title_that_is_a_path_stays_inside_of_the_folder(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = ("../../evil", "/etc/evil", "..", "a/../../b", "C:\\evil", "\x00x", "~root", "-rf")
    with closing(sqlite3.connect(store)) as connection:
        rows = connection.execute("SELECT id FROM module ORDER BY id").fetchall()
        for number, (module,) in enumerate(rows):
            connection.execute(
                "UPDATE module SET title = ?, kind = 'quiz' WHERE id = ?",
                (paths[number % len(paths)], module),
            )
        connection.execute("UPDATE training SET key = '../../evil', title = '../x' WHERE id = 1")
        connection.commit()
    inner = tmp_path / "a" / "b" / "c"
    inner.mkdir(parents=True)
    before = sorted(path for path in tmp_path.rglob("*"))
    course = ["export", "course", "--training", "../../evil", "--store", str(store)]
    prints([*course, "-o", str(inner / "course")], capsys)
    new = set(tmp_path.rglob("*")) - set(before)
    assert new and all(path.is_relative_to(inner / "course") for path in new)
    assert all(re.fullmatch(r"[A-Za-z0-9_.-]+", path.name) for path in new)
    assert not [path for path in new if path.name.startswith(("-", "."))]
