"""Every number of every level is what lies behind it, on real stores of two platforms."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from termstats.data.figures.definition.figure import Level
from termstats.data.importers.registry import importers
from termstats.data.importers.writing.base import ImportOptions
from termstats.data.importers.writing.run import run_import
from termstats.data.model.entity import Entity
from termstats.data.model.period_text import parse_period
from termstats.data.model.request import Param, Request
from termstats.data.store import schema
from termstats.data.store.opening import Store, open_store, run_query
from tests.data.figures.doors import LEVELS, go_through
from tests.data.figures.test_doors import shown_on
from tests.shared import shared_path

SOURCES = {"opigno": "opigno/site-1.sql.gz", "oppia": "oppia/oppia.sqlite3"}
ABOUT = {
    Param.TRAINING: (schema.enrolment.c.training_id, schema.training),
    Param.LEARNER: (schema.enrolment.c.person_id, schema.person),
    Param.CLASS: (schema.class_member.c.class_id, schema.class_),
    Param.MODULE: (schema.attempt.c.module_id, schema.module),
    Param.ATTEMPT: (schema.answer.c.attempt_id, schema.attempt),
}
"""Parameter -> the column that tells which of its things has most rows, and their table."""


@pytest.fixture(scope="module", params=SOURCES)
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = shared_path(SOURCES[request.param])
    path = tmp_path_factory.mktemp(request.param) / "store.sqlite3"
    asyncio.run(run_import(importers()[request.param], str(source), path, ImportOptions()))
    return path


@pytest.mark.parametrize("level", LEVELS, ids=str)
async def test_every_number_of_a_level_is_what_lies_behind_it(store: Path, level: Level) -> None:
    opened = await open_store(store)
    try:
        period = parse_period("all", opened.info.today, opened.info.coverage)
        things = {param: await largest(opened, param) for param in ABOUT}
        doors = 0
        with_doors = {figure.id: figure for figure in shown_on(level) if figure.behind}
        for figure in with_doors.values():
            choices = product(*(things[param] for param in figure.needs))
            for chosen in choices:
                about = tuple(zip(figure.needs, chosen, strict=True))
                async for gone in go_through(opened, figure, Request(period, about, by="month")):
                    assert not gone.mistake()
                    doors += 1
        assert doors > 20
    finally:
        await opened.close()


async def largest(store: Store, param: Param, most: int = 1) -> Sequence[Entity]:
    """Return the things that most rows are about."""
    column, table = ABOUT[param]
    title: Any = next(table.c[name] for name in ("title", "name", "key") if name in table.c)
    statement = (
        select(table.c.id, table.c.key, title.label("title"))
        .join(table, table.c.id == column)
        .select_from(column.table)
        .group_by(table.c.id, table.c.key, title)
        .order_by(func.count().desc(), table.c.id)
        .limit(most)
    )
    async with store.connect() as connection:
        rows = await run_query(connection, statement)
    return [Entity(row.id, row.key, str(row.title)) for row in rows]
