"""Dates and durations in the words of the languages that Moodle's files are saved in."""

from __future__ import annotations

import re
import unicodedata
from datetime import tzinfo
from functools import lru_cache

from termstats.data.importers.sources import cells
from termstats.data.model.units import Second

_MONTHS = (
    ("jan", "ene"),
    ("fev", "feb"),
    ("mar",),
    ("apr", "abr", "avr"),
    ("may", "mai"),
    ("jun", "juin"),
    ("jul", "juil"),
    ("aug", "ago", "aou"),
    ("sep", "set"),
    ("oct", "okt", "out"),
    ("nov",),
    ("dec", "dez", "dic"),
)
"""How the months begin, without accents; of two that fit a word the longer one counts."""
_ENGLISH = "January February March April May June July August September October November December"
_UNITS = {
    **dict.fromkeys(
        ("d", "day", "days", "j", "jour", "jours", "dia", "dias", "tag", "tage"), 86_400
    ),
    **dict.fromkeys(("h", "hour", "hours", "heure", "heures", "hora", "horas"), 3_600),
    **dict.fromkeys(("std", "stunde", "stunden"), 3_600),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes", "minuto", "minutos"), 60),
    "minuten": 60,
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds", "sek", "sekunde", "sekunden"), 1),
    **dict.fromkeys(("seg", "segs", "segundo", "segundos", "seconde", "secondes"), 1),
}
"""Word -> seconds."""
_PART = re.compile(r"(?<!\d)(\d{1,9})\s*([a-z]+)\.?")
_DATE = re.compile(
    r"(?P<day>\d{1,2})\.?\s+(?:de\s+)?(?P<month>[a-z]+)\.?,?\s+(?:de\s+)?(?P<year>\d{4})"
    r"(?P<rest>.*)"
)
_CLOCK = re.compile(r"\d{1,2}[:h.]\d{2}(?::\d{2})?(?:\s*[ap]\.?\s?m\b\.?)?")

_BETWEEN = re.compile(r"(?<=\d)[h.](?=\d)")
"""What may stand between hours and minutes instead of a colon."""


def moment(text: str, zone: tzinfo, order: cells.Order) -> Second | None:
    """Return a date-time as seconds UTC, or None when it is none; `zone`: that of the file."""
    at = cells.instant(plain_date(text), zone, order)
    return None if at is None else cells.second_of(at)


@lru_cache(maxsize=4_096)
def plain_date(text: str) -> str:
    """Return a date in words of any of the languages as `5 March 2024 09:07`; others as they are.

    Weekdays, and words such as `de` or `à`, are left out.
    """
    match = _DATE.search(_without_accents(text))
    if match is None:
        return text
    month = _month(match["month"])
    if not month:
        return text
    clock = _CLOCK.search(match["rest"])
    written = _BETWEEN.sub(":", clock[0]) if clock else ""
    return f"{match['day']} {month} {match['year']} {written}".strip()


def _month(word: str) -> str:
    fitting = [
        (len(begin), number)
        for number, begins in enumerate(_MONTHS)
        for begin in begins
        if word.startswith(begin)
    ]
    return _ENGLISH.split()[max(fitting)[1]] if fitting else ""


def duration(text: str) -> float | None:
    """Return seconds of `1 hour 3 mins 5 secs` in any of the languages; None: it is none."""
    plain = _without_accents(text)
    parts = _PART.findall(plain)
    if not parts or any(unit not in _UNITS for _number, unit in parts):
        return cells.duration(text)
    return float(sum(int(number) * _UNITS[unit] for number, unit in parts))


def _without_accents(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
