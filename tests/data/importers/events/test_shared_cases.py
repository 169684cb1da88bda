"""Files that other programs write and that once failed, against the right values beside them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from termstats.cli.main import main
from termstats.data.importers.writing.run import bad_rows_path
from tests.data.importers.events.everyday import kinds, learners, load, seconds
from tests.data.importers.store_file import query, when
from tests.shared import shared_case

SIX_EVENTS = {
    "bare-quote-tsv2": "log.tsv",
    "decimal-comma": "log.csv",
    "sep-line": "log.csv",
    "preamble": "log.csv",
    "trailing-cols": "log.csv",
    "dup-headers": "log.csv",
}


async def case(name: str, file: str, tmp_path: Path, **options: Any) -> Path:
    store = tmp_path / "store.sqlite3"
    await load(shared_case(name) / file, store, as_of_latest=True, **options)
    return store


@pytest.mark.parametrize("name", SIX_EVENTS)
async def test_what_spreadsheets_and_databases_write(tmp_path: Path, name: str) -> None:
    store = await case(name, SIX_EVENTS[name], tmp_path)
    assert query(store, "SELECT count(*) FROM event") == [(6,)]
    assert learners(store) == {"First aid": ["ana", "ben", "cleo"]}


async def test_a_decimal_comma(tmp_path: Path) -> None:
    store = await case("decimal-comma", "log.csv", tmp_path)
    assert query(store, "SELECT DISTINCT seconds, value FROM event") == [(90.5, 1234)]


@pytest.mark.parametrize("file", ["log99.jsonl", "log100.jsonl"])
async def test_a_column_that_comes_late(tmp_path: Path, file: str) -> None:
    store = await case("late-proof", file, tmp_path)
    assert learners(store) == {"First aid": ["ben"]}


async def test_a_name_that_is_none_of_ours(tmp_path: Path) -> None:
    store = await case("foreign-name", "log.jsonl", tmp_path)
    assert query(store, "SELECT name FROM person ORDER BY 1") == [("ana",), ("ben",)]
    assert query(store, "SELECT count(*) FROM event WHERE key IS NOT NULL OR value") == [(0,)]


@pytest.mark.parametrize(
    ("name", "wrong", "right"),
    [("map-typo-file-column", "cuorse", "course"), ("map-typo-our-column", "preson", "person")],
)
def test_a_map_that_names_nothing(
    tmp_path: Path, name: str, wrong: str, right: str, capsys: pytest.CaptureFixture[str]
) -> None:
    store = str(tmp_path / "store.sqlite3")
    assert main(["import", "events", str(shared_case(name) / "log.csv"), "--store", store]) == 2
    (message,) = capsys.readouterr().err.splitlines()
    assert f"'{wrong}'" in message
    assert f"near: {right}" in message


@pytest.mark.parametrize("options", [{}, {"dates": "mdy"}])
async def test_dates_with_the_month_first(tmp_path: Path, options: dict[str, Any]) -> None:
    store = await case("us-dates", "log.csv", tmp_path, **options)
    first = when("2026-03-01 10:00")
    assert seconds(store) == [first + day * 86_400 for day in range(31)]


async def test_dates_of_moodle(tmp_path: Path) -> None:
    store = await case("moodle", "logs_FA_20260401.csv", tmp_path)
    days = (when("2026-03-01 10:01:05"), when("2026-03-02 10:02:05"), when("2026-03-13 10:13:05"))
    assert seconds(store) == [second for second in days for _ in range(2)]
    assert learners(store) == {"Course: First aid": ["Ana Ruiz", "Ben Otto"]}


async def test_a_value_inside_a_value(tmp_path: Path) -> None:
    store = await case("json-nested", "log.jsonl", tmp_path)
    assert learners(store) == {"course-v1:X+1+1": ["ana", "ben", "cleo"]}


async def test_one_damaged_line(tmp_path: Path) -> None:
    store = tmp_path / "store.sqlite3"
    report = await load(shared_case("jsonl-one-bad") / "log.jsonl", store)
    table = report.tables["events"]
    assert (table.read, table.kept, table.examples) == (7, 6, {"not JSON": "line 4"})


async def test_kinds_of_another_platform(tmp_path: Path) -> None:
    store = await case("kolibri", "content_session_logs.csv", tmp_path)
    assert kinds(store) == [("media", 1), ("quiz", 3), ("resource", 1)]


def test_nothing_kept_is_a_failure_and_keeps_no_address(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = tmp_path / "store.sqlite3"
    location = str(shared_case("badrows-ip") / "log.csv")
    assert main(["import", "events", location, "--store", str(store)]) == 1
    assert "at is not a time, such as 'yesterday' in line 2" in capsys.readouterr().err
    assert not store.exists()
    assert not bad_rows_path(store).exists()
