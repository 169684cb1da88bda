"""No two numbers that are shown differ by few people: over the registry, on random stores."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations
from pathlib import Path
from random import Random

import pytest

from termstats.data.figures.definition.registry import figures
from termstats.data.figures.definition.run import run_figure
from termstats.data.figures.definition.small_groups import is_closed
from termstats.data.model.filters import GroupFilter
from termstats.data.model.period import Period
from termstats.data.model.request import Param, Request
from termstats.data.model.small_numbers import HIDDEN
from termstats.data.model.table import METRIC, Cell, Kind, Table
from termstats.data.query.names import names_in_scope
from termstats.data.query.scope import EVERYTHING, Scope
from termstats.data.store.opening import Store, open_store
from tests.data.figures.definition.test_small_groups import THINGS
from tests.data.figures.hand_store import Hand, make_store, when

LEAST = 4
SEEDS = (1,)
GROUPS = Scope(min_group=LEAST)
PERIODS = (
    Period(date(2026, 1, 1), date(2026, 2, 28)),
    Period(date(2026, 1, 1), date(2026, 3, 31)),
)
"""Two that differ by a month."""


@dataclass(frozen=True)
class Number:
    """One number of people, enrolments or deeds as it is, and as it is shown."""

    measure: str
    truth: float
    shown: Cell


def fill(seed: int, hand: Hand) -> None:
    """Write some twenty people in four trainings and in classes, one of which is in another."""
    random = Random(seed)  # noqa: S311 - no secret
    names = [f"p{number}" for number in range(random.randint(14, 22))]
    for name in names:
        hand.person(name, joined_at=when(f"2026-0{random.randint(1, 3)}-02"))
    for number in range(4):
        training, chance = f"t{number}", (0.9, 0.5, 0.2, 0.1)[number]
        hand.training(training)
        hand.module(f"m{number}", training)
        for kind in ("page", "quiz"):
            hand.activity(f"{kind}{number}", training, f"m{number}")
        for name in names:
            if random.random() > chance:
                continue
            month = random.randint(1, 3)
            done = f"2026-0{random.randint(month, 3)}-20" if random.random() < 0.4 else None
            hand.enrol(name, training, f"2026-0{month}-05", completed_at=done)
            for kind in ("page", "quiz", "search"):
                if random.random() < 0.6:
                    day = f"2026-0{random.randint(month, 3)}-1{random.randint(0, 9)} 09:00"
                    hand.event(day, name, kind, training, activity=f"page{number}")
    hand.class_("all", ("t0", "t1"))
    hand.class_("most", ("t0",))
    hand.sub_class("most", "all")
    for name in names[:-2]:
        hand.member("most", name)
    for name in names[-2:]:
        hand.member("all", name)


@pytest.fixture(scope="module", params=SEEDS)
def path(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    seed = int(request.param)
    folder = tmp_path_factory.mktemp("differences")
    return asyncio.run(make_store(folder, lambda hand: fill(seed, hand)))


async def questions(store: Store) -> list[Request]:
    """Return what is asked of each figure: two periods, a class, and one in it."""
    entries = (await names_in_scope(store, EVERYTHING)).entries
    classes = [each.entity for each in entries[Param.CLASS]]
    first, second = (Request(period, by="month") for period in PERIODS)
    groups = [replace(second, filters=(GroupFilter((each,)),)) for each in classes]
    return [first, second, *groups]


async def answers(store: Store, request: Request) -> Iterator[tuple[Table, Table]]:
    """Return (true, shown) table of every open figure, of everything that it can be about."""
    entries = (await names_in_scope(store, EVERYTHING)).entries
    pairs = []
    for figure in figures().values():
        if is_closed(figure, GROUPS) or set(figure.needs) - {Param.TRAINING, Param.CLASS}:
            continue
        about = [request]
        for param in figure.needs:
            things = [each.entity for each in entries[param]][
                :: 2 if param is Param.TRAINING else 1
            ]
            about = [each.with_entity(param, thing) for each in about for thing in things]
        for asked in about:
            true = await run_figure(store, figure.id, asked, EVERYTHING)
            pairs.append((true, await run_figure(store, figure.id, asked, GROUPS)))
    return iter(pairs)


def numbers(true: Table, shown: Table) -> Iterator[list[Number]]:
    """Give the counts of each line that adds up, or of each card."""
    rows = {row[0]: row for row in shown.rows}
    is_cards = true.columns[0].name == METRIC
    for place, column in enumerate(true.columns):
        line = []
        for at, row in enumerate(true.rows):
            name = str(row[0]) if is_cards else column.name
            cell = row[place]
            if true.kind(at, place) is not Kind.COUNT or name in THINGS or column.name == "change":
                continue
            if isinstance(cell, (int, float)):
                door = dict(true.behind).get(name)
                measure = f"{door.action or door.target} of {door.unit}" if door else name
                # A value that few people have has no row.
                seen = rows[row[0]][place] if row[0] in rows else HIDDEN
                line.append(Number(measure, cell, seen))
        if line and is_cards:
            yield from ([each] for each in line)
        elif line:
            yield line


def check_lines(lines: list[tuple[str, list[Number]]]) -> None:
    """Check that few people are hidden, and that whatever adds up to a number hides enough."""
    totals = {
        (each.measure, each.truth)
        for _figure, line in lines
        for each in line
        if each.shown != HIDDEN
    }
    for figure, line in lines:
        for each in line:
            is_few = each.measure.endswith(" of people") and 0 < each.truth < LEAST
            assert not is_few or each.shown == HIDDEN, (figure, each)
        gone = [each.truth for each in line if each.shown == HIDDEN and each.truth]
        total = (line[0].measure, sum(each.truth for each in line))
        assert not gone or total not in totals or sum(gone) >= LEAST, (figure, line)


async def test_no_two_numbers_that_are_shown_differ_by_few(path: Path) -> None:
    store = await open_store(path)
    met: dict[str, set[float]] = defaultdict(set)
    hidden = 0
    for request in await questions(store):
        lines = [
            (true.figure_id, line)
            for true, shown in await answers(store, request)
            for line in numbers(true, shown)
        ]
        check_lines(lines)
        for each in (each for _figure, line in lines for each in line):
            hidden += each.shown == HIDDEN
            if isinstance(each.shown, (int, float)):
                met[each.measure].add(each.shown)
    await store.close()
    assert hidden > 50 and len(met) > 10
    for measure, shown_numbers in met.items():
        for one, other in combinations(sorted(shown_numbers), 2):
            assert other - one >= LEAST, (measure, one, other)
        assert not any(0 < each < LEAST for each in shown_numbers), measure
