"""The activity log of Opendatasoft, in figures of the backoffice."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from termstats.data.importers.opendatasoft.importer import OpendatasoftImporter
from termstats.data.importers.registry import importers
from termstats.data.model.table import Table
from termstats.data.query.filter_text import parse
from termstats.data.query.scope import EVERYTHING
from termstats.data.store.opening import open_store
from termstats.screens.frame.session import begin
from termstats.screens.frame.start import Options, StartAt
from tests.data.figures.hand_store import dicts, report
from tests.data.importers.opendatasoft.factory import (
    WEEK,
    csv_text,
    load,
    rows_of_log,
)
from tests.data.importers.store_file import query


def cards(table: Table) -> dict[str, Any]:
    return {str(row["metric"]): row["value"] for row in dicts(table)}


def test_it_is_registered() -> None:
    assert isinstance(importers()["opendatasoft"], OpendatasoftImporter)


async def test_actions_users_and_their_mean(log: Path) -> None:
    found = cards(await report(log, "backoffice.totals", WEEK))
    assert (found["actions"], found["users"]) == (12, 6)
    assert found["actions_per_user"] == pytest.approx(11 / 6)


async def test_who_acts_is_ranked_never_who_is_affected(log: Path) -> None:
    found = dicts(await report(log, "backoffice.top-users", WEEK))
    assert [(row["user"], row["total"]) for row in found] == [
        *(("ana", 3), ("bo", 3), ("cy", 2), ("dee", 1), ("eli", 1)),
        ("(others)", 1),
    ]
    ana = found[0]
    assert (ana["edit_dataset"], ana["publish_dataset"], ana["frobnicate_dataset"]) == (1, 1, 1)


async def test_top_datasets_and_pages(log: Path) -> None:
    found = dicts(await report(log, "backoffice.top-datasets", WEEK))
    assert [(row["dataset_id"], row["actions"]) for row in found] == [
        *(("d1", 3), ("d2", 2), ("d3", 1)),
    ]
    found = dicts(await report(log, "backoffice.top-pages", WEEK))
    assert [(row["page_id"], row["actions"]) for row in found] == [("p1", 2), ("p2", 1)]


async def test_tops_of_edits_only(log: Path) -> None:
    store = await open_store(log)
    try:
        edits = await parse(store, EVERYTHING, "action=edit_*")
    finally:
        await store.close()
    found = dicts(await report(log, "backoffice.top-datasets", WEEK, filters=edits))
    assert [(row["dataset_id"], row["actions"]) for row in found] == [
        *(("d1", 2), ("d2", 1), ("d3", 1)),
    ]


async def test_it_begins_with_14_complete_days_and_today(log: Path) -> None:
    store = await open_store(log)
    try:
        session = await begin(store, EVERYTHING, StartAt(), Options())
        assert (session.view.period.first, session.view.period.last) == (
            *(date(2024, 4, 28), date(2024, 5, 12)),
        )
        (own,) = store.info.sources
        other = replace(store.info, sources=(own, replace(own, platform="oppia")))
        assert other.usual_period == "30d"
    finally:
        await store.close()


async def test_distribution(log: Path) -> None:
    found = dicts(await report(log, "backoffice.distribution", WEEK))
    assert [(row["action"], row["actions"], round(row["share"], 1)) for row in found[:2]] == [
        ("edit_dataset", 4, 33.3),
        ("edit_page", 2, 16.7),
    ]
    assert [(row["actions"], round(row["share"], 1)) for row in found[2:]] == [(1, 8.3)] * 6
    assert sum(row["actions"] for row in found) == 12


@pytest.mark.parametrize(
    ("zone", "expected"),
    [("UTC", [3, 2, 2, 1, 2, 1, 1]), ("Europe/Paris", [2, 3, 2, 1, 2, 1, 1])],
)
async def test_actions_per_day(tmp_path: Path, zone: str, expected: list[int]) -> None:
    source = tmp_path / "log.csv"
    source.write_text(csv_text(rows_of_log()))
    await load(source, tmp_path / "store.sqlite3", zone=zone)
    table = await report(tmp_path / "store.sqlite3", "backoffice.actions", WEEK)
    assert table.column("total") == expected


async def test_users_by_weekday(log: Path) -> None:
    table = await report(log, "backoffice.weekdays", WEEK)
    assert table.column("users") == [2, 1, 1, 1, 2, 0, 1]


async def test_half_open_and_empty_periods(log: Path) -> None:
    found = cards(await report(log, "backoffice.totals", "2024-05-06..2024-05-08"))
    assert (found["actions"], found["users"]) == (7, 3)
    found = cards(await report(log, "backoffice.totals", "2024-04-01..2024-04-02"))
    assert (found["actions"], found["users"], found["actions_per_user"]) == (0, 0, None)


async def test_the_as_of_moment_is_the_newest_record(log: Path) -> None:
    newest = int(datetime(2024, 5, 12, 12, tzinfo=UTC).timestamp())
    assert query(log, "SELECT as_of FROM source") == [(newest,)]


async def test_people_of_the_back_office_are_counted(log: Path) -> None:
    assert query(log, "SELECT key, roles, counted FROM person ORDER BY key") == [
        *((name, "back office", 1) for name in ("ana", "bo", "cy", "dee", "eli", "fay")),
        ("zed", None, 1),
    ]
