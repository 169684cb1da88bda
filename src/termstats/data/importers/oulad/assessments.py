"""Assessments of OULAD as modules, submissions as attempts."""

from __future__ import annotations

from dataclasses import dataclass

from termstats.data.importers.oulad import files
from termstats.data.importers.oulad.base import PAIR, OuladRun, Presentation, course_day, decimal
from termstats.data.importers.sources import cells
from termstats.data.model.scoring import BEST, is_passed
from termstats.data.model.units import RowId
from termstats.data.store import schema

PASS_MARK = 40.0
"""Percent: of one assessment, not of the presentation."""
MAX_SCORE = 100.0


@dataclass(frozen=True)
class Assessment:
    """One assessment as the files give it; `day` None: not dated."""

    key: str
    presentation: Presentation
    kind: str
    day: int | None
    weight: float | None


@dataclass(frozen=True)
class Submission:
    """One row of studentAssessment."""

    assessment: Assessment
    student: str
    day: int
    banked: bool
    score: float | None


def read_assessments(run: OuladRun) -> dict[str, Assessment]:
    """Return the assessments by id."""
    intake = run.context.intake("assessments")
    columns = (*PAIR, "id_assessment", "assessment_type", "date", "weight")
    assessments: dict[str, Assessment] = {}
    for row in files.records(run.folder.tables["assessments"], columns, intake.refuse_unread):
        if row[:2] in run.left_out:
            continue
        intake.read()
        day = course_day(row[4])
        if row[:2] not in run.presentations:
            intake.refuse("unknown presentation", row)
        elif day is None and row[4].strip() not in files.MISSING:
            intake.refuse("the date is not a day of the course", row)
        elif row[2] in assessments:
            intake.refuse("assessment listed twice", row)
        else:
            assessments[row[2]] = Assessment(
                row[2],
                run.presentations[row[0], row[1]],
                row[3].strip(),
                day,
                decimal(row[5], MAX_SCORE),
            )
    return assessments


def read_submissions(run: OuladRun, assessments: dict[str, Assessment]) -> list[Submission]:
    """Return the submissions, in the order of their keys; notes which exams have scores."""
    intake = run.context.intake("studentAssessment")
    columns = ("id_assessment", "id_student", "date_submitted", "is_banked", "score")
    submissions: dict[tuple[str, ...], Submission] = {}
    for row in files.records(run.folder.tables["studentAssessment"], columns, intake.refuse_unread):
        assessment = assessments.get(row[0])
        if assessment is None and run.left_out:
            continue
        intake.read()
        day, score = course_day(row[2]), decimal(row[4], MAX_SCORE)
        if assessment is None:
            intake.refuse("unknown assessment", row)
        elif row[1] not in assessment.presentation.people:
            intake.refuse("the learner is not enrolled", row)
        elif day is None:
            intake.refuse("date_submitted is not a day of the course", row)
        elif score is None and row[4].strip() not in files.MISSING:
            intake.refuse("the score is not between 0 and 100", row)
        elif row[:2] in submissions:
            intake.refuse("submitted twice", row)
        else:
            banked = cells.flag(row[3])
            submissions[row[:2]] = Submission(assessment, row[1], day, banked, score)
            if assessment.kind == "Exam" and score is not None:
                assessment.presentation.examined = True
    return sorted(submissions.values(), key=lambda s: (s.assessment.key, s.student))


def write_assessments(
    run: OuladRun, assessments: dict[str, Assessment]
) -> dict[str, tuple[RowId, RowId]]:
    """Write modules and their activities; return assessment -> (module id, activity id)."""
    ids: dict[str, tuple[RowId, RowId]] = {}
    position: dict[str, int] = {}
    ordered = sorted(
        assessments.values(),
        # An exam without a date is sat in the last week.
        key=lambda a: (
            a.presentation.key,
            a.presentation.length if a.day is None else a.day,
            a.key,
        ),
    )
    for item in ordered:
        presentation = item.presentation
        day = presentation.length if item.day is None else item.day
        place = position[presentation.key] = position.get(presentation.key, 0) + 1
        mandatory = int(item.kind != "Exam" or presentation.examined)
        common = {
            "key": f"assessment:{item.key}",
            "training_id": presentation.training_id,
            "title": f"{item.kind} {item.key}",
            "position": place,
            "max_score": MAX_SCORE,
        }
        module = run.writer.add(
            schema.module,
            {
                **common,
                "kind": item.kind,
                "mandatory": mandatory,
                "pass_mark": PASS_MARK,
                "keep": BEST,
                "weight": item.weight,
                "due_at": run.moment(presentation, day),
            },
        )
        activity = run.writer.add(
            schema.activity,
            {**common, "module_id": module, "type": item.kind, "in_path": mandatory},
        )
        ids[item.key] = (module, activity)
    return ids


def write_submissions(
    run: OuladRun, submissions: list[Submission], ids: dict[str, tuple[RowId, RowId]]
) -> None:
    """Write every submission as an attempt and as the completion of its activity."""
    for item in submissions:
        presentation = item.assessment.presentation
        module, activity = ids[item.assessment.key]
        person = presentation.people[item.student]
        passed = is_passed(item.score, PASS_MARK)
        run.writer.add(
            schema.attempt,
            {
                "key": f"{item.assessment.key}-{item.student}",
                "person_id": person,
                "training_id": presentation.training_id,
                "module_id": module,
                "finished_at": run.moment(presentation, item.day),
                "points": item.score,
                "max_points": MAX_SCORE,
                "score": item.score,
                "passed": None if passed is None else int(passed),
                "version": "banked" if item.banked else None,
                "flags": schema.FLAG_NO_ACTIVITY if item.banked else 0,
            },
        )
        run.writer.add(
            schema.completion,
            {
                "training_id": presentation.training_id,
                "person_id": person,
                "activity_id": activity,
                # A banked result was there when the presentation began.
                "at": run.moment(presentation, 0 if item.banked else item.day),
            },
        )
