"""From the options of `termstats report` to the table that answers them."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from termstats.cli.report_options import ReportOptions
from termstats.cli.settings import Settings, keys_of
from termstats.data.model.errors import UsageError

if TYPE_CHECKING:
    from termstats.data.model.period import Period
    from termstats.data.model.request import Request
    from termstats.data.model.table import Table
    from termstats.data.query.scope import Scope
    from termstats.data.store.opening import Store, StoreInfo


async def answer(settings: Settings, options: ReportOptions) -> AsyncGenerator[Table, None]:
    """Compute the figure asked for a page at a time, and keep the rows searched for.

    Raises:
        UsageError: unknown figure, words that fit nothing, a parameter is missing.
        NotAllowed: the viewer may not see it.
        StoreError: the store cannot be read.
    """
    from termstats.cli.output import deed_of
    from termstats.data.figures.definition.all_pages import pages_of
    from termstats.data.figures.definition.figure import check_level
    from termstats.data.figures.definition.first_rows import first_rows
    from termstats.data.figures.definition.policy import Option
    from termstats.data.figures.definition.registry import find_figure
    from termstats.data.query.auditing import wanted_for
    from termstats.data.query.scope import scope_in
    from termstats.data.store.opening import open_store

    figure = find_figure(options.figure)
    if options.only and not figure.filters:
        raise UsageError(f"--only narrows nothing in {figure.id}")
    store = await open_store(settings.location(or_sample=True), settings.audit)
    store = wanted_for(store, deed_of(options.output))
    try:
        store = settings.face_of(store)
        scope = await scope_in(store, settings.viewer, settings.groups)
        check_level(scope, figure.level)  # before anything is looked up that it may not name
        request = request_of(options, store.info, settings.config.period)
        if options.clock is None and store.info.two_clocks:
            request = replace(request, server_clock=settings.config.clock == "server")
        if Option.STALLED_DAYS in figure.options:
            days = options.stalled_days or settings.config.stalled_days
            request = replace(request, stalled_days=days)
        request = await _narrowed(request, options, store, scope)
        if figure.pages and figure.pages.opens_with and not options.has_period:
            request = _as_opened(request, figure.pages.opens_with, store.info.today)
        async for page in pages_of(store, figure.id, request, scope):
            rows = matching_rows(page, request.row_search, already=figure.paged)
            yield first_rows(rows, figure, request.top)
    finally:
        await store.close()


def request_of(options: ReportOptions, info: StoreInfo, usual_period: str) -> Request:
    """Return the question without what has to be looked up in the store.

    Raises:
        UsageError: a period or a row search that cannot be read.
    """
    from termstats.data.model.comparison import Against
    from termstats.data.model.request import Request

    return Request(
        _period(options, info, usual_period),
        everybody=options.everybody,
        server_clock=options.clock == "server",
        by=options.by,
        top=options.top,
        action=options.action,
        version=options.version,
        question=options.question,
        month=options.month,
        hide_archived=options.hide_archived,
        wide=options.wide,
        against=Against(options.against or Against.BEFORE),
        row_search=_row_search(options.row_search),
    )


async def _narrowed(
    request: Request, options: ReportOptions, store: Store, scope: Scope
) -> Request:
    """Return the question about the subjects and within the filters that the store resolves."""
    from termstats.data.model.filter_writing import joined
    from termstats.data.model.request import Param
    from termstats.data.query.class_dates import class_period
    from termstats.data.query.filter_text import parse_one
    from termstats.data.query.search import resolve

    for param, key in keys_of(options.subjects):
        within = request.entity(Param.TRAINING)
        request = request.with_entity(param, await resolve(store, scope, param, key, within))
    filters = joined([await parse_one(store, scope, text) for text in options.only])
    request = replace(request, filters=filters)
    class_ = request.entity(Param.CLASS)
    if class_ is None or options.has_period:
        return request
    return replace(request, period=await class_period(store, class_) or request.period)


def _as_opened(request: Request, opens_with: tuple[int, int], today: date) -> Request:
    """Return the question about the days that the platform's page opens with."""
    from termstats.data.model.period import Period

    days = opens_with[1 if request.entities else 0]
    return replace(request, period=Period(today - timedelta(days=days), today), as_opened=True)


def _period(options: ReportOptions, info: StoreInfo, usual: str) -> Period:
    from termstats.data.model.dates import parse_day
    from termstats.data.model.period import Period
    from termstats.data.model.period_text import parse_period

    if not options.from_ and not options.to:
        return parse_period(options.period or usual or info.usual_period, info.now, info.coverage)
    return Period(
        parse_day(options.from_) if options.from_ else info.coverage[0],
        parse_day(options.to) if options.to else info.today,
    )


def _row_search(texts: Sequence[str]) -> tuple[tuple[str, str], ...]:
    from termstats.data.model.row_search import split_pair

    pairs = []
    for text in texts:
        column, wanted = split_pair(text) or ("", "")
        if not column or not wanted:
            raise UsageError(f"--filter {text!r}: write COLUMN=TEXT")
        pairs.append((column.strip(), wanted))
    return tuple(pairs)


def matching_rows(table: Table, row_search: Sequence[tuple[str, str]], *, already: bool) -> Table:
    """Return the rows whose cells contain the texts; paged figures have searched `already`.

    Raises:
        UsageError: no such column; names those there are.
    """
    from termstats.data.model.row_search import cell_fits

    names = [column.name for column in table.columns]
    for column, _text in row_search:
        if column not in names:
            raise UsageError(f"no column {column!r} in {table.figure_id}; use {', '.join(names)}")
    if already or not row_search:
        return table
    columns = [(names.index(column), text) for column, text in row_search]
    matching = [
        row
        for row in range(len(table.rows))
        if all(cell_fits(table.rows[row][at], table.kind(row, at), text) for at, text in columns)
    ]
    return replace(
        table,
        rows=tuple(table.rows[row] for row in matching),
        row_kinds=tuple(table.row_kinds[row] for row in matching) if table.row_kinds else (),
        notes=(*table.notes, f"filtered: {len(matching):,} of {len(table.rows):,} rows"),
    )
