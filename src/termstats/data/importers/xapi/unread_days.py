"""Days of a log on which something has changed since it was imported."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from termstats.data.importers.writing.last_import import parts_of
from termstats.data.importers.xapi.clickhouse import DAY, ClickHouse
from termstats.data.importers.xapi.doors import FINGERPRINTS
from termstats.data.importers.xapi.fingerprints import Fingerprint, changed_days, fingerprint_of
from termstats.data.importers.xapi.statements import SECOND
from termstats.data.model.plural import counted
from termstats.data.model.units import RowId, Second
from termstats.data.store.connecting import reading

_FRESH = 60.0
"""Seconds for which the log is not asked again."""
_SHOWN = 3


@dataclass
class UnreadDays:
    """Compares a log with what it was when a store was made of it."""

    store: Path
    source: RowId
    _lock: Lock = field(default_factory=Lock)
    _asked: float = float("-inf")
    _now: Fingerprint = field(default_factory=dict)

    def notes(self, server: ClickHouse, low: Second, high: Second) -> tuple[str, ...]:
        """Return what must be said of the seconds from `low` on, before `high`.

        Raises:
            SourceError: the server does not answer.
        """
        with self._lock:
            if time.monotonic() - self._asked > _FRESH:
                self._now, self._asked = fingerprint_of(server), time.monotonic()
            before = self._before()
        if before is None:
            return ("Whether the log has changed since the import is not known.",)
        days = changed_days(_between(before, low, high), _between(self._now, low, high))
        if not days:
            return ()
        listed = ", ".join(days[-_SHOWN:])
        more = f" and {counted(len(days) - _SHOWN, 'more day')}" if len(days) > _SHOWN else ""
        return (
            f"The log has changed since the import on {listed}{more} (UTC): incomplete here until "
            "it is imported again.",
        )

    def _before(self) -> Fingerprint | None:
        with reading(self.store) as connection:
            marks = parts_of(connection, self.source).get("marks", {})
        found = marks.get(FINGERPRINTS)
        return found[0] if found else None


def _between(days: Fingerprint, low: Second, high: Second) -> Fingerprint:
    """Return the days of UTC that hold one of these seconds."""
    first, last = low * SECOND // DAY, (high - 1) * SECOND // DAY
    return {
        key: value
        for key, value in days.items()
        if (day := key.partition("/")[2]).isdecimal() and first <= int(day) <= last
    }
