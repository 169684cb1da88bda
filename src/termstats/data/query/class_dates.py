"""The dates of a class of its own: the period that it is first looked at in."""

from __future__ import annotations

from sqlalchemy import select

from termstats.data.model.entity import Entity
from termstats.data.model.period import Period, local_day
from termstats.data.store import schema
from termstats.data.store.opening import Store, run_query

WORDS = "class dates"
"""What that period is called."""


async def class_period(store: Store, class_: Entity) -> Period | None:
    """Return the days from the start to the end of a class that has both.

    None: it has no dates, ends before it starts, or has not begun by the as-of day.
    """
    table = schema.class_
    dates = select(table.c.starts_at, table.c.ends_at).where(table.c.id == class_.id)
    async with store.connect() as connection:
        (row,) = await run_query(connection, dates)
    if row.starts_at is None or row.ends_at is None:
        return None
    first, last = (local_day(moment, store.info.zone) for moment in row)
    return Period(first, last, WORDS) if first <= min(last, store.info.today) else None
