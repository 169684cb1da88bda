"""What filters of days and weekdays keep, of whatever carries a time.

A day may be asked for in part. Where a table counts whole days such a part counts as its day.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, or_

from termstats.data.model.filters import DaysFilter, WeekdayFilter
from termstats.data.model.period import Period, day_number
from termstats.data.model.weekdays import weekday_of
from termstats.data.query.day_parts import SHIFT, between, day_of_event
from termstats.data.query.question import Question

Condition = ColumnElement[bool]


def picks_days(question: Question) -> bool:
    """Return whether a filter asks for some days."""
    return question.request.has_filter(DaysFilter, WeekdayFilter)


def keeps_day(question: Question, day: date) -> bool:
    """Return whether the filters leave that day."""
    number = day_number(day)
    ranges = [
        [p.day_range for p in each.values] for each in question.request.filters_of(DaysFilter)
    ]
    return all(any(first <= number <= last for first, last in some) for some in ranges) and all(
        day.weekday() in each.values for each in question.request.filters_of(WeekdayFilter)
    )


def in_days(question: Question, day: ColumnElement[int]) -> list[Condition]:
    """Return the conditions on a column of day numbers."""
    return _conditions(question, lambda period: day.between(*period.day_range), lambda: day)


def in_seconds(question: Question, second: ColumnElement[int]) -> list[Condition]:
    """Return the conditions on a column of seconds since 1970, which count for their days."""

    def within(period: Period) -> Condition:
        start, end = period.whole_days().seconds(question.zone)
        return and_(second >= start, second < end)

    return _conditions(question, within, lambda: day_of_event(question, second.op("<<")(SHIFT)))


def in_parts_of_days(question: Question, event_id: ColumnElement[Any]) -> list[Condition]:
    """Return the conditions on ids of events, to the second; every log is read by ranges of ids."""

    def within(period: Period) -> Condition:
        return between(event_id, *period.seconds(question.zone))

    return _conditions(question, within, lambda: day_of_event(question, event_id))


def _conditions(
    question: Question, within: Callable[[Period], Condition], day: Callable[[], ColumnElement[int]]
) -> list[Condition]:
    """Return a condition for each filter: by periods, or by day numbers, which are long to say."""
    conditions: list[Condition] = []
    for each in question.request.filters:
        match each:
            case DaysFilter(periods):
                conditions.append(or_(*map(within, periods)))
            case WeekdayFilter(weekdays):
                conditions.append(weekday_of(day()).in_(weekdays))
    return conditions
