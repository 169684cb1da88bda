"""Events of Datagrok: runs of functions, errors, and everything that people did."""

from __future__ import annotations

import json
from collections import defaultdict, deque
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from termstats.data.importers.datagrok.base import (
    EVENT_LIMIT,
    DatagrokRun,
    StoredObject,
    first_of,
    key,
    plain_text,
)
from termstats.data.importers.datagrok.calls import Call, Calls
from termstats.data.importers.datagrok.objects import function_named, package_named
from termstats.data.importers.sources import cells
from termstats.data.model.causes import FOLLOWS, REQUEST, is_part_of
from termstats.data.model.units import RowId, Second
from termstats.data.store import schema

FUNCTION_SOURCES = ("function", "function-package", "script", "data-query")


@dataclass(frozen=True)
class Type:
    """A type of event."""

    key: str
    name: str
    called: str
    """Its technical name, which functions go by."""
    source: str
    is_error: bool
    error_source: str
    error_hash: str
    package: str


@dataclass(frozen=True)
class Value:
    """One parameter of an event."""

    name: str
    value: str
    entity: str
    """Id of the entity it refers to, if it does."""


async def read_types(run: DatagrokRun) -> dict[str, Type]:
    """Return the types of events by id."""
    types = {}
    async for row in run.rows("event_types"):
        kind, friendly, name, source, is_error, error_source, error_hash, package = row
        types[key(kind)] = Type(
            key(kind),
            (first_of(friendly, name) or key(kind))[:120],
            first_of(name, friendly) or key(kind),
            plain_text(source),
            cells.flag(is_error),
            plain_text(error_source),
            plain_text(error_hash),
            key(package),
        )
    return types


async def stage_values(run: DatagrokRun) -> None:
    """Copy the parameters of events to a temporary table: the source has one reader at a time."""
    connection = run.context.writer.connection
    connection.execute("DROP TABLE IF EXISTS temp.datagrok_value")
    # Events come in the order of time, not of their ids: a lookup each, so it has to be cheap.
    connection.execute("PRAGMA temp.cache_size = -65536")
    connection.execute(
        "CREATE TEMP TABLE datagrok_value (event, name, param, place, value, entity, "
        "PRIMARY KEY (event, name, param, place)) WITHOUT ROWID"
    )
    names = {}
    async for param, name, kind in run.rows("event_parameters"):
        names[key(param)] = ((first_of(name) or key(param))[:120], plain_text(kind))
    table = "event_parameter_values"
    insert = "INSERT INTO datagrok_value VALUES (?, ?, ?, ?, ?, ?)"
    rows: list[tuple[str | int, ...]] = []
    place = 0
    async for row in run.rows(table, ("event_id", "parameter_id")):
        event, param, value, reference = row
        if key(param) not in names:
            run.refuse(table, "unknown parameter", row)
            continue
        name, kind = names[key(param)]
        entity = first_of(reference) or (plain_text(value) if kind == "entity_id" else "")
        shown = first_of(value, reference)
        rows.append((key(event), name, key(param), place, shown, entity.lower()))
        place += 1
        if len(rows) >= 5_000:
            connection.executemany(insert, rows)
            rows.clear()
    connection.executemany(insert, rows)


def values_of(run: DatagrokRun, event: str) -> list[Value]:
    """Return the parameters of an event by name, then id."""
    rows = run.context.writer.connection.execute(
        "SELECT name, value, entity FROM datagrok_value WHERE event = ? "
        "ORDER BY name, param, entity, value",
        (event,),
    )
    return [Value(*row) for row in rows]


def named_packages(run: DatagrokRun, values: list[Value]) -> list[StoredObject]:
    """Return the packages that an event's parameters name: parameter `package`, then entities'."""
    packages = []
    for value in sorted(values, key=lambda value: value.name != "package"):
        named = run.packages.get(value.entity)
        if named is None and value.name == "package" and value.value:
            named = package_named(run, value.value)
        named = named or run.entities.get(value.entity)
        if named is not None:
            packages.append(named)
    return packages


def package_of(run: DatagrokRun, kind: Type, named: list[StoredObject]) -> StoredObject:
    """Return the one package of an event: the first that it names, else Core.

    Old versions say the package on the type of the event, or the type is a function.
    """
    if named:
        return named[0]
    return run.packages.get(kind.package) or run.entities.get(kind.key) or run.core


def object_of(
    run: DatagrokRun, kind: Type, values: list[Value], package: StoredObject
) -> StoredObject:
    """Return what an event was about: a function, an entity of `package`, or the package."""
    if kind.source in FUNCTION_SOURCES:
        return function_named(run, package, kind.called, entity=kind.key)
    for value in values:
        named = run.objects.get(value.entity)
        if named is not None and named.package == package.id:
            return named
    return package


@dataclass
class _Held:
    """An action that an error of the same request may still follow."""

    second: Second
    request: str
    row: dict[str, Any]


@dataclass(frozen=True)
class _Event:
    """One row of events, as it was logged."""

    key: str
    second: Second
    kind: Type
    session: str
    request: str
    source: str
    failed: bool
    words: str | None
    """What it says of itself."""
    trace: str

    @property
    def sort(self) -> str:
        """Return the kind of event that it is in the store."""
        if self.source in FUNCTION_SOURCES:
            return "function"
        return "error" if self.failed or self.source == "error" else "admin"


def _event_of(row: tuple[Any, ...], second: Second, kind: Type) -> _Event:
    (event, _at, _type, session, friendly, description, message, trace, is_error,
     request, old_source) = row  # fmt: skip
    return _Event(
        key(event),
        second,
        kind,
        key(session),
        plain_text(request),
        kind.source or plain_text(old_source) or "unknown",
        cells.flag(is_error) or kind.is_error,
        first_of(message, description, friendly) or None,
        plain_text(trace),
    )


def _extra(
    run: DatagrokRun, event: _Event, params: dict[str, str], packages: list[StoredObject]
) -> dict[str, object]:
    """Return what else is known of an event."""
    extra: dict[str, object] = {"source": event.source}
    if event.sort == "error":
        extra["source"] = event.kind.error_source or event.source
        if event.source != "error":
            extra[schema.TYPE_SOURCE] = event.source
        if "handled" in params:
            extra["handled"] = cells.flag(params["handled"])
    if len(packages) > 1 or packages == [run.core]:
        extra[schema.PLATFORM_PACKAGES] = tuple(package.name[:255] for package in packages)
    if run.with_network_data and event.trace:
        extra["stack"] = event.trace
    return extra


class EventWriter:
    """Writes events in the order of time, so that errors find the action that caused them."""

    def __init__(self, run: DatagrokRun, types: dict[str, Type], calls: Calls) -> None:
        self.run = run
        self.types = types
        self.calls = calls
        self._held: deque[tuple[_Held, str, dict[str, str]]] = deque()
        self._sources: dict[tuple[str, str], str] = {}
        """(kind, action) -> its source; an action has one."""

    async def write(self) -> None:
        """Write every event, then the calls without one."""
        async for row in self.run.rows("events", ("event_time", "id")):
            self._write(row)
        self._release(None)
        for call in self.calls.by_key.values():
            session = self.run.sessions.get(call.session)
            columns = {
                "key": call.key,
                "person_id": session.person if session else None,
                "session_id": session.id if session else None,
                "object_id": call.function.id,
                "package_id": call.function.package,
                "action_id": self.run.context.writer.action("function", call.function.name[:120]),
                "extra": json.dumps({"source": "function", "event": False}),
            }
            params = _with_call(columns, call)
            self.run.context.writer.add_event(call.started, call.key, columns, params)

    def _write(self, row: tuple[Any, ...]) -> None:
        second, kind = self.run.moment(row[1]), self.types.get(key(row[2]))
        if second is None:
            self.run.refuse("events", "no time", row)
        elif kind is None:
            self.run.refuse("events", "unknown type", row)
        else:
            self._release(second)
            self._write_event(_event_of(row, second, kind))

    def _write_event(self, event: _Event) -> None:
        """Write an event, or hold it as long as an error of its request may follow."""
        run, kind = self.run, event.kind
        values = values_of(run, event.key)
        packages = named_packages(run, values)
        package = package_of(run, kind, packages)
        target = object_of(run, kind, values, package)
        session = run.sessions.get(event.session)
        if session is not None:
            session.used(event.second)
        params = _params(values)
        if event.request:
            params[REQUEST] = event.request
        columns: dict[str, Any] = {
            "key": event.key,
            "person_id": session.person if session else None,
            "session_id": session.id if session else None,
            "action_id": self._action(event.sort, kind.name, event.source),
            "object_id": target.id,
            "package_id": package.id,
            "detail": event.words if event.words != kind.name else None,
        }
        if event.failed or event.sort == "error":
            columns["error"] = kind.error_hash or kind.name
            columns["missed"] = int(event.sort == "function")
        if event.sort == "error":
            self._blame(event.second, event.request, columns["error"])
        extra = _extra(run, event, params, packages)
        columns["extra"] = _as_json(tuple(extra.items()))
        if event.sort == "function":
            ids = (event.key, *(value.entity or value.value.lower() for value in values))
            call = self.calls.claim(target, run.core, event.second, event.session, ids)
            if call is not None:
                params = {**params, **_with_call(columns, call)}
        if event.request and event.sort != "error":
            held = _Held(event.second, event.request, columns)
            self._held.append((held, event.key, params))
        else:
            run.context.writer.add_event(event.second, event.key, columns, params)

    def _action(self, sort: str, name: str, source: str) -> RowId:
        """Return the action; one that another source has too is called `name (source)`."""
        if self._sources.setdefault((sort, name), source) != source:
            name = f"{name[: 117 - len(source)]} ({source})"
        return self.run.context.writer.action(sort, name)

    def _blame(self, second: Second, request: str, error: str) -> None:
        """Mark the actions of the same request, or of a parent of it, as followed by `error`."""
        for held, _tie, _params in self._held:
            related = is_part_of(request, held.request)
            if related and 0 <= second - held.second <= FOLLOWS and not held.row.get("error"):
                held.row["error"] = error

    def _release(self, second: Second | None) -> None:
        """Write the actions that no error from `second` on can have been caused by."""
        while self._held and (second is None or self._held[0][0].second < second - FOLLOWS):
            held, tie, params = self._held.popleft()
            self.run.context.writer.add_event(held.second, tie, held.row, params)


@lru_cache(maxsize=4_096)
def _as_json(pairs: tuple[tuple[str, object], ...]) -> str:
    """Return a JSON object; events repeat few of them many times."""
    return json.dumps(dict(pairs), ensure_ascii=False)


def _params(values: list[Value]) -> dict[str, str]:
    """Return name -> value; several values of one name are joined."""
    texts_by_name: dict[str, list[str]] = defaultdict(list)
    for value in values:
        texts_by_name[value.name].append(value.value)
    return {name: "; ".join(texts) for name, texts in texts_by_name.items()}


def _with_call(columns: dict[str, Any], call: Call) -> dict[str, str]:
    """Add what a call knows to its event; return its inputs and outputs."""
    columns["seconds"] = call.seconds
    if call.seconds is not None and not 0 <= call.seconds <= EVENT_LIMIT:
        columns["flags"] = schema.FLAG_OUTLIER
    return call.params
