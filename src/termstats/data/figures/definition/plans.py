"""How a statement comes to its rows: the plan of SQLite, PostgreSQL or MariaDB."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from termstats.data.store.opening import Store
from termstats.data.store.schema import metadata

_STEP = re.compile(r'^(SCAN|SEARCH) "?(\w+)"?(.*)')
_NAMED = re.compile(rf'\b({"|".join(metadata.tables)})["`]? AS ["`]?(\w+)')
_SORTED = "USE TEMP B-TREE"
_LIMIT = " LIMIT "
_COLLECTS = ("Sort", "Incremental Sort", "Aggregate", "WindowAgg", "Hash", "Unique")
"""Steps of PostgreSQL that want every row before they give the first."""
_SCANS = ("ALL", "index")
"""Ways of MariaDB from the first row, or key, to the last."""

Statement = tuple[str, tuple[Any, ...]]
"""SQL and its values."""


@dataclass(frozen=True)
class Access:
    """How a statement comes to rows of a table."""

    table: str
    is_scan: bool
    """From the first row to the last, and not by what is looked for."""
    by: str
    """The index and what is looked for in it, as the database says it."""
    ends_early: bool
    """With the last row of a page, for nothing has to be sorted before."""


async def plan_of(store: Store, statement: Statement) -> list[Access]:
    """Return how each table of a statement is read."""
    sql, values = statement
    async with store.connect() as connection:
        driver = await connection.driver()
        match store.engine.dialect.name:
            case "sqlite":
                async with driver.execute(f"EXPLAIN QUERY PLAN {sql}", values) as cursor:
                    return list(accesses(sql, [str(row[3]) for row in await cursor.fetchall()]))
            case "postgresql":
                rows = await driver.fetch(f"EXPLAIN (FORMAT JSON) {sql}", *values)
                return list(_of_postgres(rows[0][0][0]["Plan"]))  # SQLAlchemy reads JSON
            case _:
                async with driver.cursor() as cursor:
                    await cursor.execute(f"EXPLAIN {sql}", values)
                    names = [str(each[0]) for each in cursor.description]
                    steps = [dict(zip(names, row, strict=True)) for row in await cursor.fetchall()]
                return list(_of_mariadb(sql, steps))


def accesses(sql: str, steps: Sequence[str]) -> Iterator[Access]:
    """Yield how each table is read, by the steps of SQLite's plan, which call it by its alias."""
    names = _names(sql)
    ends_early = _LIMIT in sql and not any(step.startswith(_SORTED) for step in steps)
    for step in steps:
        if found := _STEP.match(step):
            name = names.get(found[2], found[2])
            if name in metadata.tables:
                yield Access(name, found[1] == "SCAN", found[3].strip(), ends_early)


def _names(sql: str) -> dict[str, str]:
    """Return alias -> table."""
    return {alias: table for table, alias in _NAMED.findall(sql)}


def _of_postgres(step: Mapping[str, Any], *, ends_early: bool = False) -> Iterator[Access]:
    kind, table = str(step["Node Type"]), str(step.get("Relation Name", ""))
    ends_early = kind == "Limit" or (ends_early and kind not in _COLLECTS)
    if table in metadata.tables:
        inner = [each for each in step.get("Plans", ()) if "Index Cond" in each]
        looked_for = step.get("Index Cond") or " ".join(each["Index Cond"] for each in inner)
        by = " ".join(filter(None, (kind, step.get("Index Name", ""), looked_for)))
        yield Access(table, not looked_for, by, ends_early)
    for each in step.get("Plans", ()):
        yield from _of_postgres(each, ends_early=ends_early)


def _of_mariadb(sql: str, steps: Sequence[Mapping[str, Any]]) -> Iterator[Access]:
    names = _names(sql)
    collects = any("filesort" in str(each["Extra"]) for each in steps)
    collects = collects or any("temporary" in str(each["Extra"]) for each in steps)
    for each in steps:
        name = names.get(str(each["table"]), str(each["table"]))
        if name in metadata.tables:
            by = " ".join(str(each[part]) for part in ("type", "key", "ref") if each[part])
            ends_early = _LIMIT in sql and not collects
            yield Access(name, each["type"] in _SCANS, by, ends_early)
