"""Reads the figure of a place, its later pages, and puts its rows in order."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import replace

from termstats.cli.shell.comparing import differing_first, page_entities
from termstats.cli.shell.state import Asked, Place, State
from termstats.data.figures.definition.all_pages import PAGE, pages_from
from termstats.data.figures.definition.figure import Figure
from termstats.data.figures.definition.registry import find_figure
from termstats.data.figures.definition.run import run_figure
from termstats.data.model.filter_base import Filter
from termstats.data.model.period_text import parse_period
from termstats.data.model.request import Param
from termstats.data.model.table import Kind, Table
from termstats.screens.backoffice.named import named_entities
from termstats.screens.frame.row_keys import split_search
from termstats.widgets.tables.order import RowSearch, in_order, shown_rows


def filters_at(state: State, place: Place) -> tuple[Filter, ...]:
    """Return what a figure there is narrowed to."""
    if place.figure and not find_figure(place.figure).filters:
        return ()
    return tuple(dict.fromkeys((*state.lasting(place.level), *place.chips)))


async def asked_at(state: State, place: Place) -> Asked:
    """Return the question of a place with a figure."""
    figure, store = find_figure(place.figure), state.session.store
    filters = filters_at(state, place)
    entities = {**await named_entities(store, filters), **place.entities}
    request = state.view.request(figure, entities)
    if place.all_time:
        period = parse_period("all", store.info.now, store.info.coverage)
        request = replace(request, period=period)
    if figure.pages is not None:
        about = page_entities(figure.pages, place.entities)
        request = replace(request, entities=about, month=month_of(state, place, figure))
    fields, text = split_search(place.search, figure) if place.search else ((), "")
    request = replace(request, filters=filters, row_search=fields if figure.paged else ())
    return Asked(figure, request, text, () if figure.paged else fields)


def month_of(state: State, place: Place, figure: Figure) -> str | None:
    """Return the month of a platform's page; None: the page has none."""
    if figure.pages is None or not figure.pages.monthly or Param.LEARNER in place.entities:
        return None
    return place.month or f"{state.view.period.last:%Y-%m}"


async def read_at(state: State, place: Place) -> Table:
    """Return the figure of a place, of a log its first page.

    Raises:
        TermstatsError: it cannot be computed, or the viewer may not see it.
    """
    asked = await asked_at(state, place)
    session = state.session
    return await run_figure(session.store, place.figure, asked.request, session.scope)


async def read_more(state: State, table: Table, *, large: bool) -> Table:
    """Return a table of a log with its next page behind it, a large one where all are wanted.

    Raises:
        TermstatsError: it cannot be computed.
    """
    asked = await asked_at(state, state.place)
    session = state.session
    request = replace(asked.request, after=table.after)
    request = replace(request, limit=PAGE) if large else request
    page = await run_figure(session.store, table.figure_id, request, session.scope)
    return replace(
        page,
        rows=(*table.rows, *page.rows),
        row_kinds=(*table.row_kinds, *page.row_kinds),
        keys=(*table.keys, *page.keys),
        people=(*table.people, *page.people),
        notes=tuple(dict.fromkeys((*table.notes, *page.notes))),
    )


async def rows_in_order(state: State, table: Table) -> list[int]:
    """Return the rows that are said, by their places in the table, in the order said."""
    asked = await asked_at(state, state.place)
    columns = [n for n, column in enumerate(table.columns) if column.kind is not Kind.IDENT]
    sorting = state.place.sorting
    names = [column.name for column in table.columns]
    if sorting is not None and sorting.column not in names:
        sorting = None
    rows = shown_rows(table, columns, RowSearch(asked.text, asked.fields), sorting)
    is_page = asked.figure.pages is not None and sorting is None
    return differing_first(table, rows) if is_page else rows


async def pages_at(state: State, place: Place) -> AsyncGenerator[Table, None]:
    """Give the figure of a place as it is said: whole, or a log that was not read page by page.

    Raises:
        TermstatsError: it cannot be computed.
    """
    is_here = place == state.place and state.table is not None
    table = state.table if is_here and state.table else await read_at(state, place)
    if table.after is None:
        yield in_order(table, await rows_in_order(replace(state, place=place), table))
        return
    asked = await asked_at(state, place)
    session = state.session
    async for page in pages_from(session.store, table, asked.request, session.scope):
        yield page
