"""Who did what a number of activity adds up."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, false, func, or_, select

from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.measure import Behind
from termstats.data.figures.definition.measures import ACTIONS, DOWNLOADS, TIME_SPENT, VIEWS
from termstats.data.figures.definition.phrases import before_data, nothing_happened
from termstats.data.figures.definition.ranking import ranked
from termstats.data.figures.definition.registry import on_levels
from termstats.data.figures.learning.behind.asked import measures_of, name_asked, names_of
from termstats.data.figures.learning.groups import records_time, views_of
from termstats.data.figures.learning.social import SOCIAL
from termstats.data.model.doors import Door
from termstats.data.model.filter_base import Field
from termstats.data.model.request import Param
from termstats.data.model.table import Cell, Destination, count, day, ident, seconds, words
from termstats.data.query.query import Query
from termstats.data.store.schema import KINDS

NOBODY_KNOWN = "(nobody known)"
"""Name of the row of what no known person did."""
DOWNLOADERS = "downloaders"
"""The number of people who downloaded, for --action: one row each, and nobody unknown."""
WITHOUT_RESULT = "without_result"
"""The word for searches that found nothing."""
_COLUMN_OF = {
    **{ACTIONS.name: "events", TIME_SPENT.name: "events"},
    **{DOWNLOADS.name: "download", DOWNLOADERS: "download", WITHOUT_RESULT: "misses"},
}
"""Measure -> the column of day tables that counts it, where they are called otherwise."""


def downloaders_door(
    *,
    level: Level | str = "",
    params: tuple[tuple[str, str], ...] = (),
    of_days: bool = False,
) -> Door:
    """Return the door behind a number of people who downloaded; arguments as of `door_to`."""
    return Door(f"{level}.{Behind.ACTIVITY}", DOWNLOADERS, params, of_days)


async def count_doers(q: Query, most: int) -> int:
    """Return how many people did what is asked about, at most so many."""
    wanted = _asked(q)
    if wanted in SOCIAL:
        days = q.days.social()
        is_done = and_(days.c.action.in_(SOCIAL[wanted]), days.c.events > 0)
    else:
        days = q.days.per_person_day()
        is_timed = days.c.seconds > 0 if wanted == TIME_SPENT.name else false()
        is_done = or_(_amount(days, wanted) > 0, is_timed)
    known = and_(is_done, days.c.person_id.is_not(None))
    return len(await q.fetch(select(days.c.person_id).where(known).distinct().limit(most)))


def _asked(q: Query) -> str:
    """Return the number that is asked about."""
    numbers = (*measures_of(Behind.ACTIVITY), *KINDS, DOWNLOADERS, WITHOUT_RESULT)
    return name_asked(q, ACTIONS.name, dict.fromkeys(numbers))


@on_levels(
    Behind.ACTIVITY,
    (Level.GLOBAL, Level.TRAINING, Level.CLASS),
    title="Who did it, how often",
    takes=(Param.ACTION,),
    filters=frozenset((Field.DAYS,)),
    columns=(
        ident("learner_id"),
        words("learner", "Learner"),
        count("times", "Times"),
        seconds("time_spent", "Time"),
        day("last", "Last", "on the days asked about"),
    ),
    row_opens=Destination("learner", (("learner", "learner_id"),)),
    unit="people",
    count_people=count_doers,
)
async def activity_behind(q: Query) -> Rows:
    """Who did what a number adds up, one row a person, most often first.

    --action names the number: actions, time_spent, views, downloads, publications, comments,
    reactions, without_result, or a kind of activity as in the figure of that name; actions when
    none is named. The times add up to the number, of time_spent the time does. What nobody known
    did is one row; of downloaders there are as many rows as people.
    Events are summed by weight. With a filter of days it is what was done on them.
    """
    wanted = _asked(q)
    rows = await (_social(q, wanted) if wanted in SOCIAL else _done(q, wanted))
    names = await names_of(q, [row.person_id for row in rows if row.person_id])
    is_timed = wanted not in SOCIAL and await records_time(q)
    cells: list[tuple[Cell, ...]] = []
    for row in rows:
        key, name = names.get(row.person_id, (None, NOBODY_KNOWN))
        if key is None and wanted == DOWNLOADERS:
            continue
        if row.times or (wanted == TIME_SPENT.name and row.seconds):
            cells.append((key, name, int(row.times), row.seconds if is_timed else None, row.last))
    before_data(q)
    people = sum(1 for row in cells if row[0] is not None)
    by = 3 if wanted == TIME_SPENT.name else 2
    return Rows(
        ranked(cells, by=by, name=1, key=0),
        empty="" if cells else nothing_happened(q, wanted.replace("_", " ")),
        summary=f"{people:,} people, most first" if cells else "",
    )


async def _done(q: Query, wanted: str) -> list[Any]:
    """Return person_id, times, seconds and last day of everybody, and what nobody known did."""
    days = q.days.per_person_day()
    rows = list(
        await q.fetch(
            select(
                days.c.person_id,
                func.sum(_amount(days, wanted)).label("times"),
                func.sum(days.c.seconds).label("seconds"),
                func.max(days.c.day).label("last"),
            ).group_by(days.c.person_id)
        )
    )
    whole = q.days.per_day()
    total = await q.fetch_one(
        select(
            func.coalesce(func.sum(_amount(whole, wanted)), 0).label("times"),
            func.coalesce(func.sum(whole.c.seconds), 0.0).label("seconds"),
        )
    )
    times = int(total.times) - sum(int(row.times) for row in rows)
    spent = total.seconds - sum(row.seconds for row in rows)
    return [*rows, _Nobody(times, spent if times else 0.0)] if times else rows


class _Nobody:
    """What nobody known did, as a row."""

    person_id = None
    last = None

    def __init__(self, times: int, spent: float) -> None:
        self.times = times
        self.seconds = spent


def _amount(days: FromClause, wanted: str) -> ColumnElement[Any]:
    if wanted == VIEWS.name:
        return views_of(days)
    column: ColumnElement[Any] = days.c[_COLUMN_OF.get(wanted, wanted)]
    return column


async def _social(q: Query, wanted: str) -> list[Any]:
    """Return person_id (None: nobody known), times and last day of who contributed."""
    days = q.days.social()
    return list(
        await q.fetch(
            select(
                days.c.person_id,
                func.sum(days.c.events).label("times"),
                func.sum(0).label("seconds"),
                func.max(days.c.day).label("last"),
            )
            .where(days.c.action.in_(SOCIAL[wanted]))
            .group_by(days.c.person_id)
        )
    )
