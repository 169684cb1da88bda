"""Opigno's pages on rows made by hand; expected values are those of the platform document."""

from __future__ import annotations

from typing import Any

import pytest

from termstats.data.figures.reconcile.opigno import is_same, parse_month
from termstats.data.model.errors import UsageError
from termstats.data.model.table import Kind
from termstats.data.platform_pages.opigno_class import class_page
from termstats.data.platform_pages.opigno_dashboard import dashboard
from termstats.data.platform_pages.opigno_dates import since_midnight
from termstats.data.platform_pages.opigno_learner import learner
from termstats.data.platform_pages.opigno_raw import CLASS_IN_TRAINING
from termstats.data.platform_pages.opigno_reasons import (
    DONUTS,
    reason_of,
    why_donuts_differ,
    why_no_value,
)
from termstats.data.platform_pages.opigno_steps import Steps
from termstats.data.platform_pages.opigno_training import training
from tests.data.platform_pages.opigno_site import (
    JANUARY,
    NOW,
    ZONE,
    Site,
    cell,
    expiring,
    training_of,
    when,
)

# ---- dashboard (checks 3 to 7) -------------------------------------------------------------------


def test_donuts_are_means_of_trainings() -> None:
    site = Site()
    site.achieve(1, 1, "P", 100, "2024-01-05 00:00:00")
    site.achieve(2, 1, "P", 50)
    site.achieve(1, 2, "Q", 0)
    shown = dashboard(site.raw, JANUARY, NOW)
    assert (cell(shown, "progress"), cell(shown, "completion")) == ("38%", "25%")


def test_trainings_of_one_name_are_merged() -> None:
    site = Site()
    site.achieve(1, 1, "Intro", 100)
    site.achieve(1, 2, "intro ", 0)
    site.achieve(2, 2, "Intro", 0)
    site.achieve(1, 3, "X", 50)
    shown = dashboard(site.raw, JANUARY, NOW)
    assert cell(shown, "progress") == "42%"


def test_completions_after_the_month_count() -> None:
    site = Site()
    site.achieve(1, 1, "P", 100, "2024-03-05 00:00:00", "2024-01-10 00:00:00")
    assert cell(dashboard(site.raw, JANUARY, NOW), "completion") == "100%"
    assert cell(dashboard(site.raw, (2023, 12), NOW), "completion") == "0%"


def test_a_login_at_midnight_after_the_month_falls_on_its_first_day() -> None:
    site = Site()
    site.add("opigno_statistics_user_login", uid=1, date="2024-02-01 00:00:00")
    site.add("opigno_statistics_user_login", uid=0, date="2024-01-05 00:00:00")
    shown = dashboard(site.raw, JANUARY, NOW)
    days = [s.platform for s in shown if s.figure == "active_users"]
    assert days == ["1", *["0"] * 30]


def test_new_users_are_strictly_younger_than_a_week() -> None:
    site = Site()
    site.user(0, created=NOW)
    site.user(1, created=NOW - 604800, access=NOW - 604799)
    site.user(2, created=NOW - 604799, access=NOW - 604800)
    shown = dashboard(site.raw, JANUARY, NOW)
    numbers = [cell(shown, name) for name in ("users", "new_users", "recently_active")]
    assert numbers == ["2", "1", "1"]


def test_a_deleted_training_stays_in_the_list_without_users() -> None:
    site = Site()
    site.achieve(1, 9, "Gone", 90, "2024-01-05 00:00:00", time=87)
    site.achieve(2, 9, "Gone", 0)
    shown = dashboard(site.raw, JANUARY, NOW)
    line = [cell(shown, f"training_{n}", "Gone") for n in ("users", "completed", "time")]
    assert line == ["", "1", "44 sec"]  # mean 43.5


def test_skills_that_vanished_are_skipped() -> None:
    site = Site()
    site.tables["taxonomy_term_field_data"] = [{"tid": 2, "name": "Rescue"}]
    for tid, score, stage_progress in ((2, 80, 100), (2, 75, 75), (3, 10, 10)):
        site.add("opigno_skills_statistic", tid=tid, uid=1, score=score, progress=stage_progress)
    shown = dashboard(site.raw, JANUARY, NOW)
    assert cell(shown, "skill_score", "Rescue") == "78%"
    assert cell(shown, "skill_progress", "Rescue") == "88%"
    assert sum(s.figure == "skill_score" for s in shown) == 1


def test_the_page_opens_with_the_latest_month_of_a_registration() -> None:
    site = Site()
    site.achieve(1, 1, "P", 0, registered="2023-12-31 00:00:00")
    site.achieve(1, 2, "Q", 0, registered="2024-02-29 00:00:00")
    days = [s for s in dashboard(site.raw, None, NOW) if s.figure == "active_users"]
    assert len(days) == 29
    assert len([s for s in dashboard(Site().raw, None, NOW) if s.figure == "active_users"]) == 31


# ---- training (checks 8, 15) ---------------------------------------------------------------------


def test_expired_members_count_zero_and_stay_in_the_denominator() -> None:
    site = training_of(1, 2, 3)
    expiring(site)
    site.add("user_lp_status_expire", uid=1, gid=1, latest_cert_date=100, expire=NOW - 1)
    site.achieve(1, 1, "P", 100, "2024-01-05 00:00:00", time=60)
    site.achieve(2, 1, "P", 100, "2024-01-05 00:00:00")
    site.achieve(3, 1, "P", 40)
    shown = training(site.raw, 1, JANUARY, NOW)
    assert (cell(shown, "progress"), cell(shown, "completion")) == ("47%", "33%")
    line = [cell(shown, f"user_{n}", "u1") for n in ("score", "passed", "time")]
    assert line == ["0%", "Expired", "-"]


def test_an_attempt_after_the_expiry_makes_a_member_count_again() -> None:
    site = training_of(1)
    expiring(site)
    site.module(1, [10])
    site.add("user_lp_status_expire", uid=1, gid=1, latest_cert_date=100, expire=NOW - 100)
    site.attempt(1, 1, 1, 50, started=NOW - 60, finished=NOW - 50)
    assert Steps(site.raw, NOW).expired(1) == frozenset()


def test_content_of_stored_steps() -> None:
    site = training_of(1, 2, 3, 4)
    for uid, score, time, completed in (
        (1, 90, 600, "2024-01-05 00:00:00"),
        (2, 50, 1200, None),
    ):
        site.achieve(uid, 1, "P", 0)
        site.step(uid, 1, "M", score=score, time=time, completed=completed)
        site.step(uid, 1, "inside", parent_id=1, completed=None)
    shown = training(site.raw, 1, JANUARY, NOW)
    names = ("completed", "score", "time")
    assert [cell(shown, f"content_{n}", "M") for n in names] == ["25%", "70%", "15 min"]
    assert not [s for s in shown if s.key == "inside"]


def test_content_under_certificate_expiry_divides_by_all_members() -> None:
    site = training_of(1, 2, 3, 4)
    expiring(site)
    site.module(1, [10])
    site.content(1, "Module", 1, 60)
    site.attempt(1, 1, 1, 90, started=1000, finished=1600, points=[9])
    site.attempt(2, 1, 1, 50, started=1000, finished=2200, points=[5])
    shown = training(site.raw, 1, JANUARY, NOW)
    names = ("completed", "score", "time")
    assert [cell(shown, f"content_{n}", "m1") for n in names] == ["25%", "35%", "7 min 30 sec"]


# ---- class (check 21) ----------------------------------------------------------------------------


def test_a_class_is_pooled_over_its_pairs() -> None:
    site = Site()
    site.group(1, "P")
    site.group(2, "Q")
    site.group(7, "North", "opigno_class")
    for uid, name in ((1, "b"), (2, "a")):
        site.user(uid, name=name)
        site.join(uid, 7, "opigno_class-group_membership")
    for gid in (1, 2):
        site.add("group_content_field_data", type=CLASS_IN_TRAINING, gid=gid, entity_id=7)
    site.join(1, 1)
    site.join(2, 1)
    site.achieve(2, 1, "P", 100, "2030-01-01 00:00:00", "2029-01-01 00:00:00")
    site.achieve(1, 1, "P", 0)
    site.achieve(2, 2, "Q", 50)
    shown = class_page(site.raw, 7, NOW)
    assert (cell(shown, "progress"), cell(shown, "completion")) == ("50%", "33%")
    lines = [s.key for s in shown if s.figure == "result_score"]
    assert lines == ["P / a", "P / b"]  # Q has no members any more


# ---- learner (checks 12, 13, 14, 18) -------------------------------------------------------------


def learner_with(*completed: str) -> Site:
    site = Site()
    for gid, at in enumerate(completed, 1):
        site.group(gid, f"T{gid}")
        site.achieve(1, gid, f"T{gid}", 100, at, "2020-01-01 00:00:00")
    return site


@pytest.mark.parametrize(
    ("recent", "earlier", "shown"),
    [(2, 3, ("2", "-1")), (3, 0, ("3", "+3")), (0, 0, ("-", "-"))],
)
def test_trends_compare_with_the_days_before(
    recent: int, earlier: int, shown: tuple[str, str]
) -> None:
    dates = ["2024-05-19 10:00:00"] * recent + ["2024-05-10 10:00:00"] * earlier
    page = learner(learner_with(*dates).raw, 1, NOW)
    found = cell(page, "trend_completed", "7"), cell(page, "trend_completed_change", "7")
    assert found == shown


def test_trends_start_at_midnight_and_certificates_at_this_hour() -> None:
    assert since_midnight(7, NOW, ZONE) == when("2024-05-14 00:00")
    site = learner_with("2024-05-13 23:59:59", "2024-05-13 15:00:00", "2024-05-13 14:59:59")
    for gid in (1, 2, 3):
        site.add("group__field_certificate", entity_id=gid, deleted=0)
    page = learner(site.raw, 1, NOW)
    assert cell(page, "trend_completed", "7") == "-"
    assert cell(page, "trend_certificates", "7") == "2"


def test_a_long_attempt_is_cut_in_the_trend_only() -> None:
    site = learner_with("2024-05-19 10:00:00")
    site.module(1, [10])
    site.content(1, "Module", 1)
    site.attempt(1, 1, 1, 50, started=NOW - 36000, finished=NOW, points=[5])
    page = learner(site.raw, 1, NOW)
    assert cell(page, "trend_time", "7") == "8 hours"
    assert Steps(site.raw, NOW).all(1, 1, None)[0].seconds == 36000


@pytest.mark.parametrize(
    ("at", "now", "bars"),
    [
        ("2024-06-05 10:00:00", "2024-06-05 12:00", "00010"),
        ("2023-06-11 10:00:00", "2023-06-11 12:00", "00000"),
        ("2024-02-08 10:00:00", "2024-02-08 12:00", "00000"),  # weeks 01-09 are never found
    ],
)
def test_weekly_bars_mix_two_numberings(at: str, now: str, bars: str) -> None:
    page = learner(learner_with(at).raw, 1, when(now))
    assert "".join(s.platform for s in page if s.figure == "weekly_completed") == bars


def test_an_expired_training_has_zeros_in_its_details() -> None:
    site = training_of(1)
    expiring(site)
    site.module(1, [10])
    site.content(1, "Module", 1, 50)
    site.attempt(1, 1, 1, 90, points=[9])
    site.step(1, 1, "m1", score=90)
    site.achieve(1, 1, "P", 90, "2024-01-05 00:00:00", time=60)
    page = learner(site.raw, 1, NOW, 1)
    assert cell(page, "detail_modules") == "1/1"
    assert cell(page, "detail_completed_on") == "January 05 2024"
    assert cell(page, "step_result", "m1") == "90%"
    site.add("user_lp_status_expire", uid=1, gid=1, latest_cert_date=100, expire=5000)
    page = learner(site.raw, 1, NOW, 1)
    names = ("modules", "completion", "score", "time", "completed_on")
    assert [cell(page, f"detail_{n}") for n in names] == ["0/1", "0%", "0%", "-", "-"]
    assert cell(page, "step_result", "m1") == "0%"
    assert cell(page, "step_state", "m1") == "Pending"
    assert cell(page, "training_status", "P") == "Success"  # the list ignores expiry


# ---- beside ours ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("platform", "value", "kind", "same"),
    [
        ("31%", 31.4, Kind.PERCENT, True),
        ("31%", 31.5, Kind.PERCENT, False),
        ("4 min 14 sec", 253.6, Kind.SECONDS, True),
        ("-1 min", -60.0, Kind.SECONDS, True),
        ("-", 0, Kind.COUNT, True),
        ("-", 1, Kind.COUNT, False),
        ("+3", 3, Kind.COUNT, True),
        ("", 3, Kind.COUNT, False),
        ("Success", "passed", Kind.TEXT, True),
        ("Pending", "expired", Kind.TEXT, False),
    ],
)
def test_what_is_the_same_as_shown(platform: str, value: Any, kind: Kind, same: bool) -> None:
    assert is_same(platform, value, kind) is same


def test_every_cell_of_every_page_has_a_reason() -> None:
    site = training_of(1)
    site.add("group_content_field_data", type=CLASS_IN_TRAINING, gid=1, entity_id=7)
    site.join(1, 7, "opigno_class-group_membership")
    site.module(1, [10])
    site.content(1, "Module", 1, 50)
    site.achieve(1, 1, "P", 90)
    site.step(1, 1, "m1", completed=None)
    site.tables["taxonomy_term_field_data"] = [{"tid": 2, "name": "Rescue"}]
    site.add("opigno_skills_statistic", tid=2, uid=1, score=1, progress=1)
    raw = site.raw
    pages = dashboard(raw, JANUARY, NOW) + training(raw, 1, JANUARY, NOW)
    pages += class_page(raw, 7, NOW) + learner(raw, 1, NOW, 1)
    assert {s.page for s in pages} == {"dashboard", "training", "class", "learner"}
    donuts = [s for s in pages if s.figure in DONUTS]
    assert len(donuts) == 6
    assert all(reason_of(Steps(raw, NOW), s) for s in pages if s not in donuts)
    assert all(why_no_value(s, is_listed=False) for s in pages)


def test_an_ended_certificate_is_the_reason() -> None:
    site = training_of(1)
    expiring(site)
    site.module(1, [10])
    site.content(1, "Module", 1, 50)
    site.attempt(1, 1, 1, 90, points=[9])
    site.achieve(1, 1, "P", 90, "2024-01-05 00:00:00")
    site.add("user_lp_status_expire", uid=1, gid=1, latest_cert_date=100, expire=5000)
    raw = site.raw
    whys = {
        (s.page, s.figure): reason_of(Steps(raw, NOW), s, training=1, uid=1)
        for s in training(raw, 1, JANUARY, NOW) + learner(raw, 1, NOW, 1)
        if s.figure not in DONUTS
    }
    for cell_of in (("learner", "detail_score"), ("learner", "step_state")):
        assert "has ended: Opigno shows zeros" in whys[cell_of]
    assert "has ended: Opigno shows zeros" in whys["training", "user_score"]
    assert "ignores that the certificate has ended" in whys["learner", "training_status"]


def test_faults_are_named_where_they_are_at_work() -> None:
    site = training_of(1, 2)
    site.achieve(1, 1, "P", 100, "2024-01-05 00:00:00")
    site.achieve(2, 1, "P", 0)

    def why(figure: str, month: tuple[int, int] = JANUARY, page: str = "dashboard") -> str:
        return why_donuts_differ(Steps(site.raw, NOW), page, figure, None, month)

    staff = "Opigno: staff and others who do not count here are counted"
    assert why("progress", (2024, 6)) == why("completion") == staff
    assert "today's stored progress" in why("progress")
    assert "completions after the month's end" in why("completion", (2023, 12))
    site.achieve(3, 2, "p", 80, "2024-01-05 00:00:00")
    for words in ("by its score", "one name", "people who left"):
        assert words in why("progress")
    assert "chosen month is ignored" in why("completion", page="class")


@pytest.mark.parametrize("text", ["2024-13", "2024-1", "24-01", "2024-01-01", "0000-01", ""])
def test_months_that_are_none(text: str) -> None:
    with pytest.raises(UsageError, match="YYYY-MM"):
        parse_month(text)


def test_months() -> None:
    assert parse_month("2024-02") == (2024, 2)
    assert parse_month(None) is None
