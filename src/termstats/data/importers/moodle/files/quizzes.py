"""Attempts at quizzes, as reports of grades and of responses tell them together."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from termstats.data.importers.moodle.base import ATTEMPT_LIMIT
from termstats.data.importers.moodle.files import words
from termstats.data.importers.moodle.files.course import Activity, Course
from termstats.data.importers.moodle.files.reading import NONE, AnswerCells, Files, QuizRow, stem
from termstats.data.importers.sources import cells
from termstats.data.model.scoring import score_percent
from termstats.data.model.units import RowId, Second
from termstats.data.store import schema

_QUIZ = "quiz"
_Tries = dict[tuple[RowId, Second, int], QuizRow]
"""(person, start, number of those before it in that minute) -> what both reports say of it."""


@dataclass
class _Question:
    """A question of a quiz."""

    id: RowId
    titles: set[str]
    rights: set[str]
    most: float | None = None


def write_quizzes(course: Course, files: Files) -> None:
    """Write the attempts of all reports; the two reports of one quiz tell of the same attempts."""
    quizzes: dict[RowId, _Tries] = defaultdict(dict)
    activities: dict[RowId, Activity] = {}
    for path, rows in files.quizzes.items():
        activity = _quiz(course, files, path)
        activities[activity.module] = activity
        before: Counter[tuple[RowId, Second]] = Counter()
        for row in rows:
            person = course.people.of(row.who)
            course.standing(person)
            course.attempts.add((activity.module, person.id))
            activity.most = row.most or activity.most
            if row.started is not None:
                tries = quizzes[activity.module]
                at = (person.id, row.started, before[person.id, row.started])
                before[at[:2]] += 1
                tries[at] = _both(tries[at], row) if at in tries else row
    for module, tries in quizzes.items():
        _write_tries(course, activities[module], tries)


def _quiz(course: Course, files: Files, path: Path) -> Activity:
    """Return the quiz that a report is of: the one whose title its name ends with."""
    match = words.QUIZ_FILE.fullmatch(stem(path))
    name = match["name"] if match else stem(path)
    known = [
        each
        for each in course.activities
        if each.kind in (_QUIZ, "") and _letters(name).endswith(_letters(each.title) or "?")
    ]
    if known:
        return max(known, key=lambda each: len(each.title))
    for log in files.logs:
        if shortname := words.LOG_FILE.fullmatch(stem(log)):
            name = name.removeprefix(f"{shortname['course']}-")
    return course.activity(name.partition("-")[2].strip() or name, _QUIZ)


def _letters(text: str) -> str:
    """Return the letters and digits of a text: file names hold no others surely."""
    return re.sub(r"[\W_]+", "", text).casefold()


def _both(one: QuizRow, other: QuizRow) -> QuizRow:
    """Return what two reports say of one attempt."""
    numbers = sorted(one.answers.keys() | other.answers.keys())
    answers = {
        number: _joined(one.answers.get(number), other.answers.get(number)) for number in numbers
    }
    return replace(
        one,
        finished=one.finished if one.finished is not None else other.finished,
        points=one.points if one.points is not None else other.points,
        answers=answers,
    )


def _joined(one: AnswerCells | None, other: AnswerCells | None) -> AnswerCells:
    first, second = one or AnswerCells(), other or AnswerCells()
    return AnswerCells(
        first.asked or second.asked,
        first.given or second.given,
        first.right or second.right,
        first.mark or second.mark,
        first.most if first.most is not None else second.most,
    )


def _write_tries(course: Course, activity: Activity, tries: _Tries) -> None:
    """Write the attempts at one quiz, numbered by their start."""
    questions: dict[int, _Question] = {}
    numbers: dict[RowId, int] = defaultdict(int)
    ordered = sorted(tries.items(), key=lambda each: (each[0][1], each[0][2], each[0][0]))
    for (person, started, before), row in ordered:
        numbers[person] += 1
        seconds = row.seconds
        if seconds is None and row.finished is not None:
            seconds = float(row.finished - started)
        is_long = seconds is not None and not 0 <= seconds <= ATTEMPT_LIMIT
        is_over = row.finished is not None
        points = row.points if is_over else None
        attempt = course.writer.add(
            schema.attempt,
            {
                "key": f"{activity.key}:{course.people.key_of(person)}:{started}:{before}"[:255],
                "person_id": person,
                "training_id": course.id,
                "module_id": activity.module,
                "number": numbers[person],
                "started_at": started,
                "finished_at": row.finished,
                "points": points,
                "max_points": row.most or None,
                "score": score_percent(points, row.most),
                "seconds": seconds,
                "evaluated": int(points is not None) if is_over else None,
                "flags": schema.FLAG_OUTLIER if is_long else 0,
            },
        )
        for number, answer in row.answers.items():
            _write_answer(course, activity, (attempt, number), answer, questions)
    _write_questions(course, activity, questions)


def _write_answer(
    course: Course,
    activity: Activity,
    place: tuple[RowId, int],
    said: AnswerCells,
    questions: dict[int, _Question],
) -> None:
    """Write one answer; `place`: its attempt, and the number of its question."""
    attempt, number = place
    if number not in questions:
        questions[number] = _Question(course.writer.new_id(schema.question), set(), set())
    question = questions[number]
    question.titles |= {said.asked} - {"", "-"}
    question.rights |= {said.right} - {"", "-"}
    question.most = said.most if said.most is not None else question.most
    points = cells.number(said.mark) if said.mark not in NONE else None
    course.writer.add(
        schema.answer,
        {
            "attempt_id": attempt,
            "question_id": question.id,
            "activity_id": activity.activity,
            "position": number,
            "answer": said.given or None,
            "state": _state(said, points),
            "points": points,
            "max_points": said.most,
        },
    )


def _state(said: AnswerCells, points: float | None) -> str | None:
    """Return the state of an answer; None where nothing tells it."""
    if points is not None and said.most:
        return "correct" if points >= said.most else "partly" if points > 0 else "wrong"
    if said.mark not in NONE:
        return "pending"
    if not said.given:
        return "unanswered"
    if said.right in NONE or said.mark:
        return None
    return "correct" if said.given == said.right else "wrong"


def _write_questions(
    course: Course, activity: Activity, questions: Mapping[int, _Question]
) -> None:
    for number, question in questions.items():
        title = next(iter(question.titles)) if len(question.titles) == 1 else f"Question {number}"
        right = next(iter(question.rights)) if len(question.rights) == 1 else None
        course.writer.add(
            schema.question,
            {
                "id": question.id,
                "key": f"{activity.key}:{number}"[:255],
                "module_id": activity.module,
                "activity_id": activity.activity,
                "label": str(number),
                "title": title,
                "type": "question",
                "position": number,
                "max_score": question.most,
                "correct_answer": right,
            },
        )
