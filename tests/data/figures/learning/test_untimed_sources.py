"""A store of two sources, one without durations: its time is unknown everywhere, never zero."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from termstats.data.importers.writing.base import ImportOptions
from termstats.data.importers.writing.run import run_import
from termstats.data.model.request import Param
from tests.data.figures.hand_store import Hand, HandImporter, dicts, report, when

T, C, L = Param.TRAINING, Param.CLASS, Param.LEARNER


def filled(name: str, *, timed: bool) -> Callable[[Hand], None]:
    """Return what writes a source whose things are all called `name`: one visit of 60 s."""

    def fill(hand: Hand) -> None:
        hand.writer.set_source(has_time=int(timed))
        hand.person(name)
        hand.training(name)
        hand.class_(name, (name,))
        hand.member(name, name)
        hand.enrol(name, name, "2026-03-01")
        hand.event("2026-03-02 10:00", name, "page", name, seconds=60 if timed else None)

    return fill


@pytest.fixture
async def store(tmp_path: Path) -> Path:
    path = tmp_path / "store"
    for name, timed in (("timed", True), ("plain", False)):
        importer = HandImporter(filled(name, timed=timed))
        options = ImportOptions(zone="UTC", as_of=when("2026-03-31"), name=name)
        await run_import(importer, "by hand", path, options)
    return path


def times(rows: list[dict[str, Any]], column: str = "time_spent") -> dict[str, float | None]:
    """Return the source of each row, by the id that the row begins with -> its time."""
    return {str(next(iter(row.values()))).partition(":")[0]: row[column] for row in rows}


@pytest.mark.parametrize("figure", ["global.trainings", "global.classes", "global.top-learners"])
async def test_lists_of_both(store: Path, figure: str) -> None:
    assert times(dicts(await report(store, figure))) == {"timed": 60, "plain": None}


async def test_mean_time_is_unknown_too(store: Path) -> None:
    rows = dicts(await report(store, "global.trainings"))
    assert times(rows, "avg_time") == {"timed": 60, "plain": None}


@pytest.mark.parametrize(
    ("figure", "param"),
    [
        *(("class.trainings", C), ("class.learners", C)),
        *(("training.learners", T), ("learner.trainings", L)),
    ],
)
async def test_lists_of_one(store: Path, figure: str, param: Param) -> None:
    for name, expected in (("timed", 60), ("plain", None)):
        (row,) = dicts(await report(store, figure, keys={param: name}))
        assert row["time_spent"] == expected, name


@pytest.mark.parametrize(
    ("figure", "param"), [("training.totals", T), ("class.totals", C), ("learner.totals", L)]
)
async def test_cards_of_one(store: Path, figure: str, param: Param) -> None:
    for name, expected in (("timed", 60), ("plain", None)):
        rows = dicts(await report(store, figure, keys={param: name}))
        assert {row["metric"]: row["value"] for row in rows}["time_spent"] == expected, name


async def test_time_over_days_and_of_everything(store: Path) -> None:
    plain = await report(store, "training.time-spent", keys={T: "plain"})
    assert (plain.rows, plain.empty[:35]) == ((), "This source records no durations, s")
    rows = dicts(await report(store, "global.totals"))
    assert {row["metric"]: row["value"] for row in rows}["time_spent"] == 60
