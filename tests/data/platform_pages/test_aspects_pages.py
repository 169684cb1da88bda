"""The dashboards of Aspects, on sites small enough to count by hand."""

from __future__ import annotations

from dataclasses import replace

from termstats.data.platform_pages import PageCell
from termstats.data.platform_pages.aspects_course import (
    buckets_of,
    course_page,
    learner_page,
    only_course,
)
from termstats.data.platform_pages.aspects_pages import (
    at_risk_pairs,
    comparison_page,
    operator_page,
)
from termstats.data.platform_pages.aspects_site import (
    DAY,
    Answer,
    Block,
    DayCount,
    EnrolmentEvent,
    Grade,
    PageVisit,
    Site,
    VideoEvent,
    last_answers_of,
    org_of,
    seconds_of,
    single,
)

C = "course-v1:Org+One+2024"
AS_OF = 1_710_288_000
"""2024-03-13 00:00 UTC."""


def values(cells: list[PageCell], figure: str) -> dict[str, float | None]:
    return {each.key: each.raw for each in cells if each.figure == figure}


def enrolment(actor: str, days_ago: int, mode: str = "audit", on: bool = True) -> EnrolmentEvent:
    return EnrolmentEvent(C, actor, AS_OF - days_ago * DAY, mode, on)


def visit(actor: str, days_ago: int, block: str = "s1") -> PageVisit:
    return PageVisit(C, actor, AS_OF - days_ago * DAY, block)


SITE = Site(
    AS_OF,
    courses=[C],
    enrolments=[
        enrolment("ana", 60),
        enrolment("bo", 60),
        enrolment("bo", 40, "verified"),
        enrolment("cy", 50),
        enrolment("cy", 20, on=False),
        enrolment("di", 30),
    ],
)


def test_an_old_month_puts_an_active_person_at_risk() -> None:
    site = replace(
        SITE,
        visits=[visit("ana", 40), visit("ana", 1), visit("bo", 3), visit("cy", 30)],
        grades=[Grade(C, "bo", AS_OF - DAY, 0.2, "failed")],
    )
    # Ana came yesterday, but also in another month; Bo came this week only, Di never, Cy has left.
    assert at_risk_pairs(site) == [(C, "ana")]
    passed = replace(site, grades=[Grade(C, "ana", AS_OF, 0.9, "passed")])
    assert at_risk_pairs(passed) == []


def test_current_enrollees_are_those_of_ever() -> None:
    page = course_page(SITE)
    assert values(page, "current_enrollees") == {"": 4}
    assert values(page, "track") == {"audit": 4, "verified": 1}
    # By the month of the last change: Ana in January, Bo and Di in February, and Cy, who left.
    assert values(page, "cumulative") == {
        "2024-01 / audit": 1,
        "2024-02 / audit": 3,
        "2024-02 / verified": 1,
    }
    compared = comparison_page(SITE)
    assert values(compared, "enrollees") == {C: 3}


def test_no_grade_is_a_grade_of_0() -> None:
    site = replace(
        SITE, grades=[Grade(C, "ana", AS_OF, 0.8, ""), Grade(C, "bo", AS_OF, None, "passed")]
    )
    page = course_page(site)
    assert values(page, "grade_mean") == {"": 0.2}
    assert values(page, "grade_median") == {"": 0.0}
    assert values(page, "grade_bucket")["0-9"] == 3
    assert values(page, "passed") == {"": 1}
    summary = {(each.figure, each.key): each.platform for each in learner_page(site, "di")}
    assert summary["state", C] == "failed"
    assert summary["last_visit", C] == summary["enrolled", C] == "2024-02-12 00:00:00"


def test_buckets_are_those_of_short_numbers() -> None:
    assert buckets_of([0.0, 0.09, 0.1, 0.9, 1.0]) == [2, 1, 0, 0, 0, 0, 0, 0, 0, 2]
    assert buckets_of([single(0.9)])[8] == 1


def answer(actor: str, number: int, right: bool, problem: str = "p") -> Answer:
    return Answer(C, actor, AS_OF, problem, number, right, float(right), f"{actor}{number}")


def test_the_ninth_attempt_weighs_nine_times() -> None:
    answers = [answer("ana", 9, True), answer("bo", 1, False), answer("bo", 2, False)]
    page = course_page(replace(SITE, answers=answers))
    assert values(page, "problem_learners") == {"p": 2}
    assert values(page, "problem_attempts_mean") == {"p": 5.5}
    assert values(page, "problem_correct") == {"p": 9}
    assert values(page, "problem_incorrect") == {"p": 2}
    assert values(page, "problem_correct_percent") == {"p": 9 / 11}
    assert values(page, "last_attempts") == {"p / ana": 9, "p / bo": 2}
    # Of equal numbers the later id.
    same = [answer("ana", 2, True), replace_key(answer("ana", 2, False), "z")]
    assert [each.is_right for each in last_answers_of(same).values()] == [False]


def replace_key(each: Answer, key: str) -> Answer:
    return each._replace(key=key)


def test_first_tries_are_no_share() -> None:
    answers = [answer("ana", 1, True), answer("bo", 1, True), answer("cy", 2, False)]
    compared = comparison_page(replace(SITE, answers=answers))
    assert values(compared, "first_try") == {C: 2.0}


def video(actor: str, is_start: bool, position: float) -> VideoEvent:
    return VideoEvent(C, actor, "v", is_start, position)


def test_seconds_go_from_a_start_to_the_last_end_before_the_next() -> None:
    events = [
        *(video("ana", True, 0), video("ana", False, 2), video("ana", False, 4)),
        *(video("ana", True, 3), video("ana", False, 5.9)),
        video("ana", True, 9),  # nothing ends it
        *(video("bo", True, 5), video("bo", False, 2)),  # went back
    ]
    seen = seconds_of(events)
    assert seen == {("v", "ana"): {1: 1, 2: 1, 3: 2, 4: 2, 5: 1}}
    site = replace(SITE, videos=events, lengths={"v": 5.0})
    page = course_page(site)
    assert values(page, "video_viewers") == {"v": 1}
    assert values(page, "video_views") == {"v": 2}
    assert values(page, "video_full") == {"v": 1}
    assert values(page, "segment_views")["v / 3"] == 2
    assert values(page, "segment_repeat") == {
        **{f"v / {second}": 0 for second in (1, 2, 5)},
        **{f"v / {second}": 2 for second in (3, 4)},
    }
    compared = comparison_page(site)
    assert values(compared, "watched") == {C: 1.0}
    assert values(compared, "rewatched") == {C: 0.4}


def test_all_of_a_section_is_all_of_the_parts_that_were_entered() -> None:
    blocks = [
        Block("a", "Section A", "section"),
        Block("a1", "First", "subsection", "a"),
        Block("a2", "Second", "subsection", "a"),
        *(Block(key, key, "problem", "a", "a1") for key in ("p", "q")),
        Block("r", "r", "problem", "a", "a2"),
    ]
    answers = [answer("ana", 1, True, "p"), answer("ana", 1, True, "q"), answer("bo", 1, True, "p")]
    page = course_page(replace(SITE, answers=answers, blocks={C: blocks}))
    assert values(page, "problems_one") == {"Section A": 1, "First": 1}
    assert values(page, "problems_all") == {"Section A": 1, "First": 1}


def test_the_operator_sees_days_in_utc_and_changes_of_track_as_registrations() -> None:
    day = "2024-01-13"
    page = operator_page(replace(SITE, days=[DayCount(day, 3, 1, 7)], last_event=AS_OF))
    assert values(page, "active_learners") == {day: 3}
    registered = values(page, "enrolments_registered")
    assert (sum(filter(None, registered.values())), registered[day]) == (5, 2)
    assert values(page, "enrolments_unregistered")["2024-02-22"] == 1
    assert values(page, "currently_enrolled") == {"": 3}
    assert values(page, "enrolled_by_mode") == {f"{C} / audit": 2, f"{C} / verified": 1}
    assert [each.platform for each in page if each.figure == "last_event"] == [
        "2024-03-13 00:00:00"
    ]
    assert org_of(C) == "Org"


def test_page_views_are_rows_by_the_month_of_the_last_visit() -> None:
    visits = [visit("ana", 45), visit("ana", 1), visit("ana", 44, "s2"), visit("bo", 45)]
    page = course_page(only_course(replace(SITE, visits=visits), C))
    assert values(page, "page_views") == {"2024-01": 2, "2024-03": 1}
    assert values(page, "page_learners") == {"2024-01": 2, "2024-03": 1}
    assert values(page, "active_7d") == {"": 1}
