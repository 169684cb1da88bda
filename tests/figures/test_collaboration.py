"""The collaboration figures against the checks of the 360Learning reference, counted by hand."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from termstats.data.csv import to_csv
from termstats.data.importers.base import ImportOptions
from termstats.data.importers.run import run_import
from termstats.data.importers.threesixty import ThreeSixtyImporter
from termstats.data.request import Param
from tests.figures.hand_store import Hand, dicts, make_store, report
from tests.importers.test_threesixty import ACTIVITIES, COURSE, COURSE_COLUMNS, GROUPS, USERS

USER_COLUMNS = (
    *("First name", "Last name", "Email", "Additional information"),
    *("Publications", "Comments", "Reactions"),
)
GROUP_COLUMNS = ("Name", "Publications", "Comments", "Reactions")
ACTIVITY_COLUMNS = (
    *("Title", "Views", "Likes", "Learned something", "Outdated", "Have a question"),
    *("Comments", "Downloads", "Type"),
)


def fill(hand: Hand) -> None:
    """Write the contributions of section 5.2."""
    for name in ("u1", "u2", "u3", "u4"):
        hand.person(name, f"Una {name.upper()}", email=f"{name}@x.org")
    hand.training("C")
    hand.training("old", published=0, status="archived")
    hand.activity("doc", "C", type="Document")
    hand.activity("ask", "C", type="Question")
    for group, members in (("A", ("u1", "u2")), ("B", ("u2",))):
        hand.class_(group)
        for person in members:
            hand.member(group, person)
    hand.member("A", "u3", "coach")
    hand.event("2026-03-01 09:00", "u1", "forum", action="post")
    hand.event("2026-03-01 10:00", "u2", "forum", action="reply")
    hand.event("2026-03-01 11:00", "u3", "forum", action="like")
    hand.event("2026-03-02 09:00", "u2", "forum", "C", action="comment")
    hand.event("2026-03-02 10:00", "u1", "forum", "C", action="private_comment")
    hand.event("2026-03-02 11:00", "u2", "forum", "old", action="comment")
    hand.event("2026-03-03 09:00", "u1", "forum", "C", action="learned", activity="doc")
    for at, person in (("10", "u4"), ("11", "u4"), ("12", "u2")):
        hand.event(f"2026-03-03 {at}:00", person, "page", "C", action="start", activity="doc")


@pytest.fixture
async def store(tmp_path: Path) -> Path:
    return await make_store(tmp_path, fill)


@pytest.fixture
async def imported(tmp_path: Path) -> Path:
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "users 2026-03-20.csv").write_text(USERS)
    (folder / "groups 2026-03-20.csv").write_text(GROUPS)
    (folder / "activities - Safety 2026-03-20.csv").write_text(ACTIVITIES)
    (folder / "courses 2026-03-20.csv").write_text(f"{COURSE_COLUMNS}\n{COURSE}\n")
    path = tmp_path / "imported.sqlite3"
    await run_import(ThreeSixtyImporter(), str(folder), path, ImportOptions())
    return path


async def test_what_users_contribute(store: Path) -> None:
    table = await report(store, "collaboration.users")
    assert tuple(column.name for column in table.columns) == USER_COLUMNS
    assert table.rows == (
        ("Una", "U1", "u1@x.org", None, 1, 1, 1),
        ("Una", "U2", "u2@x.org", None, 0, 3, 0),
        ("Una", "U3", "u3@x.org", None, 0, 0, 1),
        ("Una", "U4", "u4@x.org", None, 0, 0, 0),
    )


async def test_a_group_has_its_learners_only(store: Path) -> None:
    table = await report(store, "collaboration.users", keys={Param.CLASS: "A"})
    assert table.column("Last name") == ["U1", "U2"]
    # What they did outside the group counts too.
    assert table.column("Comments") == [1, 3]


async def test_what_groups_contribute(store: Path) -> None:
    table = await report(store, "collaboration.groups")
    assert tuple(column.name for column in table.columns) == GROUP_COLUMNS
    assert table.rows == (("A", 1, 4, 1), ("B", 0, 3, 0))
    # 4 + 3 comments in the lines, 4 in all: u2 is in both groups.
    assert table.summary == "all people: 1 publication, 4 comments, 2 reactions"
    assert any(
        "People in several groups: 1; the lines must not be added up." in n for n in table.notes
    )


async def test_what_happens_in_a_period(store: Path) -> None:
    table = await report(store, "collaboration.groups", "2026-03-01..2026-03-01")
    assert table.rows == (("A", 1, 1, 0), ("B", 0, 1, 0))


async def test_a_course(store: Path) -> None:
    table = await report(store, "collaboration.courses")
    assert tuple(column.name for column in table.columns) == tuple(COURSE_COLUMNS.split(";"))
    course = dicts(table)[0]
    assert (course["Course ID"], course["Views"], course["Learned something"]) == ("C", 3, 1)
    assert (course["Documents"], course["Cheat sheets"], course["Questions"]) == (1, 0, 1)
    assert course["Reaction Score"] == 33  # 100 x 1 / 3
    assert [row["Status"] for row in dicts(table)] == ["Active", "Archived"]
    scores = dicts(await report(store, "collaboration.reactions"))
    # The private comment is none of the course's.
    assert [(row["training"], row["comments"], row["band"]) for row in scores] == [
        ("C", 1, "mixed"),
        ("old", 1, "no views"),
    ]
    trainings = dicts(await report(store, "global.trainings", "2026-03"))
    assert {row["training_id"]: row["reaction_score"] for row in trainings} == {
        "C": 33,
        "old": None,
    }


async def test_activities_of_a_course(store: Path) -> None:
    table = await report(store, "collaboration.activities", keys={Param.TRAINING: "C"})
    assert tuple(column.name for column in table.columns) == ACTIVITY_COLUMNS
    assert table.rows == (
        ("doc", 3, 0, 1, 0, 0, 0, 0, "Document"),
        ("ask", 0, 0, 0, 0, 0, 0, None, "Question"),
    )


async def test_a_people_filter_holds(tmp_path: Path) -> None:
    def staff(hand: Hand) -> None:
        fill(hand)
        hand.person("boss", staff=1)
        hand.event("2026-03-01 09:00", "boss", "forum", action="post")

    path = await make_store(tmp_path, staff, name="staff.sqlite3")
    assert len((await report(path, "collaboration.users")).rows) == 4
    everybody = await report(path, "collaboration.users", everybody=True)
    assert everybody.rows[0] == ("", "boss", None, None, 1, 0, 0)


def parsed(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text), delimiter=";" if ";" in text else ","))


async def test_imported_files_come_back(imported: Path) -> None:
    users = parsed(to_csv(await report(imported, "collaboration.users")))
    assert users == [[cell.strip() for cell in line] for line in parsed(USERS)]
    groups = parsed(to_csv(await report(imported, "collaboration.groups")))
    assert groups == parsed(GROUPS)
    keys = {Param.TRAINING: "c1"}
    found = parsed(to_csv(await report(imported, "collaboration.activities", keys=keys)))
    # Line breaks are made safe for a terminal, nothing else changes.
    assert found == [[cell.replace("\n", "\ufffd") for cell in line] for line in parsed(ACTIVITIES)]
    header, course = parsed(to_csv(await report(imported, "collaboration.courses")))
    assert header == COURSE_COLUMNS.split(";")
    # The status in today's word; our score (3 + 2 + 1 - 1 of 10 views) and not the reported 42.
    expected = COURSE.replace("published", "Active").replace(";42;", ";50;").split(";")
    assert course == expected


async def test_reported_scores_stand_beside_ours(imported: Path) -> None:
    (row,) = dicts(await report(imported, "collaboration.reactions"))
    assert (row["score"], row["reported_score"], row["band"]) == (50, 42, "mixed")
    assert (row["relevance"], row["views"], row["good"], row["bad"]) == (100, 10, 6, 1)
    # Ours would be spared: the reported one decides.
    assert row["attention"] == "needs attention"


async def test_reported_scores_are_reconciled(imported: Path, store: Path) -> None:
    (row,) = dicts(await report(imported, "reconcile.threesixty"))
    assert (row["page"], row["figure"], row["key"]) == ("courses", "reaction_score", "Safety")
    assert (row["platform"], row["platform_raw"], row["termstats"]) == ("42", 42, 50)
    assert "formula is not published" in row["reason"]
    (row,) = dicts(await report(imported, "reconcile.threesixty", "2026-02"))
    assert (row["termstats"], row["reason"][:8]) == (None, "no views")
    assert (await report(store, "reconcile.threesixty")).empty


async def test_totals_say_their_day_and_end_with_the_period(imported: Path) -> None:
    table = await report(imported, "collaboration.users")
    assert table.notes == (
        "Totals without dates of 360Learning, as of 2026-03-20, are included whole.",
    )
    table = await report(imported, "collaboration.users", "2026-02")
    assert table.column("Comments") == [0, 0]
    assert any("as of 2026-03-20, are not included" in note for note in table.notes)


async def test_downloads_have_no_value_where_there_is_nothing_to_download(imported: Path) -> None:
    table = await report(imported, "collaboration.activities", keys={Param.TRAINING: "c1"})
    assert table.column("Downloads") == [4, None]
    assert table.summary == "mean downloads 4 over 1"


async def test_a_text_that_looks_like_a_formula(tmp_path: Path) -> None:
    def formulas(hand: Hand) -> None:
        hand.person("a", "=1+1")
        hand.training("t", "-abc")
        hand.event("2026-03-01", "a", "page", "t")
        hand.event("2026-03-01", "a", "forum", "t", action="outdated")

    path = await make_store(tmp_path, formulas)
    assert "'=1+1" in to_csv(await report(path, "collaboration.users"))
    line = to_csv(await report(path, "collaboration.courses")).splitlines()[1]
    assert line.startswith("'-abc,t,")
    assert ",-100," in line


async def test_where_nobody_ever_reacts_there_is_no_score(tmp_path: Path) -> None:
    def seen(hand: Hand) -> None:
        hand.person("a")
        hand.training("t")
        hand.event("2026-03-01", "a", "page", "t")

    path = await make_store(tmp_path, seen)
    (course,) = dicts(await report(path, "collaboration.courses"))
    assert (course["Views"], course["Reaction Score"]) == (1, None)
    assert "records no reactions" in (await report(path, "collaboration.reactions")).empty


@pytest.mark.parametrize("figure", ["users", "groups", "courses", "reactions"])
async def test_nothing_there(tmp_path: Path, figure: str) -> None:
    def nothing(hand: Hand) -> Any:
        return None

    path = await make_store(tmp_path, nothing)
    table = await report(path, f"collaboration.{figure}")
    assert table.rows == ()
    assert table.empty


async def test_wide_layouts_put_ours_behind_theirs(store: Path) -> None:
    courses = await report(store, "collaboration.courses", "2026-03", wide=True)
    assert [column.name for column in courses.columns][:23] == COURSE_COLUMNS.split(";")
    assert [column.name for column in courses.columns][23:] == [
        *("Comments", "Relevance", "Band", "People", "Period"),
    ]
    # C: one public comment, no relevance votes, 1 of 3 views (33: orange), u1, u2 and u4.
    course = next(row for row in courses.rows if row[1] == "C")
    assert course[23:] == (1, None, "orange", 3, "2026-03-01..2026-03-31")
    for figure, columns, key in (("users", USER_COLUMNS, "u1"), ("groups", GROUP_COLUMNS, "A")):
        table = await report(store, f"collaboration.{figure}", "2026-03", wide=True)
        assert [column.name for column in table.columns][: len(columns)] == list(columns)
        assert table.rows[0][len(columns) :] == (key, "2026-03-01..2026-03-31")
