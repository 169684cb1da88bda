"""Who is behind a number of engagement or contributions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import FromClause, case, func, select

from termstats.data.figures.collaboration.conditions import (
    COUNTERS,
    OF_OTHERS,
    Condition,
    of_contributions,
    of_engagement,
    outside,
    wanted_column,
)
from termstats.data.figures.collaboration.layout import whole
from termstats.data.figures.collaboration.policy import collaboration_figure
from termstats.data.figures.collaboration.totals import (
    anywhere,
    are_counted,
    as_reported,
    hidden_trainings,
    sources_of_totals,
)
from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.phrases import before_data, nothing_happened
from termstats.data.figures.definition.ranking import ranked
from termstats.data.figures.definition.registry import figure
from termstats.data.figures.definition.series import local_days
from termstats.data.figures.learning.training.engagement import (
    ACTIONS,
    COMMENT,
    DOWNLOADS,
    REACTION_COLUMNS,
    VIEWS,
)
from termstats.data.model.entity import Entity
from termstats.data.model.errors import UsageError
from termstats.data.model.request import Param, Request
from termstats.data.model.table import Bars, Cell, Destination, count, day, ident, words
from termstats.data.model.text import clean
from termstats.data.model.units import RowId
from termstats.data.query.query import Query
from termstats.data.query.scope import Scope
from termstats.data.store import schema
from termstats.data.store.memory import Memory


async def _who(q: Query, where: Callable[[FromClause], Sequence[Condition]]) -> Sequence[Any]:
    """Return person_id (None: nobody known), times, and the first and last second with a date."""
    events = q.days.events(totals=True)
    dated = case((events.c.is_aggregate == 0, events.c.second))
    return await q.fetch(
        select(
            events.c.person_id,
            func.sum(events.c.weight).label("times"),
            func.min(dated).label("first"),
            func.max(dated).label("last"),
        )
        .where(*where(events))
        .group_by(events.c.person_id)
    )


_PEOPLE = (
    ident("learner_id"),
    words("learner", "Learner"),
    count("times", "Times"),
    day("first", "First"),
    day("last", "Last"),
)


async def _count_doers(q: Query, most: int) -> int | None:
    """Return how many people did one thing in a training, at most so many."""
    activity, wanted = q.request.entity(Param.ACTIVITY), wanted_column(q, VIEWS)
    if q.question.training is None or activity is None or wanted not in _OF_ACTIVITIES:
        return None
    about = tuple(pair for pair in q.request.entities if pair[0] is not Param.ACTIVITY)
    key = (q.question.scope, replace(q.request, entities=about, action=None))
    people = await q.store.memories.recall(_BY_ACTIVITY, key, lambda: _by_activity(q))
    return min(most, people.get((activity.id, wanted), 0))


_OF_ACTIVITIES = (VIEWS, *REACTION_COLUMNS, COMMENT, DOWNLOADS, ACTIONS)
"""What is counted of each activity of a training."""
_BY_ACTIVITY: Memory[tuple[Scope, Request], dict[tuple[RowId, str], int]] = Memory(most=4)


async def _by_activity(q: Query) -> dict[tuple[RowId, str], int]:
    """Return (activity, what was done) -> how many people did it: of all activities at once."""
    events = q.days.events(totals=True)
    is_done = [func.max(case((of_engagement(events, each), 1), else_=0)) for each in _OF_ACTIVITIES]
    done = (
        select(
            events.c.activity_id,
            *(each.label(name) for name, each in zip(_OF_ACTIVITIES, is_done, strict=True)),
        )
        .where(events.c.activity_id.is_not(None), events.c.person_id.is_not(None))
        .group_by(events.c.activity_id, events.c.person_id)
        .subquery("done")
    )
    numbers = (func.sum(done.c[name]).label(name) for name in _OF_ACTIVITIES)
    rows = await q.fetch(select(done.c.activity_id, *numbers).group_by(done.c.activity_id))
    return {(row[0], name): int(row._mapping[name]) for row in rows for name in _OF_ACTIVITIES}


@figure(
    "training.people",
    title="Who did it",
    level=Level.TRAINING,
    takes=(Param.ACTIVITY, Param.ACTION),
    columns=_PEOPLE,
    chart=Bars("learner", "times"),
    count_people=_count_doers,
    row_opens=Destination("learner", (("learner", "learner_id"),)),
)
@collaboration_figure(
    "collaboration.people",
    title="Who did it",
    takes=(Param.CLASS, Param.TRAINING, Param.ACTIVITY, Param.ACTION),
    columns=_PEOPLE,
    chart=Bars("learner", "times"),
    row_opens=Destination("learner", (("learner", "learner_id"),)),
)
async def people(q: Query) -> Rows:
    """Who is behind a number: who did one thing in the period, most often first.

    In a training, or on one of its activities, the thing is a column of the engagement figure
    (views, likes, learned, outdated, question, useful, irrelevant, comments, downloads) or an
    action by the platform's own name; views when none is named. Of a class, or of everybody, it is
    publications, comments or reactions: what its learners contributed, wherever they did it;
    comments when none is named. Totals imported without a date count where they name a person;
    those that name nobody, and events of nobody known, are not listed; how many is stated. Ties by
    name.
    """
    training, activity = q.question.training, q.request.entity(Param.ACTIVITY)
    if training is None and activity is not None:
        raise UsageError("give --training KEY with --activity: activities belong to a training")
    if training is not None:
        wanted = wanted_column(q, VIEWS)
        rows = await _of_training(q, activity, wanted)
        what = f"{clean(wanted)} of this {'activity' if activity else 'training'}"
        unknown = 0
    else:
        wanted = wanted_column(q, COMMENT)
        others = wanted.casefold().endswith(OF_OTHERS)
        wanted = wanted.casefold().removesuffix(OF_OTHERS) if others else wanted
        if wanted not in COUNTERS:
            raise UsageError(
                f"--action {clean(wanted)} is counted in a training: give --training KEY; "
                f"elsewhere use {', '.join(COUNTERS)}"
            )
        rows, unknown = await _of_class(q, wanted, others)
        what = wanted
    named = [row for row in rows if row.person_id is not None]
    unknown += sum(int(row.times) for row in rows) - sum(int(row.times) for row in named)
    names = await _names(q, [row.person_id for row in named])
    day_of = local_days(q)
    cells: list[tuple[Cell, ...]] = [
        (
            *names[row.person_id],
            int(row.times),
            *(None if second is None else day_of(second) for second in (row.first, row.last)),
        )
        for row in named
    ]
    empty = nothing_happened(q, what)
    if unknown:
        are = "is" if unknown == 1 else "are"
        q.note(f"{unknown:,} {clean(wanted)} {are} known without people.")
        empty = f"{unknown:,} {clean(wanted)} {are} known as a total, without people behind it."
    before_data(q)
    times = sum(int(row.times) for row in named)
    return Rows(
        ranked(cells, by=2, name=1, key=0),
        empty="" if cells else empty,
        summary=f"{clean(wanted)}: {times:,} by {len(cells):,} people" if cells else "",
    )


async def _of_training(q: Query, activity: Entity | None, wanted: str) -> Sequence[Any]:
    """Return who did `wanted` in the training in focus, or on one of its activities.

    Totals of the activities are none of the course's own: neither is the sum of the other.
    """

    def where(events: FromClause) -> list[Condition]:
        if activity is not None:
            mine = events.c.activity_id == activity.id
        else:
            mine = (events.c.is_aggregate == 0) | events.c.activity_id.is_(None)
        return [mine, of_engagement(events, wanted)]

    if activity is None and wanted != VIEWS:
        # Days of posts, comments and reactions are those of the device.
        q = q.asking(server_clock=False, quiet=True)
    return await _who(q, where)


async def _of_class(q: Query, wanted: str, others: bool) -> tuple[Sequence[Any], int]:
    """Return who contributed: learners of the class in focus and below, `others`, or everybody.

    And how much more the platform reports of a class than its known members did.
    """
    chosen, elsewhere = q.request.entity(Param.CLASS), anywhere(q)
    if chosen is None:
        population = q.people.population()
        listed = select(population.c.id)
    else:
        listed = select(q.people.members().c.person_id)
        if others:
            learners, member = listed, q.people.members(others=True)
            listed = select(member.c.person_id).where(member.c.person_id.not_in(learners))
    hidden = await hidden_trainings(q)
    rows = await _who(
        elsewhere,
        lambda events: [
            events.c.person_id.in_(listed),
            of_contributions(events, wanted),
            outside(events, hidden),
        ],
    )
    if chosen is None or others or q.question.picks_people:
        return rows, 0
    return rows, await _reported_of(q, chosen, wanted, sum(int(row.times) for row in rows))


async def _reported_of(q: Query, chosen: Entity, wanted: str, known: int) -> int:
    """Return how much more the platform reports of a class than the `known` that people did.

    Says so where it reports less.
    """
    table = schema.class_
    (row,) = await q.fetch(select(table.c.source_id, table.c.key).where(table.c.id == chosen.id))
    counted = {source.id for source in sources_of_totals(q) if are_counted(q, source)}
    line = (await as_reported(q, "groups")).get((row.source_id, row.key), {})
    reported = whole(line.get(wanted.capitalize())) if row.source_id in counted else None
    if reported is None or reported == known:
        return 0
    if reported < known:
        q.note(
            f"The platform reports {reported:,} {clean(wanted)} of this class; its known members "
            f"add up to {known:,}."
        )
    return max(0, reported - known)


async def _names(q: Query, people: Iterable[RowId]) -> dict[RowId, tuple[Any, str]]:
    """Return person id -> (key, name), of people that came from a narrowed selectable."""
    person = schema.person
    rows = await q.fetch(
        select(person.c.id, q.key_of(person).label("key"), person.c.name).where(
            person.c.id.in_(sorted(people))
        )
    )
    return {row.id: (row.key, row.name) for row in rows}
