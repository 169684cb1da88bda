"""Both ways to count platform use give the same, for any store and any question."""

from __future__ import annotations

from dataclasses import astuple
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from termstats.data.model.period_text import parse_period
from termstats.data.model.request import Request
from termstats.data.model.units import RowId
from termstats.data.query.filter_text import parse
from termstats.data.query.query import Query, ask
from termstats.data.query.scope import EVERYTHING, Role, Scope
from termstats.data.query.uses.bitmaps import BitmapUses
from termstats.data.query.uses.protocol import Uses
from termstats.data.query.uses.rows import RowUses
from termstats.data.query.uses.values import PeopleUses
from termstats.data.store import schema
from termstats.data.store.opening import Store
from tests.data.query.uses.use_store import PARTS, Use, store_of, uses

MANAGER = Scope(Role.MANAGER, "manager", trainings=frozenset((RowId(1),)))
ALL = 1_000


async def question(store: Store, text: str, scope: Scope = EVERYTHING, **options: Any) -> Request:
    period = parse_period(options.pop("period", "2026-03"), store.info.now, store.info.coverage)
    return Request(period, filters=await parse(store, EVERYTHING, text), **options)


async def ids(q: Query, table: Any, *kinds: str) -> list[RowId]:
    statement = select(table.c.id)
    if kinds:
        statement = statement.where(table.c.kind.in_(kinds))
    return [row.id for row in await q.fetch(statement)]


def without_zeros(uses_of_people: PeopleUses) -> Any:
    """Return it as plain values; parts hold zeros or not, and of everybody or the first only."""
    parts = {
        person: {action: n for action, n in part.items() if n}
        for person, part in uses_of_people.parts.items()
    }
    return dict(uses_of_people.totals), parts, dict(uses_of_people.sums), uses_of_people.unknown


def near(spreads: Any) -> Any:
    """Return durations for a comparison: sums in another order differ in the last bit."""
    return {each: pytest.approx(astuple(spread)) for each, spread in spreads.items()}


def plain(spreads: Any) -> Any:
    return {each: astuple(spread) for each, spread in spreads.items()}


async def answers(q: Query, of: Uses) -> dict[str, Any]:
    """Return what everything that can be asked gives, in an order of its own."""
    actions = await ids(q, schema.action, *schema.PLATFORM_KINDS)
    runs = await ids(q, schema.action, "function")
    people, objects = await ids(q, schema.person), await ids(q, schema.object_)
    parts = {"all": None, "runs": runs, "none": [], "first": actions[:1]}
    return {
        "tallies": await of.tallies(parts),
        "per bucket": sorted(await of.per_bucket(actions)),
        "per bucket, of one": sorted(await of.per_bucket(actions, people[1])),
        "people per bucket": await of.people_per_bucket(),
        "per weekday": await of.per_weekday(actions),
        "of objects": await of.of_objects(actions, "dataset"),
        "people of objects": await of.people_of_objects(actions, objects),
        "of people": without_zeros(await of.of_people(actions, ALL)),
        "by person": await of.by_person(actions, people),
        "runs": await of.runs_of_objects(("function",), runs),
        "faults": sorted(await of.faults(), key=repr),
        "causes": sorted(await of.causes(schema.PLATFORM_KINDS, actions), key=repr),
    }


@pytest.mark.slow
@settings(
    max_examples=20,
    phases=[Phase.generate],
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(
    events=uses,
    filters=st.lists(st.lists(st.sampled_from(PARTS), max_size=2, unique=True), max_size=4),
    zone=st.sampled_from(("UTC", "Europe/Paris", "Pacific/Auckland")),
    everybody=st.booleans(),
    by=st.sampled_from(("day", "week", "month")),
)
async def test_bitmaps_and_rows_give_the_same(
    events: list[Use], filters: list[list[str]], zone: str, everybody: bool, by: str
) -> None:
    async with store_of(events, zone) as store, store.connect() as connection:
        for text in ("", *map(" ".join, filters)):
            request = await question(store, text, everybody=everybody, by=by)
            for scope in (EVERYTHING, MANAGER):
                q = await ask(connection, store, scope, request)
                bitmaps, rows = BitmapUses(q.question, q.reader), RowUses(q.question, q.reader)
                ours, theirs = await answers(q, bitmaps), await answers(q, rows)
                assert ours == theirs, (text, scope)
                kinds = schema.PLATFORM_KINDS
                actions = await ids(q, schema.action, *kinds)
                runs = await ids(q, schema.action, "function")
                assert plain(await bitmaps.durations_of_actions(kinds, actions)) == near(
                    await rows.durations_of_actions(kinds, actions)
                ), text
                assert plain(await bitmaps.durations_of_objects(("function",), runs)) == near(
                    await rows.durations_of_objects(("function",), runs)
                ), text


def event(hour: int, person: str | None, action: str, **values: Any) -> Use:
    plain_use = {"objects": (), "place": ("", ""), "weight": 1, "flags": 0, "seconds": None}
    rest = {"error": None, "missed": False, "extra": None}
    return Use(hour, person, "admin", action, **{**plain_use, **rest, **values})


@pytest.mark.parametrize("way", [BitmapUses, RowUses])
async def test_counts_worked_out_by_hand(way: type[BitmapUses] | type[RowUses]) -> None:
    hour = 24 * 10  # 2026-03-02, a Monday
    events = [
        event(hour, "u0", "edit", weight=3, objects=("d0", "p0")),
        event(hour + 1, "u3", "edit", objects=("d0",), seconds=2.0),
        event(hour + 24, None, "add", seconds=4.0),
        event(hour + 25, "u0", "add", flags=schema.FLAG_DUPLICATE, objects=("d0",)),
    ]
    async with store_of(events, "UTC") as store, store.connect() as connection:
        q = await ask(connection, store, EVERYTHING, await question(store, ""))
        of = way(q.question, q.reader)
        actions = await ids(q, schema.action, "admin")
        tally = (await of.tallies({"all": None}))["all"]
        assert (tally.events, tally.by_people, tally.users) == (5, 3, 1)
        weekdays = await of.per_weekday(actions)
        assert {day: (t.events, t.by_people, t.users) for day, t in weekdays.items()} == {
            0: (4, 3, 1),
            1: (1, 0, 0),
        }
        assert list((await of.of_objects(actions, "dataset")).values()) == [4]
        people = await of.of_people(actions, 5)
        assert (list(people.totals.values()), people.unknown) == ([3], 2)
        timed = await of.durations_of_actions(("admin",), actions)
        assert sorted(spread.longest for spread in timed.values()) == [2.0, 4.0]


@pytest.mark.parametrize(
    ("text", "options", "way"),
    [
        ("", {}, BitmapUses),
        ("person=u0 weekday=mon", {"by": "week"}, BitmapUses),
        ("error=E", {}, RowUses),
        ("", {"by": "start", "step": 3600}, RowUses),
        ("", {"period": "2026-03-02T06:00..2026-03-03T12:00"}, RowUses),
    ],
)
async def test_what_is_read_depends_on_the_question(
    text: str, options: dict[str, Any], way: type
) -> None:
    async with store_of([event(240, "u0", "edit", error="E")], "UTC") as store:
        request = await question(store, text, **options)
        async with store.connect() as connection:
            q = await ask(connection, store, EVERYTHING, request)
            assert isinstance(q.uses, way)
