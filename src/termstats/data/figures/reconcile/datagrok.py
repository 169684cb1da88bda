"""Reconciliation with Datagrok: the numbers of its usage pages, faults included, beside ours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import func, select

from termstats.data.figures.backoffice.reading.platform_use import source_of_actions
from termstats.data.figures.backoffice.reading.use_series import people_and_uses, uses_by_name
from termstats.data.figures.definition.figure import Rows, SideScreen
from termstats.data.figures.definition.phrases import nothing_happened
from termstats.data.figures.definition.policy import ANY_FILTER, Counts, PlatformPages
from termstats.data.figures.definition.registry import figure
from termstats.data.figures.reconcile.datagrok_pages import CARDS, Site
from termstats.data.figures.reconcile.lines import ComparedLine, compared
from termstats.data.figures.reconcile.opigno import COLUMNS
from termstats.data.figures.reconcile.ours import rows_of
from termstats.data.model.buckets import Pace, bucket_size, bucket_words
from termstats.data.model.table import Cell
from termstats.data.model.units import RowId, Second
from termstats.data.platform_pages.datagrok import EventWindow, moment_words, span_words
from termstats.data.query.query import Query
from termstats.data.store import schema

NO_DATAGROK = (
    "No data of Datagrok are in this store, so there is no page of it to compare with. "
    "Import a server with: termstats import datagrok SOURCE"
)
_RUNS = "termstats also counts runs of functions that the platform kept without logging an event"
_BEGUN = "Datagrok counts sessions that began in the period; termstats those that overlap it"
_LOG = "Datagrok shows the last 20 minutes, whatever the filter; termstats the whole period"
_OPENS = "Datagrok counts how often it was opened; termstats each person once per day"
_PACKAGES = "Datagrok counts an event under every package that it names; termstats under one"
_CORE = "on this line Datagrok leaves out events without a package; termstats has them in Core"
_NO_CARD = "termstats has no number of the same meaning in this store"
_ERRORS = (
    "termstats counts errors as one source, and also runs that the platform kept without logging "
    "an event"
)
_SOURCES = "this page of Datagrok obeys the date only; termstats every filter"
_PAGES = {
    Pace.USERS: "overview",
    Pace.PACKAGES: "packages",
    Pace.FUNCTIONS: "functions",
    Pace.EVENTS: "events",
}
"""Kind of buckets -> the page that has them."""


@figure(
    "reconcile.datagrok",
    title="What Datagrok shows",
    level=SideScreen.RECONCILE,
    columns=COLUMNS,
    counts=Counts.ACTORS,
    filters=ANY_FILTER,
    pages=PlatformPages("datagrok", words="usage pages"),
)
async def datagrok(q: Query) -> Rows:
    """The numbers of Datagrok's usage pages for the period, as it counts them, beside ours.

    Overview with its cards and what they compare with, unique users, packages by users and users
    by events; use of packages and sources of events over time; the rows of the Log; access to
    projects; the sessions of Metrics. The cards take the time from the first to the last event
    found as their window, and the same span before it as the period before. Moments are UTC, as on
    its pages; ours of a moment are those of the same bucket. The reason names what makes ours
    differ. Filters hold where they hold on its pages: not for the Log and the sources. Empty where
    termstats has no number of the same meaning.
    """
    sources = [source for source in q.info.sources if source.platform == "datagrok"]
    if not sources:
        return Rows((), empty=NO_DATAGROK)
    source = min(sources, key=lambda each: each.name)
    if len(q.info.sources) > 1:
        q.note(f"The pages are those of {source.name}; termstats counts all sources of the store.")
    site = Site(q, source.id)
    span = await site.event_window()
    if span is None:
        return Rows((), empty=nothing_happened(q, "events of Datagrok"))
    # What our own figures have to say is not about this comparison.
    ours = q.asking(quiet=True)
    lines = [
        *await _cards(ours, site, span),
        *_buckets(ours, span),
        *await _unique_users(ours, site, span),
        *await _people(ours, site),
        *await _packages(ours, site, span),
        *await _sources(ours, site, span),
        *await _rest(ours, site, source.as_of),
    ]
    return compared(lines)


async def _cards(q: Query, site: Site, window: EventWindow) -> list[ComparedLine]:
    now, before = await site.cards(window)
    ours = {str(row["metric"]): row for row in await rows_of(q, "backoffice.totals")}
    previous = q.period.previous()
    not_before = (
        f"Datagrok's period before is {window.before_words}, as long as the events found; "
        f"termstats' is {previous.dates}"
    )
    outside = f"what was made outside the events found, {window.words}, is not on this card"
    reasons = {
        "active_users": _RUNS,
        "new_users": f"who joined outside the events found, {window.words}, is not on this card",
        "sessions": "Datagrok counts starts (datagrok-started); termstats different sessions",
        "connections": outside,
        "queries": outside,
    }
    lines = [
        ComparedLine(
            "overview",
            "window",
            "",
            window.words,
            q.period.dates,
            "Datagrok takes the first and the last event found; termstats the period asked for",
        ),
        ComparedLine(
            "overview", "previous_period", "", window.before_words, previous.dates, not_before
        ),
    ]
    for name in CARDS:
        mine = ours.get(name, {})
        values = mine.get("value"), mine.get("previous")
        if not mine and not now[name]:
            continue
        for figure_, number, value, why in (
            (name, now[name], values[0], reasons[name]),
            (f"{name}_before", before[name], values[1], not_before),
        ):
            lines.append(
                ComparedLine(
                    "overview", figure_, "", number, value, _NO_CARD if value is None else why
                )
            )
    return lines


def _buckets(q: Query, window: EventWindow) -> Iterable[ComparedLine]:
    why = (
        f"Datagrok goes by the span of the events found, {span_words(window.span)}; termstats by "
        f"the period asked for, {span_words(q.period.length)}"
    )
    for pace, page in _PAGES.items():
        theirs, ours = (bucket_size(pace, span) for span in (window.span, q.period.length))
        what = "unique users" if pace is Pace.USERS else page
        yield ComparedLine(page, "bucket", what, bucket_words(theirs), bucket_words(ours), why)


def _by(q: Query, size: int) -> Query:
    """Return the question in buckets of `size` seconds."""
    return q.asking(by="start", step=size, top=None)


async def _unique_users(q: Query, site: Site, window: EventWindow) -> list[ComparedLine]:
    size = bucket_size(Pace.USERS, window.span)
    users = await site.users_per_bucket(size)
    per_bucket = await rows_of(_by(q, size), "backoffice.unique-users")
    ours = {Second(at): row["users"] for row in per_bucket if isinstance(at := row["start"], int)}
    shown = users.keys() | ({at for at, n in ours.items() if n} if site.is_about_core else set())
    why = _CORE if site.is_about_core else _RUNS
    return [
        ComparedLine(
            "overview", "unique_users", moment_words(at), users.get(at, 0), ours.get(at), why
        )
        for at in sorted(shown)
    ]


async def _people(q: Query, site: Site) -> list[ComparedLine]:
    events = await site.users()
    days = q.platform.days()
    mine = await q.fetch(
        select(days.c.person_id, func.sum(days.c.events).label("events"))
        .where(days.c.acts == 1)
        .group_by(days.c.person_id)
    )
    ours = {row.person_id: int(row.events) for row in mine}
    names = await site.titles(events, people=True)
    order = sorted(events, key=lambda person: (-events[person], names[person], person))
    return [
        ComparedLine("overview", "users", names[person], events[person], ours.get(person), _RUNS)
        for person in order
    ]


async def _packages(q: Query, site: Site, window: EventWindow) -> list[ComparedLine]:
    size = bucket_size(Pace.PACKAGES, window.span)
    people, events = await site.packages(size)
    names = await site.titles(people)
    mine = {row["package_id"]: row["users"] for row in await rows_of(q, "backoffice.packages")}
    object_ = schema.object_
    keys = {
        row.id: row.key
        for row in await q.fetch(
            select(object_.c.id, q.key_of(object_).label("key")).where(object_.c.kind == "package")
        )
    }
    stepped = _by(q, size)
    days = stepped.platform.package_days()
    used = await people_and_uses(stepped, days, days.c.package_id)
    order = sorted(people, key=lambda package: (-people[package], names[package], package))
    lines = [
        ComparedLine("overview", "packages", names[p], people[p], mine.get(keys[p], 0), _PACKAGES)
        for p in order
    ]
    for at, package in sorted(events, key=lambda cell: (cell[0], names[cell[1]], cell[1])):
        ours = used.get((at, package), (0, 0))[1]
        key = f"{moment_words(at)} {names[package]}"
        lines.append(ComparedLine("packages", "usage", key, events[at, package], ours, _PACKAGES))
    return lines


async def _sources(q: Query, site: Site, window: EventWindow) -> list[ComparedLine]:
    size = bucket_size(Pace.EVENTS, window.span)
    events = await site.sources(size)
    ours: dict[tuple[int, str], int] = {}
    for at, name, number in await uses_by_name(_by(q, size), await source_of_actions(q)):
        ours[at, name] = ours.get((at, name), 0) + number
    why = _SOURCES if q.request.filters else _ERRORS
    return [
        ComparedLine(
            "events", "sources", f"{moment_words(at)} {name}", n, ours.get((at, name), 0), why
        )
        for (at, name), n in sorted(events.items())
    ]


async def _rest(q: Query, site: Site, now: Second) -> list[ComparedLine]:
    """Return the rows of the Log, access to projects, and the sessions of Metrics."""
    totals = {str(row["metric"]): row["value"] for row in await rows_of(q, "backoffice.totals")}
    lines = [ComparedLine("log", "rows", "", await site.log_rows(now), totals.get("events"), _LOG)]
    opened = await site.projects()
    names = await site.titles(opened)
    ours = await _projects(q)
    for project in sorted(opened, key=lambda each: (-opened[each][0], names[each], each)):
        opens, users = opened[project]
        person_days, people = ours.get(project, (None, None))
        lines += [
            ComparedLine("projects", "access", names[project], opens, person_days, _OPENS),
            ComparedLine("projects", "unique_users", names[project], users, people, _RUNS),
        ]
    begun = await site.sessions_begun()
    return [*lines, ComparedLine("metrics", "sessions", "", begun, totals.get("sessions"), _BEGUN)]


async def _projects(q: Query) -> Mapping[RowId, tuple[Cell, Cell]]:
    """Return project -> our days of people and our users."""
    object_ = schema.object_
    rows = {str(row["project_id"]): row for row in await rows_of(q, "backoffice.projects")}
    projects = await q.fetch(
        select(object_.c.id, q.key_of(object_).label("key")).where(object_.c.kind == "project")
    )
    return {
        row.id: (rows[row.key]["person_days"], rows[row.key]["users"])
        for row in projects
        if row.key in rows
    }
