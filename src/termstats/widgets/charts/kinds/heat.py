"""Heat tables: a shaded grid of one value by two others."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from rich.cells import cell_len
from rich.text import Text

from termstats.data.model.charts import Heat
from termstats.data.model.table import Cell, Column, Kind, Table
from termstats.widgets.charts.days import groups_of, step_of
from termstats.widgets.charts.drawing import Drawing, Look, Stop
from termstats.widgets.charts.painter import Painter, painter
from termstats.widgets.charts.read_out import bucket_words, value_words
from termstats.widgets.charts.sentences import no_rows, only_zero
from termstats.widgets.charts.series import number
from termstats.widgets.charts.time_axis import day_words, time_ticks
from termstats.widgets.charts.value_axis import axis_label
from termstats.widgets.text import clipped, left, told_apart

SHADES = "·░▒▓█"
PLAIN_SHADES = ".-+*#"
MAX_LINES = 200
WIDEST_CELL = 4


@dataclass(frozen=True)
class Grid:
    """The lines and columns of the grid, and the sums in it."""

    groups: list[list[Cell]]
    """Values of x that share a column, from the left."""
    ys: list[Cell]
    """Values of y, from above."""
    names: list[str]
    """Names of the lines."""
    labels: int
    """Cells of the names."""
    thick: int
    """Cells of a column."""
    sums: dict[tuple[int, Cell], float]
    """(column, y) -> sum; a pair without a value is missing."""
    rows: dict[tuple[int, Cell], int]
    """(column, y) -> the first row of the table there."""
    unit: str = ""
    """What neighbours that share a column are: `week`, `5 days`; empty: none do."""


@painter(Heat)
class HeatPainter(Painter[Heat]):
    """Draws zero as a dot, a missing pair blank. Neighbours share a column if need be."""

    selects_rows = False

    def draw(self, look: Look) -> Drawing | str:
        """Return the grid, or the sentence that stands instead."""
        table = self.table
        if not table.rows:
            return no_rows(table)
        column = table.columns[table.position(self.chart.value)]
        grid = _grid(table, self.chart, look.width)
        limits = limits_of(max(grid.sums.values(), default=0.0), column.kind)
        if not limits:
            return only_zero(table, column.heading)
        shades = PLAIN_SHADES if look.plain else SHADES
        width = len(grid.groups)

        def stop(n: int) -> Stop:
            line, at = divmod(n, width)
            start = grid.labels + 1 + at * grid.thick
            place = (at, grid.ys[line])
            value = grid.sums.get(place)
            words = "no value" if value is None else value_words(value, column)
            text = f"{grid.names[line]}, {_group_words(grid.groups[at], table)}: {words}"
            return Stop(grid.rows.get(place), ((line + 1, start, start + grid.thick),), text)

        return Drawing(
            _lines(grid, limits, shades, ".." if look.plain else "…"),
            width * len(grid.ys),
            stop,
            foot=(*_shared(grid, look.width), _key(limits, column, shades, look.width)),
            head=(_axis(table, grid),),
            down=width,
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


def _grid(table: Table, chart: Heat, width: int) -> Grid:
    """Return the grid in so many cells."""
    pairs = list(zip(table.column(chart.x), table.column(chart.y), strict=True))
    xs, ys = _ordered([x for x, _ in pairs]), _ordered([y for _, y in pairs])[:MAX_LINES]
    names = [_words(y, table) for y in ys]
    labels = min(max(cell_len(name) for name in names), max(12, width // 4))
    room = max(1, width - labels - 1)
    groups, unit = _groups(xs, room)
    group_of = {x: n for n, group in enumerate(groups) for x in group}
    sums: dict[tuple[int, Cell], float] = {}
    rows: dict[tuple[int, Cell], int] = {}
    for row, ((x, y), cell) in enumerate(zip(pairs, table.column(chart.value), strict=True)):
        place, value = (group_of[x], y), number(cell)
        rows.setdefault(place, row)
        if value is not None:
            sums[place] = sums.get(place, 0.0) + value
    thick = max(1, min(WIDEST_CELL, room // len(groups)))
    return Grid(groups, ys, names, labels, thick, sums, rows, unit)


def _groups(xs: Sequence[Cell], room: int) -> tuple[list[list[Cell]], str]:
    """Return at most `room` groups of neighbours, and what each is: of days weeks or months."""
    days = [x for x in xs if isinstance(x, date)]
    if len(days) == len(xs):
        ranges, unit = groups_of(days, room)
        return [list(xs[rows.start : rows.stop]) for rows in ranges], unit
    per = -(-len(xs) // room)
    unit = f"{per} columns" if per > 1 else ""
    return [list(xs[n : n + per]) for n in range(0, len(xs), per)], unit


def _shared(grid: Grid, width: int) -> tuple[Text, ...]:
    """Return the line that says what shares a cell, where something does."""
    words = (
        f"one cell is one {grid.unit}" if grid.unit[:1].isalpha() else f"one cell is {grid.unit}"
    )
    return (Text(clipped(words, width), "muted"),) if grid.unit else ()


def _lines(grid: Grid, limits: Sequence[float], shades: str, dots: str) -> tuple[Text, ...]:
    lines = []
    short = told_apart(grid.names, grid.labels, dots)
    for name, y in zip(grid.names, grid.ys, strict=True):
        line = Text(left(short[name], grid.labels) + " ")
        for at in range(len(grid.groups)):
            value = grid.sums.get((at, y))
            mark = " " if value is None else shades[shade(value, limits)]
            line.append(mark * grid.thick, "s1" if value else "rule")
        lines.append(line)
    return tuple(lines)


def _key(limits: Sequence[float], column: Column, shades: str, width: int) -> Text:
    """Return what the shades stand for; of equal limits the first.

    Where that is too long the heading goes, then the shades in the middle: no number is cut.
    """
    labels = [axis_label(limit, column.kind, limits[0]) for limit in limits]
    words = [
        f"{shades[n]} to {label}"
        for n, label in enumerate(labels, start=1)
        if label not in labels[: n - 1]
    ]
    zero = f"{shades[0]} 0"
    wordings = (
        f"{column.heading}: {'  '.join((zero, *words))}",
        "  ".join((zero, *words)),
        " ".join((zero, *words)),
        f"{zero} {words[-1]}",
    )
    return Text(next((each for each in wordings if cell_len(each) <= width), words[-1]), "muted")


def _ordered(cells: Sequence[Cell]) -> list[Cell]:
    """Return each value once: dates and numbers in order, words as they come."""
    values = list(dict.fromkeys(cells))
    if all(isinstance(cell, date) for cell in values) or all(
        isinstance(cell, (int, float)) for cell in values
    ):
        return sorted(values)  # type: ignore[type-var]
    return values


def _words(cell: Cell, table: Table) -> str:
    if isinstance(cell, datetime):
        return bucket_words(cell, step_of((), table.step), zone=table.zone)
    if isinstance(cell, date):
        return day_words(cell)
    return "-" if cell is None else str(cell)


def _group_words(group: Sequence[Cell], table: Table) -> str:
    words = _words(group[0], table)
    return f"{words} to {_words(group[-1], table)}" if len(group) > 1 else words


def _axis(table: Table, grid: Grid) -> Text:
    """Return the names above the columns: natural days, else as many as have room."""
    cells = [cell for group in grid.groups for cell in group]
    days = [cell for cell in cells if isinstance(cell, date)]
    if len(days) == len(cells):
        column_of = {day: at for at, group in enumerate(grid.groups) for day in group}
        ticks = time_ticks(days[0], days[-1], table.zone)
        if isinstance(days[0], datetime):
            # A bucket of some days rarely begins where a day does.
            ticks = tuple((days[bisect_right(days, tick) - 1], label) for tick, label in ticks)
        named = [(column_of[day], label) for day, label in ticks if day in column_of]
    else:
        named = [(at, _words(group[0], table)) for at, group in enumerate(grid.groups)]
    words = ""
    end = grid.labels + 1 + len(grid.groups) * grid.thick
    for at, name in named:
        start = grid.labels + 1 + at * grid.thick
        if (not words or start > cell_len(words)) and start + cell_len(name) <= end:
            words += " " * (start - cell_len(words)) + name
    return Text(words, "muted")
