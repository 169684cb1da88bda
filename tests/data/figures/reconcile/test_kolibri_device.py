"""`reconcile.kolibri` beside the 2,884 values that a device showed."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from termstats.data.importers.kolibri.importer import KolibriImporter
from termstats.data.importers.writing.base import ImportOptions
from termstats.data.importers.writing.run import run_import
from termstats.data.model.request import Param
from termstats.data.model.units import Second
from tests.data.figures.hand_store import dicts, report
from tests.shared import shared_path

AS_OF = Second(int(datetime(2026, 1, 1, tzinfo=UTC).timestamp()))
ALL = "2025-01-01..2025-12-31"
PARAMS = {
    "class": Param.CLASS,
    "attendance": Param.CLASS,
    "course": Param.TRAINING,
    "learner": Param.LEARNER,
}
Row = dict[str, Any]
Shown = list[tuple[str, str, str, str, str | float]]
"""(page, scope, figure, key, value) as the device showed it."""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("kolibri") / "store.db"
    source = shared_path("kolibri/site-1.sqlite3.gz")
    options = ImportOptions(zone="Africa/Nairobi", as_of=AS_OF)
    asyncio.run(run_import(KolibriImporter(), str(source), path, options))
    return path


@pytest.fixture(scope="module")
def shown() -> Shown:
    recorded = shared_path("kolibri/expected-1.json.gz")
    rows = json.loads(gzip.decompress(recorded.read_bytes()))["rows"]
    return [tuple(row[:5]) for row in rows]


async def lines(store: Path, page: str, scope: str) -> list[Row]:
    if page in PARAMS:
        table = await report(store, "reconcile.kolibri", ALL, keys={PARAMS[page]: scope})
    else:
        table = await report(store, "reconcile.kolibri", scope or ALL)
    return [row for row in dicts(table) if row["page"] == page]


async def test_every_value_that_the_device_showed(store: Path, shown: Shown) -> None:
    by_page: dict[tuple[str, str], dict[tuple[str, str], str | float]] = defaultdict(dict)
    for page, scope, figure, key, value in shown:
        by_page[page, scope][figure, key] = value
    assert sum(map(len, by_page.values())) == len(shown) == 2884
    odd = []
    for (page, scope), values in by_page.items():
        ours = {(row["figure"], row["key"]): row for row in await lines(store, page, scope)}
        for name, value in values.items():
            row = ours[name]
            if isinstance(value, str):
                is_same = row["platform"] == value
            else:
                near = 0.11 if page == "export" else 0.011
                raw = row["platform_raw"]
                is_same = isinstance(raw, float) and abs(raw - value) <= near
            odd += [] if is_same else [(page, scope, name, value, row["platform"])]
    assert odd == []


async def test_every_number_that_differs_says_why(store: Path, shown: Shown) -> None:
    for page, scope in {(row[0], row[1]) for row in shown}:
        for row in await lines(store, page, scope):
            mine = row["termstats"]
            if mine is None and row["platform"] == "":
                continue
            if isinstance(mine, (int, float)) and row["platform_raw"] is not None:
                scale = 0.01 if str(row["platform"]).endswith("%") else 1.0
                is_same = abs(mine * scale - row["platform_raw"]) <= 0.011
                assert is_same or row["reason"], row
            elif mine != row["platform"] and str(row["platform"])[-1:] != "%":
                assert row["reason"], row


@pytest.mark.parametrize(
    ("page", "title", "figure", "platform", "mine", "words"),
    [
        ("class", "Standard 5 East", "question_correct", "6", 5, "right answers of everybody"),
        ("class", "Standard 6", "quiz_avg_score", "35%", 35.185, "never submitted"),
        ("class", "Standard 7", "quiz_avg_score", "45%", 45.238, "ended and opened again"),
        ("class", "Standard 7", "lesson_completed", "0", 0, None),
    ],
)
async def test_known_faults_of_the_device(
    store: Path, page: str, title: str, figure: str, platform: str, mine: float, words: str | None
) -> None:
    rooms = {
        "Standard 5 East": "858d95db954c0b0265ab9086c8ad914e",
        "Standard 6": "a387c40054b8dc09c4d58c1eebd58d96",
        "Standard 7": "9a3f3ca1ffc626ed4e960bb5e19f03c1",
    }
    rows = [
        row
        for row in await lines(store, page, rooms[title])
        if row["figure"] == figure and row["platform"] == platform
    ]
    assert any(
        abs(float(row["termstats"]) - mine) < 0.001 and (words is None or words in row["reason"])
        for row in rows
    )
