"""How exactly a viewer may know the days of a store: who sees no small groups knows months.

The last event, the first one, and the moment of a copy that is the last event's are somebody's.
"""

from __future__ import annotations

from datetime import date, datetime

from termstats.data.model.day_words import dates_words, day_words, month_words
from termstats.data.model.period import Period, number_day
from termstats.data.query.scope import Scope
from termstats.data.store.opening import StoreInfo
from termstats.data.store.settings import SourceInfo


def known_period(period: Period, scope: Scope) -> Period:
    """Return a period as far as the viewer may know its days: the months that it touches."""
    return period.whole_months() if scope.min_group else period


def known_coverage(info: StoreInfo, scope: Scope) -> tuple[date, date]:
    """Return the first and the last day of the data, or of their months."""
    known = known_period(Period(*info.coverage), scope)
    return known.first, known.last


def as_of_words(moment: datetime, scope: Scope) -> str:
    """Return `2026-11-20 18:00`, or `Nov 2026`."""
    return month_words(moment) if scope.min_group else f"{moment:%Y-%m-%d %H:%M}"


def source_words(source: SourceInfo, info: StoreInfo, scope: Scope) -> tuple[str, str]:
    """Return as of when a source is, and of which days its records are."""
    moment = datetime.fromtimestamp(source.as_of, info.zone)
    as_of = f"{day_words(moment.date())} {moment:%H:%M}"
    records = "not dated"
    if source.first_day is not None and source.last_day is not None:
        days = Period(number_day(source.first_day), number_day(source.last_day))
        days = known_period(days, scope)
        records = dates_words(days.first, days.last)
    return month_words(moment) if scope.min_group else as_of, records
