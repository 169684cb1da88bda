"""What an OULAD folder may lack or hold wrongly is said in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from termstats.data.model.errors import SourceError
from tests.data.importers.oulad.factory import (
    TABLES,
    kept_and_refused,
    load,
    tables,
    with_rows,
    write_folder,
)
from tests.data.importers.store_file import contents, query, when


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-12])


@pytest.mark.parametrize(
    ("table", "row", "reason"),
    [
        ("courses", "BBB,2013J,long", "the length is not a number of days"),
        ("courses", "AAA,2013J,268", "presentation listed twice"),
        ("assessments", "ZZZ,2013J,9,TMA,1,1", "unknown presentation"),
        ("assessments", "AAA,2013J,9,TMA,soon,1", "the date is not a day of the course"),
        ("assessments", "AAA,2013J,1,TMA,1,1", "assessment listed twice"),
        ("vle", "903,ZZZ,2013J,page,,", "unknown presentation"),
        ("vle", "9x3,AAA,2013J,page,,", "id_site is not a number"),
        ("vle", "900,AAA,2013J,page,,", "page listed twice"),
        ("vle", "903,AAA", "wrong number of cells"),
        ("studentInfo", "ZZZ,2013J,11,M,,,,,0,0,N,Pass", "unknown presentation"),
        ("studentInfo", "AAA,2013J,bob,M,,,,,0,0,N,Pass", "id_student is not a number"),
        ("studentInfo", "AAA,2013J,11,M,,,,,0,0,N,Pass", "enrolled twice"),
        ("studentRegistration", "AAA,2013J,99,1,", "not in studentInfo"),
        ("studentRegistration", "AAA,2013J,11,1,", "registered twice"),
        ("studentRegistration", "AAA,2014B,12,x,", "a date is not a day of the course"),
        ("studentAssessment", "9,11,1,0,50", "unknown assessment"),
        ("studentAssessment", "1,13,1,0,50", "the learner is not enrolled"),
        ("studentAssessment", "3,11,,0,50", "date_submitted is not a day of the course"),
        ("studentAssessment", "3,11,1,0,101", "the score is not between 0 and 100"),
        ("studentAssessment", "3,11,1,0,nan", "the score is not between 0 and 100"),
        ("studentAssessment", "1,11,1,0,50", "submitted twice"),
        ("studentVle", "ZZZ,2013J,11,900,1,1", "unknown presentation"),
        ("studentVle", "AAA,2013J,13,900,1,1", "the learner is not enrolled"),
        ("studentVle", "AAA,2013J,11,902,1,1", "unknown page"),
        ("studentVle", "AAA,2013J,11,900,1.5,1", "the date is not a day of the course"),
        ("studentVle", "AAA,2013J,11,900,99999,1", "the date is not a day of the course"),
        ("studentVle", "AAA,2013J,11,900,1,0", "sum_click is not a number above 0"),
        ("studentVle", "AAA,2013J,11,900,1,1_0", "sum_click is not a number above 0"),
        ("studentVle", "AAA,2013J,11,900,1", "wrong number of cells"),
    ],
)
async def test_bad_rows_are_refused_and_kept_aside(
    tmp_path: Path, store: Path, table: str, row: str, reason: str
) -> None:
    other = tmp_path / "other.sqlite3"
    report = await load(write_folder(tmp_path / "bad", with_rows(table, row)), other)
    assert report.tables[table].refused == {reason: 1}
    assert report.refused == 1
    usual = len(TABLES[table]) - 1
    assert kept_and_refused(report)[table] == (usual + 1, usual, 1)
    assert reason in (tmp_path / "other.sqlite3.bad-rows.csv").read_text()
    assert contents(other) == contents(store)


async def test_presentations_without_clicks_say_so(tmp_path: Path) -> None:
    content = tables()
    del content["studentVle"]
    store = tmp_path / "store.sqlite3"
    report = await load(write_folder(tmp_path / "quiet", content), store)
    assert query(store, "SELECT has_activity FROM training") == [(0,), (0,)]
    assert report.gaps == ["no activity data loaded for 2 of 2 presentations: AAA_2013J, AAA_2014B"]
    # Nothing is newer than the results of 2013J, known on its last day.
    assert query(store, "SELECT as_of FROM source") == [(when("2014-06-26T23:59:59"),)]


@pytest.mark.parametrize("name", sorted(set(TABLES) - {"studentVle"}))
async def test_a_missing_table_is_named(tmp_path: Path, name: str) -> None:
    content = tables()
    del content[name]
    with pytest.raises(SourceError, match=f"{name}.csv .*is missing"):
        await load(write_folder(tmp_path / "oulad", content), tmp_path / "store.sqlite3")
    assert not (tmp_path / "store.sqlite3").exists()


async def test_a_missing_column_is_named(tmp_path: Path) -> None:
    content = tables(vle=["id_site,code_module,code_presentation,kind"])
    with pytest.raises(SourceError, match="vle.csv: has no column activity_type"):
        await load(write_folder(tmp_path / "oulad", content), tmp_path / "store.sqlite3")


async def test_a_truncated_file_is_named_and_the_store_kept(tmp_path: Path, store: Path) -> None:
    folder, before = write_folder(tmp_path / "cut", packed=True), contents(store)
    cut_off(folder / "studentVle.csv.gz")
    with pytest.raises(SourceError, match=r"studentVle.csv.gz.* damaged or (cut off|incomplete)"):
        await load(folder, store)
    assert contents(store) == before


async def test_clicks_in_both_layouts_at_once(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "oulad")
    write_folder(folder, {"studentVle": TABLES["studentVle"]}, parts=True)
    with pytest.raises(SourceError, match="clicks are there twice"):
        await load(folder, tmp_path / "store.sqlite3")


async def test_one_table_plain_and_packed(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "oulad")
    write_folder(folder, {"vle": TABLES["vle"]}, packed=True)
    with pytest.raises(SourceError, match="same table twice, vle.csv and vle.csv.gz"):
        await load(folder, tmp_path / "store.sqlite3")


async def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="not a folder"):
        await load(tmp_path / "nowhere", tmp_path / "store.sqlite3")


async def test_an_unknown_presentation_code_asks_for_a_start(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "oulad", with_rows("courses", "AAA,2015K,10"))
    store = tmp_path / "store.sqlite3"
    with pytest.raises(SourceError, match=r"start of presentation AAA_2015K .* starts.csv"):
        await load(folder, store)
    (folder / "starts.csv").write_text("code_presentation,start\nAAA_2015K,2015-05-04\n")
    await load(folder, store)
    rows = query(store, "SELECT starts_at FROM training WHERE key = 'AAA_2015K'")
    assert rows == [(when("2015-05-04T12:00"),)]


async def test_starts_override_the_convention(tmp_path: Path) -> None:
    folder, store = write_folder(tmp_path / "oulad"), tmp_path / "store.sqlite3"
    (folder / "starts.csv").write_text("code_presentation,start\n2013J,2013-10-05\n")
    await load(folder, store)
    first = query(store, "SELECT min(id) >> 20 FROM event")
    assert first == [(when("2013-09-25T12:00"),)]


async def test_a_start_that_is_no_date(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "oulad")
    (folder / "starts.csv").write_text("code_presentation,start\n2013J,October\n")
    with pytest.raises(SourceError, match="start of 2013J: 'October' is not a date"):
        await load(folder, tmp_path / "store.sqlite3")
