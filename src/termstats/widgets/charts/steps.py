"""Step lines, cell by cell: told apart by weight, in ASCII by letter; gaps stay open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from termstats.widgets.charts.cells import Cell


@dataclass(frozen=True)
class Weight:
    """The characters of a line: across, upright, and the four corners."""

    across: str
    upright: str
    down_from: str
    """Where the line comes from the left and goes down."""
    down_to: str
    up_from: str
    up_to: str


HEAVY = Weight("━", "┃", "┓", "┗", "┛", "┏")
THIN = Weight("─", "│", "┐", "└", "┘", "┌")
DOUBLE = Weight("═", "║", "╗", "╚", "╝", "╔")
DASHED = Weight("╌", "╎", "┐", "└", "┘", "┌")
DOTTED = Weight("┄", "┆", "┐", "└", "┘", "┌")
WEIGHTS = (HEAVY, THIN, DOUBLE, DASHED)


def lettered(letter: str) -> Weight:
    """Return a line of one character."""
    return Weight(*[letter] * 6)


def step_row(value: float, low: float, high: float, height: int) -> int:
    """Return the line, from above, of a value: that at whose upper edge the value lies."""
    return min(height - 1, height - round((value - low) / (high - low) * height))


def step_cells(
    rows: Sequence[int | None],
    starts: Sequence[int],
    ends: Sequence[int],
    weight: Weight,
    style: str,
) -> Iterator[tuple[tuple[int, int], Cell]]:
    """Yield the cells of one line.

    Args:
        rows: its line in each bucket; None: no value, and the line breaks off.
        starts: the first cell of each bucket.
        ends: the cell after the last of each bucket.
        weight: what it is drawn with.
        style: name of its colour.
    """
    before: int | None = None
    last_end = None
    for row, start, end in zip(rows, starts, ends, strict=True):
        if row is None:
            before = None
            continue
        first = start
        if before is not None and last_end == start and before != row and end > start:
            yield from _rise(before, row, start, weight, style)
            first += 1
        yield from (((x, row), Cell(weight.across, style)) for x in range(first, end))
        before, last_end = row, end


def _rise(
    before: int, row: int, x: int, weight: Weight, style: str
) -> Iterator[tuple[tuple[int, int], Cell]]:
    """Yield the upright from one line to another."""
    leaving, entering = (
        (weight.down_from, weight.down_to) if row > before else (weight.up_from, weight.up_to)
    )
    yield (x, before), Cell(leaving, style)
    for line in range(min(before, row) + 1, max(before, row)):
        yield (x, line), Cell(weight.upright, style)
    yield (x, row), Cell(entering, style)


def name_rows(wanted: Sequence[int], height: int) -> list[int]:
    """Return a line for each name near the one wanted, no two the same, in the same order.

    More names than lines: the rest get line -1.
    """
    order = sorted(range(len(wanted)), key=lambda n: (wanted[n], n))
    placed = [-1] * len(wanted)
    kept = order[:height]
    line = -1
    for n in kept:
        line = max(line + 1, wanted[n])
        placed[n] = line
    # Names pushed below the last line move up, and those above them give way.
    limit = height - 1
    for n in reversed(kept):
        placed[n] = min(placed[n], limit)
        limit = placed[n] - 1
    return placed
