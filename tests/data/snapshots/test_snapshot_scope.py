"""What is in the bytes of a snapshot: nothing outside the scope, nothing that matches it."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from termstats.cli import main as cli
from termstats.data.model.errors import EXIT_OK, EXIT_USAGE
from termstats.data.model.request import Param
from termstats.data.model.writing import to_csv
from termstats.data.snapshots.tables import TABLES
from termstats.data.store import schema
from tests.data.figures.hand_store import Hand, make_store, report
from tests.data.query.scope_world import (
    EVERYTHING,
    OF_PERSON,
    VIEWERS,
    fill,
    make_world,
    mark,
)

NARROW = [viewer for viewer in VIEWERS if viewer != "sam"]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return asyncio.run(make_world(tmp_path_factory.mktemp("world")))


def snapshot(store: Path, target: Path, *options: str) -> Path:
    assert cli.main(["snapshot", "--store", str(store), str(target), *options]) == EXIT_OK
    return target


def of(viewer: str, world: Path, folder: Path, *options: str) -> Path:
    named = ("--viewer", mark("username", viewer))
    return snapshot(world, folder / f"{viewer}.db", *named, *options)


def query(path: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


def marks_in(path: Path) -> set[str]:
    content = path.read_bytes()
    return {each for each in EVERYTHING.allowed() if each.encode() in content}


@pytest.mark.parametrize("viewer", VIEWERS)
@pytest.mark.parametrize("options", [(), ("--without-events",), ("--days", "60")])
def test_the_bytes_hold_no_mark_out_of_scope(
    world: Path, tmp_path: Path, viewer: str, options: tuple[str, ...]
) -> None:
    seen = VIEWERS[viewer]
    found = marks_in(of(viewer, world, tmp_path, *options))
    assert not found & seen.forbidden()
    inside = {mark("name", who) for who in seen.people} | {
        mark(kind, what) for what in seen.trainings for kind in ("title", "module", "activity")
    }
    assert inside <= found
    if not options:
        deeds = {mark(kind, *pair) for pair in seen.pairs for kind in ("detail", "act", "term")}
        assert deeds <= found


def test_a_learner_gets_no_answer_of_what_they_never_attempted(world: Path, tmp_path: Path) -> None:
    found = marks_in(of("ana", world, tmp_path))
    assert {mark("right", "alpha"), mark("right", "delta")} <= found
    assert not {mark("right", "beta"), mark("question", "beta")} & found
    # Who teaches sees the questions of the training.
    assert mark("right", "beta") in marks_in(of("tom", world, tmp_path))


def test_a_learner_gets_no_right_answer_while_the_attempt_is_open(tmp_path: Path) -> None:
    def open_attempt(hand: Hand) -> None:
        fill(hand)
        who, module = mark("id", "ana"), mark("module", "beta")
        hand.attempt("open", who, mark("id", "beta"), module, started_at="2026-03-09 10:00")
        hand.answer("open", mark("question", "beta"), answer="so far")

    world = asyncio.run(make_store(tmp_path, open_attempt))
    found = marks_in(of("ana", world, tmp_path))
    assert mark("question", "beta") in found
    assert mark("right", "beta") not in found
    keys = {Param.LEARNER: mark("id", "ana"), Param.ATTEMPT: "open"}
    viewer = mark("username", "ana")
    table = asyncio.run(report(world, "learner.answers", keys=keys, viewer=viewer))
    assert table.column("correct_answer") == [None]
    whole = asyncio.run(report(world, "learner.answers", keys=keys))
    assert whole.column("correct_answer") == [mark("right", "beta")]


@pytest.mark.parametrize("viewer", NARROW)
def test_the_people_are_those_of_the_live_scope(world: Path, tmp_path: Path, viewer: str) -> None:
    # eli, who has left the class, is among them neither here nor there.
    people = {key for (key,) in query(of(viewer, world, tmp_path), "SELECT key FROM person")}
    assert people == {mark("id", who) for who in VIEWERS[viewer].people}


FIGURES = (
    *("global.totals", "global.activity", "global.trainings", "global.classes"),
    *("global.leaderboard", "global.top-learners", "global.search-terms", "global.progress"),
    *("training.learners", "training.totals", "training.content", "training.questions"),
    *("training.tracker-log", "class.members", "class.learners", "class.totals"),
    *("learner.totals", "learner.timeline", "learner.sessions", "learner.modules"),
)
KEYS = {
    "training": {Param.TRAINING: mark("id", "alpha")},
    "class": {Param.CLASS: mark("class", "north")},
    "learner": {Param.LEARNER: mark("id", "ana"), Param.TRAINING: mark("id", "alpha")},
    "global": {},
}


@pytest.mark.parametrize("viewer", NARROW)
def test_figures_say_the_same_as_in_the_live_scope(
    world: Path, tmp_path: Path, viewer: str
) -> None:
    path = of(viewer, world, tmp_path)
    for figure in FIGURES:
        level = figure.partition(".")[0]
        if viewer == "ana" and level != "learner":
            continue
        named = mark("username", viewer)
        live = asyncio.run(report(world, figure, keys=KEYS[level], viewer=named))
        copied = asyncio.run(report(path, figure, keys=KEYS[level]))
        assert to_csv(copied) == to_csv(live), figure


def test_every_table_is_listed() -> None:
    """A new table of the schema is left out of snapshots until it is listed; list it."""
    assert set(TABLES) == set(schema.metadata.tables)


def test_a_table_that_is_not_listed_is_left_out(
    world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = {name: each for name, each in TABLES.items() if name != "person_field"}
    monkeypatch.setattr("termstats.data.snapshots.copying.TABLES", listed)
    assert mark("field", "ana") not in marks_in(snapshot(world, tmp_path / "s.db"))


def test_tables_of_others_are_never_copied(tmp_path: Path) -> None:
    world = asyncio.run(make_world(tmp_path))
    with closing(sqlite3.connect(world)) as connection:
        connection.execute("CREATE TABLE payroll (note TEXT)")
        connection.execute("INSERT INTO payroll VALUES ('salary of ana')")
        connection.execute("CREATE INDEX payroll_note ON payroll (note)")
        connection.execute("CREATE TABLE notes AS SELECT 'secret plan' AS note")
        connection.execute("INSERT INTO store_setting VALUES ('password', 'hunter2')")
        connection.commit()
    for name, options in (("all", ()), ("tom", ("--viewer", mark("username", "tom")))):
        content = snapshot(world, tmp_path / f"{name}.db", *options).read_bytes()
        for text in (b"salary of ana", b"payroll", b"secret plan", b"hunter2"):
            assert text not in content, (name, text)


@pytest.mark.parametrize("viewer", NARROW)
def test_only_actions_that_are_used_are_named(world: Path, tmp_path: Path, viewer: str) -> None:
    path = of(viewer, world, tmp_path)
    unused = "SELECT name FROM action WHERE id NOT IN (SELECT action_id FROM event)"
    assert query(path, unused) == []
    assert ("edit.q",) not in query(path, "SELECT name FROM action")


# ---- pseudonyms ----------------------------------------------------------------------------------

BY_EVENT = "SELECT id, person_id FROM event WHERE person_id IS NOT NULL ORDER BY id"


def test_pseudonyms_leave_nothing_to_match_people_by(world: Path, tmp_path: Path) -> None:
    """Rows are matched by the moments of events, and that matching by nothing else."""
    first, second = (snapshot(world, tmp_path / name, "--pseudonyms") for name in ("a.db", "b.db"))
    found = marks_in(first)
    kinds = (*OF_PERSON, "id", "attempt", "session", "enrolled")
    people = EVERYTHING.people
    hidden = {mark(kind, who) for kind in kinds for who in people}
    hidden |= {mark(kind, *pair) for kind in kinds for pair in EVERYTHING.pairs}
    assert not found & hidden
    # The same events by the same order of people is one chance in ten factorial.
    numbers = [query(path, BY_EVENT) for path in (world, first, second)]
    assert len({str(people) for people in numbers}) == 3
    for sql in (
        "SELECT id, key FROM attempt WHERE key NOT GLOB 'a[0-9]*'",
        "SELECT id FROM event WHERE key IS NOT NULL",
        "SELECT id FROM person WHERE joined_at % 86400",  # the store's zone is UTC
        "SELECT at FROM award WHERE at % 86400",
        "SELECT at FROM completion WHERE at % 86400",
        "SELECT enrolled_at FROM enrolment WHERE enrolled_at % 86400",
    ):
        assert query(first, sql) == [], sql
    # Neither by the order of the rows.
    of_attempts = "SELECT started_at, seconds, person_id FROM attempt ORDER BY id"
    assert query(first, of_attempts) != query(second, of_attempts)


def test_pseudonyms_change_no_number(world: Path, tmp_path: Path) -> None:
    path = snapshot(world, tmp_path / "s.db", "--pseudonyms")
    for figure in ("global.totals", "global.activity", "global.trainings", "global.progress"):
        renamed, true = (asyncio.run(report(store, figure)) for store in (path, world))
        assert to_csv(renamed) == to_csv(true), figure
    keys = {Param.TRAINING: mark("id", "alpha")}
    tables = [asyncio.run(report(store, "training.learners", keys=keys)) for store in (world, path)]
    days, renamed_days = (sorted(map(str, table.column("last_activity"))) for table in tables)
    assert days == renamed_days


@pytest.mark.parametrize("viewer", NARROW)
def test_pseudonyms_of_a_cut_snapshot(world: Path, tmp_path: Path, viewer: str) -> None:
    path = of(viewer, world, tmp_path, "--pseudonyms")
    allowed = VIEWERS[viewer].allowed()
    names = {mark(kind, who) for who in EVERYTHING.people for kind in (*OF_PERSON, "id")}
    assert not marks_in(path) - (allowed - names)
    assert len(query(path, "SELECT 1 FROM person")) == len(VIEWERS[viewer].people)
    assert query(path, "SELECT 1 FROM answer") or viewer == "nobody"
    strangers = "SELECT person_id FROM enrolment WHERE person_id NOT IN (SELECT id FROM person)"
    assert query(path, strangers) == []


def test_without_events_people_cannot_be_renamed(
    world: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = snapshot(world, tmp_path / "days.db", "--without-events")
    target = tmp_path / "named.db"
    command = ["snapshot", "--store", str(path), str(target), "--pseudonyms"]
    assert cli.main(command) == EXIT_USAGE
    assert "has no events" in capsys.readouterr().err
    assert not target.exists()


# ---- the end of a snapshot -----------------------------------------------------------------------


def test_the_copy_of_a_snapshot_ends_no_later(
    world: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ends = "SELECT value FROM store_setting WHERE name = 'expires'"
    first = snapshot(world, tmp_path / "first.db", "--expires", "2999-06-30")
    assert query(snapshot(first, tmp_path / "same.db"), ends) == [("2999-06-30",)]
    earlier = snapshot(first, tmp_path / "earlier.db", "--expires", "2999-06-29")
    assert query(earlier, ends) == [("2999-06-29",)]
    command = ["snapshot", "--store", str(first), str(tmp_path / "later.db")]
    assert cli.main([*command, "--expires", "2999-07-01"]) == EXIT_USAGE
    assert "ends on 2999-06-30" in capsys.readouterr().err
    assert not (tmp_path / "later.db").exists()
