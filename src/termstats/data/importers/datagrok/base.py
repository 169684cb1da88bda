"""What the parts of the Datagrok importer share: its tables, and the state of one import."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from termstats.data.importers.sources.opening import Needed, TableSource, moment
from termstats.data.importers.writing.base import ImportContext
from termstats.data.model.errors import SourceError

CORE = "Core"
"""The package of what belongs to no package: the platform itself."""
EVENT_LIMIT = 14_400
"""Seconds; a longer run is an outlier."""

_TABLES = {
    # Tables without which nothing can be said. `?`: columns that some versions lack.
    "events": "id event_time event_type_id session_id? friendly_name? description? "
    "error_message? error_stack_trace? is_error? request_id? source?",
    "event_types": "id friendly_name? name? source? is_error? error_source? "
    "error_stack_trace_hash? package_id?",
    "users_sessions": "id user_id started? ip?",
    "users": "id login? name? first_name? last_name? friendly_name? email? joined? group_id?",
}
_OPTIONAL_TABLES = {
    "event_parameters": "id name type?",
    "event_parameter_values": "event_id parameter_id value? value_uuid?",
    "groups": "id friendly_name? name?",
    "groups_relations": "parent_id child_id",
    "packages": "id name friendly_name? category?",
    "published_packages": "id name package_id?",
    "entities": "id package_id? is_deleted?",
    "projects": "id name friendly_name? is_package? is_entity?",
    "project_relations": "project_id entity_id",
    "funcs": "id name friendly_name?",
    "func_params": "id func_id name is_input?",
    "func_calls": "id func_id started ended session_id?",
    "func_call_values": "func_call_id func_param_id value? value_uuid? value_array? "
    "value_string? data_frame_value_name?",
    "queries": "id name friendly_name? author_id? created_on?",
    "connections": "id name friendly_name? author_id? created_on?",
    "tags": "entity_id tag",
    "reports": "number? error_stack_trace_hash",
}
COLUMNS = {
    table: tuple(name.rstrip("?") for name in names.split())
    for table, names in {**_TABLES, **_OPTIONAL_TABLES}.items()
}
"""table -> columns, in the order in which `Run.rows` gives them."""
REQUIRED: Needed = {
    table: [name for name in names.split() if not name.endswith("?")]
    for table, names in _TABLES.items()
}


@dataclass(frozen=True)
class Thing:
    """An object of the store. `package` is the id of the package it belongs to, or its own."""

    id: int
    kind: str
    name: str
    package: int


@dataclass
class Run:
    """One import: the source, the context, and source id -> store id of what is written so far."""

    source: TableSource
    context: ImportContext
    people: dict[str, int] = field(default_factory=dict)
    personal: dict[str, int] = field(default_factory=dict)
    """Personal group -> person."""
    sessions: dict[str, Session] = field(default_factory=dict)
    packages: dict[str, Thing] = field(default_factory=dict)
    """Name, id and id of every published version -> package."""
    functions: dict[tuple[int, str], Thing] = field(default_factory=dict)
    """(package, name) -> function."""
    entities: dict[str, Thing] = field(default_factory=dict)
    """Entity -> its package, where it has one."""
    deleted: set[str] = field(default_factory=set)
    objects: dict[str, Thing] = field(default_factory=dict)
    """Entity -> what it is in the store."""
    tags: dict[str, list[str]] = field(default_factory=dict)
    """Entity -> its tags, by name."""
    tagged: set[str] = field(default_factory=set)
    """Entities whose tags an object of the store has."""

    @property
    def core(self) -> Thing:
        """Return the package of what belongs to none."""
        return self.packages[CORE]

    async def has(self, table: str, column: str) -> bool:
        """Return whether the source has that column."""
        return column in await self.source.columns(table)

    async def rows(
        self, table: str, order_by: tuple[str, ...] = ("id",)
    ) -> AsyncIterator[tuple[Any, ...]]:
        """Yield the rows of `table`; none when it is absent.

        Every row counts as kept until `refuse` is called for it.
        """
        have = set(await self.source.columns(table))
        if not have:
            return
        names = [name for name in COLUMNS[table] if name in have]
        places = [names.index(n) if n in have else -1 for n in COLUMNS[table]]
        order = [name for name in order_by if name in names]
        counts = self.context.report.table(table)
        total = await self.source.count(table)
        async for batch in self.source.batches(table, names, order):
            counts.read += len(batch)
            counts.kept += len(batch)
            self.context.progress(table, counts.read, total)
            for row in batch:
                yield tuple(None if place < 0 else row[place] for place in places)
        if counts.read != total:
            raise SourceError(
                f"{self.source.name}: {table} has {total} rows but gave {counts.read}; "
                "import again, from a copy if the server is busy"
            )

    def refuse(self, table: str, reason: str, row: object) -> None:
        """Count a row that `rows` gave as refused, and keep it in the bad-rows file."""
        self.context.report.table(table).kept -= 1
        self.context.bad_rows.refuse(table, reason, row)

    @property
    def zone(self) -> ZoneInfo:
        """Return the zone of moments that carry none."""
        return ZoneInfo(self.context.options.source_zone or "UTC")

    def moment(self, value: object) -> int | None:
        """Return a date-time of the source as seconds UTC."""
        return moment(value, self.zone)

    @property
    def with_network_data(self) -> bool:
        """Return whether addresses, e-mail and stack traces may be kept."""
        return self.context.options.with_network_data


@dataclass
class Session:
    """A session: its place in the store, whose it is, and when it was last used."""

    id: int
    person: int | None
    started: int | None
    last: int | None
    ip: str | None

    def used(self, second: int) -> None:
        """Note that something happened in it."""
        self.started = second if self.started is None else min(self.started, second)
        self.last = second if self.last is None else max(self.last, second)


def key(value: object) -> str:
    """Return an id, which is a text or a UUID, as text; NULL is empty."""
    return "" if value is None else str(value).lower()


def words(value: object) -> str:
    """Return a text column as one text that a database takes; NULL and `null` are empty."""
    text = "" if value is None else str(value).strip()
    # SQLite and PostgreSQL take neither lone surrogates nor NUL.
    return "" if text == "null" else text.encode("utf-8", "replace").decode().replace("\0", "")


def first_of(*values: object) -> str:
    """Return the first text that is not empty."""
    return next((found for value in values if (found := words(value))), "")


def truth(value: object) -> bool:
    """Return a boolean column, which drivers give as 0/1, bool or text."""
    return str(value).strip().lower() in ("1", "true", "t", "yes")


def seconds_between(start: object, end: object) -> float | None:
    """Return the seconds from one date-time of the source to another, with fractions."""
    moments = [_exact(value) for value in (start, end)]
    if moments[0] is None or moments[1] is None:
        return None
    return (moments[1] - moments[0]).total_seconds()


def _exact(value: object) -> datetime | None:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError:
            return None
    if not isinstance(value, datetime):
        return None
    return value if value.tzinfo is not None else value.replace(tzinfo=UTC)
