"""Horizontal bars: name left, bar, value right. Also gauges and bars split into parts."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.text import Text

from termstats.data.model.table import (
    NUMERIC,
    Bars,
    Column,
    Gauge,
    Kind,
    StackedNames,
    Table,
    show,
)
from termstats.data.model.text import NO_VALUE
from termstats.widgets.charts.data import (
    COLOURS,
    Picture,
    Stop,
    all_series,
    number,
    read_series,
    value_words,
)
from termstats.widgets.charts.frame import Look
from termstats.widgets.charts.stacks import fill_of
from termstats.widgets.text import left, right

MAX_ROWS = 200
MIN_NAME = 12
EIGHTHS = " ▏▎▍▌▋▊▉"


def bar_chart(table: Table, look: Look) -> Picture | str:
    """Draw one bar a row; percentages are out of 100, others out of the largest."""
    chart = table.chart
    assert isinstance(chart, (Bars, Gauge))  # noqa: S101 - the caller has looked
    if not table.rows:
        return table.empty or "Nothing in this period."
    at = table.position(chart.value)
    values = [number(row[at]) for row in table.rows]
    if all(value is None for value in values):
        return table.empty or "No values in this period."
    if not any(values):
        return table.empty or f"{table.columns[at].heading}: zero for all {len(values)}."
    percent = isinstance(chart, Gauge) or chart.percent or table.columns[at].kind is Kind.PERCENT
    most = max(abs(value) for value in values if value is not None)
    full = 100.0 if percent and most <= 100 else most
    shown = [table.shown(row, at) for row in range(min(len(table.rows), MAX_ROWS))]
    names = [_name(cell) for cell in table.column(chart.label)[:MAX_ROWS]]
    name_width, value_width = _widths(names, shown, look.width)
    room = look.width - name_width - value_width - 2
    gauge = isinstance(chart, Gauge)
    lines, stops = [], []
    for row, (name, words) in enumerate(zip(names, shown, strict=True)):
        value = values[row]
        bar = _bar(value, full, room, look.plain, gauge=gauge)
        lines.append(
            Text.assemble(
                left(name, name_width, _dots(look)), " ", bar, " ", right(words, value_width)
            )
        )
        said = value_words(value, table.columns[at]) if value is not None else "no value"
        stops.append(Stop(row, ((row, 0, name_width),), f"{name}: {said}"))
    return Picture(tuple(lines), len(stops), stops.__getitem__, _more(table), stride=1)


def stacked_names(table: Table, hidden: frozenset[str], look: Look) -> Picture | str:
    """Draw one bar a row, split into parts, all out of the longest bar."""
    if not isinstance(table.chart, StackedNames):
        raise TypeError("the table's chart is not StackedNames")
    if not table.rows:
        return table.empty or "Nothing in this period."
    drawn = [s for s in all_series(table, name_parts(table)) if s.column.name not in hidden]
    if not drawn:
        return "All series are hidden. Press l and then a letter to show one."
    rows = range(min(len(table.rows), MAX_ROWS))
    parts = [[max(0.0, one.values[row] or 0.0) for one in drawn] for row in rows]
    full = max(sum(values) for values in parts)
    if not full:
        return table.empty or "All series: zero throughout."
    kind = drawn[0].column.kind
    shown = [show(sum(values), kind) for values in parts]
    names = [_name(cell) for cell in table.column(table.chart.label)[:MAX_ROWS]]
    name_width, value_width = _widths(names, shown, look.width)
    room = look.width - name_width - value_width - 2
    lines, stops = [], []
    for row, values in enumerate(parts):
        bar = Text()
        for one, cells in zip(drawn, _cells(values, full, room), strict=True):
            bar.append(fill_of(one, drawn, look.plain) * cells, f"color({one.colour})")
        bar.append(" " * (room - cell_len(bar.plain)))
        name = left(names[row], name_width, _dots(look))
        lines.append(Text.assemble(name, " ", bar, " ", right(shown[row], value_width)))
        said = read_series(names[row], drawn, values, total=True, series=look.series)
        stops.append(Stop(row, ((row, 0, name_width),), said))
    return Picture(tuple(lines), len(stops), stops.__getitem__, _more(table), stride=1)


def name_parts(table: Table) -> tuple[Column, ...]:
    """Return the columns a bar per name is split into."""
    leave = table.chart.leave if isinstance(table.chart, StackedNames) else ()
    return tuple(c for c in table.columns if c.kind in NUMERIC and c.name not in leave)


def _cells(values: Sequence[float], full: float, room: int) -> list[int]:
    """Return whole cells per part; rounding of the running sum, so that the total is exact."""
    cells, total, used = [], 0.0, 0
    for value in values:
        total += value
        end = round(total / full * room)
        cells.append(end - used)
        used = end
    return cells


def _name(cell: object) -> str:
    return NO_VALUE if cell is None else str(cell)


def _dots(look: Look) -> str:
    return ".." if look.plain else "…"


def _more(table: Table) -> tuple[Text, ...]:
    rest = len(table.rows) - MAX_ROWS
    return (Text(f"{rest:,} more in the table (v)", "dim"),) if rest > 0 else ()


def _widths(names: Sequence[str], shown: Sequence[str], width: int) -> tuple[int, int]:
    """Return cells for names (12 at least where they are that long) and for values."""
    value_width = max(cell_len(words) for words in shown)
    longest = max(cell_len(name) for name in names)
    room = max(MIN_NAME, min(40, (width - value_width - 2) * 2 // 5))
    return min(longest, room), value_width


def _bar(value: float | None, full: float, room: int, plain: bool, *, gauge: bool) -> Text:
    """Return exactly `room` cells. Any value above zero shows; a value below is hollow."""
    if room <= 0:
        return Text()
    track = ("." if plain else "·") if gauge else " "
    if not value:
        return Text(track * room, "dim")
    share = min(1.0, abs(value) / full)
    if plain:
        drawn = ("#" if value > 0 else "-") * max(1, round(share * room))
    elif value < 0:
        drawn = "░" * max(1, round(share * room))
    else:
        eighths = max(1, round(share * room * 8))
        drawn = "█" * (eighths // 8) + (EIGHTHS[eighths % 8] if eighths % 8 else "")
    colour = f"color({COLOURS[0]})"
    return Text.assemble((drawn, colour), (track * (room - len(drawn)), "dim"))
