"""The event tables of Aspects: statements by columns, without their JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from termstats.data.importers.sources import cells
from termstats.data.importers.xapi import verbs
from termstats.data.importers.xapi.actors import actor_of_text
from termstats.data.importers.xapi.clickhouse import ClickHouse, quoted, text_of
from termstats.data.importers.xapi.event_log import LOG, TIME, read_log
from termstats.data.importers.xapi.intake import StatementIntake
from termstats.data.importers.xapi.statements import SECOND, Statement, percent
from termstats.data.importers.xapi.summed import Summing
from termstats.data.importers.xapi.things import Thing, block_key, course_key, help_of
from termstats.data.model.errors import SourceError
from termstats.data.model.units import Second

PARSED = "xapi_events_all_parsed"
_COMMON = ("actor_id", "course_key", "verb_id")
_GRADES = {"passed": "Pass", "failed": "Fail"}
Cells = Mapping[str, Any]


@dataclass(frozen=True)
class EventTable:
    """One of the tables."""

    name: str
    time: str
    columns: tuple[str, ...]
    results: Callable[[Cells], dict[str, Any]]
    """What the columns say of a statement, beside who, what and when."""
    block: str = ""
    """Column of what its rows are about, of a table that can be summed up; empty: it cannot be."""
    length: str = ""
    """Column of how long a video is."""

    @property
    def selected(self) -> tuple[str, ...]:
        """Return the columns that are read, after id and time."""
        return (*_COMMON, *self.columns)


def has_event_tables(server: ClickHouse) -> bool:
    """Return whether a database has the five tables, and so need not be read as JSON."""
    return all(server.columns(table.name) for table in TABLES)


def read_event_tables(
    server: ClickHouse, intake: StatementIntake, summing: Summing | None = None
) -> None:
    """Bring in the rows of the five tables, and from the log what is in none of them.

    That is statements of other verbs, those that void, and those from before the tables begin: the
    tables forget after a year, the log does not. `summing`: tables that can be are summed up.

    Raises:
        SourceError: a column is missing, or the server does not answer.
    """
    if summing is not None:
        for part in others(server):
            read_log(server, intake, part.table, part.where, stays=True)
        summing.leave_out(intake.staging.void_targets())
    for table in TABLES:
        if summing is not None and table.block:
            _sum_up(server, intake, table, summing)
        else:
            read_table(server, intake, table)
    if summing is None:
        for part in others(server):
            read_log(server, intake, part.table, part.where)


class LogPart(NamedTuple):
    """A table of statements, of which only some are read: a condition of SQL."""

    table: str
    where: str


def others(server: ClickHouse) -> list[LogPart]:
    """Return where the statements lie that are in none of the five tables."""
    first = min(
        filter(None, (_first(server, table.name, table.time) for table in TABLES)), default=0
    )
    parts = []
    if server.columns(PARSED):
        listed = ", ".join(map(text_of, _VERBS))
        parts.append(LogPart(PARSED, f"verb_id NOT IN ({listed})"))
    if server.columns(LOG):
        micros = server.micros(TIME, server.columns(LOG)[TIME])
        parts.append(LogPart(LOG, f"{micros} < {first:d}"))
    return parts


def _first(server: ClickHouse, table: str, column: str) -> int:
    micros = server.micros(column, server.columns(table)[column])
    sql = f"SELECT min({micros}), count() FROM {server.table(table)}"  # noqa: S608
    ((first, number),) = server.rows(sql)
    return int(first) if number else 0


def _sum_up(
    server: ClickHouse, intake: StatementIntake, table: EventTable, summing: Summing
) -> None:
    """Bring in the sums of a table, and by themselves the rows that others void."""
    _check(server, table)
    if summing.voided:
        listed = ", ".join(map(text_of, summing.voided))
        read_table(server, intake, table, f"toString(event_id) IN ({listed})")
    for each in summing.sums(server, table.name, table.time, table.block, table.length):
        intake.intake.read(each.rows)
        if each.rows > each.events:
            intake.intake.pass_over(_TWICE, each.rows - each.events)
        row = dict.fromkeys(table.columns) | {table.block: each.block, table.length: each.length}
        row |= {"actor_id": each.actor, "course_key": each.course, "verb_id": each.verb}
        made = _statement(each.id, each.first, row, table)
        place = f"{table.name} {each.id}"
        intake.take_made(partial(_itself, made), row, place, weight=each.events)
        intake.staging.reach(Second(each.last // SECOND))
        intake.staging.activity(made.object, (each.last, each.id))


def _itself(statement: Statement) -> Statement:
    return statement


def _check(server: ClickHouse, table: EventTable) -> None:
    """Check that a table has the columns that are read.

    Raises:
        SourceError: it does not.
    """
    kinds = server.columns(table.name)
    missing = [name for name in ("event_id", table.time, *table.selected) if name not in kinds]
    if missing:
        raise SourceError(
            f"{server.name}: {table.name} has no {', '.join(missing)}: another version of Aspects; "
            f"read its log instead: .../{server.database}?table={LOG}"
        )


def read_table(
    server: ClickHouse, intake: StatementIntake, table: EventTable, where: str = ""
) -> None:
    """Bring in the rows of a table; `where`: a condition of SQL, made by this program.

    Raises:
        SourceError: a column is missing, or the server does not answer.
    """
    _check(server, table)
    listed = ", ".join(quoted(name) for name in table.selected)
    micros = server.micros(table.time, server.columns(table.name)[table.time])
    sql = f"SELECT toString(event_id), {micros}, {listed} FROM {server.table(table.name)}"  # noqa: S608
    for own_id, at, *values in server.rows(f"{sql} WHERE {where}" if where else sql):
        row = dict(zip(table.selected, values, strict=True))
        intake.intake.read()
        if table.name == GRADING and row["verb_id"] == verbs.EVALUATED:
            intake.intake.pass_over(_TWICE)  # as in the table of problems, with less of it
            continue
        make = partial(_statement, own_id.lower(), int(at), row, table)
        intake.take_made(make, row, f"{table.name} {own_id}", again=_TWICE)


_TWICE = "in another table or batch too"


def _statement(own_id: str, at: int, row: Cells, table: EventTable) -> Statement:
    verb, key = cells.text(row["verb_id"]), cells.text(row["course_key"])
    course = Thing(key, kind=verbs.COURSE) if key else None
    thing = _thing(row, course)
    if thing is not None and thing.kind == verbs.COURSE:
        course = thing
    meaning = verbs.event_of(verb, is_course=thing is course)
    if meaning in (verbs.ENROL, verbs.UNENROL):
        at = at // SECOND * SECOND
    actor = actor_of_text(cells.text(row["actor_id"]))
    made = Statement(own_id, at, None, None, actor, "", verb, meaning, course, thing)
    return made._replace(**table.results(row))


def _thing(row: Cells, course: Thing | None) -> Thing | None:
    """Return what a row is about: a block, or the course itself."""
    own = cells.text(row.get("block_id") or row.get("object_id"))
    block = block_key(own)
    if not block:
        return course if course_key(own) or not own else Thing(own)
    kind = verbs.kind_of("", block)
    length = cells.number(row.get("video_duration")) or None
    return Thing(
        block, "", kind, interaction=cells.text(row.get("interaction_type")), length=length
    )


def _enrolled(row: Cells) -> dict[str, Any]:
    return {"detail": cells.text(row["enrollment_mode"]) or None}


def _graded(row: Cells) -> dict[str, Any]:
    if cells.text(row["verb_id"]) != verbs.EARNED:
        return {}
    score = cells.number(row["scaled_score"])
    detail = _GRADES.get(cells.text(row["approving_state"]))
    return {"score": None if score is None else percent(score), "detail": detail}


def _navigated(_row: Cells) -> dict[str, Any]:
    return {}


def _tried(row: Cells) -> dict[str, Any]:
    verb = cells.text(row["verb_id"])
    if verb == verbs.ASKED:
        return {"detail": help_of(cells.text(row["object_id"]))}
    if verb != verbs.EVALUATED:
        return {}
    score = cells.number(row["scaled_score"])
    return {
        "score": None if score is None else percent(score),
        "passed": int(bool(row["success"])),
        "number": cells.whole(row["attempts"], 1, 1_000_000),
        "response": cells.text(row["responses"]) or None,
    }


def _watched(row: Cells) -> dict[str, Any]:
    return {"value": cells.number(row["video_position"])}


GRADING = "grading_events"
TABLES = (
    EventTable(
        "problem_events",
        "emission_time",
        *(("object_id", "responses", "scaled_score", "success", "interaction_type", "attempts"),),
        _tried,
    ),
    EventTable(GRADING, "emission_time", ("object_id", "scaled_score", "approving_state"), _graded),
    EventTable("navigation_events", "emission_time", ("block_id",), _navigated, "block_id"),
    EventTable(
        "video_playback_events",
        "emission_time_long",
        ("object_id", "video_position", "video_duration"),
        _watched,
        *("object_id", "video_duration"),
    ),
    EventTable("enrollment_events", "emission_time", ("object_id", "enrollment_mode"), _enrolled),
)
_VERBS = (
    verbs.EVALUATED,
    verbs.EARNED,
    *(f"http://adlnet.gov/expapi/verbs/{word}" for word in ("registered", "passed", "failed")),
    *(f"http://adlnet.gov/expapi/verbs/{w}" for w in ("asked", "completed", "initialized")),
    "http://adlnet.gov/expapi/verbs/terminated",
    "http://id.tincanapi.com/verb/unregistered",
    "https://w3id.org/xapi/dod-isd/verbs/navigated",
    *(f"https://w3id.org/xapi/video/verbs/{word}" for word in ("played", "paused", "seeked")),
)
"""Verbs of the five tables."""
