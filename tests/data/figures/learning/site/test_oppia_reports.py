"""Reports of an OppiaMobile server, on a small one; expected numbers are counted by hand."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from termstats.data.figures.definition.all_pages import pages_of
from termstats.data.figures.definition.registry import find_figure
from termstats.data.model.errors import UsageError
from termstats.data.model.period_text import parse_period
from termstats.data.model.request import Param, Request
from termstats.data.query.scope import Scope
from termstats.data.store.opening import Store, open_store
from tests.data.figures.doors import go_through
from tests.data.figures.hand_store import dicts, report
from tests.data.importers.oppia.factory import attempt, event, load

MARCH = "2024-03"
DOWNLOAD = {"type": "download", "digest": ""}
FEBRUARY = {"tracker_date": "2024-02-05 10:00:00", "submitted_date": "2024-02-05 10:00:00"}
SEVENTH = {"tracker_date": "2024-03-07 10:00:00", "submitted_date": "2024-03-08 10:00:00"}


@pytest.fixture
async def path(tmp_path: Path) -> Path:
    events = [
        event(1, time_taken=60),
        event(2, time_taken=30),
        event(3, time_taken=99_999),  # an outlier
        event(4, user_id=3, time_taken=5, **SEVENTH),
        event(5, course_id=2, digest="x", time_taken=7, **SEVENTH),
        event(6, **DOWNLOAD),
        event(7, **DOWNLOAD, **SEVENTH),
        event(8, user_id=3, **DOWNLOAD, **FEBRUARY),
        event(9, user_id=1, time_taken=1000),  # an administrator
        event(10, user_id=1, **DOWNLOAD),
    ]
    profiles = [{"id": 2, "user_id": 3, "job_title": "nurse", "organisation": "Ward"}]
    attempts = [
        attempt(1, 2, attempt_date="2024-03-01 10:00:00"),
        attempt(2, 9, attempt_date="2024-03-02 10:00:00"),
        attempt(3, 4, attempt_date="2024-03-03 10:00:00", maxscore=5),
    ]
    loaded = await load(
        tmp_path, oppia_tracker=events, profile_userprofile=profiles, quiz_quizattempt=attempts
    )
    return loaded[0]


@pytest.fixture
async def store(path: Path) -> AsyncIterator[Store]:
    opened = await open_store(str(path))
    yield opened
    await opened.close()


async def test_the_most_active_trainings_of_the_chosen_period(path: Path) -> None:
    rows = dicts(await report(path, "global.top-trainings", MARCH))
    told = [(r["training_id"], r["actions"], r["learners"], r["time_spent"]) for r in rows]
    assert told == [("1", 6, 2, 95), ("2", 1, 1, 7)]
    assert [row["share"] for row in rows] == [pytest.approx(600 / 7), pytest.approx(100 / 7)]
    table = await report(path, "global.top-trainings", "2024-02")
    assert [(r["training_id"], r["actions"], r["share"]) for r in dicts(table)] == [("1", 1, 100)]
    shown = await report(path, "global.top-trainings", MARCH, top=1)
    assert shown.column("training") == ["Alpha", "(others)"]
    assert shown.column("actions") == [6, 1]


async def test_downloads_and_by_how_many_people(path: Path) -> None:
    rows = dicts(await report(path, "global.training-downloads", MARCH))
    names = ("training_id", "downloads", "learners", "downloads_so_far", "learners_so_far")
    assert [tuple(row[name] for name in names) for row in rows] == [
        ("1", 2, 1, 3, 2),
        ("2", 0, 0, 0, 0),
    ]
    series = await report(
        path, "training.downloads", "2024", keys={Param.TRAINING: "1"}, by="month"
    )
    assert series.column("learners")[:4] == [0, 1, 1, 0]
    assert series.column("downloads")[:4] == [0, 1, 2, 0]
    assert series.summary == "total 3 · 0 before · by 2 people"


async def test_time_per_day_learner_and_training(path: Path, store: Store) -> None:
    table = await report(path, "global.time-by-learner", MARCH)
    names = ("day", "learner_id", "training_id", "time_spent", "actions")
    rows = [tuple(str(row[name]) for name in names) for row in dicts(table)]
    expected = [
        ("2024-03-07", "2", "1", "0.0", "1"),
        ("2024-03-07", "2", "2", "7.0", "1"),
        ("2024-03-07", "3", "1", "5.0", "1"),
        ("2024-03-05", "2", "1", "90.0", "4"),
    ]
    assert rows == expected
    period = parse_period(MARCH, store.info.now, store.info.coverage)
    request = Request(period, limit=1)
    pages = [page async for page in pages_of(store, "global.time-by-learner", request)]
    days = [str(day) for page in pages for day in page.column("day")]
    assert (days, len(pages)) == ([row[0] for row in expected], 2)
    with pytest.raises(UsageError, match="no page of this figure"):
        await report(path, "global.time-by-learner", MARCH, after="1-x")


async def test_time_by_the_server_clock_and_of_one_learner(path: Path) -> None:
    table = await report(path, "global.time-by-learner", MARCH, server_clock=True)
    assert {str(day) for day in table.column("day")} == {"2024-03-05", "2024-03-08"}
    keys = {Param.LEARNER: "3"}
    table = await report(
        path, "training.time-by-learner", MARCH, keys={Param.TRAINING: "1", **keys}
    )
    assert table.column("time_spent") == [5]


async def test_lowest_and_mean_beside_first_newest_and_best(path: Path) -> None:
    keys = {Param.LEARNER: "2", Param.TRAINING: "1"}
    rows = dicts(await report(path, "learner.modules", MARCH, keys=keys))
    (quiz,) = [row for row in rows if row["attempts"]]
    names = ("first", "newest", "best", "lowest", "mean")
    assert [quiz[name] for name in names] == [20, 80, 90, 20, pytest.approx(190 / 3)]


async def test_people_by_a_value_of_their_profile(path: Path) -> None:
    rows = dicts(await report(path, "global.profile-field", MARCH))
    assert [(row["value"], row["users"]) for row in rows] == [
        ("job_title: nurse", 2),
        ("organisation: Ward", 1),
    ]
    who = await report(path, "global.profile-people", MARCH, action="organisation: Ward")
    assert who.column("learner") == ["bob"]


FIGURES = (
    ("global.top-trainings", 6),
    ("global.training-downloads", 2),
    ("global.downloads", 4),
    ("global.profile-field", 2),
    ("global.completion-rates", 3),
)


@pytest.mark.parametrize(("figure_id", "numbers"), FIGURES)
async def test_every_number_is_what_lies_behind_it(
    store: Store, figure_id: str, numbers: int
) -> None:
    request = Request(parse_period(MARCH, store.info.now, store.info.coverage))
    gone = [each async for each in go_through(store, find_figure(figure_id), request, Scope())]
    assert len(gone) == numbers
    assert not [each.mistake() for each in gone if each.mistake()]
