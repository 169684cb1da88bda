"""Stores whose log of events stays on the server that holds it: what is kept, and what is not."""

from __future__ import annotations

import sqlite3

from termstats.data.model.errors import SourceError
from termstats.data.model.units import RowId
from termstats.data.store.schema import FLAG_MOVED, SOURCES_ELSEWHERE


def check_alone(connection: sqlite3.Connection, source_id: RowId, *, log_stays: bool) -> None:
    """Check that a source whose log stays elsewhere has its store for itself.

    Day tables are made of the events of all sources, and those of the log are not there again.

    Raises:
        SourceError: there would be two.
    """
    others = f"SELECT count(*) FROM ({SOURCES_ELSEWHERE}) WHERE id <> ?"  # noqa: S608
    (elsewhere,) = connection.execute(others, (source_id,)).fetchone()
    (all_others,) = connection.execute(
        "SELECT count(*) FROM source WHERE id <> ?", (source_id,)
    ).fetchone()
    if elsewhere or (log_stays and all_others):
        raise SourceError(
            "a log that stays where it is needs a store of its own; import into another file"
        )


def leave_events(connection: sqlite3.Connection, source_id: RowId) -> None:
    """Delete the events of a source whose log stays, once day tables are made of them.

    Those that lie at another time than in the log are kept: no range of time would find them there.
    """
    connection.execute(
        "DELETE FROM event WHERE source_id = ? AND flags & ? = 0", (source_id, FLAG_MOVED)
    )
    connection.commit()
    connection.execute("VACUUM")  # else the file is as large as before
