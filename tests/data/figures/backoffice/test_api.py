"""The API figures against the checks 15 to 22 of the Opendatasoft reference."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from termstats.data.model.filter_base import Filter
from termstats.data.query.filter_text import parse
from termstats.data.query.scope import EVERYTHING
from termstats.data.store.opening import open_store
from tests.data.figures.hand_store import Hand, dicts, make_store, report
from tests.data.importers.opendatasoft.factory import CALLS, calls, load, load_calls

DAY = "2024-05-06..2024-05-06"
ALL = "2024-05-06..2024-05-07"


async def totals(store: Path, period: str = DAY, column: str = "value", **options: Any) -> Any:
    table = await report(store, "backoffice.api-totals", period, **options)
    return {row["metric"]: row[column] for row in dicts(table)}


async def filters_of(path: Path, text: str) -> tuple[Filter, ...]:
    store = await open_store(path)
    try:
        return await parse(store, EVERYTHING, text)
    finally:
        await store.close()


async def test_15_to_20_the_calls_in_numbers(tmp_path: Path) -> None:
    store = await load_calls(tmp_path, calls(*CALLS))
    assert await totals(store) == {
        "calls": 7,
        "logins": 2,
        # ana and bo made three of the seven.
        "calls_per_login": 1.5,
        "anonymous_share": pytest.approx(100 * 4 / 7),
        "bot_share": pytest.approx(100 / 7),
        "searches": 2,
        "without_result": 1,
        "downloads": 1,
        "downloads_with_exports": 2,
        "errors": 1,
    }
    assert (await totals(store, column="previous"))["calls"] == 0


async def test_everybody_counts_the_account_of_nobody_as_a_login(tmp_path: Path) -> None:
    found = await totals(await load_calls(tmp_path, calls(*CALLS)), everybody=True)
    assert (found["logins"], found["calls_per_login"]) == (3, pytest.approx(7 / 3))
    # A share of calls does not depend on who counts as a person.
    assert found["anonymous_share"] == pytest.approx(100 * 4 / 7)


async def test_the_previous_period_stands_beside(tmp_path: Path) -> None:
    later = [{**call, "timestamp": "2024-05-07T10:00:00Z"} for call in CALLS[:2]]
    store = await load_calls(tmp_path, calls(*CALLS, *later))
    table = await report(store, "backoffice.api-totals", "2024-05-07")
    (row,) = [row for row in dicts(table) if row["metric"] == "calls"]
    assert (row["value"], row["previous"], row["change"]) == (2, 7, -5)


async def test_mobile_only_where_the_log_tells(tmp_path: Path) -> None:
    rows = [{**call, "mobile": flag} for call, flag in zip(CALLS, "1100000", strict=True)]
    header = ("timestamp", *dict.fromkeys(name for row in rows for name in row))
    lines = [
        ";".join({"timestamp": "2024-05-06T12:00:00Z", **row}.get(name, "") for name in header)
        for row in rows
    ]
    store = await load_calls(tmp_path, "\n".join((";".join(header), *lines)) + "\n")
    assert (await totals(store))["mobile_share"] == pytest.approx(100 * 2 / 7)


async def test_who_calls(tmp_path: Path) -> None:
    store = await load_calls(tmp_path, calls(*CALLS))
    table = await report(store, "backoffice.api-users", DAY)
    # user_id, user, analyze, geo, search, download, other, total
    assert table.rows == (
        ("ana", "ana", 0, 0, 1, 1, 0, 2),
        ("bo", "bo", 0, 1, 0, 0, 0, 1),
    )
    assert "Not ranked: 4 calls of machines or without a login." in table.notes
    ranked = await report(store, "backoffice.api-users", DAY, everybody=True)
    assert ranked.rows[0] == ("anonymous", "anonymous", 1, 0, 1, 1, 1, 4)


async def test_20_errors_by_name_and_day(tmp_path: Path) -> None:
    more = {"user_id": "bo", "api": "records_index", "in_error": "true", "error": "HTTPError"}
    late = {**more, "timestamp": "2024-05-07T23:59:59Z"}
    store = await load_calls(tmp_path, calls(*CALLS, late, late))
    table = await report(store, "backoffice.api-errors", ALL)
    assert [column.name for column in table.columns] == [
        *("day", "HTTPError", "UnknownDataset", "total"),
    ]
    assert table.rows == (
        (date(2024, 5, 6), 0, 1, 1),
        (date(2024, 5, 7), 2, 0, 2),
    )
    of_bo = await report(
        store, "backoffice.api-errors", ALL, filters=await filters_of(store, "person=bo")
    )
    assert [column.name for column in of_bo.columns] == ["day", "HTTPError", "total"]


async def test_18_texts_without_result_only_on_request(tmp_path: Path) -> None:
    found = {"user_id": "bo", "api": "records_index", "nhits": "3", "query_text": "tram"}
    again = {"user_id": "bo", "api": "records_index", "nhits": "3", "query_text": "bus"}
    text = calls(*CALLS, found, again)
    store = await load_calls(tmp_path, text)
    hidden = await report(store, "backoffice.api-searches", DAY)
    assert hidden.rows == () and "--with-network-data" in hidden.empty
    store = await load_calls(tmp_path, text, with_network_data=True)
    table = await report(store, "backoffice.api-searches", DAY)
    assert table.rows == (("bus", 1, 2, date(2024, 5, 6)),)
    later = await report(store, "backoffice.api-searches", "2024-05-07")
    assert later.empty.startswith("No searches without result on 7 May 2024.")


async def test_a_log_without_calls_says_so(tmp_path: Path) -> None:
    def fill(hand: Hand) -> None:
        hand.person("ana")
        hand.event("2024-05-06 09:00", "ana", "admin", action="save")

    store = await make_store(tmp_path, fill, as_of="2024-05-08")
    for name in ("api-totals", "api-users", "api-errors", "api-searches"):
        table = await report(store, f"backoffice.{name}", DAY)
        assert table.rows == () and table.empty.startswith("This source records no API calls.")
    assert "No snapshot" in (await report(store, "backoffice.datasets", DAY)).empty


# ---- datasets ------------------------------------------------------------------------------------

HEADER = "dataset_id;title;theme;api_call_count;download_count;popularity_score\n"


async def snapshots(tmp_path: Path, **files: str) -> Path:
    folder = tmp_path / "monitoring"
    folder.mkdir()
    for name, lines in files.items():
        (folder / f"datasets-2024-05-{name[1:]}.csv").write_text(HEADER + lines)
    store = tmp_path / "store.sqlite3"
    await load(folder, store)
    return store


async def test_22_change_needs_two_snapshots(tmp_path: Path) -> None:
    store = await snapshots(
        tmp_path, d01="d1;Trees;Nature;100;7;0.5\n", d02="d1;Trees;Nature;130;;1\n"
    )
    changes = {
        "2024-05-01..2024-05-02": (130, 30),
        # The evening before the period is where it begins.
        "2024-05-02..2024-05-09": (130, 30),
        "2024-05-01": (100, None),
        "2024-05-03..2024-05-09": (130, None),
    }
    for period, expected in changes.items():
        (row,) = dicts(await report(store, "backoffice.datasets", period))
        assert (row["api_calls"], row["api_calls_change"]) == expected
    both = await report(store, "backoffice.datasets", "2024-05-01..2024-05-02")
    (row,) = dicts(both)
    assert (row["popularity"], row["popularity_change"], row["theme"]) == (1, 0.5, "Nature")
    # The second snapshot names no downloads: unknown, and not 7 fewer.
    assert (row["downloads"], row["downloads_change"]) == (None, None)
    assert "Changes are those from 2024-05-01 to 2024-05-02." in both.notes
    assert (await report(store, "backoffice.datasets", "2024-04-01")).rows == ()


async def test_the_newest_snapshot_decides_which_datasets_there_are(tmp_path: Path) -> None:
    store = await snapshots(
        tmp_path,
        d01="d1;Trees;;100;7;\nd2;Gone;;900;9;\n",
        d03="d1;Trees;;90;8;\nd3;New;;5;1;\n",
    )
    table = await report(store, "backoffice.datasets", "2024-05-01..2024-05-03")
    # What only came later has no change.
    assert [row[1:6] for row in table.rows] == [("Trees", 90, -10, 8, 1), ("New", 5, None, 1, None)]
    assert table.summary.startswith("2 datasets · 95 calls · 9 downloads")
    narrowed = await filters_of(store, "object=d3 weekday=Monday")
    table = await report(store, "backoffice.datasets", "2024-05-03", filters=narrowed)
    assert [row[1] for row in table.rows] == ["New"]
    assert "Filters without a meaning here narrow nothing: weekday Monday." in table.notes
