"""Aspects' dashboards of the whole site: operator, learners at risk, comparison of courses.

Every number is that of Aspects' models computed over all events in one go, faults included.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from statistics import fmean, median

from termstats.data.platform_pages import PageCell
from termstats.data.platform_pages.aspects_site import (
    WEEK,
    Pair,
    Seconds,
    Site,
    last_answers_of,
    last_visits_of,
    old_visits_of,
    org_of,
    scores_of,
    seconds_of,
    states_of,
    students_of,
)

OPERATOR, COURSE, LEARNER = "operator", "course", "learner"
AT_RISK, COMPARISON = "at-risk", "comparison"
DECIMALS = 4
"""Digits of means and shares on these pages."""


def cell(page: str, figure: str, key: str, value: float | None) -> PageCell:
    """Return a number of a page; None: the page shows nothing."""
    shown = "" if value is None else f"{round(value, DECIMALS):,g}"
    return PageCell(page, figure, key, shown, None if value is None else float(value))


def operator_page(site: Site) -> list[PageCell]:
    """Return the dashboard of whoever runs the site."""
    cells = []
    for each in site.days:
        cells += [
            cell(OPERATOR, "active_learners", each.day, each.people),
            cell(OPERATOR, "active_courses", each.day, each.courses),
            cell(OPERATOR, "event_activity", each.day, each.events),
        ]
    first = min((each.day for each in site.days), default="")
    cells += _enrolments_by_day(site, first)
    students = students_of(site)
    registered = {pair for pair, each in students.items() if each.is_registered}
    orgs = Counter(map(org_of, site.courses))
    cells += [
        cell(OPERATOR, "organizations", "", len(orgs)),
        cell(OPERATOR, "courses", "", len(site.courses)),
        cell(OPERATOR, "currently_enrolled", "", len({actor for _course, actor in registered})),
        PageCell(OPERATOR, "last_event", "", written(site.last_event)),
    ]
    modes = Counter((course, students[course, actor].mode) for course, actor in registered)
    for (course, mode), number in sorted(modes.items()):
        cells.append(cell(OPERATOR, "enrolled_by_mode", f"{course} / {mode}", number))
    cells += [cell(OPERATOR, "courses_by_org", org, orgs[org]) for org in sorted(orgs)]
    return cells


def written(second: int | None) -> str:
    """Return a moment as Aspects prints it, in UTC."""
    return "" if second is None else f"{datetime.fromtimestamp(second, UTC):%Y-%m-%d %H:%M:%S}"


def _enrolments_by_day(site: Site, first: str) -> Iterable[PageCell]:
    days: dict[str, Counter[bool]] = defaultdict(Counter)
    for each in site.enrolments:
        days[written(each.at)[:10]][each.is_registered] += 1
    for day in sorted(days):
        if day >= first:
            yield cell(OPERATOR, "enrolments_registered", day, days[day][True])
            yield cell(OPERATOR, "enrolments_unregistered", day, days[day][False])


def at_risk_pairs(site: Site) -> list[Pair]:
    """Return who is at risk: registered, not passed, and with a visit that is a week old."""
    students, states, old = students_of(site), states_of(site), old_visits_of(site)
    return sorted(
        pair
        for pair, each in students.items()
        if each.is_registered and states.get(pair) != "passed" and pair in old
    )


def at_risk_page(site: Site) -> list[PageCell]:
    """Return the list of learners at risk."""
    return [cell(AT_RISK, "at_risk", f"{c} / {actor}", 1) for c, actor in at_risk_pairs(site)]


def comparison_page(site: Site) -> list[PageCell]:
    """Return the comparison of courses."""
    students, states, scores = students_of(site), states_of(site), scores_of(site)
    visits, risk = last_visits_of(site), Counter(course for course, _ in at_risk_pairs(site))
    seen, length = seconds_by_course(site), site.lengths
    tries = _tries(site)
    cells = []
    for course in site.courses:
        enrolled = [pair for pair in students if pair[0] == course]
        registered = [pair for pair in enrolled if students[pair].is_registered]
        active = [pair for pair in registered if visits.get(pair, 0) >= site.as_of - WEEK]
        passed = [pair for pair in registered if states.get(pair) == "passed"]
        grades = [scores.get(pair, 0.0) for pair in enrolled]
        watched, rewatched = _watched(seen.get(course, {}), length)
        cells += [
            cell(COMPARISON, "enrollees", course, len(registered)),
            cell(COMPARISON, "active", course, len(active)),
            cell(COMPARISON, "at_risk", course, risk[course]),
            cell(COMPARISON, "passed", course, len(passed)),
            cell(COMPARISON, "first_try", course, tries.get(course)),
            cell(COMPARISON, "grade_mean", course, mean_of(grades)),
            cell(COMPARISON, "grade_median", course, median(grades) if grades else None),
            cell(COMPARISON, "watched", course, watched),
            cell(COMPARISON, "rewatched", course, rewatched),
        ]
    return cells


def mean_of(values: Sequence[float]) -> float | None:
    """Return the mean; None of nothing."""
    return fmean(values) if values else None


def _tries(site: Site) -> dict[str, float | None]:
    """Return course -> right answers at the first try, divided by answers at a later one."""
    first: Counter[str] = Counter()
    later: Counter[str] = Counter()
    for (course, _problem, _actor), last in last_answers_of(site.answers).items():
        first[course] += last.is_right and last.number == 1
        later[course] += last.number > 1
    return {course: first[course] / later[course] if later[course] else None for course in later}


def seconds_by_course(site: Site) -> dict[str, Seconds]:
    """Return course -> what was seen of its videos."""
    courses = {each.video: each.course for each in site.videos}
    found: dict[str, Seconds] = defaultdict(dict)
    for (video, actor), counts in seconds_of(site.videos).items():
        found[courses[video]][video, actor] = counts
    return found


def _watched(seen: Seconds, lengths: Mapping[str, float]) -> tuple[float | None, float | None]:
    """Return the seconds that were seen, and seen again, as shares of what was begun."""
    whole = sum(lengths.get(video, 0.0) for video, _actor in seen)
    if not whole:
        return None, None
    once = sum(len(counts) for counts in seen.values())
    again = sum(sum(times > 1 for times in counts.values()) for counts in seen.values())
    return once / whole, again / whole
