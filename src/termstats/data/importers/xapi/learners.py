"""What people did: events, enrolments, completions, sessions and awards, one person at a time."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from termstats.data.importers.writing.writer import StoreWriter
from termstats.data.importers.xapi import verbs
from termstats.data.importers.xapi.actors import fitting
from termstats.data.importers.xapi.content import Content, Place
from termstats.data.importers.xapi.people import People
from termstats.data.importers.xapi.staging import Row, Staging
from termstats.data.importers.xapi.tries import LONGEST, Tries, passed_of, second_of
from termstats.data.model.units import RowId, Second
from termstats.data.store import schema

NOWHERE = Place()
TRACK = "track"
"""Name in `enrolment_field` of the mode that a person is enrolled with."""
_NO_COMPLETION = (verbs.QUIZ,)


@dataclass
class Enrolment:
    """A person in a training, as far as statements have told."""

    first: Second
    """First thing that happened there."""
    is_told: bool = False
    enrolled: Second | None = None
    withdrawn: Second | None = None
    completed: Second | None = None
    passed: Second | None = None
    track: str | None = None
    progress: float | None = None


@dataclass
class Learner:
    """What one person did."""

    person: RowId
    enrolments: dict[RowId, Enrolment] = field(default_factory=dict)
    completions: dict[tuple[RowId, RowId], Second] = field(default_factory=dict)
    """(training, activity) -> first time."""
    sessions: dict[str, tuple[RowId, Second, Second]] = field(default_factory=dict)
    awards: dict[tuple[int | None, int | None], list[Row]] = field(default_factory=dict)
    tries: Tries = field(default_factory=Tries)


@dataclass
class Happened:
    """What is said of the import in the end."""

    meanings: Counter[str] = field(default_factory=Counter)
    others: Counter[str] = field(default_factory=Counter)
    """Verbs without a meaning of their own."""
    without_course: int = 0
    enrolled: int = 0
    implied: int = 0
    timed: int = 0
    moved: int = 0


def write_learners(
    staging: Staging, writer: StoreWriter, content: Content, people: People
) -> Happened:
    """Write everything that happened, person by person; return what was seen."""
    told = Happened()
    rows = staging.by_person(people.ids)
    for number, own in groupby(rows, key=lambda row: row.person):
        if number is None:
            for row in own:
                _write_event(writer, content, people, told, row, None)
            continue
        learner = Learner(people.ids[number])
        _read(own, writer, content, people, told, learner)
        _write(writer, content, people, staging, told, learner)
    return told


def _read(
    rows: Iterator[Row],
    writer: StoreWriter,
    content: Content,
    people: People,
    told: Happened,
    learner: Learner,
) -> None:
    for row in rows:
        place = _write_event(writer, content, people, told, row, learner)
        is_course = place.kind == verbs.COURSE
        if place.training is not None:
            _enrol(learner, row, place.training, is_course=is_course)
            grades = content.grades.get(place.training) if is_course else None
            learner.tries.take(row, place, grades)
            if not is_course:
                _complete(learner, row, place)
        if row.meaning == verbs.AWARD:
            learner.awards.setdefault((row.training, row.object), []).append(row)
        elif row.meaning == verbs.REVOKE:
            learner.awards.pop((row.training, row.object), None)


def _place(content: Content, row: Row) -> Place:
    """Return where a statement happened; its training, where its object is no part of it."""
    if row.object is not None and (found := content.places.get((row.training, row.object))):
        return found
    return Place(content.trainings.get(row.training)) if row.training is not None else NOWHERE


def _write_event(
    writer: StoreWriter,
    content: Content,
    people: People,
    told: Happened,
    row: Row,
    learner: Learner | None,
) -> Place:
    """Write the event of a statement; return where it happened."""
    place, second = _place(content, row), second_of(row)
    told.meanings[row.meaning] += row.weight
    told.without_course += row.weight * (place.training is None)
    told.timed += row.seconds is not None
    told.moved += row.device_at is not None
    if row.meaning == verbs.OTHER:
        told.others[verbs.word_of(row.verb)] += row.weight
    event = event_of(row, place)
    event["action_id"] = writer.action(*action_of(row, place))
    if learner is not None:
        event["person_id"] = learner.person
        if row.session:
            event["session_id"] = _session(writer, learner, row.session, second)
    if row.target is not None:
        event["target_person_id"] = people.ids[row.target]
    writer.add_event(second, tie_of(row), event)
    return place


def tie_of(row: Row) -> str:
    """Return what orders the events of one second."""
    return f"{row.at % 1_000_000:06}{row.id}"


def action_of(row: Row, place: Place) -> tuple[str, str]:
    """Return kind and name of the action of a statement."""
    return verbs.store_kind(row.verb, row.meaning, place.kind), verbs.word_of(row.verb)


def event_of(row: Row, place: Place) -> dict[str, Any]:
    """Return the event of a statement, without the ids of who did what in which session."""
    by_others = row.meaning in verbs.BY_OTHERS or (
        place.kind == verbs.COURSE and row.meaning in (verbs.PASS, verbs.FAIL)
    )
    event: dict[str, Any] = {
        "key": row.id,
        "server_at": row.stored,
        "training_id": place.training,
        "module_id": place.module,
        "activity_id": place.activity,
        "object_id": place.object,
        "seconds": row.seconds,
        "weight": row.weight,
        "active": int(not by_others),
        "flags": 0,
        "value": row.value if row.score is None else row.score,
        "detail": row.detail,
    }
    if row.seconds is not None and row.seconds > LONGEST:
        event["flags"] |= schema.FLAG_OUTLIER
    if row.device_at is not None:
        event["flags"] |= schema.FLAG_MOVED
        event["extra"] = json.dumps({schema.DEVICE_AT: row.device_at})
    if _completes(row) and place.activity is not None:
        event["completed"] = 1
    return event


def _session(writer: StoreWriter, learner: Learner, name: str, second: Second) -> RowId:
    known = learner.sessions.get(name)
    if known is None:
        known = (writer.new_id(schema.session), second, second)
    learner.sessions[name] = (known[0], known[1], second)
    return known[0]


def _enrol(learner: Learner, row: Row, training: RowId, *, is_course: bool) -> None:
    """Take note of what a statement tells of the enrolment in its training."""
    second = second_of(row)
    known = learner.enrolments.setdefault(training, Enrolment(second))
    if not is_course:
        return
    if row.meaning == verbs.ENROL:
        if known.enrolled is None or known.withdrawn is not None:
            known.enrolled = second
        known.is_told, known.withdrawn, known.track = True, None, row.detail or known.track
    elif row.meaning == verbs.UNENROL:
        known.is_told, known.withdrawn, known.track = True, second, row.detail or known.track
    elif row.meaning in (verbs.COMPLETE, verbs.SATISFIED):
        known.completed = second if known.completed is None else known.completed
    elif row.meaning == verbs.REVOKE:
        known.completed = known.passed = None
    elif row.meaning == verbs.PROGRESS and row.value is not None:
        known.progress = row.value
    elif (row.meaning in (verbs.PASS, verbs.FAIL) or row.verb == verbs.EARNED) and (
        passed := passed_of(row)
    ) is not None:
        known.passed = (known.passed or second) if passed else None


def _completes(row: Row) -> bool:
    """Return whether a statement completes its activity: done, or a question answered."""
    return row.meaning in (verbs.COMPLETE, verbs.SATISFIED) or row.verb in (
        verbs.EVALUATED,
        verbs.ANSWERED,
    )


def _complete(learner: Learner, row: Row, place: Place) -> None:
    if place.activity is None or place.training is None or place.kind in _NO_COMPLETION:
        return
    pair = (place.training, place.activity)
    if _completes(row) and row.verb != verbs.ANSWERED:
        learner.completions.setdefault(pair, second_of(row))
    elif row.meaning == verbs.REVOKE:
        learner.completions.pop(pair, None)


def _write(
    writer: StoreWriter,
    content: Content,
    people: People,
    staging: Staging,
    told: Happened,
    learner: Learner,
) -> None:
    """Write what was gathered of one person."""
    person = learner.person
    for training, known in learner.enrolments.items():
        told.enrolled += known.is_told
        told.implied += not known.is_told
        ends = [at for at in (known.completed, known.passed) if at is not None]
        ids = {"training_id": training, "person_id": person}
        row = {
            "enrolled_at": known.enrolled if known.is_told else known.first,
            "withdrawn_at": known.withdrawn,
            "completed_at": min(ends, default=None),
            "implied": int(not known.is_told),
            "reported_progress": known.progress,
        }
        writer.add(schema.enrolment, ids | row)
        if known.track:
            writer.add(schema.enrolment_field, {**ids, "field": TRACK, "value": known.track})
    for (training, activity), at in learner.completions.items():
        ids = {"training_id": training, "person_id": person, "activity_id": activity}
        writer.add(schema.completion, {**ids, "at": at})
    for name, (own_id, first, last) in learner.sessions.items():
        key = fitting(f"{people.keys[person]}:{name}")
        times = {"started_at": first, "ended_at": last}
        writer.add(schema.session, {"id": own_id, "key": key, "person_id": person, **times})
    learner.tries.write(writer, person)
    _write_awards(writer, content, staging, learner)


def _write_awards(
    writer: StoreWriter, content: Content, staging: Staging, learner: Learner
) -> None:
    for (training, number), rows in learner.awards.items():
        thing = None if number is None else staging.activities[number].thing
        name = "" if thing is None else thing.name or thing.key
        is_certificate = thing is not None and "certificate" in thing.type.lower()
        writer.add(
            schema.award,
            {
                "key": rows[0].id,
                "kind": "certificate" if is_certificate else "badge",
                "person_id": learner.person,
                "training_id": None if training is None else content.trainings.get(training),
                "name": name or "award",
                "at": second_of(rows[0]),
                "score": rows[-1].score,
                "number": len(rows),
            },
        )
