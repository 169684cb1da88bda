"""The backoffice level: calls of the platform's API, who makes them and what fails."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from sqlalchemy import ColumnElement, case, false, func, select

from termstats.data.figures.backoffice.reading.platform_use import (
    CALL_CLASSES,
    actions_of,
    by_frequency,
    call_class,
    is_documented_download,
    recorded_kinds,
    why_empty,
)
from termstats.data.figures.backoffice.reading.use_series import (
    DAY,
    TOTAL,
    bucket_of_second,
    in_columns,
)
from termstats.data.figures.definition.cards import COLUMNS, Values, totals_rows, values_then
from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.measures import (
    ANONYMOUS_SHARE,
    BOT_SHARE,
    CALLS_PER_LOGIN,
    MOBILE_SHARE,
)
from termstats.data.figures.definition.phrases import before_data, nothing_happened
from termstats.data.figures.definition.policy import COMPARING, RANKING, SERIES, Details
from termstats.data.figures.definition.ranking import (
    BACKOFFICE_TOP,
    Cells,
    cut_off,
    ranked,
    top_rows,
)
from termstats.data.figures.definition.registry import figure
from termstats.data.figures.definition.series import local_days
from termstats.data.model.buckets import Pace
from termstats.data.model.filter_base import Field
from termstats.data.model.records import Record
from termstats.data.model.table import (
    Bars,
    Cell,
    Destination,
    StackedBars,
    StackedNames,
    count,
    day,
    ident,
    words,
)
from termstats.data.model.text import clean, one_line
from termstats.data.model.units import RowId, Second
from termstats.data.query.platform import second_of
from termstats.data.query.query import Query
from termstats.data.store import schema
from termstats.data.store.memory import Memory
from termstats.data.store.schema import EVENT_SEQUENCE_BITS

_WHAT = "API calls"
_DETAILS = ("bots", "mobile", "without_result", "errors")
_NO_TERMS = (
    "What people searched for is not in this store. Import the API log again with "
    "--with-network-data to see it."
)
_MANY = 2_000
"""More people than this are not asked for one by one."""
_PART = 300
"""Seconds that begin in one bucket and on one day: zones change on quarter hours."""


_TELLS_MOBILE: Memory[None, bool] = Memory(most=1)


@figure(
    "backoffice.api-totals",
    record=Record.API,
    title="API in numbers",
    level=Level.BACKOFFICE,
    options=COMPARING,
    row="number",
    columns=COLUMNS,
)
async def api_totals(q: Query) -> Rows:
    """Calls of the API in the period, each number beside the equally long period before.

    Logins are the different accounts that called, machines and the account of nobody left out; the
    calls per login are those of these accounts only. The anonymous share, the share of bots and
    that of mobile devices are parts of the calls, not of people: one account of nobody stands for
    many. Searches are lists of datasets or records asked for; without result, those that found
    nothing: no match, filters too narrow, or no permission. Downloads are the calls that the
    platform documents as downloads; with exports, those of its newer API too. Errors are the calls
    that failed. Mobile only where the log says it. The share on datasets of other portals is not
    in the log.
    """
    if "api" not in await recorded_kinds(q):
        return Rows((), empty=await why_empty(q, "api", _WHAT))
    before_data(q)
    return totals_rows(await api_values(q), await values_then(q, api_values), q.request.against)


async def api_values(q: Query) -> Values:
    """Return the numbers of the period alone: metric -> value."""
    calls = await actions_of(q, "api")
    classes = {action: call_class(name) for action, name in calls.items()}
    searches = [action for action, purpose in classes.items() if purpose == "search"]
    parts = {
        "calls": calls,
        "searches": searches,
        "exports": [action for action, purpose in classes.items() if purpose == "download"],
        "documented": [action for action, name in calls.items() if is_documented_download(name)],
    }
    of = await q.uses.tallies(parts)
    total = of["calls"]
    nobody = await _people_with(q, schema.person.c.anonymous)
    of_nobody = sum((await q.uses.by_person(calls, nobody)).values())
    told = await _details_of_calls(q, searches) if total.events else dict.fromkeys(_DETAILS, 0)

    sums = {
        "calls": total.events,
        "users": total.users,
        "by_people": total.by_people,
        "anonymous": of_nobody,
        **told,
    }
    return {
        "calls": total.events,
        "logins": total.users,
        "calls_per_login": CALLS_PER_LOGIN.of(sums),
        "anonymous_share": ANONYMOUS_SHARE.of(sums),
        "bot_share": BOT_SHARE.of(sums),
        **({"mobile_share": MOBILE_SHARE.of(sums)} if await _knows_mobile(q) else {}),
        "searches": of["searches"].events,
        "without_result": told["without_result"],
        "downloads": of["documented"].events,
        "downloads_with_exports": of["exports"].events,
        "errors": told["errors"],
    }


async def _details_of_calls(q: Query, searches: Collection[RowId]) -> dict[str, int]:
    """Return what only single calls tell: bots, mobile devices, failures, nothing found."""
    uses = q.platform.uses(("api",))
    bot, mobile = (uses.c.extra.contains(f'"{name}": "true"') for name in ("bot", "mobile"))
    failed = uses.c.error.is_not(None)
    parts = {
        "bots": bot | uses.c.person_id.in_(await _people_with(q, schema.person.c.bot)),
        "mobile": mobile if await _knows_mobile(q) else false(),
        "without_result": ~failed & (uses.c.missed == 1) & uses.c.action_id.in_(searches),
        "errors": failed,
    }
    row = await q.fetch_one(
        select(
            *(
                func.sum(case((part, uses.c.weight), else_=0)).label(name)
                for name, part in parts.items()
            )
        )
    )
    return {name: int(getattr(row, name) or 0) for name in _DETAILS}


async def _people_with(q: Query, flag: ColumnElement[int]) -> list[RowId]:
    """Return the people that have a flag of the person table."""
    return [row.id for row in await q.fetch(select(schema.person.c.id).where(flag == 1))]


async def _knows_mobile(q: Query) -> bool:
    """Return whether the API log tells mobile devices from others."""

    async def read() -> bool:
        event, action = schema.event, schema.action
        api = select(action.c.id).where(action.c.kind == "api")
        says_mobile = event.c.extra.contains('"mobile": ')
        one = select(event.c.id).where(event.c.action_id.in_(api), says_mobile).limit(1)
        return bool(await q.fetch(one))

    return await q.store.memories.recall(_TELLS_MOBILE, None, read)


@figure(
    "backoffice.api-users",
    record=Record.API,
    title="Who calls the API",
    level=Level.BACKOFFICE,
    columns=(
        ident("user_id"),
        words("user", "User"),
        *(count(name) for name in CALL_CLASSES),
        count("total", "Total"),
    ),
    chart=StackedNames("user"),
    row_opens=Destination("learner", (("learner", "user_id"),)),
    unit="calls",
    details=Details("backoffice.events", filters=((Field.PERSON, "user_id"),)),
    options=RANKING,
)
async def api_users(q: Query) -> Rows:
    """The accounts with most API calls in the period, broken down by what the calls are for.

    Ranked by the total, then by name; 5 unless another number is asked for, the rest in one row.
    Machines and the account of nobody are not ranked, how many calls they made is said; when
    everybody is counted they rank like anybody, as on the platform's own page.
    """
    calls, top, person = await actions_of(q, "api"), q.top or BACKOFFICE_TOP, schema.person
    uses = await q.uses.of_people(calls, top)
    if uses.unknown:
        q.note(f"Not ranked: {uses.unknown:,} calls of machines or without a login.")
    if not uses.totals:
        return Rows((), empty=await why_empty(q, "api", "API calls of people"))
    rest = Counter(uses.sums)
    for part in uses.parts.values():
        rest.subtract(part)
    wanted = select(person.c.id, q.key_of(person).label("key"), person.c.name)
    if len(uses.parts) < _MANY:
        wanted = wanted.where(person.c.id.in_(uses.parts))
    names = {row.id: (row.key, row.name) for row in await q.fetch(wanted)}
    rows: list[Cells] = []
    for who, number in uses.totals.items():
        classes = dict.fromkeys(CALL_CLASSES, 0)
        # The rest is one row in the end: its parts may stand with anybody in it.
        for action, n in uses.parts.get(who, rest).items():
            classes[call_class(calls[action])] += n
        if who not in uses.parts:
            rest = Counter()
        rows.append((*names.get(who, (None, None)), *classes.values(), number))
    total = 2 + len(CALL_CLASSES)
    if left := cut_off(rows, top, by=total):
        q.note(f"Not shown one by one: {left}.")
    return Rows(
        top_rows(rows, top, by=total, name=1, key=0, adds=range(2, total + 1)),
        summary=f"{len(rows):,} accounts",
    )


@figure(
    "backoffice.api-errors",
    record=Record.API,
    title="API errors",
    level=Level.BACKOFFICE,
    columns=(DAY, TOTAL),
    chart=StackedBars("day"),
    unit="calls",
    pace=Pace.EVENTS,
    details=Details("backoffice.error-runs", of_days=True, row_search=("error", SERIES)),
)
async def api_errors(q: Query) -> Rows:
    """API calls that failed, over time by the name of the error, the most frequent first.

    Calls of machines and of nobody known are included. `total` is the sum of the columns. Which
    calls fail most is told by what causes errors.
    """
    uses = q.platform.uses(("api",))
    failed = (
        select((second_of(uses.c.id) // _PART).label("part"), uses.c.error, uses.c.weight).where(
            uses.c.error.is_not(None)
        )
    ).subquery("failed")
    errors = await q.fetch(
        select(failed.c.part, failed.c.error, func.sum(failed.c.weight).label("calls")).group_by(
            failed.c.part, failed.c.error
        )
    )
    if not errors:
        return Rows((), empty=await why_empty(q, "api", "API calls that failed"))
    bucket_of = bucket_of_second(q)
    named = [(bucket_of(Second(int(r.part) * _PART)), clean(r.error), int(r.calls)) for r in errors]
    names = list(by_frequency((name, calls) for _bucket, name, calls in named))
    return in_columns(q, named, names)


@figure(
    "backoffice.api-searches",
    record=Record.API,
    title="Searches without result",
    level=Level.BACKOFFICE,
    columns=(
        words("term", "Searched for"),
        count("without_result", "Without result"),
        count("searches", "Searches", "all of that text"),
        day("last", "Last without result"),
    ),
    chart=Bars("term", "without_result"),
    unit="searches",
    details=Details("backoffice.events", row_search=("message", "term")),
)
async def api_searches(q: Query) -> Rows:
    """Texts that people searched for through the API and that found nothing, in the period.

    Equal texts are one row; texts that always found something are left out. Ranked by searches
    without result, then by text. What people search for is kept only when imported with
    `--with-network-data`.
    """
    calls = await actions_of(q, "api")
    searches = [action for action, name in calls.items() if call_class(name) == "search"]
    uses = q.platform.uses(("api",))
    nothing = uses.c.error.is_(None) & (uses.c.missed == 1)
    terms = await q.fetch(
        select(
            uses.c.detail,
            func.sum(uses.c.weight).label("searches"),
            func.sum(case((nothing, uses.c.weight), else_=0)).label("without"),
            func.max(case((nothing, uses.c.id))).label("last"),
        )
        .where(uses.c.action_id.in_(searches), uses.c.detail.is_not(None))
        .group_by(uses.c.detail)
    )
    day_of = local_days(q)
    rows: list[tuple[Cell, ...]] = [
        (one_line(r.detail), int(r.without), int(r.searches), day_of(r.last >> EVENT_SEQUENCE_BITS))
        for r in terms
        if r.last is not None
    ]
    return Rows(
        ranked(rows, by=1, name=0, key=0),
        empty="" if rows else await _why_no_terms(q, bool(terms)),
        summary=f"{len(rows):,} texts" if rows else "",
    )


async def _why_no_terms(q: Query, is_kept: bool) -> str:
    if "api" not in await recorded_kinds(q):
        return await why_empty(q, "api", _WHAT)
    if not is_kept:
        event, action = schema.event, schema.action
        api = select(action.c.id).where(action.c.kind == "api")
        with_text = select(event.c.id).where(
            event.c.detail.is_not(None), event.c.action_id.in_(api)
        )
        is_kept = bool(await q.fetch(with_text.limit(1)))
    return nothing_happened(q, "searches without result") if is_kept else _NO_TERMS
