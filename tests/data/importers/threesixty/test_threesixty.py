"""The 360Learning importer against the checks of the platform's reference."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from termstats.data.importers.registry import importers
from termstats.data.importers.threesixty.files import about
from termstats.data.importers.threesixty.importer import ThreeSixtyImporter
from termstats.data.importers.writing.base import ImportOptions, ImportReport
from termstats.data.importers.writing.run import run_import
from termstats.data.model.errors import SourceError
from tests.data.figures.hand_store import report
from tests.data.importers.store_file import contents, query

USERS = (
    "First name,Last name,Email,Additional information,Publications,Comments,Reactions\n"
    "Ada,Long,A@x.org ,Paris,1,3,2\n"
    "Bo,Short,b@x.org,,0,0,1\n"
)
GROUPS = "Name;Publications;Comments;Reactions\nSales;4;7;9\n"
ACTIVITIES = (
    "Title,Views,Likes,Learned something,Outdated,Have a question,Comments,Downloads,Type\n"
    '"Safety\nfirst",12,3,2,1,0,5,4,Document\n'
    "What is safe?,7,0,0,0,1,0,,Question\n"
)
COURSE_COLUMNS = (
    "Course Name;Course ID;Author;Co-authors;Views;Status;Creation date;Last update;"
    "Reaction Score;Likes;Learned something;Outdated;Have a question;Useful;Irrelevant;"
    "Documents;Cheat sheets;Questions;Source language;Available translation languages;"
    "Unavailable translation languages;Tags;Group"
)
COURSE = (
    "Safety;c1;Ada Long;Bo Short|Cy;10;published;2024-01-02T03:04:05Z;2024-02-03;"
    "42;3;2;1;0;1;0;1;0;1;en;fr|de;;safety|onboarding;Sales"
)


async def load(location: Path, store: Path, **options: Any) -> ImportReport:
    return await run_import(ThreeSixtyImporter(), str(location), store, ImportOptions(**options))


def totals(store: Path) -> dict[str, int]:
    """Return what is in the store as totals: kind/action -> sum of weight."""
    rows = query(
        store,
        "SELECT a.kind || '/' || a.name, sum(weight), min(is_aggregate) FROM event e "
        "JOIN action a ON a.id = e.action_id GROUP BY 1",
    )
    assert all(row[2] == 1 for row in rows)
    return {row[0]: row[1] for row in rows}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "exports"
    found.mkdir()
    (found / "users - Sales 2024-05-06.csv").write_text(USERS)
    (found / "groups 2024-05-06.csv").write_text(GROUPS)
    (found / "activities - Safety 2024-05-06.csv").write_text(ACTIVITIES)
    (found / "courses 2024-05-06.csv").write_text(f"{COURSE_COLUMNS}\n{COURSE}\n")
    return found


def test_it_is_registered() -> None:
    assert isinstance(importers()["threesixty"], ThreeSixtyImporter)


async def test_the_four_files_are_known_by_their_columns(tmp_path: Path, folder: Path) -> None:
    store = tmp_path / "store.sqlite3"
    found = await load(folder, store)
    assert {name: (t.read, t.kept) for name, t in found.tables.items()} == {
        "users": (2, 2),
        "groups": (1, 1),
        "activities": (2, 2),
        "courses": (1, 1),
    }
    assert totals(store) == {
        "page/view": 10 + 12 + 7,
        "forum/post": 1,
        "forum/comment": 3 + 5,
        "forum/reaction": 2 + 1,
        "forum/like": 3 + 3,
        "forum/learned": 2 + 2,
        "forum/outdated": 1 + 1,
        "forum/question": 1,
        "forum/useful": 1,
        "download/download": 4,
    }


async def test_courses_are_trainings_with_authors_and_tags(tmp_path: Path, folder: Path) -> None:
    store = tmp_path / "store.sqlite3"
    await load(folder, store)
    created = int(datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC).timestamp())
    updated = int(datetime(2024, 2, 3, tzinfo=UTC).timestamp())
    assert query(
        store,
        "SELECT t.key, title, status, published, created_at, updated_at, t.language, p.key "
        "FROM training t JOIN person p ON p.id = owner_id",
    ) == [("c1", "Safety", "Active", 1, created, updated, "en", "a@x.org")]
    assert query(store, "SELECT kind, value FROM training_tag ORDER BY kind, value") == [
        ("author", "Ada Long"),
        ("co-author", "Bo Short"),
        ("co-author", "Cy"),
        ("group", "Sales"),
        ("tag", "onboarding"),
        ("tag", "safety"),
        ("translated", "de"),
        ("translated", "fr"),
    ]


async def test_people_and_groups(tmp_path: Path, folder: Path) -> None:
    store = tmp_path / "store.sqlite3"
    await load(folder, store)
    assert query(store, "SELECT key, name, email, counted FROM person ORDER BY key") == [
        ("a@x.org", "Ada Long", "A@x.org", 1),
        ("b@x.org", "Bo Short", "b@x.org", 1),
    ]
    assert query(store, "SELECT field, value FROM person_field") == [
        ("Additional information", "Paris")
    ]
    assert query(
        store,
        "SELECT c.title, p.key, m.role FROM class_member m JOIN class c ON c.id = m.class_id "
        "JOIN person p ON p.id = m.person_id ORDER BY 2",
    ) == [("Sales", "a@x.org", "learner"), ("Sales", "b@x.org", "learner")]


async def test_activities_belong_to_the_course_of_the_file(tmp_path: Path, folder: Path) -> None:
    store = tmp_path / "store.sqlite3"
    await load(folder, store)
    assert query(
        store,
        "SELECT t.key, a.title, a.type, sum(e.weight) FROM activity a JOIN training t "
        "ON t.id = a.training_id JOIN event e ON e.activity_id = a.id JOIN action x "
        "ON x.id = e.action_id AND x.kind = 'page' GROUP BY a.id ORDER BY a.position",
    ) == [("c1", "Safety\nfirst", "Document", 12), ("c1", "What is safe?", "Question", 7)]
    # No value is not zero: only the document says how often it was downloaded.
    assert query(store, "SELECT value FROM reported WHERE name = 'activities.downloads'") == [(4,)]


async def test_a_course_may_be_named_by_an_option(tmp_path: Path) -> None:
    source = tmp_path / "export.csv"
    source.write_text(ACTIVITIES)
    store = tmp_path / "store.sqlite3"
    await load(source, store, only=("First aid",))
    assert query(store, "SELECT key, title FROM training") == [("First aid", "First aid")]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("activities - First aid.csv", "First aid"),
        ("2024-05-06 activities - First aid 2.csv.gz", "First aid 2"),
        ("activities - c1-2024-05-06.csv", "c1"),
        ("users.csv", ""),
    ],
)
def test_what_a_file_is_about(name: str, expected: str) -> None:
    assert about(Path(name)) == expected


@pytest.mark.parametrize("bom", ["", "\ufeff"])
async def test_delimiter_and_bom_change_nothing(tmp_path: Path, bom: str) -> None:
    stores = []
    for delimiter in ",;":
        place = tmp_path / f"x{ord(delimiter)}"
        place.mkdir()
        text = bom + ACTIVITIES.replace(",", delimiter)
        (place / "activities - C 2024-05-06.csv").write_text(text, encoding="utf-8")
        await load(place, place / "store.sqlite3")
        stores.append(contents(place / "store.sqlite3"))
    assert stores[0] == stores[1]
    titles = query(place / "store.sqlite3", "SELECT title FROM activity ORDER BY title")
    assert titles == [("Safety\nfirst",), ("What is safe?",)]


async def test_older_labels(tmp_path: Path) -> None:
    source = tmp_path / "courses.csv"
    source.write_text(
        "COURSE NAME,Course id,Views,Likes,Not useful,Didn\u2019t get it\nSafety,c1,10,1,2,3\n"
    )
    store = tmp_path / "store.sqlite3"
    await load(source, store)
    found = totals(store)
    assert (found["forum/irrelevant"], found["forum/question"]) == (2, 3)


async def test_importing_again_replaces(tmp_path: Path) -> None:
    source, store = tmp_path / "users.csv", tmp_path / "store.sqlite3"
    source.write_text(USERS)
    for _ in range(2):
        await load(source, store)
        assert totals(store)["forum/comment"] == 3
    source.write_text(USERS.replace("Paris,1,3,2", "Paris,1,5,2"))
    await load(source, store)
    assert totals(store)["forum/comment"] == 5


async def test_the_newest_of_several_days_counts_and_all_are_kept(tmp_path: Path) -> None:
    place = tmp_path / "exports"
    place.mkdir()
    # By name the older file comes last.
    (place / "a 2024-05-07.csv").write_text(USERS.replace("Paris,1,3,2", "Paris,1,5,2"))
    (place / "b 2024-05-06.csv").write_text(USERS)
    store = tmp_path / "store.sqlite3"
    await load(place, store)
    assert totals(store)["forum/comment"] == 5
    day = (date(2024, 5, 6) - date(1970, 1, 1)).days
    assert query(
        store,
        "SELECT day - ?, value FROM reported JOIN person p ON p.id = person_id "
        "WHERE reported.name = 'users.comments' AND p.key = 'a@x.org' ORDER BY day",
        day,
    ) == [(0, 3), (1, 5)]
    end = int(datetime(2024, 5, 7, 23, 59, 59, tzinfo=UTC).timestamp())
    assert query(store, "SELECT as_of FROM source") == [(end,)]


async def test_one_address_in_two_cases_is_one_user(tmp_path: Path) -> None:
    source, store = tmp_path / "users.csv", tmp_path / "store.sqlite3"
    source.write_text(USERS + "Ada,Long,a@x.org,,9,9,9\nNo,Mail,,,1,1,1\n,,,,1,1,1\n")
    found = await load(source, store)
    assert query(store, "SELECT key FROM person ORDER BY key") == [
        *(("No Mail",), ("a@x.org",), ("b@x.org",)),
    ]
    assert found.tables["users"].refused == {
        "listed twice": 1,
        "no name, email or id to know it by": 1,
    }
    assert "1 users have no email: known by their names" in found.notes
    assert totals(store)["forum/comment"] == 3 + 1


async def test_homonyms_are_kept_apart_and_said(tmp_path: Path) -> None:
    place = tmp_path / "exports"
    place.mkdir()
    (place / "groups.csv").write_text(GROUPS + "Sales;1;1;1\n")
    (place / "activities - C.csv").write_text(ACTIVITIES + "What is safe?,1,0,0,0,0,0,,Question\n")
    store = tmp_path / "store.sqlite3"
    found = await load(place, store)
    assert query(store, "SELECT key, title FROM class ORDER BY key") == [
        *(("Sales", "Sales"), ("Sales#2", "Sales")),
    ]
    assert query(store, "SELECT count(*) FROM activity") == [(3,)]
    assert "groups: Sales is there more than once; both are kept" in found.notes
    assert any("What is safe?/Question is there more than once" in note for note in found.notes)


async def test_a_date_in_days_first(tmp_path: Path) -> None:
    source, store = tmp_path / "users.csv", tmp_path / "store.sqlite3"
    source.write_text(
        "First name,Last name,Email,Publications,Comments,Reactions,Last activity\n"
        "Ada,Long,a@x.org,1,2,3,25/06/2024 09:30\n"
    )
    await load(source, store)
    june = int(datetime(2024, 6, 25, 9, 30, tzinfo=UTC).timestamp())
    assert query(store, "SELECT last_access_at FROM person") == [(june,)]


async def test_a_reported_score_is_kept_apart(tmp_path: Path, folder: Path) -> None:
    (folder / "courses 2024-05-06.csv").write_text(
        f"{COURSE_COLUMNS}\n{COURSE}\n{COURSE.replace('c1', 'c2').replace(';42;', ';-;')}\n"
    )
    store = tmp_path / "store.sqlite3"
    await load(folder, store)
    assert query(
        store,
        "SELECT t.key, value FROM reported JOIN training t ON t.id = training_id "
        "WHERE name = 'courses.reaction_score'",
    ) == [("c1", 42)]
    ((data,),) = query(store, "SELECT data FROM reported_row WHERE name = 'courses' AND key = 'c1'")
    assert json.loads(data)["Tags"] == "safety|onboarding"


async def test_unknown_columns_are_kept_with_the_row(tmp_path: Path) -> None:
    source, store = tmp_path / "groups.csv", tmp_path / "store.sqlite3"
    source.write_text("Name,Publications,Comments,Reactions,Budget\nSales,1,2,3,99\n")
    await load(source, store)
    ((data,),) = query(store, "SELECT data FROM reported_row")
    assert json.loads(data)["Budget"] == "99"
    # Totals of groups overlap: they are reported, never added to those of the people.
    assert totals(store) == {}
    assert query(store, "SELECT name, part, value FROM reported ORDER BY name") == [
        ("groups.comments", "Sales", 2),
        ("groups.publications", "Sales", 1),
        ("groups.reactions", "Sales", 3),
    ]


async def test_totals_are_in_no_chart_over_time(tmp_path: Path, folder: Path) -> None:
    store = tmp_path / "store.sqlite3"
    found = await load(folder, store)
    for name in ("training_day", "person_day", "action_day", "people_bitmap"):
        assert query(store, f"SELECT count(*) FROM {name}") == [(0,)]  # noqa: S608
    table = await report(store, "global.activity", "2024-05")
    assert set(table.column("total")) <= {0, None}
    assert any(note.startswith("totals without dates, as of 2024-05-06") for note in found.notes)


async def test_counts_that_are_none_are_refused(tmp_path: Path) -> None:
    source, store = tmp_path / "groups.csv", tmp_path / "store.sqlite3"
    source.write_text("Name,Publications,Comments,Reactions\nSales,-1,many,3\nIT,1,2,3\n")
    found = await load(source, store)
    assert found.tables["groups"].refused == {"Publications is not a whole number": 1}


async def test_another_file_is_not_guessed_at(tmp_path: Path) -> None:
    source = tmp_path / "x.csv"
    source.write_text("Title,Views\nA,1\n")
    with pytest.raises(SourceError, match="none of the exports of 360Learning"):
        await load(source, tmp_path / "store.sqlite3")
