"""Text as spreadsheets save it is read in the encoding that it has."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.data.importers.sources.sheet_reading import read

NAMES = [
    "Jos\u00e9 M\u00fcller",
    "M\u00fcller",
    "Zo\u00eb",
    "\u00c9l\u00e8ve \u00e0 l\u2019\u00e9cole",
    "Gr\u00f6\u00dfe \u2013 \u201cgut\u201d",
    "S\u00e3o Paulo, cora\u00e7\u00e3o",
    "Se\u00f1or \u00d1and\u00fa",
    "\u00c6r\u00f8 \u00d8st \u00e5",
    "L\u00c9A D\u00c9J\u00c0",
    "5 \u20ac \u2026",
]
HEADER = "at;who;kind\n2026-03-01;ana;page\n"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman"])
@pytest.mark.parametrize("line_end", ["\r\n", "\r"], ids=["CRLF", "CR"])
def test_text_of_windows_and_of_macs(
    tmp_path: Path, name: str, encoding: str, line_end: str
) -> None:
    path = tmp_path / "log.csv"
    text = f'{HEADER}2026-03-02;"{name}";page\n'.replace("\n", line_end)
    path.write_bytes(text.encode(encoding))
    sheet, rows, _counter = read(path)
    assert [row["who"] for row in rows] == ["ana", name]
    assert sheet.notes == [f"log.csv is not UTF-8: read as {encoding}"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_text_of_excel(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "log.txt"
    text = f"{HEADER}2026-03-02;{NAMES[0]};page\n".replace(";", "\t").replace("\n", "\r\n")
    path.write_bytes(text.encode(encoding))
    sheet, rows, _counter = read(path)
    assert [row["who"] for row in rows] == ["ana", NAMES[0]]
    assert sheet.notes == [f"log.txt is not UTF-8: read as {encoding}"]


@pytest.mark.parametrize("separator", ["", "sep=;\r\n"])
def test_a_mark_before_utf_8(tmp_path: Path, separator: str) -> None:
    path = tmp_path / "log.csv"
    path.write_bytes((separator + HEADER).encode("utf-8-sig"))
    sheet, rows, _counter = read(path)
    assert (sheet.header, sheet.notes) == (("at", "who", "kind"), [])
    assert [row["who"] for row in rows] == ["ana"]
