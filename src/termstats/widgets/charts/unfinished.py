"""The bucket that is not over when the data end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from termstats.data.model.period import add_months
from termstats.data.model.table import Table
from termstats.widgets.charts.days import ONE_DAY, step_of

_DAY_IS_OVER = time(23, 59)


def is_unfinished(table: Table, days: Sequence[date]) -> bool:
    """Return whether the last of these buckets ends after the moment that the data describe."""
    if table.now is None:
        return False
    start, step = days[-1], step_of(days, table.step)
    if isinstance(start, datetime):
        return start + timedelta(days=step) > table.now
    end = add_months(start, 1) if step >= 28 else start + timedelta(days=step)
    today = table.now.date()
    if table.now.time() >= _DAY_IS_OVER:
        today += ONE_DAY
    return start <= today < end
