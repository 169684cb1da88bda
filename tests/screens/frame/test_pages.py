"""Which panels share a page and where they stand, at every size that is large enough."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from termstats.data.figures.definition.registry import find_figure
from termstats.screens.frame.needs import Measured, need_of
from termstats.screens.frame.pages import (
    Need,
    Page,
    Spot,
    columns_of,
    page_of,
    pages,
    spots,
)

WIDTHS, HEIGHTS = st.integers(60, 250), st.integers(9, 74)
"""Of the page: a terminal of 60x15 to 250x80 without the lines of the frame."""


def chart(name: str, wanted: int = 66) -> Need:
    return Need(name, 30, 7, wanted, 14, is_chart=True)


def table(name: str, width: int = 40, rows: int = 12, pane: Need | None = None) -> Need:
    return Need(name, width, 8, width + 30, max(8, rows + 3), pane=pane)


@st.composite
def groups(draw: st.DrawFn) -> list[Need]:
    needs: list[Need] = []
    for number in range(draw(st.integers(1, 10))):
        name = f"f{number}"
        if draw(st.booleans()):
            needs.append(chart(name, draw(st.integers(30, 140))))
        else:
            pane = Need(f"{name}+detail", 34, 8, 60, 14) if draw(st.booleans()) else None
            width, rows = draw(st.integers(30, 56)), draw(st.integers(0, 300))
            needs.append(table(name, width, rows, pane))
    return needs


def cells(placed: list[Spot]) -> list[tuple[int, int]]:
    return [
        (x, y)
        for spot in placed
        for x in range(spot.x, spot.x + spot.width)
        for y in range(spot.y, spot.y + spot.height)
    ]


@given(groups(), WIDTHS, HEIGHTS)
def test_every_panel_is_on_exactly_one_page_in_order(
    needs: list[Need], width: int, height: int
) -> None:
    made = pages(needs, width, height)
    panels = [name for page in made for name in page.names if not name.endswith("+detail")]
    assert panels == [need.name for need in needs]
    assert sum(page.panels for page in made) == len(needs)
    for page in made:
        assert all(len(row) <= columns_of(width) for row in page.rows)
        assert page.first == panels.index(page.names[0])
    for need in needs:
        assert need.name in page_of(made, need.name).names


@given(groups(), WIDTHS, HEIGHTS, st.booleans())
def test_panels_fill_the_page_with_at_least_what_they_need(
    needs: list[Need], width: int, height: int, with_aside: bool
) -> None:
    aside = Need("context", 38, 8, 38, 8) if with_aside and width >= 110 else None
    least = {each.name: each for need in needs for each in need.together}
    if aside:
        least[aside.name] = aside
    for page in pages(needs, width - (aside.width if aside else 0), height):
        placed = spots(page, width, height, aside)
        assert sorted(cells(placed)) == [(x, y) for x in range(width) for y in range(height)]
        for spot in placed:
            need = least[spot.name]
            assert spot.width >= need.width and spot.height >= need.height, spot
        names = [spot.name for spot in placed]
        assert names == [*page.names, *(["context"] if aside else [])]


@given(groups(), WIDTHS, HEIGHTS)
def test_a_pane_stands_right_of_its_table(needs: list[Need], width: int, height: int) -> None:
    for page in pages(needs, width, height):
        placed = {spot.name: spot for spot in spots(page, width, height)}
        for name, spot in placed.items():
            if pane := placed.get(f"{name}+detail"):
                assert (pane.x, pane.y) == (spot.x + spot.width, spot.y)


def names(made: list[Page]) -> list[list[list[str]]]:
    return [[[need.name for need in row] for row in page.rows] for page in made]


SEVEN = [chart("a"), table("b", 30), chart("c"), table("d"), chart("e"), table("f"), chart("g")]


def test_the_page_grows_with_the_terminal() -> None:
    assert names(pages(SEVEN, 60, 10)) == [[["a"]], [["b"]], [["c"]], [["d"]], [["e"]], [["f"]],
                                           [["g"]]]  # fmt: skip
    assert names(pages(SEVEN, 80, 16))[:2] == [[["a", "b"]], [["c", "d"]]]
    assert names(pages(SEVEN, 110, 24))[0] == [["a", "b"], ["c", "d"]]
    assert names(pages(SEVEN, 120, 32))[0] == [["a", "b"], ["c", "d"]]
    assert names(pages(SEVEN, 200, 52)) == [[["a", "b", "c"], ["d", "e"], ["f", "g"]]]


def test_two_tables_that_need_their_width_stand_one_to_a_page() -> None:
    assert names(pages([table("a", 45), table("b", 45)], 80, 16)) == [[["a"]], [["b"]]]


def test_what_leads_has_the_first_row_for_itself() -> None:
    three = [chart("a"), table("b"), table("c")]
    assert names(pages(three, 120, 32)) == [[["a"], ["b", "c"]]]
    assert names(pages(three, 120, 16)) == [[["a", "b"]], [["c"]]]


def test_a_table_without_room_for_its_pane_stands_alone() -> None:
    pane = Need("a+detail", 34, 8, 60, 14)
    assert names(pages([table("a", 50, pane=pane)], 110, 24)) == [[["a", "a+detail"]]]
    assert names(pages([table("a", 50, pane=pane)], 80, 24)) == [[["a"]]]


def test_spare_width_goes_to_charts_first_and_then_to_columns() -> None:
    (page,) = pages([chart("a", 60), table("b", 40)], 120, 16)
    assert [spot.width for spot in spots(page, 120, 16)] == [60, 60]
    assert [spot.width for spot in spots(page, 102, 16)] == [60, 42]
    # A table has no use for more than its columns and a little; the chart takes the rest.
    (page,) = pages([chart("a", 60), Need("b", 40, 8, 50, 15)], 150, 16)
    assert [spot.width for spot in spots(page, 150, 16)] == [74, 76]


def test_what_makes_no_column_of_a_chart_thicker_goes_to_the_table_beside_it() -> None:
    # 30 buckets and 10 cells beside them: of 100 cells 60 are for columns of two, and of 80 one.
    columns = replace(chart("c", 70), buckets=30, beside=10)
    for width, of_chart in ((110, 70), (80, 40), (66, 36)):
        (one, two) = spots(Page(((columns, table("t", 30)),)), width, 20)
        assert (one.width, two.width) == (of_chart, width - of_chart)
    (alone,) = spots(Page(((columns,),)), 95, 20)
    assert alone.width == 95


def test_spare_height_goes_to_rows_that_are_hidden() -> None:
    (page,) = pages([chart("a"), table("b"), table("c", rows=200), table("d", rows=3)], 120, 40)
    first, _, third, _ = spots(page, 120, 40)
    assert (first.height, third.height) == (15, 25)


def test_a_long_list_makes_no_chart_too_tall() -> None:
    needs = [chart("a"), table("b", rows=500), chart("c"), table("d", rows=12)]
    (page,) = pages(needs, 120, 72)
    assert {spot.height for spot in spots(page, 120, 72)} == {24}
    (page,) = pages(needs, 120, 40)
    assert [spot.height for spot in spots(page, 120, 40)] == [22, 22, 18, 18]


def test_with_a_line_less_nothing_is_lost() -> None:
    """A toast takes a line of the page: panels give way, and stay together."""
    (page,) = pages([chart("a"), table("b"), table("c"), table("d")], 120, 24)
    assert {spot.height for spot in spots(page, 120, 23)} == {12, 11}


def test_steps_over_a_long_period_leave_room_to_the_list_beside_them() -> None:
    # 30 buckets at most come before columns of a list: 10 for the axis, 14 for names.
    steps = find_figure("global.progress")
    assert need_of("p", steps, Measured(365, 0)).wanted_width == 10 + 30 + 14
    assert need_of("p", steps, Measured(12, 0)).wanted_width == 10 + 12 + 14
    columns = find_figure("global.active-users")
    assert need_of("a", columns, Measured(52, 0)).wanted_width == 10 + 52 + 8


def empty(name: str, lines: int = 3) -> Need:
    return Need(name, 72, lines, 72, lines, is_empty=True)


def test_what_is_empty_takes_no_page_from_others() -> None:
    needs = [empty("a"), empty("b"), table("c", 72, 30), table("d", 72, 30)]
    names = [page.names for page in pages(needs, 80, 16)]
    assert names == [("a", "b", "c"), ("d",)]
    lines = {spot.name: spot.height for spot in spots(pages(needs, 80, 16)[0], 80, 16)}
    assert lines == {"a": 3, "b": 3, "c": 10}
    # Where the rows of the full one have no room beside them, it has its own page.
    assert [page.names for page in pages(needs, 80, 13)] == [("a", "b"), ("c",), ("d",)]


def test_a_table_without_rows_needs_its_sentence_only() -> None:
    figure = find_figure("learner.badges")
    need = need_of("x", figure, Measured(0, 80, sentence=61), narrow=True)
    assert need.is_empty and (need.height, need.wanted_height) == (4, 4)
    assert not need_of("x", figure, Measured(1, 80)).is_empty
    assert not need_of("x", figure).is_empty  # not known yet
