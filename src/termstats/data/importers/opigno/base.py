"""What the parts of the Opigno importer share: the state of one import, and Drupal's dates."""

from __future__ import annotations

import json
import math
import re
from collections import Counter, namedtuple
from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from termstats.data.importers.opigno.structure import Training
from termstats.data.importers.opigno.tables import COLUMNS, HIDDEN, RECONCILED, TABLES
from termstats.data.importers.sources import cells
from termstats.data.importers.sources.moments import zone_named
from termstats.data.importers.sources.tables import TableSource
from termstats.data.importers.writing.base import ImportContext
from termstats.data.importers.writing.table_run import TableRun
from termstats.data.model.units import RowId, Second
from termstats.data.store import schema

ATTEMPT_LIMIT = 28_800
"""Seconds; a longer attempt is an outlier, its event counts no more than this."""
DAY = 86_400

_SHAPES: dict[str, Any] = {
    table: namedtuple(table, columns)  # noqa: PYI024
    for table, columns in COLUMNS.items()
}
_KEYS = ("id", "uid", "tid", "fid", "omr_id", "entity_id")
_ORDERS = {
    table: (next(key for key in _KEYS if key in columns), "delta", "langcode")
    for table, columns in COLUMNS.items()
}
"""table -> columns by which its rows are read: those of its primary key."""
_AS_JSON = frozenset({int, str, type(None)})
_encode = json.JSONEncoder(ensure_ascii=False).encode


class OpignoRun(TableRun):
    """One import: source id -> store id of what is written so far."""

    def __init__(self, source: TableSource, context: ImportContext, as_of: Second) -> None:
        super().__init__(source, context, TABLES)
        self.as_of = as_of
        self.names: dict[str, str] = {}
        """table -> its name at the source, prefix and all; absent tables are not here."""
        self.zones: dict[int, ZoneInfo] = {}
        """uid -> the person's own zone; `zone` is the site's."""
        self.people: dict[int, RowId] = {}
        self.trainings: dict[int, Training] = {}
        self.classes: dict[int, RowId] = {}
        self.sessions: dict[str, list[Any]] = {}
        """Kind of session -> its rows."""
        self.asked: dict[int, tuple[str | None, str | None]] = {}
        """Activity -> (what it asks, the correct answer)."""
        self.remarks: Counter[str] = Counter()
        """What the report notes -> how often it was met."""

    def name_of(self, table: str) -> str | None:
        """Return what the source calls `table`, prefix and all."""
        return self.names.get(table)

    async def rows(
        self, table: str, order_by: Sequence[str] = (), *, above: int | None = None
    ) -> AsyncIterator[Any]:
        """Yield the rows of `table` in the order of its key, as named tuples; see `TableRun.rows`.

        Translations and deleted field values are counted as refused and not given. Reconciled
        tables are copied to the store.
        """
        shape = _SHAPES[table]
        async for row in super().rows(table, order_by or _ORDERS[table], above=above):
            yield shape(*row)

    def as_read(self, table: str, number: int, row: Sequence[Any]) -> None:
        """Keep the row word for word where pages of the platform are reconciled with it."""
        if table not in RECONCILED:
            return
        data = {
            name: value if type(value) in _AS_JSON else json_value(value)
            for name, value in zip(COLUMNS[table], row, strict=True)
            if name not in HIDDEN
        }
        written = cells.text(_encode(data))
        self.writer.add(
            schema.reported_row, {"name": table, "key": f"{number:09}", "data": written}
        )

    def passed_over(self, table: str, row: Sequence[Any]) -> str:
        """Return why a row is passed over: a translation, or deleted by Drupal."""
        places = _PLACES[table]
        if places[0] is not None and not cells.flag(row[places[0]]):
            return "translation"
        if places[1] is not None and cells.flag(row[places[1]]):
            return "deleted at the source"
        return ""

    async def table(self, table: str) -> list[Any]:
        """Return the rows of a small table."""
        return [row async for row in self.rows(table)]

    async def field(self, table: str) -> dict[int, Any]:
        """Return entity -> first value of a field's table."""
        values: dict[int, Any] = {}
        async for row in self.rows(table):
            values.setdefault(row.entity_id, row[-1])
        return values

    def refuse(self, table: str, reason: str, row: object) -> None:
        """Count a row that `rows` gave as refused, and keep it in the bad-rows file."""
        if isinstance(row, tuple):
            named = zip(COLUMNS[table], row, strict=True)
            row = {name: value for name, value in named if name not in HIDDEN}
        super().refuse(table, reason, row)

    def person(self, uid: int) -> RowId:
        """Return the store's id of a person; an unknown one is kept as deleted."""
        if uid not in self.people:
            self.remarks["people with results whose account is deleted; kept and marked"] += 1
            self.people[uid] = self.writer.add(
                schema.person,
                {
                    "key": str(uid),
                    "name": f"deleted user {uid}",
                    "deleted": 1,
                    "counted": 0,
                },
            )
        return self.people[uid]

    def moment(self, value: object, uid: int | None = None) -> Second | None:
        """Return a date without zone as seconds UTC: read in the zone of who wrote it, if known.

        1970 is the platform's way to say that it does not know: None.
        """
        zone = self.zone if uid is None else self.zones.get(uid, self.zone)
        at = cells.moment(value, zone)
        return None if at is None or at < 2 * DAY else at


_PLACES = {
    table: tuple(
        columns.index(name) if name in columns else None for name in ("default_langcode", "deleted")
    )
    for table, columns in COLUMNS.items()
}


def json_value(value: object) -> object:
    """Return a value as JSON takes it, the same from a dump and from every driver."""
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    value = cells.plain(value)
    if isinstance(value, float | Decimal):
        read = cells.number(value)
        return int(read) if read is not None and read.is_integer() else read
    return value if isinstance(value, bool | None) else cells.text(value)


def number_of(value: object) -> int:
    """Return a whole number of any driver, texts too; fractions are cut, 0 when it is none."""
    exact = cells.whole(value)
    if exact is None:
        exact = cells.whole(math.trunc(cells.number(value) or 0))
    return exact or 0


def stamp(value: object) -> Second | None:
    """Return a moment kept as seconds UTC; 0 means never: None."""
    return cells.seconds(number_of(value)) or None


def site_zone(data: str) -> ZoneInfo | None:
    """Return the zone in Drupal's setting `system.date`, which is serialised PHP."""
    match = re.search(r's:8:"timezone";.*?s:7:"default";s:\d+:"([^"]+)"', data, re.DOTALL)
    return zone_named(match[1]) if match else None
