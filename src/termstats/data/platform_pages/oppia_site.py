"""OppiaMobile's home page and its reports about the whole server."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from datetime import date, timedelta

from termstats.data.platform_pages import PageCell
from termstats.data.platform_pages.oppia_format import Window, cell, month_of, pieces
from termstats.data.platform_pages.oppia_summaries import (
    DOWNLOAD,
    SEARCH,
    Account,
    Course,
    DayUse,
    Totals,
    UserPoints,
)

HOME, REPORTS = "home", "reports"
LEADERS = 10
"""People of the leaderboard on the home page."""
LANGUAGES, COUNTRIES = 10, 20
"""Pieces of the pies."""
SILENT = {"inactive_1m": 31, "inactive_3m": 91, "inactive_6m": 183}
"""Figure -> days without activity."""
YEAR_DAYS = 365
ACTIVE_COURSES, ACTIVE_DAYS = 10, 131
"""Pieces of the pie of most active courses, and its days before now ("last month")."""
RETENTION_YEARS = 7
"""Years of inactivity that are reported where the server's settings do not say."""
_UNPUBLISHED = ("draft", "archived")


@dataclass(frozen=True)
class Site:
    """What the pages about the whole server are made of."""

    accounts: Mapping[int, Account]
    courses: Mapping[int, Course]
    totals: Totals
    """Of the days of the months that the window touches."""
    before: Mapping[str | None, int]
    """Type -> events before the window."""
    days: Mapping[date, DayUse]
    months: Mapping[str, int]
    """`2016-05` -> distinct users with a row, of those who are reported."""
    last_days: Mapping[int, date]
    """User -> last day with a row of `summary_usercoursedailysummary`."""
    badges: Mapping[int, tuple[int, int]]
    """Course -> rows of `summary_usercoursesummary`, and the badges that they add up to."""
    user_points: Mapping[int, UserPoints]
    languages: Mapping[str, int] = field(default_factory=dict)
    """Events of the window, by the server's date, its last day cut off; without staff."""
    terms: Mapping[str, int] = field(default_factory=dict)
    """As the languages."""
    countries: Mapping[str, float] = field(default_factory=dict)
    """Hits of all time."""
    years: int = RETENTION_YEARS
    course_totals: Mapping[int, int] = field(default_factory=dict)
    """Course -> events of the last 131 days before now."""
    fields: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """(label of a profile field, value) -> accounts with that text."""
    missing_media: Mapping[int, int] = field(default_factory=dict)
    """User -> files that the devices reported as missing, ever."""

    @property
    def reported(self) -> Set[int]:
        """Return the ids of accounts that rule B lets count."""
        return {each.id for each in self.accounts.values() if each.is_reported}


def site_pages(site: Site, window: Window) -> list[PageCell]:
    """Return everything on Home and on the reports for `window`."""
    return [
        *_home(site, window),
        *_activity(site, window),
        *_registrations(site, window),
        *_active_users(site, window),
        *_time(site, window),
        *_searches(site, window),
        *_shares("language", pieces(site.languages, LANGUAGES)),
        *_shares("country", pieces(site.countries, COUNTRIES)),
        *_inactive(site, window),
        *_courses(site),
        cell(REPORTS, "unique_users", "", len(site.accounts)),
        *(
            cell(REPORTS, "unique_users_field", f"{label}: {value}", users)
            for (label, value), users in sorted(site.fields.items())
        ),
        *(
            cell(REPORTS, "missing_media", site.accounts[user].username, files)
            for user, files in sorted(site.missing_media.items())
        ),
    ]


def _home(site: Site, window: Window) -> Iterator[PageCell]:
    days, months = _sums(site.totals, str), _sums(site.totals, month_of)
    for day in window.days():
        yield cell(HOME, "activity_day", str(day), days[str(day)])
    for month in window.months():
        yield cell(HOME, "activity_month", month, months[month])
    leaders = sorted(site.user_points.items(), key=lambda row: -row[1].points)
    for user, row in leaders[:LEADERS]:
        name = site.accounts[user].username
        yield cell(HOME, "leader_points", name, row.points)
        yield cell(HOME, "leader_badges", name, row.badges)


def _sums(totals: Totals, label: Callable[[date], str], kind: str | None = None) -> Counter[str]:
    sums: Counter[str] = Counter()
    for (day, each), total in totals.items():
        if kind is None or each == kind:
            sums[label(day)] += total
    return sums


def _activity(site: Site, window: Window) -> Iterator[PageCell]:
    inside = _inside(site, window)
    days = _sums(inside, str)
    for day in window.days():
        yield cell(REPORTS, "activity_day", str(day), days[str(day)])
    yield from _monthly("activity", _sums(inside, month_of), sum(site.before.values()))
    names = {course.id: course.shortname for course in site.courses.values()}
    hits = {names[course]: total for course, total in site.course_totals.items() if course in names}
    yield from _shares("active_course", pieces(hits, ACTIVE_COURSES))
    yield from _each("downloads_day", _sums(inside, str, DOWNLOAD))
    yield from _monthly(
        "downloads", _sums(inside, month_of, DOWNLOAD), site.before.get(DOWNLOAD, 0)
    )


def _monthly(name: str, sums: Mapping[str, int], before: int) -> Iterator[PageCell]:
    """Yield a report by month: what was before, each month with rows, and the running sum."""
    yield from _each(f"{name}_month", sums)
    yield cell(REPORTS, f"{name}_before", "", before)
    running = before
    for month in sorted(sums):
        running += sums[month]
        yield cell(REPORTS, f"{name}_cumulative", month, running)


def _inside(site: Site, window: Window) -> Totals:
    return {key: n for key, n in site.totals.items() if window.first <= key[0] <= window.last}


def _each(figure: str, sums: Mapping[str, float]) -> Iterator[PageCell]:
    """Yield what there is: days and months without rows are left out."""
    for key in sorted(sums):
        yield cell(REPORTS, figure, key, sums[key])


def _registrations(site: Site, window: Window) -> Iterator[PageCell]:
    joined = {each.id: each.joined for each in site.accounts.values() if each.joined is not None}
    # Moments are compared with midnight at which the last day begins.
    months = Counter(
        month_of(joined[user])
        for user in site.reported & joined.keys()
        if window.first <= joined[user] < window.last
    )
    before = sum(day < window.first for day in joined.values())
    yield from _monthly("registrations", months, before)


def _active_users(site: Site, window: Window) -> Iterator[PageCell]:
    for day in window.days():
        yield cell(REPORTS, "dau", str(day), site.days.get(day, DayUse()).users)
    for month in window.months():
        yield cell(REPORTS, "mau", month, site.months.get(month, 0))


def _time(site: Site, window: Window) -> Iterator[PageCell]:
    uses = [(str(day), site.days.get(day, DayUse())) for day in window.days()]
    for key, use in uses:
        yield cell(REPORTS, "time_total", key, use.seconds)
    for key, use in uses:
        yield cell(REPORTS, "time_average", key, use.seconds / use.rows if use.rows else 0.0)


def _searches(site: Site, window: Window) -> Iterator[PageCell]:
    months = _sums(_inside(site, window), month_of, SEARCH)
    yield from _monthly("searches", months, site.before.get(SEARCH, 0))
    for term, count in sorted(site.terms.items(), key=lambda pair: (-pair[1], pair[0])):
        yield cell(REPORTS, "search_term", term, count)


def _shares(figure: str, shares: Mapping[str, float]) -> Iterator[PageCell]:
    for key, percent in shares.items():
        yield cell(REPORTS, figure, key, percent)


def _inactive(site: Site, window: Window) -> Iterator[PageCell]:
    reported = site.reported
    last = [day for user, day in site.last_days.items() if user in reported]
    yield cell(REPORTS, "inactive_base", "", len(last))
    spans = [(name, "", days) for name, days in SILENT.items()]
    spans += [("inactive_year", str(n), YEAR_DAYS * n) for n in range(1, site.years + 1)]
    for figure, key, days in spans:
        since = window.last - timedelta(days=days)
        silent = sum(day < since for day in last)
        yield cell(REPORTS, figure, key, silent)
        if last:
            yield cell(REPORTS, f"{figure}_percent", key, 100 * silent / len(last))


def _courses(site: Site) -> Iterator[PageCell]:
    for course in sorted(site.courses.values(), key=lambda each: each.id):
        if course.status in _UNPUBLISHED:
            continue
        rows, badges = site.badges.get(course.id, (0, 0))
        yield cell(REPORTS, "course_enrolled", course.shortname, rows)
        rate = 100 * badges / rows if rows else None
        yield cell(REPORTS, "course_completion", course.shortname, rate)
