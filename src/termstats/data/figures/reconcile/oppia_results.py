"""Attempts, answers, points and badges of an OppiaMobile server, as its pages see them."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select

from termstats.data.figures.reconcile.oppia_server import Server, kept_rows
from termstats.data.model.units import RowId
from termstats.data.platform_pages.oppia_summaries import Course, QuizAttempt
from termstats.data.query.query import Query
from termstats.data.store import schema


async def attempts(
    q: Query, server: Server, person: RowId | None = None, course: Course | None = None
) -> list[QuizAttempt]:
    """Return attempts at quizzes in the order of their ids; of one `person` or of all.

    `course`: at its current quizzes and feedback only.
    """
    table = schema.attempt
    own = {row["id"]: row for row in await kept_rows(q, server.source, "quiz_quizattempt")}
    where = [] if person is None else [table.c.person_id == person]
    if course is not None:
        asked = {each.quiz for each in course.quizzes}.union(course.feedback)
        modules = [module for module, quiz in server.quizzes.items() if quiz in asked]
        where.append(table.c.module_id.in_(modules))
    found = []
    for row in await q.fetch(select(table).where(table.c.source_id == server.source.id, *where)):
        key = int(row.key)
        kept = own.get(key, {})
        quiz = kept["quiz_id"] if kept else server.quizzes.get(row.module_id)
        at = kept.get("attempt_date")
        user = server.accounts[row.person_id].id
        found.append(
            QuizAttempt(
                key,
                user,
                quiz,
                row.finished_at if at is None else at,
                row.points or 0.0,
                row.max_points or 0.0,
            )
        )
    return sorted(found)


async def responses(q: Query, server: Server, training: RowId) -> dict[str, list[float]]:
    """Return question of the course's quizzes -> points of all responses, staff's left out."""
    question, module = schema.question, schema.module
    listed = await q.fetch(
        select(question.c.label)
        .join(module, module.c.id == question.c.module_id)
        .where(module.c.training_id == training, module.c.kind == "quiz")
        .order_by(module.c.current.desc(), module.c.position, question.c.position, question.c.id)
    )
    points: dict[str, list[float]] = {str(row.label): [] for row in listed}
    if not points:
        return points
    answer, attempt = schema.answer, schema.attempt
    for row in await q.fetch(
        select(question.c.label, answer.c.points)
        .select_from(answer)
        .join(question, question.c.id == answer.c.question_id)
        .join(attempt, attempt.c.id == answer.c.attempt_id)
        .where(
            question.c.source_id == server.source.id,
            question.c.label.in_(sorted(points)),
            attempt.c.person_id.not_in(server.staff),
        )
    ):
        points[row.label].append(row.points or 0.0)
    staff = {server.accounts[row_id].id for row_id in server.staff}
    for kept in await kept_rows(q, server.source, "quiz_quizattemptresponse"):
        if str(kept["question_id"]) in points and kept["user_id"] not in staff:
            points[str(kept["question_id"])].append(kept["score"] or 0.0)
    return points


async def points_given(
    q: Query, server: Server, people: Collection[RowId] | None = None
) -> list[tuple[int, int | None, int]]:
    """Return (user, course, points) of every gift, to these `people` or to all."""
    table = schema.point
    where = [] if people is None else [table.c.person_id.in_(sorted(people))]
    return [
        (server.accounts[row.person_id].id, _course_id(server, row.training_id), int(row.points))
        for row in await q.fetch(select(table).where(table.c.source_id == server.source.id, *where))
    ]


async def badges_given(q: Query, server: Server) -> list[tuple[int, int | None]]:
    """Return (user, course) of every badge."""
    table = schema.award
    return [
        (server.accounts[row.person_id].id, _course_id(server, row.training_id))
        for row in await q.fetch(
            select(table).where(table.c.source_id == server.source.id, table.c.kind == "badge")
        )
    ]


def _course_id(server: Server, training: RowId | None) -> int | None:
    course = None if training is None else server.courses.get(training)
    return course.id if course else None


async def missing_media(q: Query, server: Server) -> dict[int, int]:
    """Return user -> how many files the devices ever reported as missing."""
    event, action = schema.event, schema.action
    rows = await q.fetch(
        select(event.c.person_id, func.count(event.c.detail.distinct()).label("files"))
        .join(action, action.c.id == event.c.action_id)
        .where(
            event.c.source_id == server.source.id,
            action.c.name == schema.MEDIA_MISSING,
            event.c.person_id.is_not(None),
        )
        .group_by(event.c.person_id)
    )
    return {server.accounts[row.person_id].id: row.files for row in rows}


async def profile_fields(q: Query, server: Server) -> dict[tuple[str, str], int]:
    """Return (label of a custom field, text) -> accounts; (label, "None") -> 0 of other types."""
    custom = await kept_rows(q, server.source, "profile_customfield")
    types = {row["label"]: row["type"] for row in custom}
    field, person = schema.person_field, schema.person
    counts: dict[tuple[str, str], int] = {}
    for row in await q.fetch(
        select(field.c.field, field.c.value, func.count().label("users"))
        .join(person, person.c.id == field.c.person_id)
        .where(person.c.source_id == server.source.id, field.c.field.in_(sorted(types)))
        .group_by(field.c.field, field.c.value)
    ):
        if types[row.field] == "str":
            counts[row.field, row.value or ""] = row.users
        else:
            counts[row.field, "None"] = 0
    return counts


async def listed_courses(q: Query, server: Server, person: RowId) -> set[RowId]:
    """Return the courses on a user's page: of any event, and of cohorts as their student."""
    event = schema.event
    rows = await q.fetch(
        select(event.c.training_id)
        .where(event.c.source_id == server.source.id, event.c.person_id == person)
        .distinct()
    )
    listed = {row.training_id for row in rows if row.training_id in server.courses}
    user = server.accounts[person].id
    cohorts = [
        str(row["cohort_id"])
        for row in await kept_rows(q, server.source, "oppia_participant")
        if (row["user_id"], row["role"]) == (user, "student")
    ]
    offered, class_ = schema.class_training, schema.class_
    taken = await q.fetch(
        select(offered.c.training_id)
        .join(class_, class_.c.id == offered.c.class_id)
        .where(class_.c.source_id == server.source.id, class_.c.key.in_(cohorts))
    )
    return listed | {row.training_id for row in taken}
