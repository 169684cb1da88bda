"""Refused rows of every importer: an example in the report, and nothing that is not kept."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from termstats.cli.main import main
from termstats.data.importers.registry import importers
from termstats.data.importers.writing.base import ImportOptions
from termstats.data.importers.writing.run import bad_rows_path, run_import
from tests.data.importers.oppia import factory as oppia
from tests.data.importers.small_sources import SOURCES

IP, AGENT = "192.0.2.77", "Konqueror"
EVENTS = f"at,person,kind,ip,agent\n2026-03-01,ana,page,,\nyesterday,bo,page,{IP},{AGENT}\n"
CALLS = (
    "timestamp,api,user_id,user_ip_addr,user_agent,query_text\n"
    "2026-03-01T09:00Z,search,ana,,,\n"
    f"yesterday,search,bo,{IP},{AGENT},{AGENT}\n"
)


def events(folder: Path) -> Path:
    return text(folder, EVENTS)


def wide_events(folder: Path) -> Path:
    return text(folder, EVENTS + f"2026-03-01,bo,page,,{IP},{AGENT}\n")


def calls(folder: Path) -> Path:
    return text(folder, CALLS)


def text(folder: Path, rows: str) -> Path:
    path = folder / "log.csv"
    path.write_text(rows)
    return path


def tracker(folder: Path) -> Path:
    path = SOURCES["oppia"](folder)
    event = oppia.event(99, tracker_date="soon", ip=IP, agent=AGENT, data=f'{{"agent": "{AGENT}"}}')
    event |= {"submitted_date": "soon"}
    with closing(sqlite3.connect(path)) as connection:
        have = [row[1] for row in connection.execute("PRAGMA table_info(oppia_tracker)")]
        names = [name for name in event if name in have]
        marks = ", ".join("?" for _ in names)
        connection.execute(
            f"INSERT INTO oppia_tracker ({', '.join(names)}) VALUES ({marks})",  # noqa: S608
            [event[name] for name in names],
        )
        connection.commit()
    return path


CASES: dict[str, tuple[str, Callable[[Path], Path]]] = {
    "events": ("events", events),
    "a row that is too wide": ("events", wide_events),
    "calls": ("opendatasoft", calls),
    "tracker": ("oppia", tracker),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("kept", [False, True], ids=["without", "with network data"])
async def test_refused_rows_keep_what_the_import_keeps(
    tmp_path: Path, case: str, kept: bool
) -> None:
    (platform, make), store = CASES[case], tmp_path / "store.sqlite3"
    options = ImportOptions(with_network_data=kept)
    await run_import(importers()[platform], str(make(tmp_path)), store, options)
    bad_rows = bad_rows_path(store).read_text(encoding="utf-8")
    assert (IP in bad_rows, AGENT in bad_rows) == (kept, kept)


async def test_the_cells_of_a_table_are_named(tmp_path: Path) -> None:
    store = tmp_path / "store.sqlite3"
    report = await run_import(importers()["oppia"], str(tracker(tmp_path)), store)
    table = report.tables["oppia_tracker"]
    assert table.examples == {"no usable date": "'id 99'"}
    with bad_rows_path(store).open(encoding="utf-8", newline="") as file:
        rows = [json.loads(row["row"]) for row in csv.DictReader(file)]
    row = next(row for row in rows if row.get("id") == 99)
    assert (row["submitted_date"], row["data"]) == ("soon", "{}")


async def test_a_row_that_nobody_placed_is_its_own_example(tmp_path: Path) -> None:
    folder = SOURCES["oulad"](tmp_path)
    (folder / "vle.csv").write_text(
        (folder / "vle.csv").read_text().rstrip("\n") + "\n77,ZZZ,2013J,page,,\n"
    )
    report = await run_import(importers()["oulad"], str(folder), tmp_path / "store.sqlite3")
    assert report.tables["vle"].examples == {"unknown presentation": "'ZZZ, 2013J, 77, page'"}


def test_a_store_without_any_row_is_not_sound(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = str(tmp_path / "store.sqlite3")
    assert main(["import", "events", str(events(tmp_path)), "--store", store]) == 0
    assert main(["check", "--store", store]) == 0
    with closing(sqlite3.connect(store)) as connection:
        report = {"tables": {"events": {"read": 2, "kept": 0, "refused": {"at is not a time": 2}}}}
        connection.execute("UPDATE source SET report = ?", (json.dumps(report),))
        connection.commit()
    capsys.readouterr()
    assert main(["check", "--store", store]) == 1
    assert "no row of its import was kept" in capsys.readouterr().out
