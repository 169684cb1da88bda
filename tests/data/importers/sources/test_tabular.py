"""The reader of files of rows: every way of writing the same rows reads the same."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import random
from datetime import UTC, date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from termstats.data.importers.sources import tabular
from termstats.data.importers.sources.column_maps import read_map
from termstats.data.importers.sources.column_names import SheetColumns
from termstats.data.importers.sources.file_names import day_of_file, day_of_name, files_of
from termstats.data.model.errors import SourceError
from tests.data.importers.sources.sheet_reading import Counter

ALIASES = {"user_id": ("User", "login name"), "count": ("API call count",)}
ROWS = [
    {"user_id": "ana", "count": "3", "note": 'one\ntwo; three, "four"'},
    {"user_id": "Ül", "count": "", "note": ""},
]


def read(path: Path) -> list[dict[str, str]]:
    counter = Counter()
    with tabular.Sheets(SheetColumns(ALIASES)).open(path) as sheet:
        rows = list(sheet.rows(counter))
    assert counter.refused == []
    assert counter.number == len(rows)
    return rows


def as_csv(delimiter: str, header: tuple[str, ...]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow(header)
    writer.writerows(row.values() for row in ROWS)
    return out.getvalue()


def typed(row: dict[str, str]) -> dict[str, object]:
    return {**row, "count": int(row["count"]) if row["count"] else None}


NAMES = ("user_id", "count", "note")
LABELS = ("login  name", "api call count", "note")
FLAT = [typed(row) for row in ROWS]
FORMS = {
    "comma": as_csv(",", NAMES),
    "semicolon": as_csv(";", NAMES),
    "tab": as_csv("\t", NAMES),
    "labels": as_csv(";", LABELS),
    "array": json.dumps(FLAT),
    "pretty array": json.dumps(FLAT, indent=2),
    "lines": "\n".join(json.dumps(row) for row in FLAT) + "\n\n",
    "v1": json.dumps({"nhits": 2, "records": [{"recordid": "x", "fields": row} for row in FLAT]}),
    "v2": json.dumps({"records": [{"record": {"id": 1, "fields": row}} for row in FLAT]}, indent=1),
    "v2.1": json.dumps({"total_count": 2, "results": FLAT}),
    "wrapped lines": "\n".join(json.dumps({"record": {"fields": row}}) for row in FLAT),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"], ids=["plain", "bom"])
@pytest.mark.parametrize("packed", [False, True], ids=["file", "gzip"])
def test_all_forms_read_the_same(tmp_path: Path, form: str, bom: bytes, packed: bool) -> None:
    data = bom + FORMS[form].encode()
    path = tmp_path / "rows.any"
    path.write_bytes(gzip.compress(data, mtime=0) if packed else data)
    assert read(path) == ROWS


def test_a_map_names_columns(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("Wer;Anzahl\nana;3\n")
    (tmp_path / "map.json").write_text(json.dumps({"Wer": "nobody"}))
    (tmp_path / "log.map.json").write_text(json.dumps({"wer": "user_id", "Anzahl": "count"}))
    (tmp_path / "store.db.bad-rows.csv").write_text("table,reason,row\n")
    assert read(path) == [{"user_id": "ana", "count": "3"}]
    assert files_of(str(tmp_path)) == [path]


def test_a_long_cell_is_read(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("note,count\n" + "x" * 200_000 + ",1\n")
    assert len(read(path)[0]["note"]) == 200_000


def test_rows_that_are_no_rows_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("user_id,count\nana,1\n\nbo\ncy,2,3\n")
    counter = Counter()
    with tabular.Sheets(SheetColumns({})).open(path) as sheet:
        assert [row["user_id"] for row in sheet.rows(counter)] == ["ana"]
    assert counter.number == 3
    assert counter.refused == [
        ("wrong number of cells", ["bo"]),
        ("wrong number of cells", ["cy", "2", "3"]),
    ]
    path.write_text('[{"user_id": "ana"}, 7]')
    counter = Counter()
    with tabular.Sheets(SheetColumns({})).open(path) as sheet:
        assert list(sheet.rows(counter)) == [{"user_id": "ana"}]
    assert counter.number == 2
    assert counter.refused == [("not a JSON object", 7)]


RUSSIAN = "\u043f\u0435\u0440\u0432\u0430\u044f \u043f\u043e\u043c\u043e\u0449\u044c "


@pytest.mark.parametrize(
    ("encoding", "written", "note"),
    [
        ("cp1252", "Jos\u00e9 M\u00fcller", "cp1252"),
        ("utf-16", "Jos\u00e9 M\u00fcller", "utf-16"),
        ("cp1251", RUSSIAN * 9, "cp1251"),
    ],
)
def test_other_encodings_are_read_and_said(
    tmp_path: Path, encoding: str, written: str, note: str
) -> None:
    path = tmp_path / "rows.csv"
    # The first letter that is no UTF-8 may come late.
    path.write_bytes(("user_id\n" + "ana\n" * 50_000 + written + "\n").encode(encoding))
    with tabular.Sheets(SheetColumns({})).open(path) as sheet:
        assert list(sheet.rows(Counter()))[-1] == {"user_id": written}
        assert sheet.notes == [f"rows.csv is not UTF-8: read as {note}"]


NOISE = random.Random(1).randbytes(9_000).hex().encode()  # noqa: S311
CUT_OFF = gzip.compress(b"a,b\n" + NOISE, mtime=0)[:-200]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "column names"),
        (b'a,b\n"open,1\n', "damaged or truncated"),
        (b"a,b\n\x81\xff\xc0\xb8,1\n", "not UTF-8"),
        (CUT_OFF, "gzip"),
        (b'[{"a": 1}, ', "not JSON"),
        (b'{"a": 1,\n"b": \n', "not JSON"),
        (b"User,user_id\nana,bo\n", "all mean 'user_id'"),
    ],
    ids=("empty", "quote", "bytes", "gzip", "array", "line", "twice"),
)
def test_damaged_files_say_so_in_one_line(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes(content)
    with pytest.raises(SourceError) as error:
        read(path)
    assert words in str(error.value)
    assert str(path) in str(error.value)
    assert "\n" not in str(error.value)


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such file"):
        files_of(str(tmp_path / "missing"))
    with pytest.raises(SourceError, match="holds no file"):
        files_of(str(tmp_path))
    (tmp_path / "a.csv.map.json").write_text("[]")
    with pytest.raises(SourceError, match="write"):
        read_map(tmp_path / "a.csv")


def test_the_day_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "courses 2024-05-06.csv"
    assert day_of_name(path) == date(2024, 5, 6)
    assert day_of_name(Path("users_20240507.csv")) == date(2024, 5, 7)
    assert day_of_name(Path("20249999-2024-02-30.csv")) is None
    other = tmp_path / "courses.csv"
    other.touch()
    os.utime(other, (1714986000, 1714986000))
    assert day_of_file(other, UTC) == date(2024, 5, 6)


_CELL = st.text("ab1;,\t\"'\n\r \ufeff\u00e9", max_size=8)


@example([("", "\t"), ("1\r\t", "\r\t1")], ";")
@given(st.lists(st.tuples(_CELL, _CELL), max_size=5), st.sampled_from([";", ",", "\t"]))
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_csv_gives_back_what_was_written(
    tmp_path: Path, cells: list[tuple[str, str]], delimiter: str
) -> None:
    path = tmp_path / "rows.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, quoting=csv.QUOTE_ALL)
        writer.writerow(("first", "second"))
        writer.writerows(cells)
    assert read(path) == [{"first": a, "second": b} for a, b in cells]
