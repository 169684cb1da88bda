"""What a log in ClickHouse held on each day: tells whether anything has come, gone or changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from termstats.data.importers.xapi.aspects import PARSED, TABLES, has_event_tables
from termstats.data.importers.xapi.clickhouse import DAY, ClickHouse, quoted
from termstats.data.importers.xapi.event_log import LOG
from termstats.data.importers.xapi.event_sink import SINK_TABLES, sink_of

_UNDATED = "what the platform tells"
"""Stands for the day of tables without events."""
_SHOWN = 3
Fingerprint = dict[str, list[str]]
"""`table/day` -> [rows, xor of the hashes of their ids]; days since 1970 UTC."""


def fingerprint_of(server: ClickHouse) -> Fingerprint:
    """Return what everything that an import reads looks like now, day by day.

    Raises:
        SourceError: the server does not answer.
    """
    table = server.options.get("table", "")
    if not table and has_event_tables(server):
        dated = {each.name: each.time for each in TABLES}
        dated |= {name: "emission_time" for name in (PARSED, LOG) if server.columns(name)}
    else:
        dated = {table or LOG: "emission_time"}
    found: Fingerprint = {}
    for name, column in dated.items():
        if column not in server.columns(name):
            continue  # reading it will say what is missing
        micros = server.micros(column, server.columns(name)[column])
        sql = (
            f"SELECT intDiv({micros}, {DAY}) AS day, count(), "  # noqa: S608
            f"toString(groupBitXor(cityHash64(toString(event_id)))) "
            f"FROM {server.table(name)} GROUP BY day"
        )
        for day, rows, hashes in server.rows(sql):
            found[f"{name}/{day}"] = [str(rows), str(hashes)]
    sink = sink_of(server)
    for name in SINK_TABLES:
        if server.columns(name, sink):
            dumped = quoted("time_last_dumped")
            sql = f"SELECT count(), max({dumped}) FROM {server.table(name, sink)}"  # noqa: S608
            ((rows, last),) = server.rows(sql)
            found[f"{name}/{_UNDATED}"] = [str(rows), str(last)]
    return found


def changed_days(before: Mapping[str, list[str]], now: Mapping[str, list[str]]) -> list[str]:
    """Return the days on which a log differs, as people read them, in order."""
    keys = {key for key in before.keys() | now.keys() if before.get(key) != now.get(key)}
    return sorted({_written(key.partition("/")[2]) for key in keys})


def _written(day: str) -> str:
    if not day.isdecimal():
        return day
    return f"{datetime.fromtimestamp(int(day) * DAY // 1_000_000, UTC):%Y-%m-%d}"


def words_of(days: list[str]) -> str:
    """Return why everything has to be read."""
    listed = ", ".join(days[-_SHOWN:])
    more = f" and {len(days) - _SHOWN:,} more" if len(days) > _SHOWN else ""
    return f"the source has changed ({listed}{more})"
