"""A tiny Datagrok database with invented content, in SQLite or PostgreSQL: the same statements."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

Rows = dict[str, list[dict[str, Any]]]

DDL = (
    "CREATE TABLE events (id uuid PRIMARY KEY, event_type_id uuid, session_id uuid, "
    "event_time timestamp, friendly_name text, description text, error_message text, "
    "error_stack_trace text, is_error bool, request_id text)",
    "CREATE TABLE event_types (id uuid PRIMARY KEY, name text, friendly_name text, source text, "
    "is_error bool, error_source text, error_stack_trace_hash text)",
    "CREATE TABLE event_parameters (id uuid PRIMARY KEY, event_type_id uuid, name text, type text)",
    "CREATE TABLE event_parameter_values (event_id uuid, parameter_id uuid, value text, "
    "value_uuid uuid)",
    "CREATE TABLE users_sessions (id uuid PRIMARY KEY, user_id uuid, started timestamp, ip text)",
    "CREATE TABLE users (id uuid PRIMARY KEY, login text, name text, first_name text, "
    "last_name text, friendly_name text, email text, joined timestamp, picture text, "
    "group_id uuid)",
    "CREATE TABLE groups (id uuid PRIMARY KEY, friendly_name text)",
    "CREATE TABLE groups_relations (parent_id uuid, child_id uuid)",
    "CREATE TABLE packages (id uuid PRIMARY KEY, name text, friendly_name text, category text)",
    "CREATE TABLE published_packages (id uuid PRIMARY KEY, name text, package_id uuid)",
    "CREATE TABLE entities (id uuid PRIMARY KEY, name text, package_id uuid, entity_type_id uuid, "
    "is_deleted bool)",
    "CREATE TABLE funcs (id uuid PRIMARY KEY, name text)",
    "CREATE TABLE func_params (id uuid PRIMARY KEY, func_id uuid, name text, type text, "
    "is_input bool)",
    "CREATE TABLE func_calls (id uuid PRIMARY KEY, func_id uuid, started timestamp, "
    "ended timestamp)",
    "CREATE TABLE func_call_values (func_call_id uuid, func_param_id uuid, value text, "
    "value_uuid uuid, value_array text[], value_string text, data_frame_value_name text)",
    "CREATE TABLE projects (id uuid PRIMARY KEY, name text, friendly_name text, is_root bool, "
    "is_package bool, is_dashboard bool, is_entity bool)",
    "CREATE TABLE tags (entity_id uuid, tag text)",
    "CREATE TABLE queries (id uuid PRIMARY KEY, name text, connection_id uuid, author_id uuid, "
    "created_on timestamp)",
    "CREATE TABLE connections (id uuid PRIMARY KEY, name text, data_source text, author_id uuid, "
    "created_on timestamp)",
    "CREATE TABLE reports (number integer, error_stack_trace_hash text)",
)


def uid(name: str) -> str:
    """Return the id of the thing a test calls `name`."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, name))


def named(**columns: Any) -> dict[str, Any]:
    """Return a row whose ids are given by name: `id`, `*_id` and `value_uuid`."""
    return {
        column: uid(value) if value and (column == "value_uuid" or column[-2:] == "id") else value
        for column, value in columns.items()
    }


def event(name: str, at: str, session: str | None, type_: str, **columns: Any) -> dict[str, Any]:
    """Return an event at `10:00` or `10:00:04` of 15 May 2024."""
    row = named(id=name, session_id=session, event_type_id=type_)
    return {**row, "event_time": f"2024-05-15 {at}", **columns}


def parameter(event_: str, name: str, value: str | None = None, **columns: Any) -> dict[str, Any]:
    """Return the value of the parameter `name` of an event; `entity` refers to one."""
    return named(event_id=event_, parameter_id=name, value=value, value_uuid=columns.get("entity"))


def reference() -> Rows:
    """Return the events E of the reference, with everything they refer to."""
    return {
        "users": [
            named(id="u1", login="ulla", first_name="Ulla", last_name="One", group_id="p-u1")
            | {"joined": "2023-01-01 00:00:00", "email": "ulla@invalid.example"},
            named(id="u2", login="udo", friendly_name="Udo Two", group_id="p-u2")
            | {"joined": "2024-05-14 00:00:00"},
        ],
        "groups": [
            *(named(id=name, friendly_name=name) for name in ("G1", "G2", "p-u1", "p-u2")),
        ],
        "groups_relations": [
            named(parent_id="G1", child_id="G2"),
            named(parent_id="G1", child_id="p-u1"),
            named(parent_id="G2", child_id="G1"),
            named(parent_id="G2", child_id="p-u2"),
        ],
        "users_sessions": [
            named(id="s1", user_id="u1") | {"started": "2024-05-15 10:00:00", "ip": "192.0.2.7"},
            named(id="s2", user_id="u2") | {"started": "2024-05-15 12:00:00", "ip": "192.0.2.8"},
        ],
        "packages": [named(id=f"{name}-id", name=name) for name in ("P1", "P2", "P3")],
        "published_packages": [
            named(id=f"{name}-v{version}", name=name, package_id=f"{name}-id")
            for name in ("P1", "P2", "P3")
            for version in (1, 2)
        ],
        "entities": [
            named(id="entity-a", name="a", package_id="P2-v1"),
            named(id="entity-b", name="b", package_id="P3-v2"),
            named(id="f-idle", name="idle", package_id="P3-v2"),
            named(id="f-run", name="run", package_id="P1-v2"),
        ],
        "funcs": [named(id="f-idle", name="idle"), named(id="f-run", name="run")],
        **_log(),
    }


def _log() -> Rows:
    """Return the events E with their types and parameters."""
    return {
        "event_types": [
            named(id="t-start", friendly_name="datagrok-started", source="usage"),
            named(id="t-run", name="run", friendly_name="run", source="function"),
            named(id="t-join", name="join", friendly_name="join", source="function"),
            named(id="t-error", friendly_name="NullError", source="error", is_error="true")
            | {"error_source": "package", "error_stack_trace_hash": "h4sh"},
            named(id="t-server", friendly_name="server-started", source="audit"),
        ],
        "event_parameters": [
            named(id="package", event_type_id="t-run", name="package", type="string"),
            named(id="a", event_type_id="t-join", name="a", type="entity_id"),
            named(id="b", event_type_id="t-join", name="b", type="entity_id"),
        ],
        "event_parameter_values": [
            parameter("e2", "package", "P1"),
            parameter("e3", "b", "null", entity="entity-b"),
            parameter("e3", "a", "null", entity="entity-a"),
            parameter("e4", "package", "P1"),
        ],
        "events": [
            event("e1", "10:00:00", "s1", "t-start"),
            event("e2", "10:02:00", "s1", "t-run"),
            event("e3", "10:05:00", "s1", "t-join"),
            event("e4", "12:00:00", "s2", "t-run"),
            event("e5", "12:01:00", "s2", "t-error", error_message="x is null"),
            event("e6", "15:00:00", "s1", "t-start"),
            event("e7", "16:00:00", None, "t-server"),
        ],
    }


def statements(
    rows: Rows, *, without: tuple[str, ...] = (), altered: tuple[str, ...] = ()
) -> Iterator[str]:
    """Yield the statements that make the database, but the tables `without`; then `altered`."""
    for ddl in DDL:
        if ddl.split()[2] not in without:
            yield ddl
    yield from altered
    for table, entries in rows.items():
        for row in entries:
            columns = ", ".join(row)
            values = ", ".join(_literal(value) for value in row.values())
            yield f"INSERT INTO {table} ({columns}) VALUES ({values})"  # noqa: S608


def _literal(value: object) -> str:
    return "NULL" if value is None else "'" + str(value).replace("'", "''") + "'"


def make(
    path: Path, rows: Rows, *, without: tuple[str, ...] = (), altered: tuple[str, ...] = ()
) -> Path:
    """Write the database as a SQLite file."""
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements(rows, without=without, altered=altered):
            connection.execute(statement)
        connection.commit()
    return path
