"""Heat tables: a shaded grid of one value by two others."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from rich.cells import cell_len
from rich.text import Text

from termstats.data.table import Cell, Heat, Table, show
from termstats.widgets.chart_axes import axis_label, day_words
from termstats.widgets.chart_data import COLOURS, Picture, Stop, number
from termstats.widgets.chart_frame import Look
from termstats.widgets.text import left

SHADES = "·░▒▓█"
PLAIN_SHADES = ".-+*#"
MAX_LINES = 200


def heat_chart(table: Table, look: Look) -> Picture | str:
    """Draw the grid; zero is a dot, a missing pair is blank."""
    chart = table.chart
    assert isinstance(chart, Heat)  # noqa: S101 - the caller has looked
    if not table.rows:
        return table.empty or "Nothing in this period."
    at = table.position(chart.value)
    column = table.columns[at]
    xs, ys = _order(table.column(chart.x)), _order(table.column(chart.y))[:MAX_LINES]
    x_at, y_at = table.position(chart.x), table.position(chart.y)
    cells = {(row[x_at], row[y_at]): n for n, row in enumerate(table.rows)}
    names = [_words(y) for y in ys]
    labels = min(max(cell_len(name) for name in names), max(12, look.width // 4))
    room = max(1, look.width - labels - 1)
    per = -(-len(xs) // room)
    groups = [xs[n : n + per] for n in range(0, len(xs), per)]
    thick = max(1, min(4, room // len(groups)))
    rows = {
        (g, y): [cells[x, y] for x in group if (x, y) in cells]
        for g, group in enumerate(groups)
        for y in ys
    }
    sums = {
        key: sum(number(table.rows[n][at]) or 0 for n in found)
        for key, found in rows.items()
        if any(number(table.rows[n][at]) is not None for n in found)
    }
    most = max(sums.values(), default=0.0)
    if most <= 0:
        return table.empty or f"{column.heading}: zero throughout."
    shades = PLAIN_SHADES if look.plain else SHADES
    lines = [_axis(groups, labels, thick)]
    stops = []
    for line, (name, y) in enumerate(zip(names, ys, strict=True), start=1):
        text = Text(left(name, labels) + " ")
        for g, group in enumerate(groups):
            value = sums.get((g, y))
            mark = " " if value is None else shades[_shade(value, most)]
            text.append(mark * thick, f"color({COLOURS[0]})" if value else "dim")
            start = labels + 1 + g * thick
            found = rows[g, y]
            words = (
                _words(group[0])
                if len(group) == 1
                else f"{_words(group[0])} to {_words(group[-1])}"
            )
            stops.append(
                Stop(
                    found[0] if found else None,
                    ((line, start, start + thick),),
                    f"{name}, {words}: {'no value' if value is None else show(value, column.kind)}"
                    f" {column.heading[:1].lower()}{column.heading[1:]}",
                )
            )
        lines.append(text)
    return Picture(tuple(lines), tuple(stops), (_key(most, table, shades),), stride=len(groups))


def _shade(value: float, most: float) -> int:
    """Return 0 for zero, else 1 to 4 by equal quarters of the largest."""
    return 0 if value <= 0 else min(4, int(value / most * 4 - 1e-9) + 1)


def _key(most: float, table: Table, shades: str) -> Text:
    kind = table.columns[table.position(table.chart.value)].kind  # type: ignore[union-attr]
    quarters = (axis_label(most * n / 4, kind, most / 4) for n in range(1, 5))
    words = "  ".join(f"{shades[n]} to {label}" for n, label in enumerate(quarters, start=1))
    return Text(f"{shades[0]} 0  {words}", "dim")


def _order(cells: Sequence[Cell]) -> list[Cell]:
    """Return each value once: dates and numbers in order, words as they come."""
    found = list(dict.fromkeys(cells))
    if all(isinstance(cell, date) for cell in found) or all(
        isinstance(cell, (int, float)) for cell in found
    ):
        return sorted(found)  # type: ignore[type-var]
    return found


def _words(cell: Cell) -> str:
    if isinstance(cell, date):
        return day_words(cell)
    return "-" if cell is None else str(cell)


def _axis(groups: Sequence[Sequence[Cell]], labels: int, thick: int) -> Text:
    """Return the names of the columns, as many as have room."""
    words = ""
    for n, group in enumerate(groups):
        start, name = labels + 1 + n * thick, _words(group[0])
        width = labels + 1 + len(groups) * thick
        if (not words or start > cell_len(words)) and start + cell_len(name) <= max(
            width, start + 1
        ):
            words += " " * (start - cell_len(words)) + name
    return Text(words, "dim")
