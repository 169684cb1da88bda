"""What the makers of the sample share: the writer, the dice, the events so far, and who is who."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from termstats.data.importers.writing.writer import StoreWriter
from termstats.data.model.units import RowId
from termstats.data.sample.outline import ModuleText, QuestionText, TrainingText
from termstats.data.sample.rhythm import AS_OF, Rhythm
from termstats.data.store import schema

_BATCH = 20_000
RESERVED = 59
"""Second of a minute kept for events with parameters: alone in it, so their id is known."""


class EventLog:
    """Hands events to the writer in bulk, in an order that is the same each time."""

    def __init__(self, writer: StoreWriter) -> None:
        self.written = 0
        self.last_seen: dict[RowId, int] = {}
        """person id -> newest moment at which they did something, told by an event or not."""
        self._writer = writer
        names = ("second", "tie", *writer.event_columns)
        self._at = {name: position for position, name in enumerate(names)}
        fixed = {"source_id": writer.source_id, "weight": 1, "is_aggregate": 0, "active": 1}
        self._blank: list[Any] = [{**fixed, "flags": 0, "missed": 0}.get(name) for name in names]
        self._rows: list[tuple[Any, ...]] = []
        self._alone: set[int] = set()

    def add(self, second: int, action: RowId, person: RowId | None, **columns: object) -> None:
        """Add one event; its moment is moved by a second where that is reserved."""
        if second % 60 == RESERVED:
            second -= 1
        self._add(second, action, person, columns)

    def add_with_params(
        self,
        second: int,
        action: RowId,
        person: RowId | None,
        params: Mapping[str, str],
        **columns: object,
    ) -> None:
        """Add one event with named parameters, at the nearest reserved moment before."""
        minute = second // 60 - 1
        while minute in self._alone:
            minute -= 1
        self._alone.add(minute)
        second = minute * 60 + RESERVED
        for name, value in params.items():
            event_id = second << schema.EVENT_SEQUENCE_BITS
            row = {"event_id": event_id, "name": name, "value": value}
            self._writer.add(schema.event_param, row)
        self._add(second, action, person, columns)

    def _add(
        self, second: int, action: RowId, person: RowId | None, columns: Mapping[str, object]
    ) -> None:
        if second > AS_OF:
            raise ValueError(f"an event after as-of: {second}")
        row = self._blank.copy()
        row[0], row[1] = second, self.written
        at = self._at
        row[at["action_id"]], row[at["person_id"]] = action, person
        for name, value in columns.items():
            row[at[name]] = value
        self._rows.append(tuple(row))
        self.written += 1
        if person is not None:
            self.see(person, second)
        if len(self._rows) >= _BATCH:
            self.flush()

    def see(self, person: RowId, second: int) -> None:
        """Know that somebody was there, though no event may tell it."""
        self.last_seen[person] = max(second, self.last_seen.get(person, 0))

    def flush(self) -> None:
        """Hand over what is buffered."""
        self._writer.add_event_rows(self._rows)
        self._rows.clear()


@dataclass(eq=False)
class SamplePerson:
    """Somebody with an account; days are numbered as in `rhythm`."""

    id: RowId
    username: str
    name: str
    joined_at: int
    first_day: int
    """First day on which they can be active."""
    last_day: int
    """After it they are not seen any more."""
    ability: float
    pace: float
    """How often they come, 1 = average."""
    language: str
    country: str
    roles: str = "learner"
    flags: dict[str, int] = field(default_factory=dict)
    never_starts: bool = False
    started: list[tuple[int, SampleTraining]] = field(default_factory=list)
    """What they have begun, and on which day: where their further visits go."""

    @property
    def counted(self) -> bool:
        """Return whether figures count them."""
        return not self.flags


@dataclass(frozen=True)
class SampleItem:
    """An activity of the sample, with the question it asks, if it does."""

    id: RowId
    type: str
    title: str
    question_id: RowId | None = None
    question: QuestionText | None = None
    difficulty: float = 0.0


@dataclass(frozen=True)
class SampleStep:
    """A module of the sample."""

    id: RowId
    text: ModuleText
    items: tuple[SampleItem, ...]


@dataclass
class SampleTraining:
    """A training of the sample."""

    id: RowId
    text: TrainingText
    steps: tuple[SampleStep, ...]
    opened_day: int = 0


@dataclass
class World:
    """Everything one run makes."""

    writer: StoreWriter
    rng: Random
    rhythm: Rhythm
    log: EventLog
    events: int
    """How many events are wanted in all."""
    people: list[SamplePerson] = field(default_factory=list)
    courses: dict[str, SampleTraining] = field(default_factory=dict)
    classes: dict[str, RowId] = field(default_factory=dict)
    member_of: dict[RowId, list[str]] = field(default_factory=dict)
    """person id -> keys of their classes."""
    counters: dict[str, int] = field(default_factory=dict)

    def key(self, letter: str) -> str:
        """Return the next key of a sort of rows: a1, a2, ..."""
        self.counters[letter] = self.counters.get(letter, 0) + 1
        return f"{letter}{self.counters[letter]}"

    def person(self, username: str) -> SamplePerson:
        """Return the person with that username."""
        return next(p for p in self.people if p.username == username)

    def write_session(self, session: RowId, person: SamplePerson, started: int, ended: int) -> None:
        """Add the session `session`, an id from the writer, once it is over."""
        row = {"id": session, "key": self.key("s"), "person_id": person.id}
        self.writer.add(schema.session, {**row, "started_at": started, "ended_at": ended})
