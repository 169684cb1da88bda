"""What figures say in the same words: nothing happened, data end, not over yet."""

from __future__ import annotations

from datetime import date

from termstats.data.model.day_words import dates_words, day_words, span_words
from termstats.data.model.period import EPOCH, Period, day_number
from termstats.data.model.plural import counted, plural
from termstats.data.model.units import DayNumber
from termstats.data.query.nearest import Nearest, nearest_day
from termstats.data.query.query import Query
from termstats.data.store.schema import CLOCK_SERVER

_ANOTHER = "Press p to choose another period."


def is_future(q: Query, first: DayNumber) -> bool:
    """Return whether a bucket lies after the as-of day: unknown, not zero."""
    return first > day_number(q.info.today)


def is_unknown(q: Query, first: DayNumber) -> bool:
    """Return whether no event of a bucket can be known: it is to come, or nothing has a date."""
    undated = not q.info.has_events and any(source.has_totals for source in q.info.sources)
    return undated or is_future(q, first)


def without_totals(q: Query) -> None:
    """Say in a figure over time which totals are no part of it."""
    for source in q.info.sources:
        if source.has_totals:
            q.note(f"Totals without dates of {source.title} are no part of this figure over time.")


def in_period(q: Query) -> str:
    """Return `from 22 Oct to 20 Nov 2026`, to follow a noun; a part of a day with its times."""
    if q.period.exact:
        return f"in {q.period.describe()}"
    return span_words(q.period.first, q.period.last)


def nothing_happened(q: Query, what: str) -> str:
    """Return the sentence for an empty figure: why, and what to do."""
    if not q.info.has_events and any(source.has_totals for source in q.info.sources):
        return f"No {what}: this store holds totals without dates, which are in no chart over time."
    if not q.info.has_events:
        return f"No {what}: this store holds no events. Import a source that records them."
    if q.request.filters:
        return (
            f"{_none(q, what)} that the filters leave. "
            "Press 0 to take all filters off, F to change them, p to choose another period."
        )
    return f"{_none(q, what)}. The data cover {dates_words(*_data_days(q))}. {_ANOTHER}"


async def none_of(q: Query, what: str, unit: str, measure: str) -> str:
    """Return the sentence for an empty figure of a measure of the day tables.

    `what` there is none of: `searches`, `activity`; `unit`: one of what is counted; `measure`: its
    column in the day tables.
    """
    if not q.info.has_events or q.request.filters:
        return nothing_happened(q, what)
    return none_but(q, what, unit, await nearest_day(q, measure))


def none_but(q: Query, what: str, unit: str, nearest: Nearest | None) -> str:
    """Return what there is none of, and when there was something; None: never, of whom one sees."""
    if nearest is None:
        return f"{_none(q, what)}, nor on any other day; this platform may not log {what}."
    one = " one" if plural(unit) == what else ""
    which = {True: "last", False: "first", None: "nearest"}[nearest.is_before]
    day = day_words(nearest.day, year=nearest.day.year != q.period.last.year)
    return (
        f"{_none(q, what)}. This platform logs {what}; the {which}{one} was on {day} "
        f"({counted(nearest.number, unit)}). {_ANOTHER}"
    )


def _none(q: Query, what: str) -> str:
    return f"No {what} {in_period(q)}"


def _data_days(q: Query) -> tuple[date, date]:
    return q.info.event_days or q.info.coverage


def before_data(q: Query) -> None:
    """Say when the period starts before the data, or is not over yet."""
    if not q.info.has_events:
        return
    first, _last = q.info.coverage
    if q.period.first < first:
        q.note(f"The period starts before the data, which begin on {first}.")
    exact = q.period.exact
    if q.period.last > q.info.today or (exact and not exact.is_over(q.info.as_of)):
        q.note(f"The period is not over: the data end on {q.info.now:%Y-%m-%d %H:%M}.")


def before_period(q: Query) -> Query | None:
    """Return the question about everything before the period."""
    if q.period.first <= EPOCH:
        return None
    return q.asking(period=Period(EPOCH, q.period.previous().last))


def by_device(q: Query) -> None:
    """Say in a figure of states what the server's clock does not move."""
    if q.question.clock == CLOCK_SERVER:
        q.note("Enrolment, progress and completion go by the device's clock.")
