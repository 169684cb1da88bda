"""Content of OppiaMobile: courses, sections, activities, media, quizzes and their questions."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from termstats.data.importers.oppia.base import DEFAULT_PASS_MARK, OppiaModule, OppiaRun, Quiz
from termstats.data.importers.sources import cells
from termstats.data.model.scoring import BEST
from termstats.data.model.units import RowId
from termstats.data.store import schema

_UNPUBLISHED = ("draft", "archived")
_KEY_LENGTH = 255
_SHORT = 8
"""Letters of a digest that tell old content without a title apart."""
QUIZ_KINDS = ("quiz", "feedback")
"""Kinds of activities that people make attempts at."""


@dataclass
class OppiaQuestion:
    """What answers need to know of a question."""

    title: str
    type: str
    max_score: float = 1.0
    """Points. 1 where the source has no maxscore: what the authoring tool writes for a question."""
    responses: list[tuple[str, float]] = field(default_factory=list)
    """(text, points) of each option."""

    @property
    def full_points(self) -> float:
        """Return the points of a right answer: rounded parts may add up to less than the max."""
        if self.type in ("multiselect", "matching"):
            parts = sum(points for _, points in self.responses if points > 0)
            return min(self.max_score, parts) if parts else self.max_score
        return self.max_score

    @property
    def correct_answer(self) -> str | None:
        """Return the right answer as text, where the options tell it."""
        right = [text for text, points in self.responses if points > 0]
        if not right or self.type in ("essay", "description"):
            return None
        if self.type == "matching":
            # An empty left side is a decoy.
            right = [text for text in right if not text.startswith("|")]
        return ("; " if self.type in ("multiselect", "matching") else " or ").join(right)


async def write_courses(run: OppiaRun) -> None:
    """Write courses, their categories and their media."""
    async for row in run.rows("oppia_course"):
        course, code, title, version, status, owner, created, updated = row
        state = cells.text(status) or "live"
        run.versions[course] = cells.text(version)
        run.trainings[course] = run.writer.add(
            schema.training,
            {
                "key": str(course),
                "title": run.title(title) or cells.text(code),
                "code": cells.text(code),
                "version": cells.text(version) or None,
                "status": state,
                "created_at": run.moment(created),
                "updated_at": run.moment(updated),
                "owner_id": run.people.get(owner),
                "published": int(state not in _UNPUBLISHED),
            },
        )
    names = {row[0]: run.title(row[1])[:255] async for row in run.rows("oppia_category")}
    seen: set[tuple[int, str]] = set()
    async for row in run.rows("oppia_coursecategory"):
        _, course, category = row
        if course not in run.trainings or category not in names:
            run.refuse("oppia_coursecategory", "unknown course or category", row)
        elif (course, names[category]) in seen:
            run.refuse("oppia_coursecategory", "duplicate category of a course", row)
        else:
            seen.add((course, names[category]))
            run.writer.add(
                schema.training_tag,
                {
                    "training_id": run.trainings[course],
                    "kind": "category",
                    "value": names[category],
                },
            )
    async for row in run.rows("oppia_media"):
        key, course, digest, filename, length = row
        if course not in run.trainings:
            run.refuse("oppia_media", "unknown course", row)
            continue
        run.media.add((course, cells.text(digest)))
        extra = {"digest": cells.text(digest), "length": cells.number(length)}
        run.writer.add(
            schema.object_,
            {
                "key": str(key),
                "kind": "media",
                "title": cells.text(filename),
                "training_id": run.trainings[course],
                "extra": json.dumps(extra, sort_keys=True),
            },
        )


async def read_quizzes(run: OppiaRun) -> None:
    """Read quizzes and feedbacks with their properties; their modules follow."""
    async for key, title in run.rows("quiz_quiz"):
        run.quizzes[key] = Quiz(key, run.title(title))
    async for row in run.rows("quiz_quizprops"):
        _, quiz_id, name, value = row
        quiz = run.quizzes.get(quiz_id)
        if quiz is None:
            run.refuse("quiz_quizprops", "unknown quiz", row)
        elif name == "digest":
            quiz.digest = cells.text(value)
            run.keep_row("quiz_quizprops", quiz_id=quiz_id, name=name, value=quiz.digest)
        elif name == "passthreshold":
            mark = cells.number(value)
            valid = mark is not None and 0 <= mark <= 100
            quiz.pass_mark = mark if valid and mark is not None else DEFAULT_PASS_MARK
        elif name == "maxscore":
            quiz.max_score = cells.number(value)
        elif name == "courseversion":
            quiz.versions.add(cells.text(value))


async def write_activities(run: OppiaRun) -> None:
    """Write sections and activities as modules, and the activities themselves."""
    sections: dict[int, tuple[int, int, RowId]] = {}
    async for row in run.rows("oppia_section"):
        key, course, order, title = row
        if course not in run.trainings:
            run.refuse("oppia_section", "unknown course", row)
            continue
        nth = cells.whole(order) or 0
        parent = run.writer.add(
            schema.module,
            {
                "key": f"section:{key}",
                "training_id": run.trainings[course],
                "title": run.title(title),
                "kind": "section",
                "position": nth,
                "version": run.versions[course] or None,
            },
        )
        sections[key] = (course, nth, parent)
    newest = {quiz.digest: quiz for quiz in run.quizzes.values() if quiz.digest}
    rank: dict[tuple[int, str], tuple[int, int, int]] = {}
    async for row in run.rows("oppia_activity"):
        if row[1] not in sections:
            run.refuse("oppia_activity", "unknown section", row)
            continue
        course, section_position, parent = sections[row[1]]
        digest = cells.text(row[5])
        module = _write_activity(run, row, course, parent, newest.get(digest))
        # A digest twice in one course: events go to the first of them.
        place = (section_position, cells.whole(row[2]) or 0, -row[0])
        if digest and place < rank.get((course, digest), (1 << 62, 0, 0)):
            rank[course, digest] = place
            run.digests[course, digest] = module
    for (_, digest), module in run.digests.items():
        if digest in newest:
            newest[digest].modules.append(module)


def _write_activity(
    run: OppiaRun, row: tuple[Any, ...], course: int, parent: RowId, quiz: Quiz | None
) -> OppiaModule:
    key, _, order, title, kind, content, baseline = row
    kind, digest = cells.text(kind), cells.text(content)
    in_path = not cells.flag(baseline)
    name = run.title(title)
    shared = {
        "key": f"activity:{key}",
        "training_id": run.trainings[course],
        "title": name,
        "position": cells.whole(order) or 0,
        "max_score": quiz.max_score if quiz else None,
    }
    is_quiz = kind == "quiz"
    pass_mark = (quiz.pass_mark if quiz else DEFAULT_PASS_MARK) if is_quiz else None
    module = run.writer.add(
        schema.module,
        {
            **shared,
            "parent_id": parent,
            "kind": kind[:40],
            "mandatory": int(is_quiz and in_path),
            "pass_mark": pass_mark,
            "keep": BEST if is_quiz else None,
            "version": run.versions[course] or None,
            "digest": digest or None,
        },
    )
    activity = run.writer.add(
        schema.activity,
        {**shared, "module_id": module, "type": kind[:60], "in_path": int(in_path)},
    )
    if in_path:
        run.path.setdefault(run.trainings[course], set()).add(activity)
    return OppiaModule(module, course, run.trainings[course], kind, pass_mark, name, activity)


def write_old_module(run: OppiaRun, course: int, digest: str, kind: str, title: str) -> OppiaModule:
    """Write what is no part of the course any more; of a quiz or feedback no row need exist."""
    is_quiz = kind in QUIZ_KINDS
    quizzes = (q for q in run.quizzes.values() if is_quiz and q.digest == digest)
    quiz = max(quizzes, key=_id, default=None)
    named = title if is_quiz else title or f"{kind} {digest[:_SHORT]}"
    module = _write_old(run, course, kind, quiz, named, digest)
    run.digests[course, digest] = module
    return module


def _id(quiz: Quiz) -> int:
    return quiz.id


def _write_old(
    run: OppiaRun, course: int, kind: str, quiz: Quiz | None, title: str, digest: str
) -> OppiaModule:
    key = f"digest:{course}:{digest}"
    if quiz is not None:
        key = f"quiz:{quiz.id}" + (f":{course}" if quiz.modules else "")
        title = quiz.title or title
    pass_mark = (quiz.pass_mark if quiz else DEFAULT_PASS_MARK) if kind == "quiz" else None
    shared = {
        "key": key[:_KEY_LENGTH],
        "training_id": run.trainings[course],
        "title": title or key,
        "max_score": quiz.max_score if quiz else None,
        "current": 0,
    }
    new = run.writer.add(
        schema.module,
        {
            **shared,
            "kind": kind[:40],
            "pass_mark": pass_mark,
            "keep": BEST if kind == "quiz" else None,
            "version": max(quiz.versions, default=None) if quiz else None,
            "digest": digest or None,
        },
    )
    activity = run.writer.add(
        schema.activity, {**shared, "module_id": new, "type": kind[:60], "in_path": 0}
    )
    training = run.trainings[course]
    module = OppiaModule(new, course, training, kind, pass_mark, title, activity, current=False)
    if quiz is not None:
        quiz.modules.append(module)
    return module


def settle_quizzes(run: OppiaRun, kinds: Mapping[int, str]) -> None:
    """Give a module to the quizzes that neither an activity nor an event placed in a course.

    `kinds` tells feedbacks by their attempts. The course is that of a newer quiz with the same
    digest, else the one course with the quiz's version, else the only course of the server.
    """
    by_digest = {digest: module.course for (_, digest), module in sorted(run.digests.items())}
    by_version: dict[str, list[int]] = defaultdict(list)
    for course, version in run.versions.items():
        by_version[version].append(course)
    for quiz in sorted(run.quizzes.values(), key=_id):
        if quiz.modules:
            continue
        versions = [by_version[v] for v in sorted(quiz.versions) if len(by_version[v]) == 1]
        if quiz.digest in by_digest:
            course = by_digest[quiz.digest]
        elif versions:
            course = versions[-1][0]
        elif len(run.trainings) == 1:
            course = next(iter(run.trainings))
            run.context.report.notes.append(
                f"quiz {quiz.id}: linked to no course; put into the only course"
            )
        else:
            run.refuse("quiz_quiz", "quiz of no course", (quiz.id, quiz.title))
            continue
        _write_old(run, course, kinds.get(quiz.id, "quiz"), quiz, "", quiz.digest)


async def read_questions(run: OppiaRun) -> dict[int, OppiaQuestion]:
    """Read questions with their options."""
    questions: dict[int, OppiaQuestion] = {}
    async for key, title, kind in run.rows("quiz_question"):
        questions[key] = OppiaQuestion(run.title(title), cells.text(kind))
    async for row in run.rows("quiz_questionprops"):
        _, key, name, value = row
        if key not in questions:
            run.refuse("quiz_questionprops", "unknown question", row)
        elif name == "maxscore" and cells.number(value) is not None:
            questions[key].max_score = cells.number(value) or 0.0
    options: dict[int, list[tuple[int, int, str, float]]] = defaultdict(list)
    async for row in run.rows("quiz_response"):
        option, key, title, score, order = row
        if key not in questions:
            run.refuse("quiz_response", "unknown question", row)
        else:
            points = cells.number(score) or 0.0
            nth = cells.whole(order) or 0
            options[key].append((nth, option, run.title(title), points))
            run.keep_row(schema.OPTIONS, question=str(key), text=run.title(title), points=points)
    for key, listed in options.items():
        questions[key].responses = [(text, points) for _, _, text, points in sorted(listed)]
    return questions


async def write_questions(
    run: OppiaRun, questions: Mapping[int, OppiaQuestion]
) -> dict[tuple[RowId, int], tuple[RowId, int]]:
    """Write the questions of every quiz; return (module, question) -> (store id, position)."""
    written: dict[tuple[RowId, int], tuple[RowId, int]] = {}
    async for row in run.rows("quiz_quizquestion"):
        _, quiz_id, key, order = row
        quiz, question = run.quizzes.get(quiz_id), questions.get(key)
        if quiz is None or question is None:
            run.refuse("quiz_quizquestion", "unknown quiz or question", row)
            continue
        if not quiz.modules:
            run.refuse("quiz_quizquestion", "quiz of no course", row)
            continue
        nth = cells.whole(order) or 0
        if (quiz.modules[0].id, key) in written:
            run.refuse("quiz_quizquestion", "question twice in a quiz", row)
            continue
        for place, module in enumerate(quiz.modules):
            new = run.writer.add(
                schema.question,
                {
                    "key": f"{quiz_id}:{key}" + (f":{module.course}" if place else ""),
                    "module_id": module.id,
                    "activity_id": module.activity_id,
                    "label": str(key),
                    "title": question.title,
                    "type": question.type,
                    "position": nth,
                    "max_score": question.max_score,
                    "correct_answer": question.correct_answer,
                },
            )
            written[module.id, key] = (new, nth)
    return written
