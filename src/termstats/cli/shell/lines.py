"""Lines for a voice: plain characters, wrapped between words and never within a number."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from termstats.data.model.text import clean

WIDTH = 72
"""Most characters of a line; a longer word stays whole."""
_DRAWN = re.compile("[\u2500-\u259f\u25a0-\u25ff\u2800-\u28ff]")
"""Boxes, blocks, shapes and braille: drawings, which a voice reads out one by one."""
_MARKS = str.maketrans({"–": " to ", "·": ",", "›": ",", "→": "to", "…": "..."})
_MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_WITHIN = re.compile(
    rf"(?<=\d) (?=(?:%|h|min|s|ms|d|of|{_MONTH})(?!\w)|\d)"
    r"|(?<=\d h) (?=\d)|(?<= of) (?=\d)|(?<=\d [A-Z][a-z]{2}) (?=\d{4}\b)"
)
"""The blanks within a number or date: `64 %`, `1 h 30 min`, `3 of 7`, `20 Nov 2026`."""
_JOINED = "\x00"
_COMMANDS = {
    "0": "filter off",
    "F": "filter",
    "p": "period",
    "]": "period on",
    "[": "period back",
    "x": "everybody on",
}
"""Key of the dashboard that figures name where they are empty -> what is said here."""
_KEY = re.compile(r"(?<=[ ,])[0Fpx[\]](?= (?:to|for)\b)")

_PRESS = re.compile(r"\b[Pp]ress ")


def sayable(text: object) -> str:
    """Return text from anywhere as one safe line without drawings."""
    return _DRAWN.sub("?", clean(text))


def plain(words: str) -> str:
    """Return words of ours, written for screens, without signs that a voice stumbles over."""
    said = re.sub(r"\bvs ", "against ", words.translate(_MARKS))
    said = re.sub(r"\[([^][]*)\]", r"\1", re.sub(r"(?<=\w)\.\.(?=\d)", " to ", said))
    said = said.replace(", p another", "; say period for another")
    if _PRESS.search(said):
        said = _KEY.sub(lambda key: _COMMANDS[key[0]], said)
        said = _PRESS.sub(lambda press: "Say " if press[0][0] == "P" else "say ", said)
    return re.sub(r" +,", ",", re.sub(r" {2,}", " ", said))


def lowered(heading: str) -> str:
    """Return a heading as it stands inside a line: `Last activity` as `last activity`."""
    return heading if heading[1:2].isupper() else heading[:1].lower() + heading[1:]


def wrapped(line: str, width: int = WIDTH) -> Iterator[str]:
    """Yield a line in pieces of at most `width` characters; what follows a number is indented."""
    number = re.match(r" *\d+\. ", line)
    indent = " " * len(number[0]) if number else ""
    words = _WITHIN.sub(_JOINED, sayable(line)).split(" ")
    piece, is_begun = "", False
    for word in words:
        if is_begun and len(piece) + 1 + len(word) > width:
            yield piece.replace(_JOINED, " ").rstrip()
            piece = indent + word
        else:
            piece = f"{piece} {word}" if is_begun else word
        is_begun = True
    yield piece.replace(_JOINED, " ").rstrip()


def text_of(lines: Iterable[str], width: int = WIDTH) -> str:
    """Return lines as they are written, each with its end."""
    return "".join(f"{piece}\n" for line in lines for piece in wrapped(line, width))
