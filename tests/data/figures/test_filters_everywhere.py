"""Every figure of the backoffice obeys every filter, or says which one has no meaning in it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from termstats.data.figures.definition.registry import figures, find_figure
from termstats.data.figures.definition.run import run_figure
from termstats.data.model.filter_base import Filter
from termstats.data.model.period_text import parse_period
from termstats.data.model.plural import counted as of_number
from termstats.data.model.request import Param, Request
from termstats.data.model.table import Kind, Table
from termstats.data.model.weekdays import WEEKDAYS
from termstats.data.query.filter_text import parse
from termstats.data.query.scope import EVERYTHING
from termstats.data.store.opening import Store, open_store
from tests.data.figures.hand_store import Hand, entity, make_store
from tests.data.figures.test_filters_add_up import PEOPLE, PLACES, Act, World, fill

KEYS = {
    Param.USER: "p0",
    Param.LEARNER: "p0",
    Param.OBJECT: "d0",
    Param.FUNCTION: "f0",
    Param.TRAINING: "t",
}
BY_PEOPLE = ("collaboration.groups", "backoffice.unused")
"""Groups without people of a filter are left out; who used a thing last is one of them."""
ACTS = (
    ("admin", "edit", "d0"),
    ("admin", "edit", "d1"),
    ("function", "run", "f0"),
    ("api", "search", "d0"),
    ("error", "Full", "f2"),
)
WORLD = World(
    tuple(
        Act(900 * n, kind, action, PEOPLE[n % 3], (thing,), PLACES[n % 3], None, 1, False)
        for n in range(12)
        for kind, action, thing in ACTS
    ),
    {"c0": frozenset(("p0",)), "c1": frozenset(("p1",)), "c2": frozenset()},
    frozenset(),
)
FIGURES = sorted(
    figure.id
    for figure in figures().values()
    if figure.id.startswith(("backoffice.", "collaboration.")) and set(figure.needs) <= set(KEYS)
)


def fill_all(hand: Hand) -> None:
    fill(WORLD, hand)
    hand.training("t")
    hand.activity("a", "t", type="Video")
    for n, person in enumerate(PEOPLE):
        hand.enrol(person, "t")
        for kind, action in (("page", "open"), ("forum", "comment"), ("forum", "like")):
            hand.event(f"2026-03-0{n + 2} 09:00", person, kind, "t", action=action, activity="a")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await open_store(await make_store(tmp_path, fill_all))
    yield opened
    await opened.close()


def counted(table: Table) -> float:
    """Return the sum of everything that the table counts."""
    kinds = (Kind.TEXT, Kind.IDENT, Kind.DATE, Kind.MOMENT)
    columns = [n for n, column in enumerate(table.columns) if column.kind not in kinds]
    cells = [row[n] for row in table.rows for n in columns]
    paged = len(table.rows) if figures()[table.figure_id].paged else 0
    return paged + sum(cell for cell in cells if isinstance(cell, (int, float)))


async def ask(store: Store, figure_id: str, only: tuple[Filter, ...] = ()) -> Table:
    keys = tuple(
        [(param, await entity(store, param, KEYS[param])) for param in figures()[figure_id].needs]
    )
    period = parse_period("2026-03-01..2026-03-14", store.info.now)
    return await run_figure(store, figure_id, Request(period, keys, filters=only))


@pytest.mark.parametrize(
    "text",
    [
        "person=p0 +person=p1",
        "group=c2",
        "weekday=monday +weekday=tuesday",
        "days=2026-03-01 +days=2026-03-14",
        "action=edit +action=run",
        "object=d0 +object=f2",
        "package=k0 function=f2",
        "domain=nowhere",
        "subdomain=nowhere",
        "error=Lost",
    ],
)
async def test_what_no_filter_leaves_no_figure_shows(store: Store, text: str) -> None:
    only = await parse(store, EVERYTHING, text)
    showing = {}
    for figure_id in FIGURES:
        table = await ask(store, figure_id, only)
        idle = [each for each in only if each.field not in find_figure(figure_id).filters]
        if idle:
            said = [note for note in table.notes if note.startswith("Filters without a meaning")]
            assert len(said) == 1 and all(each.words in said[0] for each in idle), figure_id
            assert table.rows == (await ask(store, figure_id)).rows
        elif number := counted(table):
            showing[figure_id] = number
    assert showing == {}


@pytest.mark.slow
async def test_filters_that_leave_everything_change_nothing(store: Store) -> None:
    texts = (
        "days=2026-03-01..2026-03-10 days=2026-03-09..2026-03-14",
        " ".join(f"person={name}" for name in PEOPLE),
        " ".join(f"weekday={name}" for name in WEEKDAYS),
    )
    changed = []
    for text in texts:
        only = await parse(store, EVERYTHING, text)
        for figure_id in FIGURES:
            if "person" in text and figure_id in BY_PEOPLE:
                continue
            if (await ask(store, figure_id, only)).rows != (await ask(store, figure_id)).rows:
                changed.append((figure_id, text))
    assert changed == []


WHO = ("learner_id", "user_id")
"""Columns of ids of people, in every figure that names them."""


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("", ("p0", "p1", "p2")),
        ("person=p0 person=p2", ("p0", "p2")),
        ("group=c1", ("p1",)),
        ("group=c1 person=p0", ()),
        ("group=c2", ()),
    ],
)
async def test_the_state_line_counts_whom_filters_of_people_leave(
    store: Store, text: str, left: tuple[str, ...]
) -> None:
    only = await parse(store, EVERYTHING, text)
    wrong = {}
    for figure_id in FIGURES:
        figure = find_figure(figure_id)
        about_one = {Param.USER, Param.LEARNER} & set(figure.needs)
        meant = [each for each in only if each.field in figure.filters]
        table = await ask(store, figure_id, only)
        people = set(left if meant else PEOPLE) & ({"p0"} if about_one else set(PEOPLE))
        columns = [n for n, column in enumerate(table.columns) if column.name in WHO]
        named = {str(row[n]) for row in table.rows for n in columns if row[n] is not None}
        counted_people = "one learner" if Param.LEARNER in about_one else (
            f"{len(people)} of {of_number(len(people), 'person')}"
        )  # fmt: skip
        if not table.population.startswith(counted_people) or not named <= people:
            wrong[figure_id] = (table.population, named - people)
    assert wrong == {}
