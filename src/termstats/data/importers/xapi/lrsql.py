"""The database of lrsql: SQLite, PostgreSQL, or a server that speaks like MySQL."""

from __future__ import annotations

from termstats.data.importers.sources import cells
from termstats.data.importers.sources.opening import open_source
from termstats.data.importers.sources.tables import require
from termstats.data.importers.writing.base import ImportContext
from termstats.data.importers.writing.table_run import TableRun, columns_of
from termstats.data.importers.xapi.files import loaded
from termstats.data.importers.xapi.intake import StatementIntake

_TABLE = "xapi_statement"
_COLUMNS = columns_of({"statements": "id statement_id is_voided? payload"})


class _Statements(TableRun):
    """The one table that is read, counted as statements like those of other doors."""

    def name_of(self, table: str) -> str | None:
        return _TABLE


async def read_lrsql(location: str, context: ImportContext, intake: StatementIntake) -> None:
    """Bring in the statements of the database at `location`; its ids are in order of storing.

    Raises:
        SourceError: no database of lrsql, or it cannot be read.
    """
    async with await open_source(location, {_TABLE: _COLUMNS["statements"].names}) as source:
        await require(source, "lrsql", {_TABLE: _COLUMNS["statements"].must})
        run = _Statements(source, context, _COLUMNS)
        async for _id, own_id, is_voided, payload in run.rows("statements"):
            raw = loaded(cells.text(payload))
            place = f"{_TABLE} {cells.text(own_id)}"
            intake.take(raw, place, is_voided=cells.flag(is_voided))
