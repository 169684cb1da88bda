"""Reconciliation with Open edX Aspects: what its dashboards show beside our numbers."""

from __future__ import annotations

from collections.abc import Sequence

from termstats.data.figures.definition.figure import Rows, SideScreen
from termstats.data.figures.definition.policy import PlatformPages
from termstats.data.figures.definition.registry import figure
from termstats.data.figures.reconcile.aspects_ours import (
    NEVER_STARTED,
    Ours,
    ours_of_course,
    ours_of_learner,
    ours_of_site,
    roster_of,
)
from termstats.data.figures.reconcile.aspects_rows import site_of
from termstats.data.figures.reconcile.lines import ComparedLine, compared
from termstats.data.figures.reconcile.opigno import COLUMNS
from termstats.data.figures.reconcile.pages_asked import platform_key, source_of_pages
from termstats.data.model.plural import counted
from termstats.data.model.request import Param
from termstats.data.model.table import Kind
from termstats.data.platform_pages import PageCell
from termstats.data.platform_pages.aspects_course import course_page, learner_page, only_course
from termstats.data.platform_pages.aspects_pages import (
    AT_RISK,
    at_risk_page,
    comparison_page,
    operator_page,
)
from termstats.data.query.query import Query

PAGE_DAYS = 90
"""Days of the operator's dashboard, where nobody asks for a period."""
NO_STATEMENTS = (
    "No statements of xAPI are in this store, so there is no page to compare with. "
    "Import them with: termstats import xapi SOURCE"
)
_STAFF = "staff count there"
_NO_NUMBER = "termstats has no number of the same meaning"
_NOT_THERE = "Aspects joins the last visits, so who never opened a page is missing there"
_GRADES = "no grade counts as 0 there; ours are of those who have one"
_ALL = "days in UTC, and whatever is recorded: grades and enrolments that the site makes, and staff"
_REASONS = {
    **dict.fromkeys(("active_learners", "active_courses", "event_activity"), _ALL),
    **dict.fromkeys(("grade_mean", "grade_median", "grade_bucket", "grade"), _GRADES),
    "current_enrollees": "ever registered there; ours are enrolled now",
    "track": "every track that somebody was ever registered with; ours is the one of now",
    "active_7d": "visits to pages only; ours is any activity",
    "active": "visits to pages only; ours is any activity",
    "passed": "the last state there, also of those who left; ours completed and are enrolled",
    "at_risk": "a month with an old visit is enough there; ours go by the last activity",
    "last_visit": "the later of the last page and the last enrolment event; ours is activity",
    "enrolled": "the last change of the enrolment there; ours is when it began",
    "state": "no result reads failed there",
    **dict.fromkeys(
        ("problem_correct", "problem_incorrect", "problem_correct_percent"),
        "attempts there, so whoever is right at the ninth weighs nine times; ours are learners",
    ),
    "last_success": "of equal attempts Aspects takes any; ours is the last",
}


@figure(
    "reconcile.aspects",
    title="What Aspects shows",
    level=SideScreen.RECONCILE,
    columns=COLUMNS,
    options=frozenset(),
    pages=PlatformPages(
        "xapi", words="dashboards", of_things=True, opens_with=(PAGE_DAYS, PAGE_DAYS)
    ),
)
async def aspects(q: Query) -> Rows:
    """Every number of the dashboards of Open edX Aspects, beside ours.

    The dashboards of the operator (days: of the period), of learners at risk and of the comparison
    of courses; with `--training` that of a course, with `--learner` the summary of a learner. The
    platform's numbers are those of Aspects' models computed over all events in one go, faults
    included: a live page may show less, for its models see only the batch that was just stored.
    The reason names in plain words what makes ours differ. Grades and shares are 0-1, moments UTC;
    keys are course / learner, course / mode, month / mode, problem / learner or video / second.
    Empty where the page, or termstats, shows nothing.
    """
    source = await source_of_pages(q, "xapi")
    if source is None:
        return Rows((), empty=NO_STATEMENTS)
    entity = q.request.entity(Param.TRAINING)
    training = None if entity is None else entity.id
    site = await site_of(q, source.id, source.as_of, training)
    roster = await roster_of(q, source.id, source.as_of)
    if q.request.entity(Param.LEARNER):
        actor = await platform_key(q, Param.LEARNER)
        shown, ours = learner_page(site, actor), ours_of_learner(roster)
    elif entity is not None:
        course = only_course(site, await platform_key(q, Param.TRAINING))
        shown, ours = course_page(course), ours_of_course(course, roster)
    else:
        shown = [*operator_page(site), *at_risk_page(site), *comparison_page(site)]
        ours = await ours_of_site(q, site, roster)
        shown += _missing(shown, ours)
    graded = len(roster.grades(roster.current))
    q.note(f"{graded:,} of {counted(len(roster.current), 'enrolment')} have a grade of the course.")
    q.note("A live page may show less: Aspects' models see only the batch that was just stored.")
    return compared([_line(each, ours) for each in shown])


def _missing(shown: Sequence[PageCell], ours: Ours) -> list[PageCell]:
    """Return lines for learners at risk who are not on Aspects' list."""
    there = {each.key for each in shown if each.page == AT_RISK}
    return [
        PageCell(page, name, key, "")
        for page, name, key in ours
        if page == AT_RISK and key not in there
    ]


def _line(cell: PageCell, ours: Ours) -> ComparedLine:
    key = (cell.page, cell.figure, cell.key)
    own = ours.get(key)
    if cell.page == AT_RISK:
        same = cell.raw is not None and own is not None
        why = _NOT_THERE if own == NEVER_STARTED else _REASONS["at_risk"]
        shown = "at risk" if cell.raw is not None else ""
        return ComparedLine(
            *(cell.page, cell.figure, cell.key, shown),
            shown if same else own,
            "" if same else why,
            Kind.TEXT,
        )
    platform = cell.platform or None if cell.raw is None else cell.raw
    why = _REASONS.get(cell.figure, _STAFF) if key in ours else _NO_NUMBER
    return ComparedLine(cell.page, cell.figure, cell.key, platform, own, why, Kind.NUMBER)
