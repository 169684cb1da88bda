"""The backoffice level: where events come from, what one person did, how long things take."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select

from termstats.data.figures.backoffice.reading.platform_use import (
    NOT_RECORDED,
    by_frequency,
    recorded_kinds,
    source_of_actions,
)
from termstats.data.figures.backoffice.reading.use_series import (
    DAY,
    TOTAL,
    in_columns,
    uses_by_name,
)
from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.phrases import nothing_happened
from termstats.data.figures.definition.policy import RANKING, SERIES, Details
from termstats.data.figures.definition.ranking import DEFAULT_TOP, OTHERS, ranked
from termstats.data.figures.definition.registry import figure
from termstats.data.figures.logs.blocks import Seek
from termstats.data.figures.logs.pages import event_page
from termstats.data.model.buckets import Pace
from termstats.data.model.entity import Entity
from termstats.data.model.extra import extra_of
from termstats.data.model.filter_base import Field
from termstats.data.model.period import Period, number_day
from termstats.data.model.records import Record
from termstats.data.model.request import Param
from termstats.data.model.table import Bars, Cell, StackedBars, codes, count, moment, seconds, words
from termstats.data.model.text import clean, one_line
from termstats.data.query.query import Query
from termstats.data.store import schema
from termstats.data.store.schema import PLATFORM_KINDS

_USE = "platform use"


async def _why_empty(q: Query, what: str) -> str:
    return nothing_happened(q, what) if await recorded_kinds(q) else NOT_RECORDED["admin"]


@figure(
    "backoffice.sources",
    record=Record.PLATFORM_USE,
    title="Sources of events",
    level=Level.BACKOFFICE,
    columns=(DAY, TOTAL),
    chart=StackedBars("day"),
    unit="events",
    pace=Pace.EVENTS,
    details=Details("backoffice.events", of_days=True, row_search=("source", SERIES)),
    sparks=(("events", "total"), ("errors", "error")),
)
async def sources(q: Query) -> Rows:
    """Events of platform use over time by where they come from, the most frequent source first.

    Sources are those that the platform names (audit, usage, function, script, ...); errors are one
    source, and where nothing is named the kind of use stands in (admin, api, function). Events of
    machines and without a known user count. `total` is the sum of the columns.
    """
    uses = await uses_by_name(q, await source_of_actions(q))
    if not uses:
        return Rows((), empty=await _why_empty(q, _USE))
    return in_columns(q, uses, list(by_frequency((name, n) for _bucket, name, n in uses)))


@figure(
    "backoffice.user-events",
    record=Record.PLATFORM_USE,
    title="Events of one user",
    level=Level.BACKOFFICE,
    needs=(Param.USER,),
    columns=(DAY, TOTAL),
    chart=StackedBars("day"),
    unit="events",
    pace=Pace.EVENTS,
    details=Details("backoffice.events", of_days=True, series=Field.ACTION),
    options=RANKING,
)
async def user_events(q: Query) -> Rows:
    """What one person did on the platform per day (or other bucket), one column per type of event.

    Administrative actions, API calls, runs of functions and errors. The most frequent types of the
    period have columns, 10 unless another number is asked for; `(others)` holds the rest.
    """
    user = q.request.entity(Param.USER)
    assert user is not None  # noqa: S101 - the figure needs it
    action = schema.action
    rows = await q.fetch(
        select(action.c.id, action.c.name).where(action.c.kind.in_(PLATFORM_KINDS))
    )
    uses = await uses_by_name(q, {row.id: clean(row.name) for row in rows}, user.id)
    if not uses:
        return Rows((), empty=nothing_happened(q, f"events of {user.name}"))
    order = list(by_frequency((name, n) for _bucket, name, n in uses))
    shown = order[: q.top or DEFAULT_TOP]
    rest = set(order) - set(shown)
    uses = [(bucket, OTHERS if name in rest else name, n) for bucket, name, n in uses]
    return in_columns(q, uses, [*shown, OTHERS] if rest else shown)


@figure(
    "backoffice.operations",
    record=Record.SOFTWARE,
    title="How long operations take",
    level=Level.BACKOFFICE,
    row="operation",
    columns=(
        codes("action", "Action"),
        count("runs", "Runs"),
        seconds("median_time", "Median"),
        seconds("p95_time", "p95", "95 % of the runs took no longer"),
        seconds("max_time", "Longest"),
    ),
    chart=Bars("action", "p95_time"),
    unit="time",
    details=Details("backoffice.events", filters=((Field.ACTION, "action"),)),
)
async def operations(q: Query) -> Rows:
    """How long actions, calls and runs of functions took in the period, those with a duration.

    Runs are those whose duration is recorded; durations below 0 or over the limit are left out.
    The median of an even number is the mean of the two in the middle; p95 is the shortest time
    that 95 % of the runs did not exceed. Ranked by p95, then by name.
    """
    action = schema.action
    names = await q.fetch(
        select(action.c.id, action.c.name).where(action.c.kind.in_(PLATFORM_KINDS))
    )
    called = {row.id: clean(row.name) for row in names}
    times = await q.uses.durations_of_actions(PLATFORM_KINDS, called)
    rows: list[tuple[Cell, ...]] = [
        (called[each], time.timed, time.median, time.p95, time.longest)
        for each, time in times.items()
    ]
    return Rows(
        ranked(rows, by=3, name=0, key=0),
        empty="" if rows else await _why_empty(q, "platform use with a duration"),
        summary=f"{sum(time.timed for time in times.values()):,} runs" if rows else "",
    )


_HISTORY = (
    moment("at", "Time"),
    words("user", "User"),
    codes("action", "Action"),
    words("diff", "Change"),
)


@figure(
    "backoffice.object-history",
    record=Record.PLATFORM_USE,
    title="History of an object",
    level=Level.BACKOFFICE,
    needs=(Param.OBJECT,),
    row="event",
    columns=_HISTORY,
    paged=True,
)
async def object_history(q: Query) -> Rows:
    """Everything done to one object in the period, newest first, with what each action changed.

    A change names the field and its value before and after: `metadata title: old -> new`. Where
    the platform keeps no such list, what it keeps is shown as it is.
    """
    object_ = q.request.entity(Param.OBJECT)
    assert object_ is not None  # noqa: S101 - the figure needs it

    def row_of(event: Any) -> tuple[Cell, ...]:
        user = None if event.learner is None else clean(event.learner)
        return event.second, user, clean(event.action), change_words(event.diff)

    page = await event_page(
        q,
        _HISTORY,
        row_of,
        events=q.platform.object_events(object_.id),
        seek=Seek("object_id", [object_.id]),
    )
    if not page.rows and q.request.after is None:
        fits = "No row fits the filter. Shorten it, or choose a longer period."
        page.empty = fits if q.request.row_search else await _why_no_history(q, object_)
    return page


async def _why_no_history(q: Query, object_: Entity) -> str:
    """Return why nothing was done to an object in the period, and when it was the last time."""
    days = q.asking(period=Period(*q.info.coverage)).platform.object_days()
    last = await q.fetch_value(select(func.max(days.c.day)).where(days.c.object_id == object_.id))
    if last is None:
        return nothing_happened(q, f"actions on {object_.name}")
    return (
        f"{nothing_happened(q, f'actions on {object_.name}')} The last was on {number_day(last)}."
    )


def change_words(diff: str | None) -> str | None:
    """Return a JSON diff as `part field: old -> new`, several joined by `; `; others as they are.

    A diff maps a part (metadata, security, ...) to changes with path, old_value and new_value.
    """
    if not diff:
        return None
    parts = [
        _change(part, change)
        for part, changes in extra_of(diff).items()
        if isinstance(changes, list)
        for change in changes
        if isinstance(change, Mapping)
    ]
    return "; ".join(parts) or one_line(diff)


def _change(part: str, change: Mapping[str, Any]) -> str:
    path = change.get("path")
    field = ".".join(map(str, path)) if isinstance(path, list) else str(path or "")
    old, new = change.get("old_value"), change.get("new_value")
    if old is None:
        values = f"+ {_value(new)}"
    elif new is None:
        values = f"- {_value(old)}"
    else:
        values = f"{_value(old)} -> {_value(new)}"
    return f"{part} {field}: {values}".replace("  ", " ")


def _value(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return one_line(text) or '""'
