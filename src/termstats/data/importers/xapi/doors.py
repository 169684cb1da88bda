"""Where statements come from: files, the database of lrsql, ClickHouse of Ralph and of Aspects."""

from __future__ import annotations

from pathlib import Path

from termstats.data.importers.sources.content import LEADING, SQLITE
from termstats.data.importers.sources.file_names import files_of
from termstats.data.importers.sources.unpacking import open_unpacked
from termstats.data.importers.writing.base import ImportContext
from termstats.data.importers.xapi.aspects import has_event_tables, read_event_tables
from termstats.data.importers.xapi.clickhouse import is_clickhouse, open_clickhouse
from termstats.data.importers.xapi.event_log import LOG, read_log
from termstats.data.importers.xapi.event_sink import read_event_sink
from termstats.data.importers.xapi.files import Pages, statements_in
from termstats.data.importers.xapi.intake import StatementIntake, Told
from termstats.data.importers.xapi.lrsql import read_lrsql
from termstats.data.model.plural import counted
from termstats.data.model.redaction import might_be_url


async def read_door(location: str, context: ImportContext, intake: StatementIntake) -> Told:
    """Bring in the statements at a location; return what it tells beside them.

    Raises:
        SourceError: nothing there, no statements, or it does not answer.
    """
    if is_clickhouse(location):
        return _read_clickhouse(location, intake)
    if might_be_url(location) and not _is_there(location):
        await read_lrsql(location, context, intake)
        return Told()
    pages = Pages()
    for path in files_of(location):
        if _is_sqlite(path):
            await read_lrsql(str(path), context, intake)
            continue
        for found in statements_in(path, pages):
            intake.intake.read()
            intake.take(found.value, f"{path.name}, line {found.line}")
    if pages.unfinished:
        context.report.notes.append(
            f"{counted(pages.unfinished, 'answer')} of a record store with further pages "
            "(more): fetch those too"
        )
    return Told()


def _read_clickhouse(location: str, intake: StatementIntake) -> Told:
    """Bring in the event tables where there are such, else the log of statements."""
    with open_clickhouse(location) as server:
        table = server.options.get("table", "")
        if not table and has_event_tables(server):
            read_event_tables(server, intake)
        else:
            read_log(server, intake, table or LOG)
        return read_event_sink(server)


def _is_there(location: str) -> bool:
    return Path(location).expanduser().exists()


def _is_sqlite(path: Path) -> bool:
    with open_unpacked(path) as file:
        return file.read(LEADING).startswith(SQLITE)
