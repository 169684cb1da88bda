"""When each source of a store was read, and from when to when its records are: no terminal here."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from termstats.data.model.day_words import dates_words, day_words
from termstats.data.model.period import number_day
from termstats.data.model.text import clean
from termstats.data.store.opening import StoreInfo


class SourceFacts(NamedTuple):
    """What is said of one source; clean."""

    name: str
    platform: str
    as_of: str
    records: str


def source_facts(info: StoreInfo) -> dict[str, SourceFacts]:
    """Return id -> what is said of each source."""
    facts = {}
    for source in info.sources:
        moment = datetime.fromtimestamp(source.as_of, info.zone)
        records = "not dated"
        if source.first_day is not None and source.last_day is not None:
            records = dates_words(number_day(source.first_day), number_day(source.last_day))
        as_of = f"{day_words(moment.date())} {moment:%H:%M}"
        name, platform = clean(source.name), clean(source.platform)
        facts[str(source.id)] = SourceFacts(name, platform, as_of, records)
    return facts
