"""Global figures of use: new accounts, who is most active, searches, languages, countries."""

from __future__ import annotations

from sqlalchemy import func, select

from termstats.data.figures.definition.doors import door_to, doors_to
from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.measures import ACTIONS, NEW_USERS, USERS
from termstats.data.figures.definition.phrases import (
    before_data,
    is_future,
    none_of,
    nothing_happened,
)
from termstats.data.figures.definition.policy import RANKING
from termstats.data.figures.definition.ranking import DEFAULT_TOP, cut_off, top_rows
from termstats.data.figures.definition.registry import figure
from termstats.data.figures.definition.series import buckets, running, sum_per_bucket, with_bucket
from termstats.data.figures.learning.behind.activity import WITHOUT_RESULT
from termstats.data.figures.learning.behind.values import NO_TERM
from termstats.data.figures.learning.groups import timed_sources
from termstats.data.model.doors import Door
from termstats.data.model.filter_base import Field
from termstats.data.model.period import day_number, local_day
from termstats.data.model.records import Record
from termstats.data.model.table import (
    Bars,
    Cell,
    Destination,
    Line,
    count,
    day,
    ident,
    percent,
    seconds,
    words,
)
from termstats.data.model.units import DayNumber
from termstats.data.query.query import Query
from termstats.data.store import schema

_THE_LEARNER = (("learner", "learner_id"),)
_TO_LEARNER = Destination("learner", _THE_LEARNER)


def _did(field: str, counts: str = "times") -> Door:
    """Return the door to who did what has a value of that field."""
    return Door(f"global.behind-{field}", params=(("action", field),), counts=counts)


@figure(
    "global.registrations",
    title="New accounts",
    level=Level.GLOBAL,
    columns=(day("day", "Day"), count("users", "New accounts"), count("cumulative", "Accounts")),
    chart=Line("day", ("users",)),
    unit="people",
    sparks=(("new_users", "users"), ("users", "cumulative")),
    behind=doors_to({"users": NEW_USERS, "cumulative": USERS}, of_days=True),
)
async def registrations(q: Query) -> Rows:
    """New accounts per day, and all accounts by then.

    The same population in both columns: `cumulative` starts with the counted people whose account
    was there before the period, those without a known date included.
    """
    people = q.people.population()
    start, _end = q.seconds
    accounts = await q.fetch(select(people.c.joined_at))
    before = sum(1 for row in accounts if row.joined_at is None or row.joined_at < start)
    days: dict[DayNumber, int] = {}
    for row in accounts:
        if row.joined_at is not None and start <= row.joined_at < q.end:
            number_ = day_number(local_day(row.joined_at, q.zone))
            days[number_] = days.get(number_, 0) + 1
    per_bucket = [
        (label, first, sum(days.get(n, 0) for n in map(DayNumber, range(first, last + 1))))
        for label, first, last in buckets(q)
    ]
    sums = running(before, (users for _label, _first, users in per_bucket))
    rows: list[tuple[Cell, ...]] = [
        (label, None, None) if is_future(q, first) else (label, users, int(total))
        for (label, first, users), total in zip(per_bucket, sums, strict=True)
    ]
    total = sum(days.values())
    return Rows(
        rows,
        columns=with_bucket(q, (day("day", "Day"), count("users"), count("cumulative"))),
        empty="" if total else nothing_happened(q, "new accounts"),
        summary=f"{total:,} new · {before:,} before" if total else "",
    )


@figure(
    "global.top-learners",
    record=Record.ACTIVITY,
    title="Top learners",
    level=Level.GLOBAL,
    columns=(
        ident("learner_id"),
        words("learner", "Learner"),
        count("actions", "Actions"),
        count("active_days", "Active days"),
        seconds("time_spent", "Time"),
        day("last_activity", "Last activity"),
    ),
    chart=Bars("learner", "actions"),
    row_opens=_TO_LEARNER,
    options=RANKING,
    lists=Field.PERSON,
    behind=(
        ("actions", Door("learner.behind-activity", "actions", _THE_LEARNER, counts="times")),
        ("active_days", Door("learner.behind-days", params=_THE_LEARNER, unit="days")),
        (
            "time_spent",
            Door("learner.behind-activity", "time_spent", _THE_LEARNER, counts="time_spent"),
        ),
    ),
)
async def top_learners(q: Query) -> Rows:
    """The most active learners of the period, by number of actions.

    Actions are events by weight (clicks on OULAD). Ties are ranked by name, then id. The last row
    holds everybody else; --top N shows more. Time is empty where the source records none.
    """
    sums = q.days.person_sums(measures=("events", "seconds"))
    people = schema.person
    learners = await q.fetch(
        select(
            q.key_of(people).label("key"),
            people.c.name,
            sums.c.events,
            sums.c.active,
            sums.c.seconds,
            sums.c.last_day,
            people.c.source_id,
        ).join(people, people.c.id == sums.c.person_id)
    )
    timed = timed_sources(q)
    rows: list[tuple[Cell, ...]] = [
        (
            *(r.key, r.name, int(r.events), r.active),
            r.seconds if r.source_id in timed else None,
            r.last_day,
        )
        for r in learners
    ]
    top = q.top or DEFAULT_TOP
    shown = top_rows(rows, top, by=2, name=1, key=0, adds=(2, 4))
    if words_ := cut_off(rows, top, by=2):
        q.note(words_)
    return Rows(
        shown,
        empty="" if rows else await none_of(q, "activity", "event", "events"),
        summary=f"{len(rows):,} people" if rows else "",
    )


_SEARCH_COLUMNS = (
    day("day", "Day"),
    count("searches", "Searches"),
    count("without_result", "Without result"),
)


@figure(
    "global.searches",
    record=Record.SEARCHES,
    title="Searches",
    level=Level.GLOBAL,
    columns=_SEARCH_COLUMNS,
    chart=Line("day"),
    unit="searches",
    behind=(
        ("searches", door_to(ACTIONS, of_days=True, action="search")),
        (WITHOUT_RESULT, door_to(ACTIONS, of_days=True, action=WITHOUT_RESULT)),
    ),
)
async def searches(q: Query) -> Rows:
    """Searches per day, and how many of them found nothing."""
    table = q.days.per_day()
    days = await q.fetch(
        select(
            table.c.day,
            func.sum(table.c.search).label("search"),
            func.sum(table.c.misses).label("misses"),
        ).group_by(table.c.day)
    )
    firsts = {label: first for label, first, _last in buckets(q)}
    rows: list[tuple[Cell, ...]] = [
        (label, None, None) if is_future(q, firsts[label]) else (label, int(n[0]), int(n[1]))
        for label, n in sum_per_bucket(q, days, ("search", "misses"))
    ]
    total = sum(int(row.search) for row in days)
    missed = sum(int(row.misses) for row in days)
    before_data(q)
    return Rows(
        rows,
        columns=with_bucket(q, _SEARCH_COLUMNS),
        empty="" if total else await none_of(q, "searches", "search", "search"),
        summary=f"total {total:,} · {missed:,} without result" if total else "",
    )


@figure(
    "global.search-terms",
    record=Record.SEARCHES,
    of_single_people=True,
    title="Search terms",
    level=Level.GLOBAL,
    columns=(
        words("term", "Term"),
        count("searches", "Searches"),
        count("without_result", "Without result"),
    ),
    chart=Bars("term", "searches"),
    options=RANKING,
    behind=(
        ("searches", _did("term")),
        (WITHOUT_RESULT, _did("term", WITHOUT_RESULT)),
    ),
)
async def search_terms(q: Query) -> Rows:
    """What was searched for in the period, each exact text once.

    The last row holds all other terms; --top N shows more.
    """
    table = q.days.values("term")
    terms = await q.fetch(
        select(
            table.c.value,
            func.sum(table.c.events).label("events"),
            func.sum(table.c.misses).label("misses"),
        ).group_by(table.c.value)
    )
    rows: list[tuple[Cell, ...]] = [
        (row.value or NO_TERM, int(row.events), int(row.misses)) for row in terms
    ]
    return Rows(
        top_rows(rows, q.top or DEFAULT_TOP, by=1, name=0, key=0, adds=(1, 2)),
        empty="" if rows else await none_of(q, "searches", "search", "search"),
        summary=f"{len(rows):,} terms" if rows else "",
    )


@figure(
    "global.languages",
    record=Record.LANGUAGES,
    title="Languages",
    level=Level.GLOBAL,
    columns=(words("language", "Language"), count("events", "Events"), percent("share", "Share")),
    chart=Bars("language", "share", percent=True),
    options=RANKING,
    behind=(
        (
            "events",
            Door("global.behind-language", params=(("action", "language"),), counts="times"),
        ),
    ),
)
async def languages(q: Query) -> Rows:
    """Share of the period's events by interface language.

    Of the events whose language is known; how many are unknown is stated. The ten most used, and
    one row for the others; --top N shows more.
    """
    return await _shares(q, "language")


@figure(
    "global.countries",
    record=Record.COUNTRIES,
    title="Countries",
    level=Level.GLOBAL,
    columns=(words("country", "Country"), count("events", "Events"), percent("share", "Share")),
    chart=Bars("country", "share", percent=True),
    options=RANKING,
    behind=(("events", _did("country")),),
)
async def countries(q: Query) -> Rows:
    """Share of the period's events by country.

    Of the events whose country is known; how many are unknown is stated. The ten most frequent,
    and one row for the others; --top N shows more.
    """
    return await _shares(q, "country")


async def _shares(q: Query, field: str) -> Rows:
    table = q.days.values(field)
    values = await q.fetch(
        select(table.c.value, func.sum(table.c.events).label("events")).group_by(table.c.value)
    )
    named = [row for row in values if row.value]
    unknown = sum(int(row.events) for row in values if not row.value)
    total = sum(int(row.events) for row in named)
    rows: list[tuple[Cell, ...]] = [
        (row.value, int(row.events), 100 * int(row.events) / total) for row in named
    ]
    if unknown:
        q.note(f"Left out: {unknown:,} events without a known {field}.")
    before_data(q)
    return Rows(
        top_rows(rows, q.top or DEFAULT_TOP, by=1, name=0, key=0, adds=(1, 2)),
        empty="" if rows else nothing_happened(q, f"events with a known {field}"),
        summary=f"{total:,} events" if rows else "",
    )
