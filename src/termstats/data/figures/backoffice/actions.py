"""The backoffice level: how much the platform is worked with, over time."""

from __future__ import annotations

from collections.abc import Mapping

from termstats.data.figures.backoffice.reading.platform_use import (
    CALL_CLASSES,
    NOT_RECORDED,
    actions_of,
    by_frequency,
    call_class,
    recorded_kinds,
    why_empty,
)
from termstats.data.figures.backoffice.reading.sessions import (
    records_sessions,
    sessions_per_bucket,
)
from termstats.data.figures.backoffice.reading.use_series import (
    DAY,
    TOTAL,
    in_columns,
    use_buckets,
    uses_by_name,
)
from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.phrases import before_data, nothing_happened
from termstats.data.figures.definition.policy import Details
from termstats.data.figures.definition.registry import figure
from termstats.data.figures.definition.series import with_bucket
from termstats.data.model.buckets import Pace
from termstats.data.model.filter_base import Field
from termstats.data.model.records import Record
from termstats.data.model.table import Bars, Column, Line, StackedBars, codes, count, percent, words
from termstats.data.model.weekdays import WEEKDAYS
from termstats.data.query.query import Query

_USERS, _SESSIONS = count("users", "Users"), count("sessions", "Sessions")


@figure(
    "backoffice.actions",
    record=Record.ADMINISTRATION,
    title="Administrative actions",
    level=Level.BACKOFFICE,
    columns=(DAY, TOTAL),
    chart=StackedBars("day"),
    unit="actions",
    pace=Pace.USERS,
    details=Details("backoffice.log", of_days=True, series=Field.ACTION),
    sparks=(("actions", "total"),),
)
async def actions(q: Query) -> Rows:
    """Administrative actions over time, one column per action, the most frequent first.

    All actions count: those of staff, of machines and those without a known user. An action keeps
    the name that the platform gives it. Days without actions show 0, days after the as-of moment
    no value. `total` is the sum of the columns.
    """
    uses = await uses_by_name(q, await actions_of(q, "admin"))
    if not uses:
        return Rows((), empty=await why_empty(q, "admin", "administrative actions"))
    return in_columns(q, uses, list(by_frequency((name, n) for _bucket, name, n in uses)))


@figure(
    "backoffice.api-calls",
    record=Record.API,
    title="API calls",
    level=Level.BACKOFFICE,
    columns=(DAY, *(count(name) for name in CALL_CLASSES), TOTAL),
    chart=StackedBars("day", CALL_CLASSES),
    unit="calls",
    pace=Pace.USERS,
    details=Details("backoffice.events", of_days=True),
)
async def api_calls(q: Query) -> Rows:
    """API calls over time by what they are for, those of machines and of nobody known included.

    Analyze: aggregations. Geo: clusters and shapes for maps. Search: lists of datasets or records.
    Download: whole datasets or exports of records. Other: everything else, looking up one record,
    attachments and images among it. Where the platform names the class itself, that is used.
    """
    calls = await actions_of(q, "api")
    uses = await uses_by_name(q, {call: call_class(name) for call, name in calls.items()})
    if not uses:
        return Rows((), empty=await why_empty(q, "api", "API calls"))
    return in_columns(q, uses, CALL_CLASSES)


@figure(
    "backoffice.distribution",
    record=Record.ADMINISTRATION,
    title="Distribution of actions",
    level=Level.BACKOFFICE,
    columns=(codes("action", "Action"), count("actions", "Actions"), percent("share", "Share")),
    chart=Bars("action", "actions"),
    unit="actions",
    lists=Field.ACTION,
    details=Details("backoffice.log", filters=((Field.ACTION, "action"),)),
)
async def distribution(q: Query) -> Rows:
    """How often each administrative action was done in the period, and its share of all of them.

    All actions count, those without a known user too. Most frequent first, then by name; the
    shares add up to 100 %.
    """
    uses = await uses_by_name(q, await actions_of(q, "admin"))
    names = by_frequency((name, number) for _bucket, name, number in uses)
    total = sum(names.values())
    return Rows(
        [(name, number, 100 * number / total) for name, number in names.items()],
        empty="" if names else await why_empty(q, "admin", "administrative actions"),
        summary=f"{total:,} actions of {len(names):,} sorts" if names else "",
    )


@figure(
    "backoffice.weekdays",
    record=Record.PLATFORM_USE,
    title="Days of the week",
    level=Level.BACKOFFICE,
    columns=(words("weekday", "Day"), count("users", "Users"), count("actions", "Actions")),
    chart=Bars("weekday", "actions"),
    unit="actions",
    lists=Field.WEEKDAY,
    details=Details("backoffice.users", filters=((Field.WEEKDAY, "weekday"),)),
)
async def weekdays(q: Query) -> Rows:
    """Administrative actions by day of the week, and how many different people did them.

    A person counts once per day of the week, however many weeks the period has, so users do not
    add up over the days. Actions without a known user count as actions only.
    """
    tallies = await q.uses.per_weekday(await actions_of(q, "admin"))
    numbers = {weekday: (tally.users, tally.events) for weekday, tally in tallies.items()}
    if not numbers:
        return Rows((), empty=await why_empty(q, "admin", "administrative actions"))
    return Rows([(name, *numbers.get(index, (0, 0))) for index, name in enumerate(WEEKDAYS)])


@figure(
    "backoffice.unique-users",
    record=Record.PLATFORM_USE,
    title="Users",
    level=Level.BACKOFFICE,
    columns=(DAY, _USERS, _SESSIONS),
    chart=Line("day", ("users",)),
    unit="people",
    pace=Pace.USERS,
    details=Details("backoffice.people", of_days=True),
    sparks=(("active_users", "users"), ("sessions", "sessions")),
)
async def unique_users(q: Query) -> Rows:
    """Different people who used the platform in any recorded way, per day (or other bucket).

    Administrative actions, API calls, runs of functions and errors all count as use; staff too,
    machines and the account of nobody only when everybody is counted. A person counts once per
    bucket. Sessions, where the source records them, are those that the bucket holds a part of;
    under a filter of days where they began. Days after the as-of moment have no value.
    """
    users = await q.uses.people_per_bucket()
    if not users:
        kinds = await recorded_kinds(q)
        empty = nothing_happened(q, "platform use") if kinds else NOT_RECORDED["admin"]
        return Rows((), empty=empty)
    before_data(q)
    columns: tuple[Column, ...] = (DAY, _USERS)
    counts: list[Mapping[int, int]] = [users]
    if await records_sessions(q):
        columns += (_SESSIONS,)
        counts.append(await sessions_per_bucket(q))
    return Rows(
        [
            (
                bucket.label,
                *(None if bucket.is_future else each.get(bucket.key, 0) for each in counts),
            )
            for bucket in use_buckets(q)
        ],
        columns=with_bucket(q, columns),
        chart=Line(q.request.by, ("users",)),
        summary=f"peak {max(users.values()):,}",
    )
