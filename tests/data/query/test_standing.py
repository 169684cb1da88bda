"""States are the same by the table of how enrolments stand as by history, whoever asks."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select

from termstats.data.figures.definition.figure import Figure
from termstats.data.figures.definition.registry import figures
from termstats.data.figures.definition.run import run_figure
from termstats.data.model.entity import Entity
from termstats.data.model.period_text import parse_period
from termstats.data.model.request import Param, Request
from termstats.data.model.table import Cell, Table
from termstats.data.query.scope import EVERYTHING, Role, Scope
from termstats.data.snapshots.checks import check_store
from termstats.data.snapshots.snapshot import SnapshotOptions, make_snapshot
from termstats.data.store import schema
from termstats.data.store.memory import Memories
from termstats.data.store.opening import Store, open_store
from termstats.paths import sample_store
from tests.data.figures.hand_store import Hand, make_store, when
from tests.data.figures.random_store import Plan, plans

PERIODS = ("2026-03", "2026-02", "2026-03-10 12:00..2026-03-11 12:00", "2026-03-20..2026-03-25")
"""One ends at as-of or after it, the others before or around it."""
SUBJECTS = {
    Param.TRAINING: schema.training,
    Param.LEARNER: schema.person,
    Param.CLASS: schema.class_,
}
LIKELY = (
    *("global.attention", "global.attention-reasons", "global.behind-attention"),
    *("global.behind-enrolments", "global.classes", "class.totals", "class.learners"),
    *("class.members", "class.trainings", "class.matrix", "training.learners", "training.totals"),
    *("training.behind-enrolments", "learner.totals", "learner.trainings"),
)
"""What is known to read states: the search below has to find these at least."""
READING: list[str] = []
"""The figures of learning that read the table, once they have been searched for."""


@contextmanager
def read(store: Store) -> Iterator[list[str]]:
    """Give the list of the statements that run meanwhile."""
    statements: list[str] = []

    def record(_connection: Any, _cursor: Any, sql: str, *_rest: Any) -> None:
        statements.append(sql)

    event.listen(store.engine, "before_cursor_execute", record)
    yield statements
    event.remove(store.engine, "before_cursor_execute", record)


def by_history(store: Store) -> Store:
    """Return a store that names no day as of which the table is."""
    return replace(store, info=replace(store.info, standing_day=None), memories=Memories())


async def subjects(store: Store) -> dict[Param, list[Entity]]:
    async with store.connect() as connection:
        return {
            param: [
                Entity(row.id, row.key, row.key)
                for row in await connection.execute(select(table.c.id, table.c.key))
            ]
            for param, table in SUBJECTS.items()
        }


def scopes(there: dict[Param, list[Entity]]) -> Iterator[Scope]:
    """Give a scope of each role, and one that sees groups only."""
    first = {param: frozenset(each.id for each in listed[:1]) for param, listed in there.items()}
    yield EVERYTHING
    yield replace(EVERYTHING, min_group=2)
    yield Scope(Role.MANAGER, trainings=first[Param.TRAINING])
    yield Scope(Role.COACH, classes=first[Param.CLASS])
    yield Scope(Role.LEARNER, people=first[Param.LEARNER])


def about(figure: Figure, base: Request, there: dict[Param, list[Entity]]) -> Request | None:
    """Return the question about the first subjects; None: there are none."""
    for param in figure.needs:
        if not there.get(param):
            return None
        base = base.with_entity(param, there[param][0])
    return base


async def answer(store: Store, figure_id: str, asked: Request, scope: Scope) -> Table | str:
    try:
        table = await run_figure(store, figure_id, asked, scope)
    except Exception as error:  # what is refused is refused either way
        return repr(error)
    return replace(table, rows=tuple(table.rows))


def fill(plan: Plan, oddities: Iterable[int]) -> Any:
    """Return what writes a plan with attempts that wait, ends, and the dates of a server."""
    odd = set(oddities)

    def write(hand: Hand) -> None:
        plan.fill()(hand)
        hand.writer.set_source(two_clocks=int(0 in odd))
        for number, row in enumerate(plan.enrolments):
            who, what = f"p{row.person}", f"t{row.training}"
            if number + 1 in odd:
                moment = "2026-03-22 09:00"
                module = f"m{row.training}"
                hand.attempt(f"w{number}", who, what, module, finished_at=moment, evaluated=0)
                hand.event("2026-03-11 10:00", who, "quiz", what, server_at="2026-03-24 10:00")

    return write


quick = settings(
    max_examples=4,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


async def reading_states(folder: Path) -> list[str]:
    """Return the figures of learning that read the table."""

    def some(hand: Hand) -> None:
        hand.person("ana")
        hand.training("fire")
        hand.module("quiz", "fire", mandatory=1)
        hand.class_("north", ("fire",))
        hand.member("north", "ana")
        hand.enrol("ana", "fire", "2026-03-01", withdrawn_at="2026-03-20")
        hand.event("2026-03-02 10:00", "ana", "page", training="fire")

    store = await open_store(await make_store(folder, some))
    try:
        there = await subjects(store)
        base = Request(parse_period("2026-03", store.info.now, store.info.coverage))
        found = []
        for each in figures().values():
            asked = about(each, base, there) if set(each.needs) <= set(SUBJECTS) else None
            with read(store) as statements:
                if asked is not None:
                    await answer(store, each.id, asked, EVERYTHING)
            if any("standing" in sql for sql in statements):
                found.append(each.id)
        return found
    finally:
        await store.close()


async def compare(store: Store, text: str, **options: Any) -> None:
    """Ask the figures of a store about a period both ways, as each role."""
    there, other = await subjects(store), by_history(store)
    base = Request(parse_period(text, store.info.now, store.info.coverage), **options)
    for scope, name in product(scopes(there), READING):
        asked = about(figures()[name], base, there)
        if asked is not None:
            ways = [await answer(each, name, asked, scope) for each in (store, other)]
            assert ways[0] == ways[1], (name, scope)


@quick
@given(
    plans(),
    st.sets(st.integers(0, 6)),
    st.sampled_from(("2026-03-31 18:00", "2026-03-21 18:00", "2026-02-28 23:30")),
    st.sampled_from(PERIODS),
    st.booleans(),
)
async def test_both_ways_are_equal(
    plan: Plan, odd: set[int], as_of: str, text: str, server: bool
) -> None:
    """Whatever ends the period, and of whatever day the table is: events may lie after it."""
    with tempfile.TemporaryDirectory() as folder:
        READING.extend(() if READING else await reading_states(Path(folder)))
        assert set(LIKELY) <= set(READING)
        path = await make_store(
            Path(folder), fill(plan, odd), zone=plan.zone, as_of=as_of, name="random.sqlite3"
        )
        store = await open_store(path)
        try:
            assert store.info.standing_day is not None
            asked = {"everybody": len(odd) > 3, "server_clock": server}
            await compare(store, text, **asked)
        finally:
            await store.close()


@pytest.mark.parametrize("text", PERIODS[::2])
async def test_both_ways_are_equal_in_the_sample(text: str, tmp_path: Path) -> None:
    READING.extend(() if READING else await reading_states(tmp_path))
    store = await open_store(sample_store())
    try:
        await compare(store, text.replace("2026-03", store.info.today.strftime("%Y-%m")))
    finally:
        await store.close()


def two(hand: Hand) -> None:
    """Ana has begun and got on since, ben has not begun."""
    for name in ("ana", "ben"):
        hand.person(name)
        hand.training("fire") if name == "ana" else None
    hand.module("quiz", "fire", mandatory=1)
    hand.activity("page", "fire", in_path=1)
    hand.activity("film", "fire", in_path=1)
    for name in ("ana", "ben"):
        hand.enrol(name, "fire", "2026-03-01")
    hand.event("2026-03-02 10:00", "ana", "page", training="fire", seconds=60.0)
    hand.complete("ana", "fire", "page", "2026-03-02 10:00")
    hand.event("2026-03-20 10:00", "ana", "page", training="fire", seconds=30.0)
    hand.complete("ana", "fire", "film", "2026-03-20 10:00")
    hand.attempt("a1", "ana", "fire", "quiz", finished_at="2026-03-20 10:05", score=40.0, passed=0)
    hand.attempt("a2", "ana", "fire", "quiz", finished_at="2026-03-21", evaluated=0)


def standing_of(path: Path) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        sql = "SELECT p.key, s.* FROM standing AS s JOIN person AS p ON p.id = s.person_id"
        rows = connection.execute(f"{sql} ORDER BY p.key").fetchall()
    return [dict(row) for row in rows]


async def test_the_table_says_how_far_each_enrolment_is(tmp_path: Path) -> None:
    path = await make_store(tmp_path, two)
    ana, ben = standing_of(path)
    first, last = (when(text) // 86_400 for text in ("2026-03-02", "2026-03-20"))
    assert (ana["first_day"], ana["last_day"], ana["seconds"]) == (first, last, 90.0)
    assert (ana["changed_day"], ana["attempts"]) == (last + 1, 2)
    assert (ana["progress"], ana["score"], ana["modules_passed"]) == (100.0, 40.0, 0)
    assert (ana["waits"], ana["server_last_day"], ana["server_seconds"]) == (1, None, 0.0)
    for name in ("first_day", "last_day", "changed_day", "progress", "score", "attempts"):
        assert ben[name] is None, name
    assert (ben["seconds"], ben["waits"]) == (0.0, 0)


@pytest.mark.parametrize("value", ["", "soon", "99999999", "2026-03-31", "-5"])
async def test_a_day_that_is_none_is_no_day(value: str, tmp_path: Path) -> None:
    path = await make_store(tmp_path, two)
    with closing(sqlite3.connect(path)) as connection:
        named = (value, schema.STANDING_DAY)
        connection.execute("UPDATE store_setting SET value = ? WHERE name = ?", named)
        connection.execute("DELETE FROM standing")
        connection.commit()
    assert await progress_of(path, standing_day=None) == [100.0, 0.0]


async def progress_of(path: Path, *, standing_day: int | None) -> list[Cell]:
    """Return how far the learners of the training are, of a store whose table is of that day."""
    store = await open_store(path)
    try:
        assert store.info.standing_day == standing_day
        there = await subjects(store)
        base = Request(parse_period("2026-03", store.info.now, store.info.coverage))
        asked = about(figures()["training.learners"], base, there)
        assert asked is not None
        table = await run_figure(store, "training.learners", asked)
    finally:
        await store.close()
    return list(table.column("progress"))


async def test_a_table_of_an_earlier_day_is_not_read(tmp_path: Path) -> None:
    path = await make_store(tmp_path, two)
    with closing(sqlite3.connect(path)) as connection:
        earlier = (str(when("2026-03-10") // 86_400), schema.STANDING_DAY)
        connection.execute("UPDATE store_setting SET value = ? WHERE name = ?", earlier)
        connection.execute("UPDATE standing SET progress = 7, changed_day = 1")
        connection.commit()
    assert await progress_of(path, standing_day=when("2026-03-10") // 86_400) == [100.0, 0.0]


@pytest.mark.parametrize(
    ("sql", "line"),
    [
        ("UPDATE standing SET progress = 7 WHERE progress = 100",
         "standing: differs from the history of enrolments"),
        ("DELETE FROM standing", "standing: differs from the history of enrolments"),
        ("DELETE FROM store_setting WHERE name = 'standing_day'",
         "standing: of no day, not of 2026-03-31; states are worked out of history, slowly"),
    ],
)  # fmt: skip
async def test_check_says_what_is_wrong_with_it(sql: str, line: str, tmp_path: Path) -> None:
    path = await make_store(tmp_path, two)
    assert not (await check_store(str(path))).problems
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(sql)
        connection.commit()
    assert (await check_store(str(path))).problems == [line]


async def test_a_snapshot_holds_the_rows_of_its_scope_only(tmp_path: Path) -> None:
    def fill_both(hand: Hand) -> None:
        two(hand)
        hand.training("water")
        hand.enrol("ben", "water", "2026-03-01")

    path, part = await make_store(tmp_path, fill_both), tmp_path / "part.sqlite3"
    await make_snapshot(str(path), part, SnapshotOptions(about=((Param.TRAINING, "fire"),)))
    assert [row["key"] for row in standing_of(path)] == ["ana", "ben", "ben"]
    assert [row["key"] for row in standing_of(part)] == ["ana", "ben"]
    assert {row["training_id"] for row in standing_of(part)} == {1}
    assert not (await check_store(str(part))).problems
