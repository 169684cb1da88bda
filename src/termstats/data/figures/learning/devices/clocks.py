"""How far the clocks of devices are from the server's."""

from __future__ import annotations

import math
import statistics
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import chain, repeat

from sqlalchemy import String, cast, func, literal_column, select

from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.phrases import before_data, nothing_happened
from termstats.data.figures.definition.ranking import ranked
from termstats.data.figures.definition.registry import on_levels
from termstats.data.figures.learning.behind.asked import names_of
from termstats.data.model.doors import Door
from termstats.data.model.records import Record
from termstats.data.model.table import Cell, Destination, count, ident, seconds, words
from termstats.data.model.text import show_duration
from termstats.data.model.units import RowId
from termstats.data.query.query import Query
from termstats.data.store.schema import EVENT_SEQUENCE_BITS, FLAG_MOVED

ALL = "(all)"
"""Name of the row of everybody together."""
_MOST = 0.95


@dataclass
class Drift:
    """Of one learner: delays in seconds, the shortest first; and events at an impossible date."""

    delays: Sequence[int] = ()
    moved: int = 0

    def at(self, share: float) -> int | None:
        """Return the smallest delay that `share` of the events do not exceed; None without any."""
        return self.delays[math.ceil(share * len(self.delays)) - 1] if self.delays else None

    @property
    def median(self) -> float | None:
        """Return the median; of an even number the mean of the two in the middle."""
        return float(statistics.median(self.delays)) if self.delays else None

    def cells(self) -> tuple[Cell, ...]:
        """Return the cells after the learner."""
        return (
            len(self.delays) + self.moved,
            self.median,
            self.at(_MOST),
            self.delays[-1] if self.delays else None,
            bisect_left(self.delays, 0),
            -self.delays[0] if self.delays and self.delays[0] < 0 else None,
            self.moved,
        )


@on_levels(
    "clocks",
    (Level.GLOBAL, Level.TRAINING),
    record=Record.TWO_CLOCKS,
    title="Device clocks",
    columns=(
        ident("learner_id"),
        words("learner", "Learner"),
        count("events", "Events", "with a device date and a server date"),
        seconds("median_delay", "Median delay", "server date less device date"),
        seconds("p95_delay", "95 % within"),
        seconds("max_delay", "Longest delay"),
        count("ahead", "Ahead", "events dated after they arrived, by up to 24 h"),
        seconds("max_ahead", "Most ahead"),
        count("impossible", "Impossible", "device dates that were not believed"),
    ),
    row_opens=Destination("learner", (("learner", "learner_id"),)),
    behind=(
        (
            "impossible",
            Door(".impossible-dates", "event", (("learner", "learner_id"),), unit="events"),
        ),
    ),
    lead=("learner", "median_delay", "p95_delay", "max_delay", "impossible", "ahead"),
)
async def clocks(q: Query) -> Rows:
    """How long after their device date the events of each learner reached the server.

    From the events of the period with both dates, the first row for everybody together. A delay is
    the wait until the device had a network, and what its clock was slow by; where an event is dated
    after it arrived, the clock is ahead by that at least. The 95 % are the smallest delay that 95
    of 100 events do not exceed. Impossible dates (over 24 h after arrival, before 2000 or after the
    as-of moment) are placed at the server's date: they are counted, and in no delay. Most
    impossible dates first, then by name.
    """
    of_each = await _drifts(q)
    everybody = _together(of_each.values())
    names = await names_of(q, of_each)
    rows: list[tuple[Cell, ...]] = [
        (*names[person], *drift.cells()) for person, drift in of_each.items()
    ]
    before_data(q)
    total: tuple[Cell, ...] = (None, ALL, *everybody.cells())
    median = everybody.median
    summary = "" if median is None else f"median delay {show_duration(median)}"
    return Rows(
        [total, *ranked(rows, by=8, name=1, key=0)] if rows else [],
        empty="" if rows else nothing_happened(q, "events with two dates"),
        summary=f"{summary} · {everybody.moved:,} impossible" if rows else "",
    )


def _together(drifts: Collection[Drift]) -> Drift:
    """Return what all drifts say together; of a million delays few differ, so they are counted."""
    delays = Counter(chain.from_iterable(drift.delays for drift in drifts))
    moved = sum(drift.moved for drift in drifts)
    ordered = chain.from_iterable(repeat(delay, delays[delay]) for delay in sorted(delays))
    return Drift(list(ordered), moved)


async def _drifts(q: Query) -> dict[RowId, Drift]:
    """Return person id -> what the events of the period with both dates say."""
    events = q.days.events()
    # Written out, as in `day_parts`: PostgreSQL shifts by an integer only.
    at = events.c.id.op(">>")(literal_column(str(EVENT_SEQUENCE_BITS)))
    is_moved = events.c.flags.op("&")(FLAG_MOVED)
    # Not the column: SQLite would read the events by an index on people, one by one.
    person = events.c.person_id + literal_column("0")
    delay = cast(events.c.server_at - at, String)
    rows = await q.fetch(
        select(
            person.label("person"),
            is_moved.label("moved"),
            func.count().label("number"),
            # A row per event would take five times as long.
            func.aggregate_strings(delay, ",").label("delays"),
        )
        .where(events.c.server_at.is_not(None), events.c.person_id.is_not(None))
        .group_by(person, is_moved)
    )
    of_each: dict[RowId, Drift] = defaultdict(Drift)
    for row in rows:
        if row.moved:
            of_each[row.person].moved = row.number
        else:
            of_each[row.person].delays = sorted(map(int, row.delays.split(",")))
    return of_each
