"""`termstats sql`: reads whatever it is asked, and nothing else."""

from __future__ import annotations

import asyncio
import io
import json
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from termstats.data.model.errors import EXIT_NOT_ALLOWED
from tests.cli.command import Capture, fails, prints
from tests.data.figures.hand_store import Hand, make_store
from tests.data.query.scope_world import VIEWERS, make_world, mark

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"


def people(hand: Hand) -> None:
    hand.person("007", '=1+1"\x1b[2J\nx')
    hand.person("8", "Ben", email="ben@example.org")
    hand.training("T", "Title")
    hand.event("2026-03-01 10:00", "8", "page", "T", seconds=1.5)


@pytest.fixture
def store(tmp_path: Path) -> str:
    return str(asyncio.run(make_store(tmp_path, people)))


def test_the_same_rows_in_three_formats(store: str, capsys: Capture) -> None:
    sql = "SELECT id, key, name, email, 0.5 AS half, id AS half FROM person ORDER BY id"
    base = ["sql", sql, "--store", store, "--format"]
    assert prints([*base, "csv"], capsys) == (
        'id,key,name,email,half,half_2\n'
        '1,007,"\'=1+1""\ufffd[2J x",,0.5,1\n'
        "2,8,Ben,ben@example.org,0.5,2\n"
    )  # fmt: skip
    data = json.loads(prints([*base, "json"], capsys))
    assert data["rows"][0] == {
        "id": 1, "key": "007", "name": '=1+1"\ufffd[2J x', "email": None, "half": 0.5, "half_2": 1,
    }  # fmt: skip
    assert (data["zone"], data["as_of"]) == ("UTC", "as of 2026-03-31 18:00")
    assert prints([*base, "text"], capsys).splitlines()[3:] == [
        "id  key  name         email            half  half_2",
        ' 1  007  =1+1"\ufffd[2J x  -                 0.5       1',
        " 2  8    Ben          ben@example.org   0.5       2",
    ]


def test_nothing_found_says_so(store: str, capsys: Capture) -> None:
    base = ["sql", "SELECT id FROM person WHERE 0", "--store", store, "--format"]
    assert prints([*base, "csv"], capsys) == "id\n"
    assert json.loads(prints([*base, "json"], capsys))["rows"] == []
    assert prints([*base, "text"], capsys).endswith("\n\nNo rows.\n")


def test_blobs_and_numbers_without_end_are_text(store: str, capsys: Capture) -> None:
    out = prints(["sql", "SELECT x'00ff', 9e999", "--store", store, "--format", "json"], capsys)
    assert list(json.loads(out)["rows"][0].values()) == ["00ff", "inf"]


@pytest.mark.parametrize(
    ("value", "kind", "shown"),
    [("7", "integer", "7"), ("007", "text", "007"), ("1.5", "real", "1.5"), ("-3", "integer", "-3"),
     ("1.50", "text", "1.50"), ("", "text", ""), ("1" * 30, "text", "1" * 30),
     ("a=b", "text", "a=b"), ("\u0663", "text", "\u0663"), ("2026-03-01", "text", "2026-03-01")],
)  # fmt: skip
def test_values_are_parameters(
    store: str, capsys: Capture, value: str, kind: str, shown: str
) -> None:
    sql = "SELECT typeof(:x) AS kind, :x AS x, ':y' AS y -- :z"
    out = prints(["sql", sql, "--store", store, "--format", "csv", "--param", f"x={value}"], capsys)
    assert out == f"kind,x,y\n{kind},{shown},:y\n"


def test_sql_comes_from_stdin_too(
    store: str, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        sys, "stdin", io.StringIO("-- people\nSELECT count(*) AS n\nFROM person;\n")
    )
    assert prints(["sql", "-", "--store", store, "--format", "csv"], capsys) == "n\n2\n"


WRITES = (
    "DELETE FROM person",
    "/* x */ -- y\n INSERT INTO person DEFAULT VALUES",
    "WITH x AS (SELECT 1) DELETE FROM person",
    "WITH x AS (SELECT 1) UPDATE person SET name = 'x'",
    "WITH x AS (SELECT 1) INSERT INTO place SELECT * FROM place",
    "CREATE TABLE x (id)",
    "CREATE TEMP TABLE x (id)",
    "DROP TABLE person",
    "ATTACH '{other}' AS x",
    "VACUUM INTO '{other}'",
    "PRAGMA user_version = 7",
    "PRAGMA query_only = OFF",
    "PRAGMA journal_mode = WAL",
    "PRAGMA writable_schema = ON",
    "BEGIN IMMEDIATE",
    "SELECT load_extension('x')",
    "SELECT * FROM pragma_query_only",
    "EXPLAIN DELETE FROM person",
)


@pytest.mark.parametrize("sql", WRITES)
def test_nothing_but_reading_is_done(store: str, tmp_path: Path, capsys: Capture, sql: str) -> None:
    before, other = Path(store).read_bytes(), tmp_path / "other.db"
    said = fails(["sql", sql.format(other=other), "--store", store], capsys)
    assert "termstats sql only reads: " in said
    assert "is refused; write a SELECT" in said
    assert Path(store).read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["store.sqlite3"]


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        (
            "SELECT nmae FROM person",
            "column: nmae at line 1, character 8; did you mean name",
        ),
        ("SELECT 'persn'\nFROM persn", "no such table: persn at line 2, character 6; did you mean"),
        ("SELECT p.nmae FROM person p", "no such column: p.nmae at line 1, character 10"),
        ("SELECT id, FROM person", 'near "FROM": syntax error at line 1, character 12'),
        ("SELECT 1 FROM (SELECT 2))", 'near ")": syntax error at line 1, character 25'),
        ("SELECT lenght(name) FROM person", "no such function: lenght at line 1, character 8"),
        ("SELECT id FROM person, training", "ambiguous column name: id at line 1, character 8"),
        ("SELECT 1; SELECT 2", "one statement at a time"),
        ("SELECT (1", "incomplete input"),
        ("SELECT 'x", "unrecognized token"),
        ("SELECT ?", "? at line 1, character 8 has no name; write :NAME"),
        ("SELECT :a", ":a has no value; give --param a=VALUE"),
        ("", "no SQL: write a SELECT"),
        (" -- only this", "no SQL: write a SELECT"),
        ("\x00", "no SQL: write a SELECT"),
        ("SELECT '\x1b[2J' FRM person", "syntax error"),
        ("SELECT zeroblob(100000000)", "too big"),
    ],
)
def test_errors_are_one_line_and_say_where(
    store: str, capsys: Capture, sql: str, words: str
) -> None:
    said = fails(["sql", sql, "--store", store], capsys)
    assert words in said
    assert "\x1b" not in said


def test_options_that_do_not_fit(store: str, tmp_path: Path, capsys: Capture) -> None:
    base = ["sql", "SELECT :a", "--store", store]
    assert "write NAME=VALUE" in fails([*base, "--param", "a"], capsys)
    assert "given twice" in fails([*base, "--param", "a=1", "--param", ":a=2"], capsys)
    assert "the SQL has no :b" in fails([*base, "--param", "a=1", "--param", "b=2"], capsys)
    target = tmp_path / "rows.csv"
    given = ["sql", "SELECT 1 AS n", "--store", store, "--format", "csv", "-o", str(target)]
    assert prints(given, capsys) == ""
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert "add --force" in fails(given, capsys)
    prints([*given, "--force"], capsys)
    assert target.read_text() == "n\n1\n"
    missing = [*given[:3], str(tmp_path / "none.db")]
    assert "no such file" in fails(missing, capsys, 1)
    server = [*given[:3], "mysql://reader@127.0.0.1:1/db"]
    assert "mariadb://127.0.0.1:1/db: cannot be reached" in fails(server, capsys, 1)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(asyncio.run(make_world(tmp_path_factory.mktemp("sql"))))


@pytest.mark.parametrize("viewer", VIEWERS)
def test_tables_know_no_scope_so_only_administrators_ask(
    world: str, capsys: Capture, viewer: str
) -> None:
    base = ["sql", "SELECT count(*) > 1 AS some FROM person", "--store", world, "--format", "csv"]
    name = mark("username", viewer)
    if viewer == "sam":
        assert prints([*base, "--viewer", name], capsys) == "some\n1\n"
        return
    said = fails([*base, "--viewer", name], capsys, EXIT_NOT_ALLOWED)
    assert "which know no scope, so it is for administrators" in said


def test_a_viewer_of_a_snapshot_is_refused_too(
    world: str, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "copy.db"
    name = mark("username", "tom")
    prints(["snapshot", "--store", world, "--viewer", name, str(copy)], capsys)
    monkeypatch.setenv("TERMSTATS_VIEWER", name)
    fails(["sql", "SELECT 1", "--store", str(copy)], capsys, EXIT_NOT_ALLOWED)
    monkeypatch.delenv("TERMSTATS_VIEWER")
    base = ["sql", "--store", str(copy), "--format", "csv"]
    # Who has the file has all of it, and that is what was in scope.
    assert prints([*base, 'SELECT count(*) AS n FROM "grant"'], capsys) == "n\n0\n"


def test_triggers_and_views_of_others_do_not_run(
    store: str, tmp_path: Path, capsys: Capture
) -> None:
    copy = tmp_path / "copy.db"
    shutil.copyfile(store, copy)
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("CREATE VIEW v AS SELECT load_extension('x') AS x")
        connection.commit()
    assert "is refused" in fails(["sql", "SELECT * FROM v", "--store", str(copy)], capsys)


@pytest.fixture
def running(store: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", _CHILD, "sql", ENDLESS, "--store", store],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    with process:
        yield process
        process.kill()


_CHILD = """
import sys
from contextlib import contextmanager
from termstats.cli import output, sql
from termstats.cli.main import main
@contextmanager
def ready(name, out):
    print("ready", flush=True)
    yield lambda rows: None
sql.rows_read = ready
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_long_one_can_be_ended(running: subprocess.Popen[str], number: signal.Signals) -> None:
    assert running.stdout is not None
    assert running.stdout.readline() == "ready\n"
    running.send_signal(number)
    assert running.wait(60) == 128 + number
    assert running.stderr is not None
    assert running.stderr.read().strip() == ""
