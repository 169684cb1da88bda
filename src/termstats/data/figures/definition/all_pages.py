"""All pages of a figure whose rows come a page at a time: the one loop of screens and commands."""

from __future__ import annotations

from dataclasses import replace

from termstats.data.figures.definition.run import run_figure
from termstats.data.model.request import Request
from termstats.data.model.table import Table
from termstats.data.query.scope import Scope
from termstats.data.store.opening import Store

PAGE = 5000
"""Rows read at a time after the first page: nobody waits for the first of them."""


async def run_all_pages(
    store: Store, figure_id: str, request: Request, scope: Scope | None = None
) -> Table:
    """Compute a figure with all its rows.

    Raises:
        UsageError: unknown figure, or a parameter it needs is missing.
        NotAllowed: the viewer may not see it.
        StoreError: the store cannot be read.
    """
    first = await run_figure(store, figure_id, request, scope)
    return await with_remaining_pages(store, first, request, scope)


async def with_remaining_pages(
    store: Store, table: Table, request: Request, scope: Scope | None = None
) -> Table:
    """Return `table`, which `request` gave, with the rows that come after its own.

    Raises:
        StoreError: the store cannot be read.
    """
    while table.after is not None:
        more = replace(request, after=table.after, limit=PAGE)
        page = await run_figure(store, table.figure_id, more, scope)
        table = replace(
            table,
            rows=(*table.rows, *page.rows),
            row_kinds=(*table.row_kinds, *page.row_kinds),
            keys=(*table.keys, *page.keys),
            notes=tuple(dict.fromkeys((*table.notes, *page.notes))),
            empty=page.empty,
            summary=page.summary,
            after=page.after,
        )
    return table
