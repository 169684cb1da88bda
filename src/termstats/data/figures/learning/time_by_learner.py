"""Who spent how much time in which training on which day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, or_, select

from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.measure import Behind
from termstats.data.figures.definition.measures import ACTIONS, TIME_SPENT
from termstats.data.figures.definition.phrases import before_data, nothing_happened
from termstats.data.figures.definition.registry import on_levels
from termstats.data.figures.learning.behind.asked import names_of
from termstats.data.figures.learning.groups import records_time
from termstats.data.model.doors import Door
from termstats.data.model.errors import UsageError
from termstats.data.model.period import Period, number_day
from termstats.data.model.records import Record
from termstats.data.model.request import Param
from termstats.data.model.table import Cell, Destination, day, ident, words
from termstats.data.model.text import clean
from termstats.data.model.units import DayNumber, RowId
from termstats.data.query.query import Query

_DONE = f"learner.{Behind.ACTIVITY}"
_THE_PAIR = (("learner", "learner_id"), ("training", "training_id"))
_AT_FIRST = 4
"""Days that are read at once; then ever more, until a page is full."""


@on_levels(
    "time-by-learner",
    (Level.GLOBAL, Level.TRAINING, Level.CLASS),
    record=Record.TIME,
    title="Time by learner",
    takes=(Param.TRAINING, Param.LEARNER),
    row="record",
    columns=(
        day("day", "Day"),
        ident("learner_id"),
        words("learner", "Learner"),
        ident("training_id"),
        words("training", "Training"),
        TIME_SPENT.column(),
        ACTIONS.column(),
    ),
    row_opens=Destination("learner", _THE_PAIR),
    behind=(
        ("actions", Door(_DONE, "actions", _THE_PAIR, of_days=True, counts="times")),
        ("time_spent", Door(_DONE, "time_spent", _THE_PAIR, of_days=True, counts="time_spent")),
    ),
    paged=True,
    lead=("day", "learner", "training", "time_spent", "actions"),
)
async def time_by_learner(q: Query) -> Rows:
    """Recorded time per day, learner and training, the newest day first.

    One row for each day on which somebody did anything in a training; times of 0 are days without a
    recorded duration. Durations below 0 or over the limit (4 h for an event) are left out, as in
    all figures of time, so that the rows add up to the time spent.
    """
    if not await records_time(q):
        return Rows((), empty="This source records no durations, so time spent is not known.")
    first, last = q.day_range
    cursor = _cursor(q.request.after)
    begin, rows, limit = _AT_FIRST, list[Any](), q.request.limit
    last = min(last, cursor[0]) if cursor else last
    while last >= first and len(rows) <= limit:
        from_ = DayNumber(max(first, last - begin + 1))
        rows += await _days(q, from_, last, cursor, limit + 1 - len(rows))
        last, begin = DayNumber(from_ - 1), 4 * begin
    before_data(q)
    end = rows[limit - 1] if len(rows) > limit else None
    return Rows(
        await _cells(q, rows[:limit]),
        after=f"{end.day}-{end.person_id}-{end.training_id}" if end else None,
        empty="" if rows or cursor else nothing_happened(q, "time recorded"),
    )


def _cursor(after: str | None) -> tuple[DayNumber, RowId, RowId] | None:
    """Return day, person and training of the last row of the page before."""
    if after is None:
        return None
    try:
        day_, person, training = map(int, after.split("-"))
    except ValueError:
        raise UsageError(f"{clean(after)!r} is no page of this figure; leave it out") from None
    return DayNumber(day_), RowId(person), RowId(training)


async def _days(
    q: Query,
    first: DayNumber,
    last: DayNumber,
    cursor: tuple[DayNumber, RowId, RowId] | None,
    limit: int,
) -> Sequence[Any]:
    """Return what everybody did in each training on some days, the newest first."""
    some = q.asking(period=Period(number_day(first), number_day(last)))
    days = some.days.per_person_day(each_training=True)
    rows = (
        select(days.c.day, days.c.person_id, days.c.training_id, days.c.seconds, days.c.events)
        .where(days.c.events > 0)
        .order_by(days.c.day.desc(), days.c.person_id, days.c.training_id)
        .limit(limit)
    )
    if cursor:
        day_, person, training = cursor
        same = and_(days.c.person_id == person, days.c.training_id > training)
        rows = rows.where(or_(days.c.day < day_, days.c.person_id > person, same))
    return await q.fetch(rows)


async def _cells(q: Query, rows: Sequence[Any]) -> list[tuple[Cell, ...]]:
    people = await names_of(q, {row.person_id for row in rows})
    trainings = q.roster.trainings()
    listed = select(trainings.c.id, q.key_of(trainings).label("shown_key"), trainings.c.title)
    titles: dict[RowId, tuple[str, str]] = {
        row.id: (row.shown_key, row.title) for row in await q.fetch(listed)
    }
    return [
        (
            row.day,
            *people[row.person_id],
            *titles.get(row.training_id, (None, None)),
            row.seconds,
            int(row.events),
        )
        for row in rows
    ]
