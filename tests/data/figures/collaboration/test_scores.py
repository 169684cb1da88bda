"""Scores and later files of the 360Learning reference, to what a person reads."""

from __future__ import annotations

from pathlib import Path

from termstats.data.model.request import Param
from tests.data.figures.collaboration.reference import (
    figures_of,
)
from tests.data.figures.collaboration.reference import imported as imported
from tests.data.figures.collaboration.reference import store as store
from tests.data.figures.hand_store import Hand, dicts, make_store, report
from tests.data.importers.threesixty.test_threesixty import (
    COURSE,
    COURSE_COLUMNS,
    USERS,
)

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
