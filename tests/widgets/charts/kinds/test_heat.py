"""Heat tables, cell by cell. Expectations are counted by hand."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from termstats.data.model.charts import Heat
from termstats.data.model.table import Kind, Row, count, words
from termstats.widgets.charts.drawing import Look
from termstats.widgets.charts.kinds.heat import limits_of, shade
from tests.widgets.charts.tables import drawn, table


def test_heat_shades_by_quarters_zero_and_nothing() -> None:
    rows: list[Row] = [("Mon", 0, 0), ("Mon", 1, 1), ("Mon", 2, 8), ("Tue", 0, 5), ("Tue", 1, 3)]
    columns = (words("weekday"), count("hour"), count("events"))
    drawing = drawn(table(columns, rows, Heat("hour", "weekday", "events")), Look(16, 8))
    # 16 cells: 3 for names, a gap, 12 for three hours: 4 each. Quarters of 8: 2, 4, 6, 8.
    assert [line.plain for line in drawing.lines] == ["Mon ····░░░░████", "Tue ▓▓▓▓▒▒▒▒    "]
    assert drawing.head[0].plain == "    0   1   2"
    # In 16 cells not every shade can be said: whole numbers, or none.
    assert drawing.foot[0].plain == "· 0 █ to 8"
    wider = drawn(table(columns, rows, Heat("hour", "weekday", "events")), Look(44, 8))
    assert wider.foot[0].plain == "Events: · 0  ░ to 2  ▒ to 4  ▓ to 6  █ to 8"
    assert drawing.stop(2).text == "Mon, 2: 8 events"
    assert drawing.stop(2).row == 2
    assert drawing.stop(5).text == "Tue, 2: no value"
    assert drawing.stop(5).row is None


@given(st.floats(0.001, 1e9), st.floats(0, 1))
def test_shades_never_fall_as_values_grow(most: float, share: float) -> None:
    limits = limits_of(most, Kind.NUMBER)
    assert shade(most, limits) == 4
    assert shade(0, limits) == 0
    assert shade(most * share, limits) <= shade(most, limits)
    assert (shade(most * share, limits) > 0) is (most * share > 0)
