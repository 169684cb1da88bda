"""What an earlier import of the same site knew and the site has dropped since.

A rebuild of Opigno's achievements drops everybody who left, and with them deleted trainings.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field

from termstats.data.importers.opigno_base import Run, number_of
from termstats.data.importers.opigno_content import add_deleted_training

_KEPT = (
    "enrolled_at",
    "completed_at",
    "valid_until",
    "reported_state",
    "reported_progress",
    "reported_score",
    "reported_seconds",
)


@dataclass(frozen=True)
class Enrolled:
    """An enrolment of the earlier import."""

    withdrawn_at: int
    """When the person had left; else the moment of that import, when the person was there."""
    values: Mapping[str, object]


@dataclass(frozen=True)
class Past:
    """The earlier import; empty where there was none, or where it describes a later moment."""

    enrolments: Mapping[tuple[int, int], Enrolled] = field(default_factory=dict)
    """(gid, uid) -> enrolment."""
    titles: Mapping[int, str] = field(default_factory=dict)
    as_of: int = 0


def read_past(connection: sqlite3.Connection, source_id: int) -> Past:
    """Return the enrolments that the store holds of this source."""
    row = connection.execute("SELECT as_of FROM source WHERE id = ?", (source_id,)).fetchone()
    if row is None or row[0] is None:
        return Past()
    as_of = int(row[0])
    columns = ", ".join(f"e.{name}" for name in _KEPT)
    enrolments: dict[tuple[int, int], Enrolled] = {}
    titles: dict[int, str] = {}
    for training, title, person, withdrawn, *values in connection.execute(
        f"SELECT t.key, t.title, p.key, e.withdrawn_at, {columns} "  # noqa: S608
        "FROM enrolment e JOIN training t ON t.id = e.training_id "
        "JOIN person p ON p.id = e.person_id WHERE e.source_id = ?",
        (source_id,),
    ):
        gid = number_of(training)
        titles[gid] = title
        enrolments[gid, number_of(person)] = Enrolled(
            as_of if withdrawn is None else withdrawn, dict(zip(_KEPT, values, strict=True))
        )
    return Past(enrolments, titles, as_of)


def write_past_trainings(run: Run, past: Past) -> None:
    """Write trainings that only the earlier import knew."""
    for gid, title in sorted(past.titles.items()):
        if gid not in run.trainings:
            add_deleted_training(run, gid, title)
