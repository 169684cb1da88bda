"""An academy so small that every number of it is counted by hand."""

import asyncio
from pathlib import Path

import pytest

from tests.data.figures.hand_store import Hand, make_store


def fill(hand: Hand) -> None:
    """Three learners, two of one first name; two trainings; a class; an administrator."""
    hand.person("ana", "Ana Alvarez")
    hand.person("ann", "Anna Berg")
    hand.person("ben", "Ben \x1b[31mBauer ██")
    hand.person("tina", "Tina Coach", staff=1)
    hand.training("fire", "Fire Safety")
    hand.training("aid", "First Aid")
    hand.class_("north", ("fire",))
    hand.member("north", "ana")
    hand.member("north", "tina", "teacher")
    hand.grant("tina", "coach", class_id=hand.id("class", "north"))
    hand.enrol(
        "ana",
        "fire",
        "2026-02-01",
    )
    hand.enrol("ben", "fire", "2026-03-02")
    hand.enrol("ana", "aid", "2026-03-02")
    hand.module("drill", "fire")
    hand.question("exit", "drill", correct_answer="the stairs")
    for day in ("2026-03-03", "2026-03-03", "2026-03-05"):
        hand.event(f"{day} 10:00", "ana", "page", "fire")
    hand.event("2026-03-05 11:00", "ben", "page", "fire")
    hand.object("water", "dataset", "Water levels")
    hand.event(
        "2026-03-05 12:00", "tina", "admin", action="edit_dataset", object="water",
        diff="title: old -> new",
    )  # fmt: skip
    hand.attempt(
        "try", "ana", "fire", "drill", number=1, passed=0, score=35.0, max_points=5.0, points=1.75,
        started_at="2026-03-05 10:00", finished_at="2026-03-05 10:05",
    )  # fmt: skip
    hand.answer("try", "exit", answer="the lift", state="wrong", points=0.0, max_points=5.0)


@pytest.fixture(scope="session")
def academy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the store."""
    return asyncio.run(make_store(tmp_path_factory.mktemp("shell"), fill))
