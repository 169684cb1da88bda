"""Bars, cell by cell. Expectations are counted by hand."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from termstats.data.model.charts import Bars
from termstats.data.model.table import Kind, count, day, moment, words
from termstats.widgets.charts.drawing import Drawing, Look
from tests.widgets.charts.tables import draw, named, plain, table


def test_bars_are_out_of_the_largest_and_end_in_the_value() -> None:
    # 30 cells: 2 for names, 2 for values, 2 gaps, 24 for the bar.
    assert plain(named(("a", 10), ("bb", 5)), Look(30, 5)) == [
        "a  " + "━" * 24 + " 10",
        "bb " + "━" * 12 + " " * 12 + "  5",
    ]


def test_the_rest_of_a_ranking_does_not_set_the_scale() -> None:
    # 32 cells: 8 for names, 3 for values, 2 gaps, 19 for the bar of 10; the rest is cut off.
    assert plain(named(("a", 10), ("b", 5), ("(others)", 990)), Look(32, 5)) == [
        "a        " + "━" * 19 + "  10",
        "b        " + "━" * 9 + "╸" + " " * 9 + "   5",
        "(others) " + "━" * 18 + "» 990",
    ]
    assert plain(named(("a", 10), ("(others)", 990)), Look(32, 5, plain=True))[1] == (
        "(others) " + "#" * 18 + "> 990"
    )
    # A rest that fits is drawn like any other, and a rest alone has its own scale.
    assert plain(named(("a", 10), ("(others)", 10)), Look(31, 5))[1].count("━") == 19
    assert plain(named(("a", 0), ("(others)", 8)), Look(30, 5))[1].count("━") == 19


def test_names_get_half_of_the_room_before_they_are_shortened() -> None:
    # 40 cells: 4 for the value, 2 gaps, so that 17 are left for a name of 16.
    (line,) = plain(named(("Workplace safety", 50), kind=Kind.PERCENT), Look(40, 5))
    assert line == "Workplace safety " + "━" * 9 + " " * 9 + " 50 %"


def test_days_and_moments_are_written_as_in_the_frame() -> None:
    began = datetime(2026, 11, 12, 18, 14, 8, tzinfo=UTC)
    sessions = table((moment("began"), count("n")), [(began, 3)], Bars("began", "n"))
    assert plain(sessions, Look(60, 5))[0].startswith("12 Nov 2026 18:14 ━")
    by_day = table((day("day"), count("n")), [(began.date(), 3)], Bars("day", "n"))
    assert plain(by_day, Look(60, 5))[0].startswith("12 Nov 2026 ━")


def test_percent_bars_are_out_of_100() -> None:
    lines = plain(named(("a", 50), kind=Kind.PERCENT), Look(30, 5))
    # 1 for the name, 4 for "50 %", 2 gaps: 23 for the bar, so 11 and a half.
    assert lines == ["a " + "━" * 11 + "╸" + " " * 11 + " 50 %"]


def test_bars_tell_zero_no_value_and_very_little_apart() -> None:
    lines = plain(named(("a", 0), ("b", None), ("c", 1), ("d", 1000)), Look(30, 5))
    assert lines[0].split() == ["a", "0"]
    assert lines[1].split() == ["b", "-"]
    assert lines[2].split() == ["c", "╸", "1"]


def test_ascii_bars() -> None:
    lines = plain(named(("a", 10), ("bb", 5)), Look(30, 5, plain=True))
    assert lines[1] == "bb " + "#" * 12 + " " * 12 + "  5"


def test_names_are_never_cut_below_12_cells() -> None:
    lines = plain(named(("Leadership for everybody", 3)), Look(24, 5))
    assert lines[0].startswith("Leadership…  ")


def test_all_zero_is_a_sentence() -> None:
    assert draw(named(("a", 0), ("b", 0)), Look(30, 5)) == "Value: zero for all 2."


def test_nothing_is_the_sentence_of_the_figure() -> None:
    empty = table((words("name"), count("value")), [], Bars("name", "value"), empty="Press ].")
    assert draw(empty, Look(30, 5)) == "Press ]."


@given(
    st.lists(
        st.tuples(
            st.text(st.sampled_from("abc漢字é😀 "), max_size=50),
            st.one_of(st.none(), st.floats(-1e6, 1e12), st.integers(0, 10)),
        ),
        min_size=1,
        max_size=12,
    ),
    st.integers(40, 120),
    st.booleans(),
)
def test_every_bar_line_has_exactly_the_width(
    pairs: list[tuple[str, float | None]], width: int, ascii_only: bool
) -> None:
    drawing = draw(named(*pairs, kind=Kind.NUMBER), Look(width, 10, plain=ascii_only))
    if isinstance(drawing, Drawing):
        assert {cell_len(line.plain) for line in drawing.lines} == {width}
