"""Checks a store: its file, the freshness of its sources, day tables against events."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from termstats.data.model.period import Period, day_number, number_day
from termstats.data.model.plural import counted
from termstats.data.model.request import Request
from termstats.data.model.small_numbers import ANY_GROUP, MinGroup
from termstats.data.model.text import clean
from termstats.data.query.query import ask
from termstats.data.query.scope import EVERYTHING, for_administrators, scope_of
from termstats.data.snapshots.cell_types import wrong_cells
from termstats.data.snapshots.checksum import CHECKSUM, checksum_of
from termstats.data.store import schema
from termstats.data.store.connecting import reading
from termstats.data.store.files import StoreFile
from termstats.data.store.local_copy import store_file
from termstats.data.store.opening import (
    Store,
    check_integrity,
    open_held,
    open_store,
    run_query,
)
from termstats.data.store.settings import SourceInfo

_DAY = 86_400

_EVENTS = re.compile(r"[\d,]+ events?")
"""How many events there are, which only who sees small groups is told."""


@dataclass(frozen=True)
class TableCheck:
    """What one import made of one table of its source."""

    table: str
    read: int
    kept: int
    refused: dict[str, int]
    examples: dict[str, str]
    """Reason -> what was found, where an import said it."""


@dataclass(frozen=True)
class SourceCheck:
    """One source: how fresh, from when to when, what its import said."""

    name: str
    platform: str
    version: str
    as_of: str
    age_days: int
    first_day: str
    last_day: str
    tables: list[TableCheck]
    notes: list[str]


@dataclass
class StoreCheck:
    """Everything `termstats check` says."""

    store: str
    zone: str = ""
    sources: list[SourceCheck] = field(default_factory=list)
    passed: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What is no fault of the store, but should not stay so."""


async def check_store(
    location: str, viewer: str | None = None, groups: MinGroup = ANY_GROUP
) -> StoreCheck:
    """Return what is known of the store and what is wrong with it.

    Where no small groups are shown nothing is said of its sources: days and rows are somebody's.

    Raises:
        NotAllowed: `viewer` does not see the whole store, which the check is about.
        StoreError: it is no store at all, of another version, expired, or too damaged to open.
    """
    if viewer is not None:
        await _check_viewer(location, viewer)
    async with store_file(location) as file:
        return await _checked(file, groups)


async def _checked(file: StoreFile, groups: MinGroup) -> StoreCheck:
    path = file.path
    damage = check_integrity(path)
    result = StoreCheck(clean(file.shown), notes=list(file.notes))
    result.problems.extend(f"the file is damaged: {line}" for line in damage)
    if damage:
        return result
    result.passed.append("a copy of it is whole" if file.copy_of else "the file is whole")
    store = await open_held(file)
    store.log = None  # a check is about what is in the file
    try:
        result.zone = str(store.info.zone)
        result.sources.extend(_source(store, source) for source in store.info.sources)
        for source in result.sources:
            if source.tables and not any(table.kept for table in source.tables):
                result.problems.append(f"{source.name}: no row of its import was kept")
            for table in source.tables:
                if table.read != table.kept + sum(table.refused.values()):
                    result.problems.append(
                        f"{source.name}: {table.table}: {table.read:,} rows read, but "
                        f"{table.kept:,} kept and {sum(table.refused.values()):,} refused"
                    )
        _check_checksum(path, result)
        wrong = await wrong_cells(store)
        if not wrong:
            await _note_impossible_dates(store, result)
        result.problems += wrong
        if not wrong:
            result.passed.append("every cell has the type of its column")
            await _compare_day_tables(store, result)
            await _compare_standing(store, result)
        async with store.connect() as connection:
            scope = await scope_of(connection, None, groups)
        if scope.min_group:
            result.sources.clear()
            result.passed = [_EVENTS.sub("the events", each) for each in result.passed]
    finally:
        await store.close()
    return result


def _check_checksum(path: Path, result: StoreCheck) -> None:
    """Compare the checksum inside a snapshot, if there is one, with that of its rows."""
    with reading(path) as connection:
        asked = "SELECT value FROM store_setting WHERE name = ?"
        row = connection.execute(asked, (CHECKSUM,)).fetchone()
        if row is None:
            return
        if row[0] == checksum_of(connection):
            result.passed.append("the checksum of the rows fits")
        else:
            result.problems.append(
                "its rows are not those that its maker wrote: their checksum differs"
            )


async def _note_impossible_dates(store: Store, result: StoreCheck) -> None:
    """Note of each source with two clocks how many device dates were not believed."""
    event, attempt = schema.event, schema.attempt
    async with store.connect() as connection:
        for source, checked in zip(store.info.sources, result.sources, strict=True):
            if not source.two_clocks:
                continue
            numbers = [
                (
                    await run_query(
                        connection,
                        select(func.count()).where(
                            table.c.source_id == source.id,
                            table.c.flags.op("&")(schema.FLAG_MOVED) != 0,
                        ),
                    )
                )[0][0]
                for table in (event, attempt)
            ]
            if any(numbers):
                events, attempts = counted(numbers[0], "event"), counted(numbers[1], "attempt")
                checked.notes.append(
                    f"impossible device dates, placed at the server's: {events}, {attempts}; "
                    "list them with: "
                    "termstats report global.impossible-dates --period all"
                )


async def _check_viewer(location: str, viewer: str) -> None:
    store = await open_store(location)
    try:
        async with store.connect() as connection:
            await for_administrators(connection, viewer, "a check is")
    finally:
        await store.close()


def _source(store: Store, source: SourceInfo) -> SourceCheck:
    tables: dict[str, dict[str, Any]] = source.report.get("tables", {})
    notes = [*source.report.get("gaps", ()), *source.report.get("notes", ())]
    return SourceCheck(
        name=source.name,
        platform=clean(source.platform),
        version=source.version or "",
        as_of=f"{datetime.fromtimestamp(source.as_of, store.info.zone):%Y-%m-%d %H:%M}",
        age_days=max(0, int(time.time()) - source.as_of) // _DAY,
        first_day="-" if source.first_day is None else str(number_day(source.first_day)),
        last_day="-" if source.last_day is None else str(number_day(source.last_day)),
        tables=[
            TableCheck(
                clean(name),
                t["read"],
                t["kept"],
                {clean(why): rows for why, rows in t["refused"].items()},
                {clean(why): clean(example) for why, example in t.get("examples", {}).items()},
            )
            for name, t in tables.items()
        ],
        notes=[clean(note) for note in notes],
    )


async def _compare_day_tables(store: Store, result: StoreCheck) -> None:
    """Compare what the day tables add up to with the events they were made from."""
    event, action = schema.event, schema.action
    counts = [
        event.c.is_aggregate == 0,
        event.c.flags.op("&")(schema.FLAG_DUPLICATE) == 0,
    ]
    learning = (
        select(func.coalesce(func.sum(event.c.weight), 0), func.count())
        .join(action, action.c.id == event.c.action_id)
        .where(*counts, action.c.kind.in_(schema.KINDS))
    )
    platform = (
        select(func.coalesce(func.sum(event.c.weight), 0))
        .join(action, action.c.id == event.c.action_id)
        .where(*counts, action.c.kind.in_(schema.PLATFORM_KINDS))
    )
    day, use = schema.training_day, schema.action_day
    days = select(func.coalesce(func.sum(day.c.events), 0), func.coalesce(func.sum(day.c.rows), 0))
    days = days.where(day.c.clock == schema.CLOCK_DEVICE, day.c.training_id == schema.ALL_TRAININGS)
    # Some actions of learners are kept per day as well: they are compared above.
    acted = (
        select(func.coalesce(func.sum(use.c.events), 0))
        .join(action, action.c.id == use.c.action_id)
        .where(action.c.kind.in_(schema.PLATFORM_KINDS))
    )
    for source in store.info.sources:
        if source.log_at:
            result.passed.append(
                f"the events stay in {source.log_at}; day tables cannot be compared"
            )
            return
    async with store.connect() as connection:
        if not (await run_query(connection, select(event.c.id).limit(1))):
            result.passed.append("no events in this store; day tables cannot be compared")
            return
        pairs = (
            ("learner activity", learning, days),
            ("platform use", platform, acted),
        )
        for what, raw, summed in pairs:
            events = tuple((await run_query(connection, raw))[0])
            in_days = tuple((await run_query(connection, summed))[0])
            if events == in_days:
                result.passed.append(f"{what}: day tables agree with {events[0]:,} events")
            else:
                result.problems.append(
                    f"{what}: {events[0]:,} events, but {in_days[0]:,} in the day tables"
                )


async def _compare_standing(store: Store, result: StoreCheck) -> None:
    """Compare how enrolments stand, as the table has it, with what history says of them."""
    info = store.info
    if info.standing_day != day_number(info.today):
        named = "no day" if info.standing_day is None else str(number_day(info.standing_day))
        result.problems.append(
            f"standing: of {named}, not of {info.today}; states are worked out of history, slowly"
        )
        return
    stands = await _states(store)
    if stands == await _states(replace(store, info=replace(info, standing_day=None))):
        result.passed.append("standing: agrees with the history of enrolments")
    else:
        result.problems.append("standing: differs from the history of enrolments")


async def _states(store: Store) -> list[tuple[Any, ...]]:
    """Return what the enrolments in each state add up to at as-of."""
    today = store.info.today
    async with store.connect() as connection:
        request = Request(Period(today, today), everybody=True)
        q = await ask(connection, store, EVERYTHING, request)
        states = q.roster.states()
        names = ("started", "progress", "score", "modules_passed", "attempts")
        sums = [func.sum(states.c[name]) for name in names]
        of_each = select(states.c.state, func.count(), *sums).group_by(states.c.state)
        rows = await q.fetch(of_each.order_by(states.c.state))
    return [(row[0], *(round(each or 0, 6) for each in row[1:])) for row in map(tuple, rows)]
