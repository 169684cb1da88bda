"""Kolibri: imports the databases of one or many devices as one source."""

from __future__ import annotations

import json
import time
from contextlib import AsyncExitStack

from termstats.data.importers.kolibri.base import LONGEST, KolibriRun
from termstats.data.importers.kolibri.content import read_content, write_channels
from termstats.data.importers.kolibri.devices import Devices
from termstats.data.importers.kolibri.files import device_files
from termstats.data.importers.kolibri.logs import (
    read_visits,
    write_attendance,
    write_sessions,
    write_visits,
)
from termstats.data.importers.kolibri.people import write_people
from termstats.data.importers.kolibri.results import write_results
from termstats.data.importers.kolibri.tables import OLDEST, REQUIRED
from termstats.data.importers.kolibri.trainings import write_trainings
from termstats.data.importers.kolibri.tries import read_summaries, write_tries
from termstats.data.importers.writing.base import ImportContext
from termstats.data.model.errors import UsageError
from termstats.data.model.redaction import masked
from termstats.data.model.units import Second

_RULES = {
    "active": "a visit to content with a possible clock",
    "enrolled": "a recipient of a lesson, quiz or course; in a channel: a visit",
    "completed": "every resource that a device has was completed once",
    "session_limit_seconds": LONGEST,
    "oldest_possible": OLDEST,
}


class KolibriImporter:
    """Devices of Kolibri."""

    platform = "kolibri"
    title = "Kolibri"
    example = "sticks/ --store schools.db --zone Africa/Nairobi"
    help = (
        "db.sqlite3 of one device or of many, packed or not, a folder with them, "
        "or a database URL (postgresql://...)"
    )
    takes_several = True

    async def run(self, location: str, context: ImportContext) -> None:
        """Read the devices at `location`, and at `context.options.more`, and fill the store.

        Raises:
            SourceError: no database of Kolibri, a table is missing, or it is damaged.
            UsageError: single trainings were asked for.
        """
        if context.options.only:
            raise UsageError("kolibri: imports whole devices only; leave --only out")
        context.report.source = masked(location)
        asked = context.options.as_of
        devices = Devices(context, Second(int(time.time())) if asked is None else asked)
        async with AsyncExitStack() as stack:
            await devices.open(device_files((location, *context.options.more)), stack)
            context.need("kolibriauth_collection", "kolibriauth_facilityuser")
            context.need(*REQUIRED, rows=False)
            await _import(devices)


async def _import(devices: Devices) -> None:
    """Write every table; each step needs the ones before it."""
    context, rows = devices.context, devices.rows
    # Logs first: they tell which device is the newest.
    sessions, summaries = (
        await rows("logger_contentsessionlog"),
        await rows("logger_contentsummarylog"),
    )
    tries, answers = await rows("logger_masterylog"), await rows("logger_attemptlog")
    logins = await rows("logger_usersessionlog")
    newest = devices.newest
    as_of = devices.until if newest is None else newest
    run = KolibriRun(devices, as_of)
    await devices.note_gaps()
    context.writer.set_source(
        version=await _version(devices),
        zone="UTC",
        as_of=as_of,
        rules=json.dumps(_RULES, sort_keys=True),
    )
    await write_people(run)
    await read_content(run)
    await write_channels(run)
    await write_trainings(run)
    visits = read_visits(run, sessions, tries)
    sums = read_summaries(run, summaries, visits)
    written = write_tries(run, tries, answers, sums, visits)
    write_visits(run, sessions, visits)
    await write_sessions(run, logins)
    await write_attendance(run)
    write_results(run, sums, written, visits)
    for flag in await devices.help_flags():
        if flag[0] == "Resource" and flag[1] in ("HelpNeeded", "Completed"):
            run.keep_row("notification", **dict(zip(_FLAG, flag, strict=True)))
    devices.write()


_FLAG = ("object", "event", "user", "class", "node", "lesson", "reason", "at", "course")


async def _version(devices: Devices) -> str:
    """Return the version that the tables of the newest device tell."""
    newest = max(devices.runs, key=lambda run: run.newest)
    if "courses_coursesession" in await newest.source.tables():
        return "0.19 or newer"
    columns = await newest.source.columns("logger_masterylog")
    return "0.15 to 0.18" if "time_spent" in columns else "before 0.15"
