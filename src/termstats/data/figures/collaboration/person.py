"""What one person contributed: what, when and where."""

from __future__ import annotations

from sqlalchemy import select

from termstats.data.figures.collaboration.conditions import (
    COUNTERS,
    of_contributions,
    outside,
    wanted_column,
)
from termstats.data.figures.collaboration.policy import collaboration_figure
from termstats.data.figures.collaboration.totals import CONTRIBUTIONS, anywhere, hidden_trainings
from termstats.data.figures.definition.figure import Rows
from termstats.data.figures.definition.phrases import before_data, nothing_happened
from termstats.data.model.errors import UsageError
from termstats.data.model.request import Param
from termstats.data.model.table import Cell, Column, Destination, codes, count, ident, moment, words
from termstats.data.model.text import clean
from termstats.data.query.query import Query
from termstats.data.store import schema

_DEEDS: tuple[Column, ...] = (
    moment("at", "When"),
    words("what", "What"),
    codes("action", "Action", "as the platform calls it"),
    ident("training_id"),
    words("training", "Training"),
    ident("activity_id"),
    words("activity", "Activity"),
    count("times", "Times"),
)


@collaboration_figure(
    "collaboration.contributions",
    title="Contributions of a person",
    needs=(Param.LEARNER,),
    takes=(Param.ACTION,),
    row="contribution",
    columns=_DEEDS,
    row_opens=Destination("training", (("training", "training_id"),)),
)
async def contributions_of(q: Query) -> Rows:
    """What one person contributed in the period, newest first: what, when and where.

    Publications, comments and reactions, or one of them: the same that the person's line counts.
    Messages of groups and profiles are in no training. Totals imported without a date have no
    when: they stand last.
    """
    wanted = wanted_column(q, "") if q.request.action else ""
    if wanted and wanted not in COUNTERS:
        raise UsageError(f"--action is one of {', '.join(COUNTERS)} here, not {clean(wanted)}")
    events, training, activity = anywhere(q).days.events(), schema.training, schema.activity
    rows = await q.fetch(
        select(
            events.c.is_aggregate,
            events.c.second,
            events.c.action,
            events.c.weight,
            q.key_of(training).label("training_key"),
            training.c.title.label("training"),
            q.key_of(activity).label("activity_key"),
            activity.c.title.label("activity"),
        )
        .outerjoin(training, training.c.id == events.c.training_id)
        .outerjoin(activity, activity.c.id == events.c.activity_id)
        .where(of_contributions(events, wanted), outside(events, await hidden_trainings(q)))
        .order_by(events.c.is_aggregate, events.c.id.desc())
    )
    cells: list[tuple[Cell, ...]] = [
        (
            None if row.is_aggregate else row.second,
            CONTRIBUTIONS[row.action].removesuffix("s"),
            row.action.replace("_", " "),
            row.training_key if row.training else None,
            row.training,
            row.activity_key if row.activity else None,
            row.activity,
            int(row.weight),
        )
        for row in rows
    ]
    before_data(q)
    total = sum(int(row.weight) for row in rows)
    what = wanted or "contributions"
    return Rows(
        cells,
        empty="" if cells else nothing_happened(q, f"{what} of this person"),
        summary=f"{total:,} {what}" if cells else "",
    )
