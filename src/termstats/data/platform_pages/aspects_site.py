"""A site of Open edX as Aspects' tables describe it: the rows that its dashboards count."""

from __future__ import annotations

import struct
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

DAY = 24 * 3600
WEEK = 7 * DAY
"""Seconds after which nobody counts as active any more."""
FULL = 0.95
"""Share of the seconds of a video that is all of it."""
Pair = tuple[str, str]
"""(course, actor)."""


class DayCount(NamedTuple):
    """What happened on a day in UTC, by everybody, made by people or not."""

    day: str
    people: int
    courses: int
    events: int


class EnrolmentEvent(NamedTuple):
    """Somebody was registered, or unregistered."""

    course: str
    actor: str
    at: int
    mode: str
    is_registered: bool


class Grade(NamedTuple):
    """A grade of a course; without a score it says only that the course was passed, or not."""

    course: str
    actor: str
    at: int
    score: float | None
    """0-1."""
    state: str
    """passed, failed, or nothing."""


class PageVisit(NamedTuple):
    """A page was opened."""

    course: str
    actor: str
    at: int
    block: str


class Answer(NamedTuple):
    """A problem was evaluated."""

    course: str
    actor: str
    at: int
    problem: str
    number: int
    """Of the attempt."""
    is_right: bool
    score: float | None
    """0-1."""
    key: str
    """Id of the event."""


class VideoEvent(NamedTuple):
    """Something that was done with a video, but loading it."""

    course: str
    actor: str
    video: str
    is_start: bool
    position: float


@dataclass(frozen=True)
class Block:
    """A section, a subsection, or something in one."""

    key: str
    name: str
    kind: str
    """section, subsection, page, problem or video."""
    section: str = ""
    """Keys of what holds it."""
    subsection: str = ""


@dataclass(frozen=True)
class Site:
    """What is read of a site; events in the order of time."""

    as_of: int
    days: Sequence[DayCount] = ()
    enrolments: Sequence[EnrolmentEvent] = ()
    grades: Sequence[Grade] = ()
    visits: Sequence[PageVisit] = ()
    answers: Sequence[Answer] = ()
    videos: Sequence[VideoEvent] = ()
    lengths: Mapping[str, float] = field(default_factory=dict)
    """Video -> seconds."""
    blocks: Mapping[str, Sequence[Block]] = field(default_factory=dict)
    """Course -> its blocks."""
    courses: Sequence[str] = ()
    last_event: int | None = None


@dataclass(frozen=True)
class Student:
    """The last state of somebody in a course, as all rows together tell."""

    is_registered: bool
    mode: str
    enrolled: int
    """Time of the last change, whatever it was."""


def students_of(site: Site) -> dict[Pair, Student]:
    """Return what the last enrolment event of each pair says."""
    last = {(each.course, each.actor): each for each in site.enrolments}
    return {pair: Student(each.is_registered, each.mode, each.at) for pair, each in last.items()}


def states_of(site: Site) -> dict[Pair, str]:
    """Return the last state of each pair that has one: passed or failed."""
    return {(each.course, each.actor): each.state for each in site.grades if each.state}


def scores_of(site: Site) -> dict[Pair, float]:
    """Return the last grade of each pair that has one, 0-1."""
    return {(each.course, each.actor): each.score for each in site.grades if each.score is not None}


def last_visits_of(site: Site) -> dict[Pair, int]:
    """Return when each pair opened a page the last time."""
    last: dict[Pair, int] = {}
    for each in site.visits:
        pair = (each.course, each.actor)
        last[pair] = max(each.at, last.get(pair, each.at))
    return last


def old_visits_of(site: Site) -> set[Pair]:
    """Return pairs with a month whose last visit is older than a week: whom Aspects takes for idle.

    Its table of last visits has a row per month, and is narrowed before the latest is taken.
    """
    by_month: dict[tuple[str, str, str], int] = {}
    for each in site.visits:
        key = (each.course, each.actor, month_of(each.at))
        by_month[key] = max(each.at, by_month.get(key, each.at))
    return {key[:2] for key, at in by_month.items() if at < site.as_of - WEEK}


def month_of(second: int) -> str:
    """Return the month of a moment in UTC, as `2024-03`."""
    return f"{datetime.fromtimestamp(second, UTC):%Y-%m}"


def last_answers_of(answers: Iterable[Answer]) -> dict[tuple[str, str, str], Answer]:
    """Return (course, problem, actor) -> the answer with the highest number.

    Of equal numbers the later one, then the one with the higher id: Aspects takes any of them.
    """
    last: dict[tuple[str, str, str], Answer] = {}
    for each in answers:
        key = (each.course, each.problem, each.actor)
        before = last.get(key)
        if before is None or (each.number, each.at, each.key) >= (
            before.number,
            before.at,
            before.key,
        ):
            last[key] = each
    return last


Seconds = dict[tuple[str, str], Counter[int]]
"""(video, actor) -> second -> how often it was seen."""


def seconds_of(videos: Iterable[VideoEvent]) -> Seconds:
    """Return what was seen: from a start to the last other event before the next start."""
    by_pair: dict[tuple[str, str], list[VideoEvent]] = defaultdict(list)
    for each in videos:
        by_pair[each.video, each.actor].append(each)
    seen: Seconds = {}
    for pair, events in by_pair.items():
        counts: Counter[int] = Counter()
        start: float | None = None
        end: float | None = None
        for each in [*events, VideoEvent("", "", "", is_start=True, position=0)]:
            if not each.is_start:
                end = each.position
                continue
            if start is not None and end is not None and end > start:
                counts.update(range(max(int(start), 1), int(end) + 1))
            start, end = each.position, None
        if counts:
            seen[pair] = counts
    return seen


def single(number: float) -> float:
    """Return a number in single precision, as Aspects keeps grades: its 0.9 is a bit less."""
    value: float = struct.unpack("<f", struct.pack("<f", number))[0]
    return value


def is_full(counts: Counter[int], length: float | None) -> bool:
    """Return whether as good as every second of a video was seen."""
    return bool(length) and len(counts) / length >= FULL  # type: ignore[operator]


def org_of(course: str) -> str:
    """Return the organisation that the key of a course names."""
    return course.partition(":")[2].partition("+")[0] or course
