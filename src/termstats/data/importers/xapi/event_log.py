"""The log of statements in ClickHouse, as Ralph and Aspects keep it: each row is a statement."""

from __future__ import annotations

from termstats.data.importers.sources import cells
from termstats.data.importers.xapi.clickhouse import ClickHouse, quoted
from termstats.data.importers.xapi.files import loaded
from termstats.data.importers.xapi.intake import StatementIntake
from termstats.data.model.errors import SourceError

LOG = "xapi_events_all"
TIME = "emission_time"
_TEXTS = ("event_str", "event")


def read_log(
    server: ClickHouse,
    intake: StatementIntake,
    table: str = LOG,
    where: str = "",
    *,
    stays: bool = False,
) -> None:
    """Bring in the statements of a log; `where`: a condition of SQL, made by this program.

    `stays`: they have to be found there again by their time.

    Raises:
        SourceError: no such table, the server does not answer, or they would not be found again.
    """
    columns, text = server.columns(table), text_column(server, table)
    if not text or "event_id" not in columns or (stays and TIME not in columns):
        seen = ", ".join(sorted(t for d, t in server.tables if d == server.database)[:5])
        raise SourceError(
            f"{server.name}: no table {table} with event_id and event in {server.database}, "
            f"which has {seen or 'no table that this account may read'}; "
            "name it: .../DATABASE?table=NAME"
        )
    selected = ["toString(event_id)", f"toString({quoted(text)})"]
    if stays:
        selected.append(server.micros(TIME, columns[TIME]))
    sql = f"SELECT {', '.join(selected)} FROM {server.table(table)}"  # noqa: S608
    for own_id, event, *at in server.rows(f"{sql} WHERE {where}" if where else sql):
        intake.intake.read()
        logged_at = int(at[0]) if at else None
        intake.take(loaded(cells.text(event)), f"{table} {own_id}", logged_at=logged_at)


def text_column(server: ClickHouse, table: str) -> str:
    """Return the name of the column that holds statements; empty: there is none."""
    return next((name for name in _TEXTS if name in server.columns(table)), "")
