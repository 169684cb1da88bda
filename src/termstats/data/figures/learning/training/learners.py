"""The training level: its learners."""

from __future__ import annotations

from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.phrases import before_data
from termstats.data.figures.definition.registry import figure
from termstats.data.figures.learning.behind.rewards import badges_door, points_door
from termstats.data.figures.learning.enrolment_rows import (
    LEARNER_COLUMNS,
    STATE_COLUMNS,
    enrolment_rows,
    state_columns,
)
from termstats.data.model.records import Record
from termstats.data.model.table import Destination, Gauge
from termstats.data.query.query import Query


@figure(
    "training.learners",
    record=Record.ENROLMENTS,
    title="Learners",
    level=Level.TRAINING,
    columns=(*LEARNER_COLUMNS, *STATE_COLUMNS),
    chart=Gauge("learner", "progress"),
    row_opens=Destination("learner", (("learner", "learner_id"),)),
    behind=(
        ("points", points_door((("learner", "learner_id"),))),
        ("badges", badges_door((("learner", "learner_id"),))),
    ),
    lead=("learner", "state", "progress", "score", "last_activity", "time_spent"),
    pane="learner.modules",
)
async def learners(q: Query) -> Rows:
    """One row per learner enrolled by the end of the period, by name.

    Everybody on the roster is a row, those who never started too. State, progress, score and
    modules passed are as of the end of the period; time, points and badges are everything in this
    training up to then. The score is the mean of the kept scores of the mandatory modules, not
    attempted counts 0; no value before the start and where nothing is mandatory.
    """
    rows = await enrolment_rows(q)
    before_data(q)
    return Rows(
        [(*row.learner, *row.state) for row in rows],
        columns=(*LEARNER_COLUMNS, *state_columns(q)),
        empty=""
        if rows
        else "Nobody was enrolled by the end of the period. Press ] for a later "
        "period, or x to count everybody.",
        summary=f"{len(rows):,} learners" if rows else "",
    )
