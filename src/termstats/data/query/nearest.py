"""The day nearest to the period on which something happened: what an empty figure can say."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from termstats.data.model.period import Period, day_number, number_day
from termstats.data.model.units import DayNumber, RowId
from termstats.data.query.query import Query


@dataclass(frozen=True)
class Nearest:
    """A day that is not wholly in the period, and how often it happened on it."""

    day: date
    number: int
    is_before: bool | None
    """Whether it is the last before the period, or else the first after it.

    None: it is a day of which the period has only some hours, in which nothing happened.
    """


async def nearest_day(q: Query, measure: str) -> Nearest | None:
    """Return the nearest day with anything of a measure of the day tables; before goes first.

    The question is the same but for its period: scope, population and filters hold.
    """
    table = _of_all_days(q).days.per_day()
    total = func.sum(table.c[measure])
    rows = await q.fetch(
        select(table.c.day, total.label("number")).group_by(table.c.day).having(total > 0)
    )
    return _nearest(q, {DayNumber(row.day): int(row.number) for row in rows})


async def nearest_use(q: Query, actions: Collection[RowId]) -> Nearest | None:
    """Return the same of actions of platform use."""
    numbers: dict[DayNumber, int] = {}
    for day, _action, events in await _of_all_days(q).uses.per_bucket(actions):
        numbers[DayNumber(day)] = numbers.get(DayNumber(day), 0) + events
    return _nearest(q, numbers)


def _of_all_days(q: Query) -> Query:
    first, last = q.info.event_days or q.info.coverage
    period = Period(min(first, q.period.first), max(last, q.info.today))
    return q.asking(period=period, by="day", quiet=True)


def _nearest(q: Query, numbers: dict[DayNumber, int]) -> Nearest | None:
    first, last = day_number(q.period.first), day_number(q.period.last)
    within = [day for day in numbers if first <= day <= last]
    if within and q.period.exact is not None:
        return Nearest(number_day(max(within)), numbers[max(within)], None)
    if before := [day for day in numbers if day < first]:
        return Nearest(number_day(max(before)), numbers[max(before)], True)
    if after := [day for day in numbers if day > last]:
        return Nearest(number_day(min(after)), numbers[min(after)], False)
    return None
