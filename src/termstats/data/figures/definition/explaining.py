"""What a figure reads of a store, and what that costs."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import event

from termstats.data.figures.definition.figure import Figure
from termstats.data.figures.definition.plans import Access, Statement, plan_of
from termstats.data.figures.definition.run import run_figure
from termstats.data.model.request import WORDS, Request
from termstats.data.query.largest import Subjects
from termstats.data.query.scope import Scope
from termstats.data.store.memory import Memories
from termstats.data.store.opening import Store

_RUNS = 3


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
    """The median of answers after one that is not counted.

    Processor time of all threads; where the store is on a server, by the clock.
    """


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
    # What a server does, no clock of ours tells but that on the wall.
    clock = time.process_time if store.engine.dialect.name == "sqlite" else time.perf_counter
    store = replace(store, memories=Memories())  # what is remembered is not read
    with _recorded(store) as statements:
        table = await run_figure(store, figure.id, request, scope)
    seconds = []
    for _ in range(runs):
        began = clock()
        await run_figure(store, figure.id, request, scope)
        seconds.append(clock() - began)
    found: list[Access] = []
    for statement in statements:
        found += await plan_of(store, statement)
    return Cost(
        tuple(sorted({each.table for each in found})),
        tuple(sorted({each.table for each in found if each.is_scan and not each.ends_early})),
        len(statements),
        len(table.rows),
        tuple(found),
        statistics.median(seconds) * 1000,
    )


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
