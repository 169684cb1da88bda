"""Totals of groups beside those of their users: both are kept, and their difference is said."""

from __future__ import annotations

from pathlib import Path

from termstats.data.model.request import Param
from tests.data.figures.hand_store import dicts, report
from tests.data.importers.threesixty.test_threesixty import GROUPS, USERS, load

SALES = {"Publications": 4, "Comments": 7, "Reactions": 9}
"""What the file of groups says; its users Ada and Bo add up to 1, 3 and 3."""


async def make(tmp_path: Path, **files: str) -> tuple[Path, list[str]]:
    folder = tmp_path / "exports"
    folder.mkdir()
    for name, text in files.items():
        (folder / f"{name.replace('_', ' - ')} 2026-03-20.csv").write_text(text)
    imported = await load(folder, tmp_path / "store")
    return tmp_path / "store", imported.notes


async def test_a_users_file_replaces_no_totals_of_its_group(tmp_path: Path) -> None:
    store, notes = await make(tmp_path, groups=GROUPS, users_Sales=USERS)
    table = await report(store, "collaboration.groups")
    assert dicts(table) == [{"Name": "Sales", **SALES}]
    assert any("Sales: 4, 7, 9 reported; 1, 3, 3 by its members" in note for note in table.notes)
    assert any("groups: 1 have other totals than their users" in note for note in notes)
    (wide,) = dicts(await report(store, "collaboration.groups", wide=True))
    of_members = [wide[f"{name} of members"] for name in SALES]
    assert ([wide[name] for name in SALES], of_members) == ([4, 7, 9], [1, 3, 3])


async def test_the_people_behind_a_total_and_what_nobody_is_known_for(tmp_path: Path) -> None:
    store, _notes = await make(tmp_path, groups=GROUPS, users_Sales=USERS)
    keys = {Param.CLASS: "Sales"}
    behind = await report(store, "collaboration.people", keys=keys, action="comments")
    # Three of the seven comments are Ada's.
    assert [(row["learner"], row["times"]) for row in dicts(behind)] == [("Ada Long", 3)]
    assert "4 comments are known without people." in behind.notes


async def test_users_who_add_up_to_more_are_said_too(tmp_path: Path) -> None:
    fewer = GROUPS.replace("4;7;9", "4;2;9")
    store, _notes = await make(tmp_path, groups=fewer, users_Sales=USERS)
    behind = await report(
        store, "collaboration.people", keys={Param.CLASS: "Sales"}, action="comments"
    )
    said = "The platform reports 2 comments of this class; its known members add up to 3."
    assert said in behind.notes


async def test_nothing_is_said_where_they_agree_or_only_one_is_known(tmp_path: Path) -> None:
    for number, (files, line) in enumerate(
        (
            ({"groups": GROUPS.replace("4;7;9", "1;3;3"), "users_Sales": USERS}, (1, 3, 3)),
            ({"groups": GROUPS}, (4, 7, 9)),
            ({"users_Sales": USERS}, (1, 3, 3)),
        )
    ):
        place = tmp_path / str(number)
        place.mkdir()
        store, notes = await make(place, **files)
        table = await report(store, "collaboration.groups")
        assert table.rows == (("Sales", *line),)
        assert not [note for note in (*table.notes, *notes) if "add up to" in note]


async def test_totals_of_another_day_are_not_those_of_the_period(tmp_path: Path) -> None:
    store, _notes = await make(tmp_path, groups=GROUPS, users_Sales=USERS)
    table = await report(store, "collaboration.groups", "2026-02")
    assert table.rows == (("Sales", 0, 0, 0),)
    assert any("are not included" in note for note in table.notes)


async def test_two_files_of_one_day_that_disagree_about_a_user(tmp_path: Path) -> None:
    store, notes = await make(
        tmp_path, users_Ops=USERS.replace("Paris,1,3,2", "Paris,5,5,5"), users_Sales=USERS
    )
    assert any(
        "users: 1 are in several files of one day with other totals, such as a@x.org" in note
        for note in notes
    )
    rows = dicts(await report(store, "collaboration.users"))
    assert [row["Comments"] for row in rows if row["Email"] == "A@x.org"] == [3]
