"""How far each enrolment is at as-of: what questions that end there need not work out of history.

Made from the other day tables, which are written and indexed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from datetime import date
from zoneinfo import ZoneInfo

from termstats.data.model.period import (
    FIRST_SECOND,
    LAST_SECOND,
    bucket_of,
    day_number,
    local_day,
)
from termstats.data.model.units import DayNumber, RowId, Second
from termstats.data.store.schema import CLOCK_DEVICE, CLOCK_SERVER, STANDING_DAY

_NAMED_DAY = f"SELECT value FROM store_setting WHERE name = '{STANDING_DAY}'"  # noqa: S608


def build_standing(connection: sqlite3.Connection, zone: ZoneInfo) -> None:
    """Fill `standing` with every enrolment, and name the day as of which it is."""
    connection.execute("DELETE FROM standing")
    _pairs_table(connection)
    connection.execute("INSERT INTO temp.pair SELECT training_id, person_id FROM enrolment")
    _write(connection, _today(connection, zone))


def refresh_standing(
    connection: sqlite3.Connection, zone: ZoneInfo, pairs: Collection[tuple[RowId, RowId]]
) -> None:
    """Write anew where the enrolments of these (training, person) stand; the others stay.

    But for those of whom something is dated between the day named before and the new one. What
    comes out is what `build_standing` makes.
    """
    named, today = connection.execute(_NAMED_DAY).fetchone(), _today(connection, zone)
    if named is None:
        build_standing(connection, zone)
        return
    _pairs_table(connection)
    connection.executemany("INSERT INTO temp.pair VALUES (?, ?)", sorted(pairs))
    first, last = sorted((int(named[0]), day_number(today)))
    for table in ("person_day", "enrolment_day") if first < last else ():
        connection.execute(
            f"INSERT OR IGNORE INTO temp.pair SELECT training_id, person_id FROM {table} "  # noqa: S608
            "WHERE day > ? AND day <= ? AND training_id IN (SELECT id FROM training)",
            (first, last),
        )
    # One by one: SQLite 3.40 leaves rows behind with (training_id, person_id) IN (SELECT ...), once
    # the table has statistics.
    connection.executemany(
        "DELETE FROM standing WHERE training_id = ? AND person_id = ?",
        connection.execute("SELECT training_id, person_id FROM temp.pair").fetchall(),
    )
    _write(connection, today)


def _today(connection: sqlite3.Connection, zone: ZoneInfo) -> date:
    (as_of,) = connection.execute("SELECT coalesce(max(as_of), 0) FROM source").fetchone()
    # One that is no moment is refused where the store is opened.
    return local_day(Second(max(FIRST_SECOND, min(as_of, LAST_SECOND))), zone)


def _pairs_table(connection: sqlite3.Connection) -> None:
    connection.execute("DROP TABLE IF EXISTS temp.pair")
    connection.execute(
        "CREATE TEMP TABLE pair (training_id INTEGER, person_id INTEGER, "
        "PRIMARY KEY (training_id, person_id)) WITHOUT ROWID"
    )


def _write(connection: sqlite3.Connection, today: date) -> None:
    """Write the rows of the enrolments in `temp.pair`, of which none are there."""
    day = day_number(today)
    for clock in (CLOCK_DEVICE, CLOCK_SERVER):
        _sum_activity(connection, clock, day, day_number(bucket_of(today, "month")))
    # Attempts are not indexed yet where a snapshot is made.
    connection.execute(
        "CREATE TEMP TABLE waiting (training_id INTEGER, person_id INTEGER, "
        "PRIMARY KEY (training_id, person_id)) WITHOUT ROWID"
    )
    connection.execute(
        "INSERT OR IGNORE INTO temp.waiting SELECT training_id, person_id FROM attempt "
        "WHERE in_score = 1 AND evaluated = 0 AND training_id IS NOT NULL"
    )
    same = "{0}.training_id = e.training_id AND {0}.person_id = e.person_id"
    # The index is named: where rows have not been counted yet, as in an import, SQLite would look
    # through all days of a training for each of its people.
    connection.execute(
        f"""
        INSERT INTO standing (training_id, person_id, first_day, last_day, seconds,
            server_last_day, server_seconds, changed_day, progress, score, modules_passed,
            attempts, waits)
        SELECT e.training_id, e.person_id,
            (SELECT min(d.day) FROM person_day AS d INDEXED BY person_day_person
             WHERE d.clock = {CLOCK_DEVICE}
             AND {same.format("d")} AND d.active = 1 AND d.day <= :day),
            a.last_day, coalesce(a.seconds, 0), b.last_day, coalesce(b.seconds, 0),
            s.day, s.progress, s.score, s.modules_passed, s.attempts,
            w.person_id IS NOT NULL
        FROM temp.pair AS p
        JOIN enrolment AS e ON e.training_id = p.training_id AND e.person_id = p.person_id
        LEFT JOIN temp.waiting AS w ON {same.format("w")}
        LEFT JOIN temp.activity_{CLOCK_DEVICE} AS a ON {same.format("a")}
        LEFT JOIN temp.activity_{CLOCK_SERVER} AS b ON {same.format("b")}
        LEFT JOIN enrolment_day AS s ON {same.format("s")} AND s.day =
            (SELECT max(n.day) FROM enrolment_day AS n WHERE {same.format("n")} AND n.day <= :day)
        ORDER BY e.training_id, e.person_id
        """,  # noqa: S608
        {"day": day},
    )
    connection.execute("INSERT OR REPLACE INTO store_setting VALUES (?, ?)", (STANDING_DAY, day))
    for name in ("pair", "waiting", f"activity_{CLOCK_DEVICE}", f"activity_{CLOCK_SERVER}"):
        connection.execute(f"DROP TABLE temp.{name}")


def _sum_activity(
    connection: sqlite3.Connection, clock: int, day: DayNumber, month: DayNumber
) -> None:
    """Sum what those in `temp.pair` did by one clock, months and days as `Days.person_sums`."""
    connection.execute(f"DROP TABLE IF EXISTS temp.activity_{clock}")
    connection.execute(
        f"CREATE TEMP TABLE activity_{clock} (training_id INTEGER, person_id INTEGER, "
        "last_day INTEGER, seconds REAL, PRIMARY KEY (training_id, person_id)) WITHOUT ROWID"
    )
    these = "training_id IN (SELECT training_id FROM temp.pair)"
    connection.execute(
        f"""
        INSERT INTO temp.activity_{clock}
        SELECT m.training_id, m.person_id, max(m.last_day), sum(m.seconds) FROM (
            SELECT training_id, person_id, last_day, seconds FROM person_month
            WHERE clock = :clock AND {these} AND month BETWEEN 0 AND :month - 1
            UNION ALL
            SELECT training_id, person_id, day, seconds FROM person_day
            WHERE clock = :clock AND {these} AND day BETWEEN :month AND :day) AS m
        JOIN temp.pair AS p ON p.training_id = m.training_id AND p.person_id = m.person_id
        GROUP BY m.training_id, m.person_id
        """,  # noqa: S608
        {"clock": clock, "month": month, "day": day},
    )
