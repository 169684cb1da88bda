"""Which rows of a table are shown, in which order, and which row is the same in another table."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from termstats.data.model.row_search import is_in, named_cell_fits
from termstats.data.model.table import Cell, Column, Kind, Row, Table


@dataclass(frozen=True)
class RowSearch:
    """What rows must hold to be shown."""

    text: str = ""
    """Part of a shown cell, whatever its case."""
    fields: tuple[tuple[str, str], ...] = ()
    """(column, text that its cell must fit); columns that a table has not narrow nothing."""


@dataclass(frozen=True)
class Sorting:
    """The column that rows are sorted by, and whether its largest value stands first."""

    column: str
    descending: bool


_LARGEST_FIRST = (Kind.COUNT, Kind.NUMBER, Kind.SECONDS, Kind.VALUE, Kind.DATE, Kind.MOMENT)
_LOWEST_FIRST = ("score", "progress")
_SHARE_OF_ALL = "share"


def useful_first(column: Column) -> bool:
    """Return whether the largest value of a column is of use first; else the smallest is.

    Counts and times: the most; dates: the newest; progress, scores and other shares: the lowest,
    but of the share of a whole the most; words: from A to Z.
    """
    if column.kind in (Kind.PERCENT, Kind.SHARE):
        return column.name == _SHARE_OF_ALL
    return column.kind in _LARGEST_FIRST and column.name not in _LOWEST_FIRST


def next_sorting(sorting: Sorting | None, column: Column) -> Sorting | None:
    """Return the order that follows when a column is sorted by once more; None: as it came.

    First the useful way, then the other way round.
    """
    first = useful_first(column)
    if sorting is None or sorting.column != column.name:
        return Sorting(column.name, first)
    return Sorting(column.name, not first) if sorting.descending is first else None


def sorted_place(table: Table, columns: Sequence[int], sorting: Sorting | None) -> int | None:
    """Return the place of the sorted column among these; None: there is none."""
    at = table.position(sorting.column) if sorting else None
    return columns.index(at) if at in columns else None


def shown_rows(
    table: Table, columns: Sequence[int], search: RowSearch, sorting: Sorting | None
) -> list[int]:
    """Return the rows in the order shown; those without a value to sort by stand last.

    `columns` are the places of the columns in which the search looks.
    """
    rows = _searched(table, columns, search)
    if sorting is None:
        return rows
    at = table.position(sorting.column)
    valued = [n for n in rows if table.rows[n][at] is not None]
    valued.sort(key=lambda n: _sort_key(table.rows[n][at]), reverse=sorting.descending)
    return valued + [n for n in rows if table.rows[n][at] is None]


def _searched(table: Table, columns: Sequence[int], search: RowSearch) -> list[int]:
    rows = list(range(len(table.rows)))
    if search.text:
        text = search.text.casefold()
        rows = [n for n in rows if any(_holds(table, n, c, text) for c in columns)]
    names = [column.name for column in table.columns]
    for name, text in search.fields:
        if name in names:
            at = names.index(name)
            rows = [n for n in rows if _fits(table, n, at, text)]
    return rows


def _holds(table: Table, row: int, at: int, text: str) -> bool:
    """Return whether a cell, as it is shown or as scripts know it, contains a text."""
    cell = table.rows[row][at]
    return text in table.shown(row, at).casefold() or (isinstance(cell, str) and is_in(text, cell))


def _fits(table: Table, row: int, at: int, text: str) -> bool:
    cell = table.rows[row][at]
    return named_cell_fits(cell, table.columns[at].read(cell), table.kind(row, at), text)


def _sort_key(cell: Cell) -> tuple[int, float | str]:
    """Return a key that compares cells of one column, whatever they hold."""
    if isinstance(cell, (int, float)):
        return (0, cell)
    return (1, str(cell).casefold())


def next_beginning(
    table: Table, column: int, rows: Sequence[int], here: int, beginning: str
) -> int | None:
    """Return the place in `rows` of the one whose cell begins so, case and accents aside.

    The row `here` stays where it fits; else it is the next one, from the top again; None: no row.
    """
    wanted = _folded(beginning)
    for step in range(len(rows)):
        place = (here + step) % len(rows)
        if _folded(table.shown(rows[place], column)).startswith(wanted):
            return place
    return None


def _folded(text: str) -> str:
    """Return a text as it is looked for: small letters without accents."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in parts if not unicodedata.combining(each))


def in_order(table: Table, rows: Sequence[int]) -> Table:
    """Return the table of these rows alone, in this order."""
    kinds = tuple(table.row_kinds[n] for n in rows) if table.row_kinds else ()
    return table.with_rows(tuple(table.rows[n] for n in rows), kinds)


def extended(table: Table, more: Table) -> Table:
    """Return a table with the rows of the page that comes after it."""
    rows = (*table.rows, *more.rows)
    columns = tuple(
        replace(one, names=tuple(dict((*one.names, *other.names)).items()))
        for one, other in zip(table.columns, more.columns, strict=True)
    )
    return replace(
        table,
        rows=rows,
        columns=columns,
        people=(*table.people, *more.people),
        after=more.after,
        empty=more.empty,
        summary=more.summary,
    )


def identity_of(table: Table, row: int) -> Row:
    """Return the cells by which a row is the same when a figure is read again: its ids.

    Of a row without ids its first cell.
    """
    cells = table.rows[row]
    kinds = (column.kind for column in table.columns)
    ids = tuple(cell for cell, kind in zip(cells, kinds, strict=True) if kind is Kind.IDENT)
    return ids or cells[:1]
