"""Whatever a store says of itself, the outcome is a right answer or one line of error."""

from __future__ import annotations

import asyncio
import random
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from termstats.cli import main as cli
from termstats.data.figures.definition.run import run_figure
from termstats.data.model.errors import TermstatsError
from termstats.data.model.period_text import parse_period
from termstats.data.model.request import Request
from termstats.data.snapshots.checks import check_store
from termstats.data.store.opening import open_store
from tests.data.store.store_faults import CELLS, SETTINGS, SOURCE, VALUES, change, without_rules

TOTALS = ("global.totals",)
SETS = ("global.totals", "backoffice.totals", "backoffice.operations", "backoffice.errors")
"""Figures that read all sets and lists."""


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("values") / "store.db"
    words = ["sample", str(path), "--learners", "60", "--events", "1000"]
    assert cli.main(words) == 0
    without_rules(path)
    return path


def answers(store: Path, figures: Sequence[str] = TOTALS) -> list[object]:
    """Open, ask some figures and check; return the rows, or the one line of an error."""

    async def ask() -> list[object]:
        opened = await open_store(store)
        try:
            period = parse_period("all", opened.info.now, opened.info.coverage)
            rows = [(await run_figure(opened, f, Request(period))).rows for f in figures]
        finally:
            await opened.close()
        if figures is TOTALS:
            await check_store(str(store))
        return list(rows)

    try:
        return asyncio.run(ask())
    except TermstatsError as error:
        words = str(error)
        assert words.isprintable() and len(words) < 500, words
        return [words]


@pytest.mark.slow
@pytest.mark.parametrize("name", SETTINGS)
def test_a_wrong_setting_is_one_line_or_in_nobodys_way(
    name: str, plain: Path, tmp_path: Path
) -> None:
    before = answers(plain)
    for value in VALUES:
        store = Path(shutil.copy(plain, tmp_path / "store.db"))
        if change(store, "INSERT OR REPLACE INTO store_setting VALUES (?, ?)", name, value):
            change(
                store, "DELETE FROM store_setting WHERE name = ? AND value IS NOT ?", name, value
            )
            after = answers(store)
            assert after == before or len(after) == 1, (name, value)


@pytest.mark.slow
@pytest.mark.parametrize("name", SOURCE)
def test_a_wrong_value_of_a_source_is_one_line_or_an_answer(
    name: str, plain: Path, tmp_path: Path
) -> None:
    for value in VALUES:
        store = Path(shutil.copy(plain, tmp_path / "store.db"))
        if change(store, f"UPDATE source SET {name} = ?", value):  # noqa: S608
            assert answers(store), (name, value)


@pytest.mark.slow
@pytest.mark.parametrize(("table", "column"), CELLS)
def test_a_damaged_set_is_one_line_or_an_answer(
    table: str, column: str, plain: Path, tmp_path: Path
) -> None:
    dice = random.Random(7)  # noqa: S311
    with closing(sqlite3.connect(plain)) as connection:
        cells = connection.execute(f"SELECT rowid, {column} FROM {table}").fetchall()  # noqa: S608
    damaged = [(row, value) for row, _ in dice.sample(cells, 2) for value in VALUES]
    for row, cell in dice.choices(cells, k=40):
        at = dice.randrange(len(cell))
        damaged.append((row, cell[:at]))
        damaged.append((row, cell[:at] + bytes([dice.randrange(256)]) + cell[at + 1 :]))
    for row, value in damaged:
        store = Path(shutil.copy(plain, tmp_path / "store.db"))
        change(store, f"UPDATE {table} SET {column} = ? WHERE rowid = ?", value, row)  # noqa: S608
        assert answers(store, SETS), (row, value)


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("UPDATE store_setting SET value = 'abc' WHERE name = 'schema_version'",
         "schema_version of the store is 'abc', not a whole number"),
        ("UPDATE store_setting SET value = 'Mars/Base' WHERE name = 'zone'",
         "zone of the store is 'Mars/Base', not a time zone"),
        ("INSERT INTO store_setting VALUES ('expires', 'soon')",
         "expires of the store is 'soon', not a date"),
        ("UPDATE source SET as_of = 'today'", "as_of of source sample is 'today'"),
        ("UPDATE source SET as_of = 99999999999999", "as_of of source sample is 99999999999999"),
        ("UPDATE source SET first_day = NULL", "first_day of source sample is None"),
        ("UPDATE source SET last_day = first_day - 1", "not a day before last_day"),
        ("UPDATE source SET rules = '{'", "rules of source sample is '{', not a JSON object"),
        ("UPDATE source SET report = '{\"tables\": []}'", "not the report of an import"),
        ("UPDATE source SET has_time = 2", "has_time of source sample is 2"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_named(sql: str, words: str, plain: Path, tmp_path: Path) -> None:
    store = Path(shutil.copy(plain, tmp_path / "store.db"))
    change(store, sql)
    (line,) = answers(store)
    assert words in str(line)
    assert "import the source again into a new file" in str(line)


def test_a_huge_set_is_refused_before_it_is_counted(plain: Path, tmp_path: Path) -> None:
    from pyroaring import BitMap

    everything = BitMap()
    everything.add_range(0, 2**32)
    everything.run_optimize()
    store = Path(shutil.copy(plain, tmp_path / "store.db"))
    change(store, "UPDATE use_bitmap SET uses = ? WHERE field = 'day'", everything.serialize())
    assert answers(store, SETS) == [
        "the day tables of the store are damaged (a set holds events that are not there); "
        "import the source again into a new file, or restore a copy"
    ]
