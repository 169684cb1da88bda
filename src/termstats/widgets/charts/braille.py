"""Step lines of braille dots, for those who want them: finer than cells, not in every font."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

ACROSS, DOWN = 2, 4
"""Dots of a cell."""
_FIRST = 0x2800
_BITS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
"""Bit of each dot, by its place from the left and from above."""


def braille_cells(
    rows: Sequence[int | None], starts: Sequence[int], ends: Sequence[int]
) -> Iterator[tuple[tuple[int, int], str]]:
    """Yield (cell from the left, line from above) -> its character.

    Args:
        rows: the line of dots, from above, in each bucket; None: no value, and the line breaks off.
        starts: the first cell of each bucket.
        ends: the cell after the last of each bucket.
    """
    bits: dict[tuple[int, int], int] = {}
    for x, y in _dots(rows, starts, ends):
        cell = (x // ACROSS, y // DOWN)
        bits[cell] = bits.get(cell, 0) | _BITS[x % ACROSS][y % DOWN]
    yield from ((cell, chr(_FIRST + bit)) for cell, bit in bits.items())


def _dots(
    rows: Sequence[int | None], starts: Sequence[int], ends: Sequence[int]
) -> Iterator[tuple[int, int]]:
    before: tuple[int, int] | None = None
    for row, start, end in zip(rows, starts, ends, strict=True):
        if row is None:
            before = None
            continue
        if before is not None and before[0] == start:
            step = 1 if row > before[1] else -1
            yield from ((start * ACROSS, y) for y in range(before[1], row, step))
        yield from ((x, row) for x in range(start * ACROSS, end * ACROSS))
        before = (end, row)
