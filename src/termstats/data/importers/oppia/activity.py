"""What people did in OppiaMobile: the event log, completions and enrolments."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import starmap
from typing import Any, NamedTuple

from termstats.data.importers.oppia.attempts_before import note_instance
from termstats.data.importers.oppia.base import (
    EVENT_LIMIT,
    OppiaModule,
    OppiaRun,
    Pair,
    parse_object,
)
from termstats.data.importers.oppia.content import QUIZ_KINDS, write_old_module
from termstats.data.importers.oppia.event_log import OldModule
from termstats.data.importers.oppia.since_last import end_log, note_completion, note_place
from termstats.data.importers.sources import cells
from termstats.data.importers.sources.withheld import is_secret, nested_part
from termstats.data.importers.writing.writer import enrolment_id
from termstats.data.model.units import RowId, Second
from termstats.data.store import schema

_KINDS = ("page", "quiz", "media", "resource", "download", "search", "login")
_CONTENT = (*QUIZ_KINDS, "page", "media", "resource", "url", "file")
"""Types of events that are about an activity."""
_to_json = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode


class _Row(NamedTuple):
    """One row of the event log, in the order of its columns in `TABLES`."""

    id: int
    user: int | None
    course: int | None
    digest: Any
    type: Any
    event: Any
    device_date: Any
    server_date: Any
    completed: Any
    time_taken: Any
    version: Any
    uuid: Any
    language: Any
    points: Any
    activity_title: Any
    section_title: Any
    data: Any
    ip: Any
    agent: Any


async def write_events(run: OppiaRun, countries: dict[str, str]) -> None:
    """Write the event log; note first completions, first events and attempts' modules.

    `countries` maps an IP address to its country, also where the address itself is not kept.
    """
    async for values in run.rows("oppia_tracker", above=run.log.begins_after):
        row = _Row(*values)
        at, received, flags = run.place(row.device_date, row.server_date)
        note_place(run, row.id, received)
        if at is None:
            run.refuse("oppia_tracker", "no usable date", values)
            continue
        if row.uuid and run.log.seen.add(row.user, row.uuid, row.type, row.device_date):
            flags |= schema.FLAG_DUPLICATE
        module = _module_of(run, row)
        event = {"server_at": received, "flags": flags, **_subjects(run, row, module)}
        event |= _what(run, row, module, countries, is_moved=bool(flags & schema.FLAG_MOVED))
        seconds = event["seconds"] = cells.number(row.time_taken)
        if seconds is not None and not 0 <= seconds <= EVENT_LIMIT:
            event["flags"] |= schema.FLAG_OUTLIER
        run.writer.add_event(at, row.id, event)
        if flags & schema.FLAG_MOVED:
            _keep_moved(run, row)
        _note_progress(run, row, module, at)
    await end_log(run)


def _keep_moved(run: OppiaRun, row: _Row) -> None:
    """Keep where the device placed an event that was moved: lists of the platform go by that."""
    run.keep_row(
        "oppia_tracker",
        id=row.id,
        user_id=row.user,
        course_id=row.course,
        type=_kind(row),
        tracker_date=run.moment(row.device_date),
    )


def _kind(row: _Row) -> str | None:
    return None if row.type is None else cells.text(row.type)


def _module_of(run: OppiaRun, row: _Row) -> OppiaModule | None:
    """Return the module of an event; what left its course is written as an old version."""
    digest, kind = cells.text(row.digest), _kind(row)
    if not digest:
        return None
    module = run.digests.get((row.course, digest)) if row.course is not None else None
    is_content = kind in _CONTENT and (row.course, digest) not in run.media
    if module is None and row.course in run.trainings and is_content and kind is not None:
        title = run.title(row.activity_title)
        module = write_old_module(run, row.course, digest, kind, title)
        run.log.old_modules.append(OldModule(row.course, digest, kind, title))
    return module


def _subjects(run: OppiaRun, row: _Row, module: OppiaModule | None) -> dict[str, Any]:
    """Return whom and what an event is about, as columns of `event`."""
    training = run.trainings.get(row.course) if row.course is not None else None
    if training is None and row.course is not None:
        run.unknown_courses.add(row.course)
    if row.user is not None and row.user not in run.people:
        run.unknown_people.add(row.user)
    return {
        "key": str(row.id),
        "person_id": run.people.get(row.user) if row.user is not None else None,
        "training_id": training,
        "module_id": module.id if module else None,
        "activity_id": module.activity_id if module else None,
        "active": int(bool(_kind(row)) and training is not None),
    }


def _what(
    run: OppiaRun,
    row: _Row,
    module: OppiaModule | None,
    countries: dict[str, str],
    *,
    is_moved: bool,
) -> dict[str, Any]:
    """Return what happened in an event, as columns of `event`; note attempts' modules.

    `is_moved`: the event is not placed at its device date.
    """
    kind, event, data = _kind(row), cells.text(row.event), cells.text(row.data)
    details, ip = parse_object(data), cells.text(row.ip)
    with_network = run.context.options.with_network_data
    version = cells.text(row.version)
    if not version and kind == "download" and details:
        version = cells.text(details.get("version"))
    if module and details and kind in QUIZ_KINDS and details.get("instance_id"):
        note_instance(run, str(details["instance_id"]), module, version)
    detail, missed = run.title(row.activity_title) or (module.title if module else "") or None, 0
    if kind == "search":
        term = (details or {}).get("query")
        detail = cells.text(str(term)) if isinstance(term, str | int | float) else None
        missed = int(details is not None and cells.number(details.get("results_count")) == 0)
    is_missing = event == schema.MEDIA_MISSING
    if is_missing:
        detail = _file_missing(details)
    return {
        "action_id": run.writer.action(*_action(kind, event)),
        "completed": int(cells.flag(row.completed)),
        "missed": missed,
        "language": cells.text(row.language) or None,
        "country": countries.get(ip),
        "version": version or None,
        "detail": detail,
        "error": _error(detail) if is_missing else None,
        "extra": _extra(
            run,
            row,
            module,
            _data(data, details, with_network=with_network),
            run.moment(row.device_date) if is_moved else None,
        ),
        "ip": ip or None if with_network else None,
        "agent": cells.text(row.agent) or None if with_network else None,
    }


def _extra(
    run: OppiaRun,
    row: _Row,
    module: OppiaModule | None,
    data: object,
    device_at: Second | None,
) -> str | None:
    """Return what no column holds, as JSON; `device_at`: the date that was not believed."""
    kind = _kind(row)
    extra = {
        "type": kind if kind not in _KINDS else None,
        "section": run.title(row.section_title),
        "digest": None if module and module.current else cells.text(row.digest),
        "points": cells.number(row.points),
        "data": data,
        # What the store cannot point to.
        "user": row.user if row.user not in run.people else None,
        "course": row.course if row.course not in run.trainings else None,
    }
    extra = {name: value for name, value in extra.items() if value}
    if device_at is not None:
        extra[schema.DEVICE_AT] = device_at
    return cells.text(_to_json(extra)) if extra else None


def _note_progress(run: OppiaRun, row: _Row, module: OppiaModule | None, at: Second) -> None:
    """Note the first event of a person in a training, and the first completion of an activity."""
    if row.user not in run.people or row.course not in run.trainings:
        return
    person, training = run.people[row.user], run.trainings[row.course]
    if _kind(row) != "download":
        run.enrol(training, person, at)
    if module and cells.flag(row.completed):
        note_completion(run, (training, person, module.activity_id))
        done = run.done_by((training, person))
        done[module.activity_id] = min(at, done.get(module.activity_id, at))


def _action(kind: str | None, event: str) -> tuple[str, str]:
    """Return (kind, name) of an event's action.

    Events without a type are the app's own messages, no learning. An empty type is the device's
    copy of a download that the server has logged already.
    """
    name = event or kind or "untyped"
    if kind is None:
        return ("error" if event == schema.MEDIA_MISSING else "api"), name
    return (kind if kind in _KINDS else "other"), name


def _file_missing(details: dict[str, Any] | None) -> str | None:
    """Return the name of the file that a device reports missing."""
    name = (details or {}).get("filename")
    return cells.text(name) or None if isinstance(name, str) else None


def _error(file: str | None) -> str:
    """Return the group of a missing-media message: its file."""
    return f"media missing: {file}" if file else "media missing"


def _data(data: str, details: dict[str, Any] | None, *, with_network: bool) -> object:
    """Return the data of an event as it may be kept: without secrets; None for nothing."""
    if details is None:
        return data if data and not is_secret(data) else None
    return nested_part(details, with_network=with_network) or None


def write_completions(run: OppiaRun) -> None:
    """Write when each person first completed each activity; of the last import what changed."""
    if run.context.last is None:
        for (training, person), done in sorted(run.completions.items()):
            row = {"training_id": training, "person_id": person}
            for activity, first in sorted(done.items()):
                run.writer.add(schema.completion, {**row, "activity_id": activity, "at": first})
        return
    for (training, person, activity), before in sorted(run.log.before.items()):
        row = {"training_id": training, "person_id": person, "activity_id": activity}
        pair = training, person
        at = run.done_by(pair).get(activity)
        if at == before:
            continue
        run.context.note_changed(pair, before, at)
        if before is not None:
            run.writer.remove(schema.completion, row)
        if at is not None:
            run.writer.add(schema.completion, {**row, "at": at})


def write_enrolments(
    run: OppiaRun,
    roster: dict[Pair, Second | None],
    reported: dict[Pair, float],
) -> None:
    """Write who is in which training: the source has no roster of its own.

    Enrolled is who has an event other than a download there, or an attempt at one of its quizzes
    (events get lost), and who is a student of a cohort (`roster`: (training, person) -> its start).
    `reported` is the platform's number of completed activities by (training, person). Of what an
    earlier import wrote only that is written anew that may have changed, and does.
    """
    pairs = run.enrolled.keys() | roster.keys()
    stored: dict[RowId, Sequence[Any]] = {}
    if run.context.last is not None:
        where, values = "source_id = ?", (str(run.writer.source_id),)
        if run.keeps_summaries and run.keeps_roster:
            touched = run.touched | {done[:2] for done in run.log.before}
            pairs &= touched
            where, ids = "id IN (SELECT value FROM json_each(?))", starmap(enrolment_id, touched)
            values = (json.dumps(sorted(ids)),)
        stored = run.writer.stored(schema.enrolment, where, values)
    for pair in sorted(pairs):
        row = _enrolment(run, pair, roster.get(pair), reported.get(pair))
        row["implied"] = int(pair not in roster)
        new, is_changed = run.writer.add_changed(schema.enrolment, row, stored)
        stored.pop(new, None)
        if is_changed:
            run.context.note_changed(pair)
    for gone, before in stored.items():
        run.writer.remove(schema.enrolment, {"id": gone})
        columns = dict(zip(schema.enrolment.columns.keys(), before, strict=True))
        run.context.note_changed((columns["training_id"], columns["person_id"]))


def _enrolment(
    run: OppiaRun, pair: Pair, begins: Second | None, reported: float | None
) -> dict[str, object]:
    """Return the columns of an enrolment; `begins`: when the cohort of its person does."""
    training, person = pair
    path = run.path.get(training, ())
    moments = [at for at in (run.enrolled.get(pair), begins) if at is not None]
    times = [at for activity, at in run.done_by(pair).items() if activity in path]
    row: dict[str, object] = {
        "training_id": training,
        "person_id": person,
        "enrolled_at": min(moments, default=None),
        "completed_at": max(times) if path and len(times) >= len(path) else None,
    }
    if reported is not None and path:
        row["reported_progress"] = 100.0 * reported / len(path)
        row["reported_state"] = "completed" if reported >= len(path) else "in progress"
    return row
