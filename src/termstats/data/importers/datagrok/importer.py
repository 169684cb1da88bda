"""Datagrok: imports the system database of a server (PostgreSQL), or a copy of it in SQLite."""

from __future__ import annotations

import json
import time

from termstats.data.importers.datagrok.base import COLUMNS, EVENT_LIMIT, REQUIRED, Run
from termstats.data.importers.datagrok.calls import read_calls
from termstats.data.importers.datagrok.events import EventWriter, read_types, stage_values
from termstats.data.importers.datagrok.objects import note_lost_tags, write_objects, write_reports
from termstats.data.importers.datagrok.people import (
    read_sessions,
    write_groups,
    write_people,
    write_sessions,
)
from termstats.data.importers.sources.opening import TableSource, masked, open_source, require
from termstats.data.importers.writing.base import ImportContext
from termstats.data.model.causes import FOLLOWS
from termstats.data.model.errors import UsageError

_RULES = {
    "package": "parameter package, else the package of the first entity parameter, else Core",
    "person": "owner of the event's session; events without a session are the system's",
    "caused": f"an error of the same request, or of a child of it, within {FOLLOWS} s",
    "event_limit_seconds": EVENT_LIMIT,
}


class DatagrokImporter:
    """Datagrok server."""

    platform = "datagrok"
    title = "Datagrok"
    help = "a database URL (postgresql://...), or a SQLite file with the same tables"

    async def run(self, location: str, context: ImportContext) -> None:
        """Read the server's tables at `location` and fill the store.

        Raises:
            SourceError: not a Datagrok database, a table is missing, or it is damaged.
            UsageError: single trainings were asked for.
        """
        if context.options.only:
            raise UsageError("datagrok: has no trainings to choose; leave --only out")
        context.report.source = masked(location)
        started = int(time.time())
        async with await open_source(location, COLUMNS) as source:
            await require(source, self.title, REQUIRED)
            await _note_gaps(source, context)
            run = Run(source, context)
            context.writer.set_source(
                zone=run.zone.key,
                as_of=started,
                has_time=int(bool(await source.columns("func_calls"))),
                rules=json.dumps(_RULES, sort_keys=True),
            )
            await write_people(run)
            await write_groups(run)
            await read_sessions(run)
            await write_objects(run)
            calls = await read_calls(run)
            types = await read_types(run)
            await stage_values(run)
            await EventWriter(run, types, calls).write()
            write_sessions(run)
            await write_reports(run)
            note_lost_tags(run)
            context.writer.connection.execute("DROP TABLE temp.datagrok_value")


async def _note_gaps(source: TableSource, context: ImportContext) -> None:
    """Note in the report what this version lacks; versions differ, and differ without a number."""
    tables = await source.tables()
    for table, columns in COLUMNS.items():
        have = set(await source.columns(table))
        if table not in tables:
            context.report.gaps.append(f"table {table}")
        else:
            context.report.gaps += [f"column {table}.{c}" for c in columns if c not in have]
    unread = sorted(tables - COLUMNS.keys())
    if unread:
        context.report.notes.append(f"tables not read: {', '.join(unread)}")
