"""What people did in Kolibri: visits to content, sessions of the platform, attendance."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from termstats.data.importers.kolibri.base import (
    CHANNEL,
    COURSE,
    LESSON,
    LONGEST,
    QUIZ,
    KolibriRun,
)
from termstats.data.importers.kolibri.devices import Row
from termstats.data.importers.kolibri.tables import key, moment, parsed
from termstats.data.importers.kolibri.trainings import TESTS, test_content
from termstats.data.importers.sources import cells
from termstats.data.model.units import Second
from termstats.data.store import schema

_KINDS = {
    **dict.fromkeys(("quiz", "exercise"), "quiz"),
    **dict.fromkeys(("video", "audio"), "media"),
    **dict.fromkeys(("document", "slideshow", "html5", "h5p", "zim", "bloompub"), "resource"),
}
"""Kind of content -> kind of event."""
ATTENDANCE = "attendance"


@dataclass
class Visit:
    """A visit of somebody to a content, and what it was for."""

    id: str
    user: str
    """Empty for a visitor."""
    content: str
    """As the store knows it; of a unit test it is made of course, unit and kind."""
    channel: str
    training: str
    kind: str
    """LESSON, QUIZ, COURSE or CHANNEL: what `training` is."""
    level: int | None
    """Of the try that it belongs to."""
    started: Second | None
    answers: int = 0
    """Of a visitor, who has no tries."""
    right: float = 0.0


@dataclass
class Visits:
    """All visits, and how tries find theirs."""

    by_id: dict[str, Visit] = field(default_factory=dict)
    by_level: dict[tuple[str, int], Visit] = field(default_factory=dict)
    """(person, level) of a try that is no exercise, whose levels are random numbers below 0."""
    contents: dict[str, str] = field(default_factory=dict)
    """Content of a unit test in the logs -> as the store knows it."""


def read_visits(run: KolibriRun, sessions: list[Row], tries: list[Row]) -> Visits:
    """Read what each visit was for. `tries`: rows of logger_masterylog."""
    kinds: dict[tuple[str, int | None], str] = {}
    for row in tries:
        kind = cells.text(parsed(row[3], dict).get("test_type"))
        if kind:
            kinds[key(row[1]), cells.whole(row[4])] = kind
    visits = Visits()
    for row in sorted(sessions, key=lambda row: (cells.text(row[5]), row[0])):
        visit = _visit(run, row, kinds)
        visits.by_id[visit.id] = visit
        content = key(row[2])
        if visit.content != content:
            visits.contents[content] = visit.content
        if visit.level is not None and visit.level < 0:
            visits.by_level.setdefault((visit.user, visit.level), visit)
    return visits


def _visit(run: KolibriRun, row: Row, kinds: dict[tuple[str, int | None], str]) -> Visit:
    context = parsed(parsed(row[9], dict).get("context"), dict)
    user, content, channel = key(row[1]), key(row[2]), key(row[3])
    level = cells.whole(context.get("mastery_level"))
    quiz, lesson = key(context.get("quiz_id")), key(context.get("lesson_id"))
    course, unit = key(context.get("course_session_id")), key(context.get("unit_id"))
    if quiz:
        training, kind = quiz, QUIZ
        content = quiz
    elif lesson:
        training, kind = lesson, LESSON
    elif course:
        training, kind = course, COURSE
        if unit and cells.text(row[4]) == "quiz":
            content = test_content(course, unit, kinds.get((user, level), TESTS[0]))
    elif channel:
        training, kind = channel, CHANNEL
    else:
        training, kind = content, QUIZ
    return Visit(row[0], user, content, channel, training, kind, level, run.possible(row[5]))


def write_visits(run: KolibriRun, sessions: list[Row], visits: Visits) -> None:
    """Write every visit as an event. Impossible clocks stay out of all that has dates."""
    for row in sessions:
        visit = visits.by_id[row[0]]
        at = moment(row[5])
        if at is None:
            run.refuse("logger_contentsessionlog", "no usable date", row)
            continue
        run.training(visit.training, visit.kind)
        kind = cells.text(row[4])
        place = run.place(visit.training, visit.content, kind)
        seconds, progress = cells.number(row[7]), cells.number(row[8])
        is_possible = visit.started is not None
        is_outlier = seconds is not None and not 0 <= seconds <= LONGEST
        extra: dict[str, Any] = {"content": key(row[2])}
        extra |= {"channel": visit.channel} if visit.channel else {}
        if not is_possible:
            extra["clock"] = "impossible"
        if visit.user == "":
            extra |= {"visitor": key(row[10]), "facility": run.datasets.get(key(row[11]), "")}
            extra |= {"answers": visit.answers, "right": visit.right} if visit.answers else {}
        run.writer.add_event(
            at,
            row[0],
            {
                "key": row[0],
                "person_id": run.person(visit.user) if visit.user else None,
                "action_id": run.writer.action(_KINDS.get(kind, schema.OTHER_KIND), kind[:120]),
                "training_id": place.training,
                "module_id": place.module,
                "activity_id": place.activity,
                "seconds": seconds,
                "value": progress,
                "completed": int(progress is not None and progress >= 1),
                "is_aggregate": int(not is_possible),
                "active": int(is_possible),
                "flags": schema.FLAG_OUTLIER if is_outlier else 0,
                "detail": _title(run, visit.content, visit.channel),
                "extra": json.dumps(extra, sort_keys=True),
            },
        )


def _title(run: KolibriRun, content: str, channel: str) -> str | None:
    node = run.node_of(content, channel)
    return node.title if node else None


async def write_sessions(run: KolibriRun, rows: list[Row]) -> None:
    """Write the sessions of the platform, each with its login."""
    login = run.writer.action("login", "login")
    for row in rows:
        user, started, ended = key(row[1]), run.possible(row[2]), run.possible(row[3])
        if not user:
            run.refuse("logger_usersessionlog", "nobody's session", row)
            continue
        person = run.person(user)
        if started is not None and ended is not None and ended < started:
            ended = None  # the clock went back meanwhile
        agent = cells.text(row[4]) if run.context.options.with_network_data else None
        session = run.writer.add(
            schema.session,
            {
                "key": row[0],
                "person_id": person,
                "started_at": started,
                "ended_at": ended,
                "agent": agent or None,
            },
        )
        if started is not None:
            values = {"key": f"login:{row[0]}", "person_id": person, "session_id": session}
            # Who only looked in did nothing yet: what they did has its own rows.
            run.writer.add_event(started, row[0], {**values, "action_id": login, "active": 0})


async def write_attendance(run: KolibriRun) -> None:
    """Write who was present when a coach called the roll: value 1, or 0 for absent."""
    sessions: dict[str, tuple[str, Second]] = {}
    for row in await run.devices.rows("attendance_attendancesession"):
        at = run.possible(row[2])
        if at is None:
            run.refuse("attendance_attendancesession", "no usable date", row)
            continue
        sessions[row[0]] = key(row[1]), at
        run.keep_row("attendancesession", id=row[0], collection=key(row[1]), start=at)
    action = run.writer.action(schema.OTHER_KIND, ATTENDANCE)
    for row in await run.devices.rows("attendance_attendancerecord"):
        session, user = key(row[1]), key(row[2])
        if session not in sessions or not user:
            run.refuse("attendance_attendancerecord", "unknown roll call or person", row)
            continue
        collection, at = sessions[session]
        run.keep_row(
            "attendancerecord", session=session, user=user, present=int(cells.flag(row[3]))
        )
        room = run.collections.get(collection)
        run.writer.add_event(
            at,
            row[0],
            {
                "key": row[0],
                "person_id": run.person(user),
                "action_id": action,
                "value": float(cells.flag(row[3])),
                "active": 0,
                "detail": room.name if room else None,
                "extra": json.dumps({"session": session}),
            },
        )
