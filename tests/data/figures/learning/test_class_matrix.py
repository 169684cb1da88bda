"""Members and their trainings: the states of one place, the members of another, never invented."""

from __future__ import annotations

from pathlib import Path

import pytest

from termstats.data.figures.learning.class_matrix import heading_of, headings_of
from tests.data.figures.hand_store import dicts, report
from tests.data.figures.learning.test_class import CLASS
from tests.data.figures.learning.test_class import store as store


async def test_every_member_has_a_row_and_every_training_a_column(store: Path) -> None:
    table = await report(store, "class.matrix", keys=CLASS)
    # T1 has two members, T2 and T3 one each: as many, so by title.
    names = ["learner_id", "learner", "progress", "score", "state_T1", "state_T2", "state_T3"]
    assert [column.name for column in table.columns] == names
    assert [row[:2] for row in table.rows] == [
        ("ana", "Ana"),
        ("bo", "Bo"),
        ("cy", "Cy"),
        ("dee", "Dee"),
    ]
    states = [(row["state_T1"], row["state_T2"], row["state_T3"]) for row in dicts(table)]
    assert states == [
        ("passed", "in progress", None),
        ("in progress", None, None),
        (None, None, None),
        (None, None, "not started"),
    ]


@pytest.mark.parametrize(
    ("title", "heading"),
    [("Safety Basics", "Safety Basics"), ("First Aid for All of Us", "First Aid for…")]
    + [("Donaudampfschifffahrt", "Donaudampfschif…"), ("", "")],
)
def test_headings_are_whole_words_where_there_are_any(title: str, heading: str) -> None:
    assert heading_of(title) == heading


def test_titles_that_begin_alike_keep_their_ends() -> None:
    titles = ["Data Protection", "Leadership for everybody 1", "Leadership for everybody 2"]
    assert headings_of(titles) == ["Data Protection", "Leadership…ody 1", "Leadership…ody 2"]


async def test_its_members_and_numbers_are_those_of_the_list_of_members(store: Path) -> None:
    for period in ("all", "2026-01"):
        listed = await report(store, "class.members", period, keys=CLASS)
        table = await report(store, "class.matrix", period, keys=CLASS)
        for name in ("learner_id", "learner", "progress", "score"):
            assert table.column(name) == listed.column(name)
        assert table.summary == listed.summary
