"""Where statements come from: files, the database of lrsql, ClickHouse of Ralph and of Aspects."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

from termstats.data.importers.sources.content import LEADING, SQLITE
from termstats.data.importers.sources.file_names import files_of
from termstats.data.importers.sources.unpacking import open_unpacked
from termstats.data.importers.sources.workbooks import is_workbook
from termstats.data.importers.writing.base import ImportContext
from termstats.data.importers.writing.writer import EverythingNeeded
from termstats.data.importers.xapi.aspects import has_event_tables, read_event_tables
from termstats.data.importers.xapi.clickhouse import is_clickhouse, open_clickhouse
from termstats.data.importers.xapi.event_log import LOG, read_log
from termstats.data.importers.xapi.event_sink import read_event_sink
from termstats.data.importers.xapi.files import Pages, statements_in
from termstats.data.importers.xapi.fingerprints import Fingerprint, fingerprint_of
from termstats.data.importers.xapi.intake import StatementIntake, Told
from termstats.data.importers.xapi.lrsql import read_lrsql
from termstats.data.importers.xapi.people_file import read_people
from termstats.data.importers.xapi.summed import Summing, unpacked
from termstats.data.model.plural import counted
from termstats.data.model.redaction import masked, might_be_url

FINGERPRINTS, VOIDED = "fingerprints", "voided"
"""Names of the marks that an import leaves: of all logs, and of one that stays."""


async def read_door(location: str, context: ImportContext, intake: StatementIntake) -> list[Told]:
    """Bring in the statements at a location; return what is told beside them.

    Where the log is to stay, it is summed up in ClickHouse as far as that goes.

    Raises:
        SourceError: nothing there, no statements, or it does not answer.
    """
    if is_clickhouse(location):
        return [_read_clickhouse(location, context, intake)]
    if might_be_url(location) and not _is_there(location):
        await read_lrsql(location, context, intake)
        return [Told()]
    pages, told = Pages(), [Told()]
    for path in files_of(location):
        begin = _beginning(path)
        if begin.startswith(SQLITE):
            await read_lrsql(str(path), context, intake)
            continue
        if begin.removeprefix(BOM_UTF8).lstrip()[:1] not in (b"", b"[", b"{"):
            told.append(read_people(path, context))
            continue
        for found in statements_in(path, pages):
            intake.intake.read()
            intake.take(found.value, f"{path.name}, line {found.line}")
    if pages.unfinished:
        context.report.notes.append(
            f"{counted(pages.unfinished, 'answer')} of a record store with further pages "
            "(more): fetch those too"
        )
    return told


def _read_clickhouse(location: str, context: ImportContext, intake: StatementIntake) -> Told:
    """Bring in the event tables where there are such, else the log of statements."""
    stays = context.options.log_stays
    with open_clickhouse(location) as server:
        now = fingerprint_of(server)  # what comes while it is read is seen the next time
        summing = _summing(context, now) if stays else None
        table = server.options.get("table", "")
        if not table and has_event_tables(server):
            read_event_tables(server, intake, summing)
        else:
            read_log(server, intake, table or LOG, stays=stays)
        return replace(read_event_sink(server), fingerprint=now, summing=summing)


def _summing(context: ImportContext, now: Fingerprint) -> Summing:
    """Return what is to be summed up, with the sums that the last import has left."""
    zone, last = ZoneInfo(context.zone), context.before
    if last is None:
        return Summing(zone, now)
    before = last.marks[FINGERPRINTS][0]
    return Summing(zone, now, before, unpacked(last.seen), last.marks[VOIDED])


def fingerprints_of(locations: Sequence[str]) -> list[Fingerprint]:
    """Return what the logs at these locations look like now.

    Raises:
        EverythingNeeded: one is no log in ClickHouse, and has to be read to tell.
        SourceError: a server does not answer.
    """
    found = []
    for location in locations:
        if not is_clickhouse(location):
            raise EverythingNeeded(f"{masked(location)} is always read whole")
        with open_clickhouse(location) as server:
            found.append(fingerprint_of(server))
    return found


def _is_there(location: str) -> bool:
    return Path(location).expanduser().exists()


def _beginning(path: Path) -> bytes:
    if is_workbook(path):
        return b"PK"
    with open_unpacked(path) as file:
        return file.read(LEADING)
