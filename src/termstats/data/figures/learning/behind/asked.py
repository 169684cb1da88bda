"""Which number is asked about, and of which days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import select

from termstats.data.figures.definition.figure import Rows
from termstats.data.figures.definition.measure import Behind, Measure
from termstats.data.figures.definition.measures import MEASURES
from termstats.data.model.errors import UsageError
from termstats.data.model.filters import DaysFilter
from termstats.data.model.period import Period
from termstats.data.model.text import clean
from termstats.data.model.units import DayNumber, RowId
from termstats.data.query.query import Query
from termstats.data.store import schema

_CHUNK = 10_000
"""Ids in one statement: no server takes any number of them."""


def measures_of(behind: Behind) -> Mapping[str, Measure]:
    """Return the measures that one list is behind, by name."""
    return {name: each for name, each in MEASURES.items() if each.behind is behind}


def name_asked(q: Query, usual: str, names: Iterable[str]) -> str:
    """Return the number that is asked about; `usual` where none is named.

    Raises:
        UsageError: no number of `names`, which are those that there are.
    """
    asked, names = q.request.action or usual, tuple(names)
    if asked not in names:
        raise UsageError(f"--action {clean(asked)} is no such number; use {', '.join(names)}")
    return asked


def no_value_asked() -> Rows:
    """Return what a list of one value shows where none is named."""
    return Rows((), empty="Name the value with --action, as the figure of it writes it.")


def measure_asked(q: Query, behind: Behind, usual: Measure) -> Measure:
    """Return the measure that is asked about; `usual` where none is named.

    Raises:
        UsageError: no measure that has such a list behind it.
    """
    known = measures_of(behind)
    return known[name_asked(q, usual.name, known)]


def at_any_time(q: Query) -> Query:
    """Return the question without its filter of days."""
    return q.asking(without=(DaysFilter,), quiet=True)


def at_end_of_days(q: Query) -> Query:
    """Return the question whose period ends with the last of the days that a filter leaves.

    For what is counted as it stands: on a chart it is that at the end of each bucket.
    """
    days = [period for each in q.request.filters_of(DaysFilter) for period in each.values]
    if not days:
        return q
    last: date = min(q.period.last, max(period.last for period in days))
    return q.asking(without=(DaysFilter,), period=Period(min(q.period.first, last), last))


async def names_of(q: Query, people: Iterable[RowId]) -> dict[RowId, tuple[str, str]]:
    """Return person id -> (key, name), of people that came from a narrowed selectable."""
    person, ids = schema.person, sorted(people)
    names: dict[RowId, tuple[str, str]] = {}
    for at in range(0, len(ids), _CHUNK):
        rows = await q.fetch(
            select(person.c.id, q.key_of(person).label("key"), person.c.name).where(
                person.c.id.in_(ids[at : at + _CHUNK])
            )
        )
        names |= {row.id: (row.key, row.name) for row in rows}
    return names


def days_waiting(q: Query, *days: DayNumber | None) -> int | None:
    """Return the days since the first of `days` that is known, up to the period's end."""
    since = next((day for day in days if day is not None), None)
    return None if since is None else max(0, q.last_day - since)
