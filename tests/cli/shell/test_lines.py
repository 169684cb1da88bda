"""Lines for a voice: what they may hold, and where they are broken."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termstats.cli.shell.lines import lowered, plain, sayable, text_of, wrapped
from tests.cli.shell.voice import unsayable


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("22 Oct–20 Nov 2026", "22 Oct to 20 Nov 2026"),
        ("vs 22 Sep · by week", "against 22 Sep, by week"),
        ("[days 2026-10-05..10-11]", "days 2026-10-05 to 10-11"),
        (
            "Nothing. Press 0 to take all filters off, F to change them, p to choose another.",
            "Nothing. Say filter off to take all filters off, filter to change them, "
            "period to choose another.",
        ),
        (
            "Press ] for a later period, or x to count everybody.",
            "Say period on for a later period, or everybody on to count everybody.",
        ),
        ("Pressure 0 to 5", "Pressure 0 to 5"),
        ("31 % progress · 8 % completed", "31 % progress, 8 % completed"),
        ("an address of", "an address of"),
    ],
)
def test_words_of_screens_are_said(words: str, said: str) -> None:
    assert plain(words) == said


def test_headings_inside_a_line() -> None:
    assert lowered("Last activity") == "last activity"
    assert lowered("API calls") == "API calls"


def test_drawings_in_names_are_not_read_out() -> None:
    assert sayable("A ██ ─ ⣿ ● \x1b[31m") == "A ?? ? ? ? \ufffd[31m"


def test_a_row_is_indented_under_its_number() -> None:
    line = "12. Ana Alvarez: progress 64 %, time 1 h 30 min, last activity 2026-11-20"
    assert list(wrapped(line, 40)) == [
        "12. Ana Alvarez: progress 64 %, time",
        "    1 h 30 min, last activity 2026-11-20",
    ]


_NUMBERS = ("64 %", "1 h 30 min", "12,345", "3 of 7", "2026-11-20 18:00", "5.2 s", "20 Nov 2026")
_PARTS = st.one_of(st.sampled_from(_NUMBERS), st.from_regex(r"[a-z]{1,12}", fullmatch=True))


@given(st.lists(_PARTS, min_size=1, max_size=40), st.integers(30, 100))
def test_no_number_is_cut_and_no_line_is_too_long(parts: list[str], width: int) -> None:
    line = ", ".join(parts)
    pieces = list(wrapped(line, width))
    assert " ".join(piece.strip() for piece in pieces) == line
    assert all(len(piece) <= width for piece in pieces)
    for number in _NUMBERS:
        told = sum(len(re.findall(rf"(?<!\w){re.escape(number)}(?!\w)", p)) for p in pieces)
        assert told == parts.count(number)


@given(st.lists(st.text(max_size=80), max_size=5), st.integers(20, 80))
def test_whatever_is_said_is_plain(lines: list[str], width: int) -> None:
    assert not unsayable(text_of(lines, width))
