"""Text as it is compared: without case and accents, and where in a name what was typed stands."""

from __future__ import annotations

import unicodedata
from enum import IntEnum


def fold(text: str) -> str:
    """Return `text` without case and accents, as it is compared."""
    return _folded(text).strip()


def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


class Match(IntEnum):
    """How well a text fits what was typed, the best first."""

    WHOLE = 0
    BEGINS = 1
    WORDS = 2
    """Each word typed begins a word."""
    INSIDE = 3


def match(text: str, typed: str) -> Match | None:
    """Return how `text` fits; None: a word typed is not in it."""
    words = fold(typed).split()
    folded = fold(text)
    if not all(word in folded for word in words):
        return None
    whole = " ".join(words)
    if folded == whole:
        return Match.WHOLE
    if folded.startswith(whole):
        return Match.BEGINS
    return Match.WORDS if all(_word_starts(folded, word) for word in words) else Match.INSIDE


def _word_starts(folded: str, word: str) -> list[int]:
    """Return where `word` begins a word."""
    return [at for at in _places(folded, word) if at == 0 or not folded[at - 1].isalnum()]


def _places(folded: str, word: str) -> list[int]:
    return [at for at in range(len(folded) - len(word) + 1) if folded.startswith(word, at)]


def spans(text: str, typed: str) -> list[tuple[int, int]]:
    """Return from where to where in `text` what was typed stands, to be underlined.

    Of each word the places where it begins a word, else the first place.
    """
    pieces = [_folded(character) for character in text]
    owners = [at for at, piece in enumerate(pieces) for _ in piece]
    folded = "".join(pieces)
    marked: list[tuple[int, int]] = []
    for word in fold(typed).split():
        for at in _word_starts(folded, word) or _places(folded, word)[:1]:
            marked.append((owners[at], owners[at + len(word) - 1] + 1))
    return marked
