"""The backoffice level: how much the platform is worked with, over time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import ColumnElement, case, distinct, func, select

from termstats.data.figures.base import Level, Rows, figure
from termstats.data.figures.phrases import before_data, is_future, nothing_happened
from termstats.data.figures.platform_use import (
    CALL_CLASSES,
    NOT_RECORDED,
    action_columns,
    actions_of,
    by_frequency,
    call_class,
    recorded_kinds,
    why_empty,
)
from termstats.data.figures.series import buckets, with_bucket
from termstats.data.filters import WEEKDAYS
from termstats.data.period import bucket_of, number_day
from termstats.data.query import Query
from termstats.data.query_platform import platform_days
from termstats.data.table import Bars, Cell, Line, count, day, percent, words

_DAY = day("day", "Day")
_TOTAL = count("total", "Total")


@figure(
    "backoffice.actions",
    title="Administrative actions",
    level=Level.BACKOFFICE,
    columns=(_DAY, _TOTAL),
    chart=Line("day"),
    unit="actions",
)
async def actions(q: Query) -> Rows:
    """Administrative actions per day, one column per action, the most frequent first.

    All actions count: those of staff, of machines and those without a known user. An action keeps
    the name that the platform gives it. Days without actions show 0, days after the as-of moment
    no value. `total` is the sum of the columns.
    """
    found = await _per_day(q, await actions_of(q, "admin"))
    if not found:
        return Rows((), empty=await why_empty(q, "admin", "administrative actions"))
    names = list(by_frequency((name, number) for _day, name, number in found))
    rows, total = _pivot(q, found, names)
    before_data(q)
    columns = (_DAY, *action_columns(names, (q.request.by, "total")), _TOTAL)
    by = q.request.by
    return Rows(
        rows,
        columns=with_bucket(q, columns),
        chart=Line(by, tuple(column.name for column in columns[1:-1])),
        summary=f"total {total:,}",
    )


@figure(
    "backoffice.api-calls",
    title="API calls",
    level=Level.BACKOFFICE,
    columns=(_DAY, *(count(name) for name in CALL_CLASSES), _TOTAL),
    chart=Line("day", CALL_CLASSES),
    unit="calls",
)
async def api_calls(q: Query) -> Rows:
    """API calls per day by what they are for, those of machines and of nobody known included.

    Analyze: aggregations. Geo: clusters and shapes for maps. Search: lists of datasets or records.
    Download: whole datasets or exports of records. Other: everything else, looking up one record,
    attachments and images among it. Where the platform names the class itself, that is used.
    """
    calls = await actions_of(q, "api")
    found = await _per_day(q, {call: call_class(name) for call, name in calls.items()})
    if not found:
        return Rows((), empty=await why_empty(q, "api", "API calls"))
    rows, total = _pivot(q, found, CALL_CLASSES)
    before_data(q)
    columns = (_DAY, *(count(name) for name in CALL_CLASSES), _TOTAL)
    return Rows(
        rows,
        columns=with_bucket(q, columns),
        chart=Line(q.request.by, CALL_CLASSES),
        summary=f"total {total:,}",
    )


async def _per_day(q: Query, names: Mapping[int, str]) -> list[tuple[int, str, int]]:
    """Return (day number, name, events) of the actions whose ids are in `names`."""
    days = platform_days(q)
    found = await q.fetch(
        select(days.c.day, days.c.action_id, func.sum(days.c.events).label("events"))
        .where(days.c.action_id.in_(names))
        .group_by(days.c.day, days.c.action_id)
    )
    return [(row.day, names[row.action_id], int(row.events)) for row in found]


def _pivot(
    q: Query, found: Iterable[tuple[int, str, int]], names: Sequence[str]
) -> tuple[list[tuple[Cell, ...]], int]:
    """Return (label, number per name, total) for every bucket, and the sum of everything.

    `found` holds (day number, name, number).
    """
    sums: dict[date, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for number, name, events in found:
        sums[bucket_of(number_day(number), q.request.by)][name] += events
    rows: list[tuple[Cell, ...]] = []
    for label, first, _last in buckets(q):
        numbers = [sums[label][name] for name in names]
        if is_future(q, first) and not any(numbers):
            rows.append((label, *(None for _ in names), None))
        else:
            rows.append((label, *numbers, sum(numbers)))
    return rows, sum(sum(part.values()) for part in sums.values())


@figure(
    "backoffice.distribution",
    title="Distribution of actions",
    level=Level.BACKOFFICE,
    columns=(words("action", "Action"), count("actions", "Actions"), percent("share", "Share")),
    chart=Bars("action", "actions"),
    unit="actions",
)
async def distribution(q: Query) -> Rows:
    """How often each administrative action was done in the period, and its share of all of them.

    All actions count, those without a known user too. Most frequent first, then by name; the
    shares add up to 100 %.
    """
    found = await _per_day(q, await actions_of(q, "admin"))
    names = by_frequency((name, number) for _day, name, number in found)
    total = sum(names.values())
    return Rows(
        [(name, number, 100 * number / total) for name, number in names.items()],
        empty="" if names else await why_empty(q, "admin", "administrative actions"),
        summary=f"{total:,} actions of {len(names):,} sorts" if names else "",
    )


@figure(
    "backoffice.weekdays",
    title="Days of the week",
    level=Level.BACKOFFICE,
    columns=(words("weekday", "Day"), count("users", "Users"), count("actions", "Actions")),
    chart=Bars("weekday", "actions"),
    unit="actions",
)
async def weekdays(q: Query) -> Rows:
    """Administrative actions by day of the week, and how many different people did them.

    A person counts once per day of the week, however many weeks the period has, so users do not
    add up over the days. Actions without a known user count as actions only.
    """
    days = platform_days(q)
    # 1970-01-01 was a Thursday: day 0 is weekday 3.
    weekday = (days.c.day + 3) % 7
    found = await q.fetch(
        select(
            weekday.label("weekday"),
            func.count(distinct(case((days.c.acts == 1, days.c.person_id)))).label("users"),
            func.sum(days.c.events).label("actions"),
        )
        .where(days.c.action_id.in_(await actions_of(q, "admin")))
        .group_by(weekday)
    )
    numbers = {int(row.weekday): (row.users, int(row.actions)) for row in found}
    if not numbers:
        return Rows((), empty=await why_empty(q, "admin", "administrative actions"))
    return Rows([(name, *numbers.get(index, (0, 0))) for index, name in enumerate(WEEKDAYS)])


@figure(
    "backoffice.unique-users",
    title="Users",
    level=Level.BACKOFFICE,
    columns=(_DAY, count("users", "Users")),
    chart=Line("day"),
    unit="people",
)
async def unique_users(q: Query) -> Rows:
    """Different people who used the platform in any recorded way, per day (or week, or month).

    Administrative actions, API calls, runs of functions and errors all count as use; staff too,
    machines and the account of nobody only when everybody is counted. A person counts once per
    bucket. Days after the as-of moment have no value.
    """
    days = platform_days(q)
    spans = buckets(q)
    bucket: ColumnElement[int] = days.c.day
    if q.request.by != "day":
        ends = [(days.c.day <= last, first) for _label, first, last in spans]
        bucket = case(*ends)
    found = await q.fetch(
        select(bucket.label("first"), func.count(distinct(days.c.person_id)).label("users"))
        .where(days.c.acts == 1)
        .group_by(bucket)
    )
    users = {int(row.first): int(row.users) for row in found}
    if not users:
        kinds = await recorded_kinds(q)
        empty = nothing_happened(q, "platform use") if kinds else NOT_RECORDED["admin"]
        return Rows((), empty=empty)
    before_data(q)
    return Rows(
        [
            (label, None if is_future(q, first) else users.get(first, 0))
            for label, first, _last in spans
        ],
        columns=with_bucket(q, (_DAY, count("users", "Users"))),
        chart=Line(q.request.by),
        summary=f"peak {max(users.values()):,}",
    )
