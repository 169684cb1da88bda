"""Who completed a version of a training that was replaced since."""

from __future__ import annotations

from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.registry import figure
from termstats.data.figures.definition.series import local_days
from termstats.data.figures.learning.earlier_versions import earlier
from termstats.data.model.records import Record
from termstats.data.model.table import Cell, Destination, day, ident, words
from termstats.data.query.query import Query


@figure(
    "training.earlier-completions",
    record=Record.VERSIONS,
    title="Completed an earlier version",
    level=Level.TRAINING,
    columns=(
        ident("learner_id"),
        words("learner", "Learner"),
        words("version", "Version", "the newest one completed"),
        day("completed", "Completed"),
    ),
    row_opens=Destination("learner", (("learner", "learner_id"),)),
    unit="people",
)
async def earlier_completions(q: Query) -> Rows:
    """Who earned the badge of the training in an earlier version, and has not completed this one.

    By the version that the award names, up to the end of the period; one row per learner.
    """
    day_of = local_days(q)
    rows: list[tuple[Cell, ...]] = [
        (row.key, row.name, row.version, day_of(row.at)) for row in await earlier(q)
    ]
    return Rows(
        rows,
        empty="" if rows else "Nobody completed an earlier version of this training only.",
        summary=f"{len(rows):,} people" if rows else "",
    )
