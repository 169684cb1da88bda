"""Which events a statement needs is read off the statement."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Select, func, literal_column, or_, select, text, union_all

from termstats.data.store.elsewhere.wanted import END, Wanted, wanted_by
from termstats.data.store.schema import action, event, person, person_day

BITS = 20
DAY = 1_000 << BITS
"""The first id of second 1000."""
EVENTS = (
    select(event, action.c.kind, action.c.name.label("action"))
    .outerjoin(action, action.c.id == event.c.action_id)
    .where(event.c.id >= DAY, event.c.id < 2 * DAY, event.c.flags.op("&")(4) == 0)
    .subquery("events")
)


def test_a_statement_without_events_needs_none() -> None:
    assert wanted_by(select(person_day.c.day)) is None
    assert wanted_by(select(person).where(person.c.id == 3)) is None
    assert wanted_by(text("SELECT day FROM training_day")) is None


def test_what_is_written_as_sql_needs_all() -> None:
    assert wanted_by(text("SELECT count(*) FROM Event")) == Wanted()


@pytest.mark.parametrize(
    ("statement", "low", "high"),
    [
        (select(event.c.id), 0, END),
        (select(event.c.id).where(event.c.id >= DAY), 1_000, END),
        (select(event.c.id).where(event.c.id > DAY - 1), 999, END),
        (select(event.c.id).where(event.c.id < DAY), 0, 1_000),
        (select(event.c.id).where(event.c.id < DAY + 1), 0, 1_001),
        (select(event.c.id).where(event.c.id <= DAY), 0, 1_001),
        (select(EVENTS.c.id).where(EVENTS.c.id < DAY + DAY // 2), 1_000, 1_500),
        (select(func.sum(EVENTS.c.weight)).group_by(EVENTS.c.person_id), 1_000, 2_000),
        (select(event.c.id).where(event.c.id + literal_column("0") >= DAY), 0, END),
        (select(event.c.id).where(or_(event.c.id >= DAY, event.c.person_id == 1)), 0, END),
    ],
)
def test_ranges_of_ids_are_ranges_of_seconds(
    statement: Select[tuple[int]], low: int, high: int
) -> None:
    assert wanted_by(statement) == Wanted(low=low, high=high)  # type: ignore[arg-type]


def test_people_trainings_and_actions_are_told_by_lists() -> None:
    asked = select(EVENTS.c.id).where(
        EVENTS.c.person_id.in_([1, 2, 3]),
        EVENTS.c.person_id.in_([2, 3, 4]),
        EVENTS.c.person_id.not_in([3]),
        EVENTS.c.training_id == 7,
        EVENTS.c.action_id.in_([]),
        EVENTS.c.kind.in_(["forum"]),
    )
    found = wanted_by(asked)
    assert found is not None
    assert (found.people, found.trainings) == (frozenset((2, 3)), frozenset((7,)))
    assert (found.actions, found.kinds) == (frozenset(), frozenset(("forum",)))


def test_people_found_by_a_query_are_any_people() -> None:
    some = select(person.c.id).where(person.c.staff == 1)
    found = wanted_by(select(EVENTS.c.id).where(EVENTS.c.person_id.in_(some)))
    assert found == Wanted(low=1_000, high=2_000)  # type: ignore[arg-type]


def test_events_in_a_condition_are_wanted_too() -> None:
    acted = select(event.c.person_id).where(event.c.training_id == 7)
    found = wanted_by(select(EVENTS.c.id).where(EVENTS.c.person_id.in_(acted)))
    assert found == Wanted()  # the hull of both: any time, any training
    found = wanted_by(select(person.c.id).where(person.c.id.in_(acted)))
    assert found == Wanted(trainings=frozenset((7,)))  # type: ignore[arg-type]


def test_of_a_union_all_parts_are_wanted() -> None:
    first = select(event.c.id).where(event.c.id < DAY, event.c.person_id == 1)
    second = select(event.c.id).where(event.c.id < 3 * DAY, event.c.person_id == 2)
    both = union_all(first, second).subquery("both")
    expected = Wanted(high=3_000, people=frozenset((1, 2)))  # type: ignore[arg-type]
    assert wanted_by(select(both.c.id).where(both.c.id >= DAY)) == expected


def test_events_with_given_ids_are_those_of_their_seconds() -> None:
    found = wanted_by(select(EVENTS.c.id).where(EVENTS.c.id.in_([DAY, DAY + 1, DAY + (5 << BITS)])))
    assert found is not None
    assert found.seconds == frozenset((1_000, 1_005))
    assert (found.low, found.high) == (1_000, 1_006)


def page(of: Select[Any]) -> tuple[int | None, int]:
    found = wanted_by(of)
    assert found is not None
    return found.newest, found.rows


def test_a_page_wants_the_newest() -> None:
    newest = select(EVENTS).where(EVENTS.c.value > 3).order_by(EVENTS.c.id.desc()).limit(50)
    assert page(newest) == (50, 50)
    assert page(newest.offset(400)) == (450, 50)
    inner = newest.subquery("page")
    named = select(inner.c.id, person.c.name).select_from(inner)
    named = named.outerjoin(person, person.c.id == inner.c.person_id).order_by(inner.c.id)
    assert page(named) == (50, 50)


def test_what_only_looks_like_a_page_wants_all() -> None:
    ids = select(EVENTS.c.id)
    assert page(ids.order_by(EVENTS.c.id).limit(50)) == (None, 0)
    assert page(ids.limit(50)) == (None, 0)
    assert page(ids.order_by(EVENTS.c.id.desc())) == (None, 0)
    counted = select(EVENTS.c.person_id, func.max(EVENTS.c.id)).group_by(EVENTS.c.person_id)
    assert page(counted.order_by(EVENTS.c.id.desc()).limit(5)) == (None, 0)
    last = select(func.max(EVENTS.c.id)).order_by(EVENTS.c.id.desc()).limit(1)
    assert page(last) == (None, 0)
    place = select(func.row_number().over(order_by=EVENTS.c.id))
    assert page(place.order_by(EVENTS.c.id.desc()).limit(5)) == (None, 0)
    inner = ids.order_by(EVENTS.c.id.desc()).limit(1).subquery("page")
    assert page(select(func.count()).select_from(inner)) == (None, 0)


def test_what_holds_all_that_another_wants() -> None:
    wide = Wanted(low=0, high=100, people=frozenset((1, 2)))  # type: ignore[arg-type]
    assert wide.holds(Wanted(low=5, high=9, people=frozenset((2,))))  # type: ignore[arg-type]
    assert not wide.holds(Wanted(low=5, high=9))  # type: ignore[arg-type]
    assert not wide.holds(Wanted(low=5, high=101, people=frozenset((2,))))  # type: ignore[arg-type]
    assert not Wanted(newest=5).holds(Wanted(high=9))  # type: ignore[arg-type]
