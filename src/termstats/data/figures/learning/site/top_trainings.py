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
from termstats.data.store import schema

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
    downloads = await _downloads(q)
    named = await _trainings(q)
    rows: list[tuple[Cell, ...]] = [
        (row.shown_key, row.title, *downloads.get(key, (0, 0, 0, 0))) for key, row in named.items()
    ]
    before_data(q)
    total = sum(within for within, *_others in downloads.values())
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


async def _downloads(q: Query) -> dict[RowId, tuple[int, int, int, int]]:
    """Return training id -> downloads and distinct people, in the period and to its end.

    From the events, which an index leads to: few are downloads.
    """
    events, (start, _end) = q.days.events(whole_history=True), q.seconds
    actions = await q.fetch(select(schema.action.c.id).where(schema.action.c.kind == "download"))
    is_within = events.c.second >= start
    rows = await q.fetch(
        select(
            events.c.training_id,
            func.sum(case((is_within, events.c.weight), else_=0)).label("within"),
            func.count(case((is_within, events.c.person_id)).distinct()).label("people_within"),
            func.sum(events.c.weight).label("so_far"),
            func.count(events.c.person_id.distinct()).label("people"),
        )
        .where(
            events.c.action_id.in_([row.id for row in actions]), events.c.training_id.is_not(None)
        )
        .group_by(events.c.training_id)
    )
    return {
        row.training_id: (int(row.within), row.people_within, int(row.so_far), row.people)
        for row in rows
    }
