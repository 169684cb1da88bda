"""Objects of Datagrok: packages, functions, projects, queries and connections.

Everything belongs to exactly one package, so that use by package adds up: what has none is Core's.
"""

from __future__ import annotations

import json
from collections import Counter

from termstats.data.importers.datagrok.base import (
    CORE,
    DatagrokRun,
    StoredObject,
    first_of,
    key,
    plain_text,
)
from termstats.data.importers.sources import cells
from termstats.data.model.units import RowId, Second
from termstats.data.store import schema

_AUTHORED = {"queries": "query", "connections": "connection"}


async def write_objects(run: DatagrokRun) -> None:
    """Write packages, what they hold, and projects, with their tags."""
    await _read_tags(run)
    await _write_packages(run)
    await _read_entities(run)
    await _write_functions(run)
    async for row in run.rows("projects"):
        project, name, friendly, is_package, is_entity = row
        if not cells.flag(is_package) and not cells.flag(is_entity):
            title = first_of(friendly, name) or f"project {key(project)}"
            _write(run, "project", key(project), title)
    for table, kind in _AUTHORED.items():
        async for entity, name, friendly, author, created in run.rows(table):
            title = first_of(friendly, name) or f"{kind} {key(entity)}"
            owner = run.people.get(key(author))
            _write(run, kind, key(entity), title, owner, run.moment(created))


async def write_reports(run: DatagrokRun) -> None:
    """Write how often each group of equal errors was reported by a person."""
    reports: Counter[str] = Counter()
    async for row in run.rows("reports", ("number", "error_stack_trace_hash")):
        if plain_text(row[1]):
            reports[plain_text(row[1])[:120]] += 1
        else:
            run.refuse("reports", "no error", row)
    for group, number in sorted(reports.items()):
        row_of_group = {"name": schema.ERROR_REPORTS, "part": group, "value": number}
        run.context.writer.add(schema.reported, row_of_group)


async def _read_tags(run: DatagrokRun) -> None:
    names_by_entity: dict[str, set[str]] = {}
    async for row in run.rows("tags", ("entity_id", "tag")):
        if plain_text(row[1]):
            names_by_entity.setdefault(key(row[0]), set()).add(plain_text(row[1]))
        else:
            run.refuse("tags", "no tag", row)
    run.tags = {entity: sorted(names) for entity, names in names_by_entity.items()}


def note_lost_tags(run: DatagrokRun) -> None:
    """Say in the report how many things have tags and are not in the store."""
    if lost := run.tags.keys() - run.tagged:
        run.context.report.notes.append(f"tags of {len(lost):,} things that are not kept")


def _extra(run: DatagrokRun, entity: str, category: str = "") -> str | None:
    """Return what else is known of an object, its tags among it."""
    rest: dict[str, object] = {"category": category} if category else {}
    if tags := run.tags.get(entity):
        rest["tags"] = tags
        run.tagged.add(entity)
    return json.dumps(rest, ensure_ascii=False) if rest else None


async def _write_packages(run: DatagrokRun) -> None:
    package_named(run, CORE)
    async for package, name, friendly, category in run.rows("packages"):
        called = first_of(name, friendly) or key(package)
        extra = _extra(run, key(package), plain_text(category))
        run.packages[key(package)] = package_named(run, called, plain_text(friendly), extra)
    async for published, name, package in run.rows("published_packages"):
        written = run.packages.get(key(package))
        run.packages[key(published)] = written or package_named(
            run, plain_text(name) or key(published)
        )


def package_named(
    run: DatagrokRun, name: str, title: str = "", extra: str | None = None
) -> StoredObject:
    """Return the package of that name; it is written when it is new."""
    written = run.packages.get(name) or run.packages.get(name.lower())
    if written is not None:
        return written
    new = run.context.writer.new_id(schema.object_)
    run.context.writer.add(
        schema.object_,
        {
            "id": new,
            "key": name[:255],
            "kind": "package",
            "title": title or name,
            "extra": extra,
        },
    )
    stored = run.packages[name] = StoredObject(new, "package", name, new)
    # Names differ in case between versions; ids are in lower case already.
    run.packages.setdefault(name.lower(), stored)
    return stored


async def _read_entities(run: DatagrokRun) -> None:
    """Read which package entities belong to, by their own column or by the old project of it."""
    async for entity, package, is_deleted in run.rows("entities"):
        if key(package) in run.packages:
            run.entities[key(entity)] = run.packages[key(package)]
        if cells.flag(is_deleted):
            run.deleted.add(key(entity))
    if await run.has("entities", "package_id") or not await run.has("projects", "is_package"):
        return
    names = {}
    async for project, name, _friendly, is_package, _is_entity in run.rows("projects"):
        if cells.flag(is_package):
            names[key(project)] = plain_text(name) or key(project)
    run.context.report.tables.pop("projects", None)  # read once more, for what it is
    async for project, entity in run.rows("project_relations", ("project_id", "entity_id")):
        if key(project) in names:
            run.entities[key(entity)] = package_named(run, names[key(project)])


async def _write_functions(run: DatagrokRun) -> None:
    async for function, name, friendly in run.rows("funcs"):
        package = run.entities.get(key(function), run.core)
        called = first_of(name, friendly) or key(function)
        stored = function_named(run, package, called, plain_text(friendly), key(function))
        run.objects[key(function)] = stored
        if plain_text(friendly):
            run.functions.setdefault((package.id, plain_text(friendly)), stored)


def function_named(
    run: DatagrokRun, package: StoredObject, name: str, title: str = "", entity: str = ""
) -> StoredObject:
    """Return that function of that package; it is written when it is new, as that entity."""
    written = run.functions.get((package.id, name))
    if written is not None:
        return written
    new = run.context.writer.new_id(schema.object_)
    run.context.writer.add(
        schema.object_,
        {
            "id": new,
            "key": f"{package.name}:{name}"[:255],
            "kind": "function",
            "title": title or name,
            "parent_id": package.id,
            "deleted": int(entity in run.deleted),
            "extra": _extra(run, entity),
        },
    )
    stored = run.functions[package.id, name] = StoredObject(new, "function", name, package.id)
    return stored


def _write(
    run: DatagrokRun,
    kind: str,
    name: str,
    title: str,
    owner: RowId | None = None,
    created: Second | None = None,
) -> None:
    package = run.entities.get(name, run.core).id
    new = run.context.writer.add(
        schema.object_,
        {
            "key": name,
            "kind": kind,
            "title": title,
            "parent_id": package,
            "owner_id": owner,
            "created_at": created,
            "deleted": int(name in run.deleted),
            "extra": _extra(run, name),
        },
    )
    run.objects[name] = StoredObject(new, kind, title, package)
