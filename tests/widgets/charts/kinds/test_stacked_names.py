"""Bars in parts, cell by cell. Expectations are counted by hand."""

from __future__ import annotations

from termstats.data.model.charts import StackedNames
from termstats.data.model.table import Row, Table, count, words
from termstats.widgets.charts.drawing import Look
from tests.widgets.charts.tables import drawn, plain, table


def parts(*rows: Row) -> Table:
    columns = (words("user"), count("view"), count("edit"), count("total"))
    return table(columns, list(rows), StackedNames("user"))


def test_parts_of_a_bar_add_up_and_hiding_one_keeps_colour_and_order() -> None:
    asked = parts(("ann", 6, 4, 10), ("bo", 1, 2, 3))
    # 3 + 2 + 2 gaps leave 20 cells for 10.
    assert plain(asked, Look(27, 5)) == [
        "ann " + "━" * 20 + " 10",
        "bo  " + "━" * 6 + " " * 14 + "  3",
    ]
    # Only "edit" is left: 4 is the longest bar, 3 + 1 + 2 gaps leave 21 cells.
    assert plain(asked, Look(27, 5, hidden=frozenset({"view"}))) == [
        "ann " + "━" * 21 + " 4",
        "bo  " + "━" * 10 + " " * 11 + " 2",
    ]
    whole = drawn(asked, Look(27, 5)).lines[0]
    hidden = drawn(asked, Look(27, 5, hidden=frozenset({"view"}))).lines[0]
    assert [str(span.style) for span in whole.spans] == ["s1", "s2"]
    assert [str(span.style) for span in hidden.spans] == ["s2"]
    assert plain(asked, Look(27, 5, plain=True))[0] == "ann " + "#" * 12 + "@" * 8 + " 10"


def test_the_rest_of_a_ranking_does_not_set_the_scale() -> None:
    asked = parts(("ann", 6, 4, 10), ("(others)", 75, 25, 100))
    # 8 + 3 + 2 gaps leave 20 cells for 10. The rest is cut off, its parts in proportion: 15 and 5.
    assert plain(asked, Look(33, 5, plain=True)) == [
        "ann      " + "#" * 12 + "@" * 8 + "  10",
        "(others) " + "#" * 15 + "@" * 4 + "> 100",
    ]
