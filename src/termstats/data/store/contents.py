"""What a store file holds, in three numbers: people, trainings, days."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from termstats.data.model.errors import StoreError
from termstats.data.model.period import number_day
from termstats.data.model.units import DayNumber
from termstats.data.store.connecting import reading

_CONTENTS = """
    SELECT (SELECT count(*) FROM person), (SELECT count(*) FROM training),
           (SELECT min(first_day) FROM source), (SELECT max(last_day) FROM source)
"""


@dataclass(frozen=True)
class Contents:
    """How much is in a store, of all its sources."""

    people: int
    """All accounts, whether they are counted or not."""
    trainings: int
    first: date | None
    """First day with a dated record; None: there is none."""
    last: date | None


def contents_of(path: Path) -> Contents:
    """Return what the store file holds.

    Raises:
        StoreError: it cannot be read.
    """
    try:
        with reading(path) as connection:
            people, trainings, first, last = connection.execute(_CONTENTS).fetchone()
    except sqlite3.Error as error:
        raise StoreError(f"{path}: cannot be read ({error})") from None
    days = [None if day is None else number_day(DayNumber(day)) for day in (first, last)]
    return Contents(people, trainings, *days)
