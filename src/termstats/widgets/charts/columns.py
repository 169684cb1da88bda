"""Solid columns, cell by cell: where each stands, and how it is filled from the ground up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from termstats.widgets.charts.cells import EIGHTHS, Cell

GAP_FROM = 3
"""Cells of a bucket from which a gap is left beside its column; a third of wide ones."""


@dataclass(frozen=True)
class Places:
    """Where columns stand: all are equally thick."""

    count: int
    slot: int
    """Cells from the start of one to that of the next."""
    gap: int
    """Cells between two columns, and behind the last: never more than a column has."""

    def start(self, n: int) -> int:
        """Return the first cell of column `n`."""
        return n * self.slot

    @property
    def thick(self) -> int:
        """Return the cells that every column has."""
        return self.slot - self.gap

    @property
    def width(self) -> int:
        """Return the cells of all columns and gaps."""
        return self.count * self.slot

    @property
    def used(self) -> int:
        """Return the cell behind the last column."""
        return self.start(self.count - 1) + self.thick


def places(count: int, width: int) -> Places:
    """Return where `count` columns stand in so many cells; `count` is at most `width`."""
    slot = width // count
    return Places(count, slot, 0 if slot < GAP_FROM else max(1, slot // 3) if slot > 6 else 1)


@dataclass(frozen=True)
class Part:
    """A part of a column: its height in eighths of a cell, and its looks."""

    eighths: int
    style: str
    fill: str = "█"
    """What fills it in ASCII, and where the bucket is not over."""


def heights(values: Sequence[float], high: float, height: int) -> list[int]:
    """Return the height of parts in eighths of a cell; the sum is exact, any value shows.

    Args:
        values: the parts from the ground up, none below zero.
        high: the value at the upper edge.
        height: lines.
    """
    total, used, parts = 0.0, 0, []
    for value in values:
        total += value
        end = round(min(total, high) / high * height * 8)
        parts.append(end - used)
        used = end
    if total > 0 and used == 0:
        parts[max(range(len(values)), key=values.__getitem__)] = 1
    return parts


def column_cells(
    parts: Sequence[Part], start: int, thick: int, height: int, *, whole: bool = False
) -> Iterator[tuple[tuple[int, int], Cell]]:
    """Yield the cells of one column, `parts` from the ground up.

    `whole`: of full cells only, each filled with its part's own character, as in ASCII.
    """
    at = 0
    edges: list[tuple[int, int, Part]] = []
    for part in parts:
        edges.append((at, at + part.eighths, part))
        at += part.eighths
    for y in range(height):
        low, high = 8 * y, 8 * y + 8
        inside = [(a, b, part) for a, b, part in edges if a < high and b > low]
        if not inside:
            break
        cell = _whole_cell(inside, low, high, y) if whole else _cell(inside, low, high)
        if cell is not None:
            yield from (((x, height - 1 - y), cell) for x in range(start, start + thick))


def _cell(inside: Sequence[tuple[int, int, Part]], low: int, high: int) -> Cell:
    """Return a cell: its lowest part, and behind it the highest where that is another."""
    _, end, lowest = inside[0]
    _, top, highest = inside[-1]
    if end >= high:
        return Cell("█", lowest.style)
    if len(inside) == 1:
        return Cell(EIGHTHS[end - low], lowest.style)
    if top >= high:
        return Cell(EIGHTHS[end - low], lowest.style, highest.style)
    # Three would meet in the cell: the larger of the two parts and nothing above them.
    largest = max(inside, key=lambda one: min(one[1], high) - max(one[0], low))[2]
    return Cell(EIGHTHS[top - low], largest.style)


def _whole_cell(
    inside: Sequence[tuple[int, int, Part]], low: int, high: int, y: int
) -> Cell | None:
    """Return a cell filled by what covers most of it; None: less than half is covered."""
    shares = [(min(b, high) - max(a, low), part) for a, b, part in inside]
    if sum(share for share, _ in shares) < 4 and y > 0:
        return None
    part = max(shares, key=lambda one: one[0])[1]
    return Cell(part.fill, part.style)
