"""Versions of a course: one that is small, and the real server's course in three versions."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from termstats.data.figures.definition.registry import find_figure
from termstats.data.importers.registry import importers
from termstats.data.importers.writing.base import ImportOptions
from termstats.data.importers.writing.run import run_import
from termstats.data.model.period_text import parse_period
from termstats.data.model.request import Param, Request
from termstats.data.query.scope import Scope
from termstats.data.store.opening import open_store
from tests.cli.command import Capture, fails, prints
from tests.data.figures.doors import go_through
from tests.data.figures.hand_store import dicts, report
from tests.data.importers.oppia.factory import attempt, event, load
from tests.shared import shared_path

COURSE = {Param.TRAINING: "1"}
OLD, NEW = "20220101", "20230101"
QUIZ = {"type": "quiz", "data": '{"instance_id": "old"}', "digest": "d-oldquiz"}


def in_version(version: str, key: int, **values: Any) -> dict[str, Any]:
    return event(key, course_version=int(version), **values)


def rows() -> dict[str, Any]:
    """An old page and an old quiz, a page that stayed, and a new test."""
    return {
        "oppia_tracker": [
            in_version(OLD, 1, digest="d-oldpage", completed=1, activity_title="Old page"),
            in_version(OLD, 2, digest="d-page", completed=1),
            in_version(OLD, 3, user_id=3, digest="d-page"),
            in_version(OLD, 4, **QUIZ),
            in_version(NEW, 5, digest="d-page", completed=1, user_id=3),
            in_version(NEW, 6, digest="", type="download"),
            event(7),  # of no version
            in_version(NEW, 8, user_id=1),  # an administrator
        ],
        "quiz_quiz": [{"id": 20, "title": "Old test"}],
        "quiz_quizprops": [{"id": 90, "quiz_id": 20, "name": "digest", "value": "d-oldquiz"}],
        "quiz_quizattempt": [attempt(1, 9, quiz_id=20, instance_id="old")],
        "oppia_badge": [{"id": 1, "name": "Done"}],
        "oppia_award": [
            {"id": 1, "badge_id": 1, "user_id": 2, "award_date": "2024-03-06 10:00:00"}
        ],
        "oppia_awardcourse": [{"id": 1, "award_id": 1, "course_id": 1, "course_version": int(OLD)}],
    }


@pytest.fixture
async def store(tmp_path: Path) -> Path:
    return (await load(tmp_path, **rows()))[0]


NAMES = ("version", "current", "learners", "events", "modules", "completed", "attempts", "badges")


async def test_what_was_done_in_each_version(store: Path) -> None:
    found = dicts(await report(store, "training.versions", "2024-03", keys=COURSE))
    assert [tuple(row[name] for name in NAMES) for row in found] == [
        (NEW, "yes", 1, 2, 1, 1, 0, 0),
        (OLD, "no", 2, 4, 3, 2, 1, 1),
    ]
    assert [row["score"] for row in found] == [None, 90]


async def content(store: Path, **options: Any) -> dict[str, tuple[Any, ...]]:
    """Return module -> mandatory, learners, started and completed, without sections."""
    table = await report(store, "training.content", "2024-03", keys=COURSE, **options)
    names = ("mandatory", "learners", "started", "completed")
    return {
        row["module"]: tuple(row[name] for name in names)
        for row in dicts(table)
        if row["kind"] != "section"
    }


async def test_content_is_of_the_current_version_unless_another_is_asked_for(store: Path) -> None:
    assert set(await content(store)) == {"Read", "Test", "Say", "Before"}
    everything = await content(store, version="all")
    assert everything["Read"] == ("no", 2, 2, 2)
    assert everything["Old page"] == ("old version", 2, 1, 1)
    assert everything["Old test"] == ("old version", 2, 1, 1)
    old = await content(store, version=OLD)
    assert old == {
        "Read": ("no", 2, 2, 1),
        "Old page": ("old version", 2, 1, 1),
        "Old test": ("old version", 2, 1, 1),
    }
    new = await content(store, version=NEW)
    assert new["Read"] == ("no", 1, 1, 1)
    assert set(new) == {"Read", "Test", "Say", "Before"}


async def progress(store: Path, version: str | None, day: int) -> tuple[float, float]:
    """Return progress and completion at the end of a day of March."""
    table = await report(store, "training.progress", f"2024-03-{day:02}", keys=COURSE,
                         version=version)  # fmt: skip
    assert table.column("progress") == table.column("pooled_progress")
    (row,) = dicts(table)
    return row["progress"], row["completion"]


async def test_progress_is_of_the_current_version_unless_another_is_asked_for(store: Path) -> None:
    third = 100 / 3
    # Of the current version both did one of three: the pre-test does not count.
    assert await progress(store, None, 5) == pytest.approx((third, 0))
    assert await progress(store, None, 6) == pytest.approx((third, 0))
    # In the old one the first did two of the three that were used, the other none; on the 6th the
    # first was awarded it.
    assert await progress(store, OLD, 5) == pytest.approx((third, 0))
    assert await progress(store, OLD, 6) == pytest.approx((50, 50))
    # In the new one there is one learner only.
    assert await progress(store, NEW, 6) == pytest.approx((third, 0))


async def test_a_new_version_takes_no_progress_away_where_all_are_asked_for(store: Path) -> None:
    assert await progress(store, "all", 5) == pytest.approx((100 / 3, 0))
    assert await progress(store, "all", 6) == pytest.approx(((100 + 100 / 3) / 2, 50))


async def test_old_modules_of_a_learner_are_listed_where_asked_for(store: Path) -> None:
    keys = {**COURSE, Param.LEARNER: "2"}
    usual = await report(store, "learner.modules", "2024-03", keys=keys)
    assert "Old page" not in usual.column("module") and "Old test" in usual.column("module")
    every = await report(store, "learner.modules", "2024-03", keys=keys, version="all")
    assert {"Old page", "Old test", "Read"} <= set(every.column("module"))
    states = {row["module"]: row["state"] for row in dicts(every)}
    assert (states["Old page"], states["Old test"]) == ("completed", "passed")
    new = await report(store, "learner.modules", "2024-03", keys=keys, version=NEW)
    assert "Old test" not in new.column("module")


async def test_attempts_and_questions_of_one_version(store: Path) -> None:
    keys = {Param.MODULE: "quiz:20", Param.LEARNER: "2"}
    for version, number in ((OLD, 1), (NEW, 0), ("all", 1), (None, 1)):
        table = await report(store, "learner.attempts", "2024-03", keys=keys, version=version)
        assert len(table.rows) == number


async def test_a_new_version_takes_no_completion_away(store: Path) -> None:
    opened = await open_store(str(store))
    try:
        request = Request(parse_period("2024-03", opened.info.now, opened.info.coverage))
        figure = find_figure("global.completion-rates")
        gone = [each async for each in go_through(opened, figure, request, Scope())]
    finally:
        await opened.close()
    (earlier,) = [each for each in gone if each.behind.figure_id.endswith("earlier-completions")]
    assert (earlier.number, earlier.mistake()) == (1, "")
    assert [cell for cell in earlier.behind.rows[0][1:3]] == ["Ann Ash", OLD]


def test_the_option_is_refused_where_it_has_no_meaning(tmp_path: Path, capsys: Capture) -> None:
    store = str(asyncio.run(load(tmp_path, **rows()))[0])
    base = ["--training", "1", "--store", store, "--version", OLD]
    line = fails(["report", "training.learners", *base], capsys)
    assert "--version is for" in line and "training.content" in line
    text = prints(["report", "training.content", *base, "--period", "all"], capsys)
    assert "Old page" in text


@pytest.fixture(scope="module", name="three")
def three_versions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = shared_path("oppia/versions.sqlite3")
    path = tmp_path_factory.mktemp("versions") / "store.sqlite3"
    options = ImportOptions(as_of_latest=True)
    asyncio.run(run_import(importers()["oppia"], str(source), path, options))
    return path


async def test_one_course_in_three_versions(three: Path) -> None:
    """Expected: counted by hand in the 30 events and 9 attempts of the source."""
    found = dicts(await report(three, "training.versions", "all", keys=COURSE))
    assert [tuple(row[name] for name in NAMES[1:-1]) for row in found] == [
        ("yes", 3, 10, 5, 8, 2),
        ("no", 2, 8, 4, 6, 2),
        ("no", 1, 6, 4, 3, 2),
    ]
    assert [row["score"] for row in found] == [100, 100, 0]


async def test_progress_in_three_versions(three: Path) -> None:
    """Done of learners x modules: 8 of 3 x 5, 6 of 2 x 4 (one of both did all), 3 of 1 x 4."""
    found = dicts(await report(three, "training.versions", "all", keys=COURSE))
    expected = [(100 * 8 / 15, 0), (100 * 6 / 8, 50), (100 * 3 / 4, 0)]
    for row, numbers in zip(found, expected, strict=True):
        table = await report(three, "training.progress", "2022-03-18", keys=COURSE,
                             version=row["version"])  # fmt: skip
        (day,) = dicts(table)
        assert (day["progress"], day["completion"]) == pytest.approx(numbers)


async def test_old_quizzes_and_feedbacks_stay_reachable(three: Path) -> None:
    table = await report(three, "training.content", "all", keys=COURSE, version="all")
    old = [row for row in dicts(table) if row["mandatory"] == "old version"]
    kinds = sorted(row["kind"] for row in old)
    assert kinds == ["feedback", "page", "page", "quiz", "quiz"]
    for row in old:
        if row["kind"] == "quiz":
            keys = {Param.MODULE: row["module_id"]}
            answers = await report(three, "training.quiz-responses", "all", keys=keys)
            assert len(answers.rows) == 2
