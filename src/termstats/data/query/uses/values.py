"""What is counted of platform use. Events are sums of weights: one may stand for several."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from termstats.data.model.units import EventId, RowId


@dataclass(frozen=True)
class Tally:
    """Events of anybody, those of them that people did, and how many different people."""

    events: int
    by_people: int
    users: int


@dataclass(frozen=True)
class PeopleUses:
    """Who did how much of some actions."""

    totals: Mapping[RowId, int]
    """Person -> events."""
    parts: Mapping[RowId, Mapping[RowId, int]]
    """Person -> action -> events, at least of those who may be among the top."""
    sums: Mapping[RowId, int]
    """Action -> events of all these people."""
    unknown: int
    """Events of nobody known and of machines."""


@dataclass(frozen=True)
class Spread:
    """Durations of something, in seconds."""

    timed: int
    """Runs with a duration."""
    mean: float
    median: float
    """Of an even number the mean of the two in the middle."""
    p95: float
    """The shortest duration that 95 % of all do not exceed."""
    longest: float


@dataclass(frozen=True)
class Runs:
    """Runs of one object."""

    runs: int
    users: int
    """Different people."""
    failed: int


@dataclass(frozen=True)
class Fault:
    """Equal errors of the period."""

    error: str | None
    action_id: RowId
    events: int
    users: int
    """Different people who met it."""
    newest: EventId
    """Id of its last event in the period."""
    first: EventId
    """Id of its first event ever."""
    handled: frozenset[bool]
    """What the platform says of its events in the period."""


@dataclass(frozen=True)
class Cause:
    """An action, some of whose runs ended with an error."""

    action_id: RowId
    runs: int
    errors: int
    users: int
    """Different people whose runs ended so."""
