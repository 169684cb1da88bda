"""The values by which a store describes itself, checked in one place: files come from others."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from termstats.data.model.dates import parse_day
from termstats.data.model.errors import StoreError, UsageError
from termstats.data.model.group_sizes import LARGEST, SMALLEST
from termstats.data.model.period import FIRST_SECOND, LAST_SECOND
from termstats.data.model.text import clean
from termstats.data.model.units import DayNumber, RowId, Second
from termstats.data.store import schema

_DAY = 86_400
_MOST = 2**63 - 1
"""The largest whole number of SQLite."""
_LONGEST = 40
"""Characters of a wrong value that are shown."""
MIN_GROUP = "min_group"
"""The setting that says of how many people at least numbers are shown."""
ANEW = "import the source again into a new file, or restore a copy"


@dataclass(frozen=True)
class SourceInfo:
    """One imported platform, as the store describes it."""

    id: RowId
    name: str
    platform: str
    title: str
    version: str | None
    zone: str | None
    as_of: Second
    first_day: DayNumber | None
    last_day: DayNumber | None
    two_clocks: bool
    has_time: bool
    has_clock: bool
    rules: dict[str, Any]
    report: dict[str, Any]

    @property
    def has_totals(self) -> bool:
        """Return whether it gives totals without dates."""
        return bool(self.rules.get("totals"))

    @property
    def log_at(self) -> str:
        """Return where the events stay that the store lacks; empty: it has them."""
        return clean(self.rules[schema.LOG]["at"]) if schema.LOG in self.rules else ""

    @property
    def publishes_results(self) -> bool:
        """Return whether the platform says at the end who failed: before, nobody has."""
        return self.rules.get("results") == "published"


class Values:
    """The named values of one row of a store, each read as what it has to be.

    All methods raise a `StoreError` that names the value.
    """

    def __init__(self, path: Path | str, of: str, values: Mapping[str, Any]) -> None:
        self._path = path
        self._of = of
        self._values = values

    def wrong(self, name: str, wanted: str) -> StoreError:
        """Return the error that says that a value is not what is wanted."""
        shown = clean(repr(self._values.get(name)))
        shown = shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}..."
        return StoreError(f"{self._path}: {name} of {self._of} is {shown}, not {wanted}; {ANEW}")

    def text(self, name: str) -> str:
        """Return a text, safe for a terminal."""
        text = self.text_or_none(name)
        if text is None:
            raise self.wrong(name, "a text")
        return text

    def text_or_none(self, name: str) -> str | None:
        """Return a text, safe for a terminal, or None."""
        value = self._values.get(name)
        if value is not None and not isinstance(value, str):
            raise self.wrong(name, "a text")
        return None if value is None else clean(value)

    def number(self, name: str, low: int = 0, high: int = _MOST) -> int:
        """Return a whole number between the two, both included."""
        number = self.number_or_none(name, low, high)
        if number is None:
            raise self.wrong(name, "a whole number")
        return number

    def number_or_none(self, name: str, low: int = 0, high: int = _MOST) -> int | None:
        """Return a whole number between the two, both included, or None."""
        value = self._values.get(name)
        if value is not None and (not isinstance(value, int) or not low <= value <= high):
            raise self.wrong(name, f"a whole number from {low} to {high}")
        return value

    def day_or_none(self, name: str) -> DayNumber | None:
        """Return the number of a day, or None."""
        number = self.number_or_none(name, FIRST_SECOND // _DAY, LAST_SECOND // _DAY)
        return None if number is None else DayNumber(number)

    def flag(self, name: str) -> bool:
        """Return what is 0 or 1."""
        return bool(self.number(name, 0, 1))

    def record(self, name: str) -> dict[str, Any]:
        """Return a JSON object; an empty one where there is none."""
        text = self._values.get(name)
        try:
            record = json.loads(text) if text is not None else {}
        except (ValueError, TypeError, RecursionError):
            record = None
        if not isinstance(record, dict):
            raise self.wrong(name, "a JSON object")
        return record

    def zone_or_none(self, name: str) -> str | None:
        """Return the name of a time zone, or None."""
        zone = self.text_or_none(name)
        try:
            return None if zone is None else ZoneInfo(zone).key
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise self.wrong(name, "a time zone") from None


def check_settings(path: Path | str, settings: Mapping[str, Any]) -> ZoneInfo:
    """Check what `store_setting` says, and return the reporting zone.

    Raises:
        StoreError: another version, expired, or a value that is none.
    """
    values = Values(path, "the store", settings)
    if "schema_version" not in settings:
        raise values.wrong("schema_version", "a whole number")
    text = values.text("schema_version")
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(_MOST))):
        raise values.wrong("schema_version", "a whole number")
    _check_version(path, int(text))
    for name in ("expires", "snapshot"):
        _check_day(path, values, name)
    _check_min_group(values)
    zone = values.zone_or_none("zone")
    return ZoneInfo(zone or "UTC")


def _check_min_group(values: Values) -> None:
    text = values.text_or_none(MIN_GROUP)
    is_number = text is not None and text.isascii() and text.isdecimal() and len(text) <= 4
    if text is not None and not (is_number and SMALLEST <= int(text) <= LARGEST):
        raise values.wrong(MIN_GROUP, f"a whole number from {SMALLEST} to {LARGEST}")


def _check_version(path: Path | str, version: int) -> None:
    if version != schema.SCHEMA_VERSION:
        way_out = (
            "import the source again into a new store"
            if version < schema.SCHEMA_VERSION
            else "update termstats"
        )
        raise StoreError(
            f"{path}: the store has schema version {version}, "
            f"this termstats reads {schema.SCHEMA_VERSION}; {way_out}"
        )


def _check_day(path: Path | str, values: Values, name: str) -> None:
    """Check a setting that may be a date; after the day `expires` names nothing opens."""
    text = values.text_or_none(name)
    if text is None:
        return
    try:
        day: date = parse_day(text)
    except UsageError:
        raise values.wrong(name, "a date") from None
    if name == "expires" and datetime.now(UTC).date() > day:
        raise StoreError(f"{path}: this snapshot expired on {day}; ask its maker for a new one")


def standing_day_of(values: Sequence[Any]) -> DayNumber | None:
    """Return the day as of which `standing` is; None: none is named, or nothing that is a day.

    Then states are worked out of history: nothing has to be said.
    """
    text = values[0] if len(values) == 1 else None
    if not isinstance(text, str) or not re.fullmatch(r"[0-9]{1,7}", text):
        return None
    return DayNumber(int(text))


def source_of(path: Path | str, row: Mapping[str, Any]) -> SourceInfo:
    """Return what a row of `source` says of one platform.

    Raises:
        StoreError: a value that is none; names it.
    """
    values = Values(path, f"source {clean(row.get('name'))}", row)
    first, last = values.day_or_none("first_day"), values.day_or_none("last_day")
    if (first is None) != (last is None) or (first or 0) > (last or 0):
        raise values.wrong("first_day", f"a day before last_day ({last})")
    return SourceInfo(
        id=RowId(values.number("id", 1)),
        name=values.text("name"),
        platform=values.text("platform"),
        title=values.text("title"),
        version=values.text_or_none("version"),
        zone=values.zone_or_none("zone"),
        as_of=Second(values.number_or_none("as_of", FIRST_SECOND, LAST_SECOND) or 0),
        first_day=first,
        last_day=last,
        two_clocks=values.flag("two_clocks"),
        has_time=values.flag("has_time"),
        has_clock=values.flag("has_clock"),
        rules=_checked_rules(values),
        report=_checked_report(values),
    )


def _checked_rules(values: Values) -> dict[str, Any]:
    """Return the rules of a source; what they say of a log that stays elsewhere has its types."""
    rules = values.record("rules")
    log = rules.get(schema.LOG, {"at": "", "until": 0, "read": 0})
    is_whole = (
        isinstance(log, dict)
        and isinstance(log.get("at"), str)
        and all(type(log.get(name)) is int for name in ("until", "read"))
    )
    if not is_whole:
        raise values.wrong("rules", "rules")
    return rules


def _checked_report(values: Values) -> dict[str, Any]:
    """Return the report of an import; what `termstats check` shows of it has its types."""
    report = values.record("report")
    tables = report.get("tables", {})
    is_whole = isinstance(tables, dict) and all(map(_is_table, tables.values()))
    if not is_whole or not all(_is_texts(report.get(name, [])) for name in ("gaps", "notes")):
        raise values.wrong("report", "the report of an import")
    return report


def _is_texts(words: Any) -> bool:
    return isinstance(words, list) and all(isinstance(each, str) for each in words)


def _is_table(counts: Any) -> bool:
    if not isinstance(counts, dict) or not isinstance(counts.get("refused"), dict):
        return False
    examples = counts.get("examples", {})
    if not isinstance(examples, dict) or not _is_texts(list(examples.values())):
        return False
    numbers = [counts.get("read"), counts.get("kept"), *counts["refused"].values()]
    return all(type(number) is int and 0 <= number <= _MOST for number in numbers)
