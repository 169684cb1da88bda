"""What people did in trainings as results tell it: it counts where no event tells it first."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from termstats.data.model.units import RowId, Second
from termstats.data.store.schema import CLOCK_SERVER, FLAG_NO_ACTIVITY

Work = tuple[Second, RowId, RowId]
"""(when, training id, person id)."""


def own_work(
    connection: sqlite3.Connection,
    clock: int,
    *,
    person: RowId | None = None,
    within: tuple[Second, Second] | None = None,
) -> Iterator[Work]:
    """Give own attempts and completed activities, in the order of time.

    Not what carries FLAG_NO_ACTIVITY, nor the activities that were completed by it alone.
    `person`: theirs only; `within`: from the first second on, before the second one.
    """
    at = "coalesce(a.finished_at, a.started_at)"
    if clock == CLOCK_SERVER:
        at = f"coalesce(a.server_at, {at})"
    yield from connection.execute(
        f"SELECT {at} AS at, a.training_id, a.person_id FROM attempt AS a "  # noqa: S608
        f"WHERE a.training_id IS NOT NULL AND a.flags & {FLAG_NO_ACTIVITY} = 0 "
        f"AND {at} IS NOT NULL {_only('a', at, person, within)}"
        "UNION ALL SELECT c.at, c.training_id, c.person_id FROM completion AS c "
        "JOIN activity AS y ON y.id = c.activity_id WHERE NOT EXISTS (SELECT 1 FROM attempt AS a "
        "WHERE a.person_id = c.person_id AND a.module_id = y.module_id "
        f"AND a.flags & {FLAG_NO_ACTIVITY} <> 0) {_only('c', 'c.at', person, within)}"
        "ORDER BY 1, 2, 3"
    )


def _only(table: str, at: str, person: RowId | None, within: tuple[Second, Second] | None) -> str:
    """Return the conditions that a row is of a person, and within a time."""
    sql = f"AND {table}.person_id = {person:d} " if person is not None else ""
    if within is not None:
        sql += f"AND {at} >= {within[0]:d} AND {at} < {within[1]:d} "
    return sql
