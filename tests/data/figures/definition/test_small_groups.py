"""Who may know no small groups finds none: in a table, by two periods, by groups in groups."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path

import pytest

from termstats.data.figures.definition.registry import figures
from termstats.data.figures.definition.run import run_figure
from termstats.data.figures.definition.small_groups import is_closed
from termstats.data.model.comparison import Against
from termstats.data.model.errors import NotAllowed, TermstatsError, UsageError
from termstats.data.model.filters import GroupFilter, PeopleFilter
from termstats.data.model.period import Period
from termstats.data.model.request import Param, Request
from termstats.data.model.small_numbers import HIDDEN
from termstats.data.model.table import Cell, Kind, Table
from termstats.data.query.scope import Scope
from termstats.data.query.search import resolve, search
from termstats.data.store.opening import Store, open_store
from tests.data.figures.hand_store import Hand, entity, make_store, when
from tests.data.query.scope_world import OF_PERSON, PEOPLE, make_world, mark
from tests.data.query.test_scope_everywhere import everything_of

LEAST = 5
GROUPS = Scope(min_group=LEAST)
ALL = Period(date(2026, 1, 1), date(2026, 3, 31))
NAMES = [f"p{number}" for number in range(1, 13)]


def fill(hand: Hand) -> None:
    """Twelve learners in `big`, seven of them in `mid`, two in `tiny`; eleven in a sub-class."""
    for name in NAMES:
        hand.person(name, joined_at=when("2026-01-02"))
    for training in ("big", "mid", "tiny"):
        hand.training(training)
        hand.activity(f"page-{training}", training)
    for at, name in enumerate(NAMES, 1):
        day = "2026-01-10" if at <= 10 else f"2026-0{at - 9}-05"
        hand.enrol(name, "big", day, completed_at="2026-03-20" if at <= 6 else None)
        hand.event("2026-02-10 09:00", name, "page", "big", activity="page-big")
        if at <= 7:
            hand.enrol(name, "mid", "2026-01-20")
        if at <= 2:
            hand.enrol(name, "tiny", "2026-01-20")
            hand.event("2026-02-11 09:00", name, "page", "tiny", activity="page-tiny")
    hand.class_("whole", ("big",))
    hand.class_("part", ("big",))
    hand.sub_class("part", "whole")
    hand.member("whole", NAMES[-1])
    for name in NAMES[:-1]:
        hand.member("part", name)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return asyncio.run(make_store(tmp_path_factory.mktemp("groups"), fill))


@pytest.fixture
async def store(path: Path) -> AsyncIterator[Store]:
    opened = await open_store(path)
    yield opened
    await opened.close()


async def ask(store: Store, figure: str, period: Period = ALL, **keys: str) -> Table:
    request = Request(period, by="month")
    for name, key in keys.items():
        request = request.with_entity(Param(name), await entity(store, Param(name), key))
    return await run_figure(store, figure, request, GROUPS)


def column(table: Table, name: str) -> dict[Cell, Cell]:
    key = table.columns[0].name
    return dict(zip(table.column(key), table.column(name), strict=True))


async def test_one_small_group_of_a_list_hides_the_next_smallest_too(store: Store) -> None:
    table = await ask(store, "global.trainings")
    assert column(table, "learners") == {"big": 10, "mid": HIDDEN, "tiny": HIDDEN}
    # Nobody was active in mid; of one cell only the other one with anybody can hide it.
    assert column(table, "active") == {"big": HIDDEN, "mid": 0, "tiny": HIDDEN}
    assert column(table, "completed") == {"big": 5, "mid": 0, "tiny": 0}
    # 6 of 12, and of nobody under 5.
    assert column(table, "completion") == {"big": 50, "mid": 0, "tiny": HIDDEN}
    assert any(note.startswith("hidden: about fewer than 5 people") for note in table.notes)
    assert table.population == "10 of 10 people"


async def test_a_series_shows_whole_months_and_hides_what_two_of_them_tell(store: Store) -> None:
    some_days = Period(date(2026, 1, 20), date(2026, 3, 6))
    joined = await ask(store, "training.enrolments", some_days, training="big")
    # 10, 1 and 1: that two people came later is as much as that one did.
    assert joined.column("enrolled") == [HIDDEN, HIDDEN, HIDDEN]
    assert joined.column("completed") == [0, 0, 5]
    assert joined.columns[0].name == "month" and len(joined.rows) == 3
    active = await ask(store, "training.active-users", some_days, training="tiny")
    assert active.column("users") == [0, HIDDEN, 0]
    assert active.empty == "Numbers about fewer than 5 people are hidden."


async def test_no_series_has_days(store: Store) -> None:
    for by, name in (("day", "week"), ("auto", "week"), ("week", "week"), ("month", "month")):
        request = Request(Period(date(2026, 2, 10), date(2026, 2, 10)), by=by)
        table = await run_figure(store, "global.active-users", request, GROUPS)
        assert table.columns[0].name == name
    # Twelve were active on 10 February, a Tuesday; nobody in the other weeks of that month.
    weeks = await run_figure(store, "global.active-users", replace(request, by="week"), GROUPS)
    assert column(weeks, "users") == {
        date(2026, 1, 26): 0,
        date(2026, 2, 2): 0,
        date(2026, 2, 9): 10,
        date(2026, 2, 16): 0,
        date(2026, 2, 23): 0,
    }


async def test_cards_and_their_changes_are_those_of_what_is_shown(store: Store) -> None:
    cards = await ask(
        store, "training.totals", Period(date(2026, 2, 1), date(2026, 2, 28)), training="big"
    )
    rows = {str(row[0]): row[1:] for row in cards.rows}
    assert rows["enrolments"] == (10, 10, 0)  # 11, and 10 before
    assert rows["new_enrolments"][0] == HIDDEN  # one
    assert rows["active_users"] == (10, 0, 10)
    tiny = await ask(store, "training.totals", training="tiny")
    assert {str(row[0]) for row in tiny.rows if row[1] not in (None, 0, HIDDEN)} <= {
        "trainings",
        "classes",
    }


async def test_classes_are_compared_by_what_is_about_enough_people(store: Store) -> None:
    # Twelve learners of whom six completed, and eleven of whom six did.
    whole = await entity(store, Param.CLASS, "whole")
    table = await run_figure(
        store, "class.comparison", Request(ALL).with_entity(Param.CLASS, whole), GROUPS
    )
    for name, expected in (
        ("learners", [10, 10]),
        ("active", [100, 100]),
        ("completion", [50, 55]),
    ):
        assert sorted(table.column(name), key=str) == expected, name


async def test_cards_are_compared_with_whole_months(store: Store) -> None:
    february = Request(Period(date(2026, 2, 1), date(2026, 2, 28)))
    for against in Against:
        asked = replace(february, against=against)
        cards = await run_figure(store, "global.totals", asked, GROUPS)
        previous = column(cards, "previous")
        # All came on 2 January, which is no part of the 28 days before February.
        assert previous["new_users"] == (10 if against is Against.BEFORE else None)
    # The data end in March: of two months one is over, and two before are compared.
    spring = replace(february, period=Period(date(2026, 3, 1), date(2026, 4, 30)))
    cards = await run_figure(store, "global.totals", spring, GROUPS)
    assert "The months are not over; those before are compared whole." in cards.notes
    assert column(cards, "previous")["new_users"] == 10


async def test_no_two_periods_or_groups_differ_by_few_people(store: Store) -> None:
    ends = [date(2026, 1, 29) + timedelta(days=days) for days in (0, 3, 34, 60)]
    shown: dict[str, set[float]] = defaultdict(set)
    groups = [await entity(store, Param.CLASS, key) for key in ("whole", "part")]
    requests = [Request(Period(date(2026, 1, 1), end)) for end in ends]
    requests += [
        replace(each, filters=(GroupFilter((g,)),)) for each in requests[1:3] for g in groups
    ]
    asked = [("global.totals", each) for each in requests]
    asked += [
        ("class.totals", each.with_entity(Param.CLASS, g)) for each in requests[:4] for g in groups
    ]
    for training in ("big", "mid", "tiny"):
        thing = await entity(store, Param.TRAINING, training)
        asked += [
            ("training.totals", each.with_entity(Param.TRAINING, thing)) for each in requests[:4]
        ]
    for figure, request in asked:
        for row in (await run_figure(store, figure, request, GROUPS)).rows:
            if row[0] in ("users", "new_users", "active_users", "enrolments", "completions"):
                shown[str(row[0])].update(each for each in row[1:3] if isinstance(each, int))
    assert len(shown["enrolments"]) > 2  # there is something to subtract
    for counts in shown.values():
        assert not any(0 < abs(one - other) < LEAST for one, other in combinations(counts, 2))
        assert not any(0 < each < LEAST for each in counts)


async def test_what_tells_of_single_people_is_closed(store: Store) -> None:
    for figure in ("training.learners", "global.top-learners", "training.tracker-log"):
        with pytest.raises(NotAllowed, match="tells of single people; here are only numbers"):
            await ask(store, figure, training="big")
    for figure in ("learner.totals", "backoffice.totals", "collaboration.users"):
        with pytest.raises(NotAllowed, match="level tells of single people"):
            await ask(store, figure, learner="p1")
    one = await entity(store, Param.LEARNER, "p1")
    picked = Request(ALL, filters=(PeopleFilter((one,)),))
    for request in (picked, Request(ALL).with_entity(Param.LEARNER, one)):
        with pytest.raises(NotAllowed, match="narrow it by group, training or kind"):
            await run_figure(store, "global.totals", request, GROUPS)
    with pytest.raises(UsageError):
        await resolve(store, GROUPS, Param.LEARNER, "p1")
    assert not await search(store, GROUPS, "p1")
    table = await ask(store, "global.trainings")
    assert table.behind == () and table.row_opens is not None


async def test_everybody_and_others_are_not_told_apart(store: Store) -> None:
    everybody = await run_figure(store, "global.totals", Request(ALL, everybody=True), GROUPS)
    assert everybody.rows == (await ask(store, "global.totals")).rows


THINGS = {"trainings", "classes", "sub_classes", "position", "questions", "current"}
"""Counts of no people, nor of what people did."""


def small_numbers_of(table: Table) -> list[Cell]:
    """Return the counts from 1 to 4 in a table, and percentages between two steps."""
    wrong: list[Cell] = []
    for at, row in enumerate(table.rows):
        for place, (cell, column) in enumerate(zip(row, table.columns, strict=True)):
            name = str(row[0]) if column.kind is Kind.VALUE else column.name
            kind = table.kind(at, place)
            if not isinstance(cell, (int, float)) or name in THINGS:
                continue
            is_small = kind is Kind.COUNT and 0 < abs(cell) < LEAST
            if is_small or (kind is Kind.PERCENT and cell % LEAST):
                wrong.append(cell)
    return wrong


async def test_no_figure_names_anybody(tmp_path: Path) -> None:
    """Each figure that is open, of every training and class, in a world of marks."""
    store = await open_store(await make_world(tmp_path))
    marks = {mark(kind, who) for who in PEOPLE for kind in (*OF_PERSON, "id")}
    asked = 0
    try:
        always = Period(date(2025, 1, 1), date(2026, 12, 31))
        for figure in figures().values():
            if is_closed(figure, GROUPS):
                continue
            keys = {Param.TRAINING: mark("id", "alpha"), Param.CLASS: mark("class", "north")}
            request = Request(always, everybody=True)
            for param in figure.params:
                if param in keys:
                    thing = await entity(store, param, keys[param])
                    request = request.with_entity(param, thing)
            try:
                table = await run_figure(store, figure.id, request, GROUPS)
                text = everything_of(table)
                assert not small_numbers_of(table), figure.id
            except TermstatsError as error:
                text = str(error)
            asked += 1
            assert not {each for each in marks if each in text.casefold()}, figure.id
    finally:
        await store.close()
    assert asked > 30
