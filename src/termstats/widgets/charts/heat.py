"""Heat tables: a shaded grid of one value by two others."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from rich.cells import cell_len
from rich.text import Text

from termstats.data.model.table import Cell, Column, Heat, Kind, Table
from termstats.widgets.charts.axes import axis_label, day_words, time_ticks
from termstats.widgets.charts.data import (
    COLOURS,
    Picture,
    Stop,
    bucket_words,
    number,
    step_of,
    value_words,
)
from termstats.widgets.charts.frame import Look
from termstats.widgets.text import left

SHADES = "·░▒▓█"
PLAIN_SHADES = ".-+*#"
MAX_LINES = 200
WIDEST_CELL = 4


def heat_chart(table: Table, look: Look) -> Picture | str:
    """Draw the grid; zero is a dot, a missing pair is blank. Neighbours share a cell if need be."""
    chart = table.chart
    assert isinstance(chart, Heat)  # noqa: S101 - the caller has looked
    if not table.rows:
        return table.empty or "Nothing in this period."
    column = table.columns[table.position(chart.value)]
    values = [number(cell) for cell in table.column(chart.value)]
    pairs = list(zip(table.column(chart.x), table.column(chart.y), strict=True))
    xs, ys = _order([x for x, _ in pairs]), _order([y for _, y in pairs])[:MAX_LINES]
    names = [_words(y, table) for y in ys]
    labels = min(max(cell_len(name) for name in names), max(12, look.width // 4))
    room = max(1, look.width - labels - 1)
    per = -(-len(xs) // room)
    groups = [xs[n : n + per] for n in range(0, len(xs), per)]
    thick = max(1, min(WIDEST_CELL, room // len(groups)))
    group_of = {x: n // per for n, x in enumerate(xs)}
    sums: dict[tuple[int, Cell], float] = {}
    rows: dict[tuple[int, Cell], int] = {}
    for row, ((x, y), value) in enumerate(zip(pairs, values, strict=True)):
        key = (group_of[x], y)
        rows.setdefault(key, row)
        if value is not None:
            sums[key] = sums.get(key, 0.0) + value
    limits = limits_of(max(sums.values(), default=0.0), column.kind)
    if not limits:
        return table.empty or f"{column.heading}: zero throughout."
    shades = PLAIN_SHADES if look.plain else SHADES
    lines = []
    for name, y in zip(names, ys, strict=True):
        text = Text(left(name, labels) + " ")
        for g in range(len(groups)):
            value = sums.get((g, y))
            mark = " " if value is None else shades[shade(value, limits)]
            text.append(mark * thick, f"color({COLOURS[0]})" if value else "dim")
        lines.append(text)

    def stop(n: int) -> Stop:
        line, g = divmod(n, len(groups))
        start = labels + 1 + g * thick
        value = sums.get((g, ys[line]))
        said = "no value" if value is None else value_words(value, column)
        words = _words(groups[g][0], table)
        if len(groups[g]) > 1:
            words += f" to {_words(groups[g][-1], table)}"
        spans = ((line + 1, start, start + thick),)
        return Stop(rows.get((g, ys[line])), spans, f"{names[line]}, {words}: {said}")

    return Picture(
        tuple(lines),
        len(groups) * len(ys),
        stop,
        foot=(_key(limits, column, shades),),
        head=(_axis(table, groups, group_of, labels, thick),),
        stride=len(groups),
    )


def limits_of(most: float, kind: Kind) -> tuple[float, ...]:
    """Return the upper limits of the four shades, equal quarters; whole where counts are."""
    if most <= 0:
        return ()
    quarters = (most * n / 4 for n in range(1, 5))
    return tuple(float(-(-limit // 1)) if kind is Kind.COUNT else limit for limit in quarters)


def shade(value: float, limits: Sequence[float]) -> int:
    """Return 0 for zero, else 1 to 4: the first limit that is not passed."""
    if value <= 0:
        return 0
    return next((n for n, limit in enumerate(limits, start=1) if value <= limit), len(limits))


def _key(limits: Sequence[float], column: Column, shades: str) -> Text:
    labels = [axis_label(limit, column.kind, limits[0]) for limit in limits]
    words = [
        f"{shades[n]} to {label}"
        for n, label in enumerate(labels, start=1)
        if label not in labels[: n - 1]
    ]
    return Text(f"{column.heading}: {shades[0]} 0  {'  '.join(words)}", "dim")


def _order(cells: Sequence[Cell]) -> list[Cell]:
    """Return each value once: dates and numbers in order, words as they come."""
    found = list(dict.fromkeys(cells))
    if all(isinstance(cell, date) for cell in found) or all(
        isinstance(cell, (int, float)) for cell in found
    ):
        return sorted(found)  # type: ignore[type-var]
    return found


def _words(cell: Cell, table: Table) -> str:
    if isinstance(cell, datetime):
        return bucket_words(cell, step_of((), table.step), zone=table.zone)
    if isinstance(cell, date):
        return day_words(cell)
    return "-" if cell is None else str(cell)


def _axis(
    table: Table,
    groups: Sequence[Sequence[Cell]],
    group_of: Mapping[Cell, int],
    labels: int,
    thick: int,
) -> Text:
    """Return the names above the columns: natural days, else as many as have room."""
    days = [cell for group in groups for cell in group if isinstance(cell, date)]
    if len(days) == len(group_of):
        ticks = time_ticks(days[0], days[-1], table.zone)
        if isinstance(days[0], datetime):
            # A bucket of some days rarely begins where a day does.
            ticks = tuple((days[bisect_right(days, tick) - 1], label) for tick, label in ticks)
        named = [(group_of[day], label) for day, label in ticks if day in group_of]
    else:
        named = [(g, _words(group[0], table)) for g, group in enumerate(groups)]
    words = ""
    end = labels + 1 + len(groups) * thick
    for g, name in named:
        start = labels + 1 + g * thick
        if (not words or start > cell_len(words)) and start + cell_len(name) <= end:
            words += " " * (start - cell_len(words)) + name
    return Text(words, "dim")
