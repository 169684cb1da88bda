"""When each source of a store was read, and from when to when its records are: no terminal here."""

from __future__ import annotations

from typing import NamedTuple

from termstats.data.model.text import clean
from termstats.data.query.known_days import source_words
from termstats.data.query.scope import Scope
from termstats.data.store.opening import StoreInfo


class SourceFacts(NamedTuple):
    """What is said of one source; clean."""

    name: str
    platform: str
    as_of: str
    records: str


def source_facts(info: StoreInfo, scope: Scope) -> dict[str, SourceFacts]:
    """Return id -> what is said of each source to a viewer."""
    facts = {}
    for source in info.sources:
        as_of, records = source_words(source, info, scope)
        name, platform = clean(source.name), clean(source.platform)
        facts[str(source.id)] = SourceFacts(name, platform, as_of, records)
    return facts
