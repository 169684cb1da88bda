"""The headings and cells of one page of a table, each as wide as its column."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.text import Text

from termstats.data.model.table import Kind, Table
from termstats.widgets.tables.cells import as_door, cell_text
from termstats.widgets.tables.columns import heading_text
from termstats.widgets.tables.order import Sorting
from termstats.widgets.tables.widths import Fitted
from termstats.widgets.text import told_apart


def arrow_of(sorting: Sorting, *, plain: bool) -> str:
    """Return the arrow of an order: down where the largest value stands first."""
    down, up = ("v", "^") if plain else ("▼", "▲")
    return down if sorting.descending else up


def headings_of(
    table: Table,
    columns: Sequence[int],
    widths: Sequence[int],
    sorting: Sorting | None,
    chosen: int | None,
    *,
    plain: bool,
) -> list[Text]:
    """Return the headings with the arrow of the order; that of the chosen column underlined."""
    headings = []
    for at, width in zip(columns, widths, strict=True):
        column = table.columns[at]
        is_sorted = sorting is not None and sorting.column == column.name
        arrow = arrow_of(sorting, plain=plain) if sorting and is_sorted else ""
        headings.append(heading_text(column, width, arrow, chosen=at == chosen))
    return headings


def cells_of(
    table: Table, rows: Sequence[int], columns: Sequence[int], fit: Fitted, *, plain: bool
) -> list[list[Text]]:
    """Return the cells of some rows in columns that have room; what opens something looks so."""
    places = list(zip(columns, fit.widths, fit.bars, strict=True))
    opening = {at: table.columns[at].name for at in columns if table.opens(table.columns[at].name)}
    dots = ".." if plain else "…"
    short = {at: _short(table, rows, at, width, dots) for at, width, _bar in places}
    written: list[list[Text]] = []
    for row in rows:
        cells = [
            cell_text(table, row, at, width, bar, plain=plain, short=short[at])
            for at, width, bar in places
        ]
        for at, cell in zip(columns, cells, strict=True):
            if at in opening and table.door(table.rows[row], opening[at]):
                as_door(cell, table.shown(row, at))
        written.append(cells)
    return written


def _short(table: Table, rows: Sequence[int], at: int, width: int, dots: str) -> dict[str, str]:
    """Return the texts of a column that are too long for it -> what stands there."""
    column = table.columns[at]
    if column.kind is not Kind.TEXT or column.is_whole:
        return {}
    texts = {table.shown(row, at) for row in rows}
    return told_apart((text for text in texts if cell_len(text) > width), width, dots)
