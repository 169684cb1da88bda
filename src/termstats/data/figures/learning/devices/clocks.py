"""How far the clocks of devices are from the server's."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from sqlalchemy import func, literal_column, select

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
    """Of one learner: delay in seconds -> events; and events at an impossible date."""

    delays: Counter[int] = field(default_factory=Counter)
    moved: int = 0

    def at(self, share: float) -> int | None:
        """Return the smallest delay that `share` of the events do not exceed; None without any."""
        wanted, so_far = math.ceil(share * self.delays.total()), 0
        for delay in sorted(self.delays):
            so_far += self.delays[delay]
            if so_far >= wanted:
                return delay
        return None

    @property
    def median(self) -> float | None:
        """Return the median; of an even number the mean of the two in the middle."""
        number = self.delays.total()
        if not number:
            return None
        upper = self.at((number // 2 + 1) / number)
        lower = self.at(0.5) if number % 2 == 0 else upper
        return ((lower or 0) + (upper or 0)) / 2

    def cells(self) -> tuple[Cell, ...]:
        """Return the cells after the learner."""
        ahead = [delay for delay in self.delays if delay < 0]
        return (
            self.delays.total() + self.moved,
            self.median,
            self.at(_MOST),
            max(self.delays, default=None),
            sum(self.delays[delay] for delay in ahead),
            -min(ahead) if ahead else None,
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
    everybody = Drift()
    for drift in of_each.values():
        everybody.delays.update(drift.delays)
        everybody.moved += drift.moved
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


async def _drifts(q: Query) -> dict[RowId, Drift]:
    """Return person id -> what the events of the period with both dates say."""
    events = q.days.events()
    # Written out, as in `day_parts`: PostgreSQL shifts by an integer only.
    at = events.c.id.op(">>")(literal_column(str(EVENT_SEQUENCE_BITS)))
    is_moved = events.c.flags.op("&")(FLAG_MOVED)
    columns = (
        events.c.person_id,
        is_moved.label("moved"),
        (events.c.server_at - at).label("delay"),
    )
    rows = await q.fetch(
        select(*columns, func.count().label("number"))
        .where(events.c.server_at.is_not(None), events.c.person_id.is_not(None))
        .group_by(*columns)
    )
    of_each: dict[RowId, Drift] = defaultdict(Drift)
    for row in rows:
        drift = of_each[row.person_id]
        if row.moved:
            drift.moved += row.number
        else:
            drift.delays[int(row.delay)] += row.number
    return of_each
