"""Small stores written by hand, through the same import that real platforms take."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from termstats.data.figures.definition.run import run_figure
from termstats.data.importers.writing.base import ImportContext, ImportOptions
from termstats.data.importers.writing.run import run_import
from termstats.data.importers.writing.writer import StoreWriter
from termstats.data.model.entity import Entity
from termstats.data.model.filter_base import Filter
from termstats.data.model.period_text import parse_period
from termstats.data.model.request import Param, Request
from termstats.data.model.table import Table
from termstats.data.model.units import RowId, Second
from termstats.data.query.filter_text import parse
from termstats.data.query.scope import Scope, scope_of
from termstats.data.store import schema
from termstats.data.store.opening import Store, open_store

FLAGS = ("staff", "excluded", "blocked", "deleted", "anonymous", "bot")


def when(text: str, zone: str = "UTC") -> Second:
    """Return the moment `2026-03-01` or `2026-03-01 10:00` in `zone`."""
    return Second(int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp()))


class Hand:
    """Writes rows by the names a test uses; every key is also the name unless one is given."""

    def __init__(self, writer: StoreWriter) -> None:
        self.writer = writer
        self.ids: dict[tuple[str, str], RowId] = {}
        self._serial = 0

    def _add(self, table: Any, key: str, **values: Any) -> RowId:
        new = self.writer.add(table, {"key": key, **values})
        self.ids[table.name, key] = new
        return new

    def id(self, table: str, key: str | None) -> RowId | None:
        return None if key is None else self.ids[table, key]

    def person(self, key: str, name: str | None = None, **values: Any) -> RowId:
        counted = int(not any(values.get(flag) for flag in FLAGS))
        return self._add(
            schema.person,
            key,
            **{"name": name or key, "username": key, "counted": counted, **values},
        )

    def training(self, key: str, title: str | None = None, **values: Any) -> RowId:
        return self._add(schema.training, key, title=title or key, **values)

    def tag(self, training: str, kind: str, value: str) -> None:
        row = {"training_id": self.id("training", training), "kind": kind, "value": value}
        self.writer.add(schema.training_tag, row)

    def module(self, key: str, training: str, **values: Any) -> RowId:
        defaults = {"title": key, "kind": "quiz", "training_id": self.id("training", training)}
        if "parent" in values:
            values["parent_id"] = self.id("module", values.pop("parent"))
        return self._add(schema.module, key, **{**defaults, **values})

    def activity(self, key: str, training: str, module: str | None = None, **values: Any) -> RowId:
        defaults = {
            "title": key,
            "type": "question",
            "training_id": self.id("training", training),
            "module_id": self.id("module", module),
        }
        return self._add(schema.activity, key, **{**defaults, **values})

    def question(self, key: str, module: str, activity: str | None = None, **values: Any) -> RowId:
        defaults = {
            "title": key,
            "label": key,
            "type": "choice",
            "module_id": self.id("module", module),
            "activity_id": self.id("activity", activity),
        }
        return self._add(schema.question, key, **{**defaults, **values})

    def enrol(self, person: str, training: str, at: str | None = None, **values: Any) -> None:
        for name in ("completed_at", "withdrawn_at", "ended_at", "valid_until"):
            if isinstance(values.get(name), str):
                values[name] = when(values[name])
        self.writer.add(
            schema.enrolment,
            {
                "person_id": self.id("person", person),
                "training_id": self.id("training", training),
                "enrolled_at": None if at is None else when(at),
                **values,
            },
        )

    def complete(self, person: str, training: str, activity: str, at: str) -> None:
        self.writer.add(
            schema.completion,
            {
                "person_id": self.id("person", person),
                "training_id": self.id("training", training),
                "activity_id": self.id("activity", activity),
                "at": when(at),
            },
        )

    def attempt(self, key: str, person: str, training: str, module: str, **values: Any) -> RowId:
        for name in ("started_at", "finished_at"):
            if isinstance(values.get(name), str):
                values[name] = when(values[name])
        return self._add(
            schema.attempt,
            key,
            **{
                "person_id": self.id("person", person),
                "training_id": self.id("training", training),
                "module_id": self.id("module", module),
                **values,
            },
        )

    def answer(self, attempt: str, question: str, **values: Any) -> None:
        self.writer.add(
            schema.answer,
            {
                "attempt_id": self.id("attempt", attempt),
                "question_id": self.id("question", question),
                **values,
            },
        )

    def event(
        self,
        at: str | int,
        person: str | None,
        kind: str,
        training: str | None = None,
        *,
        action: str | None = None,
        **values: Any,
    ) -> None:
        self._serial += 1
        for name in ("object", "package", "module", "activity", "session"):
            if name in values:
                table = "object" if name == "package" else name
                values[f"{name}_id"] = self.id(table, values.pop(name))
        if "target" in values:
            values["target_person_id"] = self.id("person", values.pop("target"))
        if isinstance(values.get("server_at"), str):
            values["server_at"] = when(values["server_at"])
        if "place" in values:
            values["place_id"] = self.writer.place(*values.pop("place"))
        objects = [self.ids["object", key] for key in values.pop("further", ())]
        self.writer.add_event(
            Second(at) if isinstance(at, int) else when(at),
            self._serial,
            {
                "key": str(self._serial),
                "person_id": self.id("person", person),
                "training_id": self.id("training", training),
                "action_id": self.writer.action(kind, action or kind),
                **values,
            },
            objects=objects,
        )

    def class_(self, key: str, trainings: tuple[str, ...] = (), **values: Any) -> RowId:
        new = self._add(schema.class_, key, **{"title": key, **values})
        for training in trainings:
            self.writer.add(
                schema.class_training,
                {"class_id": new, "training_id": self.id("training", training)},
            )
        return new

    def member(self, class_: str, person: str, role: str = "learner", **values: Any) -> None:
        self.writer.add(
            schema.class_member,
            {
                "class_id": self.id("class", class_),
                "person_id": self.id("person", person),
                "role": role,
                **values,
            },
        )

    def sub_class(self, child: str, parent: str) -> None:
        self.writer.add(
            schema.class_parent,
            {"class_id": self.id("class", child), "parent_id": self.id("class", parent)},
        )

    def object(self, key: str, kind: str, title: str | None = None, **values: Any) -> RowId:
        return self._add(schema.object_, key, kind=kind, title=title or key, **values)

    def grant(self, person: str, role: str, **values: Any) -> None:
        self.writer.add(
            schema.grant, {"person_id": self.id("person", person), "role": role, **values}
        )

    def award(self, key: str, person: str, kind: str, training: str | None, at: str) -> None:
        self._add(
            schema.award,
            key,
            kind=kind,
            name=key,
            person_id=self.id("person", person),
            training_id=self.id("training", training),
            at=when(at),
        )

    def point(
        self, person: str, points: float, training: str | None = None, at: str | None = None
    ) -> None:
        self._serial += 1
        self._add(
            schema.point,
            f"point {self._serial}",
            person_id=self.id("person", person),
            training_id=self.id("training", training),
            points=points,
            at=None if at is None else when(at),
        )


Fill = Callable[[Hand], object]


@dataclass
class HandImporter:
    """An importer whose source is a function."""

    fill: Fill
    platform: str = "hand"
    title: str = "Hand-made"
    example: str = ""
    help: str = "made by a test"
    keeps_history: bool = False

    async def run(self, location: str, context: ImportContext) -> None:
        found = self.fill(Hand(context.writer))
        if isinstance(found, Awaitable):
            await found


async def make_store(
    folder: Path,
    fill: Fill,
    *,
    zone: str = "UTC",
    as_of: str = "2026-03-31 18:00",
    name: str = "store.sqlite3",
    platform: str = "hand",
) -> Path:
    """Write a store with `fill` and return its path."""
    path = folder / name
    options = ImportOptions(zone=zone, as_of=when(as_of))
    await run_import(HandImporter(fill, platform), "by hand", path, options)
    return path


async def entity(store: Store, param: Param, key: str) -> Entity:
    """Return the entity with that platform key."""
    from sqlalchemy import select

    table = {
        Param.TRAINING: schema.training,
        Param.LEARNER: schema.person,
        Param.CLASS: schema.class_,
        Param.MODULE: schema.module,
        Param.ATTEMPT: schema.attempt,
        Param.ACTIVITY: schema.activity,
        Param.FUNCTION: schema.object_,
        Param.OBJECT: schema.object_,
        Param.USER: schema.person,
    }[param]
    async with store.connect() as connection:
        row = (await connection.execute(select(table.c.id).where(table.c.key == key))).one()
    return Entity(row.id, key, key)


async def report(
    path: Path,
    figure_id: str,
    period: str = "2026-03",
    *,
    viewer: str | None = None,
    keys: dict[Param, str] | None = None,
    **options: Any,
) -> Table:
    """Run one figure of the store file at `path`."""
    store = await open_store(path)
    try:
        async with store.connect() as connection:
            scope = await scope_of(connection, viewer)
        entities = tuple(
            [(param, await entity(store, param, key)) for param, key in (keys or {}).items()]
        )
        request = Request(
            parse_period(period, store.info.now, store.info.coverage), entities, **options
        )
        return await run_figure(store, figure_id, request, scope)
    finally:
        await store.close()


def dicts(table: Table) -> list[dict[str, Any]]:
    """Return the rows as dictionaries."""
    names = [column.name for column in table.columns]
    return [dict(zip(names, row, strict=True)) for row in table.rows]


async def filters_of(store: Path, text: str) -> tuple[Filter, ...]:
    """Return the filters that `text` names."""
    opened = await open_store(store)
    try:
        return await parse(opened, Scope(), text)
    finally:
        await opened.close()
