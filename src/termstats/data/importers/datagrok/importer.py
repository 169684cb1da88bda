"""Datagrok: imports the system database of a server (PostgreSQL), or a copy of it in SQLite."""

from __future__ import annotations

import json

from termstats.data.importers.datagrok.base import EVENT_LIMIT, REQUIRED, TABLES, DatagrokRun
from termstats.data.importers.datagrok.calls import read_calls
from termstats.data.importers.datagrok.events import EventWriter, read_types, stage_values
from termstats.data.importers.datagrok.objects import note_lost_tags, write_objects, write_reports
from termstats.data.importers.datagrok.people import (
    read_sessions,
    write_groups,
    write_people,
    write_sessions,
)
from termstats.data.importers.sources.opening import open_source
from termstats.data.importers.sources.tables import require
from termstats.data.importers.writing.base import ImportContext
from termstats.data.importers.writing.table_run import needed
from termstats.data.model.causes import FOLLOWS
from termstats.data.model.errors import UsageError
from termstats.data.model.redaction import masked

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
    example = "postgresql://reader@host/datagrok --store datagrok.db"
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
        context.bad_rows.withheld |= {"email", "error_stack_trace"}
        async with await open_source(location, needed(TABLES)) as source:
            await require(source, self.title, REQUIRED)
            run = DatagrokRun(source, context)
            await run.note_gaps()
            context.need("users", "events")
            context.need(*REQUIRED, rows=False)
            context.writer.set_source(
                zone=run.zone.key,
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
