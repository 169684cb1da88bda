"""What one learner did, event by event and session by session."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.phrases import before_data, nothing_happened
from termstats.data.figures.definition.registry import figure
from termstats.data.figures.logs.pages import event_page
from termstats.data.model.table import Bars, Cell, codes, count, moment, seconds, words
from termstats.data.model.text import one_line, show_duration
from termstats.data.query.query import Query
from termstats.data.store import schema
from termstats.data.store.schema import FLAG_OUTLIER, KINDS

GAP = 30 * 60
"""Seconds of silence that end a derived session."""

_TIMELINE = (
    moment("at", "Time"),
    words("kind", "Kind"),
    codes("action", "Action"),
    words("training", "Training"),
    words("activity", "Activity"),
    words("detail", "Detail"),
    seconds("duration", "Duration"),
    words("session", "Session"),
)


@figure(
    "learner.timeline",
    title="Timeline",
    level=Level.LEARNER,
    row="action",
    columns=_TIMELINE,
    paged=True,
)
async def timeline(q: Query) -> Rows:
    """Everything that the platform's log holds of the learner in the period, newest first.

    Learning and use of the platform alike, by the clock in use; second copies of an event are left
    out. Durations are as recorded, outliers too. A filter keeps rows whose cell contains the text.
    """
    page = await event_page(q, _TIMELINE, _row)
    if not page.rows and q.request.after is None:
        page.empty = (
            "No row fits the filter. Shorten it, or choose a longer period."
            if q.request.row_search
            else nothing_happened(q, "events of this learner")
        )
    if page.rows and not all(source.has_clock for source in q.info.sources):
        q.note("A platform records dates only: its times of day are not real.")
    before_data(q)
    return page


def _row(event: Any) -> tuple[Cell, ...]:
    return (
        event.second,
        event.kind,
        event.action,
        event.training,
        one_line(event.activity or event.module),
        one_line(event.detail),
        event.seconds,
        event.session_key,
    )


@dataclass
class Visit:
    """A session made of events: begin and end in seconds UTC."""

    began: int
    ended: int
    events: int


def visits(events: Iterable[tuple[int, float, int]]) -> list[Visit]:
    """Return the sessions of (second, seconds, weight) in order of time.

    One ends when nothing happens for more than GAP after the end of what came before.
    """
    joined: list[Visit] = []
    for second, length, weight in events:
        end = second + int(length)
        if joined and second - joined[-1].ended <= GAP:
            joined[-1].ended = max(joined[-1].ended, end)
            joined[-1].events += weight
        else:
            joined.append(Visit(second, end, weight))
    return joined


@figure(
    "learner.sessions",
    title="Sessions",
    level=Level.LEARNER,
    columns=(
        words("session", "Session"),
        moment("started", "Started"),
        moment("ended", "Ended"),
        seconds("duration", "Duration"),
        count("events", "Events"),
        words("agent", "Agent", "only imported with --with-network-data"),
    ),
    chart=Bars("started", "duration"),
)
async def sessions(q: Query) -> Rows:
    """The learner's sessions that began in the period, newest first.

    The platform's own where it records them, with the events it assigns to each. Otherwise derived
    from learning events: a new session begins after more than 30 min of silence, and lasts to the
    end of its last event. A note says which. Who sees some trainings of the learner only, sees
    sessions derived from the events in those: a recorded one knows no training.
    """
    recorded = await _recorded(q)
    before_data(q)
    if recorded is not None:
        q.note("Sessions as the platform records them.")
        rows = recorded
    elif not all(source.has_clock for source in q.info.sources):
        return Rows((), empty="This source records dates without a time of day: no sessions.")
    else:
        q.note("Derived from events: a session ends after 30 min of silence.")
        rows = await _derived(q)
    spent = sum(row[3] for row in rows if isinstance(row[3], (int, float)))
    return Rows(
        rows,
        empty="" if rows else nothing_happened(q, "sessions of this learner"),
        summary=f"{len(rows):,} sessions · {show_duration(spent)}" if rows else "",
    )


async def _recorded(q: Query) -> list[tuple[Cell, ...]] | None:
    """Return the platform's sessions in the period; None where it records none of the learner."""
    table = q.roster.of_people(schema.session)
    if not await q.fetch_value(select(func.count()).select_from(table)):
        return None
    start, end = q.seconds
    sessions = await q.fetch(
        select(table, q.key_of(table).label("shown_key"))
        .where(table.c.started_at >= start, table.c.started_at < end)
        .order_by(table.c.started_at.desc(), table.c.id.desc())
    )
    events = q.days.events()
    did = {
        row.session_id: row
        for row in await q.fetch(
            select(
                events.c.session_id,
                func.sum(events.c.weight).label("events"),
                func.max(events.c.second).label("last"),
            )
            .where(events.c.session_id.is_not(None))
            .group_by(events.c.session_id)
        )
    }
    rows: list[tuple[Cell, ...]] = []
    for row in sessions:
        mine = did.get(row.id)
        ended = row.ended_at if row.ended_at is not None else mine.last if mine else None
        length = None if ended is None else max(ended - row.started_at, 0)
        number = int(mine.events) if mine else 0
        rows.append((row.shown_key, row.started_at, ended, length, number, row.agent))
    return rows


async def _derived(q: Query) -> list[tuple[Cell, ...]]:
    events = q.days.events()
    event_rows = await q.fetch(
        select(events.c.second, events.c.seconds, events.c.weight, events.c.flags)
        .where(events.c.kind.in_(KINDS), events.c.is_aggregate == 0)
        .order_by(events.c.second, events.c.id)
    )
    lengths = (
        (row.second, 0 if row.flags & FLAG_OUTLIER else row.seconds or 0, row.weight)
        for row in event_rows
    )
    order = list(enumerate(visits(lengths), 1))
    return [
        (str(n), visit.began, visit.ended, visit.ended - visit.began, visit.events, None)
        for n, visit in reversed(order)
    ]
