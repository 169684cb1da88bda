"""The collaboration figures against the checks of the 360Learning reference, counted by hand."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from termstats.data.importers.threesixty.importer import ThreeSixtyImporter
from termstats.data.importers.writing.base import ImportOptions
from termstats.data.importers.writing.run import run_import
from termstats.data.model.request import Param
from termstats.data.model.writing import to_csv
from tests.data.figures.hand_store import Hand, dicts, make_store, report
from tests.data.importers.threesixty.test_threesixty import (
    ACTIVITIES,
    COURSE,
    COURSE_COLUMNS,
    GROUPS,
    USERS,
)

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


async def import_files(folder: Path, users: str = "users") -> Path:
    """Return a store of the four files of the reference."""
    write_files(folder, users)
    path = folder.with_suffix(".sqlite3")
    await run_import(ThreeSixtyImporter(), str(folder), path, ImportOptions())
    return path


def write_files(folder: Path, users: str) -> None:
    folder.mkdir()
    (folder / f"{users} 2026-03-20.csv").write_text(USERS)
    (folder / "groups 2026-03-20.csv").write_text(GROUPS)
    (folder / "activities - Safety 2026-03-20.csv").write_text(ACTIVITIES)
    (folder / "courses 2026-03-20.csv").write_text(f"{COURSE_COLUMNS}\n{COURSE}\n")


@pytest.fixture
async def imported(tmp_path: Path) -> Path:
    return await import_files(tmp_path / "exports")


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


@pytest.mark.parametrize("figure", ["activity", "active-users", "downloads"])
async def test_totals_are_no_points_of_a_daily_chart(
    imported: Path, store: Path, figure: str
) -> None:
    for level, keys in (("global", {}), ("training", {Param.TRAINING: "c1"})):
        table = await report(imported, f"{level}.{figure}", keys=keys)
        column = table.columns[1].name
        assert set(table.column(column)) == {None}
        assert any(note.startswith("Totals without dates of 360Learning") for note in table.notes)
        assert "totals without dates, which are in no chart" in table.empty
    dated = await report(store, f"global.{figure}")
    assert None not in dated.column(dated.columns[1].name)
    assert not any("Totals without dates" in note for note in dated.notes)


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
        *("Comments", "Relevance", "Band", "People", "Period", "Starts", "All comments"),
    ]
    # C: one public comment and a private one, no relevance votes, 1 of 3 views (33: orange), and
    # the views are starts of u2 and u4.
    course = next(row for row in courses.rows if row[1] == "C")
    assert course[23:] == (1, None, "orange", 2, "2026-03-01..2026-03-31", 3, 2)


async def test_users_wide(store: Path) -> None:
    table = await report(store, "collaboration.users", "2026-03", wide=True)
    assert [column.name for column in table.columns] == [
        *USER_COLUMNS,
        *("User ID", "Period", "Status", "Public comments", "Posted messages"),
    ]
    # A private comment counts in the line and is not public; messages are comments and posts.
    assert [(row["User ID"], row["Comments"], row["Public comments"]) for row in dicts(table)] == [
        *(("u1", 1, 0), ("u2", 3, 3), ("u3", 0, 0), ("u4", 0, 0)),
    ]
    assert table.column("Posted messages") == [2, 3, 0, 0]
    assert set(table.column("Status")) == {"Active"}


async def test_other_roles_have_columns_of_their_own(store: Path) -> None:
    table = await report(store, "collaboration.groups", "2026-03", wide=True)
    names = [column.name for column in table.columns]
    assert names[4:] == [
        *("Group ID", "Period", "Publications of other roles", "Comments of other roles"),
        "Reactions of other roles",
    ]
    # The like of u3, who is no learner of A.
    assert [row[:4] + row[6:] for row in table.rows] == [
        *(("A", 1, 4, 1, 0, 0, 1), ("B", 0, 3, 0, 0, 0, 0)),
    ]
    keys = {Param.CLASS: "A"}
    behind = await report(
        store, "collaboration.people", keys=keys, action="Reactions of other roles"
    )
    assert [row[1:3] for row in behind.rows] == [("Una U3", 1)]


async def test_activities_wide(store: Path) -> None:
    keys = {Param.TRAINING: "C"}
    table = await report(store, "collaboration.activities", keys=keys, wide=True)
    assert [column.name for column in table.columns] == [
        *ACTIVITY_COLUMNS,
        *("Activity ID", "Period", "Status", "Starts", "People", "All comments"),
    ]
    assert table.rows[0][9:] == ("doc", "2026-03-01..2026-03-31", "Active", 3, 2, 0)


async def test_what_is_archived_or_deleted_is_counted_labelled_and_can_be_hidden(
    tmp_path: Path,
) -> None:
    def gone(hand: Hand) -> None:
        fill(hand)
        hand.person("u5", "Una U5", deleted=1)
        hand.activity("was", "C", type="Document", current=0)
        hand.event("2026-03-04", "u4", "page", "C", activity="was")
        hand.event("2026-03-04", "u5", "forum", action="post")

    path = await make_store(tmp_path, gone)
    keys = {Param.TRAINING: "C"}
    users = await report(path, "collaboration.users", everybody=True, wide=True)
    status = [(row["Last name"], row["Status"]) for row in dicts(users)]
    assert status[-2:] == [("U4", "Active"), ("U5", "Deleted")]
    made = await report(path, "collaboration.activities", keys=keys, wide=True)
    assert [(row["Title"], row["Views"], row["Status"]) for row in dicts(made)] == [
        *(("doc", 3, "Active"), ("was", 1, "Deleted"), ("ask", 0, "Active")),
    ]
    hidden: dict[str, Any] = {"hide_archived": True}
    users = await report(path, "collaboration.users", everybody=True, **hidden)
    # One of the three comments of u2 was in the archived course.
    assert [(row["Last name"], row["Comments"]) for row in dicts(users)] == [
        *(("U1", 1), ("U2", 2), ("U3", 0), ("U4", 0)),
    ]
    assert any("archived or deleted courses is left out" in note for note in users.notes)
    assert (await report(path, "collaboration.groups", **hidden)).column("Comments") == [3, 2]
    made = await report(path, "collaboration.activities", keys=keys, **hidden)
    assert made.column("Title") == ["doc", "ask"]
    for figure, column in (("courses", "Course ID"), ("reactions", "training_id")):
        assert (await report(path, f"collaboration.{figure}", **hidden)).column(column) == ["C"]
    assert users.params[-1] == ("--hide-archived", "")


async def test_unknown_columns_of_a_file_come_back_wide(tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "groups 2026-03-20.csv").write_text(
        "Name,Publications,Comments,Reactions,Budget,Region\nSales,1,2,3,99,\n"
    )
    (folder / "users 2026-03-20.csv").write_text(
        "First name,Last name,Email,Additional information,Publications,Comments,Reactions,Site\n"
        "Ada,Long,a@x.org,,1,2,3,Paris\n"
    )
    path = tmp_path / "store.sqlite3"
    await run_import(ThreeSixtyImporter(), str(folder), path, ImportOptions())
    groups = await report(path, "collaboration.groups", wide=True)
    assert [
        (column.name, cell) for column, cell in zip(groups.columns, groups.rows[0], strict=True)
    ][-2:] == [("Budget", "99"), ("Region", None)]
    (user,) = dicts(await report(path, "collaboration.users", wide=True))
    assert (user["Site"], user["Public comments"], user["Posted messages"]) == ("Paris", None, 3)
    plain = await report(path, "collaboration.users")
    assert tuple(column.name for column in plain.columns) == USER_COLUMNS


# ---- section 5.1, from the events of a course to what a person reads ----------------------------

SCORES = (
    *((0, 3, 0, None, "no views"), (10, 0, 0, 0, "poor"), (10, 6, 1, 50, "mixed")),
    *((100, 51, 0, 51, "good"), (200, 101, 0, 51, "good"), (1000, 504, 0, 50, "mixed")),
    *((100, 25, 0, 25, "mixed"), (1000, 249, 0, 25, "mixed"), (100, 24, 0, 24, "poor")),
    *((8, 0, 1, -13, "poor"), (4, 9, 0, 100, "good"), (4, 0, 9, -100, "poor")),
    # Needs attention: views and good reactions that give these scores.
    *((9, 0, 0, 0, "poor"), (100, 49, 0, 49, "mixed"), (100, 50, 0, 50, "mixed")),
)
NEEDS = {"10 0 0", "100 25 0", "1000 249 0", "100 24 0", "100 49 0"}


def scored(hand: Hand) -> None:
    hand.person("a")
    for views, good, bad, *_rest in SCORES:
        name = f"{views} {good} {bad}"
        hand.training(name)
        for kind, action, weight in (
            *(("page", "view", views), ("forum", "learned", good), ("forum", "outdated", bad)),
        ):
            if weight:
                hand.event("2026-03-01", "a", kind, name, action=action, weight=weight)
    for name, useful, irrelevant in (("3 of 4", 3, 1), ("1 of 3", 1, 2)):
        hand.training(name)
        hand.event("2026-03-01", "a", "forum", name, action="useful", weight=useful)
        hand.event("2026-03-01", "a", "forum", name, action="irrelevant", weight=irrelevant)


async def test_scores_bands_and_attention_of_the_reference(tmp_path: Path) -> None:
    path = await make_store(tmp_path, scored)
    rows = {row["training"]: row for row in dicts(await report(path, "collaboration.reactions"))}
    for views, good, bad, score, word in SCORES:
        row = rows[f"{views} {good} {bad}"]
        assert (row["views"], row["good"], row["bad"]) == (views, good, bad)
        assert (row["score"], row["band"]) == (score, word), row
    assert {name for name, row in rows.items() if row["attention"]} == NEEDS
    # They come first.
    assert set(list(rows)[: len(NEEDS)]) == NEEDS
    # The same score in the 23 columns.
    courses = dicts(await report(path, "collaboration.courses"))
    assert {row["Course ID"]: row["Reaction Score"] for row in courses} == {
        name: row["score"] for name, row in rows.items()
    }


async def test_relevance_of_the_reference(tmp_path: Path) -> None:
    path = await make_store(tmp_path, scored)
    rows = {row["training"]: row for row in dicts(await report(path, "collaboration.reactions"))}
    assert rows["3 of 4"]["relevance"] == 75
    assert rows["1 of 3"]["relevance"] == 33
    assert rows["10 6 1"]["relevance"] is None


# ---- section 5.3 on what a person reads ----------------------------------------------------------


async def figures_of(folder: Path, files: dict[str, str]) -> Path:
    """Import files of these names and return the store."""
    source = folder / "files"
    source.mkdir(exist_ok=True)
    for name, text in files.items():
        (source / name).write_text(text, encoding="utf-8")
    path = folder / "files.sqlite3"
    await run_import(ThreeSixtyImporter(), str(source), path, ImportOptions())
    return path


async def test_older_labels_come_back_as_the_current_ones(tmp_path: Path) -> None:
    old = COURSE_COLUMNS.replace("Irrelevant", "Not useful").replace(
        "Have a question", "Didn't get it"
    )
    # The course has no question and no vote against: give it 4 and 2.
    line = COURSE.replace(";42;3;2;1;0;1;0;", ";42;3;2;1;4;1;2;")
    path = await figures_of(tmp_path, {"courses 2026-03-20.csv": f"{old}\n{line}\n"})
    table = await report(path, "collaboration.courses")
    assert tuple(column.name for column in table.columns) == tuple(COURSE_COLUMNS.split(";"))
    (course,) = dicts(table)
    assert (course["Have a question"], course["Irrelevant"]) == (4, 2)


async def test_a_later_file_replaces_and_nothing_is_added_up(tmp_path: Path) -> None:
    path = await figures_of(tmp_path, {"users 2026-03-20.csv": USERS})
    path = await figures_of(tmp_path, {"users 2026-03-20.csv": USERS})
    assert (await report(path, "collaboration.users")).column("Comments") == [3, 0]
    later = USERS.replace("Paris,1,3,2", "Paris,1,5,2")
    path = await figures_of(tmp_path, {"users 2026-03-21.csv": later})
    assert (await report(path, "collaboration.users")).column("Comments") == [5, 0]


async def test_two_spellings_of_an_address_are_one_row(tmp_path: Path) -> None:
    text = USERS + "Ada,Long,a@x.org,Paris,1,3,2\n"
    path = await figures_of(tmp_path, {"users 2026-03-20.csv": text})
    users = await report(path, "collaboration.users")
    assert [row[2] for row in users.rows] == ["A@x.org", "b@x.org"]
    assert users.column("Comments") == [3, 0]


async def test_tags_are_lists_and_come_back_as_one_cell(tmp_path: Path) -> None:
    path = await figures_of(tmp_path, {"courses 2026-03-20.csv": f"{COURSE_COLUMNS}\n{COURSE}\n"})
    (course,) = dicts(await report(path, "collaboration.courses"))
    assert course["Tags"] == "safety|onboarding"


async def test_scores_of_several_courses_are_never_mixed(tmp_path: Path) -> None:
    other = COURSE.replace("Safety;c1", "First aid;c2").replace(";42;", ";-;")
    path = await figures_of(
        tmp_path, {"courses 2026-03-20.csv": f"{COURSE_COLUMNS}\n{COURSE}\n{other}\n"}
    )
    rows = {row["training_id"]: row for row in dicts(await report(path, "collaboration.reactions"))}
    assert (rows["c1"]["score"], rows["c1"]["reported_score"]) == (50, 42)
    # Not reported: no value, and ours is not put in its place.
    assert (rows["c2"]["score"], rows["c2"]["reported_score"]) == (50, None)
    trainings = {r["training_id"]: r for r in dicts(await report(path, "global.trainings"))}
    assert {row["reaction_score"] for row in trainings.values()} <= {50, None}


async def test_days_come_before_months(tmp_path: Path) -> None:
    text = (
        "First name,Last name,Email,Publications,Comments,Reactions,Last activity\n"
        "Ada,Long,a@x.org,1,2,3,05/06/2024 09:30\n"
    )
    path = await figures_of(tmp_path, {"users 2026-03-20.csv": text})
    profile = await report(path, "learner.profile", keys={Param.LEARNER: "a@x.org"})
    assert any("2024-06-05" in str(value) for value in profile.column("value"))
