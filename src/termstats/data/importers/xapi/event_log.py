"""The log of statements in ClickHouse, as Ralph and Aspects keep it: each row is a statement."""

from __future__ import annotations

from termstats.data.importers.sources import cells
from termstats.data.importers.xapi.clickhouse import ClickHouse, quoted
from termstats.data.importers.xapi.files import loaded
from termstats.data.importers.xapi.intake import StatementIntake
from termstats.data.model.errors import SourceError

LOG = "xapi_events_all"
_TEXTS = ("event_str", "event")


def read_log(
    server: ClickHouse, intake: StatementIntake, table: str = LOG, where: str = ""
) -> None:
    """Bring in the statements of a log; `where`: a condition of SQL, made by this program.

    Raises:
        SourceError: no such table, or the server does not answer.
    """
    columns = server.columns(table)
    text = next((name for name in _TEXTS if name in columns), None)
    if text is None or "event_id" not in columns:
        seen = ", ".join(sorted(t for d, t in server.tables if d == server.database)[:5])
        raise SourceError(
            f"{server.name}: no table {table} with event_id and event in {server.database}, "
            f"which has {seen or 'no table that this account may read'}; "
            "name it: .../DATABASE?table=NAME"
        )
    sql = f"SELECT toString(event_id), toString({quoted(text)}) FROM {server.table(table)}"  # noqa: S608
    for own_id, event in server.rows(f"{sql} WHERE {where}" if where else sql):
        intake.intake.read()
        intake.take(loaded(cells.text(event)), f"{table} {own_id}")
