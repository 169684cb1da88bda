"""Imports the files that a teacher saves of a course, as one course."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence

from termstats.data.importers.moodle.base import ATTEMPT_LIMIT
from termstats.data.importers.moodle.files.course import Course, course_of
from termstats.data.importers.moodle.files.gradebook import write_grades
from termstats.data.importers.moodle.files.log import write_log
from termstats.data.importers.moodle.files.people import People, read_people
from termstats.data.importers.moodle.files.quizzes import write_quizzes
from termstats.data.importers.moodle.files.reading import LOG, Files, LogRow, read_files
from termstats.data.importers.sources.file_names import day_of_file
from termstats.data.importers.writing.base import ImportContext
from termstats.data.model.period import day_number
from termstats.data.model.plural import singular
from termstats.data.model.units import Second

_RULES = {
    "active": "an event of the log in the browser or the app, that is no teaching",
    "enrolled": "is in the gradebook or a report of a quiz, or did something in the course",
    "completed": "the log says that the course was completed",
    "session_limit_seconds": ATTEMPT_LIMIT,
}
_DAY = 86_400


async def import_files(locations: Sequence[str], context: ImportContext) -> None:
    """Read the files, or folders of them, at `locations`, and fill the store.

    Raises:
        SourceError: a file is none that Moodle saves, is damaged, or of another course.
    """
    context.needs_rows = True
    files = read_files(locations, context)
    people = read_people(files, context.writer)
    course = course_of(files, people)
    rows = _log_rows(files)
    as_of = _as_of(files, rows)
    write_log(course, rows)
    write_quizzes(course, files)
    for path, grades in files.gradebooks.items():
        day = day_number(day_of_file(path, files.zone))
        write_grades(course, grades, as_of or Second(day * _DAY))
    course.write(has_activity=bool(rows))
    people.write()
    _describe(context, files, course, people, as_of)


def _log_rows(files: Files) -> list[LogRow]:
    """Return the rows of all logs in order of time; what several logs have counts once.

    Equal rows of one log all count: Moodle writes minutes, and people click twice in one.
    """
    rows: list[LogRow] = []
    most: Counter[tuple[Second, str, str, str]] = Counter()
    for log in files.logs.values():
        times: Counter[tuple[Second, str, str, str]] = Counter()
        for row in log:
            # Descriptions are English in every log; names of events are not.
            same = (row.at, row["user"], row["description"], row["origin"])
            times[same] += 1
            if times[same] > most[same]:
                rows.append(row)
            else:
                files.context.intake(LOG).pass_over("in another log as well")
        most |= times
    return sorted(rows, key=lambda row: (row.at, row.tie))


def _as_of(files: Files, rows: list[LogRow]) -> Second | None:
    """Return the newest moment in the files."""
    moments = [row.at for row in rows]
    for attempts in files.quizzes.values():
        for attempt in attempts:
            moments += [at for at in (attempt.started, attempt.finished) if at is not None]
    moments += [row.at for grades in files.gradebooks.values() for row in grades if row.at]
    return max(moments, default=None)


def _describe(
    context: ImportContext, files: Files, course: Course, people: People, as_of: Second | None
) -> None:
    """Describe the source, and note what a reader of its figures has to know."""
    context.writer.set_source(
        zone=str(files.zone), as_of=as_of, rules=json.dumps(_RULES, sort_keys=True)
    )
    notes = context.report.notes
    if context.options.source_zone is None:
        notes.append(
            f"times are read as those of {files.zone}: they are of the zone of who saved the "
            "files; say another with --source-zone"
        )
    notes += [singular(f"{times:,} {what}") for what, times in sorted(course.remarks.items())]
    if people.unclear:
        unclear = f"{people.unclear:,} people of the log not joined with others"
        notes.append(f"{singular(unclear)}: several are called so")
    staff = sum(person.is_staff for person in people.all)
    if staff:
        notes.append(f"{singular(f'{staff:,} people')} taken as staff: they teach")
    others = sum(
        not person.is_listed and not person.is_staff and person.id in course.standings
        for person in people.all
    )
    if others and files.gradebooks:
        notes.append(
            f"{singular(f'{others:,} people')} of the log in no gradebook; counted as learners"
        )
    if not any(person.is_listed for person in people.all):
        notes.append(
            "no gradebook or report of a quiz: who was never active is unknown; save one as well"
        )
