"""The backoffice level: calls of the platform's API, who makes them and what fails."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import case, distinct, func, select

from termstats.data import schema
from termstats.data.buckets import Pace
from termstats.data.figures.base import Level, Rows, figure
from termstats.data.figures.phrases import before_data, nothing_happened
from termstats.data.figures.platform_use import (
    CALL_CLASSES,
    actions_of,
    by_frequency,
    call_class,
    is_documented_download,
    recorded_kinds,
    why_empty,
)
from termstats.data.figures.ranking import BACKOFFICE_TOP, Cells, cut_off, ranked, top_rows
from termstats.data.figures.series import local_days
from termstats.data.figures.totals import COLUMNS, Values, totals_rows
from termstats.data.figures.use_series import DAY, TOTAL, bucket_of_second, in_columns
from termstats.data.query import Query
from termstats.data.query_platform import platform_days, second_of
from termstats.data.query_platform_more import platform_uses
from termstats.data.schema import EVENT_SEQUENCE_BITS
from termstats.data.store import Store, run_query
from termstats.data.table import (
    Bars,
    Cell,
    Drill,
    StackedBars,
    StackedNames,
    count,
    day,
    ident,
    words,
)
from termstats.data.text import clean, one_line

_WHAT = "API calls"
_NO_TERMS = (
    "What people searched for is not in this store. Import the API log again with "
    "--with-network-data to see it."
)
_PART = 300
"""Seconds that begin in one bucket and on one day: zones change on quarter hours."""


async def records_api(store: Store) -> bool:
    """Return whether the store holds calls of an API, or the platform's own numbers of datasets."""
    key = "records API"
    known = store.cache.get(key)
    if not isinstance(known, bool):
        action, reported = schema.action, schema.reported
        asked = (
            select(action.c.id).where(action.c.kind == "api"),
            select(reported.c.id).where(reported.c.name == "api_call_count"),
        )
        async with store.connect() as connection:
            found = [await run_query(connection, statement.limit(1)) for statement in asked]
        known = store.cache[key] = any(found)
    return known


@figure("backoffice.api-totals", title="API in numbers", level=Level.BACKOFFICE, columns=COLUMNS)
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
    now, before = await _totals(q), await _totals(q.at(q.period.previous()))
    if "mobile_share" in now:
        before.setdefault("mobile_share", None)
    return totals_rows(now, before)


async def _totals(q: Query) -> Values:
    calls = await actions_of(q, "api")
    classes = {action: call_class(name) for action, name in calls.items()}
    searches = [action for action, found in classes.items() if found == "search"]
    uses, person = platform_uses(q, ("api",)), schema.person
    weight, acts = uses.c.weight, uses.c.acts == 1
    nobody = uses.c.person_id.in_(select(person.c.id).where(person.c.anonymous == 1))
    machines = uses.c.person_id.in_(select(person.c.id).where(person.c.bot == 1))
    bot, mobile = (uses.c.extra.contains(f'"{name}": "true"') for name in ("bot", "mobile"))
    nothing = uses.c.error.is_(None) & (uses.c.missed == 1) & uses.c.action_id.in_(searches)
    parts = {
        "calls": None,
        "by_logins": acts,
        "anonymous": nobody,
        "bots": bot | machines,
        "mobile": mobile,
        "known": uses.c.extra.contains('"mobile": '),
        "without_result": nothing,
        "errors": uses.c.error.is_not(None),
    }
    row = await q.fetch_one(
        select(
            func.count(distinct(case((acts, uses.c.person_id)))).label("logins"),
            *(
                func.sum(weight if part is None else case((part, weight), else_=0)).label(name)
                for name, part in parts.items()
            ),
        )
    )
    number = {name: int(getattr(row, name) or 0) for name in ("logins", *parts)}
    total = number["calls"]

    def share(name: str) -> float | None:
        return 100 * number[name] / total if total else None

    days = platform_days(q)
    found = await q.fetch(
        select(days.c.action_id, func.sum(days.c.events).label("calls"))
        .where(days.c.action_id.in_(calls))
        .group_by(days.c.action_id)
    )
    of_class: dict[str, int] = defaultdict(int)
    for each in found:
        of_class[classes[each.action_id]] += int(each.calls)
        if is_documented_download(calls[each.action_id]):
            of_class["documented"] += int(each.calls)
    return {
        "calls": total,
        "logins": number["logins"],
        "calls_per_login": number["by_logins"] / number["logins"] if number["logins"] else None,
        "anonymous_share": share("anonymous"),
        "bot_share": share("bots"),
        **({"mobile_share": share("mobile")} if number["known"] else {}),
        "searches": of_class["search"],
        "without_result": number["without_result"],
        "downloads": of_class["documented"],
        "downloads_with_exports": of_class["download"],
        "errors": number["errors"],
    }


@figure(
    "backoffice.api-users",
    title="Who calls the API",
    level=Level.BACKOFFICE,
    columns=(
        ident("user_id"),
        words("user", "User"),
        *(count(name) for name in CALL_CLASSES),
        count("total", "Total"),
    ),
    chart=StackedNames("user"),
    drill=Drill("learner", (("learner", "user_id"),)),
    unit="calls",
)
async def api_users(q: Query) -> Rows:
    """The accounts with most API calls in the period, broken down by what the calls are for.

    Ranked by the total, then by name; 5 unless another number is asked for, the rest in one row.
    Machines and the account of nobody are not ranked, how many calls they made is said; when
    everybody is counted they rank like anybody, as on the platform's own page.
    """
    calls, days, person = await actions_of(q, "api"), platform_days(q), schema.person
    found = await q.fetch(
        select(
            days.c.person_id, days.c.acts, days.c.action_id, func.sum(days.c.events).label("calls")
        )
        .where(days.c.action_id.in_(calls))
        .group_by(days.c.person_id, days.c.acts, days.c.action_id)
    )
    left_out = sum(int(row.calls) for row in found if not row.acts)
    if left_out:
        q.note(f"Not ranked: {left_out:,} calls of machines or without a login.")
    numbers: dict[int, dict[str, int]] = defaultdict(lambda: dict.fromkeys(CALL_CLASSES, 0))
    for row in found:
        if row.acts:
            numbers[row.person_id][call_class(calls[row.action_id])] += int(row.calls)
    if not numbers:
        return Rows((), empty=await why_empty(q, "api", "API calls of people"))
    names = {
        row.id: (row.key, row.name)
        for row in await q.fetch(select(person.c.id, q.key_of(person).label("key"), person.c.name))
    }
    rows: list[Cells] = [
        (*names[who], *parts.values(), sum(parts.values())) for who, parts in numbers.items()
    ]
    top, total = q.top or BACKOFFICE_TOP, 2 + len(CALL_CLASSES)
    if rest := cut_off(rows, top, by=total):
        q.note(f"Not shown one by one: {rest}.")
    return Rows(
        top_rows(rows, top, by=total, name=1, key=0, adds=range(2, total + 1)),
        summary=f"{len(rows):,} accounts",
    )


@figure(
    "backoffice.api-errors",
    title="API errors",
    level=Level.BACKOFFICE,
    columns=(DAY, TOTAL),
    chart=StackedBars("day"),
    unit="calls",
    pace=Pace.EVENTS,
)
async def api_errors(q: Query) -> Rows:
    """API calls that failed, over time by the name of the error, the most frequent first.

    Calls of machines and of nobody known are included. `total` is the sum of the columns. Which
    calls fail most is told by what causes errors.
    """
    uses = platform_uses(q, ("api",))
    failed = (
        select((second_of(uses.c.id) // _PART).label("part"), uses.c.error, uses.c.weight).where(
            uses.c.error.is_not(None)
        )
    ).subquery("failed")
    found = await q.fetch(
        select(failed.c.part, failed.c.error, func.sum(failed.c.weight).label("calls")).group_by(
            failed.c.part, failed.c.error
        )
    )
    if not found:
        return Rows((), empty=await why_empty(q, "api", "API calls that failed"))
    bucket_of = bucket_of_second(q)
    named = [(bucket_of(int(r.part) * _PART), clean(r.error), int(r.calls)) for r in found]
    names = list(by_frequency((name, calls) for _bucket, name, calls in named))
    return in_columns(q, named, names)


@figure(
    "backoffice.api-searches",
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
)
async def api_searches(q: Query) -> Rows:
    """Texts that people searched for through the API and that found nothing, in the period.

    Equal texts are one row; texts that always found something are left out. Ranked by searches
    without result, then by text. What people search for is kept only when imported with
    `--with-network-data`.
    """
    calls = await actions_of(q, "api")
    searches = [action for action, name in calls.items() if call_class(name) == "search"]
    uses = platform_uses(q, ("api",))
    nothing = uses.c.error.is_(None) & (uses.c.missed == 1)
    found = await q.fetch(
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
        for r in found
        if r.last is not None
    ]
    return Rows(
        ranked(rows, by=1, name=0, key=0),
        empty="" if rows else await _why_no_terms(q, bool(found)),
        summary=f"{len(rows):,} texts" if rows else "",
    )


async def _why_no_terms(q: Query, is_kept: bool) -> str:
    if "api" not in await recorded_kinds(q):
        return await why_empty(q, "api", _WHAT)
    if not is_kept:
        event, action = schema.event, schema.action
        api = select(action.c.id).where(action.c.kind == "api")
        kept = select(event.c.id).where(event.c.detail.is_not(None), event.c.action_id.in_(api))
        is_kept = bool(await q.fetch(kept.limit(1)))
    return nothing_happened(q, "searches without result") if is_kept else _NO_TERMS
