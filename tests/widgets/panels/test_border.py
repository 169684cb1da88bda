"""The words in the border of a panel."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from termstats.widgets.panels.border import BorderWords, border_words, shortened, titled

WORDS = st.text(st.sampled_from("abc漢é😀 ,·1"), max_size=60)


@pytest.mark.parametrize(
    ("start", "end", "width", "below", "expected"),
    [
        # 26 cells leave 20: 5 and 6, two blanks, and 7 of line.
        ("Users", "5 rows", 26, False, ("Users", "5 rows", 7)),
        ("Users", "", 26, False, ("Users", "", 0)),
        ("", "2 notes i", 26, True, ("", "2 notes i", 0)),
        ("Users", "5 rows", 15, False, ("", "", 0)),
        # Above the title keeps its room, and the value goes.
        ("Active users", "116 people · mean 8", 27, False, ("Active users", "", 0)),
        # 32 leave 26: 12, 10, two blanks and 2 of line; with the mean it would be 33.
        ("Active users", "116 people · mean 8", 32, False, ("Active users", "116 people", 2)),
        # Below the read-out keeps it, and the notes go.
        ("2 notes i", "Mon 2 Nov: 57 users", 26, True, ("", "Mon 2 Nov: 57 users", 0)),
    ],
)
def test_both_ends_share_the_border(
    start: str, end: str, width: int, below: bool, expected: tuple[str, str, int]
) -> None:
    assert border_words(start, end, width, below=below) == BorderWords(*expected)


@given(WORDS, WORDS, st.integers(0, 100), st.booleans())
def test_words_never_reach_the_corners(start: str, end: str, width: int, below: bool) -> None:
    words = border_words(start, end, width, below=below)
    between = words.gap + 2 if words.start and words.end else 0
    assert cell_len(words.start) + between + cell_len(words.end) <= max(0, width - 6)


@pytest.mark.parametrize(
    ("words", "room", "expected"),
    [
        ("50 % progress · 38 % completed", 30, "50 % progress · 38 % completed"),
        ("50 % progress · 38 % completed", 29, "50 % progress"),
        ("50 % progress · 38 % completed", 12, ""),
        ("Mon 2 Nov: 30 in all: P 6, Q 4, R 20", 30, "Mon 2 Nov: 30 in all: P 6 …"),
    ],
)
def test_clauses_are_whole_or_not_there(words: str, room: int, expected: str) -> None:
    assert shortened(words, room) == expected


def test_the_unit_stands_where_it_says_more_and_has_room() -> None:
    assert titled("Active users", "per day", "", 60) == "Active users (per day)"
    assert titled("Active users", "per day", "mean 41", 30) == "Active users"
    assert titled("Time spent", "time", "", 60) == "Time spent"
    assert titled("Time spent", "", "", 60) == "Time spent"


def test_a_title_of_clauses_has_the_first_ones_cut_or_left_out() -> None:
    title = "Customer Conversations · Baptiste Bérard · Modules"
    assert border_words(title, "", 60).start == title
    assert border_words(title, "", 40).start == "Baptiste Bérard · Modules"
    assert border_words("Care of the newborn and its mother · Wrong answers", "", 46).start == (
        "Care of the … its mother · Wrong answers"
    )
    assert border_words(title, "", 20).start == "Modules"
