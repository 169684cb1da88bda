"""The collaboration figures against the checks of the 360Learning reference, counted by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from termstats.data.model.request import Param
from termstats.data.model.writing import to_csv
from tests.data.figures.collaboration.reference import (
    ACTIVITY_COLUMNS,
    GROUP_COLUMNS,
    USER_COLUMNS,
    fill,
    parsed,
)
from tests.data.figures.collaboration.reference import imported as imported
from tests.data.figures.collaboration.reference import store as store
from tests.data.figures.hand_store import Hand, dicts, make_store, report
from tests.data.importers.threesixty.test_threesixty import (
    ACTIVITIES,
    COURSE,
    COURSE_COLUMNS,
    GROUPS,
    USERS,
)


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
