"""The sanitiser, and how values are written for people."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termstats.data.model.text import (
    clean,
    localised,
    round_half_up,
    show_count,
    show_duration,
    show_mean,
    show_number,
    show_percent,
)


@pytest.mark.parametrize(
    "hostile",
    [
        "\x1b]52;c;aGk=\x07",
        "a\x9b2Jb",
        "line\nbreak\r\ttab",
        "\u202eright to left",
        "\u2066isolate\u2069",
        "\u2028paragraph\u2029",
        "nul\x00del\x7f",
        "\ufeffbom\u200e\u200f\u061c",
        "\ud800 lone surrogate",
    ],
)
def test_nothing_hostile_is_left(hostile: str) -> None:
    cleaned = clean(hostile)
    assert len(cleaned) == len(hostile)
    assert "\ufffd" in cleaned
    for character in cleaned:
        assert unicodedata.category(character) not in ("Cc", "Cs", "Zl", "Zp")
    assert not set(cleaned) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


@given(st.text())
def test_cleaning_is_stable_and_keeps_length(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert len(cleaned) == len(text)
    cleaned.encode("utf-8")


@pytest.mark.parametrize("name", ["Zoë Ångström", "李小龙", "عمر", "[/] [bold]", "=1+1", "👩‍👩‍👧"])
def test_ordinary_names_stay_as_they_are(name: str) -> None:
    assert clean(name) == name


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ('{"en": "Fire", "fr": "Feu"}', "Fire"),
        ('{"fr": "Feu"}', "Feu"),
        ("plain", "plain"),
        ("{broken", "{broken"),
        ("[1]", "[1]"),
        ("", ""),
        (None, ""),
        ("{}", "{}"),
    ],
)
def test_titles_in_several_languages(raw: str | None, shown: str) -> None:
    assert localised(raw, "en") == shown


@pytest.mark.parametrize(
    ("value", "digits", "rounded"),
    [(0.5, 0, 1), (1.5, 0, 2), (2.5, 0, 3), (-0.5, 0, -1), (60.5, 0, 61), (2.675, 2, 2.68)],
)
def test_rounding_half_away_from_zero(value: float, digits: int, rounded: float) -> None:
    assert round_half_up(value, digits) == rounded


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (None, "-"),
        (0, "0 s"),
        (0.0004, "0 s"),
        (0.14, "140 ms"),
        (-0.0296, "-30 ms"),
        (0.9996, "1 s"),
        (2.25, "2.3 s"),
        (7.0, "7 s"),
        (9.96, "10 s"),
        (59.4, "59 s"),
        (60, "1 min"),
        (135, "2 min 15 s"),
        (754, "12 min"),
        (3600, "1 h"),
        (5400, "1 h 30 min"),
        (3629, "1 h"),
        (3631, "1 h 1 min"),
        (360_000, "100 h"),
        (4_000_000, "1,111 h"),
        (-90, "-1 min 30 s"),
        (float("nan"), "-"),
    ],
)
def test_durations(seconds: float | None, shown: str) -> None:
    assert show_duration(seconds) == shown


def test_numbers_for_people() -> None:
    assert show_count(1_234_567) == "1,234,567"
    assert show_count(None) == "-"
    assert show_count(0) == "0"
    assert show_percent(12.5) == "13 %"
    assert show_percent(None) == "-"
    assert show_number(1.0) == "1"
    assert show_number(1234.567) == "1,234.57"
    assert show_number(float("inf")) == "-"
    # Rounded to nothing is zero, without a sign.
    assert show_number(-0.004) == "0"


def test_a_mean_of_counts_is_never_zero_for_a_little() -> None:
    assert [show_mean(each) for each in (0.0, 0.28, 0.001, 9.96, 12.4, None)] == [
        "0", "0.28", "< 0.01", "9.96", "12", "-"
    ]  # fmt: skip
