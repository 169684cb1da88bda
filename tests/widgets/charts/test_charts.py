"""What charts look like, cell by cell; expectations are counted by hand."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from termstats.data.model.table import (
    Bars,
    Cell,
    Chart,
    Column,
    Gauge,
    Heat,
    Kind,
    Line,
    Row,
    StackedBars,
    StackedNames,
    Table,
    count,
    day,
    percent,
    words,
)
from termstats.widgets.charts.bars import bar_chart, stacked_names
from termstats.widgets.charts.data import Picture, groups_of
from termstats.widgets.charts.frame import Look
from termstats.widgets.charts.heat import heat_chart, limits_of, shade
from termstats.widgets.charts.legend import Entry, legend
from termstats.widgets.charts.lines import line_chart
from termstats.widgets.charts.stacks import places, stacked_chart
from termstats.widgets.panels.summary import summary_of

MONDAY = date(2026, 11, 2)
NONE: frozenset[str] = frozenset()


def table(columns: tuple[Column, ...], rows: list[Row], chart: Chart, empty: str = "") -> Table:
    return Table("x.y", "X", columns, tuple(rows), chart=chart, empty=empty)


def by_day(*values: Cell, first: date = MONDAY) -> Table:
    rows: list[Row] = [(first + timedelta(n), value) for n, value in enumerate(values)]
    return table((day("day"), count("users")), rows, Line("day"))


def drawn(picture: Picture | str) -> Picture:
    assert isinstance(picture, Picture), picture
    return picture


def plain(picture: Picture | str) -> list[str]:
    return [line.plain for line in drawn(picture).lines]


# ---- bars ----------------------------------------------------------------------------------------


def named(*pairs: tuple[str, Cell], chart: Chart | None = None, kind: Kind = Kind.COUNT) -> Table:
    columns = (words("name"), Column("value", kind))
    return table(columns, list(pairs), chart or Bars("name", "value"))


def test_bars_are_out_of_the_largest_and_end_in_the_value() -> None:
    # 30 cells: 2 for names, 2 for values, 2 gaps, 24 for the bar.
    assert plain(bar_chart(named(("a", 10), ("bb", 5)), Look(30, 5))) == [
        "a  " + "█" * 24 + " 10",
        "bb " + "█" * 12 + " " * 12 + "  5",
    ]


def test_percent_bars_are_out_of_100() -> None:
    found = plain(bar_chart(named(("a", 50), kind=Kind.PERCENT), Look(30, 5)))
    # 1 for the name, 4 for "50 %", 2 gaps: 23 for the bar, so 11 and a half.
    assert found == ["a " + "█" * 11 + "▌" + " " * 11 + " 50 %"]


def test_bars_tell_zero_no_value_and_very_little_apart() -> None:
    found = plain(bar_chart(named(("a", 0), ("b", None), ("c", 1), ("d", 1000)), Look(30, 5)))
    assert found[0].split() == ["a", "0"]
    assert found[1].split() == ["b", "-"]
    assert found[2].split() == ["c", "▏", "1"]


def test_ascii_bars() -> None:
    found = plain(bar_chart(named(("a", 10), ("bb", 5)), Look(30, 5, plain=True)))
    assert found[1] == "bb " + "#" * 12 + " " * 12 + "  5"


def test_names_are_never_cut_below_12_cells() -> None:
    found = plain(bar_chart(named(("Leadership for everybody", 3)), Look(24, 5)))
    assert found[0].startswith("Leader…ybody ")


def test_a_gauge_shows_what_is_missing_to_100() -> None:
    chart = Gauge("name", "value")
    found = plain(bar_chart(named(("a", 25), kind=Kind.PERCENT, chart=chart), Look(27, 5)))
    # 1 + 4 + 2 gaps leave 20 cells: 5 full, 15 of the track.
    assert found == ["a " + "█" * 5 + "·" * 15 + " 25 %"]


def test_all_zero_is_a_sentence() -> None:
    assert bar_chart(named(("a", 0), ("b", 0)), Look(30, 5)) == "Value: zero for all 2."


def test_nothing_is_the_sentence_of_the_figure() -> None:
    empty = table((words("name"), count("value")), [], Bars("name", "value"), empty="Press ].")
    assert bar_chart(empty, Look(30, 5)) == "Press ]."


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
    found = bar_chart(named(*pairs, kind=Kind.NUMBER), Look(width, 10, plain=ascii_only))
    if isinstance(found, Picture):
        assert {cell_len(line.plain) for line in found.lines} == {width}


def parts(*rows: Row) -> Table:
    columns = (words("user"), count("view"), count("edit"), count("total"))
    return table(columns, list(rows), StackedNames("user"))


def test_parts_of_a_bar_add_up_and_hiding_one_keeps_fill_and_order() -> None:
    asked = parts(("ann", 6, 4, 10), ("bo", 1, 2, 3))
    # 3 + 2 + 2 gaps leave 20 cells for 10.
    assert plain(stacked_names(asked, NONE, Look(27, 5))) == [
        "ann " + "█" * 12 + "▒" * 8 + " 10",
        "bo  " + "█" * 2 + "▒" * 4 + " " * 14 + "  3",
    ]
    # Only "edit" is left: 4 is the longest bar, 3 + 1 + 2 gaps leave 21 cells.
    assert plain(stacked_names(asked, frozenset({"view"}), Look(27, 5))) == [
        "ann " + "▒" * 21 + " 4",
        "bo  " + "▒" * 10 + " " * 11 + " 2",
    ]


# ---- lines ---------------------------------------------------------------------------------------


def test_lines_stand_in_a_frame_with_round_ticks_and_dates() -> None:
    found = plain(line_chart(by_day(0, 5, 10, 5, 0, 5, 10), NONE, Look(32, 12)))
    assert found[0].startswith("10┤")
    assert found[5].startswith(" 5┤")
    assert found[10].startswith(" 0┼")
    assert found[10].count("┬") == 4
    assert found[11].split() == ["2", "Nov", "4", "Nov", "6", "Nov", "8", "Nov"]


def columns_with_dots(picture: Picture | str, skip: int) -> set[int]:
    lines = plain(picture)[:-2]
    return {at for line in lines for at, mark in enumerate(line[skip:]) if mark != " "}


def test_no_line_crosses_days_without_data() -> None:
    # 7 days on 61 cells: a day every 10 cells; the third is missing.
    values = (4, 4, None, 4, 4, 4, 4)
    found = columns_with_dots(line_chart(by_day(*values), NONE, Look(63, 12)), 2)
    assert set(range(0, 11)) <= found
    assert not found & set(range(12, 30))
    assert set(range(31, 60)) <= found


def test_missing_rows_are_a_gap_too() -> None:
    rows: list[Row] = [(MONDAY + timedelta(n), 4) for n in (0, 1, 4, 5, 6)]
    asked = table((day("day"), count("users")), rows, Line("day"))
    found = columns_with_dots(line_chart(asked, NONE, Look(63, 12)), 2)
    assert not found & set(range(12, 39))


def test_several_lines_carry_their_letters() -> None:
    rows: list[Row] = [(MONDAY + timedelta(n), 90.0, 10.0) for n in range(14)]
    asked = table((day("day"), percent("done"), percent("open")), rows, Line("day"))
    found = plain(line_chart(asked, NONE, Look(60, 12)))
    upper = [line for line in found[:5] if "a" in line]
    lower = [line for line in found[5:10] if "b" in line]
    assert len(upper) == len(lower) == 1
    assert "b" not in upper[0]


def test_a_letter_stands_on_its_line() -> None:
    rows: list[Row] = [(MONDAY + timedelta(n), 3.0 * n, 100.0) for n in range(30)]
    asked = table((day("day"), percent("done"), percent("all")), rows, Line("day"))
    found = plain(line_chart(asked, NONE, Look(70, 20)))
    for at, line in enumerate(found[:-2]):
        for cell in (n for n, mark in enumerate(line) if mark == "a"):
            near = {found[row][cell + 1] for row in (at - 1, at, at + 1) if 0 <= row < 18}
            assert any("\u2800" < mark <= "\u28ff" for mark in near)


def test_a_long_series_is_drawn_by_weeks_and_read_by_days() -> None:
    values = [n % 7 for n in range(364)]
    found = drawn(line_chart(by_day(*values), NONE, Look(80, 15)))
    assert found.foot[0].plain == "mean of each week; the cursor reads every row"
    # The mean of 0..6 is 3 in every week: one level line.
    rows = {n for n, line in enumerate(found.lines[:-2]) if set(line.plain[2:]) - {" "}}
    assert len(rows) == 1
    assert found.stops == 364
    assert found.stop(6).text == "Sun 8 Nov 2026: 6 users"


def test_the_cursor_reads_the_value_and_the_week_before() -> None:
    found = drawn(line_chart(by_day(57, 1, 1, 1, 1, 1, 1, 88), NONE, Look(60, 12)))
    assert found.stop(0).text == "Mon 2 Nov: 57 users"
    assert found.stop(7).text == "Mon 9 Nov: 88 users (+31 on the Monday before)"
    assert found.stop(7).row == 7


def test_one_point_and_all_zero_are_sentences() -> None:
    said = line_chart(by_day(88), NONE, Look(60, 12))
    assert said == "Only one point, Mon 2 Nov: 88 users. A line needs two."
    assert line_chart(by_day(0, 0, 0), NONE, Look(60, 12)) == "Users: zero throughout."
    assert line_chart(by_day(None, None), NONE, Look(60, 12)) == "No values in this period."


def test_the_period_before_is_dotted() -> None:
    now, before = by_day(*[0] * 6, 40), by_day(*[20] * 7)
    without = plain(line_chart(now, NONE, Look(60, 12)))
    found = plain(line_chart(now, NONE, Look(60, 12, previous=before)))
    assert found != without
    # 20 of 40 is the upper half's lowest line: single dots there, never two in one cell.
    dots = set(found[4][3:50]) - {" "}
    assert dots
    assert not dots & set("⠤⠒⠉⣀")
    assert not without[4][3:50].strip()


def test_ascii_lines_use_no_other_characters() -> None:
    rows: list[Row] = [(MONDAY + timedelta(n), n, 9 - n) for n in range(10)]
    asked = table((day("day"), count("up"), count("down")), rows, Line("day"))
    found = "".join(plain(line_chart(asked, NONE, Look(60, 12, plain=True))))
    assert found.isascii()
    assert "a" in found and "b" in found


# ---- stacked bars --------------------------------------------------------------------------------


def stack(*rows: tuple[int, ...]) -> Table:
    columns = (day("day"), *(count(name) for name in "pqrstu"[: len(rows[0])]), count("total"))
    found: list[Row] = [(MONDAY + timedelta(n), *row, sum(row)) for n, row in enumerate(rows)]
    return table(columns, found, StackedBars("day"))


def heights(lines: list[str], mark: str) -> list[int]:
    """Return how many cells of `mark` stand in each column that has any."""
    found = [sum(line[at : at + 1] == mark for line in lines) for at in range(60)]
    return [number for number in found if number]


def test_stacked_bars_are_as_high_as_the_whole() -> None:
    # 10 lines for 0..10, bars 6 cells thick: 6 of p below 4 of q; then 2 and 3.
    found = plain(stacked_chart(stack((6, 4), (2, 3)), NONE, Look(40, 12)))[:-2]
    assert heights(found, "█") == [6] * 6 + [2] * 6
    assert heights(found, "▒") == [4] * 6 + [3] * 6
    assert found[0][3:9] == "▒" * 6
    assert found[9][3:9] == "█" * 6


def test_more_parts_than_shades_are_filled_with_letters() -> None:
    found = plain(stacked_chart(stack((2, 2, 2, 2, 2), (0, 0, 0, 0, 10)), NONE, Look(40, 12)))[:-2]
    assert [heights(found, letter)[0] for letter in "abcde"] == [2, 2, 2, 2, 2]
    assert heights(found, "e") == [2] * 6 + [10] * 6


def test_the_total_is_no_part() -> None:
    found = drawn(stacked_chart(stack((6, 4), (2, 3)), NONE, Look(40, 12)))
    assert found.stop(0).text == "Mon 2 Nov: 10 in all: P 6, Q 4"


def test_bars_of_a_long_period_are_whole_weeks() -> None:
    found = drawn(stacked_chart(stack(*[(1, 2)] * 60), NONE, Look(40, 12)))
    assert found.stops == 9
    assert found.foot[0].plain == "one bar is one week"
    assert found.stop(1).text == "Mon 9 Nov to Sun 15 Nov: 21 in all: P 7, Q 14"


@given(st.integers(1, 200), st.integers(1, 200))
def test_bars_have_room_and_do_not_overlap(number: int, width: int) -> None:
    if number > width:
        return
    starts, thick = places(number, width)
    assert len(starts) == number
    assert starts[-1] + thick <= width
    assert all(b - a >= thick for a, b in zip(starts, starts[1:], strict=False))
    if width >= 2 * number:
        assert all(b - a > thick for a, b in zip(starts, starts[1:], strict=False))


@given(st.integers(1, 4000), st.integers(8, 200), st.dates(date(1990, 1, 1), date(2090, 1, 1)))
@settings(max_examples=50)
def test_groups_hold_every_row_once(number: int, most: int, first: date) -> None:
    days = [first + timedelta(n) for n in range(number)]
    groups, unit = groups_of(days, most)
    assert [row for rows in groups for row in rows] == list(range(number))
    assert len(groups) <= most
    assert (unit == "") is (number <= most)


# ---- heat ----------------------------------------------------------------------------------------


def test_heat_shades_by_quarters_zero_and_nothing() -> None:
    rows: list[Row] = [("Mon", 0, 0), ("Mon", 1, 1), ("Mon", 2, 8), ("Tue", 0, 5), ("Tue", 1, 3)]
    columns = (words("weekday"), count("hour"), count("events"))
    found = drawn(heat_chart(table(columns, rows, Heat("hour", "weekday", "events")), Look(16, 8)))
    # 16 cells: 3 for names, a gap, 12 for three hours: 4 each. Quarters of 8: 2, 4, 6, 8.
    assert [line.plain for line in found.lines] == ["Mon ····░░░░████", "Tue ▓▓▓▓▒▒▒▒    "]
    assert found.head[0].plain == "    0   1   2"
    assert found.foot[0].plain == "Events: · 0  ░ to 2  ▒ to 4  ▓ to 6  █ to 8"
    assert found.stop(2).text == "Mon, 2: 8 events"
    assert found.stop(2).row == 2
    assert found.stop(5).text == "Tue, 2: no value"
    assert found.stop(5).row is None


@given(st.floats(0.001, 1e9), st.floats(0, 1))
def test_shades_never_fall_as_values_grow(most: float, share: float) -> None:
    limits = limits_of(most, Kind.NUMBER)
    assert shade(most, limits) == 4
    assert shade(0, limits) == 0
    assert shade(most * share, limits) <= shade(most, limits)
    assert (shade(most * share, limits) > 0) is (most * share > 0)


# ---- legend and summary --------------------------------------------------------------------------


def test_the_legend_says_what_is_hidden_and_counts_what_has_no_room() -> None:
    entries = [Entry("p", "Page"), Entry("q", "Quiz"), Entry("r", "Resource")]
    assert legend(entries, frozenset({"q"}), 40, 1)[0].plain == "a Page  b (Quiz)  c Resource"
    assert legend(entries, frozenset({"q"}), 26, 1)[0].plain == "a Page  b (Quiz)  +1 more"
    both = legend(entries, NONE, 18, 2)
    assert [line.plain for line in both] == ["a Page  b Quiz", "c Resource"]


def test_the_summary_of_one_line() -> None:
    assert summary_of(by_day(10, 20, 60)) == "mean 30 · peak 60 on 4 Nov"
    assert summary_of(by_day(0, 0)) == ""
