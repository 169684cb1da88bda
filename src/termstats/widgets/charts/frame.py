"""The frame of charts over time: the space inside the axes, and the axes around it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rich.cells import cell_len
from rich.text import Text

from termstats.data.model.table import Kind
from termstats.widgets.charts.cells import Cell
from termstats.widgets.charts.drawing import Look
from termstats.widgets.charts.series import Series
from termstats.widgets.charts.time_axis import time_ticks
from termstats.widgets.charts.value_axis import MAX_TICKS, Tick, value_ticks
from termstats.widgets.text import fit, right

TALL = 9
"""Lines from which the axis of values has all its ticks."""


@dataclass(frozen=True)
class Frame:
    """The space inside the axes. `labels` are the cells of the axis of values."""

    ticks: tuple[Tick, ...]
    labels: int
    width: int
    height: int
    lines: Mapping[int, str] | None = None
    """Line from above -> label, where the ticks do not stand over the whole height."""

    @property
    def low(self) -> float:
        """Return the value at the lower edge."""
        return self.ticks[0].at

    @property
    def high(self) -> float:
        """Return the value at the upper edge."""
        return self.ticks[-1].at

    @property
    def rows(self) -> dict[int, str]:
        """Return line from above -> label: a label stands in the line whose upper edge it is."""
        if self.lines is not None:
            return dict(self.lines)
        rows: dict[int, str] = {}
        for tick in self.ticks:
            share = (tick.at - self.low) / (self.high - self.low)
            line = self.height - round(share * self.height)
            rows.setdefault(min(line, self.height - 1), tick.label)
        return rows


def frame_of(
    series: Sequence[Series],
    look: Look,
    *,
    percent: bool,
    low: float,
    high: float,
    names: int = 0,
) -> Frame:
    """Return the frame for these series.

    Args:
        series: what is drawn.
        look: the cells to fill.
        percent: whether the axis is from 0 to 100.
        low: the least value that is drawn.
        high: the largest.
        names: cells that are left free on the right.
    """
    kinds = {one.column.kind for one in series}
    kind = kinds.pop() if len(kinds) == 1 else Kind.NUMBER
    height = max(2, look.height - 1)
    most = MAX_TICKS if height >= TALL else 3
    whole = percent or kind is Kind.PERCENT
    ticks = value_ticks(low, high, kind, most, percent=whole)
    labels = max(cell_len(tick.label) for tick in ticks) + 1
    return Frame(ticks, labels, max(4, look.width - labels - names), height)


def grid_cells(frame: Frame, used: int, *, plain: bool) -> dict[tuple[int, int], Cell]:
    """Return the lines of the ticks behind the data, as wide as those; none at the bottom."""
    cell = Cell("." if plain else "┈", "rule")
    lines = [line for line in frame.rows if line < frame.height - 1]
    return {(x, line): cell for line in lines for x in range(used)}


def placed_ticks(
    days: Sequence[date], cells: Sequence[int], frame: Frame, zone: str = "UTC"
) -> list[tuple[int, str]]:
    """Return the cells and labels of the time axis: as many ticks as there is room for."""
    for most in range(MAX_TICKS, 1, -1):
        ticks = time_ticks(days[0], days[-1], zone, most)
        placed = [(_cell_of(day, days, cells), label) for day, label in ticks]
        if _labels_fit(placed, frame.width):
            return placed
    return placed[:1]


def _cell_of(day: date, days: Sequence[date], cells: Sequence[int]) -> int:
    """Return the cell of a day: between two points by proportion."""
    at = max(0, bisect_right(days, day) - 1)
    if at + 1 >= len(days) or days[at] == day:
        return cells[at]
    share = (day - days[at]) / (days[at + 1] - days[at])
    return cells[at] + round(share * (cells[at + 1] - cells[at]))


def _labels_fit(placed: Sequence[tuple[int, str]], width: int) -> bool:
    end = -1
    for cell, label in placed:
        if cell < end + 1:
            return False
        end = cell + 1 + len(label)
    return end <= width


def with_axes(
    canvas: Sequence[Text],
    frame: Frame,
    placed: Sequence[tuple[int, str]],
    *,
    plain: bool,
    names: Mapping[int, Text] | None = None,
) -> list[Text]:
    """Return the canvas between its axes: ticks of values on the left, days below.

    Args:
        canvas: the lines inside.
        frame: its size and ticks.
        placed: cells and labels of days.
        plain: ASCII only.
        names: line -> what stands right of it.
    """
    rows, names = frame.rows, names or {}
    lines = [
        Text.assemble(
            (right(rows.get(line, ""), frame.labels - 1) + " ", "muted"),
            text,
            *((" ", names[line]) if line in names else ()),
        )
        for line, text in enumerate(canvas)
    ]
    words = ""
    for cell, label in placed:
        words = words.ljust(frame.labels + cell) + ("|" if plain else "╵") + label
    lines.append(Text(fit(words, frame.labels + frame.width), "muted"))
    return lines
