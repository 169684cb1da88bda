"""Reconciliation with Kolibri: what its pages, reports and exports show beside our numbers."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from termstats.data.figures.definition.figure import Rows, SideScreen
from termstats.data.figures.definition.policy import PlatformPages
from termstats.data.figures.definition.registry import figure
from termstats.data.figures.reconcile.kolibri_ours import (
    Held,
    held_of,
    ours_of,
    session_lines,
    summary_lines,
)
from termstats.data.figures.reconcile.opigno import COLUMNS
from termstats.data.figures.reconcile.pages_asked import platform_key, source_of_pages
from termstats.data.model.period import day_start
from termstats.data.model.request import Param
from termstats.data.model.table import Cell, Kind
from termstats.data.model.units import RowId, Second
from termstats.data.platform_pages import PageCell
from termstats.data.platform_pages.kolibri_class import class_page
from termstats.data.platform_pages.kolibri_exports import export_page
from termstats.data.platform_pages.kolibri_pages import (
    attendance_page,
    course_page,
    facility_page,
    learner_page,
)
from termstats.data.platform_pages.kolibri_reasons import (
    CRASH,
    ENDED,
    FORMER,
    LIBRARY,
    NO_NUMBER,
    REOPENED,
    WORDS,
    Causes,
    causes_of,
    reason_of,
)
from termstats.data.platform_pages.kolibri_school import TABLES, School, school_of
from termstats.data.query.query import Query
from termstats.data.store import schema

NO_KOLIBRI = (
    "No data of Kolibri are in this store, so there is no page of it to compare with. "
    "Import devices with: termstats import kolibri SOURCE"
)
NO_TABLES = (
    "This copy of the store was made without Kolibri's own tables. "
    "Import the devices into a new store."
)
PAGE_DAYS = 30
"""Days of the exports beside the page, where nobody asks for a period: as other figures."""
_PERCENTAGES = ("quiz_learner_score", "quiz_avg_score", "learner_avg_score")
_NEAR = 0.011
"""What two numbers may differ by and be the same: seconds are printed with two digits."""


@figure(
    "reconcile.kolibri",
    title="What Kolibri shows",
    level=SideScreen.RECONCILE,
    columns=COLUMNS,
    options=frozenset(),
    pages=PlatformPages(
        "kolibri",
        words="facilities and exports",
        of_things=True,
        opens_with=(PAGE_DAYS, PAGE_DAYS),
    ),
)
async def kolibri(q: Query) -> Rows:
    """Every number of Kolibri's own pages, beside ours.

    The facilities and, for a period that was asked for, the session and summary logs that Kolibri
    exports; the pages of `--class` with its roll calls, of `--training` (a course session, a
    lesson or a quiz), or the tries of `--learner`. The platform's numbers are computed as its
    pages do, faults included, from the rows of the devices; the reason names in plain words which
    fault makes ours differ. Of several devices the pages are those of one that has the rows of
    all. Keys are Kolibri's ids. Percentages are 0-100, times seconds, moments UTC. Empty where the
    page, or termstats, shows nothing.
    """
    source = await source_of_pages(q, "kolibri")
    if source is None:
        return Rows((), empty=NO_KOLIBRI)
    tables = await _kept(q, source.id)
    if not any(tables.values()):
        return Rows((), empty=NO_TABLES)
    school = school_of(tables, await _answers(q, source.id))
    completed = frozenset(
        pair
        for pair, row in school.summaries.items()
        if row["completion"] or (row["progress"] or 0) >= 1
    )
    held = await held_of(q, source.id, completed)
    shown, own = await _pages(q, source.id, school, held)
    lines = compared(school, ours_of(school, held), shown, own)
    if q.request.entity(Param.CLASS):
        lines += _former(school, held, await platform_key(q, Param.CLASS))
    _say(q, school, held)
    return Rows(
        [line.row for line in lines],
        row_kinds=tuple(line.kind for line in lines),
        empty="" if lines else "The page shows nothing.",
        summary=f"{len(lines):,} numbers, {sum(line.differs for line in lines):,} differ",
    )


async def _kept(q: Query, source_id: RowId) -> dict[str, list[Any]]:
    row = schema.reported_row
    tables: dict[str, list[Any]] = {name: [] for name in TABLES}
    for each in await q.fetch(
        select(row.c.name, row.c.data)
        .where(row.c.source_id == source_id, row.c.name.in_(TABLES))
        .order_by(row.c.name, row.c.key)
    ):
        tables[each.name].append(json.loads(each.data))
    return tables


async def _answers(q: Query, source_id: RowId) -> list[tuple[str, str, float]]:
    answer, attempt, question = schema.answer, schema.attempt, schema.question
    rows = await q.fetch(
        select(attempt.c.key, question.c.label, answer.c.points)
        .select_from(answer)
        .join(attempt, attempt.c.id == answer.c.attempt_id)
        .join(question, question.c.id == answer.c.question_id)
        .where(attempt.c.source_id == source_id)
        .order_by(answer.c.id)
    )
    return [(row.key, row.label, row.points or 0.0) for row in rows]


# ---- pages ---------------------------------------------------------------------------------------

Cells = list[PageCell]


async def _pages(q: Query, source_id: RowId, school: School, held: Held) -> tuple[Cells, Cells]:
    """Return the page that is asked for, as Kolibri shows it and of what termstats counts."""
    ours = ours_of(school, held)
    page = await _page_asked(q)
    if page is not None:
        return page(school), _exact(school, page(ours))
    if q.request.as_opened:
        return facility_page(school), facility_page(ours)
    shown, own = await _exports(q, source_id, school, held)
    return [*facility_page(school), *shown], [*facility_page(ours), *own]


async def _page_asked(q: Query) -> Callable[[School], Cells] | None:
    """Return what makes the page of a thing; None: nothing was asked about."""
    if q.request.entity(Param.LEARNER):
        user = await platform_key(q, Param.LEARNER)
        return lambda school: learner_page(school, user)
    if q.request.entity(Param.CLASS):
        room = await platform_key(q, Param.CLASS)
        return lambda school: [*class_page(school, room), *attendance_page(school, room)]
    if q.request.entity(Param.TRAINING):
        training = await platform_key(q, Param.TRAINING)
        return lambda school: _training_page(school, training)
    return None


def _training_page(school: School, training: str) -> Cells:
    """Return the report of a course session, or what the page of its class says of a lesson."""
    for row in (*school.lessons, *school.quizzes):
        if row["id"] == training:
            cells = class_page(school, row["collection"])
            return [each for each in cells if each.key.partition("/")[0] == training]
    return course_page(school, training)


def _exact(school: School, cells: Cells) -> Cells:
    """Return our cells with the points of tries in full."""
    points = {each.id: each.correct for tries in school.tries.values() for each in tries}
    return [
        replace(cell, platform=f"{points[cell.key]:g}", raw=points[cell.key])
        if cell.figure == "try_correct"
        else cell
        for cell in cells
    ]


async def _exports(q: Query, source_id: RowId, school: School, held: Held) -> tuple[Cells, Cells]:
    """Return the sums of both logs for the period, as exported and by whole days and once."""
    training = schema.training
    rows = await q.fetch(
        select(training.c.key, training.c.title).where(training.c.source_id == source_id)
    )
    channels = {row.key: row.title for row in rows}
    first = _stamp(day_start(q.period.first, q.zone))
    after = day_start(q.period.last + timedelta(days=1), q.zone)
    shown = export_page(
        school,
        session_lines(school, held.visits, channels),
        summary_lines(school, channels),
        first,
        _stamp(after),
    )
    once = replace(
        school, roles=[], users={u: {**r, "superuser": 0} for u, r in school.users.items()}
    )
    possible = [visit for visit in held.visits if visit.is_possible and visit.user in held.counted]
    inside = [visit for visit in possible if first <= visit.start < _stamp(after)]
    ours = export_page(once, session_lines(school, inside, channels), (), first, _stamp(after))
    q.note(f"Kolibri's exportlogs: {WORDS[CRASH]}.")
    return shown, ours


def _stamp(at: Second) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S}"


def _say(q: Query, school: School, held: Held) -> None:
    """Say what no line of a page can tell."""
    if not school.has_flags:
        q.note("Without notifications.sqlite3 nobody is shown as needing help on Kolibri's side.")
    known = {row["id"] for row in school.quizzes}
    parts = {each["content"] for lesson in school.lessons for each in lesson["resources"]}
    outside = sum(v.content not in known | parts for v in held.visits)
    if outside:
        q.note(
            f"{outside:,} of {len(held.visits):,} visits are to no quiz and no resource of a "
            f"lesson: {WORDS[LIBRARY]}."
        )


# ---- comparing -----------------------------------------------------------------------------------


def _former(school: School, held: Held, room: str) -> list[Line]:
    """Return who has tries at a quiz of a class and is nobody it is for: on no page of Kolibri."""
    lines = []
    for quiz in school.quizzes:
        recipients = school.recipients(quiz["id"]) if quiz["collection"] == room else None
        if recipients is None:
            continue
        tries = Counter(each.user for each in school.tries.get(quiz["id"], ()))
        for user, number in sorted(tries.items()):
            if user in held.counted and user not in recipients:
                cell = PageCell("class", "former_tries", f"{quiz['id']}/{user}", "", None)
                lines.append(Line(cell, number, WORDS[FORMER], Kind.COUNT, differs=False))
    return lines


@dataclass(frozen=True)
class Line:
    """One line of the figure, and the kind of our value."""

    cell: PageCell
    ours: Cell
    reason: str
    kind: Kind
    differs: bool
    """Whether both have a number or word, and not the same."""

    @property
    def row(self) -> tuple[Cell, ...]:
        """Return the cells of COLUMNS."""
        cell = self.cell
        return (
            *(cell.page, cell.figure, cell.key, cell.platform, cell.raw),
            self.ours,
            self.reason,
        )


def compared(
    school: School, ours: School, shown: Sequence[PageCell], own: Sequence[PageCell]
) -> list[Line]:
    """Return the lines of a page, each with ours and the reason where they differ."""
    causes = causes_of(school, ours)
    values = {(cell.page, cell.figure, cell.key): cell for cell in own}
    return [
        _line(school, causes, cell, values.get((cell.page, cell.figure, cell.key)))
        for cell in shown
    ]


def _line(school: School, causes: Causes, cell: PageCell, own: PageCell | None) -> Line:
    if own is None:
        reason = reason_of(school, causes, cell)
        return Line(cell, None, f"{NO_NUMBER}: {reason}", Kind.TEXT, differs=False)
    value, kind = _value(own)
    if _is_same(cell, own):
        return Line(cell, value, _flagged(causes, cell), kind, differs=False)
    return Line(cell, value, reason_of(school, causes, cell), kind, differs=True)


def _flagged(causes: Causes, cell: PageCell) -> str:
    """Return what a reader of an equal number must know: who never submitted a quiz."""
    if cell.figure not in ("quiz_completed", "quiz_avg_score", "quiz_started"):
        return ""
    faults = causes.of_training.get(cell.key, frozenset()) & {ENDED, REOPENED}
    return "; ".join(WORDS[fault] for fault in sorted(faults))


def _is_same(cell: PageCell, own: PageCell) -> bool:
    if cell.raw is None or own.raw is None or cell.figure in _PERCENTAGES:
        return cell.platform == own.platform
    return abs(cell.raw - own.raw) <= _NEAR


def _value(own: PageCell) -> tuple[Cell, Kind]:
    if own.raw is None:
        return own.platform or None, Kind.TEXT
    if own.figure in _PERCENTAGES:
        return 100.0 * own.raw, Kind.PERCENT
    return (int(own.raw), Kind.COUNT) if own.raw.is_integer() else (own.raw, Kind.NUMBER)
