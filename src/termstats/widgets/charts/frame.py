"""The frame of charts over time: the space inside the axes, and the axes around it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rich.cells import cell_len
from rich.text import Text

from termstats.data.model.table import Kind
from termstats.widgets.charts.drawing import Look
from termstats.widgets.charts.series import Series
from termstats.widgets.charts.time_axis import time_ticks
from termstats.widgets.charts.value_axis import MAX_TICKS, Tick, value_ticks
from termstats.widgets.text import right


@dataclass(frozen=True)
class Frame:
    """The space inside the axes. `labels` includes the axis itself."""

    ticks: tuple[Tick, ...]
    labels: int
    width: int
    height: int

    @property
    def low(self) -> float:
        """Return the value at the lower edge."""
        return self.ticks[0].at

    @property
    def high(self) -> float:
        """Return the value at the upper edge."""
        return self.ticks[-1].at


def frame_of(
    series: Sequence[Series], look: Look, *, percent: bool, low: float, high: float
) -> Frame:
    """Return the frame for these series; `low` and `high` are the ends of what is drawn."""
    kinds = {one.column.kind for one in series}
    kind = kinds.pop() if len(kinds) == 1 else Kind.NUMBER
    height = max(2, look.height - 2)
    most = MAX_TICKS if height >= 8 else 3
    whole = percent or kind is Kind.PERCENT
    ticks = value_ticks(low, high, kind, most, percent=whole)
    labels = max(cell_len(tick.label) for tick in ticks) + 1
    return Frame(ticks, labels, max(4, look.width - labels), height)


def placed_ticks(
    days: Sequence[date], cells: Sequence[int], frame: Frame, zone: str = "UTC"
) -> list[tuple[int, str]]:
    """Return the cells and labels of the time axis: as many ticks as there is room for."""
    for most in range(MAX_TICKS, 1, -1):
        ticks = time_ticks(days[0], days[-1], zone, most)
        placed = [(_cell_of(day, days, cells), label) for day, label in ticks]
        if _labels_fit(placed, frame.labels + frame.width, frame.labels):
            return placed
    return placed[:1]


def _cell_of(day: date, days: Sequence[date], cells: Sequence[int]) -> int:
    """Return the cell of a day: between two points by proportion."""
    at = max(0, bisect_right(days, day) - 1)
    if at + 1 >= len(days) or days[at] == day:
        return cells[at]
    share = (day - days[at]) / (days[at + 1] - days[at])
    return cells[at] + round(share * (cells[at + 1] - cells[at]))


def label_start(cell: int, label: str, width: int, offset: int) -> int:
    """Return where a label of the time axis begins: centred under its tick, inside the line."""
    return max(0, min(offset + cell - len(label) // 2, width - len(label)))


def _labels_fit(placed: Sequence[tuple[int, str]], width: int, offset: int) -> bool:
    end = -2
    for cell, label in placed:
        start = label_start(cell, label, width, offset)
        if start < end + 2:
            return False
        end = start + len(label)
    return end <= width


def with_axes(
    canvas: Sequence[Text], frame: Frame, placed: Sequence[tuple[int, str]], *, plain: bool
) -> list[Text]:
    """Return the canvas between its axes: value ticks on the left, days below."""
    side, tick, corner, flat, down = "|++-+" if plain else "│┤┼─┬"
    rows: dict[int, str] = {}
    for one in frame.ticks:
        share = (one.at - frame.low) / (frame.high - frame.low)
        rows[frame.height - round(share * frame.height)] = one.label
    lines = [
        Text.assemble(
            (right(rows.get(line, ""), frame.labels - 1), "muted"),
            (tick if line in rows else side, "rule"),
            text,
        )
        for line, text in enumerate(canvas)
    ]
    ticks = {cell for cell, _ in placed}
    axis = "".join(down if cell in ticks else flat for cell in range(frame.width))
    zero = right(rows.get(frame.height, ""), frame.labels - 1)
    lines.append(Text.assemble((zero, "muted"), (corner + axis, "rule")))
    words = ""
    for cell, label in placed:
        start = label_start(cell, label, frame.labels + frame.width, frame.labels)
        words = words.ljust(start) + label
    lines.append(Text(words, "muted"))
    return lines
