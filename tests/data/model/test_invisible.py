"""Characters that nobody sees: two names that look alike are the same name."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termstats.data.model.text import clean

INVISIBLE = [
    "\u00ad",  # soft hyphen
    "\u034f",  # grapheme joiner
    "\u115f",  # Hangul filler
    "\u180e",  # Mongolian vowel separator
    "\u200b",  # zero width space
    "\u200c",  # zero width non-joiner
    "\u200d",  # zero width joiner
    "\u2060",  # word joiner
    "\u2061",  # function application
    "\u206a",  # symmetric swapping
    "\u3164",  # Hangul filler
    "\ufe0f",  # emoji variation
    "\ufeff",  # byte order mark
    "\uffa0",  # half width filler
    "\ufff9",  # annotation
    "\U0001d173",  # musical beam
    "\U000e0001",  # language tag
    "\U000e0041",  # tag A
    "\U000e007f",  # end of tags
    "\U000e0100",  # ideographic variation
]
LETTERS = st.characters(categories=("Lu", "Ll", "Lo", "Nd", "Zs", "Po"))


@pytest.mark.parametrize("character", INVISIBLE, ids=[f"U+{ord(c):04X}" for c in INVISIBLE])
@pytest.mark.parametrize("name", ["{}Ana Lima", "An{}a Lima", "Ana{} Lima", "Ana Lima{}"])
def test_a_name_with_a_hidden_character_does_not_look_like_the_one_without(
    name: str, character: str
) -> None:
    assert clean(name.format(character)) == name.format("\ufffd")


@pytest.mark.parametrize(
    "text",
    [
        "می\u200cروم",  # Persian: "I go"
        "کتابخانه\u200cها",  # Persian: "libraries"
        "ه\u200d",  # Arabic: the era, in its initial form
        "क्\u200cष",  # Devanagari: two consonants beside each other
        "क्\u200dष",  # Devanagari: a half consonant
        "ශ්\u200dරී ලංකා",  # Sinhala: Sri Lanka
        "രാജന്\u200d",  # Malayalam: Rajan
        "র\u200d্যাব",  # Bengali
        "ᠬᠠᠳ\u180eᠠ",  # Mongolian
        "葛\U000e0100城",  # Japanese: a variant of an ideograph
        "👩\u200d👩\u200d👧",  # a family
        "👩🏽\u200d🚀 🏳\ufe0f\u200d🌈 🐦\u200d⬛",  # astronaut, rainbow, black bird
        "❤\ufe0f ☎\ufe0e 3\ufe0f\u20e3",
        "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",  # Scotland
    ],
)
def test_what_a_script_or_an_emoji_needs_stays(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("دار\u200cا", "دار\ufffdا"),  # "r" joins to nothing: nobody sees the non-joiner
        ("سلام\u200c", "سلام\ufffd"),  # at the end there is nothing to part
        ("क\u200cष", "क\ufffdष"),  # without the sign that joins consonants
        ("क्\u200cA", "क्\ufffdA"),
        ("👩\u200d", "👩\ufffd"),
        ("👩\u200dA", "👩\ufffdA"),
        ("A\ufe0f\u200d👩", "A\ufffd\ufffd👩"),
        ("🏴\U000e0041\U000e007f", "🏴\ufffd\ufffd"),  # no flag that exists
        ("3\ufe0f", "3\ufffd"),
        ("\u200d\u200c\u180e\u180b\ufe00", "\ufffd\ufffd\ufffd\ufffd\ufffd"),
    ],
)
def test_the_same_characters_elsewhere_are_shown(text: str, shown: str) -> None:
    assert clean(text) == shown


@given(st.text(LETTERS), st.sampled_from(INVISIBLE), st.text(st.characters(codec="ascii")))
def test_before_a_latin_text_nothing_hidden_is_left(before: str, hidden: str, after: str) -> None:
    """Whatever stands before: what follows a kept one is of its own script."""
    name, forged = f"Ana{before}x{after}", f"Ana{before}x{hidden}{after}"
    assert clean(forged) != clean(name)
    assert hidden not in clean(forged)[len("Ana") + len(before) :]


@given(st.text(st.sampled_from([*INVISIBLE, "ه", "ر", "्", "क", "👩", "🏽", "葛", "A", "ᠠ", "َ"])))
def test_cleaning_twice_changes_nothing(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned and len(cleaned) == len(text)
    assert all(unicodedata.category(c) not in ("Cc", "Cs", "Zl", "Zp") for c in cleaned)
