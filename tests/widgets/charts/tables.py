"""Small tables with charts, and what a painter makes of them."""

from __future__ import annotations

from datetime import date, timedelta

from termstats.data.model.charts import Bars, Chart, Line
from termstats.data.model.table import Cell, Column, Kind, Row, Table, count, day, words
from termstats.widgets.charts.drawing import Drawing, Look
from termstats.widgets.charts.kinds import painter_of

MONDAY = date(2026, 11, 2)


def table(columns: tuple[Column, ...], rows: list[Row], chart: Chart, empty: str = "") -> Table:
    """Return a table with a chart."""
    return Table("x.y", "X", columns, tuple(rows), chart=chart, empty=empty)


def by_day(*values: Cell, first: date = MONDAY) -> Table:
    """Return one line, a value a day."""
    rows: list[Row] = [(first + timedelta(n), value) for n, value in enumerate(values)]
    return table((day("day"), count("users")), rows, Line("day"))


def named(*pairs: tuple[str, Cell], chart: Chart | None = None, kind: Kind = Kind.COUNT) -> Table:
    """Return names with a value each; without `chart` as bars."""
    columns = (words("name"), Column("value", kind))
    return table(columns, list(pairs), chart or Bars("name", "value"))


def draw(asked: Table, look: Look) -> Drawing | str:
    """Return what the painter of the table's chart draws."""
    painter = painter_of(asked)
    assert painter is not None
    return painter.draw(look)


def drawn(asked: Table, look: Look) -> Drawing:
    """Return the drawing, where no sentence stands instead."""
    drawing = draw(asked, look)
    assert isinstance(drawing, Drawing), drawing
    return drawing


def plain(asked: Table, look: Look) -> list[str]:
    """Return the lines of the drawing without colours."""
    return [line.plain for line in drawn(asked, look).lines]
