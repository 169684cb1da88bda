"""Reconciliation: what a platform shows on its own pages beside our numbers, and why not alike."""

from __future__ import annotations

import calendar
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import select

from termstats.data.figures.definition.figure import Rows, SideScreen
from termstats.data.figures.definition.policy import PlatformPages
from termstats.data.figures.definition.registry import figure
from termstats.data.figures.reconcile.ours import (
    Ours,
    ours_of_class,
    ours_of_dashboard,
    ours_of_learner,
    ours_of_training,
)
from termstats.data.figures.reconcile.pages_asked import SUBJECTS, platform_id, source_of_pages
from termstats.data.model.errors import UsageError
from termstats.data.model.period import Period, local_day
from termstats.data.model.request import Param
from termstats.data.model.table import Cell, Column, Kind, number, words
from termstats.data.model.units import Second
from termstats.data.platform_pages import PageCell, opigno_class, opigno_dashboard, opigno_training
from termstats.data.platform_pages.opigno_dates import Month
from termstats.data.platform_pages.opigno_format import fmt, label, rh
from termstats.data.platform_pages.opigno_learner import learner
from termstats.data.platform_pages.opigno_raw import TABLES, Raw, from_reported
from termstats.data.platform_pages.opigno_reasons import (
    DONUTS,
    reason_of,
    why_donuts_differ,
    why_no_value,
)
from termstats.data.platform_pages.opigno_steps import Steps
from termstats.data.query.query import Query
from termstats.data.store import schema
from termstats.data.store.settings import SourceInfo

COLUMNS = (
    words("page", "Page"),
    words("figure", "Figure"),
    words("key", "Of", "day, row or column on that page"),
    words("platform", "Platform", "as the platform shows it"),
    number("platform_raw", "Unrounded", "shares are 0-1, times seconds; empty for words"),
    Column("termstats", Kind.VALUE, "termstats", "our own number; shares are 0-100"),
    words("reason", "Why they differ"),
)
NO_OPIGNO = (
    "No data of Opigno are in this store, so there is no page of it to compare with. "
    "Import a site with: termstats import opigno SOURCE"
)
NO_TABLES = (
    "This copy of the store was made without Opigno's own tables. Import the site into a new store."
)


@figure(
    "reconcile.opigno",
    title="What Opigno shows",
    level=SideScreen.RECONCILE,
    columns=COLUMNS,
    pages=PlatformPages("opigno", monthly=True, of_things=True),
)
async def opigno(q: Query) -> Rows:
    """Every number, chart point and table cell of Opigno's own pages, beside ours.

    The global dashboard, or the page of `--training`, `--class` or `--learner` (with `--training`:
    the details of it too), for `--month`; without a month the one that the page opens with. The
    platform's numbers are computed from its own tables as its pages do, faults included; the
    reason names in plain words what makes ours differ. Donuts of the dashboard and of trainings
    are those of the month, active users those of its days; everything else is as of the import, as
    on the pages. Empty where termstats has no number of the same meaning.
    """
    month = parse_month(q.request.month)
    source = await source_of_pages(q, "opigno")
    if source is None:
        return Rows((), empty=NO_OPIGNO)
    given = [param for param in SUBJECTS if q.request.entity(param)]
    raw = await _raw(q, source, _tables(given))
    if not raw.tables:
        return Rows((), empty=NO_TABLES)
    ids = {param: await platform_id(q, param) for param in given}
    today = local_day(source.as_of, q.zone)
    page = await _page(q, raw, ids, month, source.as_of, today)
    rows = []
    kinds = []
    differing = 0
    steps = Steps(raw, source.as_of)
    for cell in page.shown:
        value_and_kind = page.ours.get((cell.figure, cell.key))
        value, kind = value_and_kind or (None, Kind.TEXT)
        if value is None:
            reason = why_no_value(cell, is_listed=value_and_kind is not None)
        elif is_same(cell.platform, value, kind):
            reason = ""
        else:
            differing += 1
            reason = _reason(steps, page, cell, ids)
        rows.append((cell.page, cell.figure, cell.key, cell.platform, cell.raw, value, reason))
        kinds.append(kind)
    if page.month is not None:
        written = "{}-{:02}".format(*page.month)
        q.note(f"Progress, completion and active users are of {written}, not the period.")
    return Rows(
        rows,
        row_kinds=tuple(kinds),
        empty="" if rows else "The page shows nothing.",
        summary=f"{len(rows):,} numbers, {differing:,} differ",
    )


def parse_month(text: str | None) -> Month | None:
    """Return the year and month of `YYYY-MM`; None for none.

    Raises:
        UsageError: not a month.
    """
    if text is None:
        return None
    match = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", text, re.ASCII)
    if not match or match[1] == "0000":
        raise UsageError(f"--month {text!r}: write YYYY-MM")
    return int(match[1]), int(match[2])


def is_same(platform: str, value: Cell, kind: Kind) -> bool:
    """Return whether our value, written as the platform writes, is what the platform shows."""
    if isinstance(value, str):
        return platform in (value, label(value))
    if not isinstance(value, (int, float)):
        return False
    if platform == "-":
        return rh(value) == 0
    if kind is Kind.PERCENT:
        return platform == f"{rh(value)}%"
    if kind is Kind.SECONDS:
        return platform == ("-" if rh(value) < 0 else "") + fmt(abs(rh(value)))
    return platform.removeprefix("+") == str(rh(value))


@dataclass(frozen=True)
class _Page:
    """One page: what the site shows, what we say, and which trainings and month it is about."""

    shown: Sequence[PageCell]
    ours: Ours
    month: Month | None = None
    """None: the page has no month."""
    trainings: Collection[int] | None = None
    """None: all."""


async def _page(
    q: Query,
    raw: Raw,
    ids: dict[Param, int],
    month: Month | None,
    now: Second,
    today: date,
) -> _Page:
    training = ids.get(Param.TRAINING)
    if uid := ids.get(Param.LEARNER):
        return _Page(learner(raw, uid, now, training), await ours_of_learner(q, today))
    if class_id := ids.get(Param.CLASS):
        trainings = opigno_class.trainings_of(raw, class_id)
        chosen = month or opigno_training.month_shown(raw, trainings, now)
        accounts = {str(uid): str(user["name"]) for uid, user in raw.users.items()}
        ours = await ours_of_class(q, _span(chosen), today, accounts)
        return _Page(opigno_class.class_page(raw, class_id, now), ours, chosen, trainings)
    if training is not None:
        chosen = month or opigno_training.month_shown(raw, (training,), now)
        shown = opigno_training.training(raw, training, chosen, now)
        return _Page(shown, await ours_of_training(q, _span(chosen), today), chosen, (training,))
    chosen = month or opigno_dashboard.month_shown(raw, now)
    shown = opigno_dashboard.dashboard(raw, chosen, now)
    return _Page(shown, await ours_of_dashboard(q, _span(chosen), today), chosen)


def _reason(steps: Steps, page: _Page, cell: PageCell, ids: dict[Param, int]) -> str:
    if cell.figure in DONUTS and page.month is not None:
        return why_donuts_differ(steps, cell.page, cell.figure, page.trainings, page.month)
    training, uid = ids.get(Param.TRAINING), ids.get(Param.LEARNER)
    return reason_of(steps, cell, training=training, uid=uid)


def _span(month: Month) -> Period:
    first = date(*month, 1)
    return Period(first, first.replace(day=calendar.monthrange(*month)[1]))


def _tables(given: Collection[Param]) -> Collection[str]:
    """Return the tables that the page about `given` reads: answers are many, few pages ask."""
    if not given:
        return opigno_dashboard.TABLES
    if Param.CLASS in given and Param.LEARNER not in given:
        return opigno_class.TABLES
    return TABLES


async def _raw(q: Query, source: SourceInfo, tables: Collection[str]) -> Raw:
    reported = schema.reported_row
    rows = await q.fetch(
        select(reported.c.name, reported.c.data)
        .where(reported.c.source_id == source.id, reported.c.name.in_(sorted(tables)))
        .order_by(reported.c.name, reported.c.key)
    )
    return from_reported(((row.name, row.data) for row in rows), ZoneInfo(source.zone or "UTC"))
