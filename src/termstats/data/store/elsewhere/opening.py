"""Finds the log of a store whose events stay where they are.

A store file comes from others and may name any server: none is asked but the one that whoever looks
at it names too, in TERMSTATS_LOG.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from termstats.data.model.errors import StoreError
from termstats.data.model.redaction import masked, remember
from termstats.data.store.elsewhere.bringing import Brought, EventLog
from termstats.data.store.elsewhere.wanted import Wanted
from termstats.data.store.schema import LOG
from termstats.data.store.settings import SourceInfo
from termstats.paths import LOG_VARIABLE

_READERS = {"xapi": ("termstats.data.importers.xapi.staying", "StayingLog")}
"""Platform -> module and class that read its log: the importer's own, which this floor cannot know
but by name."""


@dataclass(frozen=True)
class NoLog:
    """A log that cannot be read here; says why."""

    reason: str

    async def fetch(self, _wanted: Wanted) -> Brought:
        """Say why there are no events.

        Raises:
            StoreError: always.
        """
        raise StoreError(self.reason)

    def close(self) -> None:
        """Nothing is open."""


def need_events(sources: Sequence[SourceInfo], what: str) -> None:
    """Check that a store has its events.

    Raises:
        StoreError: they stay elsewhere; `what` would lack them.
    """
    for source in sources:
        if source.log_at:
            raise StoreError(
                f"the events of this store stay in {source.log_at}, and {what} would lack them; "
                "import without --log-stays for that"
            )


def log_of(file: Path | None, sources: Sequence[SourceInfo]) -> EventLog | None:
    """Return the log whose events a store in `file` lacks; None: it has all of its events.

    Nothing is connected to before events are wanted.
    """
    source = next((each for each in sources if LOG in each.rules), None)
    if source is None:
        return None
    at = source.log_at
    if file is None or source.platform not in _READERS:
        return NoLog(f"the events of this store stay in {at}; read them from the store's own file")
    location = os.environ.get(LOG_VARIABLE, "")
    remember(location)
    if masked(location) != at:
        return NoLog(
            f"the events stay in {at}; set {LOG_VARIABLE} to that URL, with its password "
            "(day tables are here)"
        )
    module, name = _READERS[source.platform]
    log: EventLog = getattr(import_module(module), name)(file, source, location)
    return log
