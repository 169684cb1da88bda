"""Everything about one person is written, by the schema, and nobody else is named."""

from __future__ import annotations

import asyncio
import csv
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from termstats.data.exports.person import WITHOUT, parts
from termstats.data.model.errors import EXIT_NOT_ALLOWED, EXIT_USAGE
from termstats.data.store import schema
from termstats.data.store.schema.columns import REFERS_TO
from tests.cli.command import Capture, fails, prints
from tests.data.query.scope_world import (
    OF_PAIR,
    OF_PERSON,
    PEOPLE,
    VIEWERS,
    make_world,
    mark,
)

BEN = mark("id", "ben")


@pytest.fixture(autouse=True)
def own_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERMSTATS_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.delenv("TERMSTATS_STORE", raising=False)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return asyncio.run(make_world(tmp_path_factory.mktemp("person")))


def written(world: Path, folder: Path, capsys: Capture, *options: str) -> dict[str, str]:
    prints([*options, "person", BEN, "--store", str(world), "-o", str(folder)], capsys)
    return {path.name: path.read_text() for path in folder.iterdir()}


def test_no_table_of_the_schema_is_forgotten() -> None:
    listed = {part.table.name for part in parts()}
    for table in schema.metadata.sorted_tables:
        refers = any(column.info.get(REFERS_TO) == "person" for column in table.columns)
        assert not refers or table.name in listed, table.name
        assert table.name in listed or table.name in WITHOUT, (
            f"say in WITHOUT why no row of {table.name} is about a person, or let its column refer"
        )
    assert {"person", "person_field", "answer", "event_param", "reported_row"} <= listed


def test_each_file_holds_every_row_that_refers_to_the_person(
    world: Path, tmp_path: Path, capsys: Capture
) -> None:
    files = written(world, tmp_path / "ben", capsys)
    with closing(sqlite3.connect(world)) as store:
        (ben,) = store.execute("SELECT id FROM person WHERE key = ?", (BEN,)).fetchone()
        for table in schema.metadata.sorted_tables:
            columns = [c.name for c in table.columns if c.info.get(REFERS_TO) == "person"]
            if not columns:
                continue
            where = " OR ".join(f'"{name}" = {ben}' for name in columns)
            sql = f'SELECT count(*) FROM "{table.name}" WHERE {where}'  # noqa: S608
            (expected,) = store.execute(sql).fetchone()
            rows = list(csv.reader(files.get(f"{table.name}.csv", "").splitlines()))
            assert max(len(rows) - 1, 0) == expected, table.name


def test_all_that_is_his_is_there_and_nobody_else_is_named(
    world: Path, tmp_path: Path, capsys: Capture
) -> None:
    text = "\n".join(written(world, tmp_path / "ben", capsys).values())
    his = {mark(kind, "ben") for kind in (*OF_PERSON, "id")}
    pairs = {pair for pair in VIEWERS["sam"].pairs if pair[0] == "ben"}
    his |= {mark(kind, *pair) for kind in OF_PAIR for pair in pairs if kind != "enrolled"}
    held = world.read_bytes()
    his = {each for each in his if each.encode() in held}
    assert len(his) > 20 and not [each for each in his if each not in text]
    others = {mark(kind, who) for who in PEOPLE for kind in (*OF_PERSON, "id") if who != "ben"}
    assert not [each for each in others if each in text]
    assert "another person" in text or "this person" in text
    assert "README.txt" not in text and "person.csv: 1 rows" in text


def test_who_saw_it_comes_from_the_audit_log(world: Path, tmp_path: Path, capsys: Capture) -> None:
    log = tmp_path / "audit.jsonl"
    options = ["--audit-log", str(log), "--store", str(world)]
    viewer = ["--viewer", mark("username", "mia")]  # manages alpha
    training = ["--training", mark("id", "alpha"), "--period", "all"]
    prints([*options, *viewer, "report", "training.learners", *training], capsys)
    prints([*options, "sql", "SELECT 1"], capsys)
    prints([*options, "report", "global.totals"], capsys)
    files = written(world, tmp_path / "ben", capsys, "--audit-log", str(log))
    rows = list(csv.DictReader(files["who_saw_it.csv"].splitlines()))
    assert [(row["viewer_id"], row["what"], row["how"]) for row in rows] == [
        (mark("id", "mia"), "reported", "by id"),
        ("", "sql", "anybody may be in it"),
        ("", "disclosed", "by id"),
    ]
    out = prints([*options, "audit", "--person", BEN, "--format", "csv"], capsys)
    assert [row["what"] for row in csv.DictReader(out.splitlines())] == [
        *("reported", "sql", "disclosed")
    ]
    by_one = prints([*options, "audit", "--by", mark("id", "mia"), "--period", "7d"], capsys)
    assert "training.learners" in by_one and "sql" not in by_one
    none = prints([*options, "audit", "--period", "2001", "--uid", "1"], capsys)
    assert "No entry fits." in none


def test_both_are_for_administrators_and_need_to_know_where(
    world: Path, tmp_path: Path, capsys: Capture
) -> None:
    log = tmp_path / "audit.jsonl"
    log.touch()
    base = ["--store", str(world), "--viewer", mark("username", "tom")]
    person = ["person", BEN, "-o", str(tmp_path / "x")]
    assert "for administrators" in fails([*base, *person], capsys, EXIT_NOT_ALLOWED)
    audit = ["--audit-log", str(log), *base, "audit"]
    assert "for administrators" in fails(audit, capsys, EXIT_NOT_ALLOWED)
    assert "which log?" in fails(["audit"], capsys)
    assert "where to?" in fails(["person", BEN, "--store", str(world)], capsys, EXIT_USAGE)
    assert not (tmp_path / "x").exists()
