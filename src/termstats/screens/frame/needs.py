"""How much room a figure needs on a page, and how much it would like once its rows are known."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len

from termstats.data.figures.definition.figure import Figure
from termstats.data.model.charts import Heat, Line, OverTime
from termstats.data.model.table import NUMERIC, Column, Kind, Table
from termstats.screens.frame.pages import Need

MOST_CELLS = 3
"""Columns of the terminal that are of use to each bucket."""
WIDE_CHARTS = (OverTime, Heat)
"""Charts whose width counts buckets; in the others each row is a bar."""
CHART = (30, 7)
"""Columns and lines of a chart at least."""
CHART_LINES, BUCKETS = 14, 30
"""Lines that a chart would like, and its buckets while they are not known."""
BARS, CHART_COLUMNS = 40, 66
"""Columns that a chart of bars would like, and that are of use to it."""
AXIS, NAMES, MEAN = 10, 14, 8
"""Columns beside the buckets: the border with the values, names at the ends of lines, the mean."""
ROWS = 5
"""Rows of a table that are seen at least."""
BORDER = 3
"""Lines of a table beside its rows: the border and the headings."""
FRAME, SENTENCE = 2, 60
"""Lines of the border, and cells of a line of the sentence in an empty table at least."""
LEADING = 3
"""Columns that a table shows at least, where the figure does not say which ones lead."""
NARROWEST, WIDEST, LEADER = 30, 56, 72
"""Columns of the terminal that a table needs at least: any, for its leading columns, and the most
that the first table of a group needs."""
NAME, LONGEST = 12, 40
"""Cells of a name at least, and of a text that is given room."""
LOOKED_AT = 60
"""Rows that are looked at to see how wide a table is."""
BAR = 7
"""Cells of a bar beside a share."""
PANE = 34
"""Columns of a detail pane at least."""


@dataclass(frozen=True)
class Measured:
    """What a panel showed last: its rows, and the columns of the terminal that they would take."""

    rows: int
    cells: int
    sentence: int = 0
    """Cells of the sentence that stands there where there are no rows."""


def need_of(
    name: str,
    figure: Figure,
    measured: Measured | None = None,
    *,
    as_table: bool = False,
    leads: bool = False,
    narrow: bool = False,
) -> Need:
    """Return what a figure needs in a slot; the one that leads a group is given more.

    On a `narrow` page every table is: half of one is of no use. What it needs at least does not
    hang on what it shows, panels must not jump about; but a table without rows steps back.
    """
    if figure.chart is None or as_table:
        return _of_table(name, figure, measured, leads=leads or narrow)
    if isinstance(figure.chart, WIDE_CHARTS):
        wanted, most = (
            _chart_columns(figure, measured, n) for n in (2 if leads else 1, MOST_CELLS)
        )
        return Need(
            name,
            *CHART,
            wanted,
            CHART_LINES,
            most,
            is_chart=True,
            buckets=0 if _has_steps(figure) else measured.rows if measured else BUCKETS,
            beside=AXIS + _names_cells(figure),
        )
    lines = measured.rows + BORDER if measured else CHART_LINES
    return Need(name, *CHART, BARS, max(CHART[1], lines), CHART_COLUMNS, is_chart=True)


def _of_table(name: str, figure: Figure, measured: Measured | None, *, leads: bool) -> Need:
    columns = [column for column in figure.columns if column.kind is not Kind.IDENT]
    first = [c for c in columns if c.name in figure.lead] or columns
    least = sum(map(_least_cells, first[:LEADING])) + 4
    every = sum(map(_least_cells, columns)) + 4
    width = max(NARROWEST, min(every, LEADER) if leads else min(least, WIDEST))
    wanted = measured.cells if measured else every
    if measured and measured.sentence:
        lines = FRAME - (-measured.sentence // SENTENCE)
        return Need(name, width, lines, width, lines, is_empty=True)
    lines = measured.rows + BORDER if measured else CHART_LINES
    return Need(name, width, ROWS + BORDER, max(width, wanted), max(ROWS + BORDER, lines))


def pane_need(name: str, figure: Figure) -> Need:
    """Return what a pane needs, whatever the row under the cursor: it must not jump about."""
    need = _of_table(name, figure, None, leads=False)
    return Need(name, PANE, need.height, max(PANE, need.wanted_width), need.wanted_height)


def _least_cells(column: Column) -> int:
    """Return the cells of a column with the gap beside it."""
    heading = cell_len(column.heading)
    return 2 + (max(heading + 2, 6) if column.kind in NUMERIC else max(min(heading, NAME), NAME))


def measured(table: Table) -> Measured:
    """Return how many rows a table has, and the cells in which nothing of the first ones is cut."""
    cells = 6
    for at, column in enumerate(table.columns):
        if column.kind is Kind.IDENT:
            continue
        rows = range(min(len(table.rows), LOOKED_AT))
        widest = max((cell_len(table.shown(row, at)) for row in rows), default=0)
        cells += 2 + max(cell_len(column.heading) + 2, min(widest, LONGEST))
        cells += BAR if column.kind is Kind.PERCENT else 0
    sentence = 0 if table.rows or table.after else max(1, cell_len(table.empty))
    return Measured(len(table.rows), cells, sentence)


def _chart_columns(figure: Figure, measured: Measured | None, cells: int) -> int:
    buckets = measured.rows if measured else BUCKETS
    if _has_steps(figure) and cells < MOST_CELLS:
        # Steps are as clear in half the width, and a list beside them is not.
        buckets = min(buckets, BUCKETS)
    return max(CHART[0], AXIS + cells * buckets + _names_cells(figure))


def _has_steps(figure: Figure) -> bool:
    return isinstance(figure.chart, Line) and figure.chart.percent


def _names_cells(figure: Figure) -> int:
    """Return the columns of names, or of the mean, behind the last bucket."""
    if not isinstance(figure.chart, Line):
        return 0
    return NAMES if len(figure.columns) > 2 else MEAN
