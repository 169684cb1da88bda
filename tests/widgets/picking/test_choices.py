"""What is left of a list when somebody types, and its columns at any width."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from termstats.widgets.picking.choices import MOST, Choice, PickColumn, narrowed
from termstats.widgets.picking.lines import choice_line, heading_line, widths

PERIODS = (
    Choice("7d", ("last 7 days",), also="7d"),
    Choice("this-month", ("this month so far",)),
    Choice("last-month", ("last month",)),
)
GROUPED = (
    Choice("h1", ("Here",), is_heading=True),
    Choice("c", ("compare",)),
    Choice("h2", ("Everywhere",), is_heading=True),
    Choice("p", ("period",)),
    Choice("/", ("find",)),
)
COLUMNS = (PickColumn("Name"), PickColumn("Where", rank=1), PickColumn("Last seen", is_right=True))
PEOPLE = (
    Choice("a", ("Aurelia Wilhelmina Bauer", "North", "20 Nov 2026")),
    Choice("b", ("Élodie Bérard", "Research", "never")),
)


def keys(choices: tuple[Choice, ...], typed: str) -> list[str]:
    return [choice.key for choice in narrowed(choices, typed).choices]


def test_typing_narrows_and_keeps_the_order() -> None:
    assert keys(PERIODS, "last") == ["7d", "last-month"]
    assert keys(PERIODS, "MONTH") == ["this-month", "last-month"]
    assert keys(PERIODS, "7d") == ["7d"]
    assert keys(PERIODS, "") == ["7d", "this-month", "last-month"]
    assert keys(PERIODS, "x") == []


def test_the_first_that_fits_best_is_chosen() -> None:
    assert narrowed(PERIODS, "month").best == 0
    assert narrowed(PERIODS, "last m").best == 0
    # "this month" stands first, but "last month" begins with what was typed.
    both = (Choice("a", ("this lasts",)), Choice("b", ("last month",)))
    assert narrowed(both, "last").best == 1
    assert narrowed(PERIODS, "x").best is None


def test_headings_stay_above_what_is_left() -> None:
    assert keys(GROUPED, "") == ["h1", "c", "h2", "p", "/"]
    assert keys(GROUPED, "fi") == ["h2", "/"]
    assert keys(GROUPED, "here") == []
    assert narrowed(GROUPED, "").best == 1


def test_of_many_the_best_are_shown_and_the_rest_counted() -> None:
    many = (*(Choice(f"x{n}", (f"album {n}",)) for n in range(MOST + 5)), Choice("b", ("bum",)))
    left = narrowed(many, "bum")
    assert len(left.choices) == MOST
    assert left.left_out == 6
    assert left.best is not None and left.choices[left.best].key == "b"


def test_columns_are_whole_or_not_there() -> None:
    wide = widths(PEOPLE, COLUMNS, 60)
    lines = [choice_line(each, COLUMNS, wide, "", plain=False).plain for each in PEOPLE]
    assert [line.split()[-1] for line in lines] == ["2026", "never"]
    assert "North" in lines[0] and "Aurelia Wilhelmina Bauer" in lines[0]
    narrow = widths(PEOPLE, COLUMNS, 30)
    line = choice_line(PEOPLE[0], COLUMNS, narrow, "", plain=False).plain
    assert "North" not in line
    assert line.endswith("20 Nov 2026")
    assert "Where" not in heading_line(COLUMNS, narrow).plain


@given(st.integers(26, 90), st.booleans())
def test_a_line_has_the_room_it_is_given(room: int, has_bar: bool) -> None:
    choices = [Choice(each.key, each.cells, share=50.0 if has_bar else None) for each in PEOPLE]
    cells = widths(choices, COLUMNS, room)
    for choice in choices:
        line = choice_line(choice, COLUMNS, cells, "b", plain=False).plain
        assert cell_len(line) == room
        assert line.endswith(choice.cells[-1])


def test_what_was_typed_is_underlined() -> None:
    line = choice_line(PEOPLE[1], COLUMNS, widths(PEOPLE, COLUMNS, 60), "be", plain=False)
    marked = [line.plain[span.start : span.end] for span in line.spans if span.style]
    assert marked == ["Bé"]
