"""Many readers of one store at the pace of people, beside as many with bare `sqlite3`.

Each reader is a process of its own, as a dashboard is; all have what they need in memory before
they begin together. They ask for the figures that have SQL by hand, in an order of their own.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import sqlite3
import statistics
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from benchmarks.bare_sql import Statement, bare_statements
from benchmarks.results import Line
from termstats.data.figures.definition.explaining import about
from termstats.data.figures.definition.registry import figures
from termstats.data.figures.definition.run import run_figure
from termstats.data.model.period_text import parse_period
from termstats.data.model.request import Request
from termstats.data.query.largest import largest
from termstats.data.store.opening import open_store

READERS = 20
REQUESTS = 20
"""Figures that each asks for, after one of each that is not counted."""
THINKS = 0.5
"""Seconds between an answer and the next question."""
_SHARES = (("half of all", 0.5), ("19 of 20", 0.95), ("all", 1.0))


@dataclass(frozen=True)
class _Asked:
    """What the readers of a store ask for: figure -> our question, and the SQL by hand."""

    path: Path
    ours: Mapping[str, Request]
    by_hand: Mapping[str, Statement]


class _Answer(NamedTuple):
    """Figure, and the milliseconds of its answer: by the clock, and of the processor."""

    figure_id: str
    wall: float
    worked: float


Ask = Callable[[str], Awaitable[object]]


def many_readers(path: Path, period: str) -> list[Line]:
    """Return how long answers take by the clock, of all figures and of each.

    Processor: the mean of ours.
    """
    asked = asyncio.run(_asked(path, period))
    busy = f"load {os.getloadavg()[0]:.0f} before"
    ours, bare = (_at_once(read, asked) for read in (_by_us, _by_hand))
    lines = [_line(f"{words} within", ours, bare, share, busy) for words, share in _SHARES]
    for name in sorted(asked.ours):
        mine, theirs = ([a for a in answers if a.figure_id == name] for answers in (ours, bare))
        lines.append(_line(f"{name}, 19 of 20 within", mine, theirs, 0.95))
    return lines


def _line(
    what: str, ours: list[_Answer], bare: list[_Answer], share: float, note: str = ""
) -> Line:
    """Return the milliseconds that a share of the answers does not exceed."""
    worked = statistics.mean(each.worked for each in ours) if ours else None
    return Line(what, _within(ours, share), "ms", _within(bare, share), note, worked)


async def _asked(path: Path, period: str) -> _Asked:
    store = await open_store(path)
    try:
        subjects = await largest(store)
        base = Request(parse_period(period, store.info.today, store.info.coverage))
        # Of several statements for a figure the last is the best.
        by_hand = {each.figure_id: each for each in bare_statements(store, base, subjects)}
        ours = {name: about(figures()[name], base, subjects) for name in by_hand}
        return _Asked(path, {name: r for name, r in ours.items() if r is not None}, by_hand)
    finally:
        await store.close()


def _within(answers: list[_Answer], share: float) -> float:
    """Return the milliseconds that this share of the answers does not exceed."""
    ordered = sorted(each.wall for each in answers)
    return ordered[max(0, round(share * len(ordered)) - 1)] if ordered else 0.0


def _at_once(read: Callable[..., Awaitable[None]], asked: _Asked) -> list[_Answer]:
    """Let all readers begin together, and return what they tell."""
    context = multiprocessing.get_context("fork")  # what is loaded here is not loaded 20 times
    together = context.Barrier(READERS)
    told = []
    for number in range(READERS):
        ours, theirs = context.Pipe(duplex=False)

        def begin(number: int = number, theirs: Any = theirs) -> None:
            async def ask(one: Ask) -> None:
                theirs.send(await _answers(one, list(asked.ours), number, together.wait))

            asyncio.run(read(asked, ask))

        context.Process(target=begin, daemon=True).start()
        told.append(ours)
    return [_Answer(*each) for pipe in told for each in pipe.recv()]


async def _answers(
    ask: Ask, names: list[str], number: int, wait: Callable[[], object]
) -> list[tuple[str, float, float]]:
    """Ask as a person does who looks at each answer; return each with its milliseconds."""
    for name in names:
        await ask(name)
    wait()
    dice = Random(number)  # noqa: S311 - dice, not secrets
    await asyncio.sleep(dice.random() * THINKS)
    answers = []
    for _ in range(REQUESTS):
        name = dice.choice(names)
        start, worked = time.perf_counter(), time.process_time()
        await ask(name)
        wall, cpu = time.perf_counter() - start, time.process_time() - worked
        answers.append((name, 1000 * wall, 1000 * cpu))
        await asyncio.sleep(THINKS)
    return answers


async def _by_us(asked: _Asked, use: Callable[[Ask], Awaitable[None]]) -> None:
    store = await open_store(asked.path)
    try:
        await use(lambda name: run_figure(store, name, asked.ours[name]))
    finally:
        await store.close()


async def _by_hand(asked: _Asked, use: Callable[[Ask], Awaitable[None]]) -> None:
    with closing(sqlite3.connect(f"file:{asked.path}?mode=ro", uri=True)) as connection:

        async def ask(name: str) -> None:
            statement = asked.by_hand[name]
            for sql in statement.sql:
                connection.execute(sql, statement.values).fetchall()

        await use(ask)
