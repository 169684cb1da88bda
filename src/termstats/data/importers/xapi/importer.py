"""xAPI statements: imports files of them, and the stores that keep them."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from termstats.data.importers.writing.base import ImportContext, ImportOptions, LastImport
from termstats.data.importers.writing.writer import EverythingNeeded, StoreWriter
from termstats.data.importers.xapi.content import write_content
from termstats.data.importers.xapi.doors import FINGERPRINTS, fingerprints_of, read_door
from termstats.data.importers.xapi.doors import VOIDED as VOIDED_MARK
from termstats.data.importers.xapi.fingerprints import changed_days, words_of
from termstats.data.importers.xapi.intake import StatementIntake, Told
from termstats.data.importers.xapi.learners import Happened, write_learners
from termstats.data.importers.xapi.people import People, write_people
from termstats.data.importers.xapi.staging import Staging
from termstats.data.importers.xapi.statements import Reading
from termstats.data.importers.xapi.tries import LONGEST
from termstats.data.model.errors import SourceError, UsageError
from termstats.data.model.period import check_zone
from termstats.data.model.plural import counted
from termstats.data.model.redaction import masked
from termstats.data.model.units import Second
from termstats.data.store import schema

_Told = TypeVar("_Told")
STATEMENTS = "statements"
VOIDED = "voided"
"""Name in `reported_row` of statements that others void."""
_RULES = {
    "active": "a statement; not enrolments, grades and awards, which others make",
    "enrolled": "enrolled or registered in the course; else by the first statement in it",
    "completed": "completed, or passed and not failed since",
    "session_limit_seconds": LONGEST,
}
_SHOWN_VERBS = 5
_ONLY_THESE = ", and of pages and videos only these days were read"


class XapiImporter:
    """Reads files of statements, and record stores."""

    platform = "xapi"
    title = "xAPI"
    example = "statements.jsonl.gz --store lrs.db"
    help = (
        "statements as JSON Lines, an array or an answer of a record store, packed or not, "
        "or a folder of such files, and a CSV of people; the database of lrsql (a SQLite file, "
        "postgresql://...); the log of Ralph or of Open edX Aspects (clickhouse://...)"
    )
    takes_several = True
    log_may_stay = True

    async def run(self, location: str, context: ImportContext) -> None:
        """Read the statements at `location`, and at `context.options.more`, and fill the store.

        Raises:
            SourceError: no statements there, damaged, or a server that does not answer.
            UsageError: single trainings were asked for.
        """
        if context.options.only:
            raise UsageError("xapi: imports whole stores only; leave --only out")
        context.need(STATEMENTS)
        context.report.source = masked(location)
        zone = check_zone(context.options.source_zone or "UTC")
        reading = Reading(context.options.language, zone, Second(int(time.time())))
        intake = StatementIntake(
            Staging(context.writer.connection), reading, context.intake(STATEMENTS)
        )
        locations = (location, *context.options.more)
        if context.last is not None:
            words = words_of(_changed_days(locations, context.last))
            raise EverythingNeeded(words + (_ONLY_THESE if context.options.log_stays else ""))
        told = [door for each in locations for door in await read_door(each, context, intake)]
        log = _log_of(location, told, intake) if context.options.log_stays else None
        _write(intake, told, context, log)
        _leave(context, told)

    async def is_news(self, location: str, options: ImportOptions, last: LastImport) -> bool:
        """Return whether a log has changed since the `last` import: on any day, in any way.

        Raises:
            EverythingNeeded: the source is no log in ClickHouse.
            SourceError: the server does not answer.
        """
        return bool(_changed_days((location, *options.more), last))


def _log_of(location: str, told: Sequence[Told], intake: StatementIntake) -> dict[str, Any]:
    """Return what a store has to know of a log that stays.

    Raises:
        SourceError: there is no such log, or more is read than it.
    """
    logs = [door.summing is not None for door in told]
    if logs[:1] != [True] or sum(logs) > 1 or any(door.same_as for door in told):
        raise SourceError(
            "--log-stays: give one log in ClickHouse first, and then at most files of people "
            "without same_as"
        )
    until = intake.staging.newest or 0
    return {"at": masked(location), "until": until, "read": intake.reading.until}


def _leave(context: ImportContext, told: Sequence[Told]) -> None:
    """Leave for the next import what tells it whether anything is new."""
    fingerprints = [door.fingerprint for door in told]
    if context.options.log_stays:  # files of people tell nothing, and are read each time
        fingerprints = [each for each in fingerprints if each is not None]
    if not fingerprints or None in fingerprints:
        return
    marks: dict[str, Any] = {FINGERPRINTS: fingerprints}
    seen = b""
    if (summing := told[0].summing) is not None:
        marks[VOIDED_MARK] = summing.voided
        seen = summing.packed()
    context.left = (marks, seen)


def _changed_days(locations: Sequence[str], last: LastImport) -> list[str]:
    """Return the days on which the logs differ from those of the last import."""
    before, now = last.marks.get(FINGERPRINTS, []), fingerprints_of(locations)
    if len(before) != len(now):
        raise EverythingNeeded("the number of locations is not that of the last import")
    days = [changed_days(old, new) for old, new in zip(before, now, strict=True)]
    return sorted({day for each in days for day in each})


def _write(
    statements: StatementIntake,
    doors: Sequence[Told],
    context: ImportContext,
    log: Mapping[str, Any] | None,
) -> None:
    """Write the store from everything that was staged; `log`: what is to be known of one."""
    writer, intake = context.writer, statements.intake
    staging, reading = statements.staging, statements.reading
    voided, voiding = staging.void()
    for _ in range(voided):
        intake.pass_over("voided by another statement")
    for _ in range(voiding):
        intake.pass_over("voids another statement")
    for own_id, by in staging.voided():
        data = json.dumps({"id": own_id, "by": by})
        writer.add(schema.reported_row, {"name": VOIDED, "key": own_id, "data": data})
    merged = staging.merge(_merged(door.same_as for door in doors))
    people = write_people(staging, writer, _merged(door.profiles for door in doors))
    _write_fields(writer, people, _merged(door.fields for door in doors))
    content = write_content(staging, writer, _merged(door.outline for door in doors))
    told = write_learners(staging, writer, content, people)
    context.report.notes += _notes(told, reading, voided, people.hashes)
    if merged:
        context.report.notes.append(f"{counted(merged, 'identifier')} of people known by another")
    writer.set_source(
        zone=str(reading.zone),
        as_of=None if staging.newest is None else min(staging.newest, reading.until),
        two_clocks=int(staging.has_stored),
        has_time=int(told.timed > 0),
        rules=json.dumps(_RULES | ({schema.LOG: log} if log else {}), sort_keys=True),
    )
    staging.drop()


def _merged(parts: Iterable[Mapping[str, _Told]]) -> dict[str, _Told]:
    """Return what several doors tell, the last one where several tell of the same."""
    return {key: value for part in parts for key, value in part.items()}


def _write_fields(
    writer: StoreWriter, people: People, fields: Mapping[str, Mapping[str, str]]
) -> None:
    for person, key in people.keys.items():
        for name, value in fields.get(key, {}).items():
            writer.add(schema.person_field, {"person_id": person, "field": name, "value": value})


def _notes(told: Happened, reading: Reading, voided: int, hashes: int) -> list[str]:
    """Say in the report what the statements are, and what of them is to be known."""
    listed = ", ".join(f"{name} {number:,}" for name, number in told.meanings.most_common())
    notes = [f"what they say: {listed}"] if listed else []
    if told.others:
        most = ", ".join(f"{w} {n:,}" for w, n in told.others.most_common(_SHOWN_VERBS))
        notes.append(f"verbs without a meaning of their own, kept as other: {most}")
    if voided:
        notes.append(f"{counted(voided, 'statement')} voided by others count nowhere")
    notes += [f"{number:,} {words}" for words, number in reading.noticed.items() if number]
    if told.without_course:
        notes.append(f"{counted(told.without_course, 'statement')} of no course")
    if told.moved:
        notes.append(f"{counted(told.moved, 'time')} impossible, placed at their server time")
    if hashes:
        notes.append(
            f"{counted(hashes, 'person')} known by the hash of an address that another one has: "
            "perhaps the same, kept apart"
        )
    if told.implied and not told.enrolled:
        notes.append(
            "no statement enrols anybody: who never started is unknown, and everybody is enrolled "
            "by what they did first"
        )
    return notes
