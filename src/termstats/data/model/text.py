"""The one sanitiser of untrusted text, and how values are written for people."""

from __future__ import annotations

import json
import math
import re
from decimal import ROUND_HALF_UP, Decimal

from termstats.data.model.invisible import EMOJI, INVISIBLE, is_needed

_UNSAFE = rf"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff{INVISIBLE}]"
_ANY_UNSAFE = re.compile(_UNSAFE)
_EMOJI_OR_UNSAFE = re.compile(rf"({EMOJI})|{_UNSAFE}")
NO_VALUE = "-"
"""Shown for NULL: "no value", which is not zero."""


_CODE = re.compile(r"[a-z][a-z0-9]*(?:[_:][a-z0-9]+)*")


def clean(text: object) -> str:
    """Return `text` safe for a terminal and on one line.

    Control, bidirectional and line-breaking characters, lone surrogates and what nobody would see
    become U+FFFD, one for one: a name with such a character never looks like one without. Joiners
    and the like stay where the script around them needs them.
    """
    written = str(text)
    return _EMOJI_OR_UNSAFE.sub(_safe, written) if _ANY_UNSAFE.search(written) else written


def _safe(unsafe: re.Match[str]) -> str:
    """Return an emoji, and an invisible character that is needed, as it is."""
    is_kept = unsafe[1] or is_needed(unsafe.string, unsafe.start())
    return unsafe[0] if is_kept else "\ufffd"


def one_line(text: str | None) -> str | None:
    """Return `text` with line breaks, tabs and runs of blanks as one blank; None stays None."""
    return None if text is None else " ".join(text.split())


def with_example(reason: str, example: str | None) -> str:
    """Return a reason with an example of what it is about, where there is one."""
    return f"{reason}, such as {example}" if example else reason


def localised(text: str | None, language: str = "en") -> str:
    """Return one language of a title that may be a JSON object `{"en": ...}`.

    Takes `language`, else the first, else the raw text.
    """
    if not text:
        return ""
    if text.lstrip().startswith("{"):
        try:
            by_language = json.loads(text)
        except (ValueError, RecursionError):
            return text
        if isinstance(by_language, dict) and by_language:
            chosen = by_language.get(language)
            return str(chosen if chosen is not None else next(iter(by_language.values())) or "")
    return text


def spelt(code: str) -> str:
    """Return a platform's code as a person reads it: `mod_quiz:attempt_started` as words.

    What is no code, such as a name or an address, stays as it is.
    """
    return code.replace("_", " ").replace(":", ": ") if _CODE.fullmatch(code) else code


def round_half_up(value: float, digits: int = 0) -> float:
    """Return `value` rounded half away from zero, as people round."""
    step = Decimal(1).scaleb(-digits)
    return float(Decimal(repr(value)).quantize(step, ROUND_HALF_UP))


def show_count(value: float | None) -> str:
    """Return a whole number with thousands separators."""
    if value is None or not math.isfinite(value):
        return NO_VALUE
    return f"{int(round_half_up(value)):,}"


def show_number(value: float | None) -> str:
    """Return a number with at most two decimals."""
    if value is None or not math.isfinite(value):
        return NO_VALUE
    # Plus zero: a little below zero is "0", not "-0".
    text = f"{round_half_up(value, 2) + 0.0:,.2f}"
    return text.rstrip("0").rstrip(".")


def show_mean(value: float | None) -> str:
    """Return a mean of counts: with decimals where they matter, and never 0 for a little."""
    if value is None or not math.isfinite(value) or abs(value) >= 10:
        return show_count(value)
    return "< 0.01" if 0 < value < 0.005 else show_number(value)


def show_percent(value: float | None) -> str:
    """Return a percentage without decimals."""
    if value is None or not math.isfinite(value):
        return NO_VALUE
    return f"{int(round_half_up(value))} %"


def show_duration(seconds: float | None) -> str:
    """Return a duration in its two largest units: `1 h 30 min`; `2.5 s`, `140 ms` if short."""
    if seconds is None or not math.isfinite(seconds):
        return NO_VALUE
    tenths = round_half_up(seconds, 1)
    if 0 < round_half_up(abs(seconds), 3) < 1:
        return f"{int(round_half_up(1000 * seconds))} ms"
    if abs(tenths) < 10 and not tenths.is_integer():
        return f"{tenths} s"
    whole = int(round_half_up(abs(seconds)))
    sign = "-" if seconds < 0 and whole else ""
    if whole < 60:
        return f"{sign}{whole} s"
    minutes = int(round_half_up(whole / 60)) if whole >= 3600 else whole // 60
    if minutes < 60:
        rest = whole % 60
        return f"{sign}{minutes} min {rest} s" if rest and minutes < 10 else f"{sign}{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours >= 100 or not minutes:
        return f"{sign}{hours:,} h"
    return f"{sign}{hours} h {minutes} min"
