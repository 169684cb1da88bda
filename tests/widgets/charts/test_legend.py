"""The legend."""

from __future__ import annotations

from termstats.widgets.charts.legend import Entry, legend


def test_the_legend_says_what_is_hidden_and_counts_what_has_no_room() -> None:
    entries = [Entry("p", "Page"), Entry("q", "Quiz"), Entry("r", "Resource")]
    assert legend(entries, frozenset({"q"}), 40, 1)[0].plain == "a Page  b (Quiz)  c Resource"
    assert legend(entries, frozenset({"q"}), 26, 1)[0].plain == "a Page  b (Quiz)  +1 more"
    both = legend(entries, frozenset(), 18, 2)
    assert [line.plain for line in both] == ["a Page  b Quiz", "c Resource"]
