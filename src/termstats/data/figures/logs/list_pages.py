"""Lists that are read a page at a time, in the order in which they are shown."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, or_

from termstats.data.figures.logs.pages import LARGEST, place_of, row_fits, searched_columns
from termstats.data.model.table import Cell, Column
from termstats.data.query.query import Query

Place = tuple[int, int]
"""The moment and the id of a row: no two rows have both."""
NEVER = -1
"""Stands for the moment of a row that has none."""
Blocks = Callable[[Place | None, int], Awaitable[Sequence[Any]]]
"""Gives the rows behind a place, at most so many; None: from the beginning."""
Cells = Callable[[Sequence[Any]], Awaitable[Sequence[tuple[Cell, ...]]]]
"""Gives the cells of rows that were read."""


@dataclass(frozen=True)
class ListPage:
    """One page of a list."""

    rows: Sequence[tuple[Cell, ...]]
    after: str | None
    """Cursor of the next page; None: this is the last."""
    is_whole: bool
    """Whether these are all rows, and nothing was searched for."""
    is_searched: bool


async def list_page(
    q: Query,
    columns: Sequence[Column],
    blocks: Blocks,
    cells: Cells,
    place: Callable[[Any], Place],
) -> ListPage:
    """Return the page that is asked for: rows that fit the row search, as many as a page has.

    Where few fit, a page looks through a part of the list only, and `after` continues it.

    Raises:
        UsageError: the cursor or a column of the row search is not one of this figure.
    """
    searched = searched_columns(q, columns)
    size, begun, looked = q.request.limit, place_of(q.request.after), 0
    after = begun
    rows: list[tuple[Cell, ...]] = []
    is_last = False
    while not is_last and len(rows) < size and (not looked or looked < LARGEST):
        block = await blocks(after, size)
        is_last = len(block) < size
        for row, shown in zip(block, await cells(block), strict=True):
            if len(rows) == size:
                is_last = False
                break
            after = place(row)
            if row_fits(q, shown, columns, searched):
                rows.append(shown)
        looked += len(block)
    return ListPage(
        rows,
        after=None if is_last or after is None else f"{after[0]}-{after[1]}",
        is_whole=is_last and begun is None and not searched,
        is_searched=bool(searched),
    )


async def newest_first(
    q: Query,
    listed: Select[Any],
    at: ColumnElement[Any],
    row_id: ColumnElement[Any],
    after: Place | None,
    size: int,
) -> Sequence[Any]:
    """Return the rows of `listed` before the period's end behind a place, at most `size`.

    The newest come first, of one moment that with the largest id, which was written last. Those
    without a moment are at the end, in the order of their ids.
    """
    rows: list[Any] = []
    if after is None or after[0] != NEVER:
        dated = listed.where(at < q.end).order_by(at.desc(), row_id.desc()).limit(size)
        if after is not None:
            moment, last = after
            dated = dated.where(at <= moment, or_(at < moment, row_id < last))
        rows += await q.fetch(dated)
    if len(rows) < size:
        undated = listed.where(at.is_(None)).order_by(row_id).limit(size - len(rows))
        if after is not None and after[0] == NEVER:
            undated = undated.where(row_id > after[1])
        rows += await q.fetch(undated)
    return rows
