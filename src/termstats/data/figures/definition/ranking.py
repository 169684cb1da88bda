"""Rankings: one order, one way to cut them off, one row for the rest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from termstats.data.model.table import OTHERS as OTHERS
from termstats.data.model.table import Cell

DEFAULT_TOP = 10
BACKOFFICE_TOP = 5

Cells = Sequence[Cell]


def ranked(rows: Sequence[Cells], *, by: int, name: int, key: int) -> list[Cells]:
    """Return `rows` by count descending, then name, then id.

    `by`, `name` and `key` are positions of columns. No value ranks as zero; ids that are whole
    numbers rank as numbers, so that 9 comes before 10.
    """

    def order(row: Cells) -> tuple[object, ...]:
        shown = str(row[name] or "")
        return -_number(row[by]), shown.casefold(), shown, _key_order(row[key])

    return sorted(rows, key=order)


def top_rows(
    rows: Sequence[Cells], top: int, *, by: int, name: int, key: int, adds: Sequence[int]
) -> list[Cells]:
    """Return the first `top` of the ranking, and the rest in one row named `(others)`.

    `adds` are the positions of the columns that may be summed; the other cells of that row are
    empty, for distinct people do not add up. No such row when everything is shown.
    """
    order = ranked(rows, by=by, name=name, key=key)
    shown, rest = order[:top], order[top:]
    if rest:
        others: list[Cell] = [None] * len(rest[0])
        others[name] = OTHERS
        for position in adds:
            others[position] = _sum(row[position] for row in rest)
        shown.append(others)
    return shown


def cut_off(rows: Sequence[Cells], top: int, *, by: int) -> str:
    """Return in words what a ranking does not show: `3 more, 1 tied with the last`; or nothing."""
    order = sorted((_number(row[by]) for row in rows), reverse=True)
    rest = order[top:]
    if not rest:
        return ""
    tied = sum(1 for amount in rest if top and amount == order[top - 1])
    words = f"{len(rest):,} more in {OTHERS}"
    return f"{words}, {tied:,} tied with the last one shown" if tied else words


def _number(cell: Cell) -> float:
    return cell if isinstance(cell, (int, float)) else 0


def _sum(cells: Iterable[Cell]) -> Cell:
    """Return the sum of the known numbers; None when none is known."""
    numbers = [c for c in cells if isinstance(c, (int, float))]
    return sum(numbers) if numbers else None


def _key_order(key: Cell) -> tuple[int, int, str]:
    written = "" if key is None else str(key)
    is_number = written.isascii() and written.isdecimal()
    return (0, int(written), "") if is_number else (1, 0, written)
