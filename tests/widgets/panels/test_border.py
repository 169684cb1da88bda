"""The words in the border of a panel."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from termstats.widgets.panels.border import border_words, titled

WORDS = st.text(st.sampled_from("abc漢é😀 "), max_size=60)


@pytest.mark.parametrize(
    ("start", "end", "width", "below", "expected"),
    [
        ("Users", "5 rows", 26, False, "Users ─────── 5 rows"),
        ("Users", "", 26, False, "Users"),
        ("", "i explain", 26, True, "i explain"),
        ("Users", "5 rows", 15, False, ""),
        # The read-out keeps its room; the title does not.
        ("Mon 2 Nov: 57 users", "i 2 notes", 26, True, "Mon 2 Nov: 57 users"),
        (
            "A title of twenty-five ab",
            "peak 88 on 3 Nov",
            40,
            False,
            "A title of t…nty-five ab ─ pea…Nov",
        ),
    ],
)
def test_both_ends_share_the_border(
    start: str, end: str, width: int, below: bool, expected: str
) -> None:
    assert border_words(start, end, width, "─", below=below) == expected


@given(WORDS, WORDS, st.integers(0, 100), st.booleans())
def test_words_never_reach_the_corners(start: str, end: str, width: int, below: bool) -> None:
    words = border_words(start, end, width, "─", below=below)
    assert cell_len(words) <= max(0, width - 6)


def test_the_unit_stands_where_it_says_more_and_has_room() -> None:
    assert titled("Active users", "per day", "", 60) == "Active users (per day)"
    assert titled("Active users", "per day", "mean 41", 30) == "Active users"
    assert titled("Time spent", "time", "", 60) == "Time spent"
    assert titled("Time spent", "", "", 60) == "Time spent"
