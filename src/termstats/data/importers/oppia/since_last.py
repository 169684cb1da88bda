"""Reads only what is new in OppiaMobile: what the last import has to leave for that, and when not.

Trackers, attempts, answers and points are read from where the last import stopped, everything else
whole: it is small, and may have changed anywhere. Trackers and attempts that arrived within a day
before an import are read again by the next one: their devices may be ahead of the clock, and rows
of one moment may be written in any order.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping, Sequence
from typing import Any

from termstats.data.importers.oppia.attempts_before import (
    ATTEMPTS,
    marks_of_attempts,
    modules_of_quizzes,
)
from termstats.data.importers.oppia.base import TABLES, OppiaRun, kept_key, may_change
from termstats.data.importers.oppia.content import write_old_module
from termstats.data.importers.oppia.event_log import AtMark, Done, EventLog, OldModule, Seen
from termstats.data.importers.sources.opening import open_source
from termstats.data.importers.sources.tables import TableSource
from termstats.data.importers.writing.base import (
    ImportOptions,
    LastImport,
    TableReport,
    bad_rows_path,
)
from termstats.data.importers.writing.since_last import clear_but
from termstats.data.importers.writing.table_run import needed
from termstats.data.importers.writing.writer import EverythingNeeded
from termstats.data.model.units import RowId, Second
from termstats.data.store import schema

TRACKERS, ANSWERS, POINTS = "oppia_tracker", "quiz_quizattemptresponse", "oppia_points"
GROWING = (TRACKERS, ATTEMPTS, ANSWERS, POINTS)
"""Tables of which only new rows are read."""
_CONTENT = (
    *("oppia_section", "oppia_activity", "oppia_media", "quiz_quiz", "quiz_quizprops"),
    *("quiz_quizquestion", "quiz_question", "quiz_questionprops", "quiz_response"),
)
"""Tables by which events, attempts and answers find their place."""
_PARTS = {
    "people": ("auth_user", ("id",)),
    "versions": ("oppia_course", ("id", "version")),
    "countries": ("viz_userlocationvisualization", ("ip", "country_code")),
}
"""What of other tables they need: name -> (table, columns)."""
DAYS = ("summary_coursedailystats", "summary_usercoursedailysummary")
"""Tables of what the platform sums up per day."""
_SUMMARIES = (
    *DAYS,
    *("summary_usercoursesummary", "summary_userpointssummary", "viz_userlocationvisualization"),
    *("people", "versions"),
)
"""Tables that decide what the platform reports of itself."""
_ROSTER = ("oppia_cohort", "oppia_coursecohort", "oppia_participant")
"""Tables that decide who is enrolled by a cohort."""
_KEPT_ROWS = (TRACKERS, ATTEMPTS, ANSWERS)
"""Tables of which single rows are kept as they are, and of which only new ones are read."""
_ALL = (1 << 128) - 1


async def is_news(location: str, options: ImportOptions, last: LastImport) -> bool:
    """Return whether an import would change anything since the `last` one."""
    marks = last.marks
    settles = marks["settles_at"]
    if options.as_of is None and settles is not None and time.time() >= settles:
        return True
    async with await open_source(location, needed(TABLES)) as source:
        for table, known in marks["totals"].items():
            if (await totals_of(source, table, above=known[1]))[0]:
                return True
        if await _totals(source) != marks["totals"] or await _prints(source) != marks["prints"]:
            return True
        read_again: dict[str, str] = marks["read_again"]
        upto = {TRACKERS: marks["mark"], ATTEMPTS: marks["attempts"]["mark"]}
        return await _read_again(source, upto) != read_again


async def begin(run: OppiaRun) -> None:
    """Clear the store of what will be read anew, where only that is asked for.

    Raises:
        EverythingNeeded: rows that are not read again may have changed, or depend on some that did.
    """
    last, prints = run.context.last, await _prints(run.source)
    run.prints = prints
    if last is None:
        return
    marks = last.marks
    for names, reason in (
        ((*_CONTENT, "versions"), "the content of courses has changed"),
        (("countries",), "the countries of addresses have changed"),
    ):
        if any(prints[name] != marks["prints"].get(name) for name in names):
            raise EverythingNeeded(reason)
    for table in GROWING:
        upto = read_before(run, table)
        if await totals_of(run.source, table, upto=upto) != marks["below"][table]:
            raise EverythingNeeded(f"rows of {table} that had been read went or came")
    run.keeps_summaries = all(prints[name] == marks["prints"][name] for name in _SUMMARIES)
    run.keeps_roster = all(prints[name] == marks["prints"][name] for name in _ROSTER)
    kept = [schema.event, schema.attempt, schema.point, schema.enrolment, schema.reported_row]
    _carry_bad_rows(run, last)
    clear_but(run.writer, [*kept, schema.reported] if run.keeps_summaries else kept)
    _clear_kept_rows(run, marks["kept_rows"])


def _carry_bad_rows(run: OppiaRun, last: LastImport) -> None:
    """Keep the refused rows that are not read again."""

    def is_kept(table: str, row: dict[str, Any]) -> bool:
        if table in (TRACKERS, ATTEMPTS):
            return bool((row.get("id") or 0) <= (read_before(run, table) or 0))
        return table in GROWING or (run.keeps_summaries and table in DAYS)

    run.context.bad_rows.carry_over(bad_rows_path(last.store), is_kept)


def _clear_kept_rows(run: OppiaRun, numbers: Mapping[str, int]) -> None:
    """Delete the rows kept as they are, but the first `numbers` of some tables."""
    connection, source = run.writer.connection, run.writer.source_id
    marks = ", ".join("?" * len(_KEPT_ROWS))
    connection.execute(
        f"DELETE FROM reported_row WHERE source_id = ? AND name NOT IN ({marks})",  # noqa: S608
        (source, *_KEPT_ROWS),
    )
    for table in _KEPT_ROWS:
        connection.execute(
            "DELETE FROM reported_row WHERE source_id = ? AND name = ? AND key > ?",
            (source, table, kept_key(numbers[table])),
        )
        run.kept_rows[table] = numbers[table]


def resume(run: OppiaRun) -> None:
    """Take up the event log where the last import left it; content is written."""
    last = run.context.last
    if last is None:
        return
    marks, report = last.marks, run.context.report
    run.unknown_people.update(marks["unknown_people"])
    run.unknown_courses.update(marks["unknown_courses"])
    if run.unknown_people & run.people.keys() or run.unknown_courses & run.trainings.keys():
        raise EverythingNeeded("people or courses have come of whom events had told before")
    log = run.log = EventLog(marks["mark"], Seen(last.seen))
    for course, digest, kind, title in marks["old_modules"]:
        log.old_modules.append(OldModule(course, digest, kind, title))
        write_old_module(run, course, digest, kind, title)
    run.enrolled = {(training, person): at for training, person, at in marks["enrolled"]}
    modules = {module.id: module for module in run.digests.values()}
    run.instances = {
        instance: (modules[module], version)
        for instance, (module, version) in marks["instances"].items()
    }
    run.touched.update((RowId(training), RowId(person)) for training, person in marks["touched"])
    _undo_completions(run, marks["undo"])
    report.tables[TRACKERS] = TableReport(**marks["trackers"])
    for table in (ANSWERS, POINTS):
        if table in last.tables:
            report.tables[table] = last.tables[table]


def _undo_completions(run: OppiaRun, undo: Sequence[Sequence[int | None]]) -> None:
    """Put first completions back as they were at the mark: what came after is read again."""
    run.writer.flush()
    for *ids, at in undo:
        training, person, activity = (RowId(number or 0) for number in ids)
        done = run.done_by((training, person))
        run.log.before[training, person, activity] = done.pop(activity, None)
        if at is not None:
            done[activity] = Second(at)


def note_place(run: OppiaRun, key: int, received: Second | None) -> None:
    """Note that the row with that id comes next, before it tells of anything."""
    if run.log.at_mark is None and may_change(run, received):
        set_mark(run, key - 1)


async def end_log(run: OppiaRun) -> None:
    """Note that the whole log has been read."""
    if run.log.at_mark is None:
        set_mark(run, await largest_of(run, TRACKERS))


def set_mark(run: OppiaRun, mark: int) -> None:
    """Keep what is known now; rows with larger ids are read again by the next import."""
    log, counts = run.log, run.context.report.table(TRACKERS)
    log.at_mark = AtMark(
        mark=mark,
        seen=log.seen.packed(),
        enrolled=dict(run.enrolled),
        instances={key: (module.id, version) for key, (module, version) in run.instances.items()},
        old_modules=len(log.old_modules),
        kept_rows=run.kept_rows[TRACKERS],
        refused=dict(counts.refused),
        examples=dict(counts.examples),
    )


def note_completion(run: OppiaRun, done: Done) -> None:
    """Note a first completion as it is, before it may change."""
    log, at = run.log, run.done_by(done[:2]).get(done[2])
    if log.at_mark is not None:
        log.undo.setdefault(done, at)
    if run.context.last is not None:
        log.before.setdefault(done, at)


async def leave(run: OppiaRun) -> None:
    """Leave for the next import what it needs to read only what is new."""
    log, source, kept = run.log, run.source, run.kept_rows
    at_mark = log.at_mark
    if at_mark is None:
        raise AssertionError("the log has been read")
    run.writer.check_reused()
    upto = {TRACKERS: at_mark.mark, ATTEMPTS: run.attempts.mark, ANSWERS: None, POINTS: None}
    below = {table: await _below(run, table, mark) for table, mark in upto.items()}
    above = {
        table: await totals_of(source, table, above=upto[table]) for table in (TRACKERS, ATTEMPTS)
    }
    totals = below | {table: _added(below[table], more) for table, more in above.items()}
    read, refused = below[TRACKERS][0], at_mark.refused
    trackers = {"read": read, "kept": read - sum(refused.values()), "refused": refused}
    marks = {
        "mark": at_mark.mark,
        "totals": totals,
        "below": below,
        "prints": run.prints,
        "read_again": await _read_again(source, upto),
        "settles_at": run.settles_at,
        "unknown_people": sorted(run.unknown_people),
        "unknown_courses": sorted(run.unknown_courses),
        "enrolled": [(*pair, at) for pair, at in at_mark.enrolled.items()],
        "instances": at_mark.instances,
        "old_modules": [
            (old.course, old.digest, old.kind, old.title)
            for old in log.old_modules[: at_mark.old_modules]
        ],
        "undo": [(*done, at) for done, at in log.undo.items()],
        "touched": [pair for pair, at in run.enrolled.items() if at_mark.enrolled.get(pair) != at],
        "kept_rows": {
            **{TRACKERS: at_mark.kept_rows, ATTEMPTS: run.attempts.kept_rows},
            ANSWERS: kept[ANSWERS],
        },
        "attempts": marks_of_attempts(run, below[ATTEMPTS][0]),
        "quizzes": modules_of_quizzes(run),
        "trackers": {**trackers, "examples": at_mark.examples},
    }
    run.context.left = marks, at_mark.seen


def read_before(run: OppiaRun, table: str) -> int | None:
    """Return the id up to which a growing table has been read for good; None: nothing has."""
    last = run.context.last
    if last is None:
        return None
    marks = {TRACKERS: last.marks["mark"], ATTEMPTS: last.marks["attempts"]["mark"]}
    return int(marks[table] if table in marks else last.marks["totals"][table][1])


async def largest_of(run: OppiaRun, table: str) -> int:
    """Return the largest id of a growing table."""
    before = read_before(run, table)
    return max(before or 0, (await totals_of(run.source, table, above=before))[1])


async def _below(run: OppiaRun, table: str, upto: int | None) -> list[int]:
    """Return what the ids of a table add up to, as far as it has been read for good.

    What it was at the start of this import has been checked, and is not added up again.
    """
    before = read_before(run, table)
    if before is None or run.context.last is None:
        return await totals_of(run.source, table, upto=upto)
    since = await totals_of(run.source, table, above=before, upto=upto)
    return _added(run.context.last.marks["below"][table], since)


def _added(one: Sequence[int], other: Sequence[int]) -> list[int]:
    """Return what the ids of two parts of a table add up to together."""
    return [one[0] + other[0], max(one[1], other[1]), one[2] + other[2]]


async def _totals(source: TableSource) -> dict[str, list[int]]:
    """Return what the ids of each growing table add up to."""
    return {table: await totals_of(source, table) for table in GROWING}


async def totals_of(
    source: TableSource, table: str, *, above: int | None = None, upto: int | None = None
) -> list[int]:
    """Return what the ids of a table add up to; see `TableSource.totals`. Nothing without ids."""
    if "id" not in await source.columns(table):
        return [0, 0, 0]
    return list(await source.totals(table, above=above, upto=upto))


async def _prints(source: TableSource) -> dict[str, str]:
    """Return the fingerprint of each table that is read whole, and of parts of some."""
    prints = {table: await _print(source, table) for table in TABLES if table not in GROWING}
    for name, (table, columns) in _PARTS.items():
        prints[name] = await _print(source, table, columns)
    return prints


async def _read_again(source: TableSource, upto: Mapping[str, int | None]) -> dict[str, str]:
    """Return the fingerprints of the rows that the next import reads again."""
    return {table: await _print(source, table, above=upto[table]) for table in (TRACKERS, ATTEMPTS)}


async def _print(
    source: TableSource, table: str, columns: Sequence[str] = (), *, above: int | None = None
) -> str:
    """Return what tells the rows of a table from all others, in whatever order they come."""
    have = set(await source.columns(table))
    names = [name for name in columns or TABLES[table].names if name in have]
    rows = total = 0
    if names:
        async for batch in source.batches(table, names, above=above):
            rows += len(batch)
            for row in batch:
                text = repr(row).encode("utf-8", "surrogatepass")
                total += int.from_bytes(hashlib.blake2b(text, digest_size=16).digest())
    return f"{rows}:{total & _ALL:x}"
