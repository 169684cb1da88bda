"""Who is behind a number of engagement or contributions, and what one person contributed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, case, func, or_, select, true

from termstats.data import schema
from termstats.data.figures.base import Level, Rows, figure
from termstats.data.figures.collaboration_totals import (
    ALL_COMMENTS,
    CONTRIBUTIONS,
    PUBLIC,
    SUMS,
    anywhere,
    as_reported,
    hidden_trainings,
)
from termstats.data.figures.phrases import before_data, nothing_happened
from termstats.data.figures.ranking import ranked
from termstats.data.figures.series import local_days
from termstats.data.figures.social import COMMENTS
from termstats.data.figures.training_engagement import (
    ACTIONS,
    COLUMN_OF,
    COMMENT,
    DOWNLOADS,
    VIEW_KINDS,
    VIEWS,
)
from termstats.data.query import Query
from termstats.data.reaction import BAD, GOOD
from termstats.data.request import Entity, Param
from termstats.data.schema import SOCIAL_KIND
from termstats.data.table import Bars, Cell, Column, Drill, count, day, ident, moment, words
from termstats.data.text import clean
from termstats.errors import UsageError

COUNTERS = (*SUMS, PUBLIC)
"""The columns of contributions: what people do anywhere on the platform."""
OF_OTHERS = " of other roles"
"""Ends the columns of a class that are of its members who are no learners."""
_LABELS = {
    "learned something": "learned",
    "have a question": "question",
    "viewers": VIEWS,
    "people": VIEWS,
    "starts": VIEWS,
}
"""Other headings of columns -> the column that they count like."""
_IN_TRAININGS = {
    "publications": "publications",
    "reactions": "reactions",
    ALL_COMMENTS: "comments",
}
"""What is asked of a training -> the contributions that it is: private comments too."""
_BALANCE = {"good": GOOD, "bad": BAD}
"""Sides of the reaction score -> their reactions."""
Condition = ColumnElement[bool]


def _wanted(q: Query, otherwise: str) -> str:
    """Return the column or action that is asked for, whatever heading it was given by."""
    given = (q.request.action or otherwise).strip()
    plain = given.casefold()
    plain = _LABELS.get(plain, plain)
    known = (
        *_BALANCE,
        *_IN_TRAININGS,
        *COLUMN_OF.values(),
        COMMENT,
        DOWNLOADS,
        ACTIONS,
        VIEWS,
        *COUNTERS,
    )
    return plain if plain in known else given


def _of_engagement(event: FromClause, wanted: str) -> Condition:
    """Return whether an event counts in the column `wanted`, or is the action of that name."""
    reaction = next((name for name, column in COLUMN_OF.items() if column == wanted), None)
    if reaction:
        return and_(event.c.kind == SOCIAL_KIND, event.c.action == reaction)
    if wanted == COMMENT:
        return and_(event.c.kind == SOCIAL_KIND, event.c.action.in_(COMMENTS))
    if wanted == DOWNLOADS:
        return event.c.kind == "download"
    if wanted == ACTIONS:
        return true()
    if wanted == VIEWS:
        return event.c.kind.in_(VIEW_KINDS)
    if wanted in _BALANCE:
        return and_(event.c.kind == SOCIAL_KIND, event.c.action.in_(_BALANCE[wanted]))
    if wanted in _IN_TRAININGS:
        return _of_contributions(event, _IN_TRAININGS[wanted])
    return event.c.action == wanted


def _of_contributions(event: FromClause, wanted: str) -> Condition:
    """Return whether an event counts in a person's line: private comments do too."""
    if wanted == PUBLIC:
        return and_(event.c.kind == SOCIAL_KIND, event.c.action.in_(COMMENTS))
    columns = SUMS[wanted] if wanted else CONTRIBUTIONS.values()
    actions = [action for action, column in CONTRIBUTIONS.items() if column in columns]
    return and_(event.c.kind == SOCIAL_KIND, event.c.action.in_(actions))


async def _who(q: Query, where: Callable[[FromClause], Sequence[Condition]]) -> Sequence[Any]:
    """Return person_id (None: nobody known), times, and the first and last second with a date."""
    events = q.events(totals=True)
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


@figure(
    "training.people",
    title="Who did it",
    level=Level.TRAINING,
    needs=(Param.TRAINING,),
    takes=(Param.ACTIVITY, Param.ACTION),
    columns=_PEOPLE,
    chart=Bars("learner", "times"),
    drill=Drill("learner", (("learner", "learner_id"),)),
)
@figure(
    "collaboration.people",
    title="Who did it",
    level=Level.BACKOFFICE,
    takes=(Param.CLASS, Param.TRAINING, Param.ACTIVITY, Param.ACTION),
    columns=_PEOPLE,
    chart=Bars("learner", "times"),
    drill=Drill("learner", (("learner", "learner_id"),)),
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
    training, activity = q.training, q.request.entity(Param.ACTIVITY)
    if training is None and activity is not None:
        raise UsageError("give --training KEY with --activity: activities belong to a training")
    if training is not None:
        wanted = _wanted(q, VIEWS)
        rows = await _of_training(q, activity, wanted)
        what = f"{clean(wanted)} of this {'activity' if activity else 'training'}"
        unknown = 0
    else:
        wanted = _wanted(q, COMMENT)
        others = wanted.casefold().endswith(OF_OTHERS)
        wanted = wanted.casefold().removesuffix(OF_OTHERS) if others else wanted
        if wanted not in COUNTERS:
            raise UsageError(
                f"--action {clean(wanted)} is counted in a training: give --training KEY; "
                f"elsewhere use {', '.join(COUNTERS)}"
            )
        rows, unknown = await _of_class(q, wanted, others)
        what = wanted
    known = [row for row in rows if row.person_id is not None]
    unknown += sum(int(row.times) for row in rows) - sum(int(row.times) for row in known)
    names = await _names(q, [row.person_id for row in known])
    day_of = local_days(q)
    cells: list[tuple[Cell, ...]] = [
        (
            *names[row.person_id],
            int(row.times),
            *(None if second is None else day_of(second) for second in (row.first, row.last)),
        )
        for row in known
    ]
    if unknown:
        q.note(f"{unknown:,} {clean(wanted)} are known without people.")
    before_data(q)
    empty = nothing_happened(q, what)
    if unknown:
        empty = f"{unknown:,} {clean(wanted)} are known as totals, without the people behind them."
    times = sum(int(row.times) for row in known)
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
        return [mine, _of_engagement(events, wanted)]

    if activity is None and wanted != VIEWS:
        # Days of posts, comments and reactions are those of the device.
        q = Query(q.connection, q.store, q.scope, replace(q.request, server_clock=False))
        await q.prepare()
    return await _who(q, where)


async def _of_class(q: Query, wanted: str, others: bool) -> tuple[Sequence[Any], int]:
    """Return who contributed: learners of the class in focus, its `others`, or everybody.

    And how much the platform reports of a class whose members are not known.
    """
    chosen, elsewhere = q.request.entity(Param.CLASS), await anywhere(q)
    if chosen is None:
        population = q.people()
        listed = select(population.c.id)
    else:
        listed = _of(q.members(), chosen)
        if others:
            learners, member = listed, q.members(others=True)
            listed = _of(member, chosen).where(member.c.person_id.not_in(learners))
    hidden = await hidden_trainings(q)
    rows = await _who(
        elsewhere,
        lambda events: [
            events.c.person_id.in_(listed),
            _of_contributions(events, wanted),
            _shown(events, hidden),
        ],
    )
    if chosen is None or rows or others or q.picks_people or await q.fetch(listed):
        return rows, 0
    return rows, await _reported_of(q, chosen, wanted)


def _of(member: FromClause, chosen: Entity) -> Select[tuple[int]]:
    """Return the people of one class, those of its sub-classes not among them."""
    return select(member.c.person_id).where(member.c.class_id == chosen.id)


def _shown(event: FromClause, hidden: Sequence[int]) -> Condition:
    """Return whether an event is in none of the hidden trainings; most are in no training."""
    if not hidden:
        return true()
    return or_(event.c.training_id.is_(None), event.c.training_id.not_in(hidden))


async def _reported_of(q: Query, chosen: Entity, wanted: str) -> int:
    """Return what the platform reports of a class."""
    table = schema.class_
    found = await q.fetch(select(table.c.source_id, table.c.key).where(table.c.id == chosen.id))
    lines = await as_reported(q, "groups")
    cell = next((lines.get((row.source_id, row.key), {}) for row in found), {}).get(
        wanted.capitalize(), ""
    )
    return int(float(cell)) if cell.strip() else 0


async def _names(q: Query, people: Iterable[int]) -> dict[int, tuple[Any, str]]:
    """Return person id -> (key, name), of people that came from a narrowed selectable."""
    person = schema.person
    rows = await q.fetch(
        select(person.c.id, q.key_of(person).label("key"), person.c.name).where(
            person.c.id.in_(sorted(people))
        )
    )
    return {row.id: (row.key, row.name) for row in rows}


_DEEDS: tuple[Column, ...] = (
    moment("at", "When"),
    words("what", "What"),
    words("action", "Action", "as the platform calls it"),
    ident("training_id"),
    words("training", "Training"),
    ident("activity_id"),
    words("activity", "Activity"),
    count("times", "Times"),
)


@figure(
    "collaboration.contributions",
    title="Contributions of a person",
    level=Level.BACKOFFICE,
    needs=(Param.LEARNER,),
    takes=(Param.ACTION,),
    columns=_DEEDS,
    drill=Drill("training", (("training", "training_id"),)),
)
async def contributions_of(q: Query) -> Rows:
    """What one person contributed in the period, newest first: what, when and where.

    Publications, comments and reactions, or one of them: the same that the person's line counts.
    Messages of groups and profiles are in no training. Totals imported without a date have no
    when: they stand last.
    """
    wanted = _wanted(q, "") if q.request.action else ""
    if wanted and wanted not in COUNTERS:
        raise UsageError(f"--action is one of {', '.join(COUNTERS)} here, not {clean(wanted)}")
    events, training, activity = (await anywhere(q)).events(), schema.training, schema.activity
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
        .where(_of_contributions(events, wanted), _shown(events, await hidden_trainings(q)))
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
