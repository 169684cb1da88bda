"""A log that stays in ClickHouse: its events as the store would hold them, a part at a time."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import uuid
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any
from zoneinfo import ZoneInfo

from termstats.data.importers.writing.base import BadRows, ImportReport, Intake, TableReport
from termstats.data.importers.xapi.clickhouse import ClickHouse, open_clickhouse
from termstats.data.importers.xapi.event_rows import rows_of
from termstats.data.importers.xapi.importer import VOIDED
from termstats.data.importers.xapi.intake import StatementIntake
from termstats.data.importers.xapi.known import Known, known_to
from termstats.data.importers.xapi.log_parts import MOST, Part, number_of, parts_of, seconds_of
from termstats.data.importers.xapi.staging import Staging
from termstats.data.importers.xapi.statements import Reading
from termstats.data.importers.xapi.unread_days import UnreadDays
from termstats.data.model.errors import SourceError, StoreError
from termstats.data.model.units import Second
from termstats.data.store.elsewhere.bringing import Brought
from termstats.data.store.elsewhere.wanted import Wanted
from termstats.data.store.settings import SourceInfo

_LONGEST = 60
"""Seconds after which the server stops a query."""
_STOP_AGAIN = 0.3
"""Seconds between two words to the server that a query is to end."""
_PIECE = 2_000
"""Seconds of events in one query."""


@dataclass
class _Asking:
    """The queries of one question to a log, which can be stopped."""

    name: str = field(default_factory=lambda: f"termstats-{uuid.uuid4().hex}")
    number: int = 0
    is_stopped: bool = False

    def settings(self) -> dict[str, Any]:
        """Return what goes with the next query.

        Raises:
            StoreError: it is not wanted any more.
        """
        if self.is_stopped:
            raise StoreError("stopped")
        self.number += 1
        return {"query_id": f"{self.name}-{self.number}", "max_execution_time": _LONGEST}


class _Nowhere(BadRows):
    """Refused rows were kept by the import."""

    def __init__(self) -> None:
        super().__init__(Path(), ImportReport("", ""))

    def add(self, *_row: object, **_more: object) -> None:
        """Keep nothing."""


@dataclass
class StayingLog:
    """The log of a source that stays in ClickHouse; see `EventLog`."""

    store: Path
    source: SourceInfo
    location: str
    """With the password, where there is one."""
    _opened: ExitStack = field(default_factory=ExitStack)
    _lock: Lock = field(default_factory=Lock)

    async def fetch(self, wanted: Wanted) -> Brought:
        """Return the events that are wanted, and others of the same seconds; see `EventLog`."""
        asking = _Asking()
        work = asyncio.ensure_future(asyncio.to_thread(self._fetch, wanted, asking))
        try:
            return await asyncio.shield(work)
        except asyncio.CancelledError:
            asking.is_stopped = True
            while not work.done():
                with contextlib.suppress(asyncio.CancelledError):
                    await asyncio.to_thread(self._stop, asking)
                with contextlib.suppress(asyncio.CancelledError):
                    await asyncio.wait({work}, timeout=_STOP_AGAIN)
            work.exception()  # was looked at
            raise
        except (SourceError, sqlite3.Error) as error:
            raise StoreError(f"{error} (events are read from there; day tables are not)") from error

    def close(self) -> None:
        """Close the connection."""
        self._opened.close()

    @cached_property
    def _known(self) -> Known:
        return known_to(self.store, VOIDED)

    @cached_property
    def _server(self) -> ClickHouse:
        return self._opened.enter_context(open_clickhouse(self.location))

    @cached_property
    def _unread(self) -> UnreadDays:
        return UnreadDays(self.store, self.source.id)

    def _stop(self, asking: _Asking) -> None:
        """Have the server stop the queries of one question."""
        with contextlib.suppress(SourceError), open_clickhouse(self.location) as server:
            for _row in server.rows(f"KILL QUERY WHERE query_id LIKE '{asking.name}-%' ASYNC"):
                pass

    def _fetch(self, wanted: Wanted, asking: _Asking) -> Brought:
        with self._lock:  # what is known of store and server is read once
            known, server, unread = self._known, self._server, self._unread
        server = replace(server, settings=asking.settings)
        rule = self.source.rules
        until = Second(min(wanted.high, int(rule["log"]["until"]) + 1))
        wanted = replace(wanted, high=until)
        if wanted.low >= until:
            return Brought((), wanted.low)
        low, where = self._where(server, wanted, known)
        staging = self._staged(server, where)
        rows = rows_of(staging, known, self.source.id)
        staging.connection.close()
        return Brought(rows, low, unread.notes(server, low, until))

    def _where(
        self, server: ClickHouse, wanted: Wanted, known: Known
    ) -> tuple[Second, list[tuple[Part, str]]]:
        """Return from which second on all is read, and the conditions by which it is read."""
        parts, low = parts_of(server, wanted, known), wanted.low
        if not parts:
            return low, []
        if wanted.newest is None and not any(part.narrows for part in parts):
            if (number := number_of(server, parts)) > MOST:
                raise too_many(number)
            return low, [(part, part.within(wanted.low, wanted.high)) for part in parts]
        found = seconds_of(server, parts, wanted.newest)
        if sum(number for _second, number in found) > MOST:
            raise too_many(None)
        seconds = sorted(second for second, _number in found)
        if wanted.newest is not None and len(found) >= wanted.newest:
            low = seconds[0]
        pieces = [seconds[at : at + _PIECE] for at in range(0, len(seconds), _PIECE)]
        return low, [(part, part.at(piece)) for piece in pieces for part in parts]

    def _staged(self, server: ClickHouse, where: Sequence[tuple[Part, str]]) -> Staging:
        """Return the statements that meet the conditions, without those that others void."""
        staging = Staging(sqlite3.connect(":memory:"))
        told = self.source.rules["log"]
        reading = Reading("en", ZoneInfo(self.source.zone or "UTC"), Second(int(told["read"])))
        nowhere = Intake("", TableReport(), _Nowhere(), lambda *_progress: None)
        intake = StatementIntake(staging, reading, nowhere)
        for part, condition in where:
            part.read(server, intake, condition)
        staging.kill(self._known.voided)
        return staging


def too_many(number: int | None) -> StoreError:
    """Return the error that says that more events are wanted than are fetched."""
    said = f"{number:,}" if number else f"more than {MOST:,}"
    return StoreError(
        f"this needs {said} rows of a log that stays in ClickHouse, and {MOST:,} are read at "
        "most; choose a shorter period, or a person or a training"
    )
