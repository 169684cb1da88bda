"""What figures read: no screen reads the whole log, however long it is."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from termstats.data.figures.definition.explaining import about, cost_of
from termstats.data.figures.definition.plans import Access, accesses
from termstats.data.figures.definition.registry import figures
from termstats.data.model.period_text import parse_period
from termstats.data.model.request import Request
from termstats.data.query.largest import largest
from termstats.data.query.scope import EVERYTHING
from termstats.data.store.ddl import create_indexes
from termstats.data.store.opening import open_store
from termstats.data.store.schema import CANONICAL_TABLES
from termstats.screens.levels.panels import LEVELS
from tests.screens.test_sample import SAMPLE

LONGER = 1_000
ON_SCREENS = sorted(
    {each.cards for each in LEVELS.values()}
    | {panel.figure_id for each in LEVELS.values() for panel in (*each.panels, *each.choice)}
)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store as an import leaves it, which SQLite takes for one of 100 million events.

    The sample is shipped without indexes, to be small.
    """
    path = tmp_path_factory.mktemp("large") / "store.sqlite3"
    shutil.copyfile(SAMPLE, path)
    with closing(sqlite3.connect(path)) as store:
        create_indexes(store, CANONICAL_TABLES)
        store.execute("ANALYZE")
        rows = store.execute("SELECT rowid, stat FROM sqlite_stat1 WHERE tbl = 'event'").fetchall()
        assert rows
        for row, stat in rows:
            longer = " ".join(str(int(number) * LONGER) for number in stat.split())
            store.execute("UPDATE sqlite_stat1 SET stat = ? WHERE rowid = ?", (longer, row))
        store.commit()
    return path


def is_bounded(access: Access) -> bool:
    """Return whether as many events are read as the period has, a page, or the newest of each."""
    newest = access.by == "USING COVERING INDEX event_action (action_id=?)"
    in_period = not access.is_scan and "rowid" in access.by  # ids of events begin with their time
    return in_period or access.ends_early or newest


@pytest.mark.parametrize("period", ["30d", "all"])
async def test_no_figure_of_a_screen_reads_the_whole_log(large: Path, period: str) -> None:
    store = await open_store(large)
    unbounded = {}
    try:
        base = Request(parse_period(period, store.info.now, store.info.coverage))
        subjects = await largest(store)
        for figure_id in ON_SCREENS:
            request = about(figures()[figure_id], base, subjects)
            if request is not None:
                cost = await cost_of(store, figures()[figure_id], request, EVERYTHING, runs=1)
                assert cost.statements
                log = [each for each in cost.accesses if each.table == "event"]
                unbounded[figure_id] = [each for each in log if not is_bounded(each)]
    finally:
        await store.close()
    assert len(unbounded) > len(ON_SCREENS) / 2
    assert {figure_id: some for figure_id, some in unbounded.items() if some} == {}


EVENTS = "SELECT e.id FROM event AS e WHERE e.error IS NOT NULL"


@pytest.mark.parametrize(
    ("sql", "steps", "expected"),
    [
        (EVENTS, ["SCAN e"], [Access("event", True, "", False)]),
        (
            EVENTS,
            ["SEARCH e USING INTEGER PRIMARY KEY (rowid>?)"],
            [Access("event", False, "USING INTEGER PRIMARY KEY (rowid>?)", False)],
        ),
        ('SELECT "class".id FROM "class"', ["SCAN class"], [Access("class", True, "", False)]),
        (f"{EVENTS} ORDER BY e.id LIMIT ?", ["SCAN e"], [Access("event", True, "", True)]),
        (
            f"{EVENTS} ORDER BY e.ip LIMIT ?",
            ["SCAN e", "USE TEMP B-TREE FOR ORDER BY"],
            [Access("event", True, "", False)],
        ),
        ("SELECT page.id FROM (SELECT 1) AS page", ["CO-ROUTINE page", "SCAN page"], []),
    ],
)
def test_a_plan_is_read_by_the_names_of_tables(
    sql: str, steps: list[str], expected: list[Access]
) -> None:
    assert list(accesses(sql, steps)) == expected
