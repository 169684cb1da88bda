"""What a number of one learner adds up: what they did, and on which days."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, func, select

from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.measure import Behind
from termstats.data.figures.definition.measures import ACTIONS, DOWNLOADS, TIME_SPENT, VIEWS
from termstats.data.figures.definition.phrases import before_data, nothing_happened
from termstats.data.figures.definition.ranking import ranked
from termstats.data.figures.definition.registry import figure
from termstats.data.figures.learning.behind.asked import measures_of, name_asked
from termstats.data.figures.learning.groups import VIEWED, records_time
from termstats.data.figures.learning.social import SOCIAL
from termstats.data.model.filter_base import Field
from termstats.data.model.period import day_number
from termstats.data.model.request import Param
from termstats.data.model.table import Cell, Destination, codes, count, day, ident, seconds, words
from termstats.data.query.query import Query
from termstats.data.store import schema
from termstats.data.store.schema import FLAG_OUTLIER, KINDS

_Line: TypeAlias = tuple[int, str, str, int | None]
"""Day, kind, action and training of what was done."""


@figure(
    f"learner.{Behind.ACTIVITY}",
    title="What was done",
    level=Level.LEARNER,
    takes=(Param.TRAINING, Param.CLASS, Param.ACTION),
    filters=frozenset((Field.DAYS,)),
    row="record",
    columns=(
        day("day", "Day"),
        words("kind", "Kind"),
        codes("action", "Action"),
        ident("training_id"),
        words("training", "Training"),
        count("times", "Times"),
        seconds("time_spent", "Time"),
    ),
    row_opens=Destination("learner", (("training", "training_id"),)),
    unit="actions",
)
async def done_by_learner(q: Query) -> Rows:
    """What a number of the learner adds up: one row a day, action and training, newest first.

    --action names the number: actions, time_spent, views, downloads, publications, comments,
    reactions, or a kind of activity; actions when none is named. The times add up to the number, of
    time_spent the time does. Events are summed by weight. With a filter of days it is what was done
    on them.
    """
    names = dict.fromkeys((*measures_of(Behind.ACTIVITY), *KINDS))
    wanted = name_asked(q, ACTIONS.name, names)
    sums = await (_social(q, wanted) if wanted in SOCIAL else _done(q, wanted))
    trainings = {
        row.id: (row.key, row.title)
        for row in await q.fetch(
            select(
                schema.training.c.id,
                q.key_of(schema.training).label("key"),
                schema.training.c.title,
            ).where(schema.training.c.id.in_({line[3] for line in sums if line[3]}))
        )
    }
    is_timed = wanted not in SOCIAL and await records_time(q)
    rows: list[tuple[Cell, ...]] = []
    for (number, kind, action, training), (times, spent) in sums.items():
        if times or (wanted == TIME_SPENT.name and spent):
            place = trainings.get(training or 0, (None, None))
            rows.append((number, kind, action, *place, times, spent if is_timed else None))
    before_data(q)
    rows.sort(key=lambda row: (-int(str(row[0])), str(row[4] or "").casefold(), str(row[2])))
    return Rows(
        rows,
        empty="" if rows else nothing_happened(q, wanted.replace("_", " ")),
        summary=f"{len(rows):,} records, newest first" if rows else "",
    )


async def _done(q: Query, wanted: str) -> dict[_Line, tuple[int, float]]:
    """Return what was done -> how often, and how long it took, read from the events."""
    event = q.days.events()
    rows = await q.fetch(
        select(
            event.c.second,
            event.c.kind,
            event.c.action,
            event.c.training_id,
            event.c.weight,
            event.c.seconds,
            event.c.flags,
        ).where(event.c.is_aggregate == 0, _is_wanted(event, wanted))
    )
    sums: dict[_Line, tuple[int, float]] = defaultdict(lambda: (0, 0.0))
    for row in rows:
        at = datetime.fromtimestamp(row.second, UTC).astimezone(q.zone).date()
        line = (int(day_number(at)), row.kind, row.action, row.training_id)
        times, spent = sums[line]
        length = 0.0 if row.flags & FLAG_OUTLIER else row.seconds or 0.0
        sums[line] = times + int(row.weight), spent + length
    return sums


def _is_wanted(event: Any, wanted: str) -> ColumnElement[bool]:
    """Return the condition that a number counts an event."""
    if wanted == VIEWS.name:
        kinds: tuple[str, ...] = VIEWED
    else:
        kind = {DOWNLOADS.name: "download"}.get(wanted, wanted)
        kinds = (kind,) if kind in KINDS else KINDS
    condition: ColumnElement[bool] = event.c.kind.in_(kinds)
    return condition


async def _social(q: Query, wanted: str) -> dict[_Line, tuple[int, float]]:
    days = q.days.social()
    rows = await q.fetch(
        select(
            days.c.day, days.c.action, days.c.training_id, func.sum(days.c.events).label("times")
        )
        .where(days.c.action.in_(SOCIAL[wanted]))
        .group_by(days.c.day, days.c.action, days.c.training_id)
    )
    return {
        (row.day, schema.SOCIAL_KIND, row.action, row.training_id): (int(row.times), 0.0)
        for row in rows
    }


@figure(
    "learner.behind-days",
    title="Active days",
    level=Level.LEARNER,
    columns=(
        day("day", "Day"),
        count("actions", "Actions"),
        seconds("time_spent", "Time"),
    ),
    unit="days",
)
async def days_of_learner(q: Query) -> Rows:
    """The days of the period on which the learner was active, newest first, and what they did then.

    There are as many rows as the number of active days says. Actions are events by weight.
    """
    days = q.days.per_person_day()
    listed = await q.fetch(
        select(
            days.c.day,
            func.sum(days.c.events).label("events"),
            func.sum(days.c.seconds).label("seconds"),
        )
        .where(days.c.active > 0)
        .group_by(days.c.day)
    )
    is_timed = await records_time(q)
    rows: list[tuple[Cell, ...]] = [
        (row.day, int(row.events), row.seconds if is_timed else None) for row in listed
    ]
    before_data(q)
    return Rows(
        ranked(rows, by=0, name=0, key=0),
        empty="" if rows else nothing_happened(q, "activity"),
        summary=f"{len(rows):,} days" if rows else "",
    )
