"""The one place that reads a cell: whatever a file or a driver hands over, as a value of ours.

A reader returns None (or an empty text) for what it cannot read, and never raises: the importer
refuses the row, or leaves the cell empty.
"""

from __future__ import annotations

import json
import math
import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal
from uuid import UUID

from termstats.data.importers.sources.moments import (
    Order,
    day,
    has_clock,
    instant,
    moment,
    second_of,
    seconds,
)

__all__ = [
    "Mark",
    "Order",
    "day",
    "decimal_mark",
    "duration",
    "flag",
    "has_clock",
    "id_key",
    "instant",
    "moment",
    "number",
    "plain",
    "second_of",
    "seconds",
    "text",
    "whole",
]

Mark = Literal[".", ",", ""]
"""What stands before decimals; nothing: not known."""
YES = frozenset(("1", "true", "t", "yes", "y"))
NO = frozenset(("", "0", "false", "f", "no", "n", "none", "null"))
LARGEST = (1 << 63) - 1
"""The largest whole number that a store holds."""
PLAIN = frozenset((int, str, float, bool, type(None)))
"""Types that need no `plain`."""
_HASHABLE = (date, timedelta, UUID)
_GROUPED = re.compile(
    r"(?P<sign>[-+]?)(?P<first>\d{1,3})(?P<mark>[ \u00a0\u202f\u2009'\u2019.,])"
    r"(?P<groups>\d{3}(?:(?P=mark)\d{3})*)(?:(?P<point>[.,])(?P<part>\d+))?",
    re.ASCII,
)
_ONE_GROUP = re.compile(r"(?P<first>[-+]?[1-9]\d{0,2})(?P<mark>[.,])(?P<rest>\d{3})", re.ASCII)
"""`1.234`: with a mark of thousands or of decimals."""
_DECIMALS = re.compile(r"[-+]?\d+(?P<mark>[.,])\d+", re.ASCII)
_COMMA = re.compile(r"[-+]?\d+,\d+", re.ASCII)
_WHOLE_AS_FLOAT = re.compile(r"^\s*(-?\d+)\.0+\s*$", re.ASCII)
_CLOCK = re.compile(r"(\d+):([0-5]\d):([0-5]\d(?:\.\d+)?)")
_ISO_DURATION = re.compile(
    r"P(?=.)(?:(\d{1,9})D)?(?:T(?=.)(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9}(?:\.\d+)?)S)?)?",
    re.ASCII,
)


def text(value: object) -> str:
    """Return a cell as text that a database takes: no lone surrogates, no NUL; NULL is empty."""
    if isinstance(value, str):
        written = value
    elif value is None:
        return ""
    elif isinstance(value, bytes | bytearray | memoryview):
        written = bytes(value).decode("utf-8", "replace")
    elif isinstance(value, list | tuple | dict):
        written = json.dumps(value, ensure_ascii=False, default=str)
    else:
        written = str(value)
    if not written.isascii():
        written = written.encode("utf-8", "replace").decode()
    return written.replace("\0", "") if "\0" in written else written


def plain(value: object) -> object:
    """Return a cell of any driver as a value that can be compared, kept in a set and stored.

    Bytes and lists become text, numbers that are none become None.
    """
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Decimal):
        return value if value.is_finite() else None
    if type(value) in PLAIN or isinstance(value, _HASHABLE):
        return value
    return text(value)


def decimal_mark(text: str) -> Mark:
    """Return what stands before decimals where a number is so written; nothing if it may be both.

    `90,5` has a comma, `1.234.567` must have one; `1.234` and `1,234` may be either.
    """
    text = text.strip()
    grouped = _GROUPED.fullmatch(text)
    if grouped and grouped["mark"] in ".," and (grouped["point"] or len(grouped["groups"]) > 3):
        mark: Mark = "," if grouped["mark"] == "." else "."
        return mark if grouped["point"] in (None, mark) else ""
    if (match := _DECIMALS.fullmatch(text)) and not _ONE_GROUP.fullmatch(text):
        return "," if match["mark"] == "," else "."
    return ""


def number(value: object, decimal: Mark = "") -> float | None:
    """Return a number: of any driver, or as people write it: `90,5`, `1 234`, `1,234.5`.

    `decimal` is the mark before decimals in this file, where it is known: else `1.234` has one,
    and `1,234` is none, since it may be either.
    """
    if value is None:
        return None
    if isinstance(value, str):
        if "_" in value:
            return None
        if decimal and (match := _ONE_GROUP.fullmatch(value.strip())):
            between = "." if match["mark"] == decimal else ""
            return float(f"{match['first']}{between}{match['rest']}")
    try:
        read = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        written = _as_python(value.strip()) if isinstance(value, str) else None
        if written is None:
            return None
        read = float(written)
    return read if math.isfinite(read) else None


def _as_python(written: str) -> str | None:
    """Return a number with marks of thousands or a decimal comma as Python writes it."""
    match = _GROUPED.fullmatch(written)
    if match and match["mark"] != match["point"]:
        is_either = match["mark"] == "," and not match["point"] and len(match["groups"]) == 3
        if not is_either:
            groups = match["groups"].replace(match["mark"], "")
            return f"{match['sign']}{match['first']}{groups}.{match['part'] or 0}"
        if match["first"] != "0":
            return None
    return written.replace(",", ".") if _COMMA.fullmatch(written) else None


def whole(
    value: object, least: int = -LARGEST, most: int = LARGEST, decimal: Mark = ""
) -> int | None:
    """Return a whole number in `least`..`most`, also where it is written as `-159.0` or `1e3`."""
    if (
        isinstance(value, int)
        or isinstance(value, str)
        and re.fullmatch(r"\s*[-+]?\d{1,19}\s*", value, re.ASCII)
    ):
        exact = int(value)
    else:
        read = number(value, decimal)
        if read is None or not read.is_integer():
            return None
        exact = int(read)
    return exact if least <= exact <= most else None


def flag(value: object, *, unknown: bool = False) -> bool:
    """Return whether a cell says yes: 1, true, yes... `unknown`: what other words say."""
    if value is None:
        return False
    if isinstance(value, str | bytes):
        word = text(value).strip().casefold()
        if word in NO:
            return False
        if word in YES:
            return True
    read = number(value)
    return unknown if read is None else bool(read)


def duration(value: object, decimal: Mark = "") -> float | None:
    """Return seconds: a number of them, an interval of a driver, `1:30:05` or `PT1H30M5S`."""
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, str) and (match := _CLOCK.fullmatch(value.strip())):
        hours, minutes, seconds = match.groups()
        return float(int(hours[:9]) * 3600 + int(minutes) * 60) + float(seconds)
    if isinstance(value, str) and (match := _ISO_DURATION.fullmatch(value.strip())):
        days, hours, minutes, seconds = (float(part or 0) for part in match.groups())
        return days * 86_400 + hours * 3600 + minutes * 60 + seconds
    return number(value, decimal)


def id_key(value: object) -> str:
    """Return an id as the text that tells rows apart: `5`, `5.0` and 5 are one; NULL is empty.

    `5E+15` stays a text of its own: what writes an id so has lost its last digits.
    """
    if isinstance(value, str):
        return text(_WHOLE_AS_FLOAT.sub(r"\1", value) if "." in value else value)
    if value is None:
        return ""
    exact = None if isinstance(value, bytes) else whole(value)
    return text(value) if exact is None else str(exact)
