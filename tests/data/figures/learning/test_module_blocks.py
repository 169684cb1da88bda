"""Blocks of modules on lists of enrolments: on screens only, and as the list of modules says."""

from __future__ import annotations

from pathlib import Path

import pytest

from termstats.data.model.blocks import blocks, done_of
from termstats.data.model.request import Param
from termstats.data.model.table import Table
from termstats.data.model.writing import to_csv
from tests.data.figures.hand_store import Hand, dicts, make_store, report

T = {Param.TRAINING: "T"}
SIGNS = {"passed": "#", "completed": "#", "in progress": "~", "not started": ".", "failed": "x"}


def fill(hand: Hand) -> None:
    for key in ("ann", "bob", "cho"):
        hand.person(key, key.capitalize())
    hand.training("T", "Safety")
    hand.training("U", "Without modules")
    hand.module("S", "T", kind="section", position=1)
    hand.module("best", "T", parent="S", position=1, mandatory=1, pass_mark=50.0, keep="best")
    hand.module("newest", "T", parent="S", position=2, mandatory=1, pass_mark=50.0, keep="newest")
    hand.module("page", "T", kind="page", position=2)
    hand.module("essay", "T", position=3, pass_mark=50.0)
    hand.module("old", "T", current=0)
    for activity in ("p1", "p2"):
        hand.activity(activity, "T", "page")
    for person in ("ann", "bob", "cho"):
        hand.enrol(person, "T", "2026-02-01")
    hand.enrol("ann", "U", "2026-02-01")

    def attempt(person: str, module: str, day: str, score: float | None, number: int = 1) -> None:
        passed = None if score is None else int(score >= 50)
        hand.attempt(
            *(f"{person}-{module}-{number}", person, "T", module),
            finished_at=f"2026-03-{day} 10:00",
            score=score,
            passed=passed,
            number=number,
            evaluated=int(score is not None),
        )

    attempt("ann", "best", "02", 30.0)
    attempt("ann", "best", "03", 80.0, 2)
    attempt("ann", "newest", "03", 90.0)
    attempt("ann", "newest", "04", 20.0, 2)
    attempt("ann", "essay", "05", None)
    hand.complete("ann", "T", "p1", "2026-03-02 10:00")
    hand.complete("bob", "T", "p1", "2026-03-02 10:00")
    hand.complete("bob", "T", "p2", "2026-03-02 11:00")
    attempt("bob", "old", "02", 90.0)


@pytest.fixture
async def path(tmp_path: Path) -> Path:
    return await make_store(tmp_path, fill)


async def signs(path: Path, period: str) -> dict[object, object]:
    table = await report(path, "training.learners", period, keys=T, blocks=True)
    return {row["learner_id"]: row["module_states"] for row in dicts(table)}


async def test_there_is_a_sign_per_module_in_their_order(path: Path) -> None:
    assert await signs(path, "2026-03") == {"ann": "#x~?", "bob": "..#.", "cho": "...."}


async def test_signs_are_of_the_end_of_the_period(path: Path) -> None:
    assert await signs(path, "2026-03-02") == {"ann": "x.~.", "bob": "..#.", "cho": "...."}
    assert await signs(path, "2026-03-03") == {"ann": "##~.", "bob": "..#.", "cho": "...."}


async def test_the_list_of_modules_says_the_same(path: Path) -> None:
    for period in ("2026-03-02", "2026-03-03", "2026-03-04", "2026-03-05"):
        for person, shown in (await signs(path, period)).items():
            keys = {**T, Param.LEARNER: str(person)}
            modules = dicts(await report(path, "learner.modules", period, keys=keys))
            states = [row["state"] for row in modules if row["module_id"] not in ("S", "old")]
            # What waits for a teacher is in progress there.
            assert str(shown).replace("?", "~") == "".join(SIGNS[str(state)] for state in states)


async def test_a_learner_has_them_in_each_training(path: Path) -> None:
    keys = {Param.LEARNER: "ann"}
    table = await report(path, "learner.trainings", "2026-03", keys=keys, blocks=True)
    assert [row["module_states"] for row in dicts(table)] == ["#x~?", None]


async def test_files_have_none(path: Path) -> None:
    shown = await report(path, "training.learners", "2026-03", keys=T, blocks=True)
    asked = await report(path, "training.learners", "2026-03", keys=T)
    assert isinstance(shown, Table)
    assert to_csv(shown) == to_csv(asked)
    assert "module_states" not in to_csv(shown)


def test_what_is_done_is_counted() -> None:
    assert blocks(["passed", "completed", "waiting", "failed"]) == "##?x"
    assert blocks([]) is None
    assert done_of("##?x") == (2, 4)
