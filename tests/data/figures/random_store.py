"""Small random stores: plain data made by hypothesis, written through the usual import."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, TypeVar

from hypothesis import strategies as st
from sqlalchemy import select

from termstats.data.figures.definition.run import run_figure
from termstats.data.model.entity import Entity
from termstats.data.model.period_text import parse_period
from termstats.data.model.request import Param, Request
from termstats.data.model.table import Table
from termstats.data.model.units import Second
from termstats.data.store import schema
from termstats.data.store.opening import Store, open_store
from tests.data.figures.hand_store import Hand, make_store, when

START = when("2026-01-15")
AS_OF = "2026-03-31 18:00"
ZONES = ("UTC", "Europe/Paris", "Pacific/Auckland", "America/St_Johns")
ACTIONS = ("edit_dataset", "add_page", "total")
T = TypeVar("T")


@dataclass(frozen=True)
class Happening:
    """One event: of whom (None: nobody known), where (None: outside trainings), and what."""

    at: int
    kind: str
    person: int | None
    training: int | None
    seconds: float | None
    weight: int
    flags: int
    active: int


@dataclass(frozen=True)
class Enrolled:
    """One enrolment; moments in seconds UTC or None."""

    person: int
    training: int
    at: int | None
    completed: int | None
    withdrawn: int | None
    done: tuple[tuple[int, int], ...]
    """(activity number, when) of the completed activities."""
    scores: tuple[tuple[int, float], ...]
    """(when, score) of the finished attempts."""


@dataclass(frozen=True)
class Plan:
    """Everything a random store holds; people, trainings and classes are numbered from 0."""

    zone: str
    people: tuple[str, ...]
    """The flag that leaves each person uncounted, or empty."""
    trainings: tuple[tuple[int, bool, bool], ...]
    """(activities, has a mandatory module, published)."""
    classes: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]
    """(members, trainings)."""
    enrolments: tuple[Enrolled, ...]
    events: tuple[Happening, ...]
    acts: tuple[tuple[int, str, int | None, bool], ...]
    """Administrative actions: (when, action, person, on the one dataset)."""
    points: tuple[tuple[int, int, int, int], ...]
    """(when, person, training, points)."""

    def fill(self, order: Random | None = None) -> Callable[[Hand], None]:
        """Return a function that writes the plan; `order` shuffles rows, and so the store's ids."""
        return lambda hand: _write(self, hand, order)


CLASS_OF_THREE = Plan(
    zone="UTC",
    people=("", "", ""),
    trainings=((1, False, True),),
    classes=(((0, 1, 2), (0,)),),
    enrolments=tuple(
        Enrolled(person, 0, None, None, None, done, ())
        for person, done in enumerate(((), (), ((0, START),)))
    ),
    events=(),
    acts=(),
    points=(),
)
"""A class has something to show, and a third of it is no round number."""


def _moments() -> st.SearchStrategy[int]:
    return st.integers(0, (when(AS_OF) - START) // 60).map(lambda minute: START + 60 * minute)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Make a plan: at most five people and three trainings, but every oddity."""
    flags = st.sampled_from(("", "", "", "staff", "bot", "deleted", "anonymous"))
    people = draw(st.lists(flags, min_size=1, max_size=5))
    trainings = draw(
        st.lists(st.tuples(st.integers(0, 2), st.booleans(), st.booleans()), min_size=1, max_size=3)
    )
    someone = st.integers(0, len(people) - 1)
    some_training = st.integers(0, len(trainings) - 1)
    classes = draw(
        st.lists(
            st.tuples(
                st.lists(someone, unique=True).map(tuple),
                st.lists(some_training, unique=True).map(tuple),
            ),
            max_size=2,
        )
    )
    pairs = draw(st.lists(st.tuples(someone, some_training), unique=True, max_size=8))
    enrolments = [draw(_enrolment(pair, trainings[pair[1]][0])) for pair in pairs]
    events = draw(
        st.lists(
            st.builds(
                Happening,
                at=_moments(),
                kind=st.sampled_from(schema.KINDS),
                person=st.none() | someone,
                training=st.none() | some_training,
                seconds=st.sampled_from((None, 0.0, 30.0, 90.5)),
                weight=st.integers(1, 3),
                flags=st.sampled_from((0, 0, 0, schema.FLAG_OUTLIER, schema.FLAG_DUPLICATE)),
                active=st.integers(0, 1),
            ),
            max_size=14,
        )
    )
    acts = draw(
        st.lists(
            st.tuples(_moments(), st.sampled_from(ACTIONS), st.none() | someone, st.booleans()),
            max_size=8,
        )
    )
    points = draw(
        st.lists(st.tuples(_moments(), someone, some_training, st.integers(1, 9)), max_size=4)
    )
    return Plan(
        draw(st.sampled_from(ZONES)),
        tuple(people),
        tuple(trainings),
        tuple(classes),
        tuple(enrolments),
        tuple(events),
        tuple(acts),
        tuple(points),
    )


@st.composite
def _enrolment(draw: st.DrawFn, pair: tuple[int, int], activities: int) -> Enrolled:
    numbers = draw(st.sets(st.integers(0, activities - 1))) if activities else set()
    return Enrolled(
        *pair,
        draw(st.none() | _moments()),
        draw(st.none() | _moments()),
        draw(st.none() | _moments()),
        tuple((number, draw(_moments())) for number in sorted(numbers)),
        tuple(draw(st.lists(st.tuples(_moments(), st.integers(0, 100).map(float)), max_size=2))),
    )


def _mixed(rows: Iterable[T], order: Random | None) -> Sequence[T]:
    found = list(rows)
    if order is not None:
        order.shuffle(found)
    return found


def _write(plan: Plan, hand: Hand, order: Random | None) -> None:
    for n, flag in _mixed(enumerate(plan.people), order):
        hand.person(f"p{n}", f"Person {n}", joined_at=START, **({flag: 1} if flag else {}))
    for n, (activities, mandatory, published) in _mixed(enumerate(plan.trainings), order):
        hand.training(f"t{n}", f"Training {n}", published=int(published))
        hand.module(f"m{n}", f"t{n}", mandatory=int(mandatory), pass_mark=50.0, keep="best")
        for a in _mixed(range(activities), order):
            hand.activity(f"t{n}a{a}", f"t{n}", position=a)
    for n, (members, trainings) in _mixed(enumerate(plan.classes), order):
        hand.class_(f"c{n}", tuple(f"t{t}" for t in _mixed(trainings, order)))
        for member in _mixed(members, order):
            hand.member(f"c{n}", f"p{member}")
    for row in _mixed(plan.enrolments, order):
        _write_enrolment(hand, row)
    for number, event in _mixed(enumerate(plan.events), order):
        _write_event(hand, number, event)
    hand.object("d", "dataset", "Dataset")
    for number, (at, action, person, on_dataset) in _mixed(enumerate(plan.acts), order):
        act: dict[str, Any] = {
            "key": f"x{number}",
            "action_id": hand.writer.action("admin", action),
            "person_id": _id(hand, "person", "p", person),
            "object_id": hand.id("object", "d") if on_dataset else None,
        }
        hand.writer.add_event(Second(at), f"x{number:03}", act)
    for number, (at, person, training, points) in _mixed(enumerate(plan.points), order):
        hand.writer.add(
            schema.point,
            {
                "key": f"o{number}",
                "person_id": hand.id("person", f"p{person}"),
                "training_id": hand.id("training", f"t{training}"),
                "at": at,
                "points": points,
            },
        )


def _id(hand: Hand, table: str, letter: str, number: int | None) -> int | None:
    return None if number is None else hand.id(table, f"{letter}{number}")


def _write_enrolment(hand: Hand, row: Enrolled) -> None:
    person, training = f"p{row.person}", f"t{row.training}"
    ids = {"person_id": hand.id("person", person), "training_id": hand.id("training", training)}
    hand.writer.add(
        schema.enrolment,
        {
            **ids,
            "enrolled_at": row.at,
            "completed_at": row.completed,
            "withdrawn_at": row.withdrawn,
        },
    )
    for activity, at in row.done:
        activity_id = hand.id("activity", f"{training}a{activity}")
        hand.writer.add(schema.completion, {**ids, "activity_id": activity_id, "at": at})
    for number, (at, score) in enumerate(sorted(row.scores), 1):
        hand.attempt(
            f"{person}{training}#{number}",
            person,
            training,
            f"m{row.training}",
            number=number,
            started_at=at,
            finished_at=at,
            score=score,
            passed=int(score >= 50),
        )


def _write_event(hand: Hand, number: int, event: Happening) -> None:
    hand.writer.add_event(
        Second(event.at),
        f"e{number:03}",
        {
            "key": f"e{number}",
            "person_id": _id(hand, "person", "p", event.person),
            "training_id": _id(hand, "training", "t", event.training),
            "action_id": hand.writer.action(event.kind, event.kind),
            "seconds": event.seconds,
            "weight": event.weight,
            "flags": event.flags,
            "active": event.active,
        },
    )


class Asked:
    """An open store that is asked for many figures."""

    def __init__(self, store: Store, keys: dict[tuple[Param, str], Entity]) -> None:
        self.store = store
        self.keys = keys

    async def table(
        self,
        figure_id: str,
        period: str = "2026-03",
        *,
        keys: dict[Param, str] | None = None,
        **options: Any,
    ) -> Table:
        """Run one figure."""
        info = self.store.info
        entities = tuple((p, self.keys[p, key]) for p, key in (keys or {}).items())
        wanted = parse_period(period, info.today, info.coverage)
        return await run_figure(self.store, figure_id, Request(wanted, entities, **options))


@contextlib.asynccontextmanager
async def asking(plan: Plan, order: Random | None = None, times: int = 1) -> AsyncIterator[Asked]:
    """Write `plan` as a store, `times` over, and open it."""
    with tempfile.TemporaryDirectory() as folder:
        for _time in range(times):
            path = await make_store(Path(folder), plan.fill(order), zone=plan.zone, as_of=AS_OF)
        store = await open_store(path)
        try:
            yield Asked(store, await _entities(store))
        finally:
            await store.close()


async def _entities(store: Store) -> dict[tuple[Param, str], Entity]:
    tables = {
        Param.LEARNER: schema.person,
        Param.TRAINING: schema.training,
        Param.CLASS: schema.class_,
        Param.MODULE: schema.module,
    }
    async with store.connect() as connection:
        return {
            (param, row.key): Entity(row.id, row.key, row.key)
            for param, table in tables.items()
            for row in await connection.execute(select(table.c.id, table.c.key))
        }
