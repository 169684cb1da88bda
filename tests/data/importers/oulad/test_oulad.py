"""The OULAD importer on small folders made by hand."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from termstats.data.importers.oulad.importer import OuladImporter
from termstats.data.importers.writing.base import ImportOptions, ImportReport
from termstats.data.importers.writing.run import run_import
from termstats.data.model.errors import SourceError
from tests.data.importers.oulad.factory import TABLES, tables, with_rows, write_folder
from tests.data.importers.store_file import contents, query, when


async def load(
    folder: Path, store: Path, zone: str | None = None, only: tuple[str, ...] = ()
) -> ImportReport:
    options = ImportOptions(zone=zone, only=only)
    return await run_import(OuladImporter(), str(folder), store, options)


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-12])


def kept_and_refused(report: ImportReport) -> dict[str, tuple[int, int, int]]:
    return {
        name: (table.read, table.kept, sum(table.refused.values()))
        for name, table in report.tables.items()
    }


@pytest.fixture
async def store(tmp_path: Path) -> Path:
    path = tmp_path / "store.sqlite3"
    await load(write_folder(tmp_path / "oulad"), path)
    return path


def test_people_are_counted_once_over_their_presentations(store: Path) -> None:
    rows = query(store, "SELECT key, name, counted FROM person ORDER BY id")
    assert rows == [("7", "7", 1), ("11", "11", 1), ("12", "12", 1), ("13", "13", 1)]
    assert query(store, "SELECT count(*) FROM enrolment") == [(5,)]


def test_a_presentation_is_a_training(store: Path) -> None:
    rows = query(
        store,
        "SELECT key, title, code, version, starts_at, ends_at, has_activity FROM training "
        "ORDER BY key",
    )
    assert rows == [
        (
            *("AAA_2013J", "AAA_2013J", "AAA", "2013J"),
            *(when("2013-10-01T12:00"), when("2014-06-26T12:00"), 1),
        ),
        (
            *("AAA_2014B", "AAA_2014B", "AAA", "2014B"),
            *(when("2014-02-01T12:00"), when("2014-02-11T12:00"), 1),
        ),
    ]


def test_enrolments_keep_dates_and_state_apart(store: Path) -> None:
    rows = query(
        store,
        "SELECT t.key, p.key, enrolled_at, completed_at, withdrawn_at, ended_at, reported_state "
        "FROM enrolment JOIN training t ON t.id = training_id JOIN person p ON p.id = person_id "
        "ORDER BY t.key, p.id",
    )
    end_j, end_b = when("2014-06-26T12:00"), when("2014-02-11T12:00")
    before_b = when("2014-01-29T12:00")
    assert rows == [
        (
            *("AAA_2013J", "7", when("2013-09-21T12:00"), None),
            *(when("2013-09-29T12:00"), None, "Withdrawn"),
        ),
        ("AAA_2013J", "11", when("2013-04-25T12:00"), end_j, None, None, "Pass"),
        ("AAA_2013J", "12", None, None, None, end_j, "Fail"),
        ("AAA_2014B", "11", before_b, end_b, None, None, "Distinction"),
        # Withdrawn without a date: the state is known, the day is not.
        ("AAA_2014B", "13", before_b, None, None, None, "Withdrawn"),
    ]


def test_demographics_belong_to_the_enrolment(store: Path) -> None:
    rows = query(
        store,
        "SELECT field, value FROM enrolment_field JOIN training t ON t.id = training_id "
        "JOIN person p ON p.id = person_id WHERE t.key = 'AAA_2014B' AND p.key = '11'",
    )
    assert dict(rows) == {
        "gender": "M",
        "region": "Wales",
        "highest_education": "HE Qualification",
        "imd_band": "10-20",
        "age_band": "55<=",
        "num_of_prev_attempts": "1",
        "studied_credits": "120",
        "disability": "N",
    }
    bands = query(store, "SELECT value FROM enrolment_field WHERE field = 'imd_band' ORDER BY 1")
    assert bands == [(None,), (None,), ("10-20",), ("10-20",), ("20-30%",)]
    assert query(store, "SELECT * FROM person_field") == []


def test_assessments_are_modules_with_one_activity_each(store: Path) -> None:
    rows = query(
        store,
        "SELECT m.key, m.kind, m.mandatory, m.pass_mark, m.max_score, m.weight, m.due_at, "
        "a.key, a.in_path FROM module m JOIN activity a ON a.module_id = m.id ORDER BY m.key",
    )
    assert rows == [
        (
            *("assessment:1", "TMA", 1, 40.0, 100.0, 10.0, when("2013-10-20T12:00")),
            *("assessment:1", 1),
        ),
        (
            *("assessment:2", "CMA", 1, 40.0, 100.0, 20.0, when("2013-11-24T12:00")),
            *("assessment:2", 1),
        ),
        # No exam of AAA_2013J has a score: it cannot be what completion waits for.
        (
            *("assessment:3", "Exam", 0, 40.0, 100.0, 100.0, when("2014-06-26T12:00")),
            *("assessment:3", 0),
        ),
        (
            *("assessment:4", "Exam", 1, 40.0, 100.0, 100.0, when("2014-02-09T12:00")),
            *("assessment:4", 1),
        ),
    ]


def test_scores_empty_is_not_zero_and_banked_is_marked(store: Path) -> None:
    rows = query(
        store,
        "SELECT key, finished_at, score, points, max_points, passed, version, in_score "
        "FROM attempt ORDER BY key",
    )
    assert rows == [
        ("1-11", when("2013-10-19T12:00"), 78.0, 78.0, 100.0, 1, None, 1),
        ("1-12", when("2013-10-26T12:00"), 39.5, 39.5, 100.0, 0, None, 1),
        ("2-11", when("2013-09-30T12:00"), 40.0, 40.0, 100.0, 1, "banked", 1),
        ("2-12", when("2013-11-20T12:00"), None, None, 100.0, None, None, 1),
        ("4-11", when("2014-02-09T12:00"), 0.0, 0.0, 100.0, 0, None, 1),
    ]
    done = query(
        store,
        "SELECT p.key, a.key, at FROM completion c JOIN person p ON p.id = person_id "
        "JOIN activity a ON a.id = activity_id ORDER BY a.key, p.id",
    )
    assert done[2] == ("11", "assessment:2", when("2013-10-01T12:00"))
    assert len(done) == 5


def test_every_click_row_is_an_event_with_its_weight(store: Path) -> None:
    rows = query(
        store,
        "SELECT e.id >> 20, p.key, a.title, c.kind, c.name, e.weight FROM event e "
        "JOIN person p ON p.id = person_id JOIN activity a ON a.id = activity_id "
        "JOIN action c ON c.id = action_id ORDER BY e.id",
    )
    early = when("2013-09-21T12:00")
    assert rows == [
        (early, "11", "oucontent 900", "page", "oucontent", 1),
        (early, "11", "oucontent 900", "page", "oucontent", 1),
        (early, "11", "oucontent 900", "page", "oucontent", 4),
        (when("2013-10-01T12:00"), "12", "oucontent 900", "page", "oucontent", 2),
        (when("2014-02-01T12:00"), "11", "hologram 902", "other", "hologram", 5),
        (when("2014-02-11T12:00"), "11", "hologram 902", "other", "hologram", 1),
        (when("2014-06-26T12:00"), "11", "forumng 901", "forum", "forumng", 3),
    ]


def test_the_source_says_what_it_cannot_tell(store: Path) -> None:
    rows = query(store, "SELECT has_time, has_clock, two_clocks, zone, as_of FROM source")
    assert rows == [(0, 0, 0, "UTC", when("2014-06-26T23:59:59"))]


async def test_as_of_can_be_given(tmp_path: Path) -> None:
    folder, store = write_folder(tmp_path / "oulad"), tmp_path / "store.sqlite3"
    await run_import(OuladImporter(), str(folder), store, ImportOptions(as_of=1_400_000_000))
    assert query(store, "SELECT as_of FROM source") == [(1_400_000_000,)]


async def test_layouts_give_equal_stores(tmp_path: Path) -> None:
    stores = []
    for packed in (False, True):
        for parts in (False, True):
            name = f"{packed}-{parts}"
            folder = write_folder(tmp_path / name, packed=packed, parts=parts)
            stores.append(tmp_path / f"{name}.sqlite3")
            await load(folder, stores[-1])
    first, *others = [contents(path) for path in stores]
    assert len(first["event"]) == 7
    assert all(other == first for other in others)


async def test_order_of_rows_byte_order_mark_and_old_column_name_change_nothing(
    tmp_path: Path, store: Path
) -> None:
    turned = {name: [lines[0], *reversed(lines[1:])] for name, lines in TABLES.items()}
    turned["courses"][0] = "\ufeffCODE_MODULE,code_presentation,length"
    other = tmp_path / "other.sqlite3"
    await load(write_folder(tmp_path / "turned", turned), other)
    assert contents(other) == contents(store)


async def test_gzip_is_known_by_content_and_names_by_any_case(tmp_path: Path, store: Path) -> None:
    folder = write_folder(tmp_path / "oulad2")
    (folder / "vle.csv").unlink()
    packed = gzip.compress("\n".join(TABLES["vle"]).encode())
    (folder / "VLE.CSV").write_bytes(packed)
    other = tmp_path / "other.sqlite3"
    await load(folder, other)
    assert contents(other) == contents(store)


async def test_twice_is_once(tmp_path: Path, store: Path) -> None:
    before = contents(store)
    await load(tmp_path / "oulad", store)
    assert contents(store) == before


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/Los_Angeles", "Asia/Kolkata"])
async def test_the_zone_moves_no_day(tmp_path: Path, store: Path, zone: str) -> None:
    other = tmp_path / "other.sqlite3"
    await load(tmp_path / "oulad", other, zone=zone)
    days = "SELECT day, person_id, events, rows FROM person_day ORDER BY 1, 2, 3"
    assert query(other, days) == query(store, days)
    assert len(query(other, days)) > 0


async def test_only_replaces_just_that_presentation(tmp_path: Path, store: Path) -> None:
    before = contents(store)
    changed = tables(
        studentVle=[TABLES["studentVle"][0], "AAA,2014B,13,902,3,9", "AAA,2013J,11,900,1,77"],
        studentAssessment=[TABLES["studentAssessment"][0], "4,13,7,0,90", "1,11,1,0,1"],
    )
    report = await load(write_folder(tmp_path / "new", changed), store, only=("AAA_2014B",))
    events = query(
        store,
        "SELECT t.key, p.key, weight FROM event e JOIN training t ON t.id = training_id "
        "JOIN person p ON p.id = person_id ORDER BY e.id",
    )
    assert events == [
        *[("AAA_2013J", "11", weight) for weight in (1, 1, 4)],
        ("AAA_2013J", "12", 2),
        ("AAA_2014B", "13", 9),
        ("AAA_2013J", "11", 3),
    ]
    attempts = query(store, "SELECT key, score FROM attempt ORDER BY key")
    assert attempts == [
        ("1-11", 78.0),
        ("1-12", 39.5),
        ("2-11", 40.0),
        ("2-12", None),
        ("4-13", 90),
    ]
    assert contents(store)["person"] == before["person"]
    assert query(store, "SELECT count(*) FROM enrolment") == [(5,)]
    # The other presentation still has the newest day.
    assert query(store, "SELECT as_of FROM source") == [(when("2014-06-26T23:59:59"),)]
    assert kept_and_refused(report)["studentVle"] == (1, 1, 0)


async def test_only_into_a_new_store(tmp_path: Path) -> None:
    store = tmp_path / "store.sqlite3"
    await load(write_folder(tmp_path / "oulad"), store, only=("AAA_2014B",))
    assert query(store, "SELECT key FROM training") == [("AAA_2014B",)]
    assert query(store, "SELECT key FROM person ORDER BY id") == [("11",), ("13",)]
    assert query(store, "SELECT count(*) FROM event") == [(2,)]
    assert query(store, "SELECT as_of FROM source") == [(when("2014-02-11T23:59:59"),)]


async def test_only_an_unknown_presentation(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "oulad")
    with pytest.raises(SourceError, match="no presentation ZZZ_2013J; there are AAA_2013J, AAA_2"):
        await load(folder, tmp_path / "store.sqlite3", only=("ZZZ_2013J",))


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
    # Then the newest submission is the last day with data: 1,12 on day 50 of 2013J is not it.
    assert query(store, "SELECT as_of FROM source") == [(when("2014-02-09T23:59:59"),)]


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
    with pytest.raises(SourceError, match=r"studentVle.csv.gz.* damaged or cut off"):
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
