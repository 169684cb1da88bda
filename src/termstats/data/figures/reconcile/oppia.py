"""Reconciliation with OppiaMobile: what its pages and reports show beside our numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select

from termstats.data.figures.definition.figure import Rows, SideScreen
from termstats.data.figures.definition.policy import PlatformPages
from termstats.data.figures.definition.registry import figure
from termstats.data.figures.reconcile.opigno import COLUMNS
from termstats.data.figures.reconcile.oppia_ours import (
    ours_of_cohort,
    ours_of_course,
    ours_of_learner,
)
from termstats.data.figures.reconcile.oppia_ours_site import ours_of_site
from termstats.data.figures.reconcile.oppia_pages import YEARS, cohort, course, learner, site
from termstats.data.figures.reconcile.oppia_server import read_server
from termstats.data.figures.reconcile.oppia_stored import Summarised, summarised
from termstats.data.figures.reconcile.ours import Ours
from termstats.data.figures.reconcile.pages_asked import source_of_pages
from termstats.data.model.period import Period
from termstats.data.model.request import Param
from termstats.data.model.table import Cell, Kind
from termstats.data.model.units import RowId
from termstats.data.platform_pages import PageCell
from termstats.data.platform_pages.oppia_format import Window, written
from termstats.data.platform_pages.oppia_reasons import (
    Shown,
    reason_of,
    why_no_value,
    why_not_shown,
)
from termstats.data.platform_pages.oppia_site import HOME
from termstats.data.query.query import Query
from termstats.data.store import schema

NO_OPPIA = (
    "No data of OppiaMobile are in this store, so there is no page of it to compare with. "
    "Import a server with: termstats import oppia SOURCE"
)
NO_TABLES = (
    "This copy of the store was made without OppiaMobile's own tables. "
    "Import the server into a new store."
)
PAGE_DAYS, REPORT_DAYS = 31, 365
"""Days before today with which pages open: home and those about one thing, and the reports."""
_LAST_RUN = "oppia_summary_cron_last_run"
"""Setting of the server: when its summaries were filled."""


@figure(
    "reconcile.oppia",
    title="What OppiaMobile shows",
    level=SideScreen.RECONCILE,
    columns=COLUMNS,
    options=frozenset(),
    pages=PlatformPages(
        "oppia",
        words="home page and reports",
        of_things=True,
        opens_with=(REPORT_DAYS, PAGE_DAYS),
    ),
)
async def oppia(q: Query) -> Rows:
    """Every number of OppiaMobile's own pages and reports for the period, beside ours.

    Home and the reports, or the page of `--training` (a course), `--class` (a cohort; with
    `--training` that of the cohort in one course) or `--learner` (with `--training` in that course
    only). The platform's numbers are computed as its pages do, faults included, from its summary
    tables as the server stored them; where the import holds none, they are rebuilt from the event
    log as the server would. The reason names in plain words what makes ours differ. Courses are
    named by their short name, learners by their username, quizzes and questions by their id.
    Percentages are 0-100, times seconds. Numbers of courses, learners and cohorts are as of the
    import, as on the pages. Empty where the page, or termstats, shows nothing.
    """
    source = await source_of_pages(q, "oppia")
    if source is None:
        return Rows((), empty=NO_OPPIA)
    if not await _has_tables(q, source.id):
        return Rows((), empty=NO_TABLES)
    of = await summarised(q, await read_server(q, source))
    settings = await _settings(q, source.id)
    if of.own is not None:
        q.note("The server's summary tables are not in this import: rebuilt from its event log.")
        if of.server.is_sqlite:
            q.note("Rebuilt as on SQLite, where whole numbers divide without a rest: so was it.")
    lines = await _lines(q, of, settings)
    if q.request.as_opened and not q.request.entities:
        first = q.period.last - timedelta(days=PAGE_DAYS)
        home = await _lines(q.asking(period=Period(first, q.period.last)), of, settings)
        lines = [line for line in home if line.page == HOME] + [
            line for line in lines if line.page != HOME
        ]
        q.note(f"Home opens with the last {PAGE_DAYS} days, the reports with {REPORT_DAYS}.")
    return Rows(
        [line.row for line in lines],
        row_kinds=tuple(line.kind for line in lines),
        empty="" if lines else "The page shows nothing.",
        summary=f"{len(lines):,} numbers, {sum(line.differs for line in lines):,} differ",
    )


async def _has_tables(q: Query, source_id: RowId) -> bool:
    for table in (schema.reported_row, schema.reported):
        if await q.fetch(select(table.c.id).where(table.c.source_id == source_id).limit(1)):
            return True
    return False


async def _settings(q: Query, source_id: RowId) -> Mapping[str, str | None]:
    setting = schema.source_setting
    rows = await q.fetch(
        select(setting.c.name, setting.c.value).where(
            setting.c.source_id == source_id, setting.c.name.in_((_LAST_RUN, YEARS))
        )
    )
    return {row.name: row.value for row in rows}


def _filled(settings: Mapping[str, str | None]) -> str:
    """Return when the server last filled its summary tables; empty where it does not say."""
    try:
        return f"{datetime.fromisoformat(settings.get(_LAST_RUN) or ''):%Y-%m-%d %H:%M}"
    except ValueError:
        return ""


# ---- comparing -----------------------------------------------------------------------------------


class Line(NamedTuple):
    """One line of the figure, and the kind of our value."""

    page: str
    figure: str
    key: str
    platform: str
    raw: float | None
    ours: Cell
    reason: str
    kind: Kind

    @property
    def row(self) -> tuple[Cell, ...]:
        """Return the cells of COLUMNS."""
        return self[:-1]

    @property
    def differs(self) -> bool:
        """Return whether both have a number, and not the same."""
        return bool(self.reason) and self.ours is not None


async def _lines(q: Query, of: Summarised, settings: Mapping[str, str | None]) -> list[Line]:
    """Return the lines of the page that is asked for, of the period in question."""
    window = Window(q.period.first, q.period.last)
    shown, ours = await _page(q, of, window, settings)
    return _compared(
        shown,
        ours,
        Shown(
            window,
            filled="" if of.own is not None else _filled(settings),
            by_server=q.request.server_clock,
        ),
    )


def _compared(cells_shown: Sequence[PageCell], ours: Ours, shown: Shown) -> list[Line]:
    """Return the lines of a page; what it leaves out of a series follows that series."""
    lines: list[Line] = []
    by_figure: dict[tuple[str, str], list[PageCell]] = defaultdict(list)
    for cell in cells_shown:
        by_figure[cell.page, cell.figure].append(cell)
    for page, name in _LEAVES_OUT:
        if any(cell.page == page for cell in cells_shown):
            by_figure.setdefault((page, name), [])
    for (page, name), cells in by_figure.items():
        lines += [_line(cell, ours, shown) for cell in cells]
        if (page, name) in _LEAVES_OUT:
            keys = {cell.key for cell in cells}
            lines += [
                Line(page, name, key, "", None, value, why_not_shown(page, name), kind)
                for (of, key), (value, kind) in ours.items()
                if of == name and key not in keys and value
            ]
    return lines


_LEAVES_OUT = (
    ("home", "activity_month"),
    *(("reports", f"{name}_month") for name in ("activity", "downloads", "registrations")),
    *(("reports", name) for name in ("downloads_day", "mau", "searches_month")),
    *(("reports", name) for name in ("search_term", "language", "country")),
    *(("reports", name) for name in ("active_course", "missing_media", "unique_users_field")),
)
"""Pages and figures that do not show all that there is, in the order of their lines."""


def _line(cell: PageCell, ours: Ours, shown: Shown) -> Line:
    value_and_kind = ours.get((cell.figure, cell.key))
    value, kind = value_and_kind or (None, Kind.TEXT)
    if is_same(cell, value):
        reason = ""
    elif value is None:
        reason = why_no_value(cell, is_listed=value_and_kind is not None)
    else:
        reason = reason_of(cell, shown)
    return Line(cell.page, cell.figure, cell.key, cell.platform, cell.raw, value, reason, kind)


def is_same(cell: PageCell, value: Cell) -> bool:
    """Return whether our value, written as the page writes, is what the page shows."""
    return isinstance(value, (int, float, type(None))) and written(cell.figure, value) == (
        cell.platform
    )


# ---- pages ---------------------------------------------------------------------------------------


async def _page(
    q: Query, of: Summarised, window: Window, settings: Mapping[str, str | None]
) -> tuple[list[PageCell], Ours]:
    """Return what the page that is asked for shows, and ours for it."""
    training = q.request.entity(Param.TRAINING)
    if person := q.request.entity(Param.LEARNER):
        courses = [training.id] if training else list(of.server.courses)
        shown = await learner(q, of, person.id, courses, window)
        return shown, await ours_of_learner(q, of.server)
    if class_ := q.request.entity(Param.CLASS):
        one = training.id if training else None
        return await cohort(q, of, class_.id, one, window), await ours_of_cohort(q, of.server)
    if training:
        return await course(q, of, training.id, window), await ours_of_course(q, of.server)
    return await site(q, of, window, settings), await ours_of_site(q, of.server)
