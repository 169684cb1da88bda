"""What is measured of: the largest training, class, module and busiest learner of a store."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from termstats.data.figures.definition.figure import Figure
from termstats.data.model.entity import Entity
from termstats.data.model.request import Param, Request

_LARGEST = {
    Param.TRAINING: "SELECT training_id FROM enrolment GROUP BY 1 ORDER BY count(*) DESC, 1",
    Param.CLASS: "SELECT class_id FROM class_member GROUP BY 1 ORDER BY count(*) DESC, 1",
    Param.LEARNER: "SELECT d.person_id FROM person_day AS d JOIN person AS p ON p.id = d.person_id "
    "WHERE d.training_id = 0 AND p.counted = 1 GROUP BY 1 ORDER BY sum(d.events) DESC, 1",
    Param.MODULE: "SELECT module_id FROM attempt GROUP BY 1 ORDER BY count(*) DESC, 1",
    Param.ATTEMPT: "SELECT attempt_id FROM answer GROUP BY 1 ORDER BY count(*) DESC, 1",
    Param.ACTIVITY: "SELECT activity_id FROM event WHERE activity_id IS NOT NULL "
    "GROUP BY 1 ORDER BY count(*) DESC, 1",
}
_TABLES = {Param.LEARNER: "person"}
_TITLES = {Param.LEARNER: "name", Param.ATTEMPT: "key"}
Subjects = dict[Param, Entity]


def largest(store: Path) -> Subjects:
    """Return the largest thing of each sort that the store has."""
    subjects: Subjects = {}
    with closing(sqlite3.connect(store)) as connection:
        for param, query in _LARGEST.items():
            row = connection.execute(f"{query} LIMIT 1").fetchone()
            if row is not None:
                table, title = _TABLES.get(param, str(param)), _TITLES.get(param, "title")
                key, name = connection.execute(
                    f'SELECT key, "{title}" FROM "{table}" WHERE id = ?',  # noqa: S608
                    row,
                ).fetchone()
                subjects[param] = Entity(row[0], key, name)
    return subjects


def ask(figure: Figure, base: Request, subjects: Subjects) -> Request | None:
    """Return the question about the largest things; None: the store has nothing to ask about."""
    request = base
    for param in figure.needs:
        if param not in subjects:
            return None
        request = request.with_entity(param, subjects[param])
    return request
