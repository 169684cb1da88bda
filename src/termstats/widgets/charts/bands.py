"""Several amounts over time, one below the other: columns on one scale, a name and a total."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from rich.cells import cell_len
from rich.text import Text

from termstats.data.model.charts import Line
from termstats.data.model.table import Kind, show
from termstats.widgets.charts.cells import Cell, draw_cells
from termstats.widgets.charts.columns import Part, Places, column_cells, heights, places
from termstats.widgets.charts.days import groups_of
from termstats.widgets.charts.drawing import Drawing, Look, Stop
from termstats.widgets.charts.frame import Frame, frame_of
from termstats.widgets.charts.over_time import AXIS_ROOM, TimePainter, column_spans
from termstats.widgets.charts.read_out import read_row, read_series, stretch_words
from termstats.widgets.charts.series import Series, total_of
from termstats.widgets.charts.unfinished import is_unfinished

LEAST_BAND = 2
"""Lines of a band at least."""
BESIDE = 4
"""Names stand beside the bands where they take less than one in so many cells, else above."""


@dataclass(frozen=True)
class Band:
    """Where one amount stands: its lines, the lowest of them, and what it adds up to by column."""

    one: Series
    lines: int
    ground: int
    sums: tuple[float | None, ...]


def has_bands(drawn: Sequence[Series], look: Look) -> bool:
    """Return whether these are several amounts of things, and each has room for its columns."""
    shown = _with_any(drawn)
    kinds = {one.column.kind for one in drawn}
    room = look.height - 2
    return len(drawn) > 1 and kinds == {Kind.COUNT} and room // len(shown) > LEAST_BAND


def draw_bands(
    painter: TimePainter[Line], days: tuple[date, ...], drawn: Sequence[Series], look: Look
) -> Drawing:
    """Return the bands in their frame. What is zero throughout has a name, and no band."""
    table = painter.table
    names = {one.column.name: _name(one) for one in drawn}
    beside = 1 + max(cell_len(name) for name in names.values())
    beside = beside if beside * BESIDE < look.width else 0
    groups, unit = groups_of(days, look.width - AXIS_ROOM - beside)
    if unit:
        look = replace(look, height=look.height - 1)
    shown = _with_any(drawn)
    sums = [tuple(_sum_of(one, rows) for rows in groups) for one in shown]
    high = max(value for values in sums for value in values if value is not None)
    frame = frame_of(shown, look, percent=False, low=0.0, high=high, names=beside)
    bands = _bands(shown, sums, frame.height, is_named=not beside)
    place = places(len(groups), frame.width)
    is_open = is_unfinished(table, days)
    cells: dict[tuple[int, int], Cell] = {}
    for band in bands:
        cells |= _cells(band, frame, place, plain=look.plain, is_open=is_open)
    canvas = draw_cells(cells, frame.width, frame.height)
    read = [one for one in drawn if one.column.name == look.series] or drawn

    def stop(n: int) -> Stop:
        rows = groups[n]
        if len(rows) == 1:
            text = read_row(read, days, rows[0], table, look.previous)
        else:
            head = stretch_words(days[rows[0]], days[rows[-1]], 1)
            text = read_series(head, read, [_sum_of(one, rows) for one in read], total=False)
        return Stop(rows[0], column_spans(frame, place.start(n), place.thick), text)

    foot = (Text(f"one bar is one {unit}", "muted"),) if unit else ()
    named = _names(bands, drawn, names, look.series)
    if not beside:
        heads = _heads(bands, drawn, names, look.series)
        canvas = [heads.get(n, line) for n, line in enumerate(canvas)]
    labelled = replace(frame, lines=_labels(bands, frame))
    firsts = [days[rows[0]] for rows in groups]
    starts = [place.start(n) for n in range(len(groups))]
    lines = painter.lines(canvas, labelled, firsts, starts, look, named if beside else None)
    return Drawing(lines, len(groups), stop, foot)


def _with_any(drawn: Sequence[Series]) -> list[Series]:
    return [one for one in drawn if total_of(one)] or list(drawn[:1])


def _name(one: Series) -> str:
    """Return the name of an amount with what it adds up to."""
    return f"{one.column.heading} {show(total_of(one), one.column.kind)}"


def _sum_of(one: Series, rows: range) -> float | None:
    values = [value for value in one.values[rows.start : rows.stop] if value is not None]
    return sum(values) if values else None


def _bands(
    shown: Sequence[Series],
    sums: Sequence[tuple[float | None, ...]],
    height: int,
    *,
    is_named: bool,
) -> list[Band]:
    """Return the bands from above: all of one height, a line apart where there is room for that.

    `is_named`: a line for a name stands above each.
    """
    gap = 1 if is_named or (height - len(shown) + 1) // len(shown) > LEAST_BAND else 0
    lines = (height - gap * (len(shown) - (not is_named))) // len(shown)
    grounds = [height - 1 - (lines + gap) * (len(shown) - 1 - n) for n in range(len(shown))]
    return [
        Band(one, lines, ground, values)
        for one, ground, values in zip(shown, grounds, sums, strict=True)
    ]


def _labels(bands: Sequence[Band], frame: Frame) -> Mapping[int, str]:
    """Return the label of the scale's end at the top of each band, and zero at the bottom."""
    tops = {band.ground - band.lines + 1: frame.ticks[-1].label for band in bands}
    return {**tops, bands[-1].ground: frame.ticks[0].label}


def _names(
    bands: Sequence[Band], drawn: Sequence[Series], names: Mapping[str, str], read: str
) -> dict[int, Text]:
    """Return line -> name beside the bands; below the first ones those that have none."""
    placed = {band.one.column.name: band.ground - band.lines + 1 for band in bands}
    free = (line for line in range(bands[-1].ground + 1) if line not in placed.values())
    rest = [one.column.name for one in drawn if one.column.name not in placed]
    placed |= dict(zip(rest, sorted(free, reverse=True), strict=False))
    return {
        line: Text(names[name], "reverse" if name == read else "") for name, line in placed.items()
    }


def _heads(
    bands: Sequence[Band], drawn: Sequence[Series], names: Mapping[str, str], read: str
) -> dict[int, Text]:
    """Return line -> name above each band; what has none stands with the last."""
    heads = [[band.one.column.name] for band in bands]
    heads[-1] += [one.column.name for one in drawn if one not in [band.one for band in bands]]
    return {
        band.ground - band.lines: Text(" · ").join(
            Text(names[name], "reverse" if name == read else "") for name in head
        )
        for band, head in zip(bands, heads, strict=True)
    }


def _cells(
    band: Band, frame: Frame, place: Places, *, plain: bool, is_open: bool
) -> dict[tuple[int, int], Cell]:
    """Return the lines at the ends of the scale, and the columns."""
    top = band.ground - band.lines + 1
    dash = Cell("." if plain else "┈", "rule")
    cells = {(x, top): dash for x in range(place.used)}
    letter = band.one.letter.upper()
    for n, value in enumerate(band.sums):
        start = place.start(n)
        if value is None:
            continue
        still_open = is_open and n == len(band.sums) - 1
        fill = letter if plain else "░" if still_open else "█"
        (eighths,) = heights([value], frame.high, band.lines)
        part = Part(eighths, band.one.style, fill)
        whole = plain or still_open
        for (x, line), cell in column_cells([part], start, place.thick, band.lines, whole=whole):
            cells[x, top + line] = cell
    return cells
