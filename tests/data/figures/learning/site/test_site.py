"""Global and shared figures on a store small enough to count by hand.

Zone UTC, as of 31 March 2026. Trainings: Fire (two mandatory quizzes, four activities), Water (one
optional page), Old (archived). People: ana, ben, cho count; sam is staff, del is deleted.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from termstats.data.figures.definition.run import run_figure
from termstats.data.model.errors import NotAllowed, UsageError
from termstats.data.model.period_text import parse_period
from termstats.data.model.request import Param, Request
from termstats.data.model.units import RowId
from termstats.data.query.scope import Scope
from termstats.data.store.opening import open_store
from tests.data.figures.hand_store import Hand, dicts, make_store, report

MARCH = "2026-03"


def fill(hand: Hand) -> None:
    hand.person("ana", "Ana", joined_at=0, language="en")
    hand.person("ben", "Ben")
    hand.person("cho", "Cho", joined_at=1_772_366_400)  # 2026-03-01 12:00
    hand.person("sam", "Sam", staff=1)
    hand.person("del", "Del", deleted=1)
    hand.training("fire", "Fire", status="live")
    hand.training("water", "Water", status="live")
    hand.training("old", "Old", status="archived", published=0)
    for number, keep in ((1, "best"), (2, "newest")):
        hand.module(f"q{number}", "fire", mandatory=1, pass_mark=50, keep=keep, position=number)
        for part in ("a", "b"):
            hand.activity(f"q{number}{part}", "fire", f"q{number}")
    hand.activity("page", "water")
    hand.enrol("ana", "fire", "2026-02-10", completed_at="2026-03-05 10:00")
    hand.enrol("ben", "fire", "2026-03-02")
    hand.enrol("cho", "fire", "2026-03-03")
    hand.enrol("sam", "fire", "2026-03-03")
    hand.enrol("ana", "water", "2026-03-10")
    hand.enrol("ben", "water", "2026-01-05", withdrawn_at="2026-03-20")
    hand.enrol("ana", "old", "2026-01-05")
    # ana did everything, ben one activity, cho nothing.
    for activity, at in (("q1a", "02-11"), ("q1b", "02-11"), ("q2a", "03-05"), ("q2b", "03-05")):
        hand.complete("ana", "fire", activity, f"2026-{at} 09:00")
    hand.complete("ben", "fire", "q1a", "2026-03-04 09:00")
    hand.attempt("a1", "ana", "fire", "q1", finished_at="2026-02-11 09:30", score=80.0, passed=1)
    hand.attempt("a2", "ana", "fire", "q2", finished_at="2026-03-05 09:30", score=60.0, passed=1)
    hand.attempt("b1", "ben", "fire", "q1", finished_at="2026-03-04 09:30", score=40.0, passed=0)
    hand.event("2026-02-11 09:00", "ana", "quiz", "fire", seconds=100)
    hand.event("2026-03-05 09:00", "ana", "quiz", "fire", seconds=60)
    hand.event("2026-03-05 11:00", "ana", "page", "water", seconds=30)
    hand.event("2026-03-04 09:00", "ben", "quiz", "fire", seconds=20)
    hand.event("2026-03-04 10:00", "ben", "page", "fire", seconds=20_000, flags=2)  # outlier
    hand.event("2026-03-04 10:01", "ben", "page", "fire", seconds=5, flags=4)  # duplicate
    hand.event("2026-03-04 10:02", "ben", "search", detail="fire", missed=1, active=0)
    hand.event("2026-03-06 10:02", "ben", "search", detail="fire", active=0)
    hand.event("2026-03-06 08:00", "sam", "page", "fire", seconds=1000)
    hand.event("2026-03-07 08:00", "cho", "login", weight=3, language="fr")
    hand.event("2026-03-08 08:00", None, "download", "fire")
    hand.event("2026-03-09 08:00", "ben", "download", "fire", language="en")
    hand.point("ana", 10, "fire", "2026-03-05")
    hand.point("ana", 5, None, "2026-04-05")
    hand.award("Star", "ana", "badge", "fire", "2026-03-05")


@pytest.fixture
async def store(tmp_path: Path) -> Path:
    return await make_store(tmp_path, fill)


def cards(table: Any) -> dict[str, tuple[Any, Any, Any]]:
    return {r["metric"]: (r["value"], r["previous"], r["change"]) for r in dicts(table)}


def filled(table: Any, *names: str) -> dict[str, Any]:
    """Return the days of March on which any of `names` is not zero."""
    return {
        str(row["day"])[-2:]: tuple(row[name] for name in names)
        for row in dicts(table)
        if any(row[name] for name in names)
    }


async def test_the_cards(store: Path) -> None:
    found = cards(await report(store, "global.totals", MARCH))
    assert found["users"] == (3, 2, 1)
    assert found["new_users"] == (1, 0, 1)
    assert found["active_users"] == (3, 1, 2)  # ana, ben, cho by the login; only ana before
    assert found["trainings"] == (2, 2, 0)
    assert found["enrolments"] == (6, 3, 3)  # ana 3, ben 2, cho 1; before: ana 2, ben 1
    assert found["new_enrolments"] == (3, 1, 2)
    assert found["completions"] == (1, 0, 1)
    # Fire: (100 + 25 + 0) / 3, Water: (0 + 0) / 2; Old is not published.
    assert found["progress"][0] == pytest.approx((125 / 3 + 0) / 2)
    assert found["completion"][0] == pytest.approx((100 / 3 + 0) / 2)
    assert found["time_spent"] == (110, 100, 10)
    assert found["actions"] == (10, 1, 9)  # ana 2, ben 5, cho 3
    # cho in Fire, ben in Water, ana in Old.
    assert found["never_started"][0] == 3


async def test_activity_counts_weight_and_no_duplicates(store: Path) -> None:
    table = await report(store, "global.activity", MARCH)
    assert filled(table, "page", "quiz", "search", "login", "download", "total") == {
        "04": (1, 1, 1, 0, 0, 3),
        "05": (1, 1, 0, 0, 0, 2),
        "06": (0, 0, 1, 0, 0, 1),
        "07": (0, 0, 0, 3, 0, 3),
        "09": (0, 0, 0, 0, 1, 1),
    }
    assert set(table.column("before")) == {1}
    rising = dict.fromkeys(number for number in table.column("cumulative") if number is not None)
    assert list(rising) == [1, 1 + 3, 4 + 2, 6 + 1, 7 + 3, 10 + 1]
    assert any("10 events come from 8 records" in note for note in table.notes)


async def test_everybody_adds_staff_and_nobody(store: Path) -> None:
    table = await report(store, "global.activity", MARCH, everybody=True)
    days = filled(table, "page", "download")
    assert days["06"] == (1, 0) and days["08"] == (0, 1)
    assert table.population == "everybody: 5 people"
    counted = await report(store, "global.activity", MARCH)
    assert counted.population == "3 of 5 people (not 1 staff, 1 deleted)"


async def test_active_users(store: Path) -> None:
    table = await report(store, "global.active-users", MARCH)
    assert filled(table, "users") == {"04": (1,), "05": (1,), "07": (1,), "09": (1,)}
    months = await report(store, "global.active-users", "2026-02-01..2026-03-31", by="month")
    assert months.column("users") == [1, 3]
    assert months.columns[0].name == "month"


async def test_weeks_begin_on_monday_and_are_clipped(store: Path) -> None:
    table = await report(store, "global.active-users", "2026-03-04..2026-03-09", by="week")
    assert [(str(day), users) for day, users in table.rows] == [
        ("2026-03-02", 3),
        ("2026-03-09", 1),
    ]


async def test_time_leaves_outliers_out_and_says_so(store: Path) -> None:
    table = await report(store, "global.time-spent", MARCH)
    assert filled(table, "time_spent", "avg_time", "learners") == {
        "04": (20, 20, 1),
        "05": (90, 90, 1),
        "07": (0, 0, 1),
        "09": (0, 0, 1),
    }
    assert "Left out of the time: 1 duration below 0 or over the limit." in table.notes


async def test_progress_over_time(store: Path) -> None:
    table = await report(store, "global.progress", MARCH)
    rows = {str(row["day"])[-2:]: row for row in dicts(table)}
    # 1 March: Fire: ana 50; Water: ben 0.
    assert rows["01"]["progress"] == pytest.approx(25)
    assert rows["01"]["pooled_progress"] == pytest.approx(25)
    # 2 March: ben joins Fire: (50 + 0) / 2 = 25, Water 0.
    assert rows["02"]["progress"] == pytest.approx(12.5)
    # 5 March: Fire (100 + 25 + 0) / 3; completion 1 of 3; pooled over Fire 3 and Water 1.
    assert rows["05"]["progress"] == pytest.approx(125 / 6)
    assert rows["05"]["completion"] == pytest.approx(100 / 6)
    assert rows["05"]["pooled_progress"] == pytest.approx(125 / 4)
    assert rows["05"]["pooled_completion"] == pytest.approx(25)
    assert any("Left out of the means: 1 training" in note for note in table.notes)


async def test_score_and_never_started_over_time_are_those_of_the_cards(store: Path) -> None:
    rows = filled(await report(store, "global.progress", MARCH), "score", "never_started")
    # ana 80 and 0 of two modules; ben in Water and ana in Old did nothing.
    assert rows["01"] == (pytest.approx(40), 2)
    # ben joins Fire, then cho does; ben is seen there on the 4th: 40 and 0.
    assert [rows[day][1] for day in ("02", "03", "04")] == [3, 4, 3]
    assert rows["04"][0] == pytest.approx(30)
    # ana has 80 and 60; who comes to Water had been there.
    assert rows["31"] == (pytest.approx(45), 3)


async def test_enrolments(store: Path) -> None:
    table = await report(store, "global.enrolments", MARCH)
    assert filled(table, "enrolled", "completed", "withdrawn") == {
        "02": (1, 0, 0),
        "03": (1, 0, 0),
        "05": (0, 1, 0),
        "10": (1, 0, 0),
        "20": (0, 0, 1),
    }


async def test_trainings(store: Path) -> None:
    rows = {
        row["training_id"]: row for row in dicts(await report(store, "global.trainings", MARCH))
    }
    fire = rows["fire"]
    assert (fire["learners"], fire["active"], fire["never_started"]) == (3, 2, 1)
    assert (fire["completed"], fire["status"]) == (1, "live")
    assert fire["completion"] == pytest.approx(100 / 3)
    assert fire["progress"] == pytest.approx(125 / 3)
    # ana (80 + 60) / 2, ben (40 + 0) / 2; cho has not begun and has no score.
    assert fire["score"] == pytest.approx((70 + 20) / 2)
    assert (fire["time_spent"], fire["avg_time"]) == (80, 40)
    assert str(fire["last_activity"]) == "2026-03-09"
    assert rows["water"]["score"] is None
    assert rows["old"]["learners"] == 1
    assert fire["reaction_score"] is None


async def test_completion_rates(store: Path) -> None:
    rows = dicts(await report(store, "global.completion-rates", MARCH))
    parts = [
        (r["training_id"], r["learners"], r["completed"], r["in_progress"], r["not_started"])
        for r in rows
    ]
    assert parts == [("fire", 3, 1, 1, 1), ("water", 2, 0, 1, 1)]
    assert rows[0]["badges"] == 1


async def test_as_of_the_past_nothing_later_counts(store: Path) -> None:
    rows = {
        row["training_id"]: row for row in dicts(await report(store, "global.trainings", "2026-02"))
    }
    fire = rows["fire"]
    assert (fire["learners"], fire["completed"], fire["progress"]) == (1, 0, 50)
    assert fire["score"] == 40  # the second quiz was not attempted yet
    board = await report(store, "global.leaderboard", "2026-02")
    assert board.rows == ()


async def test_the_newest_attempt_may_take_a_pass_away(tmp_path: Path) -> None:
    def worse(hand: Hand) -> None:
        fill(hand)
        hand.attempt("a3", "ana", "fire", "q2", finished_at="2026-03-08", score=20.0, passed=0)
        hand.attempt("a4", "ana", "fire", "q1", finished_at="2026-03-08", score=20.0, passed=0)

    path = await make_store(tmp_path, worse)
    rows = dicts(await report(path, "training.learners", MARCH, keys={Param.TRAINING: "fire"}))
    ana = next(row for row in rows if row["learner_id"] == "ana")
    assert ana["score"] == (80 + 20) / 2  # best keeps 80, newest takes 20
    assert ana["modules_passed"] == 1
    assert ana["progress"] == 100 and ana["state"] == "passed"


async def test_top_learners_and_the_rest(store: Path) -> None:
    table = await report(store, "global.top-learners", MARCH, top=2)
    assert [(r["learner_id"], r["actions"]) for r in dicts(table)] == [
        ("ben", 5),
        ("cho", 3),
        (None, 2),
    ]
    assert sum(table.column("actions")) == 10  # type: ignore[arg-type]


async def test_leaderboard(store: Path) -> None:
    assert [tuple(row) for row in (await report(store, "global.leaderboard", MARCH)).rows] == [
        ("ana", "Ana", 10.0, 1)
    ]


async def test_searches_and_terms(store: Path) -> None:
    table = await report(store, "global.searches", MARCH)
    assert filled(table, "searches", "without_result") == {"04": (1, 1), "06": (1, 0)}
    terms = await report(store, "global.search-terms", MARCH)
    assert terms.rows == (("fire", 2, 1),)


async def test_languages_leave_the_unknown_out(store: Path) -> None:
    table = await report(store, "global.languages", MARCH)
    assert table.rows == (("fr", 3, 75.0), ("en", 1, 25.0))
    assert "Left out: 6 events without a known language." in table.notes


async def test_downloads_go_on_from_before(store: Path) -> None:
    table = await report(store, "global.downloads", MARCH)
    assert filled(table, "downloads") == {"09": (1,)}
    assert table.rows[0][2] == 0 and table.rows[-1][2] == 1


async def test_registrations(store: Path) -> None:
    table = await report(store, "global.registrations", MARCH)
    assert filled(table, "users") == {"01": (1,)}
    assert (table.rows[0][2], table.rows[-1][2]) == (3, 3)


async def test_days_after_as_of_have_no_value(store: Path) -> None:
    table = await report(store, "global.active-users", "2026-03-30..2026-04-02")
    assert table.column("users") == [0, 0, None, None]
    assert any("not over" in note for note in table.notes)


async def test_an_empty_period_says_what_to_do(store: Path) -> None:
    table = await report(store, "global.activity", "2025-01")
    assert table.empty == (
        "No activity from 1 Jan to 31 Jan 2025. This platform logs activity; the first was on "
        "11 Feb 2026 (1 event). Press p to choose another period."
    )
    assert all(row[-2] == 0 for row in table.rows)


async def test_a_store_without_events_does_not_speak_of_its_days(tmp_path: Path) -> None:
    path = await make_store(tmp_path, lambda hand: hand.person("ana"))
    table = await report(path, "global.activity", MARCH)
    assert table.empty.startswith("No activity: this store holds no events.")
    cards_table = await report(path, "global.totals", MARCH)
    assert not [note for note in (*table.notes, *cards_table.notes) if "data" in note]


async def test_training_cards(store: Path) -> None:
    found = cards(await report(store, "training.totals", MARCH, keys={Param.TRAINING: "fire"}))
    assert found["users"] == (3, 1, 2)
    assert found["new_users"] == (2, 1, 1)
    assert found["views"][0] == 3  # two quizzes and a page; the copy does not count
    assert found["downloads"][0] == 1
    assert found["score"][0] == pytest.approx(45)
    assert found["attempt_score"][0] == pytest.approx(60)  # 80, 60, 40
    assert (found["passed"][0], found["failed"][0]) == (1, 0)


async def test_a_training_that_nobody_has(tmp_path: Path) -> None:
    path = await make_store(tmp_path, lambda hand: hand.training("empty"))
    found = cards(await report(path, "training.totals", MARCH, keys={Param.TRAINING: "empty"}))
    assert found["progress"][0] is None and found["enrolments"][0] == 0
    assert (await report(path, "training.progress", MARCH, keys={Param.TRAINING: "empty"})).empty


async def test_unknown_figures_and_missing_parameters(store: Path) -> None:
    with pytest.raises(UsageError, match="did you mean .*global.activity"):
        await report(store, "globl.activity", MARCH)
    with pytest.raises(UsageError, match="needs --training KEY"):
        await report(store, "training.content", MARCH)


async def test_learners_see_no_other_level(store: Path) -> None:
    opened = await open_store(store)
    request = Request(parse_period(MARCH, opened.info.today))
    try:
        for figure in ("global.totals", "backoffice.totals"):
            with pytest.raises(NotAllowed, match="learner"):
                await run_figure(
                    opened, figure, request, Scope(viewer="ana", people=frozenset((RowId(1),)))
                )
    finally:
        await opened.close()
