"""OppiaMobile's pages, made of what its import has kept: one function for each sort of page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy import select

from termstats.data.figures.reconcile.oppia_results import (
    attempts,
    listed_courses,
    missing_media,
    points_given,
    profile_fields,
    responses,
)
from termstats.data.figures.reconcile.oppia_server import (
    events_per_day,
    kept_rows,
    number_between,
    number_without_type,
    server_values,
    whole_days,
)
from termstats.data.figures.reconcile.oppia_stored import (
    Summarised,
    badges_per_course,
    last_days,
    seconds_per_course,
    totals,
    totals_before,
    totals_per_course,
    user_courses,
    user_points,
    uses,
)
from termstats.data.model.request import Param
from termstats.data.model.units import RowId
from termstats.data.platform_pages import PageCell
from termstats.data.platform_pages.oppia_course import CoursePage, course_page
from termstats.data.platform_pages.oppia_format import Window
from termstats.data.platform_pages.oppia_people import (
    CohortPage,
    LearnerPage,
    cohort_page,
    fails,
    learner_page,
)
from termstats.data.platform_pages.oppia_site import (
    ACTIVE_DAYS,
    RETENTION_YEARS,
    Site,
    site_pages,
)
from termstats.data.query.query import Query
from termstats.data.store import schema

YEARS = "OPPIA_DATA_RETENTION_YEARS"
"""Setting of the server: the years of inactivity that are reported."""


async def site(
    q: Query, of: Summarised, window: Window, settings: Mapping[str, str | None]
) -> list[PageCell]:
    """Return Home and the reports."""
    server = of.server
    hits = schema.reported
    countries = await q.fetch(
        select(hits.c.part, hits.c.value).where(
            hits.c.source_id == server.source.id, hits.c.name == "viz_hits"
        )
    )
    years = settings.get(YEARS) or ""
    shown = Site(
        server.users,
        {course.id: course for course in server.courses.values()},
        await totals(q, of, window.reach),
        await totals_before(q, of, window.first),
        *await uses(q, of, window),
        await last_days(q, of),
        await badges_per_course(q, of),
        await user_points(q, of),
        await server_values(q, server, window, "language"),
        await server_values(q, server, window, "detail", "search"),
        {row.part or "": row.value for row in countries},
        int(years) if years.isascii() and years.isdecimal() else RETENTION_YEARS,
        await totals_per_course(q, of, q.info.today - timedelta(days=ACTIVE_DAYS)),
        await profile_fields(q, server),
        await missing_media(q, server),
    )
    return site_pages(shown, window)


_OF_COURSE = ("total_downloads", "completed_activities", "points")
"""What the pages about a course need of `summary_usercoursesummary`."""


async def course(q: Query, of: Summarised, training: RowId, window: Window) -> list[PageCell]:
    """Return the pages about one course."""
    server = of.server
    page = CoursePage(
        server.courses[training],
        server.users,
        await user_courses(q, of, trainings=[training], names=_OF_COURSE),
        await totals(q, of, (window.first, window.last), training),
        await number_between(q, server, server.moments(window), trainings=[training]),
        await responses(q, server, training),
        await attempts(q, server, course=server.courses[training]),
    )
    return course_page(page, window)


async def learner(
    q: Query, of: Summarised, person: RowId, trainings: Sequence[RowId], window: Window
) -> list[PageCell]:
    """Return the pages about one user in these courses."""
    server = of.server
    user = server.accounts[person].id
    rows = await user_courses(q, of, people=[person], trainings=trainings)
    courses = [server.courses[each] for each in trainings]
    one_course = trainings if q.request.entity(Param.TRAINING) else None
    # The page in one course opens for any user.
    asked = one_course or await listed_courses(q, server, person)
    shown_there = {server.courses[each].id for each in asked}
    for each in courses:
        if ((user, each.id) in rows or each.id in shown_there) and fails(each):
            q.note(f"The page of a user in {each.shortname} ends in an error of the server.")
    mine, moments = [person], server.moments(window)
    listed = await number_between(q, server, moments, people=mine, trainings=one_course)
    listed -= await number_without_type(q, server, moments, mine, one_course)
    days = await events_per_day(
        q, server, whole_days(server, window), people=mine, trainings=trainings
    )
    page = LearnerPage(
        user,
        courses,
        rows,
        await attempts(q, server, person),
        days,
        listed,
        shown_there,
        await seconds_per_course(q, of, person, window),
    )
    return learner_page(page, window)


async def cohort(
    q: Query, of: Summarised, class_id: RowId, training: RowId | None, window: Window
) -> list[PageCell]:
    """Return the page about one cohort, or about it in one course."""
    server = of.server
    offered, class_ = schema.class_training, schema.class_
    ids = [
        row.training_id
        for row in await q.fetch(
            select(offered.c.training_id).where(offered.c.class_id == class_id)
        )
        if training in (None, row.training_id)
    ]
    key = await q.fetch_value(select(class_.c.key).where(class_.c.id == class_id))
    users = server.users
    students = [
        users[row["user_id"]]
        for row in await kept_rows(q, server.source, "oppia_participant")
        if (str(row["cohort_id"]), row["role"]) == (key, "student") and row["user_id"] in users
    ]
    members = {student.id for student in students}
    people = [row_id for row_id, account in server.accounts.items() if account.id in members]
    counted = [each for each in people if not server.accounts[each].is_staff]
    given: dict[tuple[int, int], int] = defaultdict(int)
    for user, course, points in await points_given(q, server, people):
        if course is not None:
            given[user, course] += points
    days = await events_per_day(
        q, server, whole_days(server, window), people=counted, trainings=ids
    )
    page = CohortPage(
        [server.courses[each] for each in ids],
        students,
        days,
        await user_courses(q, of, people=people, trainings=ids),
        given,
        of_one_course=training is not None,
    )
    q.note("The page itself always shows the last 31 days.")
    return cohort_page(page, window)
