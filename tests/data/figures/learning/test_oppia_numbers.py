"""Figures of the real OppiaMobile database against the platform document's numbers."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from termstats.data.importers.registry import importers
from termstats.data.importers.writing.base import ImportOptions
from termstats.data.importers.writing.run import run_import
from termstats.data.model.request import Param
from termstats.data.model.table import Table
from tests.data.figures.hand_store import dicts, report
from tests.shared import shared_path

W1 = "2018-05-01..2018-05-31"
W2 = "2016-05-01..2016-06-30"
KINDS = ("page", "quiz", "media", "resource", "download", "search", "login", "forum", "other")


AS_OF = {"now": ImportOptions(), "latest": ImportOptions(as_of_latest=True)}


@pytest.fixture(scope="module", params=AS_OF)
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = shared_path("oppia/oppia.sqlite3")
    path = tmp_path_factory.mktemp("oppia") / "store.sqlite3"
    asyncio.run(run_import(importers()["oppia"], str(source), path, AS_OF[request.param]))
    return path


def per_day(table: Table, column: str) -> dict[str, Any]:
    """Return the values of a series that are neither zero nor missing."""
    name = table.columns[0].name
    return {str(row[name]): row[column] for row in dicts(table) if row[column]}


@pytest.mark.parametrize(
    ("period", "kinds", "before"),
    [
        (W1, {"page": 18, "quiz": 1, "media": 1, "download": 1}, 505),
        (W2, {"page": 107, "quiz": 17, "download": 3}, 205),
    ],
)
async def test_activity_by_kind(
    store: Path, period: str, kinds: dict[str, int], before: int
) -> None:
    rows = dicts(await report(store, "global.activity", period))
    found = {kind: sum(row[kind] for row in rows) for kind in KINDS}
    assert {kind: number for kind, number in found.items() if number} == kinds
    assert sum(row["total"] for row in rows) == sum(kinds.values())
    assert {row["before"] for row in rows} == {before}


async def test_activity_by_day_and_clock(store: Path) -> None:
    w1 = per_day(await report(store, "global.activity", W1), "total")
    may = {3: 3, 4: 1, 6: 6, 7: 5, 9: 3, 18: 2, 30: 1}
    assert w1 == {f"2018-05-{day:02}": events for day, events in may.items()}
    assert sum(per_day(await report(store, "global.activity", W1, server_clock=True),
                       "total").values()) == 21  # fmt: skip
    w2 = per_day(await report(store, "global.activity", W2), "total")
    assert w2 == {
        **{
            f"2016-05-{day:02}": events
            for day, events in {
                4: 34, 6: 24, 7: 13, 8: 24, 9: 2, 10: 2, 12: 8, 13: 11, 17: 1, 18: 1,
            }.items()
        },
        **{f"2016-06-{day:02}": n for day, n in {2: 1, 6: 2, 14: 1, 22: 1, 29: 2}.items()},
    }  # fmt: skip
    by_month = await report(store, "global.activity", W2, by="month", server_clock=True)
    assert per_day(by_month, "total") == {"2016-05-01": 3, "2016-06-01": 123}
    by_month = await report(store, "global.activity", W2, by="month")
    assert per_day(by_month, "total") == {"2016-05-01": 120, "2016-06-01": 7}


@pytest.mark.parametrize(
    ("period", "server", "total", "days"),
    [(W1, False, 7, 7), (W1, True, 6, 6), (W2, False, 16, 15), (W2, True, 11, 10)],
)
async def test_daily_active_users(
    store: Path, period: str, server: bool, total: int, days: int
) -> None:
    found = per_day(
        await report(store, "global.active-users", period, server_clock=server), "users"
    )
    assert (sum(found.values()), len(found)) == (total, days)


async def test_two_people_were_active_on_one_day_only(store: Path) -> None:
    found = per_day(await report(store, "global.active-users", W2), "users")
    assert [day for day, users in found.items() if users != 1] == ["2016-05-06"]
    assert found["2016-05-06"] == 2


@pytest.mark.parametrize(
    ("period", "server", "months"),
    [(W1, False, [2]), (W1, True, [2]), (W2, False, [2, 2]), (W2, True, [1, 2])],
)
async def test_monthly_active_users(
    store: Path, period: str, server: bool, months: list[int]
) -> None:
    table = await report(store, "global.active-users", period, server_clock=server, by="month")
    assert table.column("users") == months


@pytest.mark.parametrize(
    ("period", "server", "seconds"),
    [(W1, False, 277), (W1, True, 395), (W2, False, 11_010), (W2, True, 11_006)],
)
async def test_total_time(store: Path, period: str, server: bool, seconds: int) -> None:
    table = await report(store, "global.time-spent", period, server_clock=server)
    assert sum(row["time_spent"] for row in dicts(table)) == seconds
    assert not [note for note in table.notes if "over the limit" in note]


async def test_time_per_learner(store: Path) -> None:
    month = dicts(await report(store, "global.time-spent", W1, by="month"))
    assert [(row["time_spent"], row["avg_time"]) for row in month] == [(277, 138.5)]
    days = dicts(await report(store, "global.time-spent", W1))
    spent = {str(row["day"])[-2:]: row["time_spent"] for row in days if row["learners"]}
    assert spent == {"03": 57, "04": 0, "06": 46, "07": 72, "09": 56, "18": 31, "30": 15}
    assert all(row["avg_time"] == row["time_spent"] for row in days if row["learners"])
    w2 = dicts(await report(store, "global.time-spent", W2))
    assert [row["avg_time"] for row in w2 if str(row["day"]) == "2016-05-06"] == [422.5]


async def test_downloads(store: Path) -> None:
    w1 = await report(store, "global.downloads", W1)
    assert sum(w1.column("downloads")) == 1  # type: ignore[arg-type]
    assert w1.rows[0][2] == 39 and w1.rows[-1][2] == 40
    w2 = await report(store, "global.downloads", W2)
    assert sum(w2.column("downloads")) == 3  # type: ignore[arg-type]
    assert w2.rows[-1][2] == 5


@pytest.mark.parametrize(
    ("period", "server", "shares", "unknown"),
    [
        (W1, False, {"en": (17, 85.0), "es": (2, 10.0), "de": (1, 5.0)}, 1),
        (W2, False, {"en": (121, 97.5806), "es": (3, 2.4194)}, 3),
        (W1, True, {"en": (18, 90.0), "es": (2, 10.0)}, None),
        (W2, True, {"en": (120, 97.561), "es": (3, 2.439)}, None),
    ],
)
async def test_languages(
    store: Path,
    period: str,
    server: bool,
    shares: dict[str, tuple[int, float]],
    unknown: int | None,
) -> None:
    table = await report(store, "global.languages", period, server_clock=server)
    found = {row["language"]: (row["events"], round(row["share"], 4)) for row in dicts(table)}
    assert found == shares
    if unknown is not None:
        assert any(note.startswith(f"Left out: {unknown} event") for note in table.notes)


@pytest.mark.parametrize("period", [W1, W2])
async def test_no_searches_and_no_terms(store: Path, period: str) -> None:
    table = await report(store, "global.searches", period)
    assert sum(table.column("searches")) == 0  # type: ignore[arg-type]
    assert (await report(store, "global.search-terms", period)).rows == ()


@pytest.mark.parametrize("period", [W1, W2])
async def test_nobody_is_inactive(store: Path, period: str) -> None:
    rows = dicts(await report(store, "global.inactive", period))
    assert [(row["people"], row["inactive"]) for row in rows[:3]] == [(2, 0)] * 3


@pytest.mark.parametrize("period", [W1, W2])
async def test_registrations(store: Path, period: str) -> None:
    table = await report(store, "global.registrations", period)
    rows = dicts(table)
    assert sum(row["users"] for row in rows) == 0
    assert {row["cumulative"] for row in rows} == {2}


COURSE = {Param.TRAINING: "1"}


async def test_course_1(store: Path) -> None:
    cards = await report(store, "training.totals", "2016-01-01..2026-01-01", keys=COURSE)
    totals = {row["metric"]: row["value"] for row in dicts(cards)}
    assert totals["enrolments"] == 2
    assert totals["completions"] == 0
    assert totals["completion"] == 0
    rates = {
        row["training_id"]: row
        for row in dicts(await report(store, "global.completion-rates", "2026-01"))
    }
    assert (rates["1"]["learners"], rates["1"]["completed"]) == (2, 0)
    table = await report(store, "training.content", "2026-01", keys=COURSE)
    content = [row for row in dicts(table) if row["kind"] != "section"]
    assert len(content) == 221 + 1  # and the pre-test, which does not count
    assert sum(1 for row in content if row["mandatory"] == "yes") == 12  # non-baseline quizzes
    assert table.summary == "222 modules, 12 mandatory"


async def test_course_1_graphs(store: Path) -> None:
    w1 = dicts(await report(store, "training.activity", W1, keys=COURSE))
    sums = {kind: sum(row[kind] for row in w1) for kind in KINDS}
    assert {k: n for k, n in sums.items() if n} == {
        "page": 18,
        "quiz": 1,
        "media": 1,
        "download": 1,
    }
    assert sum(1 for row in w1 if row["total"]) == 7
    w2 = dicts(await report(store, "training.activity", W2, keys=COURSE, by="month"))
    assert [(row["page"], row["quiz"], row["download"], row["total"]) for row in w2] == [
        (102, 17, 1, 120),
        (3, 0, 2, 5),
    ]


@pytest.mark.parametrize(("period", "rows"), [(W1, 21), (W2, 125)])
async def test_course_1_log(store: Path, period: str, rows: int) -> None:
    table = await report(store, "training.tracker-log", period, keys=COURSE, limit=1000)
    assert len(table.rows) == rows


@pytest.mark.parametrize(
    ("learner", "period", "events", "seconds"),
    [("2", W1, 17, 231), ("2", W2, 119, 10_260), ("4", W1, 4, 46), ("4", W2, 6, 588)],
)
async def test_learners_of_course_1(
    store: Path, learner: str, period: str, events: int, seconds: int
) -> None:
    keys = {Param.LEARNER: learner, Param.TRAINING: "1"}
    rows = dicts(await report(store, "learner.activity", period, keys=keys))
    assert sum(row["total"] for row in rows) == events
    table = dicts(await report(store, "training.time-spent", period, keys=keys))
    assert sum(row["time_spent"] for row in table) == seconds


@pytest.mark.parametrize(("learner", "w1", "w2"), [("2", 17, 121), ("4", 4, 6)])
async def test_learners_in_all_courses(store: Path, learner: str, w1: int, w2: int) -> None:
    for period, events in ((W1, w1), (W2, w2)):
        table = await report(store, "learner.activity", period, keys={Param.LEARNER: learner})
        assert sum(row["total"] for row in dicts(table)) == events


async def test_progress_of_learner_2(store: Path) -> None:
    table = await report(store, "training.learners", "2019-12", keys=COURSE)
    rows = {row["learner_id"]: row for row in dicts(table)}
    assert rows["2"]["progress"] == pytest.approx(100 / 221)
    assert rows["4"]["progress"] == 0


async def test_leaderboard_and_badges(store: Path) -> None:
    rows = {
        row["learner_id"]: (row["points"], row["badges"])
        for row in dicts(await report(store, "global.leaderboard", "all"))
    }
    assert rows["2"] == (600, 1)
    assert rows["4"][0] == 10


async def test_teacher_sees_only_the_cohort_course(store: Path) -> None:
    keys = {Param.LEARNER: "2"}
    own = await report(store, "learner.activity", "all", viewer="teacher", keys=keys)
    everything = await report(store, "learner.activity", "all", keys=keys)
    seen = sum(row["total"] for row in dicts(own))
    course = await report(store, "learner.activity", "all", keys={**keys, Param.TRAINING: "1"})
    assert seen == sum(row["total"] for row in dicts(course)) == 276
    assert sum(row["total"] for row in dicts(everything)) > seen


async def test_downloads_of_course_1_and_by_how_many(store: Path) -> None:
    rows = dicts(await report(store, "global.training-downloads", "2026-01"))
    (course,) = [row for row in rows if row["training_id"] == "1"]
    assert (course["downloads_so_far"], course["learners_so_far"]) == (39, 2)


@pytest.mark.parametrize(("period", "events"), [(W1, 21), (W2, 125)])
async def test_the_most_active_course_of_the_window(store: Path, period: str, events: int) -> None:
    rows = dicts(await report(store, "global.top-trainings", period))
    assert (rows[0]["training_id"], rows[0]["actions"]) == ("1", events)


@pytest.mark.parametrize(
    ("period", "server", "seconds"),
    [(W1, False, 277), (W1, True, 395), (W2, False, 11_010), (W2, True, 11_006)],
)
async def test_time_by_learner_adds_up(
    store: Path, period: str, server: bool, seconds: int
) -> None:
    table = await report(store, "global.time-by-learner", period, server_clock=server)
    assert sum(row["time_spent"] for row in dicts(table)) == seconds


@pytest.mark.parametrize(("server", "newest"), [(False, 13.3), (True, 56.6)])
async def test_quiz_2_of_learner_2(store: Path, server: bool, newest: float) -> None:
    keys = {Param.LEARNER: "2", **COURSE}
    rows = dicts(await report(store, "learner.modules", "all", keys=keys, server_clock=server))
    (quiz,) = [row for row in rows if row["module_id"] == "activity:18"]
    told = {name: round(quiz[name], 1) for name in ("best", "lowest", "mean", "newest")}
    assert told == {"best": 56.6, "lowest": 10.0, "mean": 23.3, "newest": newest}
    assert (quiz["attempts"], quiz["state"], quiz["pass_mark"]) == (5, "failed", 80)


async def test_dates_that_devices_cannot_have_meant(store: Path) -> None:
    rows = dicts(await report(store, "training.clocks", "all", keys=COURSE))
    assert {row["learner_id"]: row["impossible"] for row in rows if row["learner_id"]} == {
        "2": 0,
        "4": 1,
    }
    rows = dicts(await report(store, "training.impossible-dates", "all", keys=COURSE))
    told = {
        (row["record"], row["learner_id"], str(row["device_at"])[:10], str(row["at"])[:10])
        for row in rows
    }
    assert told == {
        ("event", "4", "2016-12-09", "2016-11-11"),
        ("attempt", "2", "2019-11-06", "2018-11-19"),
    }


async def test_missing_media_are_of_staff_only(store: Path) -> None:
    assert (await report(store, "global.missing-media", "all")).rows == ()
    table = await report(store, "global.missing-media", "all", everybody=True)
    assert [(row["training_id"], row["people"], row["times"]) for row in dicts(table)] == [
        ("1", 1, 2)
    ]


async def test_as_of_the_newest_record_no_points_are_missing(tmp_path: Path) -> None:
    """Points were given years after the newest event of the log."""
    path = tmp_path / "latest.sqlite3"
    source = str(shared_path("oppia/oppia.sqlite3"))
    await run_import(importers()["oppia"], source, path, ImportOptions(as_of_latest=True))
    rows = dicts(await report(path, "global.leaderboard", "all"))
    assert [(row["learner_id"], row["points"]) for row in rows] == [("2", 600), ("4", 10)]
