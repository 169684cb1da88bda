"""The legend."""

from __future__ import annotations

from termstats.data.model.charts import StackedBars
from termstats.data.model.table import count, day
from termstats.widgets.charts.kinds import painter_of
from termstats.widgets.charts.legend import Entry, entries_of, legend
from tests.widgets.charts.tables import MONDAY, table


def test_the_legend_says_what_is_hidden_and_counts_what_has_no_room() -> None:
    entries = [Entry("p", "Page"), Entry("q", "Quiz"), Entry("r", "Resource")]
    assert legend(entries, frozenset({"q"}), 40, 1)[0].plain == "a Page  b (Quiz)  c Resource"
    assert legend(entries, frozenset({"q"}), 26, 1)[0].plain == "a Page  b (Quiz)  +1 more"
    both = legend(entries, frozenset(), 18, 2)
    assert [line.plain for line in both] == ["a Page  b Quiz", "c Resource"]


def test_parts_stand_in_the_legend_by_what_they_add_up_to() -> None:
    columns = (day("day"), *(count(name) for name in "pqrstu"))
    stack = table(columns, [(MONDAY, 1, 2, 0, 4, 3, 6)], StackedBars("day"))
    painter = painter_of(stack)
    assert painter is not None
    entries = entries_of(painter, plain=False)
    # Four have a colour of their own: they come first, whatever is left shares one. Of r is none.
    assert [(each.name, each.total) for each in entries] == [
        *(("u", "6"), ("s", "4"), ("t", "3"), ("q", "2")),
        ("p", "1"),
    ]
    assert [each.style for each in entries][3:] == ["s4", "other"]
    assert legend(entries, frozenset(), 30, 1)[0].plain == "█ U 6  █ S 4  █ T 3  +2 more"


def test_letters_stand_for_parts_while_they_hide_them() -> None:
    entries = (Entry("p", "Page", "s1", "█", "12"), Entry("q", "Quiz", "s2", "█", "3"))
    assert legend(entries, frozenset(), 40, 1)[0].plain == "█ Page 12  █ Quiz 3"
    (line,) = legend(entries, frozenset("q"), 40, 1, has_keys=True)
    assert line.plain == "a█ Page  b (Quiz)"
