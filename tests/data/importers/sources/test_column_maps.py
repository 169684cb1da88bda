"""A map says what the columns of a file are, and nothing it says is passed over."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from termstats.data.importers.sources.column_names import SheetColumns
from termstats.data.importers.sources.tabular import Sheets
from termstats.data.model.errors import SourceError, TermstatsError, UsageError
from tests.data.importers.sources.sheet_reading import COLUMNS, read

ROWS = "Time;Person;Kind;Room\n2026-03-01;ana;Exam;4\n"


def with_map(folder: Path, map_: object, rows: str = ROWS, name: str = "log.csv") -> Path:
    path = folder / name
    path.write_text(rows)
    (folder / f"{name}.map.json").write_text(json.dumps(map_))
    return path


def test_only_what_the_map_names_is_taken(tmp_path: Path) -> None:
    path = with_map(tmp_path, {"time": "at", "ROOM": "parameter"})
    sheet, rows, _counter = read(path)
    assert rows == [{"at": "2026-03-01", "Room": "4"}]
    assert sheet.notes == [
        "log.csv: columns that log.csv.map.json does not name are left out: "
        "Person, Kind (called like ours)"
    ]


def test_all_others_may_be_parameters(tmp_path: Path) -> None:
    path = with_map(tmp_path, {"Time": "at", "*": "parameter"})
    # Person and Kind are names of ours, but not what they mean here.
    assert read(path)[1] == [{"at": "2026-03-01", "Person": "ana", "Kind": "Exam", "Room": "4"}]
    path = with_map(tmp_path, {"when": "at", "*": "parameter"}, "when;at\n2026-03-01;home\n")
    assert read(path)[1] == [{"at": "2026-03-01", "at 2": "home"}]


def test_labels_of_a_platform_stay_beside_a_map(tmp_path: Path) -> None:
    platform = SheetColumns({"at": (), "who": ("Person",), "kind": ()})
    path = with_map(tmp_path, {"Time": "at"})
    assert read(path, platform)[1] == [
        {"at": "2026-03-01", "who": "ana", "kind": "Exam", "Room": "4"}
    ]
    path = with_map(tmp_path, {"Room": "who", "Time": "at"})
    assert read(path, platform)[1][0]["who"] == "4"


def test_words_of_a_column(tmp_path: Path) -> None:
    map_ = {"Time": "at", "Kind": {"to": "kind", "values": {" EXAM": "quiz"}}}
    assert read(with_map(tmp_path, map_))[1][0]["kind"] == "quiz"
    map_["Kind"] = {"to": "parameter", "values": {"film": "media", "*": "?"}}
    assert read(with_map(tmp_path, map_))[1][0]["Kind"] == "?"


NESTED = {
    "time": "2026-03-01",
    "a.b": {"c": 1},
    "context": {"path": '{"course": {"id": "c7"}}', "list": [{"id": 5}]},
}


@pytest.mark.parametrize(
    ("path", "value"),
    [("a.b.c", "1"), ("context.path.course.id", "c7"), ("context.list.0.id", "5")],
)
def test_values_inside_values(tmp_path: Path, path: str, value: str) -> None:
    map_ = {"time": "at", path: "course"}
    file = with_map(tmp_path, map_, f'{{"time": "2026-03-02"}}\n{json.dumps(NESTED)}', "log.jsonl")
    assert read(file)[1] == [
        {"at": "2026-03-02", "course": ""},
        {"at": "2026-03-01", "course": value},
    ]


def test_a_path_that_leads_nowhere_names_those_beside_it(tmp_path: Path) -> None:
    map_ = {"time": "at", "context.lists.0.id": "course"}
    with pytest.raises(UsageError, match="no column 'context.lists.0.id'; near: context.list"):
        read(with_map(tmp_path, map_, json.dumps(NESTED), "log.jsonl"))


def test_values_inside_the_cells_of_a_csv(tmp_path: Path) -> None:
    rows = 'time;context\n2026-03-01;{"course": {"id": "c7"}}\n2026-03-01;\n'
    path = with_map(tmp_path, {"time": "at", "context.course.id": "course"}, rows)
    assert [row["course"] for row in read(path)[1]] == ["c7", ""]


@pytest.mark.parametrize(
    ("map_", "words"),
    [
        ({"Tiem": "at"}, "log.csv has no column 'Tiem'; near: Time"),
        ({"Time": "att"}, "'att' is none of our columns; near: at"),
        ({"Time": {"to": "zzz"}}, "'zzz' is none of our columns"),
        ({"Time": "at", "context.id": "course"}, "log.csv has no column 'context.id'"),
    ],
)
def test_what_a_map_names_must_be_there(
    tmp_path: Path, map_: dict[str, object], words: str
) -> None:
    with pytest.raises(UsageError) as error:
        read(with_map(tmp_path, map_))
    assert words in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "map_",
    [["at"], {"Time": 1}, {"Time": {"values": {}}}, {"Time": {"to": "at", "values": {"a": 1}}}],
)
def test_what_is_no_map(tmp_path: Path, map_: object) -> None:
    with pytest.raises(SourceError, match="our name"):
        read(with_map(tmp_path, map_))


def test_two_columns_of_one_meaning(tmp_path: Path) -> None:
    path = with_map(tmp_path, {"Time": "at", "Room": "at"})
    with pytest.raises(TermstatsError, match="the columns 'Time', 'Room' all mean 'at'"):
        read(path)


def test_rows_of_json_may_lack_what_the_map_names(tmp_path: Path) -> None:
    map_ = {"time": "at", "lesson": "course"}
    sheet, _rows, _counter = read(with_map(tmp_path, map_, '{"time": "2026-03-01"}', "log.jsonl"))
    assert sheet.notes == ["log.jsonl: no row has lesson, which the map names"]


def test_a_map_for_several_files_need_not_fit_each(tmp_path: Path) -> None:
    (tmp_path / "map.json").write_text(json.dumps({"Time": "at", "Kind": "kind"}))
    for name, rows in (("a.csv", "Time;x\n2026-03-01;1\n"), ("b.csv", "Time;Kind\n2026-03-01;1\n")):
        (tmp_path / name).write_text(rows)
    sheets = Sheets(COLUMNS, files=2)
    for name in ("a.csv", "b.csv"):
        read(tmp_path / name, sheets=sheets)
    sheets.check_map()
    sheets = Sheets(COLUMNS, files=2)
    for name in ("a.csv", "a.csv"):
        read(tmp_path / name, sheets=sheets)
    with pytest.raises(UsageError, match="no file has a column 'Kind'"):
        sheets.check_map()
