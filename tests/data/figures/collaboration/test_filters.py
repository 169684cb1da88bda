"""What filters leave of the collaboration figures, counted by hand on the reference's data."""

from __future__ import annotations

from pathlib import Path

import pytest

from termstats.data.model.request import Param
from tests.data.figures.collaboration.reference import fill
from tests.data.figures.collaboration.reference import imported as imported
from tests.data.figures.hand_store import dicts, filters_of, make_store, report


@pytest.fixture
async def store(tmp_path: Path) -> Path:
    return await make_store(tmp_path, fill)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("person=u2", {"U2": (0, 3, 0)}),
        ("person=u1 person=u3", {"U1": (1, 1, 1), "U3": (0, 0, 1)}),
        # Of a group everybody, in whatever role.
        ("group=A", {"U1": (1, 1, 1), "U2": (0, 3, 0), "U3": (0, 0, 1)}),
        ("group=A +group=B", {"U2": (0, 3, 0)}),
        (
            "days=2026-03-02",
            {"U1": (0, 1, 0), "U2": (0, 2, 0), "U3": (0, 0, 0), "U4": (0, 0, 0)},
        ),
        # 1 March 2026 was a Sunday.
        (
            "weekday=sunday",
            {"U1": (1, 0, 0), "U2": (0, 1, 0), "U3": (0, 0, 1), "U4": (0, 0, 0)},
        ),
        ("group=B weekday=monday weekday=sunday", {"U2": (0, 3, 0)}),
    ],
)
async def test_whose_contributions(
    store: Path, text: str, lines: dict[str, tuple[int, ...]]
) -> None:
    table = await report(store, "collaboration.users", filters=await filters_of(store, text))
    assert {row[1]: row[4:7] for row in table.rows} == lines
    assert table.notes == ()


@pytest.mark.parametrize(
    ("text", "lines", "said"),
    [
        ("person=u2", {"A": (0, 3, 0), "B": (0, 3, 0)}, "these people: 0 publications, 3 comments"),
        ("person=u1", {"A": (1, 1, 1)}, "these people: 1 publication, 1 comment, 1 reaction"),
        ("group=B", {"A": (0, 3, 0), "B": (0, 3, 0)}, "these people: 0 publications, 3 comments"),
        ("days=2026-03-01", {"A": (1, 1, 0), "B": (0, 1, 0)}, "all people: 1 publication"),
    ],
)
async def test_groups_of_those_people(
    store: Path, text: str, lines: dict[str, tuple[int, ...]], said: str
) -> None:
    table = await report(store, "collaboration.groups", filters=await filters_of(store, text))
    assert {row[0]: row[1:4] for row in table.rows} == lines
    assert table.summary.startswith(said)


@pytest.mark.parametrize(
    ("text", "views", "learned", "people"),
    [
        ("person=u4", 2, 0, 1),
        ("person=u4 person=u1", 2, 1, 1),
        ("group=A", 1, 1, 1),
        ("days=2026-03-03", 3, 1, 2),
        ("weekday=tuesday person=u2", 1, 0, 1),
        ("days=2026-03-01..2026-03-02", 0, 0, 0),
    ],
)
async def test_courses_and_activities_of_those_people(
    store: Path, text: str, views: int, learned: int, people: int
) -> None:
    only = await filters_of(store, text)
    # Every course stays listed; in the old one nobody opened anything.
    course, old = dicts(await report(store, "collaboration.courses", filters=only, wide=True))
    assert (course["Course ID"], old["Views"]) == ("C", 0)
    assert (course["Views"], course["Learned something"]) == (views, learned)
    assert course["People"] == people
    scores = dicts(await report(store, "collaboration.reactions", filters=only))
    assert [row["views"] for row in scores] == [views, 0]
    keys = {Param.TRAINING: "C"}
    table = await report(store, "collaboration.activities", keys=keys, filters=only)
    assert dicts(table)[0]["Views"] == views
    assert dicts(table)[0]["Learned something"] == learned
    behind = await report(store, "collaboration.people", keys=keys, action="Views", filters=only)
    assert sum(int(str(row["times"])) for row in dicts(behind)) == views


async def test_filters_without_a_meaning_are_named(store: Path) -> None:
    only = await filters_of(store, "domain=portal person=u2 subdomain=a subdomain=b")
    for name in ("users", "groups", "courses", "reactions"):
        table = await report(store, f"collaboration.{name}", filters=only)
        said = "Filters without a meaning here narrow nothing: domain portal, subdomain a or b."
        assert said in table.notes
        assert (
            table.rows
            == (
                await report(
                    store, f"collaboration.{name}", filters=await filters_of(store, "person=u2")
                )
            ).rows
        )
    training = await report(store, "training.people", keys={Param.TRAINING: "C"}, filters=only)
    # People have a meaning there, as in all figures of learning.
    assert said in training.notes
    assert not any("person" in note for note in training.notes)


async def test_people_who_do_not_count_are_not_shown_by_a_filter(tmp_path: Path) -> None:
    async def show(everybody: bool) -> tuple[object, ...]:
        table = await report(
            path,
            "collaboration.users",
            everybody=everybody,
            filters=await filters_of(path, "person=b"),
        )
        return (*table.rows, table.empty)

    path = await make_store(tmp_path, lambda hand: hand.person("b", "Bea B", staff=1))
    (empty,) = await show(everybody=False)
    assert empty == (
        "Nobody whom the filters leave counts. Press x to count everybody, 0 for no filters."
    )
    row, empty = await show(everybody=True)
    assert row == ("Bea", "B", None, None, 0, 0, 0) and not empty


async def test_totals_that_name_nobody_are_of_nobody(imported: Path) -> None:
    whole = dicts(await report(imported, "collaboration.users"))
    one = await report(
        imported, "collaboration.users", filters=await filters_of(imported, "person=ada")
    )
    assert dicts(one) == [row for row in whole if row["First name"].strip() == "Ada"]
    assert any("included where they name people" in note for note in one.notes)
    only = await filters_of(imported, "person=ada")
    (course,) = dicts(await report(imported, "collaboration.courses", filters=only))
    assert (course["Views"], course["Likes"]) == (None, None)
    # What the platform reports is about everybody: it does not call these few to attention.
    (score,) = dicts(await report(imported, "collaboration.reactions", filters=only))
    assert (score["reported_score"], score["attention"]) == (42, None)
    early = await report(
        imported, "collaboration.users", filters=await filters_of(imported, "days=2026-03-19")
    )
    assert early.column("Comments") == [0, 0]
    assert any("the filters leave that day out" in note for note in early.notes)
