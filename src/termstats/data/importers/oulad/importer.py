"""OULAD, the Open University Learning Analytics dataset: a folder of CSV files.

Everything is dated in days of the course; a day is placed at noon of its calendar date in the
reporting zone, so that no zone moves it. The click log has no key and repeats rows: every row is
one event, weighted by its clicks.
"""

from __future__ import annotations

import json
from datetime import timedelta

from termstats.data.importers.oulad import files
from termstats.data.importers.oulad.assessments import (
    PASS_MARK,
    read_assessments,
    read_submissions,
    write_assessments,
    write_submissions,
)
from termstats.data.importers.oulad.base import PAIR, OuladRun, Presentation, course_day, whole
from termstats.data.importers.oulad.clicks import KIND_OF_TYPE, write_clicks
from termstats.data.importers.sources import cells
from termstats.data.importers.writing.base import ImportContext
from termstats.data.importers.writing.run import clear_training
from termstats.data.model.errors import SourceError
from termstats.data.model.period import day_start, local_day
from termstats.data.model.units import Second
from termstats.data.store import schema
from termstats.data.store.days.coverage import newest_record

FIELDS = (
    "gender",
    "region",
    "highest_education",
    "imd_band",
    "age_band",
    "num_of_prev_attempts",
    "studied_credits",
    "disability",
)


class OuladImporter:
    """Reads a folder of OULAD files, packed or not, clicks in one file or in parts."""

    platform = "oulad"
    title = "OULAD"
    example = "oulad/ --store oulad.db --as-of latest"
    help = (
        "a folder with courses, assessments, vle, studentInfo, studentRegistration, "
        "studentAssessment and studentVle, each .csv, packed or not (studentVle: a file, or a "
        "folder of parts); day 0 is 1 February (B) or 1 October (J) unless starts.csv "
        "(code_presentation,start) gives another date; --only AAA_2013J for one presentation"
    )

    async def run(self, location: str, context: ImportContext) -> None:
        """Import the folder `location`; see `Importer.run`."""
        run = OuladRun(files.find(location), context)
        context.need("courses", "studentInfo")
        context.need(*files.TABLES, rows=False)
        read_courses(run)
        write_enrolments(run)
        write_pages(run)
        assessments = read_assessments(run)
        submissions = read_submissions(run, assessments)
        modules = write_assessments(run, assessments)
        write_submissions(run, submissions, modules)
        write_clicks(run)
        write_trainings(run)
        set_source(run)


def read_courses(run: OuladRun) -> None:
    """Prepare the presentations wanted; with `--only`, clear what an import left of them."""
    intake = run.context.intake("courses")
    starts = files.read_starts(run.folder.starts)
    only = set(run.context.options.only)
    ids_by_key = run.writer.ids_by_key(schema.training)
    columns = (*PAIR, "module_presentation_length|length")
    wanted: dict[str, tuple[str, str, int]] = {}
    for row in files.records(run.folder.tables["courses"], columns, intake.refuse_unread):
        module, code = row[0].strip(), row[1].strip()
        key, length = f"{module}_{code}", course_day(row[2])
        if only and key not in only:
            run.left_out.add((module, code))
            continue
        intake.read()
        if length is None or length < 1:
            intake.refuse("the length is not a number of days", row)
        elif key in wanted:
            intake.refuse("presentation listed twice", row)
        else:
            wanted[key] = (module, code, length)
    if only - wanted.keys():
        raise SourceError(
            f"no presentation {', '.join(sorted(only - wanted.keys()))}; there are "
            + ", ".join(sorted({*wanted, *(f"{m}_{c}" for m, c in run.left_out)}))
        )
    for key, (module, code, length) in sorted(wanted.items()):
        if key in ids_by_key:
            clear_training(run.writer.connection, ids_by_key[key])
        start = files.start_day(module, code, starts)
        run.presentations[module, code] = Presentation(
            module, code, start, length, run.writer.new_id(schema.training)
        )


def write_enrolments(run: OuladRun) -> None:
    """Write people and their enrolments, in the order of the keys."""
    dates = read_registrations(run)
    people = run.writer.ids_by_key(schema.person)
    enrolled = _read_enrolled(run)
    # In the order of the keys: the order of the rows differs between copies.
    for number, student in sorted({(number, row[2]) for _, number, row in enrolled}):
        if student not in people:
            people[student] = run.writer.add(
                schema.person, {"key": str(number), "name": str(number)}
            )
    for _, _, row in sorted(enrolled):
        presentation = run.presentations[row[0], row[1]]
        presentation.people[row[2]] = people[row[2]]
        write_enrolment(run, presentation, row, dates.pop(row[:3], (None, None)))
    if dates:
        registrations = run.context.intake("studentRegistration")
        for key in dates:
            registrations.refuse("not in studentInfo", key)


def _read_enrolled(run: OuladRun) -> list[tuple[str, int, tuple[str, ...]]]:
    """Return (presentation, number of the learner, row) of everybody enrolled."""
    intake = run.context.intake("studentInfo")
    columns = (*PAIR, "id_student", "final_result", *FIELDS)
    enrolled: list[tuple[str, int, tuple[str, ...]]] = []
    seen: set[tuple[str, ...]] = set()
    for row in files.records(run.folder.tables["studentInfo"], columns, intake.refuse_unread):
        if row[:2] in run.left_out:
            continue
        intake.read()
        number = whole(row[2])
        if row[:2] not in run.presentations:
            intake.refuse("unknown presentation", row)
        elif number is None:
            intake.refuse("id_student is not a number", row)
        elif row[:3] in seen:
            intake.refuse("enrolled twice", row)
        else:
            seen.add(row[:3])
            enrolled.append((f"{row[0]}_{row[1]}", number, row))
    return enrolled


def read_registrations(run: OuladRun) -> dict[tuple[str, ...], tuple[int | None, int | None]]:
    """Return (module, code, id_student) -> days of registration and unregistration."""
    intake = run.context.intake("studentRegistration")
    columns = (*PAIR, "id_student", "date_registration", "date_unregistration")
    days_by_key: dict[tuple[str, ...], tuple[int | None, int | None]] = {}
    for row in files.records(
        run.folder.tables["studentRegistration"], columns, intake.refuse_unread
    ):
        if row[:2] in run.left_out:
            continue
        intake.read()
        days = [course_day(cell) for cell in row[3:]]
        if any(
            day is None and cell.strip() not in files.MISSING
            for day, cell in zip(days, row[3:], strict=True)
        ):
            intake.refuse("a date is not a day of the course", row)
        elif row[:3] in days_by_key:
            intake.refuse("registered twice", row)
        else:
            days_by_key[row[:3]] = (days[0], days[1])
    return days_by_key


def write_enrolment(
    run: OuladRun,
    presentation: Presentation,
    row: tuple[str, ...],
    days: tuple[int | None, int | None],
) -> None:
    """Write one enrolment and what is known of the person within it."""
    ids = {
        "training_id": presentation.training_id,
        "person_id": presentation.people[row[2]],
    }
    registered, left = (None if d is None else run.moment(presentation, d) for d in days)
    end = run.moment(presentation, presentation.length)
    result = row[3].strip()
    if result == "Withdrawn":
        # Published with the results: known by the last day, whatever the dates say.
        left = end if left is None else min(left, end)
    run.writer.add(
        schema.enrolment,
        {
            **ids,
            "enrolled_at": registered,
            "withdrawn_at": left,
            "completed_at": end if result in ("Pass", "Distinction") else None,
            "ended_at": end if result == "Fail" else None,
            "reported_state": None if result in files.MISSING else result,
        },
    )
    for name, cell in zip(FIELDS, row[4:], strict=True):
        value = None if cell.strip() in files.MISSING else cells.id_key(cell)
        run.writer.add(schema.enrolment_field, {**ids, "field": name, "value": value})


def write_pages(run: OuladRun) -> None:
    """Write the pages of the learning environment as activities outside the path."""
    intake = run.context.intake("vle")
    pages: dict[str, tuple[int, tuple[str, ...]]] = {}
    columns = (*PAIR, "id_site", "activity_type")
    for row in files.records(run.folder.tables["vle"], columns, intake.refuse_unread):
        if row[:2] in run.left_out:
            continue
        intake.read()
        number = whole(row[2])
        if row[:2] not in run.presentations:
            intake.refuse("unknown presentation", row)
        elif number is None:
            intake.refuse("id_site is not a number", row)
        elif row[2] in pages:
            intake.refuse("page listed twice", row)
        else:
            pages[row[2]] = (number, row)
    for number, row in sorted(pages.values()):
        presentation, kind = run.presentations[row[0], row[1]], row[3].strip()
        activity = run.writer.add(
            schema.activity,
            {
                "key": str(number),
                "training_id": presentation.training_id,
                "title": f"{kind} {number}",
                "type": kind,
                "position": number,
                "in_path": 0,
            },
        )
        action = run.writer.action(KIND_OF_TYPE.get(kind, "other"), kind)
        presentation.sites[row[2]] = (activity, action)


def write_trainings(run: OuladRun) -> None:
    """Write the presentations, last: only now it is known which of them have clicks."""
    silent = []
    for presentation in run.presentations.values():
        run.writer.add(
            schema.training,
            {
                "id": presentation.training_id,
                "key": presentation.key,
                "title": presentation.key,
                "code": presentation.module,
                "version": presentation.code,
                "starts_at": run.moment(presentation, 0),
                "ends_at": run.moment(presentation, presentation.length),
                "has_activity": int(presentation.clicked),
            },
        )
        if not presentation.clicked:
            silent.append(presentation.key)
    if silent:
        run.context.report.gaps.append(
            f"no activity data loaded for {len(silent)} of {len(run.presentations)} "
            f"presentations: {', '.join(silent)}"
        )


def set_source(run: OuladRun) -> None:
    """Say what the data cannot tell, and as of when they are: the last day with any record."""
    run.writer.flush()
    newest = newest_record(run.writer.connection, run.writer.source_id)
    as_of = None
    if newest is not None:
        next_day = local_day(newest, run.zone) + timedelta(days=1)
        as_of = Second(day_start(next_day, run.zone) - 1)
    run.writer.set_source(
        zone=run.context.zone,
        as_of=as_of,
        has_time=0,
        has_clock=0,
        rules=json.dumps(
            {
                "pass_mark": PASS_MARK,
                "weekdays": "start dates are a convention: weekdays mean nothing",
                "weight": "clicks",
                "results": "published",
            }
        ),
    )
