"""Each kind of chart has one painter, in a module of its own."""

from __future__ import annotations

from datetime import timedelta
from pkgutil import iter_modules

import pytest

from termstats.data.model.charts import Bars, Chart, Gauge, Line, StackedNames
from termstats.data.model.table import Row, Table, count, day
from termstats.widgets.charts import kinds
from termstats.widgets.charts.drawing import Look
from termstats.widgets.charts.kinds import painter_of
from termstats.widgets.charts.painter import PAINTERS
from tests.widgets.charts.tables import MONDAY, by_day, drawn, table


def kinds_of(chart: type[Chart]) -> set[type[Chart]]:
    """Return the kinds of charts that are no more than a base of others."""
    below = chart.__subclasses__()
    return {kind for one in below for kind in kinds_of(one)} if below else {chart}


def test_every_kind_of_chart_has_a_painter() -> None:
    assert set(PAINTERS) == kinds_of(Chart)


def test_every_module_of_a_kind_is_imported_and_holds_one_painter() -> None:
    modules = [module.name for module in iter_modules(kinds.__path__)]
    assert sorted(kinds.KINDS) == sorted(modules)
    painters = [one.__module__.rpartition(".")[2] for one in PAINTERS.values()]
    assert sorted(painters) == sorted(modules)


def test_a_table_without_a_chart_has_no_painter() -> None:
    assert painter_of(Table("x", "X", (count("users"),), ((1,),))) is None


@pytest.mark.parametrize(
    "chart",
    [Line("day"), Bars("day", "users"), Gauge("day", "users"), StackedNames("day")],
)
def test_the_stop_of_a_row_is_the_row_where_rows_can_be_selected(chart: Chart) -> None:
    rows: list[Row] = [(MONDAY + timedelta(n), n + 1) for n in range(150)]
    asked = table((day("day"), count("users")), rows, chart)
    painter = painter_of(asked)
    assert painter is not None and painter.selects_rows
    drawing = drawn(asked, Look(60, 20))
    assert [drawing.stop(n).row for n in range(drawing.stops)] == list(range(150))


def test_the_cursor_begins_on_the_first_row_and_over_time_on_the_last_point() -> None:
    rows: list[Row] = [(MONDAY + timedelta(n), n + 1) for n in range(7)]
    bars = table((day("day"), count("users")), rows, Bars("day", "users"))
    assert drawn(bars, Look(60, 20)).first_stop == 0
    assert drawn(by_day(1, 2, 3), Look(60, 20)).first_stop == 2
