"""API calls and snapshots of datasets of Opendatasoft."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from termstats.data.figures.backoffice.reading.platform_use import call_class
from tests.data.figures.hand_store import dicts, report
from tests.data.importers.opendatasoft.factory import (
    CALLS,
    calls,
    csv_text,
    load,
    load_calls,
    rows_of_log,
)
from tests.data.importers.store_file import contents, query


async def test_api_calls(tmp_path: Path) -> None:
    store = await load_calls(tmp_path, calls(*CALLS))
    day = "2024-05-06..2024-05-06"
    (row,) = dicts(await report(store, "backoffice.api-calls", day))
    # 4 are neither analyze, geo nor search: two downloads and a lookup; the reference has no class
    # of downloads and calls all three other.
    expected = {"analyze": 1, "geo": 1, "search": 2, "download": 2, "other": 1, "total": 7}
    assert {name: row[name] for name in expected} == expected
    named = "FROM event JOIN person p ON p.id = person_id WHERE p.anonymous = "
    assert query(store, f"SELECT count(DISTINCT person_id), count(*) {named} 0") == [(2, 3)]  # noqa: S608
    assert query(store, f"SELECT round(count(*) * 100.0 / 7, 1) {named} 1") == [(57.1,)]  # noqa: S608
    assert query(
        store, "SELECT count(*) FROM event WHERE json_extract(extra, '$.bot') = 'true'"
    ) == [(1,)]
    assert query(
        store,
        "SELECT a.name, error FROM event JOIN action a ON a.id = action_id WHERE missed = 1 "
        "ORDER BY 1",
    ) == [("lookup_dataset", "UnknownDataset"), ("search_dataset_records", None)]


async def test_downloads_documented_and_with_the_second_version(tmp_path: Path) -> None:
    store = await load_calls(tmp_path, calls(*CALLS))
    names = {name for (name,) in query(store, "SELECT name FROM action WHERE kind = 'api'")}
    assert {name for name in names if name.startswith("download_")} == {"download_dataset_records"}
    assert {name for name in names if call_class(name) == "download"} == {
        *("download_dataset_records", "export_dataset"),
    }


async def test_where_people_are_and_what_they_ask_for_is_not_kept(tmp_path: Path) -> None:
    store = await load_calls(tmp_path, calls(*CALLS))
    everything = repr(contents(store))
    for secret in ("203.0.113.7", "curl", "bus"):
        assert secret not in everything
    store = await load_calls(tmp_path, calls(*CALLS), with_network_data=True)
    assert query(store, "SELECT ip, agent, detail, missed FROM event WHERE detail IS NOT NULL") == [
        ("203.0.113.7", "curl", "bus", 1)
    ]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"api": "records_index", "query_string": "export_as=csv&limit=2"}, "download"),
        ({"api": "datasets_index", "query_string": "limit=2&export_as=json"}, "download"),
        ({"api": "records_index", "query_string": "limit=2"}, "search"),
        ({"api": "new_function", "action": "geo"}, "geo"),
        ({"api": "aggregate_records"}, "analyze"),
    ],
)
async def test_the_class_of_a_call(tmp_path: Path, row: dict[str, str], expected: str) -> None:
    store = await load_calls(tmp_path, calls({"user_id": "ana", **row}))
    ((name,),) = query(store, "SELECT name FROM action WHERE kind = 'api'")
    assert call_class(name) == expected


async def test_a_login_used_by_bots_only_is_a_machine(tmp_path: Path) -> None:
    text = calls(
        {"user_id": "crawler", "api": "lookup_record", "bot": "1"},
        {"user_id": "ana", "api": "lookup_record", "bot": "1"},
        {"user_id": "ana", "api": "lookup_record", "bot": "0"},
        {"user_id": "", "api": "lookup_record", "in_error": "true"},
    )
    store = await load_calls(tmp_path, text)
    assert query(store, "SELECT key, bot, anonymous, counted FROM person ORDER BY key") == [
        *(("ana", 0, 0, 1), ("anonymous", 0, 1, 0), ("crawler", 1, 0, 0)),
    ]
    assert query(store, "SELECT error FROM event WHERE missed = 1") == [("error",)]


# ---- dataset monitoring --------------------------------------------------------------------------


async def test_snapshots_are_kept_by_day_and_never_added(tmp_path: Path) -> None:
    folder = tmp_path / "monitoring"
    folder.mkdir()
    header = "Dataset identifier;Title;Publisher;API call count;Downloads\n"
    (folder / "datasets-2024-05-01.csv").write_text(f"{header}d1;Trees;City;100;7\n")
    for name in ("datasets-2024-05-02.csv", "datasets-2024-05-02-again.csv"):
        (folder / name).write_text(f"{header}d1;Street trees;City;130;\n")
    store = tmp_path / "store.sqlite3"
    await load(folder, store)
    day = (date(2024, 5, 1) - date(1970, 1, 1)).days
    assert query(store, "SELECT name, day - ?, part, value FROM reported ORDER BY 1, 2", day) == [
        ("api_call_count", 0, "d1", 100.0),
        ("api_call_count", 1, "d1", 130.0),
        ("download_count", 0, "d1", 7.0),
    ]
    ((key, kind, title, extra),) = query(store, "SELECT key, kind, title, extra FROM object")
    assert (key, kind, title) == ("d1", "dataset", "Street trees")
    assert json.loads(extra) == {"publisher": "City", "api_call_count": "130"}


async def test_datasets_lend_their_titles_to_the_log(tmp_path: Path) -> None:
    folder = tmp_path / "all"
    folder.mkdir()
    (folder / "log.csv").write_text(csv_text(rows_of_log()))
    (folder / "datasets-2024-05-12.csv").write_text(
        "dataset_id;title;records_count\nd1;Trees;5\nd1;Twice;6\n;None;7\n"
    )
    store = tmp_path / "store.sqlite3"
    found = await load(folder, store)
    assert query(store, "SELECT title FROM object WHERE key IN ('d1', 'd2') ORDER BY key") == [
        *(("Trees",), ("d2",)),
    ]
    assert found.tables["datasets"].refused == {"dataset listed twice": 1, "no dataset_id": 1}
