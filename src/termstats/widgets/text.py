"""Text measured in terminal cells: wide, combining and joined characters count as they look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from rich.cells import cell_len, split_graphemes

JOINER = "\u200d"
SLOW = 2.0
"""Seconds from which on it is said how long an answer takes."""


def fit(text: str, width: int, ellipsis: str = "…") -> str:
    """Return `text` in at most `width` cells, its middle left out where it is longer.

    Names that differ only at the end stay different. Characters are never split. A joiner at an
    end goes, as it would swallow what is written beside it.
    """
    if width <= 0:
        return ""
    text = text.strip(JOINER)
    if cell_len(text) <= width:
        return text
    room = width - cell_len(ellipsis)
    if room < 2:
        return _head(text, width) if room < 0 else _head(text, room) + ellipsis
    tail = room // 2
    return _head(text, room - tail) + ellipsis + _tail(text, tail)


LOST = 4
"""Characters that may be lost so that a text ends after a word."""


def clipped(text: str, width: int, ellipsis: str = "…") -> str:
    """Return `text` in at most `width` cells, its end left out where it is longer.

    It ends after a word where that loses at most 4 characters more.
    """
    text = text.strip(JOINER)
    if cell_len(text) <= width:
        return text
    room = width - cell_len(ellipsis)
    if room <= 0:
        return _head(text, max(0, width))
    head = _head(text, room)
    word = head.rpartition(" ")[0].rstrip()
    ends_word = text[len(head) : len(head) + 1].isspace()
    if not ends_word and word and cell_len(head) - cell_len(word) <= LOST:
        head = word
    return head.rstrip() + ellipsis


def told_apart(texts: Iterable[str], width: int, ellipsis: str = "…") -> dict[str, str]:
    """Return each text in at most `width` cells: without its end, where it is longer.

    Texts that would then read the same are shortened in the middle: they often end differently.
    """
    short = {text: clipped(text, width, ellipsis) for text in texts}
    times = Counter(short.values())
    return {
        text: fit(text, width, ellipsis) if times[words] > 1 else words
        for text, words in short.items()
    }


def left(text: str, width: int, ellipsis: str = "…") -> str:
    """Return `text` fitted and padded on the right to exactly `width` cells."""
    fitted = fit(text, width, ellipsis)
    return fitted + " " * (width - cell_len(fitted))


def right(text: str, width: int, ellipsis: str = "…") -> str:
    """Return `text` fitted and padded on the left to exactly `width` cells."""
    fitted = fit(text, width, ellipsis)
    return " " * (width - cell_len(fitted)) + fitted


def _head(text: str, width: int) -> str:
    used = end = 0
    for _, stop, cells in split_graphemes(text)[0]:
        if used + cells > width:
            break
        used += cells
        end = stop
    return text[:end].rstrip(JOINER)


def _tail(text: str, width: int) -> str:
    used, start = 0, len(text)
    for begin, _, cells in reversed(split_graphemes(text)[0]):
        if used + cells > width:
            break
        used += cells
        start = begin
    return text[start:]


def reading_words(seconds: float = 0) -> str:
    """Return what is said while an answer is on its way: `reading`, after 2 s `reading, 3 s`."""
    return f"reading, {int(seconds)} s" if seconds >= SLOW else "reading"
