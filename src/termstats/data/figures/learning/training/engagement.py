"""What learners do with the activities of a training; who does it is in `who_did`."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import case, func, select

from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.phrases import before_data
from termstats.data.figures.definition.ranking import ranked
from termstats.data.figures.definition.registry import figure
from termstats.data.figures.learning.social import COMMENTS, REACTIONS
from termstats.data.model.doors import Door, deeds
from termstats.data.model.table import (
    Bars,
    Cell,
    Destination,
    count,
    ident,
    words,
)
from termstats.data.model.units import RowId
from termstats.data.query.query import Query
from termstats.data.store import schema
from termstats.data.store.schema import SOCIAL_KIND

VIEW_KINDS = ("page", "quiz", "media", "resource")
"""Kinds of events that are views: something was opened."""
VIEWS, COMMENT, DOWNLOADS, ACTIONS = "views", "comments", "downloads", "actions"
COLUMN_OF = {name: "likes" if name == "like" else name for name in REACTIONS}
"""Name of a reaction -> its column."""
REACTION_COLUMNS = ("likes", "learned", "outdated", "question", "useful", "irrelevant")
"""Columns of reactions, in the order of the figure."""
DOWNLOADABLE = ("document", "cheat sheet", "cheat_sheet", "file", "resource")
"""Types of activities that can be downloaded even when nobody did."""
WHOLE_TRAINING = ("useful", "irrelevant")
"""Reactions that some platforms offer for the training only, not for its activities."""

_THE_ACTIVITY = (("activity", "activity_id"),)


@figure(
    "training.activities",
    title="Engagement by activity",
    level=Level.TRAINING,
    row="activity",
    columns=(
        ident("activity_id"),
        words("title", "Title"),
        words("type", "Type"),
        count("views", "Views"),
        count("viewers", "Viewers", "distinct people"),
        count("likes", "Likes"),
        count("learned", "Learned something"),
        count("outdated", "Outdated"),
        count("question", "Have a question"),
        count("useful", "Useful"),
        count("irrelevant", "Irrelevant"),
        count("comments", "Comments"),
        count("downloads", "Downloads"),
        count("actions", "Actions", "every event of the activity, forum visits too"),
    ),
    chart=Bars("title", "views"),
    row_opens=Destination("training.people", (("activity", "activity_id"),)),
    behind=(
        *deeds(
            "training.people",
            _THE_ACTIVITY,
            tuple((name, name) for name in (VIEWS, *REACTION_COLUMNS, COMMENT, DOWNLOADS, ACTIONS)),
        ),
        ("viewers", Door("training.people", VIEWS, _THE_ACTIVITY)),
    ),
)
async def activities(q: Query) -> Rows:
    """One row per activity: what counted people did with it in the period, most viewed first.

    Views are openings (pages, quizzes, media, resources), the same person again counts again;
    viewers are distinct people. Likes, learned, outdated, question, useful and irrelevant are
    reactions; useful and irrelevant are empty where the platform asks them of the whole training
    only. Downloads are empty where nothing can be downloaded. Actions are all events of the
    activity. Totals imported without a date count, but tell no people. Activities that nobody
    touched are rows with zeros; old versions are listed when they were used. Ties by title.
    """
    rows = await _done(q)
    numbers = _numbers(rows)
    views = [row for row in rows if column_of(row.kind, row.action) == VIEWS]
    ways = Counter(row.activity_id for row in views)
    seen_by = {row.activity_id: row.people for row in views if ways[row.activity_id] == 1}
    seen_by.update(await viewers(q, [key for key, number in ways.items() if key and number > 1]))
    for_all = [name for name in WHOLE_TRAINING if numbers[None][name]]
    only_whole = for_all and not any(
        numbers[activity][name] for activity in numbers if activity for name in WHOLE_TRAINING
    )
    activity, trainings = schema.activity, q.roster.trainings()
    listed = await q.fetch(
        select(activity, q.key_of(activity).label("shown_key"))
        .select_from(activity)
        .join(trainings, trainings.c.id == activity.c.training_id)
    )
    cells: list[tuple[Cell, ...]] = []
    for item in listed:
        mine = numbers[item.id]
        if not item.current and not mine:
            continue
        hidden = WHOLE_TRAINING if only_whole else ()
        can_download = mine[DOWNLOADS] or item.type.lower() in DOWNLOADABLE
        cells.append(
            (
                item.shown_key,
                item.title,
                item.type,
                mine[VIEWS],
                seen_by.get(item.id, 0),
                *(None if name in hidden else mine[name] for name in REACTION_COLUMNS),
                mine[COMMENT],
                mine[DOWNLOADS] if can_download else None,
                mine[ACTIONS],
            )
        )
    if only_whole:
        q.note("Useful and irrelevant are given to the whole training here, not to activities.")
    totals = sum(int(row.totals) for row in views if row.activity_id)
    if totals:
        q.note(f"{totals:,} views are known without people: nobody of them is among the viewers.")
    before_data(q)
    # A total of the whole training is none of its activities', and they none of its.
    seen = sum(int(row.number) for row in views if row.activity_id or not row.totals)
    return Rows(
        ranked(cells, by=3, name=1, key=0),
        empty="" if cells else "This training has no activities.",
        summary=f"{seen:,} views" if cells else "",
    )


def _numbers(rows: Sequence[Any]) -> dict[RowId | None, dict[str, int]]:
    """Return activity id (None: the training itself) -> column -> how often."""
    numbers: dict[RowId | None, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in rows:
        numbers[row.activity_id][ACTIONS] += int(row.number)
        if name := column_of(row.kind, row.action):
            numbers[row.activity_id][name] += int(row.number)
    return numbers


async def _done(q: Query) -> Sequence[Any]:
    """Return activity_id, kind, action, number, how much of it in totals, and distinct people."""
    events, action = q.days.events(totals=True), schema.action
    sums = (
        select(
            events.c.activity_id,
            events.c.action_id,
            func.sum(events.c.weight).label("number"),
            func.sum(events.c.is_aggregate * events.c.weight).label("totals"),
            func.count(case((events.c.is_aggregate == 0, events.c.person_id)).distinct()).label(
                "people"
            ),
        )
        .group_by(events.c.activity_id, events.c.action_id)
        .subquery("sums")
    )
    return await q.fetch(
        select(
            sums.c.activity_id,
            action.c.kind,
            action.c.name.label("action"),
            sums.c.number,
            sums.c.totals,
            sums.c.people,
        ).join(action, action.c.id == sums.c.action_id)
    )


async def viewers(q: Query, activities: Sequence[RowId]) -> dict[RowId, int]:
    """Return activity id -> distinct people who opened it in the period, in whatever way."""
    if not activities:
        return {}
    events = q.days.events()
    rows = await q.fetch(
        select(events.c.activity_id, func.count(events.c.person_id.distinct()).label("people"))
        .where(
            events.c.kind.in_(VIEW_KINDS),
            events.c.is_aggregate == 0,
            events.c.activity_id.in_(activities),
        )
        .group_by(events.c.activity_id)
    )
    return {row.activity_id: row.people for row in rows}


def column_of(kind: str, action: str) -> str | None:
    """Return the column that an event counts in; None: in no column."""
    if kind == SOCIAL_KIND and action in COLUMN_OF:
        return COLUMN_OF[action]
    if kind == SOCIAL_KIND and action in COMMENTS:
        return COMMENT
    if kind == "download":
        return DOWNLOADS
    return VIEWS if kind in VIEW_KINDS else None
