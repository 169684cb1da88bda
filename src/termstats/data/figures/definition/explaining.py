"""What a figure reads of a store, and what that costs."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import event

from termstats.data.figures.definition.figure import Figure
from termstats.data.figures.definition.run import run_figure
from termstats.data.model.request import WORDS, Request
from termstats.data.query.largest import Subjects
from termstats.data.query.scope import Scope
from termstats.data.store.memory import Memories
from termstats.data.store.opening import Store
from termstats.data.store.schema import metadata

_RUNS = 3
_STEP = re.compile(r'^(SCAN|SEARCH) "?(\w+)"?(.*)')
_NAMED = re.compile(rf'\b({"|".join(metadata.tables)})"? AS "?(\w+)"?')
_SORTED = "USE TEMP B-TREE"

Statement = tuple[str, tuple[Any, ...]]
"""SQL and its values."""


@dataclass(frozen=True)
class Access:
    """How a statement comes to rows of a table."""

    table: str
    is_scan: bool
    """From the first row to the last, and not by what is looked for."""
    by: str
    """The index and what is looked for in it, as SQLite says it."""
    ends_early: bool
    """With the last row of a page, for nothing has to be sorted before."""


@dataclass(frozen=True)
class Cost:
    """What a figure reads, and what one answer costs."""

    reads: tuple[str, ...]
    """Tables, by name."""
    whole: tuple[str, ...]
    """Those of which every row is read, for no index leads to what is wanted."""
    statements: int
    rows: int
    accesses: tuple[Access, ...]
    milliseconds: float
    """Processor time of all threads, the median of answers after one that is not counted."""


def about(figure: Figure, base: Request, subjects: Subjects) -> Request | None:
    """Return the question about the largest things; None: the store has nothing to ask about."""
    request = base
    for param in figure.needs:
        if param not in subjects:
            return None
        subject = subjects[param]
        request = (
            request.with_word(param, subject.key)
            if param in WORDS
            else request.with_entity(param, subject)
        )
    return request


async def cost_of(
    store: Store, figure: Figure, request: Request, scope: Scope, runs: int = _RUNS
) -> Cost:
    """Answer the question once and then `runs` times, and look up how its rows are found.

    Raises:
        TermstatsError: as `run_figure`.
    """
    store = replace(store, memories=Memories())  # what is remembered is not read
    with _recorded(store) as statements:
        table = await run_figure(store, figure.id, request, scope)
    seconds = []
    for _ in range(runs):
        began = time.process_time()
        await run_figure(store, figure.id, request, scope)
        seconds.append(time.process_time() - began)
    found: list[Access] = []
    for statement in statements:
        found += accesses(statement, await _plan(store, statement))
    return Cost(
        tuple(sorted({each.table for each in found})),
        tuple(sorted({each.table for each in found if each.is_scan and not each.ends_early})),
        len(statements),
        len(table.rows),
        tuple(found),
        statistics.median(seconds) * 1000,
    )


def accesses(statement: Statement, steps: Sequence[str]) -> Iterator[Access]:
    """Yield how each table is read, by the steps of the plan, which call it by its alias."""
    sql, _values = statement
    names = {alias: table for table, alias in _NAMED.findall(sql)}
    ends_early = " LIMIT " in sql and not any(step.startswith(_SORTED) for step in steps)
    for step in steps:
        if found := _STEP.match(step):
            name = str(names.get(found[2], found[2]))
            if name in metadata.tables:
                yield Access(name, found[1] == "SCAN", found[3].strip(), ends_early)


async def _plan(store: Store, statement: Statement) -> list[str]:
    """Return the steps of SQLite's plan for a statement."""
    sql, values = statement
    async with store.connect() as connection:
        driver = await connection.driver()
        async with driver.execute(f"EXPLAIN QUERY PLAN {sql}", values) as cursor:
            return [str(row[3]) for row in await cursor.fetchall()]


@contextmanager
def _recorded(store: Store) -> Iterator[list[Statement]]:
    """Give the list of the statements that run meanwhile."""
    statements: list[Statement] = []

    def record(_connection: Any, _cursor: Any, sql: str, values: Any, *_rest: Any) -> None:
        statements.append((sql, tuple(values)))

    event.listen(store.engine, "before_cursor_execute", record)
    try:
        yield statements
    finally:
        event.remove(store.engine, "before_cursor_execute", record)
