"""Snapshots: nothing outside the scope is in the file, not even in its free pages."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from termstats.cli import main as cli
from termstats.data.model.errors import EXIT_FAILED, EXIT_NOT_ALLOWED, EXIT_OK, EXIT_USAGE

Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("snapshot") / "sample.db"
    assert cli.main(["sample", str(path), "--learners", "60", "--events", "3000"]) == EXIT_OK
    return path


def query(path: Path, sql: str, *values: object) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql, values).fetchall()


def totals(path: Path, capsys: Capture) -> str:
    capsys.readouterr()
    assert cli.main(["report", "global.totals", "--format", "csv", "--store", str(path)]) == EXIT_OK
    return capsys.readouterr().out


def make(store: Path, target: Path, *options: str) -> int:
    return cli.main(["snapshot", "--store", str(store), str(target), *options])


def test_a_plain_snapshot_shows_the_same(store: Path, tmp_path: Path, capsys: Capture) -> None:
    target = tmp_path / "s.db"
    assert make(store, target) == EXIT_OK
    assert totals(target, capsys) == totals(store, capsys)
    assert target.stat().st_mode & 0o777 == 0o600
    assert [p.name for p in tmp_path.iterdir()] == ["s.db"]


def test_a_snapshot_is_cut_to_the_viewer(store: Path, tmp_path: Path) -> None:
    viewer = query(
        store,
        'SELECT p.username FROM "grant" AS g JOIN person AS p ON p.id = g.person_id '
        "WHERE g.role = 'manager' AND p.blocked = 0 AND p.deleted = 0 AND g.person_id NOT IN "
        "(SELECT person_id FROM \"grant\" WHERE role = 'administrator')",
    )[0][0]
    managed = {
        row[0]
        for row in query(
            store,
            'SELECT g.training_id FROM "grant" AS g JOIN person AS p ON p.id = g.person_id '
            "WHERE p.username = ? AND g.role = 'manager'",
            viewer,
        )
    }
    target = tmp_path / "s.db"
    assert make(store, target, "--viewer", str(viewer)) == EXIT_OK
    assert {row[0] for row in query(target, "SELECT id FROM training")} == managed
    for table in ("event", "enrolment", "attempt", "completion", "award", "point"):
        ids = {row[0] for row in query(target, f"SELECT training_id FROM {table}")}  # noqa: S608
        assert ids <= managed, table
    inside = {
        person
        for training, person in query(store, "SELECT training_id, person_id FROM enrolment")
        if training in managed
    }
    everybody = query(store, "SELECT id, email FROM person WHERE email IS NOT NULL")
    outside = [email for person, email in everybody if person not in inside]
    content = target.read_bytes()
    assert outside
    assert not [email for email in outside if str(email).encode() in content]


def test_pseudonyms_replace_what_names_a_person(store: Path, tmp_path: Path) -> None:
    target = tmp_path / "s.db"
    assert make(store, target, "--pseudonyms") == EXIT_OK
    content = target.read_bytes()
    for name, username, email in query(store, "SELECT name, username, email FROM person"):
        for value in (name, username, email):
            # Short names may stand in other texts by chance, and "anonymous" is a column.
            if value and len(str(value)) > 8 and value != "anonymous":
                assert str(value).encode() not in content, value
    assert query(target, "SELECT count(*) FROM person") == query(
        store, "SELECT count(*) FROM person"
    )


def test_without_events_the_day_tables_stay(store: Path, tmp_path: Path, capsys: Capture) -> None:
    target = tmp_path / "s.db"
    assert make(store, target, "--without-events") == EXIT_OK
    assert query(target, "SELECT count(*) FROM event") == [(0,)]
    assert totals(target, capsys) == totals(store, capsys)
    again = tmp_path / "again.db"
    assert make(target, again, "--days", "7") == EXIT_USAGE
    assert "has no events" in capsys.readouterr().err
    assert not again.exists()


def test_days_cut_the_events(store: Path, tmp_path: Path) -> None:
    target = tmp_path / "s.db"
    assert make(store, target, "--days", "30") == EXIT_OK
    ((as_of,),) = query(store, "SELECT as_of FROM source")
    ((first,),) = query(target, "SELECT min(id) >> 20 FROM event")
    assert isinstance(as_of, int) and isinstance(first, int)
    assert as_of - 30 * 86_400 <= first
    assert query(target, "SELECT count(*) FROM enrolment") == query(
        store, "SELECT count(*) FROM enrolment"
    )


def test_an_expired_snapshot_does_not_open(store: Path, tmp_path: Path, capsys: Capture) -> None:
    target = tmp_path / "s.db"
    assert make(store, target, "--expires", "2999-12-31") == EXIT_OK
    totals(target, capsys)
    with closing(sqlite3.connect(target)) as connection:
        connection.execute("UPDATE store_setting SET value = '2020-01-31' WHERE name = 'expires'")
        connection.commit()
    assert cli.main(["report", "global.totals", "--store", str(target)]) == EXIT_FAILED
    assert "this snapshot expired on 2020-01-31" in capsys.readouterr().err


def test_what_cannot_be_made_is_said_and_leaves_nothing(
    store: Path, tmp_path: Path, capsys: Capture
) -> None:
    target = tmp_path / "s.db"
    cases = (
        (("--expires", "2001-01-01"), EXIT_USAGE, "before the data"),
        (("--expires", "soon"), EXIT_USAGE, "not a date"),
        (("--viewer", "nobody-here"), EXIT_NOT_ALLOWED, "nobody is called"),
    )
    for options, code, said in cases:
        assert make(store, target, *options) == code
        assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
    target.write_text("mine")
    assert make(store, target) == EXIT_USAGE
    assert make(store, store, "--force") == EXIT_USAGE
    assert make(store, tmp_path / "no" / "s.db") == EXIT_FAILED
    assert target.read_text() == "mine"
