"""What the collaboration figures count: dated events of the period, and totals without dates."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import case, func, select

from termstats.data.figures.collaboration.layout import standing
from termstats.data.figures.definition.measures import REACTION_SCORE
from termstats.data.figures.definition.phrases import before_data
from termstats.data.figures.learning.social import COMMENTS, PUBLICATIONS, REACTIONS
from termstats.data.figures.learning.training.engagement import COLUMN_OF, VIEWS, column_of
from termstats.data.model import reaction
from termstats.data.model.period import Period, local_day
from termstats.data.model.request import Param
from termstats.data.model.units import RowId
from termstats.data.query.filters.times import keeps_day
from termstats.data.query.query import Query
from termstats.data.store import schema
from termstats.data.store.settings import SourceInfo

PRIVATE_COMMENT = "private_comment"
"""A comment that only its receivers see: its author's, never one of the course's."""
SOME_REACTION = "reaction"
"""A reaction of a kind that the source does not tell."""
CONTRIBUTIONS = {
    **dict.fromkeys(PUBLICATIONS, "publications"),
    **dict.fromkeys((*COMMENTS, PRIVATE_COMMENT), "comments"),
    **dict.fromkeys((*REACTIONS, SOME_REACTION), "reactions"),
}
"""Action of kind forum -> the column of its author's line that it counts in."""
SUMS = {
    **{name: (name,) for name in ("publications", "comments", "reactions")},
    "posted messages": ("publications", "comments"),
}
"""Column of a person -> the contributions that it adds up; corrections are known of nobody."""
PUBLIC, ALL_COMMENTS = "public comments", "all comments"
_ADDED_UP = {
    name: {action for action, column in CONTRIBUTIONS.items() if column in parts}
    for name, parts in SUMS.items()
} | {PUBLIC: set(COMMENTS)}
"""Column of a person -> the actions that it adds up."""
Numbers = dict[RowId, Counter[str]]
"""Id of a training or activity -> column -> number."""


def sources_of_totals(q: Query) -> list[SourceInfo]:
    """Return the sources that gave totals without dates."""
    return [source for source in q.info.sources if source.has_totals]


def are_counted(q: Query, source: SourceInfo) -> bool:
    """Return whether the totals of a source are part of the numbers: their day is asked for."""
    day = local_day(source.as_of, q.zone)
    return q.period.first <= day <= q.period.last and keeps_day(q.question, day)


def anywhere(q: Query, *, everybody: bool | None = None) -> Query:
    """Return the question without its class and training: people count wherever they act."""
    return q.asking(
        focus=set(Param) - {Param.CLASS, Param.TRAINING},
        quiet=True,
        everybody=q.request.everybody if everybody is None else everybody,
    )


def note_time(q: Query) -> None:
    """Say whether totals without dates are part of the numbers, and what the period lacks."""
    if q.info.has_events:
        before_data(q)
    for source in sources_of_totals(q):
        day = local_day(source.as_of, q.zone)
        totals = f"Totals without dates of {source.title}, as of {day},"
        if not q.period.first <= day <= q.period.last:
            q.note(f"{totals} are not included: that day is outside the period.")
        elif not keeps_day(q.question, day):
            q.note(f"{totals} are not included: the filters leave that day out.")
        elif q.question.picks_people:
            q.note(f"{totals} are included where they name people: a filter asks for some.")
        else:
            q.note(f"{totals} are included whole.")


async def _totals(q: Query) -> Sequence[Any]:
    """Return the totals without dates: person_id, training_id, activity_id, kind, action, number.

    Those of the sources whose as-of day is in the period. Totals of courses name no people: `q`
    must ask about everybody to have them.
    """
    totals: list[Any] = []
    for day in sorted({local_day(source.as_of, q.zone) for source in sources_of_totals(q)}):
        if not (q.period.first <= day <= q.period.last and keeps_day(q.question, day)):
            continue
        events = q.asking(period=Period(day, day)).days.events()
        ids = (events.c.person_id, events.c.training_id, events.c.activity_id)
        totals.extend(
            await q.fetch(
                select(
                    *ids, events.c.kind, events.c.action, func.sum(events.c.weight).label("number")
                )
                .where(events.c.is_aggregate == 1)
                .group_by(*ids, events.c.kind, events.c.action)
            )
        )
    return totals


async def contributions(q: Query) -> Mapping[RowId, Mapping[str, int]]:
    """Return person id -> publications, comments, reactions, wherever they were made."""
    where = anywhere(q)
    days, hidden = where.days.social(), await hidden_trainings(q)
    sums = (
        func.sum(case((days.c.action.in_(sorted(actions)), days.c.events), else_=0))
        for actions in _ADDED_UP.values()
    )
    rows = await q.fetch(
        select(days.c.person_id, *sums)
        .where(
            days.c.action.in_(sorted(CONTRIBUTIONS)),
            *([days.c.training_id.not_in(hidden)] if hidden else []),
        )
        .group_by(days.c.person_id)
    )
    names = tuple(_ADDED_UP)
    numbers: dict[RowId, dict[str, int]] = {
        person: dict(zip(names, map(int, added), strict=True))
        for person, *added in map(tuple, rows)
        if person
    }
    for row in await _totals(where):
        if row.person_id and row.action in CONTRIBUTIONS:
            mine = numbers.setdefault(row.person_id, dict.fromkeys(names, 0))
            for name, actions in _ADDED_UP.items():
                mine[name] += int(row.number) if row.action in actions else 0
    return numbers


async def hidden_trainings(q: Query) -> list[RowId]:
    """Return the ids of archived and deleted trainings where they are hidden; else none."""
    if not q.request.hide_archived:
        return []
    table = schema.training
    rows = await q.fetch(select(table.c.id, table.c.status, table.c.published))
    q.note("What was done in archived or deleted courses is left out.")
    return [row.id for row in rows if standing(row.status, row.published) != "Active"]


async def of_trainings(q: Query) -> Numbers:
    """Return training id -> views, reactions by column, comments.

    Dated events of the population, and totals of the course itself, not of its activities:
    neither is the sum of the other.
    """
    numbers: Numbers = defaultdict(Counter)
    seen = q.days.per_training_day()
    views = seen.c.page + seen.c.quiz + seen.c.media + seen.c.resource
    for row in await q.fetch(
        select(seen.c.training_id, func.sum(views).label("number")).group_by(seen.c.training_id)
    ):
        numbers[row.training_id][VIEWS] += int(row.number or 0)
    days = q.days.social()
    for row in await q.fetch(
        select(days.c.training_id, days.c.action, func.sum(days.c.events).label("number")).group_by(
            days.c.training_id, days.c.action
        )
    ):
        name = column_of(schema.SOCIAL_KIND, row.action)
        if row.training_id and name:
            numbers[row.training_id][name] += int(row.number)
        if row.training_id and CONTRIBUTIONS.get(row.action) == "comments":
            numbers[row.training_id][ALL_COMMENTS] += int(row.number)
    for row in await _totals(anywhere(q, everybody=True)):
        name = column_of(row.kind, row.action)
        if row.training_id and row.activity_id is None and name:
            numbers[row.training_id][name] += int(row.number)
    return numbers


async def of_activities(q: Query) -> Numbers:
    """Return activity id -> views, reactions by column, comments, downloads, of one training."""
    numbers: Numbers = defaultdict(Counter)
    events = q.days.events()
    ids = (events.c.activity_id, events.c.kind, events.c.action)
    dated = await q.fetch(
        select(*ids, func.sum(events.c.weight).label("number"))
        .where(events.c.is_aggregate == 0, events.c.activity_id.is_not(None))
        .group_by(*ids)
    )
    for row in (*dated, *await _totals(anywhere(q, everybody=True))):
        name = column_of(row.kind, row.action)
        if row.activity_id and name:
            numbers[row.activity_id][name] += int(row.number)
        is_social = row.activity_id and row.kind == schema.SOCIAL_KIND
        if is_social and CONTRIBUTIONS.get(row.action) == "comments":
            numbers[row.activity_id][ALL_COMMENTS] += int(row.number)
    return numbers


async def records_reactions(q: Query) -> bool:
    """Return whether anything in the store is a reaction: without, a score would be a false 0."""
    action = schema.action
    any_reaction = await q.fetch(
        select(action.c.id).where(action.c.kind == schema.SOCIAL_KIND, action.c.name.in_(REACTIONS))
    )
    return bool(any_reaction)


def balance(mine: Mapping[str, int], names: Sequence[str]) -> int:
    """Return how many reactions of these names a line has."""
    return sum(mine.get(COLUMN_OF[name], 0) for name in names)


def score_of(mine: Mapping[str, int]) -> float | None:
    """Return the reaction score of the numbers of one training."""
    good, bad = balance(mine, reaction.GOOD), balance(mine, reaction.BAD)
    return REACTION_SCORE.of({"views": mine.get(VIEWS, 0), "good": good, "bad": bad})


async def as_reported(q: Query, name: str) -> dict[tuple[RowId, str], dict[str, str]]:
    """Return (source, key) -> the newest line of that file, as the platform wrote it."""
    rows, sources = schema.reported_row, [source.id for source in sources_of_totals(q)]
    reported = await q.fetch(
        select(rows.c.source_id, rows.c.key, rows.c.data).where(
            rows.c.source_id.in_(sources), rows.c.name == name
        )
    )
    return {(row.source_id, row.key): json.loads(row.data) for row in reported}
