"""Every figure, and those that matter most beside the best SQL by hand in the same process."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path

from benchmarks.bare_sql import Statement, bare_statements
from benchmarks.results import Line, median, median_of, timed
from termstats.data.figures.definition.explaining import about
from termstats.data.figures.definition.registry import figures
from termstats.data.figures.definition.run import run_figure
from termstats.data.model.request import Request
from termstats.data.query.largest import Subjects
from termstats.data.store.opening import Store


async def every_figure(store: Store, base: Request, subjects: Subjects) -> list[Line]:
    """Return all figures, the slowest first."""
    lines = []
    for figure in figures().values():
        request = about(figure, base, subjects)
        if request is None:
            continue
        try:
            table = await run_figure(store, figure.id, request)
        except Exception as error:  # one broken figure must not hide the others
            lines.append(Line(figure.id, 0.0, note=f"failed: {type(error).__name__}"))
            continue
        time = await median_of(partial(run_figure, store, figure.id, request))
        lines.append(timed(figure.id, time, note=f"{len(table.rows):,} rows"))
    return sorted(lines, key=lambda line: -(line.cpu or 0.0))


async def beside_sql(store: Store, path: Path, base: Request, subjects: Subjects) -> list[Line]:
    """Return the important figures beside the SQL that a person would write for them."""
    lines = []
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        for statement in bare_statements(store, base, subjects):
            request = about(figures()[statement.figure_id], base, subjects)
            if request is None:
                continue
            time = await median_of(partial(run_figure, store, statement.figure_id, request))
            bare = median(partial(_fetch, connection, statement))
            lines.append(timed(statement.figure_id, time, bare, statement.words))
    return lines


def _fetch(connection: sqlite3.Connection, statement: Statement) -> None:
    for sql in statement.sql:
        connection.execute(sql, statement.values).fetchall()
