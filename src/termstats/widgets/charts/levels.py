"""States at the end of each bucket as step lines, named at their ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from rich.cells import cell_len
from rich.text import Text

from termstats.data.model.charts import Line
from termstats.data.model.table import show
from termstats.widgets.charts.braille import DOWN, braille_cells
from termstats.widgets.charts.cells import Cell, draw_cells
from termstats.widgets.charts.days import ONE_DAY, groups_of, shared_words, step_of
from termstats.widgets.charts.drawing import Drawing, Look, Stop
from termstats.widgets.charts.frame import Frame, frame_of, grid_cells
from termstats.widgets.charts.means import Values, before_of, means_of
from termstats.widgets.charts.over_time import AXIS_ROOM, TimePainter, column_spans
from termstats.widgets.charts.read_out import read_row
from termstats.widgets.charts.series import Series
from termstats.widgets.charts.steps import (
    DOTTED,
    WEIGHTS,
    Weight,
    lettered,
    name_rows,
    step_cells,
    step_row,
)

_DAYS_OF_UNIT = {"week": 7, "month": 31, "year": 366}


def has_names(drawn: Sequence[Series], look: Look) -> bool:
    """Return whether each line can be named at its end."""
    if look.plain or not 1 < len(drawn) <= min(len(WEIGHTS), look.height - 1):
        return False
    return _names_width(drawn) <= look.width // 3


def _names_width(drawn: Sequence[Series]) -> int:
    return max(cell_len(_name(one)) for one in drawn) + 1


def _name(one: Series) -> str:
    """Return the name of a line with its last value."""
    values = [value for value in one.values if value is not None]
    last = f" {show(values[-1], one.column.kind)}" if values else ""
    return f"{one.column.heading}{last}"


def draw_levels(
    painter: TimePainter[Line], days: tuple[date, ...], drawn: Sequence[Series], look: Look
) -> Drawing:
    """Return the lines in their frame."""
    table = painter.table
    names = _names_width(drawn) if has_names(drawn, look) else 0
    groups, unit = groups_of(days, look.width - AXIS_ROOM - names)
    if unit:
        look = replace(look, height=look.height - 1)
    before = means_of(before_of(look.previous, drawn[0], len(days)), groups)
    means = [means_of(one.values, groups) for one in drawn]
    values = [value for line in (*means, before) for value in line if value is not None]
    percent = painter.chart.percent
    frame = frame_of(drawn, look, percent=percent, low=min(values), high=max(values), names=names)
    firsts = [days[rows[0]] for rows in groups]
    step = max(step_of(days, table.step), _DAYS_OF_UNIT.get(unit, 0))
    starts, ends = _spans(firsts, step, frame.width)
    cells = grid_cells(frame, ends[-1], plain=look.plain)
    cells |= _lines(drawn, means, before, (starts, ends), frame, look)
    canvas = draw_cells(cells, frame.width, frame.height)
    group_of = {row: n for n, rows in enumerate(groups) for row in rows}
    read = [one for one in drawn if one.column.name == look.series] or drawn

    def stop(row: int) -> Stop:
        n = group_of[row]
        text = read_row(read, days, row, table, look.previous)
        return Stop(row, column_spans(frame, starts[n], max(1, ends[n] - starts[n])), text)

    foot = (Text(shared_words(unit, look.width), "muted"),) if unit else ()
    words = _end_names(drawn, means, frame, look.series) if names else {}
    lines = painter.lines(canvas, frame, firsts, starts, look, words)
    return Drawing(lines, len(days), stop, foot)


def _spans(days: Sequence[date], step: float, width: int) -> tuple[list[int], list[int]]:
    """Return the first cell of each bucket and the cell after its last, by date."""
    whole = (days[-1] - days[0]) / ONE_DAY + step
    starts = [int((day - days[0]) / ONE_DAY / whole * width) for day in days]
    ends = []
    for n, day in enumerate(days):
        end = min(
            width, int((day + timedelta(days=step) - days[0]) / ONE_DAY / whole * width + 1e-6)
        )
        following = starts[n + 1] if n + 1 < len(days) else width
        # Months differ in length, and neighbours never overlap; a step is seen at least.
        is_next = following - end <= max(1, (end - starts[n]) // 8)
        ends.append(following if is_next else max(end, starts[n] + 1))
    return starts, ends


def _lines(
    drawn: Sequence[Series],
    means: Sequence[Values],
    before: Values,
    spans: tuple[Sequence[int], Sequence[int]],
    frame: Frame,
    look: Look,
) -> dict[tuple[int, int], Cell]:
    """Return the lines, the first above the others, and below them the period before."""
    weight = lettered(".") if look.plain else DOTTED
    cells = _line(before, spans, frame, weight, "other", look)
    for one, values in reversed(list(zip(drawn, means, strict=True))):
        letter = "*" if len(drawn) == 1 else one.letter.upper()
        weight = lettered(letter) if look.plain else WEIGHTS[one.index % len(WEIGHTS)]
        cells |= _line(values, spans, frame, weight, one.style, look)
    return cells


def _line(
    values: Values,
    spans: tuple[Sequence[int], Sequence[int]],
    frame: Frame,
    weight: Weight,
    style: str,
    look: Look,
) -> dict[tuple[int, int], Cell]:
    """Return the cells of one line."""
    starts, ends = (side[: len(values)] for side in spans)
    is_fine = look.braille and not look.plain
    height = frame.height * (DOWN if is_fine else 1)
    rows = [
        None if value is None else step_row(value, frame.low, frame.high, height)
        for value in values
    ]
    if is_fine:
        return {at: Cell(dots, style) for at, dots in braille_cells(rows, starts, ends)}
    return dict(step_cells(rows, starts, ends, weight, style))


def _end_names(
    drawn: Sequence[Series], means: Sequence[Values], frame: Frame, read: str
) -> dict[int, Text]:
    """Return line -> name beside the end of each series; no two on one line.

    That of `read`, the column of the one that is read out, is marked.
    """
    wanted = []
    for values in means:
        last = next((value for value in reversed(values) if value is not None), frame.low)
        wanted.append(step_row(last, frame.low, frame.high, frame.height))
    placed = name_rows(wanted, frame.height)
    return {
        line: Text(_name(one), "reverse" if one.column.name == read else "")
        for line, one in zip(placed, drawn, strict=True)
    }
