"""The wide layouts: our own columns behind those of the platform."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from termstats.data.importers.threesixty.importer import ThreeSixtyImporter
from termstats.data.importers.writing.base import ImportOptions
from termstats.data.importers.writing.run import run_import
from termstats.data.model.request import Param
from tests.data.figures.collaboration.reference import (
    ACTIVITY_COLUMNS,
    USER_COLUMNS,
    fill,
)
from tests.data.figures.collaboration.reference import imported as imported
from tests.data.figures.collaboration.reference import store as store
from tests.data.figures.hand_store import Hand, dicts, make_store, report
from tests.data.importers.threesixty.test_threesixty import (
    COURSE_COLUMNS,
)


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
        *("Publications of members", "Comments of members", "Reactions of members"),
    ]
    # The like of u3, who is no learner of A. Without a file of groups members add up to a line.
    assert [row[:4] + row[6:] for row in table.rows] == [
        ("A", 1, 4, 1, *(0, 0, 1), *(1, 4, 1)),
        ("B", 0, 3, 0, *(0, 0, 0), *(0, 3, 0)),
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
