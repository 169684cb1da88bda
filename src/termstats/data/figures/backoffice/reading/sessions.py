"""Recorded sessions over time: how many of them each bucket holds a part of."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import func, select

from termstats.data.figures.backoffice.reading.use_series import bucket_of_second, use_buckets
from termstats.data.query.filters.moments import leaves_sessions_out
from termstats.data.query.filters.times import picks_days
from termstats.data.query.query import Query
from termstats.data.store import schema
from termstats.data.store.memory import Memory

_RECORDED: Memory[None, bool] = Memory(most=1)


async def records_sessions(q: Query) -> bool:
    """Return whether the source records sessions, and filters do not ask for what they lack."""

    async def read() -> bool:
        return bool(await q.fetch(select(schema.session.c.id).limit(1)))

    return not leaves_sessions_out(q.question) and await q.store.memories.recall(
        _RECORDED, None, read
    )


async def sessions_per_bucket(q: Query) -> Counter[int]:
    """Return key of the bucket -> sessions; as on the card each counts wherever a part of it is.

    Under a filter of days a session counts where it began, at the earliest with the period.
    """
    rows = q.platform.sessions()
    began, ended = rows.c.started_at, func.coalesce(rows.c.ended_at, rows.c.started_at)
    start, end = q.period.seconds(q.zone)
    bucket_of = bucket_of_second(q)
    keys = [bucket.key for bucket in use_buckets(q)]
    place = {key: at for at, key in enumerate(keys)}
    only_first = picks_days(q.question)
    sessions: Counter[int] = Counter()
    for row in await q.fetch(select(began.label("began"), ended.label("ended"))):
        first = place[bucket_of(max(row.began, start))]
        last = first if only_first else place[bucket_of(min(row.ended, end - 1))]
        sessions.update(keys[first : last + 1])
    return sessions
