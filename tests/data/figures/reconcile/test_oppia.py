"""`reconcile.oppia`: the numbers of the platform document, section 5, on the real database."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from termstats.data.model.request import Param
from termstats.data.model.text import show_duration
from tests.data.figures.hand_store import report
from tests.data.figures.reconcile.oppia_lines import Lines
from tests.data.figures.reconcile.test_oppia_servers import store_of, table_of
from tests.data.importers.store_file import query

W1 = "2018-05-01..2018-05-31"
W2 = "2016-05-01..2016-06-30"


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return store_of(tmp_path_factory.mktemp("oppia"), "oppia.sqlite3")


def may(days: dict[int, float]) -> dict[str, float]:
    return {f"2018-05-{day:02}": number for day, number in days.items()}


def test_one_month(real: Path) -> None:
    lines = Lines(table_of(real, W1))
    activity = may({3: 3, 4: 1, 6: 6, 7: 5, 9: 3, 18: 2, 30: 1})
    for page in ("home", "reports"):
        assert lines.series(page, "activity_day", "platform_raw") == activity
        assert lines.series(page, "activity_day", "termstats") == activity
        assert lines.both(page, "activity_month", "2018-05") == ("21", 21)
    assert lines.both("reports", "activity_before") == ("505", 505)
    assert lines.both("reports", "downloads_month", "2018-05") == ("1", 1)
    assert lines.both("reports", "downloads_before") == ("39", 39)
    assert lines.both("reports", "registrations_before") == ("4", 2)
    assert lines.sums("reports", "registrations_month") == (0, 0)
    dau = dict.fromkeys(activity, 1)
    assert lines.series("reports", "dau", "platform_raw") == dau
    assert lines.series("reports", "dau", "termstats") == dau
    assert lines.both("reports", "mau", "2018-05") == ("2", 2)
    assert lines.sums("reports", "time_total") == (559, 277)
    times = may({3: 57, 6: 46, 7: 354, 9: 56, 18: 31, 30: 15})
    assert lines.series("reports", "time_total", "platform_raw") == times
    assert lines.series("reports", "time_total", "termstats") == times | may({7: 72})
    texts = lines.series("reports", "time_average", "platform")
    means = {key: int(text) for key, text in texts.items()}
    shown = may({3: 28, 4: 0, 6: 46, 7: 118, 9: 56, 18: 16, 30: 15})
    assert {key: means[key] for key in shown} == shown
    assert sum(means.values()) == 279
    assert lines.series("reports", "time_average", "termstats") == times | may({7: 72})
    assert lines.sums("reports", "searches_month") == lines.sums("reports", "search_term") == (0, 0)
    assert lines.series("reports", "language", "platform") == {"en": "90", "es": "10"}
    assert lines.series("reports", "language", "termstats") == {"en": 85, "es": 10, "de": 5}
    assert lines.both("reports", "inactive_base") == ("2", 2)
    for name in ("1m", "3m", "6m"):
        assert lines.both("reports", f"inactive_{name}") == ("0", 0)
    assert lines.both("reports", "inactive_year", "1") == ("0", 0)
    assert lines.both("home", "leader_points", "demo") == ("600", 600)
    assert lines.both("home", "leader_badges", "demo") == ("0", 1)
    assert lines.both("reports", "course_enrolled", "anc1-all") == ("4", 2)
    assert lines.both("reports", "course_completion", "anc1-all") == ("0.0%", 0)
    assert lines.both("reports", "unique_users") == ("6", 4)


def test_two_months(real: Path) -> None:
    lines = Lines(table_of(real, W2))
    months = {"2016-05": 120, "2016-06": 7}
    for page in ("home", "reports"):
        assert lines.series(page, "activity_month", "platform_raw") == months
        assert lines.sums(page, "activity_day") == (127, 127)
    assert lines.both("reports", "activity_before") == ("205", 205)
    assert lines.sums("reports", "downloads_month") == (3, 3)
    assert lines.both("reports", "downloads_before") == ("2", 2)
    assert lines.sums("reports", "dau") == (22, 16)
    days = [len(lines.series("reports", "dau", name)) for name in ("platform_raw", "termstats")]
    assert days == [20, 15]
    assert lines.series("reports", "mau", "platform_raw") == {"2016-05": 2, "2016-06": 2}
    assert lines.series("reports", "mau", "termstats") == {"2016-05": 2, "2016-06": 2}
    assert lines.sums("reports", "time_total") == (11_028, 11_010)
    means = lines.series("reports", "time_average", "platform")
    assert sum(map(int, means.values())) == 6_566
    assert [means[f"2016-0{day}"] for day in ("5-04", "5-08", "6-06")] == ["834", "1450", "6"]
    assert lines.both("reports", "time_average", "2016-05-06") == ("422", 422.5)
    shares = lines.series("reports", "language", "platform_raw")
    assert shares == pytest.approx({"en": 97.5207, "es": 2.4793}, abs=1e-4)
    ours = lines.series("reports", "language", "termstats")
    assert ours == pytest.approx({"en": 97.5806, "es": 2.4194}, abs=1e-4)


def test_a_course(real: Path) -> None:
    lines = Lines(table_of(real, W1, training="1"))
    assert lines.both("course", "activities") == ("221", 221)
    assert lines.both("course", "trackers") == ("29", 21)
    assert lines.both("course", "downloads") == ("55", 39)
    assert lines.both("course", "downloaders") == ("4", 2)
    assert lines.both("course", "enrolled") == ("4", 2)
    assert lines.both("course", "completed") == ("0", 0)
    shown = dict(zip(range(132, 142), (0.2, 0.6, 0, 0, 0.2, 0, 0.8, 0, 0.8, 0.2), strict=True))
    ours = shown | {138: 0.33}
    for question in shown:
        row = lines.rows["course", "question_difficulty", str(question)]
        assert row["platform_raw"] == pytest.approx(shown[question])
        assert row["termstats"] == pytest.approx(ours[question])
    assert lines.sums("course", "activity_day") == (21, 21)
    assert lines.series("course", "activity_type", "termstats") == {
        "page": 18,
        "quiz": 1,
        "media": 1,
    }
    lines = Lines(table_of(real, W2, training="1"))
    assert lines.both("course", "trackers") == ("128", 125)
    assert lines.sums("course", "activity_day") == (125, 125)
    assert lines.series("course", "activity_type", "platform") == {
        **{"page": "105", "quiz": "17"},
        **dict.fromkeys(("media", "resource"), "0"),
    }


def test_learners_and_a_quiz(real: Path) -> None:
    expected = {
        "2": (1, 264, 12, 0, "-", 0, 0),
        "4": (0, 201, 27, 0, "-", 10, 0),
    }
    names = ("completed_activities", "total_activity", "downloads", "quizzes_passed", "pretest",
             "points", "badges")  # fmt: skip
    for user, numbers in expected.items():
        lines = Lines(table_of(real, W1, learner=user, training="1"))
        for name, number in zip(names, numbers, strict=True):
            ours = None if number == "-" else number
            assert lines.both("learner", name, "anc1-all") == (str(number), ours)
    for user, period, events, all_events in (
        ("2", W1, 17, 17), ("2", W2, 119, 121), ("4", W1, 4, 4), ("4", W2, 6, 6),
    ):  # fmt: skip
        everywhere = Lines(table_of(real, period, learner=user))
        assert everywhere.both("learner", "trackers") == (str(all_events), all_events)
        assert everywhere.sums("learner", "activity_day") == (all_events, all_events)
        there = Lines(table_of(real, period, learner=user, training="1"))
        assert there.both("learner", "trackers") == (str(events), events)
    lines = Lines(table_of(real, W1, learner="2", training="1"))
    assert lines.both("learner", "quiz_attempts", "2") == ("5", 5)
    for name, shown in (("max", "56.6"), ("min", "10.0"), ("avg", "23.3"), ("first", "23.3")):
        platform, ours = lines.both("learner", f"quiz_{name}", "2")
        assert (platform, f"{ours:.1f}") == (shown, shown)
    # The attempt with a device date a year after its arrival is the latest of the device's dates;
    # here it stands at its server date, of the same day as the others.
    assert lines.both("learner", "quiz_latest", "2")[0] == "13.3"


def test_a_cohort(real: Path) -> None:
    lines = Lines(table_of(real, W1, **{"class": "3"}))
    assert lines.sums("cohort", "activity_day") == (17, 17)
    for name, number in (("activities", 1), ("quizzes", 0), ("points", 0), ("badges", 0)):
        assert lines.both("cohort", f"learner_{name}", "demo") == (str(number), number)


# ---- the same by the server's clock --------------------------------------------------------------


def by_server(path: Path, period: str) -> Lines:
    return Lines(asyncio.run(report(path, "reconcile.oppia", period, server_clock=True)))


@pytest.mark.parametrize(
    ("period", "months", "dau", "mau", "seconds", "shares"),
    [
        (W1, [21], (6, 6), [2], 395, {"en": 90.0, "es": 10.0}),
        (W2, [3, 123], (11, 10), [1, 2], 11_006, {"en": 97.561, "es": 2.439}),
    ],
)
def test_ours_by_the_servers_clock(
    real: Path,
    period: str,
    months: list[int],
    dau: tuple[int, int],
    mau: list[int],
    seconds: int,
    shares: dict[str, float],
) -> None:
    lines, device = by_server(real, period), Lines(table_of(real, period))
    assert list(lines.series("home", "activity_month", "termstats").values()) == months
    days = lines.series("reports", "dau", "termstats")
    assert (sum(days.values()), len(days)) == dau
    assert list(lines.series("reports", "mau", "termstats").values()) == mau
    assert lines.sums("reports", "time_total")[1] == seconds
    found = lines.series("reports", "language", "termstats")
    assert found == pytest.approx(shares, abs=1e-3)
    # The platform's own numbers know no clock.
    for figure in ("activity_day", "dau", "mau", "time_total", "time_average", "language"):
        shown = lines.series("reports", figure, "platform")
        assert shown == device.series("reports", figure, "platform")
    differing = [row for row in lines.rows.values() if row["reason"] and row["figure"] == "dau"]
    assert all("here by the server's date, as asked" in row["reason"] for row in differing)


# ---- the rest of the section ---------------------------------------------------------------------


def test_days_of_two_months(real: Path) -> None:
    lines = Lines(table_of(real, W2))
    may = {4: 34, 6: 24, 7: 13, 8: 24, 9: 2, 10: 2, 12: 8, 13: 11, 17: 1, 18: 1}
    june = {2: 1, 6: 2, 14: 1, 22: 1, 29: 2}
    days = {f"2016-05-{day:02}": n for day, n in may.items()}
    days |= {f"2016-06-{day:02}": n for day, n in june.items()}
    for column in ("platform_raw", "termstats"):
        assert lines.series("home", "activity_day", column) == days
    active = dict.fromkeys(days, 1) | {"2016-05-06": 2}
    assert lines.series("reports", "dau", "termstats") == active
    averages = lines.series("reports", "time_average", "platform_raw")
    assert (averages["2016-05-04"], averages["2016-05-08"]) == (834.5, 1449.5)


@pytest.mark.parametrize("period", [W1, W2])
def test_nobody_is_inactive_or_new(real: Path, period: str) -> None:
    lines = Lines(table_of(real, period))
    for name in ("1m", "3m", "6m"):
        assert lines.both("reports", f"inactive_{name}") == ("0", 0)
        assert lines.both("reports", f"inactive_{name}_percent") == ("0", 0)
    assert lines.both("reports", "registrations_before") == ("4", 2)
    assert lines.sums("reports", "registrations_month") == (0, 0)
    assert lines.sums("reports", "searches_month") == lines.sums("reports", "search_term") == (0, 0)
    assert lines.both("reports", "searches_before")[1] == 0


def test_running_sums(real: Path) -> None:
    lines = Lines(table_of(real, W2))
    assert lines.both("reports", "activity_cumulative", "2016-05") == ("325", 205 + 120)
    assert lines.both("reports", "activity_cumulative", "2016-06") == ("332", 205 + 120 + 7)
    assert lines.both("reports", "downloads_cumulative", "2016-06") == ("5", 2 + 3)


def test_profile_fields(real: Path) -> None:
    lines = Lines(table_of(real, W1))
    # ES is what the administrator says, who does not count; a field of numbers is one line of 0.
    assert lines.both("reports", "unique_users_field", "Country: FI") == ("2", 2)
    assert lines.both("reports", "unique_users_field", "Country: ES") == ("1", None)
    assert lines.both("reports", "unique_users_field", "Age: None") == ("0", None)
    assert lines.both("reports", "unique_users_field", "Age: 30") == ("", 1)
    assert "one line with 0" in lines.reason("reports", "unique_users_field", "Age: 30")


async def test_time_per_learner_of_two_months(real: Path) -> None:
    """Of the whole window: 11,010 s / 2 learners = 5,505 s."""
    table = await report(real, "global.time-spent", W2)
    assert table.summary.endswith(f"· {show_duration(5_505)} per learner")


def test_what_a_course_holds(real: Path) -> None:
    lines = Lines(table_of(real, W1, training="1"))
    for name, number in (("activities", 221), ("quizzes", 12), ("media", 2)):
        assert lines.both("course", name) == (str(number), number)
    assert lines.both("course", "in_progress") == ("4", 2)
    # On 7 days; on SQLite a day is a point for each type that it comes back with.
    assert lines.both("course", "graph_points", "SQLite") == ("9", 7)
    assert "rows come by type, then by day" in lines.reason("course", "graph_points", "SQLite")
    graph = {"activity": (21, 0), "page": (18, 0), "quiz": (1, 0), "media": (1, 0)}
    for name, (may, _june) in graph.items():
        assert lines.both("course", f"{name}_month", "2018-05") == (str(may), may)
    lines = Lines(table_of(real, W2, training="1"))
    graph = {"activity": (120, 5), "page": (102, 3), "quiz": (17, 0), "media": (0, 0)}
    for name, months in graph.items():
        for month, number in zip(("2016-05", "2016-06"), months, strict=True):
            assert lines.both("course", f"{name}_month", month) == (str(number), number)


def test_who_completed_a_course(real: Path) -> None:
    lines = Lines(table_of(real, W1, training="1"))
    assert lines.both("course", "learner_activities", "demo") == ("1", 1)
    shown, ours = lines.both("course", "learner_completion", "demo")
    assert (shown, ours) == ("0.45", pytest.approx(0.4525, abs=1e-4))
    assert lines.both("course", "learner_completion", "teacher") == ("0.00", 0)
    names = [key for _page, figure, key in lines.rows if figure == "learner_activities"]
    assert len(names) == 4
    staff = [name for name in names if name not in ("demo", "teacher")]
    for name in staff:
        assert lines.both("course", "learner_activities", name)[1] is None
        assert "not among the learners who count" in lines.reason(
            "course", "learner_activities", name
        )


@pytest.mark.parametrize(
    ("user", "w1", "w2", "done", "percent"),
    [("2", 231, 10_260, 1, "0.45"), ("4", 46, 588, 0, "0.00")],
)
def test_a_learner_in_a_course(
    real: Path, user: str, w1: int, w2: int, done: int, percent: str
) -> None:
    for period, seconds in ((W1, w1), (W2, w2)):
        lines = Lines(table_of(real, period, learner=user, training="1"))
        assert lines.both("learner", "time_spent", "anc1-all") == (str(seconds), seconds)
    shown, ours = lines.both("learner", "completion", "anc1-all")
    assert (shown, ours) == (percent, pytest.approx(100 * done / 221))
    for name, number in (("activities", 221), ("quizzes", 12), ("media", 2)):
        assert lines.both("learner", name, "anc1-all") == (str(number), number)
    tried = 1 if user == "2" else 0
    assert lines.both("learner", "quizzes_attempted", "anc1-all") == (str(tried), tried)
    assert lines.both("learner", "quizzes_over_75", "anc1-all") == ("0", 0)
    assert lines.both("learner", "pretest_first", "anc1-all") == ("-", None)
    assert lines.both("learner", "media_viewed", "anc1-all") == ("0", None)


@pytest.mark.parametrize(
    ("user", "numbers"), [("2", (264, 12, 1, 1, 263)), ("4", (201, 27, 0, 0, 201))]
)
def test_stored_numbers_of_learners(real: Path, user: str, numbers: tuple[int, ...]) -> None:
    names = (
        *("total_activity", "total_downloads", "completed_activities"),
        *("total_activity_current", "total_activity_previous"),
    )
    stored = dict(
        query(
            real,
            "SELECT r.name, r.value FROM reported r JOIN person p ON p.id = r.person_id "
            "JOIN training t ON t.id = r.training_id WHERE p.key = ? AND t.key = '1'",
            user,
        )
    )
    assert tuple(stored[f"ucs_{name}"] for name in names) == numbers


@pytest.mark.parametrize(("user", "quiz", "feedback"), [("2", 5, 14), ("4", 0, 17)])
def test_attempts(real: Path, user: str, quiz: int, feedback: int) -> None:
    rows = query(
        real,
        "SELECT m.kind, a.max_points FROM attempt a JOIN module m ON m.id = a.module_id "
        "JOIN person p ON p.id = a.person_id WHERE p.key = ?",
        user,
    )
    kinds = [kind for kind, _maximum in rows]
    assert (kinds.count("quiz"), kinds.count("feedback")) == (quiz, feedback)
    assert {maximum for kind, maximum in rows if kind == "feedback"} == {0}


def test_a_quiz_on_average(real: Path) -> None:
    lines = Lines(table_of(real, W1, training="1"))
    # (23 + 10 + 13 + 13 + 57) / 5 = 23.2, cut off; ours is the mean of what is not rounded.
    shown, ours = lines.both("course", "quiz_average", "2")
    assert (shown, ours) == ("23", pytest.approx(23.3))
    assert lines.rows["course", "quiz_average", "2"]["platform_raw"] == pytest.approx(23.2)
    assert lines.both("course", "quiz_attempts", "2") == ("5", 5)


@pytest.mark.parametrize(("server_clock", "latest"), [(False, 13.3), (True, 56.6)])
async def test_the_latest_attempt_of_either_clock(
    real: Path, server_clock: bool, latest: float
) -> None:
    keys = {Param.LEARNER: "2", Param.TRAINING: "1"}
    table = await report(real, "reconcile.oppia", W1, keys=keys, server_clock=server_clock)
    shown, ours = Lines(table).both("learner", "quiz_latest", "2")
    assert (shown, ours) == ("13.3", pytest.approx(latest))


async def test_questions_have_too_few_responses(real: Path) -> None:
    table = await report(real, "training.questions", W1, keys={Param.TRAINING: "1"})
    flags = dict(zip(table.column("question_id"), table.column("flag"), strict=True))
    assert {flags[str(question)] for question in range(132, 142)} == {"too few"}
