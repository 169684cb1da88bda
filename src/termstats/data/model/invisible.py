"""Characters that nobody sees: harmful in names, unless the script beside them needs them.

With one of them two names look alike and are not. A joiner is needed where it changes the shape of
letters (the rules of RFC 5892, appendix A: Persian, Indic scripts) or makes one emoji of several; a
variation selector after what has variants: ideographs, emoji, Mongolian letters.
"""

from __future__ import annotations

import re
import unicodedata

INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""The default ignorable characters of Unicode and the marks of direction, for a regular expression.

Fillers, soft hyphens, joiners, variation selectors, tags and their kind."""

_SKIN = "\U0001f3fb-\U0001f3ff"
_PICTURE = (
    "[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u2bff\u3030\u303d\u3297\u3299"
    "\U0001f000-\U0001faff]"
)
_ONE = rf"{_PICTURE}(?:\ufe0f|[{_SKIN}])?"
_FLAG = "\U0001f3f4(?:{})\U000e007f".format(
    "|".join(
        "".join(chr(0xE0000 + ord(letter)) for letter in region)
        for region in ("gbeng", "gbsct", "gbwls")
    )
)
EMOJI = rf"{_FLAG}|{_ONE}(?:\u200d{_ONE})+|{_PICTURE}[\ufe0e\ufe0f]|[#*0-9]\ufe0f\u20e3"
"""Emoji that hold invisible characters: flags of regions, families, signs in colour, keys."""

_IDEOGRAPH = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_MONGOLIAN = re.compile("[\u1820-\u18aa]")
_JOINING = re.compile(
    "[\u0620-\u064a\u066e-\u066f\u0671-\u06d3\u06d5\u06ee-\u06ef\u06fa-\u06ff\u0710-\u072f\u074d-\u077f"
    "\u07ca-\u07ea\u0840-\u0858\u0860-\u088e\u08a0-\u08c8\u1820-\u18aa\ua840-\ua871"
    "\U00010d00-\U00010d23\U0001e900-\U0001e943]"
)
"""Letters that join: Arabic, Syriac, N'Ko, Mandaic, Mongolian, Phags-pa, Rohingya, Adlam."""
_ENDING = re.compile(
    "[\u0621-\u0625\u0627\u0629\u062f-\u0632\u0648\u0671-\u0677\u0688-\u0699\u06c0\u06c3-\u06cb"
    "\u06cd\u06cf\u06d2\u06d3\u06d5\u06ee\u06ef]"
)
"""Arabic letters that never join to the next one: after them a joiner changes nothing."""
_VIRAMA = 9
"""The combining class of the sign that joins consonants in Indic scripts."""


def is_needed(text: str, at: int) -> bool:
    """Return whether the script around the invisible character `text[at]` needs it."""
    before, after = text[at - 1 : at] if at else "", text[at + 1 : at + 2]
    match text[at]:
        case "\u200c":
            return _parts_letters(text, at, before, after)
        case "\u200d":
            return _joins_letters(text, at, before, after)
        case "\u180e":
            return bool(_MONGOLIAN.match(before) and _MONGOLIAN.match(after))
        case "\u180b" | "\u180c" | "\u180d" | "\u180f":
            return bool(_MONGOLIAN.match(before))
        case selector:
            variant = "\ufe00" <= selector <= "\ufe02" or "\U000e0100" <= selector <= "\U000e01ef"
            return variant and bool(_IDEOGRAPH.match(before))


def _parts_letters(text: str, at: int, before: str, after: str) -> bool:
    """Return whether a non-joiner keeps letters apart that would join."""
    if _is_virama(before):
        return after.isalpha() and _script(before) == _script(after)
    return _joins_on(text, at) and bool(_JOINING.match(after))


def _joins_letters(text: str, at: int, before: str, after: str) -> bool:
    """Return whether a joiner changes the letter beside it, as in Malayalam, Bengali, Arabic."""
    if _is_virama(before):
        return True
    if _is_virama(after):
        return before.isalpha() and _script(before) == _script(after)
    return _joins_on(text, at) and not _JOINING.match(after)


def _joins_on(text: str, at: int) -> bool:
    """Return whether the letter before `at`, or before its vowel marks, joins to the next."""
    letters = _WITHOUT_MARKS.match(text[max(0, at - _MARKS) : at][::-1])
    letter = letters[1] if letters else ""
    return bool(_JOINING.match(letter)) and not _ENDING.match(letter)


_MARKS = 8
_WITHOUT_MARKS = re.compile("[\u064b-\u065f\u0670\u06d6-\u06dc\u0730-\u074a]*(.)", re.DOTALL)
"""What a reversed text begins with: vowel marks, then the letter that bears them."""


def _is_virama(character: str) -> bool:
    return bool(character) and unicodedata.combining(character) == _VIRAMA


def _script(character: str) -> str:
    """Return the first word of the name of a character: its script."""
    return unicodedata.name(character, "").partition(" ")[0]
