"""One amount over time as solid columns, beside it the period before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from rich.text import Text

from termstats.data.model.charts import Line
from termstats.widgets.charts.cells import Cell, draw_cells
from termstats.widgets.charts.columns import Part, Places, column_cells, heights, places
from termstats.widgets.charts.days import groups_of, shared_words, slots_of, step_of
from termstats.widgets.charts.drawing import Drawing, Look, Stop
from termstats.widgets.charts.frame import Frame, frame_of, grid_cells
from termstats.widgets.charts.means import Values, before_of, mean_of, mean_words, means_of
from termstats.widgets.charts.over_time import AXIS_ROOM, TimePainter, column_spans
from termstats.widgets.charts.read_out import read_row
from termstats.widgets.charts.series import Series
from termstats.widgets.charts.unfinished import is_unfinished

LEAST_FOR_MEAN = 4
"""Buckets from which a mean says more than they do."""
PAIR = 2
"""Cells that a bucket takes at least beside the one of the period before."""


@dataclass(frozen=True)
class Amounts:
    """What is drawn: a mean for each group of rows, of this period and of the one before."""

    now: Values
    before: Values
    is_open: bool
    """Whether the last bucket is not over."""


def draw_amounts(
    painter: TimePainter[Line], days: tuple[date, ...], one: Series, look: Look
) -> Drawing:
    """Return the columns in their frame."""
    table = painter.table
    before = before_of(look.previous, one, len(days))
    room = look.width - AXIS_ROOM
    groups, unit = groups_of(days, room // PAIR if before else room)
    if unit:
        look = replace(look, height=look.height - 1)
    amounts = Amounts(
        means_of(one.values, groups),
        means_of(before, groups) if before else (),
        is_unfinished(table, days),
    )
    values = [value for value in (*amounts.now, *amounts.before) if value is not None]
    percent = painter.chart.percent
    frame = frame_of([one], look, percent=percent, low=0.0, high=max(values))
    slots = list(range(len(groups))) if unit else slots_of(days, step_of(days, table.step))
    if slots[-1] >= room:
        slots = list(range(len(groups)))
    mean = "" if before or unit or len(days) < LEAST_FOR_MEAN else _mean_words(one)
    place = _places(slots[-1] + 1, frame.width, mean)
    starts = [place.start(slot) for slot in slots]
    behind = grid_cells(frame, place.used, plain=look.plain)
    if mean and frame.width - place.width >= len(mean):
        behind |= _mean_cells(one, mean, frame, place, plain=look.plain)
    cells = behind | _cells(amounts, frame, place, slots, look.plain)
    canvas = draw_cells(cells, frame.width, frame.height)
    group_of = {row: n for n, rows in enumerate(groups) for row in rows}

    def stop(row: int) -> Stop:
        text = read_row([one], days, row, table, look.previous)
        slot = slots[group_of[row]]
        return Stop(row, column_spans(frame, place.start(slot), place.thick), text)

    foot = (Text(shared_words(unit, look.width), "muted"),) if unit else ()
    firsts = [days[rows[0]] for rows in groups]
    return Drawing(painter.lines(canvas, frame, firsts, starts, look), len(days), stop, foot)


def _mean_words(one: Series) -> str:
    """Return what stands at the rule of the mean; empty: it has none."""
    mean = mean_of(one.values)
    return f" {mean_words(mean, one.column.kind)}" if mean else ""


def _places(count: int, width: int, words: str) -> Places:
    """Return where columns stand, beside them room for words where that leaves them two cells.

    Columns that have one cell anyway keep that.
    """
    left = width - len(words)
    return places(count, left if left // count >= min(2, width // count) else width)


def _mean_cells(
    one: Series, words: str, frame: Frame, place: Places, *, plain: bool
) -> dict[tuple[int, int], Cell]:
    """Return a dashed rule at the mean, and behind it its word."""
    mean = mean_of(one.values) or 0.0
    line = frame.height - 1 - min(frame.height - 1, int(mean / frame.high * frame.height))
    rule = Cell("-" if plain else "╌", "muted")
    written = {(place.width + n, line): Cell(glyph, "muted") for n, glyph in enumerate(words)}
    return {(x, line): rule for x in range(place.width)} | written


def _cells(
    amounts: Amounts, frame: Frame, place: Places, slots: Sequence[int], plain: bool
) -> dict[tuple[int, int], Cell]:
    """Return columns, and a dash on the ground where there is no value."""
    cells: dict[tuple[int, int], Cell] = {}
    pair = max(1, place.thick // 2)
    for n, (slot, value) in enumerate(zip(slots, amounts.now, strict=True)):
        start = place.start(slot)
        thick = pair if amounts.before else place.thick
        if value is None:
            line = frame.height - 1
            cells |= {(start + k, line): Cell("." if plain else "╌", "rule") for k in range(thick)}
            continue
        is_open = amounts.is_open and n == len(amounts.now) - 1
        fill = ("%" if plain else "░") if is_open else "#"
        cells |= _column(value, frame, start, thick, Part(0, "s1", fill), plain or is_open)
    for slot, value in zip(slots, amounts.before, strict=False):
        if value is not None:
            part = Part(0, "other", ":" if plain else "▒")
            cells |= _column(value, frame, place.start(slot) + pair, pair, part, whole=True)
    return cells


def _column(
    value: float, frame: Frame, start: int, thick: int, part: Part, whole: bool
) -> dict[tuple[int, int], Cell]:
    (eighths,) = heights([value], frame.high, frame.height)
    parts = [replace(part, eighths=eighths)]
    return dict(column_cells(parts, start, thick, frame.height, whole=whole))
