"""OppiaMobile's home page and its reports about the whole server."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, timedelta

from termstats.data.platform_pages import PageCell
from termstats.data.platform_pages.oppia_format import Window, cell, month_of, pieces
from termstats.data.platform_pages.oppia_summaries import (
    DOWNLOAD,
    SEARCH,
    Account,
    Course,
    Pair,
    Totals,
    UserCourse,
    UserDay,
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
RETENTION_YEARS = 7
"""Years of inactivity that are reported where the server's settings do not say."""
_UNPUBLISHED = ("draft", "archived")


@dataclass(frozen=True)
class Site:
    """What the pages about the whole server are made of."""

    accounts: Mapping[int, Account]
    courses: Mapping[int, Course]
    totals: Totals
    user_days: Sequence[UserDay]
    """Those of the months that the window touches."""
    last_days: Mapping[int, date]
    """User -> last day with a row of `summary_usercoursedailysummary`."""
    user_courses: Mapping[Pair, UserCourse]
    user_points: Mapping[int, UserPoints]
    languages: Mapping[str, int] = field(default_factory=dict)
    """Events of the window, by the server's date, its last day cut off; without staff."""
    terms: Mapping[str, int] = field(default_factory=dict)
    """As the languages."""
    countries: Mapping[str, float] = field(default_factory=dict)
    """Hits of all time."""
    years: int = RETENTION_YEARS

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
    inside: Totals = {k: n for k, n in site.totals.items() if window.first <= k[0] <= window.last}
    before: Totals = {k: n for k, n in site.totals.items() if k[0] < window.first}
    days = _sums(inside, str)
    for day in window.days():
        yield cell(REPORTS, "activity_day", str(day), days[str(day)])
    yield from _each("activity_month", _sums(inside, month_of))
    yield cell(REPORTS, "activity_before", "", sum(before.values()))
    yield from _each("downloads_day", _sums(inside, str, DOWNLOAD))
    yield from _each("downloads_month", _sums(inside, month_of, DOWNLOAD))
    yield cell(REPORTS, "downloads_before", "", sum(_sums(before, str, DOWNLOAD).values()))


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
    yield from _each("registrations_month", months)
    before = sum(day < window.first for day in joined.values())
    yield cell(REPORTS, "registrations_before", "", before)


def _active_users(site: Site, window: Window) -> Iterator[PageCell]:
    reported = site.reported
    users: dict[str, set[int]] = defaultdict(set)
    for row in site.user_days:
        if row.user in reported:
            users[str(row.day)].add(row.user)
            users[month_of(row.day)].add(row.user)
    for day in window.days():
        yield cell(REPORTS, "dau", str(day), len(users[str(day)]))
    for month in window.months():
        yield cell(REPORTS, "mau", month, len(users[month]))


def _time(site: Site, window: Window) -> Iterator[PageCell]:
    seconds: dict[date, list[int]] = defaultdict(list)
    for row in site.user_days:
        seconds[row.day].append(row.time_tracked)
    for day in window.days():
        yield cell(REPORTS, "time_total", str(day), sum(seconds[day]))
    for day in window.days():
        rows = seconds[day]
        mean = sum(rows) / len(rows) if rows else 0.0
        yield cell(REPORTS, "time_average", str(day), mean)


def _searches(site: Site, window: Window) -> Iterator[PageCell]:
    inside: Totals = {k: n for k, n in site.totals.items() if window.first <= k[0] <= window.last}
    yield from _each("searches_month", _sums(inside, month_of, SEARCH))
    for term, count in sorted(site.terms.items(), key=lambda pair: (-pair[1], pair[0])):
        yield cell(REPORTS, "search_term", term, count)


def _shares(figure: str, shares: Mapping[str, float]) -> Iterator[PageCell]:
    for key, percent in shares.items():
        yield cell(REPORTS, figure, key, percent)


def _inactive(site: Site, window: Window) -> Iterator[PageCell]:
    last = [day for user, day in site.last_days.items() if user in site.reported]
    yield cell(REPORTS, "inactive_base", "", len(last))
    spans = [(name, "", days) for name, days in SILENT.items()]
    spans += [("inactive_year", str(n), YEAR_DAYS * n) for n in range(1, site.years + 1)]
    for figure, key, days in spans:
        since = window.last - timedelta(days=days)
        yield cell(REPORTS, figure, key, sum(day < since for day in last))


def _courses(site: Site) -> Iterator[PageCell]:
    badges: dict[int, list[int]] = defaultdict(list)
    for (_user, taken), row in site.user_courses.items():
        badges[taken].append(row.badges_achieved)
    for course in sorted(site.courses.values(), key=lambda each: each.id):
        if course.status in _UNPUBLISHED:
            continue
        rows = badges[course.id]
        yield cell(REPORTS, "course_enrolled", course.shortname, len(rows))
        rate = 100 * sum(rows) / len(rows) if rows else None
        yield cell(REPORTS, "course_completion", course.shortname, rate)
