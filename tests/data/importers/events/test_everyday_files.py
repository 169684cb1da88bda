"""Files of events as spreadsheets, databases and platforms write them."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from termstats.data.importers.writing.run import bad_rows_path
from termstats.data.model.errors import SourceError
from tests.data.importers.events.everyday import (
    SIX,
    header,
    imported,
    kinds,
    learners,
    lines_of,
    load,
    seconds,
)
from tests.data.importers.store_file import query, when

TITLED = [
    f"Report of activity\nMade on 2026-03-31\n\n{header()}\n{lines_of()}",
    f"Report of activity,,,,,\n,,,,,\n{header()}\n{lines_of()}",
    f"Activity; all courses\n{header(';')}\n{lines_of(';')}",
]


@pytest.mark.parametrize(
    "content",
    [
        f"sep=;\r\n{header(';')}\r\n{lines_of(';')}",
        f'"sep=|"\n{header("|")}\n{lines_of("|")}',
        f"{header()},,\n" + lines_of().replace("\n", ",,\n"),
        f"{header()}\n" + lines_of().replace("\n", ",\n"),
        f"{header()},note,note\n" + lines_of().replace("\n", ",x,y\n"),
        f"{header()},,\n{lines_of()}",
        *TITLED,
    ],
)
async def test_what_spreadsheets_add(tmp_path: Path, content: str) -> None:
    store, report = await imported(tmp_path, content)
    assert (report.tables["events"].read, report.tables["events"].kept) == (6, 6)
    assert learners(store) == {"First aid": ["ana", "ben", "cleo"]}
    assert query(store, "SELECT detail FROM event ORDER BY detail") == [(d,) for *_, d in SIX]


async def test_what_was_added_is_said(tmp_path: Path) -> None:
    content = f"Report\n{header()},note,note,\n" + lines_of().replace("\n", ",x,y,\n")
    store, report = await imported(tmp_path, content)
    assert report.notes == [
        "log.csv: columns without a name: column 9",
        "log.csv: columns called like one before: note 2",
        "log.csv: lines left out above the column names: 1",
    ]
    assert query(store, "SELECT DISTINCT name, value FROM event_param ORDER BY 1") == [
        ("note", "x"),
        ("note 2", "y"),
    ]


async def test_a_file_that_does_not_quote(tmp_path: Path) -> None:
    details = ['"start', '5" deep', '"', 'end"', '"all"', '""']
    rows = lines_of("\t")
    for (*_, detail), quoted in zip(SIX, details, strict=True):
        rows = rows.replace(detail, quoted)
    store, report = await imported(tmp_path, f"{header(chr(9))}\n{rows}", name="log.tsv")
    assert report.tables["events"].kept == 6
    stored = query(store, "SELECT detail FROM event ORDER BY id")
    assert sorted(detail for (detail,) in stored) == sorted(details)


async def test_a_file_that_quotes_keeps_its_line_breaks(tmp_path: Path) -> None:
    rows = lines_of().replace("title 1", '"one\ntwo, ""three"""')
    store, report = await imported(tmp_path, f"{header()}\n{rows}nonsense,x,page,,,\n")
    assert report.tables["events"].kept == 6
    assert ('one\ntwo, "three"',) in query(store, "SELECT detail FROM event")
    # Lines are counted as an editor counts them: a header, six events on seven lines.
    assert report.tables["events"].examples == {"at is not a time": "'nonsense' in line 9"}


async def test_one_line_with_a_stray_quote_is_refused_alone(tmp_path: Path) -> None:
    rows = lines_of().replace("title 1", '"one" more').replace("title 4", '"a, b"')
    _store, report = await imported(tmp_path, f"{header()}\n{rows}")
    table = report.tables["events"]
    assert (table.read, table.kept) == (6, 5)
    assert table.examples == {"a quote inside a cell in quotes": "line 3"}


async def test_one_damaged_line_of_json(tmp_path: Path) -> None:
    rows = [{"at": at, "person": person, "action": "read"} for at, person, _ in SIX]
    lines = [json.dumps(row) for row in rows]
    lines[0], lines[4] = '{"at": "2026', '\n{"at": ' + "9" * 5_000 + "}"
    store, report = await imported(tmp_path, "\n".join(lines), name="log.jsonl")
    table = report.tables["events"]
    assert (table.read, table.kept) == (6, 4)
    assert table.examples == {"not JSON": "line 1"}
    with bad_rows_path(store).open(encoding="utf-8", newline="") as file:
        assert [row["place"] for row in csv.DictReader(file)] == ["line 1", "line 6"]


async def test_the_place_of_a_row_in_a_document_and_in_a_folder(tmp_path: Path) -> None:
    rows = [{"at": "2026-03-01", "kind": "page"}, {"at": "soon", "kind": "page"}]
    _store, report = await imported(tmp_path, json.dumps(rows, indent=1), name="log.json")
    assert report.tables["events"].examples == {"at is not a time": "'soon' in row 2"}
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.csv").write_text("at,kind\n2026-03-01,page\n")
    (folder / "{b}.csv").write_text("at,kind\nsoon,page\n")
    report = await load(folder, tmp_path / "store.sqlite3")
    assert report.tables["events"].examples == {"at is not a time": "'soon' in line 2 of {b}.csv"}


@pytest.mark.parametrize("late", [99, 100, 5_000])
async def test_a_column_may_come_late(tmp_path: Path, late: int) -> None:
    rows = [{"Time": "2026-03-01T09:00Z", "User": "ana", "Verb": "viewed"}] * late
    rows = [*rows, rows[0] | {"User": "ben", "Course": "First aid"}]
    names = {"Time": "at", "User": "person", "Verb": "action", "Course": "training"}
    content = "\n".join(map(json.dumps, rows))
    store, _report = await imported(tmp_path, content, names, name="log.jsonl")
    assert learners(store) == {"First aid": ["ben"]}


async def test_dates_are_what_most_of_the_file_is(tmp_path: Path) -> None:
    rows = "".join(f"{month:02}/{month + 1:02}/2026 10:00,page\n" for month in range(1, 12))
    store, _report = await imported(tmp_path, f"at,kind\n{rows}12/31/2026 10:00,page\n")
    first = when("2026-01-02 10:00")
    assert (seconds(store)[0], seconds(store)[-1]) == (first, when("2026-12-31 10:00"))
    assert seconds(store)[1] == when("2026-02-03 10:00")


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (("01/03/2026", "02/03/2026"), "day first or month first, such as '01/03/2026' in line 2"),
        (
            ("13/03/2026", "03/14/2026"),
            "contradict each other: '13/03/2026' in line 2 is day first, "
            "'03/14/2026' in line 3 is month first",
        ),
    ],
)
async def test_dates_that_may_be_two_are_asked_for(
    tmp_path: Path, rows: tuple[str, ...], words: str
) -> None:
    content = "at,kind\n" + "".join(f"{at},page\n" for at in rows)
    with pytest.raises(SourceError, match="--dates dmy or --dates mdy") as error:
        await imported(tmp_path, content)
    assert words in str(error.value)
    assert not (tmp_path / "store.sqlite3").exists()
    store, _report = await imported(tmp_path, content, dates="mdy")
    assert len(seconds(store)) == (2 if rows[0] == "01/03/2026" else 1)


async def test_dates_that_are_not_what_was_said(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="'13/03/2026' in line 2; leave --dates mdy out"):
        await imported(tmp_path, "at,kind\n13/03/2026,page\n", dates="mdy")


async def test_a_spreadsheet_counts_days(tmp_path: Path) -> None:
    content = "at,kind\n43407.6118055556,page\n43407,page\n"
    store, _report = await imported(tmp_path, content)
    # 2018-11-03 is day 43,407; a date alone is placed at noon.
    assert seconds(store) == [when("2018-11-03 12:00"), when("2018-11-03 14:41")]


@pytest.mark.parametrize(
    ("other", "values"),
    [("90,5", [90.5, 1.25, 1234]), ("90.5", [1.234, 1.25, 90.5]), ("7", [1.234, 1.25, 7])],
)
async def test_what_a_number_is_the_others_tell(
    tmp_path: Path, other: str, values: list[float]
) -> None:
    rows = [other, "1.234", "1,25" if other == "90,5" else "1.25" if other == "90.5" else "1.250"]
    content = "at;kind;value\n" + "".join(f"2026-03-01;page;{value}\n" for value in rows)
    store, _report = await imported(tmp_path, content)
    assert sorted(v for (v,) in query(store, "SELECT value FROM event")) == sorted(values)


async def test_words_of_another_platform(tmp_path: Path) -> None:
    content = "at,what,who\n2026-03-01,Exercise,ana\n2026-03-01,Film,ana\n2026-03-01,other,bo\n"
    words = {"exercise": "quiz", "Film": "media"}
    map_ = {"at": "at", "what": {"to": "kind", "values": words}, "who": "person"}
    store, _report = await imported(tmp_path, content, map_)
    assert kinds(store) == [("media", 1), ("other", 1), ("quiz", 1)]
    map_["what"] = {"to": "kind", "values": words | {"*": "page"}}
    store, _report = await imported(tmp_path, content, map_)
    assert kinds(store) == [("media", 1), ("page", 1), ("quiz", 1)]


async def test_common_words_need_no_map(tmp_path: Path) -> None:
    content = "at,kind\n" + "".join(
        f"2026-03-01,{kind}\n" for kind in ("exercise", "video", "document", "topic", "wiki")
    )
    store, _report = await imported(tmp_path, content)
    assert kinds(store) == [(k, 1) for k in ("media", "other", "page", "quiz", "resource")]
    assert ("exercise",) in query(store, "SELECT name FROM action")


async def test_columns_of_addresses_are_no_parameters(tmp_path: Path) -> None:
    content = "at,kind,IP address,room\n2026-03-01,page,192.0.2.7,4\n"
    store, report = await imported(tmp_path, content)
    assert query(store, "SELECT name, value FROM event_param") == [("room", "4")]
    assert report.notes[0] == "log.csv: only kept with --with-network-data: IP address"
    store, _report = await imported(tmp_path, content, with_network_data=True)
    assert ("IP address", "192.0.2.7") in query(store, "SELECT name, value FROM event_param")
