"""Whatever is filtered by whatever: the figures count what plain Python counts of the same data."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from termstats.data.figures.definition.run import run_figure
from termstats.data.model.filter_base import Filter
from termstats.data.model.filter_writing import typed
from termstats.data.model.period_text import parse_period
from termstats.data.model.request import Request
from termstats.data.model.table import Table
from termstats.data.model.weekdays import WEEKDAYS
from termstats.data.query.filter_text import parse
from termstats.data.query.scope import EVERYTHING
from termstats.data.store.opening import Store, open_store
from termstats.data.store.schema import FLAG_DUPLICATE
from tests.data.figures.hand_store import Hand, make_store, when

FIRST = date(2026, 3, 1)
PEOPLE = ("p0", "p1", "p2")
GROUPS = ("c0", "c1", "c2")
PACKAGES = {"k0": ("f0", "f1"), "k1": ("f2",)}
PLACES = (("north", "coast"), ("north", "hills"), ("south", ""))
ACTS = (("admin", "edit"), ("admin", "add"), ("function", "run"), ("api", "search"))
ERRORS = ("Full", "Lost")


@dataclass(frozen=True)
class Act:
    """One event; `objects` are all that it is about."""

    minute: int
    kind: str
    action: str
    person: str | None
    objects: tuple[str, ...]
    place: tuple[str, str] | None
    error: str | None
    weight: int
    copy: bool

    @property
    def day(self) -> date:
        return FIRST + timedelta(minutes=self.minute)


@dataclass(frozen=True)
class World:
    """Events, the members of the groups, and (group, group above it), circles among them."""

    acts: tuple[Act, ...]
    members: dict[str, frozenset[str]]
    above: frozenset[tuple[str, str]]

    def people_of(self, group: str) -> set[str]:
        """Return the members of a group and of all below it."""
        groups = {group}
        for _ in GROUPS:
            groups |= {low for low, high in self.above if high in groups}
        return {person for each in groups for person in self.members[each]}

    def fits(self, act: Act, field: str, value: str) -> bool:
        """Return whether one event is kept by one filter of one value."""
        if field == "person":
            return act.person == value
        if field == "group":
            return act.person in self.people_of(value)
        if field == "action":
            return act.action == value
        if field in ("object", "package", "function"):
            return any(thing in act.objects for thing in (value, *PACKAGES.get(value, ())))
        if field in ("domain", "subdomain"):
            return act.place is not None and act.place[field == "subdomain"] == value
        if field == "error":
            return value == (act.error or (act.action if act.kind == "error" else None))
        if field == "weekday":
            return WEEKDAYS[act.day.weekday()] == value
        first, _, last = value.partition("..")
        return first <= f"{act.day}" <= (last or first)

    def keeps(self, act: Act, filters: Filters) -> bool:
        """Return whether one event is kept: by any value of each of the filters."""
        return all(any(self.fits(act, field, v) for v in values) for field, values in filters)


Filters = list[tuple[str, list[str]]]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Make two weeks of use."""
    things = st.lists(
        st.sampled_from(("k0", "k1", "f0", "f1", "f2", "d0", "d1")), max_size=3, unique=True
    )
    act = st.builds(
        Act,
        minute=st.integers(0, 14 * 24 * 60 - 1),
        kind=st.just(""),
        action=st.just(""),
        person=st.sampled_from((None, *PEOPLE)),
        objects=things.map(tuple),
        place=st.none() | st.sampled_from(PLACES),
        error=st.none() | st.sampled_from(ERRORS),
        weight=st.integers(1, 3),
        copy=st.sampled_from((False, False, False, True)),
    )
    kinds = st.sampled_from((*ACTS, ("error", "Odd")))
    acts = [
        Act(**{**vars(each), "kind": kind, "action": action})
        for each, (kind, action) in draw(st.lists(st.tuples(act, kinds), min_size=4, max_size=10))
    ]
    pairs = st.tuples(st.sampled_from(GROUPS), st.sampled_from(GROUPS))
    members = {group: draw(st.frozensets(st.sampled_from(PEOPLE), max_size=2)) for group in GROUPS}
    return World(tuple(acts), members, draw(st.frozensets(pairs, min_size=1, max_size=4)))


_DAYS = st.integers(0, 13).map(lambda n: FIRST + timedelta(days=n))
VALUES = {
    "person": st.sampled_from(PEOPLE),
    "group": st.sampled_from(GROUPS),
    "action": st.sampled_from([action for _, action in ACTS]),
    "object": st.sampled_from(("k0", "f0", "f2", "d0", "d1")),
    "package": st.sampled_from(tuple(PACKAGES)),
    "function": st.sampled_from(("f0", "f1", "f2")),
    "domain": st.sampled_from(("north", "south", "nowhere")),
    "subdomain": st.sampled_from(("coast", "hills")),
    "error": st.sampled_from((*ERRORS, "Odd")),
    "weekday": st.sampled_from(WEEKDAYS),
    "days": st.tuples(_DAYS, _DAYS).map(lambda two: f"{min(two)}..{max(two)}"),
}


@st.composite
def filters(draw: st.DrawFn, field: str | None = None) -> Filters:
    """Make filters of one to three fields, some twice over."""
    names = (
        [field]
        if field
        else draw(st.lists(st.sampled_from(sorted(VALUES)), min_size=1, max_size=3))
    )
    return [
        (name, draw(st.lists(VALUES[name], min_size=1, max_size=3, unique=True))) for name in names
    ]


def text_of(asked: Filters) -> str:
    """Return filters as a person types them."""
    parts: list[str] = []
    for place, (field, values) in enumerate(asked):
        again = field in (name for name, _ in asked[:place])
        parts += [
            f"{'+' if again and not n else ''}{field}={value}" for n, value in enumerate(values)
        ]
    return " ".join(parts)


def fill(world: World, hand: Hand) -> None:
    fill_names(world, hand)
    for act in world.acts:
        more: dict[str, Any] = {"object": act.objects[0]} if act.objects else {}
        if act.place:
            more["place"] = act.place
        hand.event(
            when("2026-03-01") + 60 * act.minute,
            act.person,
            act.kind,
            action=act.action,
            error=act.error,
            weight=act.weight,
            flags=FLAG_DUPLICATE if act.copy else 0,
            further=act.objects[1:],
            **more,
        )


def fill_names(world: World, hand: Hand) -> None:
    """Write whatever filters can name: people, groups, objects, actions, errors."""
    for person in PEOPLE:
        hand.person(person)
    for group, people in world.members.items():
        hand.class_(group)
        for person in sorted(people):
            hand.member(group, person)
    for low, high in sorted(world.above):
        hand.sub_class(low, high)
    for package, functions in PACKAGES.items():
        hand.object(package, "package")
        for function in functions:
            hand.object(function, "function", parent_id=hand.id("object", package))
    for dataset in ("d0", "d1"):
        hand.object(dataset, "dataset")
    # What filters ask for has to be known, if only from the year before.
    for kind, action in (*ACTS, ("error", "Odd")):
        hand.event("2025-01-01", None, kind, action=action)
    for error in ERRORS:
        hand.event("2025-01-02", None, "error", action=error, error=error)


@contextlib.asynccontextmanager
async def opened(world: World) -> AsyncIterator[Store]:
    with tempfile.TemporaryDirectory() as folder:
        path = await make_store(Path(folder), lambda hand: fill(world, hand))
        store = await open_store(path)
        try:
            yield store
        finally:
            await store.close()


async def run(store: Store, figure_id: str, only: tuple[Filter, ...]) -> Table:
    period = parse_period("2026-03-01..2026-03-14", datetime(2026, 3, 31, tzinfo=UTC))
    return await run_figure(store, figure_id, Request(period, filters=only))


async def use(store: Store, text: str) -> int:
    """Return how much use the filters keep; lists of the same must agree."""
    only = await parse(store, EVERYTHING, text)
    assert await parse(store, EVERYTHING, typed(only)) == only
    table = await run(store, "backoffice.sources", only)
    total = sum(int(str(cell)) for cell in table.column("total"))
    weekdays = await run(store, "backoffice.weekdays", only)
    names = await run(store, "backoffice.distribution", only)
    assert sum(weekdays.column("actions")) == sum(names.column("actions"))  # type: ignore[arg-type]
    return total


quick = settings(
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.mark.slow
@settings(quick, max_examples=15)
@given(worlds(), st.tuples(*map(filters, VALUES)), st.lists(filters(), max_size=4))
async def test_figures_keep_what_the_filters_keep(
    world: World, alone: tuple[Filters, ...], mixed: list[Filters]
) -> None:
    async with opened(world) as store:
        for each in ([], *alone, *mixed):
            kept = [act for act in world.acts if world.keeps(act, each)]
            expected = sum(act.weight for act in kept if not act.copy)
            assert await use(store, text_of(each)) == expected, text_of(each)
            only = await parse(store, EVERYTHING, text_of(each))
            # The log shows second copies too.
            log = await run(store, "backoffice.log", only)
            assert len(log.rows) == sum(1 for act in kept if act.kind == "admin"), text_of(each)
            events = await run(store, "backoffice.events", only)
            assert len(events.rows) == len(kept), text_of(each)


@pytest.mark.slow
@settings(quick, max_examples=8)
@given(worlds(), st.data())
async def test_either_is_between_the_largest_and_the_sum(world: World, data: st.DataObject) -> None:
    async with opened(world) as store:
        whole = await use(store, "")
        for field in VALUES:
            ((_, values),) = data.draw(filters(field))
            parts = [await use(store, f"{field}={value}") for value in values]
            either = await use(store, text_of([(field, values)]))
            assert max(parts) <= either <= min(sum(parts), whole)
            both = await use(store, " ".join(f"+{field}={value}" for value in values))
            assert both <= min(parts)


@pytest.mark.slow
@settings(quick, max_examples=6)
@given(worlds())
async def test_parts_that_share_nothing_add_up(world: World) -> None:
    async with opened(world) as store:
        whole = await use(store, "")
        for field, values in (
            ("weekday", WEEKDAYS),
            ("days", [f"{FIRST + timedelta(days=n)}" for n in range(14)]),
            ("action", [*(action for _, action in ACTS), "Odd"]),
        ):
            parts = [await use(store, f"{field}={value}") for value in values]
            assert sum(parts) == whole
            assert await use(store, " ".join(f"{field}={value}" for value in values)) == whole
        for field, known in (("person", PEOPLE), ("error", (*ERRORS, "Odd"))):
            parts = [await use(store, f"{field}={value}") for value in known]
            assert sum(parts) == await use(store, " ".join(f"{field}={v}" for v in known))
