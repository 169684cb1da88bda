"""The period to begin with: the one asked for, else the usual one, else the last with data."""

from __future__ import annotations

from datetime import timedelta

from termstats.data.model.day_words import dates_words, day_words
from termstats.data.model.period import Period
from termstats.data.model.period_text import parse_period
from termstats.data.model.plural import counted
from termstats.data.store.opening import StoreInfo


def first_period(typed: str, info: StoreInfo) -> tuple[Period, str]:
    """Return the period, and in words why it is not the usual one; empty: it is.

    Raises:
        UsageError: `typed` is no period.
    """
    usual = parse_period(typed or info.usual_period, info.now, info.coverage)
    last = info.event_days[1] if info.event_days else info.coverage[1]
    if typed or last >= usual.first:
        return usual, ""
    length = counted(usual.days, "day")
    period = Period(last - timedelta(days=usual.days - 1), last, f"last {length} with data")
    return period, (
        f"Nothing happened {dates_words(usual.first, usual.last)}: "
        f"shown is up to {day_words(last)}, p another"
    )
