"""A statement of xAPI as this program uses it: what all doors give, and how JSON becomes it."""

from __future__ import annotations

import json
import math
import re
import struct
import uuid
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import ROUND_DOWN, Decimal
from typing import Any, NamedTuple

from termstats.data.importers.sources import cells
from termstats.data.importers.xapi import verbs
from termstats.data.importers.xapi.actors import Actor, actor_of, has_several
from termstats.data.importers.xapi.things import (
    Thing,
    activities,
    course_of,
    help_of,
    holder_of,
    thing_of,
)
from termstats.data.model.units import Second

SECOND = 1_000_000
"""Moments of statements are microseconds since 1970 UTC."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_DAY = 24 * 3600
OLDEST = Second(946_684_800)
"""2000-01-01: earlier times are those of a clock that was never set."""
_DURATION = re.compile(
    r"P(?:(?P<weeks>\d+(?:\.\d+)?)W)?(?:(?P<days>\d+(?:\.\d+)?)D)?"
    r"(?:T(?:(?P<hours>\d+(?:\.\d+)?)H)?(?:(?P<minutes>\d+(?:\.\d+)?)M)?"
    r"(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?",
    re.ASCII,
)
_PARTS = {"weeks": 604_800, "days": 86_400, "hours": 3_600, "minutes": 60, "seconds": 1}
_OFFSET = re.compile(r"(?:[zZ]|[-+]\d\d(?::?\d\d)?)\s*$")
_VIDEO = "https://w3id.org/xapi/video/extensions/"
_POSITIONS = (f"{_VIDEO}time", f"{_VIDEO}time-from")
_TARGET_POSITION = f"{_VIDEO}time-to"
_SESSION = f"{_VIDEO}session-id"
_PROGRESS = "https://w3id.org/xapi/cmi5/result/extensions/progress"
_GRADE = "http://www.tincanapi.co.uk/activitytypes/grade_classification"
_MODE = "https://w3id.org/xapi/acrossx/extensions/type"
_NUMBER = "http://id.tincanapi.com/extension/attempt-id"
_NAMESPACE = uuid.UUID("6f5d2a52-7a54-5f4e-9d0e-2f6f0f5f7a11")
_LONGEST_ID = 100
_HUNDREDTH = Decimal("0.01")
_LONGEST_VIDEO = 1_000_000
"""Seconds; a position beyond is none."""


class Unusable(Exception):  # noqa: N818 - what a statement is, not what went wrong here
    """A statement that cannot be used: the reason, and the part of it that is to blame."""

    def __init__(self, reason: str, found: object = "") -> None:
        super().__init__(reason)
        self.found = cells.text(found)


class Statement(NamedTuple):
    """What is used of a statement."""

    id: str
    at: int
    """When it happened, microseconds; where that is impossible, when it was stored."""
    stored: Second | None
    device_at: Second | None
    """The time that was not believed."""
    actor: Actor | None
    """None: a group without a name, or nobody."""
    label: str
    verb: str
    meaning: str
    training: Thing | None = None
    object: Thing | None = None
    parent: Thing | None = None
    """The quiz of a question, else the section of an activity."""
    target: Actor | None = None
    instructor: Actor | None = None
    team: Actor | None = None
    session: str = ""
    seconds: float | None = None
    score: float | None = None
    """0-100."""
    passed: int | None = None
    value: float | None = None
    """Where in a video, or how far in percent."""
    number: int | None = None
    """Of the try, as the platform counts."""
    detail: str | None = None
    """Track of an enrolment, class of a grade, hint or answer that was asked for."""
    response: str | None = None
    voids: str | None = None


@dataclass
class Reading:
    """How statements are read, and what was noticed."""

    language: str
    zone: tzinfo
    """Zone of times without offset."""
    until: Second
    """Later times are impossible: when the import began, or what the data are as of."""
    noticed: Counter[str] = field(default_factory=Counter)
    """What a report says of statements -> how many."""


WITHOUT_OFFSET = "times without offset, read in the zone of the source"
IMPOSSIBLE = "times that cannot be, with no server time beside them"
SEVERAL = "actors with several identifiers: the account counts, else the address"
DERIVED = "statements whose course is known only from the id of their object"
GROUPS = "statements of groups, credited to nobody"


def statement_of(raw: Any, reading: Reading) -> Statement:
    """Return what is used of a statement as JSON gives it.

    Raises:
        Unusable: no statement, or without what every statement has.
    """
    if not isinstance(raw, dict):
        raise Unusable("not a JSON object", raw)
    verb = raw.get("verb")
    verb_id = cells.text(verb.get("id")) if isinstance(verb, dict) else ""
    if not verb_id:
        raise Unusable("no verb", verb)
    raw_actor, raw_object = raw.get("actor"), raw.get("object")
    actor = actor_of(raw_actor)
    if not isinstance(raw_actor, dict) or (actor is None and not raw_actor.get("member")):
        raise Unusable("no actor that can be told from others", raw_actor)
    if not isinstance(raw_object, dict):
        raise Unusable("no object", raw_object)
    if has_several(raw_actor):
        reading.noticed[SEVERAL] += 1
    common = _moments(raw, verb_id, reading)
    label = cells.text(raw_actor.get("name"))
    return _complete(raw, raw_object, actor, label, verb_id, common, reading)


def _complete(
    raw: dict[str, Any],
    raw_object: dict[str, Any],
    actor: Actor | None,
    label: str,
    verb: str,
    common: tuple[int, Second | None, Second | None],
    reading: Reading,
) -> Statement:
    own_id = _own_id(raw)
    if verbs.meaning_of(verb) == verbs.VOID:
        if raw_object.get("objectType") != "StatementRef":
            raise Unusable("voids what is no statement", raw_object)
        target = cells.text(raw_object.get("id")).strip().lower()
        return Statement(own_id, *common, actor, label, verb, verbs.VOID, voids=target)
    if actor is None or actor.is_group:
        reading.noticed[GROUPS] += 1
        actor = None
    context = _object(raw.get("context"))
    thing = thing_of(raw_object, reading.language, context)
    parents = activities(context, "parent", reading.language)
    training, is_derived = course_of(thing, parents, context, reading.language)
    reading.noticed[DERIVED] += is_derived
    is_course = thing is not None and thing.kind == verbs.COURSE
    result, object_type = _object(raw.get("result")), raw_object.get("objectType")
    results = _results(result, raw_object, verb)
    if verb == verbs.ASKED:
        results["detail"] = help_of(cells.text(raw_object.get("id")))
    if thing is not None and is_open_edx_video(thing):
        results["value"] = position_of(results.get("value"))
    return Statement(
        own_id,
        *common,
        actor,
        label,
        verb,
        verbs.event_of(verb, is_course=is_course),
        training,
        thing,
        holder_of(thing, parents),
        target=actor_of(raw_object) if object_type in ("Agent", "Group") else None,
        instructor=actor_of(context.get("instructor")),
        team=actor_of(context.get("team")),
        session=cells.text(_object(context.get("extensions")).get(_SESSION)),
        **results,
    )


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _own_id(raw: dict[str, Any]) -> str:
    """Return the id; one that has none gets that of its content, the same every time."""
    own = raw.get("id")
    if isinstance(own, str) and own.strip():
        return cells.text(own.strip().lower())[:_LONGEST_ID]
    content = json.dumps(raw, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return str(uuid.uuid5(_NAMESPACE, content))


def _moments(
    raw: dict[str, Any], verb: str, reading: Reading
) -> tuple[int, Second | None, Second | None]:
    """Return (when it happened in microseconds, when it was stored, the time not believed).

    Raises:
        Unusable: neither is a time.
    """
    written = raw.get("timestamp")
    at = cells.instant(written, reading.zone) if written else None
    if written and at is None:
        raise Unusable("timestamp is not a time", written)
    stored_at = cells.instant(raw.get("stored"), UTC) if raw.get("stored") else None
    if at is None and stored_at is None:
        raise Unusable("neither timestamp nor stored")
    if isinstance(written, str) and not _OFFSET.search(written):
        reading.noticed[WITHOUT_OFFSET] += 1
    return moments(at or stored_at, stored_at, verb, reading)


def moments(
    at: datetime | None, stored_at: datetime | None, verb: str, reading: Reading
) -> tuple[int, Second | None, Second | None]:
    """Return (when it happened in microseconds, when it was stored, the time not believed).

    Raises:
        Unusable: there is no time.
    """
    if at is None:
        raise Unusable("no time")
    micros = (at - _EPOCH) // _MICROSECOND
    second = Second(micros // SECOND)
    stored = None if stored_at is None else cells.second_of(stored_at)
    latest = reading.until if stored is None else min(stored + _DAY, reading.until)
    if not OLDEST <= second <= latest:
        if stored is not None and stored <= reading.until:
            return stored * SECOND, stored, second
        reading.noticed[IMPOSSIBLE] += 1
    if verbs.meaning_of(verb) in (verbs.ENROL, verbs.UNENROL):
        micros = second * SECOND  # as exactly as every store of events keeps enrolments
    return micros, stored, None


def _results(result: dict[str, Any], raw_object: dict[str, Any], verb: str) -> dict[str, Any]:
    if not result and verbs.meaning_of(verb) not in (verbs.ENROL, verbs.UNENROL, verbs.SUBMIT):
        return {}
    extensions = _object(result.get("extensions"))
    definition = _object(_object(raw_object.get("definition")).get("extensions"))
    success = result.get("success")
    is_evaluated = verb == verbs.EVALUATED
    detail = definition.get(_MODE) if raw_object else None
    return {
        "seconds": duration(result.get("duration")),
        "score": score_of(_object(result.get("score"))),
        "passed": int(success) if isinstance(success, bool) else None,
        "value": _position(extensions),
        "number": cells.whole(definition.get(_NUMBER), 1, 1_000_000),
        "detail": cells.text(extensions.get(_GRADE) or detail)[:120] or None,
        "response": cells.text(result.get("response")) or None if is_evaluated else None,
    }


def is_open_edx_video(thing: Thing) -> bool:
    """Return whether an activity is a video of Open edX, of which Aspects keeps every position."""
    return thing.kind == verbs.MEDIA and thing.key.startswith("block-v1:")


def position_of(seconds: float | None) -> float:
    """Return a position in a video of Open edX as Aspects keeps it: 0 where none is told."""
    if seconds is None or abs(seconds) > _LONGEST_VIDEO:
        return 0.0
    return float(Decimal(str(seconds)).quantize(_HUNDREDTH, ROUND_DOWN))


def _position(extensions: dict[str, Any]) -> float | None:
    for name in (*_POSITIONS, _PROGRESS, _TARGET_POSITION):
        if (number := cells.number(extensions.get(name))) is not None:
            return number
    return None


def score_of(score: dict[str, Any]) -> float | None:
    """Return a score in percent: of raw between min and max, else scaled; None: no score.

    `scaled` means another thing to every platform, and stores of events keep it short: as many
    digits as those have are the same through all doors.
    """
    raw, least, most = (cells.number(score.get(name)) for name in ("raw", "min", "max"))
    if raw is not None and least is not None and most is not None:
        return percent((raw - least) / (most - least)) if most > least else None
    scaled = cells.number(score.get("scaled"))
    return None if scaled is None else percent(scaled)


def percent(share: float) -> float | None:
    """Return a share of 1 as percent, in single precision and four decimals; None: no number."""
    if not math.isfinite(share):
        return None
    try:
        short: float = struct.unpack("<f", struct.pack("<f", share))[0]
    except OverflowError:
        return None
    return max(0.0, min(100.0, round(100 * short, 4)))


def duration(value: object) -> float | None:
    """Return the seconds of `PT1H2M3.5S`; None: none, or years and months, which have no length."""
    if not isinstance(value, str) or not (match := _DURATION.fullmatch(value.strip())):
        return None
    found = {name: float(text) for name, text in match.groupdict().items() if text}
    return sum(_PARTS[name] * number for name, number in found.items()) if found else None
