"""Excel workbooks are files of rows: what a sheet shows is what is read."""

import datetime
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from termstats.data.importers.sources import unpacking
from termstats.data.importers.sources.text_files import open_text
from termstats.data.model.errors import SourceError
from tests.data.importers.events.test_events import load
from tests.data.importers.store_file import query, when


def workbook(path: Path, **sheets: list[list[Any]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def text_of(path: Path) -> str:
    with open_text(path) as (file, encoding):
        assert encoding == "utf-8"
        return file.read()


EVENTS: list[list[Any]] = [
    ["at", "person", "kind", "training", "value", "note"],
    [
        datetime.datetime.fromisoformat("2026-03-01T09:00:05"),
        12,
        "page",
        "Örtliche; Übung",
        90.5,
        None,
    ],
    [],
    [datetime.datetime.fromisoformat("2026-03-02T10:00"), 7.0, "quiz", 'a "b"', 1234, True],
]


def test_cells_are_what_they_mean(tmp_path: Path) -> None:
    at = datetime.timedelta(minutes=1, seconds=30)
    rows: list[list[Any]] = [
        ["a", "b"],
        [at, datetime.date(2026, 3, 1)],
        ["=1/0", "#N/A"],
        ["two\nlines", 1e3],
    ]
    assert text_of(workbook(tmp_path / "b.xlsx", one=rows, two=[])) == (
        '"a","b"\n"90.0","2026-03-01 00:00:00"\n"two\nlines","1000"\n'
    )


async def test_events_of_a_workbook(tmp_path: Path) -> None:
    source = workbook(tmp_path / "any-name.csv", Export=EVENTS)
    report = await load(source, tmp_path / "store.db")
    assert report.tables["events"].read == 2
    assert report.refused == 0
    store = tmp_path / "store.db"
    assert query(store, "SELECT key FROM person ORDER BY key") == [("12",), ("7",)]
    assert query(store, "SELECT title FROM training ORDER BY id") == [
        ("Örtliche; Übung",),
        ('a "b"',),
    ]
    seconds = query(store, "SELECT id >> 20, value FROM event ORDER BY id")
    assert seconds == [(when("2026-03-01 09:00:05"), 90.5), (when("2026-03-02 10:00"), 1234.0)]


async def test_titles_above_the_header_do_no_harm(tmp_path: Path) -> None:
    source = workbook(tmp_path / "a.xlsx", Export=[["Our academy"], [], *EVENTS])
    report = await load(source, tmp_path / "store.db")
    assert (report.tables["events"].read, report.refused) == (2, 0)


def test_says_what_is_wrong_with_a_workbook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    two = workbook(tmp_path / "two.xlsx", May=EVENTS, June=EVENTS)
    with pytest.raises(SourceError, match=r"several sheets \(May, June\); save each as a file"):
        text_of(two)
    damaged = tmp_path / "damaged.xlsx"
    with zipfile.ZipFile(damaged, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook>")
    with pytest.raises(SourceError, match="an Excel workbook that cannot be read"):
        text_of(damaged)
    monkeypatch.setattr(unpacking, "MOST_FREE", 1_000)
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", " " * 5_000_000)
    with pytest.raises(SourceError, match="unpacks to more than"):
        text_of(bomb)


def test_entities_of_xml_do_not_grow(tmp_path: Path) -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE x [<!ENTITY e0 "lol">{entities}]><x>&e9;</x>'
    path = tmp_path / "bomb.xlsx"
    whole = workbook(tmp_path / "whole.xlsx", Export=EVENTS)
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(path, "w") as archive:
        for name in source.namelist():
            is_sheet = name == "xl/worksheets/sheet1.xml"
            archive.writestr(name, bomb if is_sheet else source.read(name))
    with pytest.raises(SourceError, match="an Excel workbook that cannot be read"):
        text_of(path)
