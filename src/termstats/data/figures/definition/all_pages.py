"""All pages of a figure whose rows come a page at a time: the one loop of screens and commands."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import replace
from itertools import chain

from termstats.data.figures.definition.run import run_figure
from termstats.data.model.request import Request
from termstats.data.model.table import Table
from termstats.data.query.scope import Scope
from termstats.data.store.opening import Store

PAGE = 5000
"""Rows read at a time after the first page: nobody waits for the first of them."""


async def pages_of(
    store: Store, figure_id: str, request: Request, scope: Scope | None = None
) -> AsyncGenerator[Table, None]:
    """Compute a figure a page at a time; a figure that is not paged gives one.

    Raises:
        UsageError: unknown figure, or a parameter it needs is missing.
        NotAllowed: the viewer may not see it.
        StoreError: the store cannot be read.
    """
    first = await run_figure(store, figure_id, request, scope)
    async for page in pages_from(store, first, request, scope):
        yield page


async def pages_from(
    store: Store, table: Table, request: Request, scope: Scope | None = None
) -> AsyncGenerator[Table, None]:
    """Give `table`, which `request` gave, and one by one the pages that come after it.

    Raises:
        StoreError: the store cannot be read.
    """
    yield table
    while table.after is not None:
        more = replace(request, after=table.after, limit=PAGE)
        table = await run_figure(store, table.figure_id, more, scope)
        yield table


async def run_all_pages(
    store: Store, figure_id: str, request: Request, scope: Scope | None = None
) -> Table:
    """Compute a figure with all its rows at once; files take them page by page.

    Raises:
        As `pages_of`.
    """
    pages = [page async for page in pages_of(store, figure_id, request, scope)]
    last = pages[-1]
    return replace(
        pages[0],
        rows=tuple(chain.from_iterable(page.rows for page in pages)),
        row_kinds=tuple(chain.from_iterable(page.row_kinds for page in pages)),
        keys=tuple(chain.from_iterable(page.keys for page in pages)),
        people=tuple(chain.from_iterable(page.people for page in pages)),
        notes=tuple(dict.fromkeys(chain.from_iterable(page.notes for page in pages))),
        empty=last.empty,
        summary=last.summary,
        after=last.after,
    )
