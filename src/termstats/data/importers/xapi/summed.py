"""Events that are summed up where they lie: page visits and videos, most of what a log holds.

One row stands for the events of one person with one verb at one block of a course on one day. A day
is one of the reporting zone; days of which nothing has changed are not summed up again.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from termstats.data.importers.xapi.clickhouse import DAY, ClickHouse, quoted, text_of
from termstats.data.importers.xapi.statements import SECOND
from termstats.data.model.errors import SourceError
from termstats.data.model.period import local_day
from termstats.data.model.units import Second

MOST_VOIDED = 5_000
"""Ids that fit into a query."""


class Sum(NamedTuple):
    """Events that are alike, of one day."""

    actor: str
    course: str
    verb: str
    block: str
    rows: int
    events: int
    """Without those that are there twice."""
    first: int
    """Microseconds since 1970 UTC."""
    last: int
    id: str
    """Of one of the events."""
    length: float
    """Of a video, as the last event has it; 0: unknown."""


_KINDS = (str, str, str, str, int, int, int, int, str, float)


@dataclass
class Summing:
    """Which days have to be summed up, and the sums of the others."""

    zone: ZoneInfo
    now: Mapping[str, list[str]]
    """`table/day`, a day of UTC -> what tells whether that day has changed."""
    before: Mapping[str, list[str]] = field(default_factory=dict)
    kept: Mapping[str, Sequence[Sequence[Any]]] = field(default_factory=dict)
    """The same -> the sums that the last import has made."""
    voided: list[str] = field(default_factory=list)
    """Ids of events that do not count, of the last import; afterwards of this one."""
    left: dict[str, list[Sequence[Any]]] = field(default_factory=dict)
    """What the next import may keep."""

    def leave_out(self, voided: Collection[str]) -> None:
        """Say which events do not count; where others did not the last time, all is summed up.

        Raises:
            SourceError: more than fit into a query.
        """
        if len(voided) > MOST_VOIDED:
            raise SourceError(
                f"{len(voided):,} statements are voided by others, more than a log that stays may "
                "have; leave --log-stays out"
            )
        if sorted(voided) != self.voided:
            self.kept, self.voided = {}, sorted(voided)

    def sums(
        self, server: ClickHouse, table: str, time: str, block: str, length: str
    ) -> Iterator[Sum]:
        """Yield the sums of a table; `time`, `block`, `length`: names of its columns.

        Raises:
            SourceError: the server does not answer, or knows another zone than we do.
        """
        mine = [key for key in self.now if key.partition("/")[0] == table]
        same = [key for key in mine if key in self.kept and self.before[key] == self.now[key]]
        for key in same:
            self.left[key] = list(self.kept[key])
            yield from map(Sum._make, self.left[key])
        days = [int(key.partition("/")[2]) for key in sorted({*mine} - {*same})]
        if not days:
            return
        micros = server.micros(time, server.columns(table)[time])
        columns = Columns(server.table(table), micros, quoted(block), length and quoted(length))
        sql = sum_sql(columns, str(self.zone), days if same else (), self.voided)
        for day, _local, *cells in server.rows(sql):
            row = Sum._make(kind(cell) for kind, cell in zip(_KINDS, cells, strict=True))
            ends = {local_day(Second(at // SECOND), self.zone) for at in (row.first, row.last)}
            if len(ends) > 1:
                raise SourceError(
                    f"{server.name}: its days in {self.zone} are not those of this machine; "
                    "leave --log-stays out"
                )
            self.left.setdefault(f"{table}/{day}", []).append(row)
            yield row

    def packed(self) -> bytes:
        """Return the sums as the next import reads them."""
        lines = (json.dumps([key, self.left[key]]) for key in sorted(self.left))
        return zlib.compress("\n".join(lines).encode(), 1)


def unpacked(seen: bytes) -> dict[str, list[list[Any]]]:
    """Return the sums that an import has left."""
    lines = zlib.decompress(seen).decode().split("\n") if seen else []
    return dict(json.loads(line) for line in lines if line)


class Columns(NamedTuple):
    """A table of events, and what its columns are called, as SQL writes them."""

    table: str
    micros: str
    block: str
    length: str


def sum_sql(columns: Columns, zone: str, days: Sequence[int], voided: Sequence[str]) -> str:
    """Return the query of the sums.

    `days`: only these days of UTC; none: all. `voided`: ids of events that are left out.
    """
    table, micros, block, length = columns
    conditions = []
    if days:
        conditions.append(f"intDiv({micros}, {DAY}) IN ({', '.join(map(str, days))})")
    if voided:
        conditions.append(f"toString(event_id) NOT IN ({', '.join(map(text_of, voided))})")
    where = f"WHERE {' AND '.join(conditions)} " if conditions else ""
    seconds = f"toDateTime(intDiv({micros}, {SECOND}))"
    longest = f"toFloat64(argMaxIf({length}, {micros}, {length} > 0))" if length else "toFloat64(0)"
    return (
        f"SELECT intDiv({micros}, {DAY}) AS utc_day, "  # noqa: S608
        f"toString(toDate({seconds}, {text_of(zone)})) AS local_day, "
        f"actor_id, course_key, verb_id, {block} AS block, count(), uniqExact(event_id), "
        f"min({micros}), max({micros}), min(toString(event_id)), {longest} FROM {table} {where}"
        "GROUP BY utc_day, local_day, actor_id, course_key, verb_id, block"
    )
