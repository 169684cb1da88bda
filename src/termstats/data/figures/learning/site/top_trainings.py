"""Which trainings were used most, and who downloaded them."""

from __future__ import annotations

from functools import partial
from typing import Any

from sqlalchemy import case, func, select

from termstats.data.figures.definition.doors import doors_to
from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.measures import (
    ACTIONS,
    ACTIVE_USERS,
    DOWNLOADS,
    TIME_SPENT,
)
from termstats.data.figures.definition.phrases import before_data, none_of
from termstats.data.figures.definition.policy import RANKING
from termstats.data.figures.definition.ranking import DEFAULT_TOP, cut_off, ranked, top_rows
from termstats.data.figures.definition.registry import figure
from termstats.data.figures.learning.behind.activity import downloaders_door
from termstats.data.figures.learning.groups import timed_sources
from termstats.data.model.records import Record
from termstats.data.model.request import Param
from termstats.data.model.table import Bars, Cell, Destination, count, day, ident, percent, words
from termstats.data.model.units import RowId
from termstats.data.query.query import Query

_TO_TRAINING = Destination("training", (("training", "training_id"),))
_THE_TRAINING = ((str(Param.TRAINING), "training_id"),)
_of_training = partial(doors_to, level=Level.TRAINING, params=_THE_TRAINING)
"""Doors of the numbers of one training, by column."""


@figure(
    "global.top-trainings",
    record=Record.ACTIVITY,
    title="Most active trainings",
    level=Level.GLOBAL,
    columns=(
        ident("training_id"),
        words("training", "Training"),
        ACTIONS.column(),
        percent("share", "Share", "of all actions in trainings"),
        ACTIVE_USERS.column("learners"),
        TIME_SPENT.column(),
        day("last_activity", "Last activity", "within the period"),
    ),
    chart=Bars("training", "actions"),
    row_opens=_TO_TRAINING,
    behind=_of_training({"actions": ACTIONS, "learners": ACTIVE_USERS, "time_spent": TIME_SPENT}),
    options=RANKING,
    lead=("training", "actions", "share", "learners", "time_spent"),
)
async def top_trainings(q: Query) -> Rows:
    """The trainings with most actions in the chosen period, whatever its length.

    Actions are events by weight, downloads included; the share is that of all actions in trainings.
    Learners are distinct people with any activity there. The last row holds all other trainings;
    --top N shows more. Time is empty where the source records none.
    """
    days = q.days.per_training_day()
    sums = await q.fetch(
        select(
            days.c.training_id,
            func.sum(days.c.events).label("events"),
            func.sum(days.c.seconds).label("seconds"),
            func.max(days.c.day).label("last_day"),
        )
        .group_by(days.c.training_id)
        .having(func.sum(days.c.events) > 0)
    )
    named, active = await _trainings(q), await q.people.active_by_training()
    timed, total = timed_sources(q), sum(int(row.events) for row in sums)
    rows: list[tuple[Cell, ...]] = [
        (
            *(training.shown_key, training.title, int(row.events), 100 * int(row.events) / total),
            len(active.get(row.training_id, ())),
            row.seconds if training.source_id in timed else None,
            row.last_day,
        )
        for row in sums
        if (training := named.get(row.training_id)) is not None
    ]
    before_data(q)
    top = q.top or DEFAULT_TOP
    if words_ := cut_off(rows, top, by=2):
        q.note(words_)
    return Rows(
        top_rows(rows, top, by=2, name=1, key=0, adds=(2, 3, 5)),
        empty="" if rows else await none_of(q, "activity", "event", "events"),
        summary=f"{len(rows):,} trainings, {total:,} actions" if rows else "",
    )


@figure(
    "global.training-downloads",
    record=Record.DOWNLOADS,
    title="Downloads by training",
    level=Level.GLOBAL,
    columns=(
        ident("training_id"),
        words("training", "Training"),
        DOWNLOADS.column(),
        count("learners", "Downloaded by", "distinct people, in the period"),
        count("downloads_so_far", "Downloads so far", "to the period's end"),
        count("learners_so_far", "By so far", "distinct people, to the period's end"),
    ),
    chart=Bars("training", "downloads"),
    row_opens=_TO_TRAINING,
    behind=(
        *_of_training({"downloads": DOWNLOADS}),
        ("learners", downloaders_door(level=Level.TRAINING, params=_THE_TRAINING)),
    ),
)
async def training_downloads(q: Query) -> Rows:
    """Downloads of each training and by how many people: in the period, and so far to its end.

    People are distinct and downloaded something, whatever else they did or did not do. Trainings
    that nobody has downloaded yet are rows of zeros.
    """
    within, so_far = await _downloads(q, ever=False), await _downloads(q, ever=True)
    named = await _trainings(q)
    rows: list[tuple[Cell, ...]] = [
        (row.shown_key, row.title, *within.get(key, (0, 0)), *so_far.get(key, (0, 0)))
        for key, row in named.items()
    ]
    before_data(q)
    total = sum(downloads for downloads, _people in within.values())
    return Rows(
        ranked(rows, by=2, name=1, key=0),
        empty="" if rows else "There are no trainings here.",
        summary=f"{total:,} downloads" if rows else "",
    )


async def _trainings(q: Query) -> dict[RowId, Any]:
    """Return training id -> its row, with the key that is shown."""
    table = q.roster.trainings()
    listed = select(table.c.id, q.key_of(table).label("shown_key"), table.c.title)
    return {row.id: row for row in await q.fetch(listed.add_columns(table.c.source_id))}


async def _downloads(q: Query, *, ever: bool) -> dict[RowId, tuple[int, int]]:
    """Return training id -> downloads, and distinct people who downloaded."""
    sums = q.days.person_sums(each_training=True, ever=ever, measures=("download",))
    rows = await q.fetch(
        select(
            sums.c.training_id,
            func.sum(sums.c.download).label("downloads"),
            func.sum(case((sums.c.download > 0, 1), else_=0)).label("people"),
        ).group_by(sums.c.training_id)
    )
    return {row.training_id: (int(row.downloads), int(row.people)) for row in rows}
