"""What the parts of the Datagrok importer share: its tables, and the state of one import."""

from __future__ import annotations

from dataclasses import dataclass

from termstats.data.importers.sources import cells
from termstats.data.importers.sources.tables import TableSource
from termstats.data.importers.writing.base import ImportContext
from termstats.data.importers.writing.table_run import TableRun, columns_of
from termstats.data.model.units import RowId, Second

CORE = "Core"
"""The package of what belongs to no package: the platform itself."""
EVENT_LIMIT = 14_400
"""Seconds; a longer run is an outlier."""

_TABLES = {
    # Tables without which nothing can be said.
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
TABLES = columns_of(_TABLES | _OPTIONAL_TABLES)
REQUIRED = {table: TABLES[table].must for table in _TABLES}
"""table -> columns that every version has."""


@dataclass(frozen=True)
class StoredObject:
    """An object of the store. `package` is the id of the package it belongs to, or its own."""

    id: RowId
    kind: str
    name: str
    package: RowId


class DatagrokRun(TableRun):
    """One import: source id -> store id of what is written so far."""

    def __init__(self, source: TableSource, context: ImportContext) -> None:
        super().__init__(source, context, TABLES)
        self.people: dict[str, RowId] = {}
        self.personal: dict[str, RowId] = {}
        """Personal group -> person."""
        self.sessions: dict[str, PlatformSession] = {}
        self.packages: dict[str, StoredObject] = {}
        """Name, id and id of every published version -> package."""
        self.functions: dict[tuple[RowId, str], StoredObject] = {}
        """(package, name) -> function."""
        self.entities: dict[str, StoredObject] = {}
        """Entity -> its package, where it has one."""
        self.deleted: set[str] = set()
        self.objects: dict[str, StoredObject] = {}
        """Entity -> what it is in the store."""
        self.tags: dict[str, list[str]] = {}
        """Entity -> its tags, by name."""
        self.tagged: set[str] = set()
        """Entities whose tags an object of the store has."""

    @property
    def core(self) -> StoredObject:
        """Return the package of what belongs to none."""
        return self.packages[CORE]

    async def has(self, table: str, column: str) -> bool:
        """Return whether the source has that column."""
        return column in await self.source.columns(table)

    @property
    def with_network_data(self) -> bool:
        """Return whether addresses, e-mail and stack traces may be kept."""
        return self.context.options.with_network_data


@dataclass
class PlatformSession:
    """A session: its place in the store, whose it is, and when it was last used."""

    id: RowId
    person: RowId | None
    started: Second | None
    last: Second | None
    ip: str | None

    def used(self, second: Second) -> None:
        """Note that something happened in it."""
        self.started = second if self.started is None else min(self.started, second)
        self.last = second if self.last is None else max(self.last, second)


def key(value: object) -> str:
    """Return an id, which is a text or a UUID, as text; NULL is empty."""
    return cells.id_key(value).lower()


def plain_text(value: object) -> str:
    """Return a text column without the blanks around it; NULL and the word `null` are empty."""
    text = cells.text(value).strip()
    return "" if text == "null" else text


def first_of(*values: object) -> str:
    """Return the first text that is not empty."""
    return next((text for value in values if (text := plain_text(value))), "")


def seconds_between(start: object, end: object) -> float | None:
    """Return the seconds from one date-time of the source to another, with fractions."""
    begin, finish = cells.instant(start), cells.instant(end)
    return None if begin is None or finish is None else (finish - begin).total_seconds()
