"""A map says what the columns of a file are, and nothing it says is passed over."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from termstats.data.importers.sources.column_names import SheetColumns
from termstats.data.importers.sources.json_rows import value_at
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


def test_words_of_one_of_our_columns(tmp_path: Path) -> None:
    # Of the column that a map says is ours, and of the one that is called so.
    map_ = {"Time": "at", "Kind": "kind", "kind": {"exam": "quiz"}}
    assert read(with_map(tmp_path, map_))[1][0]["kind"] == "quiz"
    map_ = {"Time": "at", "kind": {"film": "media", "*": "other"}}
    assert read(with_map(tmp_path, map_))[1] == [{"at": "2026-03-01", "kind": "other"}]


def test_a_word_with_a_star_stands_for_many(tmp_path: Path) -> None:
    rows = "Time;Kind\n" + "".join(f"2026-03-01;{kind}\n" for kind in ("a/Exam", "a/b.c?", "a/d"))
    values = {"*/exam": "quiz", "a/b.c?": "exact", "A/*": "rest"}
    map_ = {"Time": "at", "Kind": {"to": "kind", "values": values}}
    assert [row["kind"] for row in read(with_map(tmp_path, map_, rows))[1]] == [
        *("quiz", "exact", "rest")
    ]


def test_a_constant(tmp_path: Path) -> None:
    path = with_map(tmp_path, {"Time": "at", "course": {"constant": "First aid"}})
    assert read(path)[1] == [{"at": "2026-03-01", "course": "First aid"}]


SEVERAL = "time,mail,login,site\n2026-03-01,a@x,,\n2026-03-02,b@x,b,x\n2026-03-03,,c,\n"


def test_the_first_of_several_columns(tmp_path: Path) -> None:
    map_ = {"time": "at", "who": {"from": [["login", "site"], "MAIL", "nothing"]}}
    assert [row["who"] for row in read(with_map(tmp_path, map_, SEVERAL))[1]] == ["a@x", "b@x", ""]


def test_of_several_the_first_whose_word_is_listed(tmp_path: Path) -> None:
    map_ = {"at": {"from": "time"}, "kind": {"from": ["mail", "login"], "values": {"b": "quiz"}}}
    assert [row["kind"] for row in read(with_map(tmp_path, map_, SEVERAL))[1]] == [
        *("a@x", "quiz", "c")
    ]


def test_dates_of_a_column_that_is_made_of_several_have_one_order(tmp_path: Path) -> None:
    rows = "start,end\n03/04/2026,\n,25/04/2026\n"
    path = with_map(tmp_path, {"at": {"from": ["start", "end"]}}, rows)
    sheet, _rows, _counter = read(path)
    assert sheet.order("at") == "dmy"


LISTS = {
    "time": "2026-03-01",
    "parent": [{"type": "x/Module", "id": "m"}, {"type": "x/course", "id": "c"}],
    "group": {"type": "x/course", "id": "g"},
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("parent.[type=*/course].id", "c"),
        ("parent.[type!=*/course].id", "m"),
        ("parent.[type=x].id", ""),
        ("group.[type=*/course].id", "g"),
        ("group.[type!=*/course].id", ""),
        ("[group.id=g].time", "2026-03-01"),
        ("parent.[type!=x/m*].[id=c].id", "c"),
        # A list or an object is no value.
        ("parent", ""),
    ],
)
def test_an_item_that_is_chosen_by_a_condition(tmp_path: Path, path: str, value: str) -> None:
    map_ = {"time": "at", "course": {"from": path}}
    file = with_map(tmp_path, map_, json.dumps([LISTS]), "log.json")
    assert [row.get("course", "") for row in read(file)[1]] == [value]


@pytest.mark.parametrize(
    ("map_", "words"),
    [
        ({"at": {"from": ["tiem", "Room"]}, "who": {"from": "Persom"}}, "'Persom'; near: Person"),
        ({"Time": "at", "whoo": {"from": "Person"}}, "'whoo' is none of our columns; near: who"),
        ({"Time": "at", "knid": {"exam": "quiz"}}, "'knid' is none of our columns; near: kind"),
        ({"Time": "at", "Kind": {"to": "kind", "values": {"exam": "quizz"}}}, "near: quiz"),
        ({"Time": "at", "kind": {"Exam": "quizz"}}, "'quizz' is no word of 'kind'; near: quiz"),
    ],
)
def test_a_slip_in_a_map_is_named_with_what_is_near(
    tmp_path: Path, map_: dict[str, object], words: str
) -> None:
    columns = SheetColumns(COLUMNS.aliases, ("at",), words={"kind": ("quiz", "media", "page")})
    with pytest.raises(UsageError) as error:
        read(with_map(tmp_path, map_), columns)
    assert words in str(error.value)


@pytest.mark.parametrize(
    "wrong",
    [
        *({"from": []}, {"from": [1]}, {"from": "Room", "value": {}}, {"constant": 1}, {}),
        {"from": "Room", "values": ["a"]},
    ],
)
def test_what_is_made_of_nothing(tmp_path: Path, wrong: object) -> None:
    with pytest.raises(SourceError, match="our name"):
        read(with_map(tmp_path, {"Time": "at", "who": wrong}))


def test_one_of_our_columns_is_said_once(tmp_path: Path) -> None:
    map_ = {"Time": "at", "Person": "who", "who": {"from": "Room"}}
    with pytest.raises(SourceError, match="'Person' and 'who' both say what 'who' is"):
        read(with_map(tmp_path, map_))


@pytest.mark.parametrize("first", ["to", "from"])
def test_a_slip_in_a_part_of_an_entry(tmp_path: Path, first: str) -> None:
    with pytest.raises(SourceError, match="'kind' has a part 'value'; near: values; write"):
        read(with_map(tmp_path, {"Time": "at", "kind": {first: "kind", "value": {}}}))


def test_a_place_in_a_list_that_is_longer_than_any_list_leads_nowhere() -> None:
    assert value_at({"list": ["a"]}, f"list.{'9' * 5_000}") is None
