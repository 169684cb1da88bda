"""Where what was found belongs, and when a person was last seen: what tells two names apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, literal, select

from termstats.data.model.entity import Entity
from termstats.data.model.filters import PeopleFilter
from termstats.data.model.period import EPOCH, Period, number_day
from termstats.data.model.plural import counted
from termstats.data.model.request import Param, Request
from termstats.data.model.text import clean
from termstats.data.model.units import DayNumber, RowId
from termstats.data.query.query import Query, ask
from termstats.data.query.scope import Scope
from termstats.data.query.search import Hit
from termstats.data.store.opening import Store

_ALL_TRAININGS = 0
_SHOWN = 20
"""Characters of the name of a class."""


@dataclass(frozen=True)
class Place:
    """Where one thing belongs."""

    where: str = ""
    """The class of a person, and how many more; the learners of a training or class."""
    last_seen: date | None = None
    """The last day with anything that a person did, as far as the viewer sees it."""


Places = dict[tuple[str, RowId], Place]
"""(level, id) -> where it belongs."""


async def places_of(store: Store, scope: Scope, hits: Sequence[Hit]) -> Places:
    """Return where each hit belongs; what is unknown is not there. In the scope of the viewer.

    Who sees no small groups is told of none how many people are in it: that figures say.
    """
    if scope.min_group:
        return {}
    ids = {level: [hit.entity for hit in hits if hit.level == level] for level in Param}
    always = Period(EPOCH, max(store.info.today, store.info.coverage[1]))
    places: Places = {}
    async with store.connect() as connection:
        q = await ask(connection, store, scope, Request(always))
        if people := tuple(ids[Param.LEARNER]):
            only = Request(always, everybody=True, filters=(PeopleFilter(people),))
            places |= await _places_of_people(await ask(connection, store, scope, only), people)
        if trainings := ids[Param.TRAINING]:
            roster = q.roster.enrolments()
            places |= await _counted(
                q, Param.TRAINING, trainings, roster.c.training_id, roster.c.person_id
            )
        if classes := ids[Param.CLASS]:
            members = q.people.members()
            places |= await _counted(
                q, Param.CLASS, classes, members.c.class_id, members.c.person_id
            )
    return places


async def _counted(
    q: Query,
    level: Param,
    entities: Sequence[Entity],
    group: ColumnElement[int],
    person: ColumnElement[int],
) -> Places:
    """Return the learners of each of these, by the columns of its id and of the people in it."""
    rows = await q.fetch(
        select(group.label("of"), func.count(person.distinct()).label("number"))
        .where(group.in_([each.id for each in entities]))
        .group_by(group)
    )
    learners = {row.of: row.number for row in rows}
    return {
        (str(level), each.id): Place(counted(learners.get(each.id, 0), "learner"))
        for each in entities
    }


async def _places_of_people(q: Query, people: Sequence[Entity]) -> Places:
    """Return the class and the last day of these people; `q` is asked about nobody else."""
    members, classes = q.people.members(), q.people.classes()
    names: dict[RowId, list[str]] = {}
    for row in await q.fetch(
        select(members.c.person_id, classes.c.title)
        .join(classes, classes.c.id == members.c.class_id)
        .order_by(classes.c.title)
    ):
        names.setdefault(row.person_id, []).append(clean(row.title))
    seen = await _last_days(q)
    return {
        (str(Param.LEARNER), each.id): Place(
            _class_words(names.get(each.id, [])),
            None if (day := seen.get(each.id)) is None else number_day(day),
        )
        for each in people
    }


async def _last_days(q: Query) -> dict[RowId, DayNumber | None]:
    if q.question.scope.is_everything:
        person = q.people.everybody().subquery("found")
        last = q.days.last_day_of(person.c.id, literal(_ALL_TRAININGS)).label("last_day")
        rows = await q.fetch(select(person.c.id.label("person_id"), last))
    else:
        sums = q.days.person_sums(ever=True, measures=())
        rows = await q.fetch(select(sums.c.person_id, sums.c.last_day))
    return {row.person_id: row.last_day for row in rows}


def _class_words(names: Sequence[str]) -> str:
    if not names:
        return ""
    first = names[0] if len(names[0]) <= _SHOWN else f"{names[0][: _SHOWN - 1]}…"
    return f"{first} +{len(names) - 1}" if len(names) > 1 else first
