"""The period to begin with: the one asked for, else the usual one, else the last with data."""

from __future__ import annotations

from datetime import date, timedelta

from termstats.data.model.day_words import dates_words, day_words
from termstats.data.model.period import Period, number_day
from termstats.data.model.period_text import parse_period
from termstats.data.model.plural import counted
from termstats.data.model.request import Request
from termstats.data.query.known_days import known_period
from termstats.data.query.query import ask
from termstats.data.query.scope import Scope
from termstats.data.store.opening import Store


async def first_period(typed: str, store: Store, scope: Scope) -> tuple[Period, str]:
    """Return the period, and in words why it is not the usual one; empty: it is.

    The last with data ends when somebody who counts was active last; where nobody ever was, with
    the last event of anybody.

    Raises:
        UsageError: `typed` is no period.
    """
    info = store.info
    usual = parse_period(typed or info.usual_period, info.now, info.coverage)
    last = info.event_days[1] if info.event_days else info.coverage[1]
    if typed or last >= usual.first:
        return usual, ""
    last = await _last_activity(store, scope, usual) or last
    empty = known_period(usual, scope)
    length = counted(usual.days, "day")
    period = Period(last - timedelta(days=usual.days - 1), last, f"last {length} with data")
    return period, (
        f"Nothing happened {dates_words(empty.first, empty.last)}: "
        f"shown is up to {day_words(known_period(period, scope).last)}, p another"
    )


async def _last_activity(store: Store, scope: Scope, usual: Period) -> date | None:
    """Return the last day on which somebody who counts was active; None: nobody ever was."""
    async with store.connect() as connection:
        q = await ask(connection, store, scope, Request(period=usual))
        by_training = await q.people.active(ever=True)
    days = [day for per_day in by_training.values() for day, people in per_day.items() if people]
    return number_day(max(days)) if days else None
