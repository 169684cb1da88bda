"""The Opendatasoft importer against the checks of the platform's reference, counted by hand."""

from __future__ import annotations

import csv
import gzip
import io
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from termstats.data.figures.backoffice.reading.platform_use import call_class
from termstats.data.importers.opendatasoft.importer import OpendatasoftImporter
from termstats.data.importers.registry import importers
from termstats.data.importers.writing.base import ImportOptions, ImportReport
from termstats.data.importers.writing.run import run_import
from termstats.data.model.errors import SourceError
from termstats.data.model.table import Table
from termstats.data.query.filter_text import parse
from termstats.data.query.scope import EVERYTHING
from termstats.data.store.opening import open_store
from termstats.screens.frame.session import begin
from termstats.screens.frame.start import Options, StartAt
from tests.data.figures.hand_store import dicts, report
from tests.data.importers.store_file import contents, query

HEADER = (
    *("timestamp", "domain_id", "user_id", "dataset_id", "username", "action"),
    *("group_id", "page_id", "diff", "map_id", "reuse_title", "subdomain_id"),
)
LABELS = (
    *("Timestamp", "Domain", "User", "Dataset", "User name", "Action"),
    *("Group ID", "Page", "Diff", "Map", "Reuse", "Subdomain"),
)
# The log L of the reference: May 2024, UTC.
LOG = (
    "06T09:00;ana;d1;;edit_dataset;",
    "06T10:00;ana;d1;;publish_dataset;",
    "06T23:30;bo;;;add_page;p1",
    "07T09:00;bo;;;edit_page;p1",
    "07T09:05;bo;d2;;edit_dataset;",
    "08T08:00;cy;;zed;add_user_to_domain;",
    "08T08:01;cy;;zed;edit_user_to_domain;",
    "09T08:00;dee;d1;;edit_dataset;",
    "10T08:00;eli;d3;;edit_dataset;",
    "10T09:00;fay;;;edit_page;p2",
    "11T03:00;;;;edit_domain_property;",
    "12T12:00;ana;d2;;frobnicate_dataset;",
)
DIFF = '{"security": [{"path": ["permissions"], "old_value": null, "operation_type": "create"}]}'
WEEK = "2024-05-06..2024-05-12"


def rows_of_log(zone: str = "UTC") -> list[dict[str, str]]:
    found = []
    for line in LOG:
        at, user, dataset, target, action, page = line.split(";")
        moment = datetime.fromisoformat(f"2024-05-{at}").replace(tzinfo=UTC)
        row = dict.fromkeys(HEADER, "")
        row |= {"timestamp": moment.astimezone(ZoneInfo(zone)).isoformat(), "domain_id": "portal"}
        row |= {"user_id": user, "dataset_id": dataset, "username": target, "action": action}
        row |= {"page_id": page, "diff": DIFF if target else "", "subdomain_id": "sub"}
        found.append(row)
    return found


def csv_text(
    rows: list[dict[str, str]], delimiter: str = ";", labels: tuple[str, ...] | None = None
) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerow(labels or tuple(rows[0]))
    writer.writerows(row.values() for row in rows)
    return out.getvalue()


async def load(location: Path, store: Path, **options: Any) -> ImportReport:
    return await run_import(OpendatasoftImporter(), str(location), store, ImportOptions(**options))


@pytest.fixture
async def log(tmp_path: Path) -> Path:
    source = tmp_path / "log.csv"
    source.write_text(csv_text(rows_of_log()))
    store = tmp_path / "store.sqlite3"
    await load(source, store)
    return store


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
    found = dicts(await report(log, "backoffice.top-datasets", WEEK, only=edits))
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


def forms() -> dict[str, str]:
    paris = rows_of_log("Europe/Paris")
    flat = [{name: cell or None for name, cell in row.items()} for row in paris]
    v1 = [{"fields": {name: cell for name, cell in row.items() if cell}} for row in paris]
    return {
        "labels, comma, BOM, +02:00": "\ufeff" + csv_text(paris, ",", LABELS),
        "JSON array": json.dumps(flat),
        "JSON lines": "\n".join(map(json.dumps, flat)),
        "v1 without nulls": json.dumps({"records": v1}),
        "v2": json.dumps({"records": [{"record": row} for row in v1]}),
    }


@pytest.mark.parametrize("form", forms())
async def test_another_form_and_zone_is_the_same_store(
    tmp_path: Path, log: Path, form: str
) -> None:
    other = tmp_path / "other.bin"
    other.write_bytes(gzip.compress(forms()[form].encode()))
    await load(other, tmp_path / "other.sqlite3")
    assert contents(tmp_path / "other.sqlite3") == contents(log)


async def test_a_re_export_in_another_zone_adds_nothing(tmp_path: Path, log: Path) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "april.csv").write_text(csv_text(rows_of_log()))
    for number, text in enumerate(forms().values()):
        (folder / f"may-{number}.json").write_text(text, encoding="utf-8")
    imported = await load(folder, tmp_path / "other.sqlite3")
    assert contents(tmp_path / "other.sqlite3") == contents(log)
    assert "60 rows are in several files and count once" in imported.notes


async def test_rows_alike_are_events_and_files_alike_are_not(tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    row = rows_of_log()[0]
    store = tmp_path / "store.sqlite3"
    (folder / "a.csv").write_text(csv_text([row, row]))
    for _ in range(2):
        await load(folder / "a.csv", store)
        assert query(store, "SELECT count(*) FROM event") == [(2,)]
    (folder / "b.csv").write_text(csv_text([row, row]))
    await load(folder, store)
    assert query(store, "SELECT count(*) FROM event") == [(2,)]
    (folder / "c.csv").write_text(csv_text([row, row, row]))
    await load(folder, store)
    assert query(store, "SELECT count(*) FROM event") == [(3,)]


async def test_the_same_file_again_is_the_same_store(tmp_path: Path, log: Path) -> None:
    before = contents(log)
    await load(tmp_path / "log.csv", log)
    assert contents(log) == before


async def test_the_log_comes_back_as_it_was(tmp_path: Path, log: Path) -> None:
    source = tmp_path / "log.csv"
    table = await report(log, "backoffice.log", WEEK)
    assert tuple(column.name for column in table.columns) == HEADER
    back = [
        {
            name: cell.isoformat() if isinstance(cell, datetime) else str(cell or "")
            for name, cell in row.items()
        }
        for row in dicts(table)
    ]
    # The log shows the newest first.
    assert csv_text(list(reversed(back))) == source.read_text()


async def test_bad_rows_are_refused_with_a_reason(tmp_path: Path) -> None:
    rows = rows_of_log()[:3]
    rows[0]["timestamp"], rows[1]["action"] = "soon", ""
    source = tmp_path / "log.csv"
    source.write_text(csv_text(rows) + "too;short\n")
    found = await load(source, tmp_path / "store.sqlite3")
    table = found.tables["activity log"]
    assert (table.read, table.kept) == (4, 1)
    assert table.refused == {
        "the timestamp is not a time": 1,
        "no action": 1,
        "wrong number of cells": 1,
    }


async def test_times_without_offset_are_in_the_source_zone(tmp_path: Path) -> None:
    row = rows_of_log()[0] | {"timestamp": "2024-05-06 11:00:00"}
    source = tmp_path / "log.csv"
    source.write_text(csv_text([row]))
    store = tmp_path / "store.sqlite3"
    found = await load(source, store, source_zone="Europe/Paris")
    nine = int(datetime(2024, 5, 6, 9, tzinfo=UTC).timestamp())
    assert query(store, "SELECT id >> 20 FROM event") == [(nine,)]
    assert any("1 times carry no offset: read as Europe/Paris" in note for note in found.notes)


async def test_an_export_without_rows_is_no_mistake(tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "a.csv").write_text(csv_text(rows_of_log()))
    (folder / "b.json").write_text("[]")
    (folder / "c.json").write_text('{"total_count": 0, "results": []}')
    found = await load(folder, tmp_path / "store.sqlite3")
    assert found.tables["activity log"].kept == 12
    assert found.notes == ["b.json holds no rows", "c.json holds no rows"]


async def test_people_of_the_back_office_are_counted(log: Path) -> None:
    assert query(log, "SELECT key, roles, counted FROM person ORDER BY key") == [
        *((name, "back office", 1) for name in ("ana", "bo", "cy", "dee", "eli", "fay")),
        ("zed", None, 1),
    ]


async def test_other_files_are_named_with_their_columns(tmp_path: Path) -> None:
    source = tmp_path / "x.csv"
    source.write_text("Name,Views\nA,1\n")
    with pytest.raises(SourceError, match="it has Name, Views"):
        await load(source, tmp_path / "store.sqlite3")


# ---- API monitoring ------------------------------------------------------------------------------

CALLS: tuple[dict[str, str], ...] = (
    {
        **{"user_id": "ana", "api": "search_dataset_records", "nhits": "0", "query_text": "bus"},
        **{"user_ip_addr": "203.0.113.7", "user_agent": "curl", "query_string": "q=bus"},
    },
    {"user_id": "anonymous", "api": "records_index", "nhits": "5", "dataset_id": "d1"},
    {"user_id": "anonymous", "api": "analyze_records", "exec_time": "0.25"},
    {"user_id": "bo", "api": "get_geo_clusters"},
    {"user_id": "anonymous", "api": "download_dataset_records", "bot": "true"},
    {"user_id": "ana", "api": "export_dataset"},
    {"user_id": "anonymous", "api": "lookup_dataset", "in_error": "UnknownDataset"},
)
COLUMNS = (
    *("timestamp", "user_ip_addr", "user_id", "dataset_id", "api", "query_string", "nhits"),
    *("exec_time", "in_error", "error", "user_agent", "query_text", "bot", "action"),
)


def calls(*rows: dict[str, str]) -> str:
    full = [
        {**dict.fromkeys(COLUMNS, ""), "timestamp": "2024-05-06T12:00:00Z", **row} for row in rows
    ]
    return csv_text(full)


async def load_calls(tmp_path: Path, text: str, **options: Any) -> Path:
    source, store = tmp_path / "api.csv", tmp_path / "api.sqlite3"
    source.write_text(text)
    await load(source, store, **options)
    return store


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
