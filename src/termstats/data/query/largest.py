"""The largest training, class, module and attempt of a store, and its busiest learner.

What a figure costs is asked of them: everything else costs less.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Select, func, select

from termstats.data.model.entity import Entity
from termstats.data.model.request import Param
from termstats.data.model.text import clean
from termstats.data.model.units import RowId
from termstats.data.store.opening import Store, run_query
from termstats.data.store.schema import (
    ALL_TRAININGS,
    activity,
    answer,
    attempt,
    class_,
    class_member,
    enrolment,
    event,
    module,
    person,
    person_day,
    training,
)

Subjects = Mapping[Param, Entity]

_TABLES = {
    Param.TRAINING: training,
    Param.CLASS: class_,
    Param.LEARNER: person,
    Param.MODULE: module,
    Param.ATTEMPT: attempt,
    Param.ACTIVITY: activity,
}
_TITLES = {Param.LEARNER: "name", Param.ATTEMPT: "key"}


async def largest(store: Store) -> Subjects:
    """Return the largest thing of each sort that the store has, people who count only.

    Raises:
        StoreError: the store cannot be read.
    """
    subjects: dict[Param, Entity] = {}
    async with store.connect() as connection:
        for param, ids in _by_size().items():
            table = _TABLES[param]
            title = table.c[_TITLES.get(param, "title")]
            first = ids.limit(1).subquery()
            statement = select(table.c.id, table.c.key, title.label("name"))
            rows = await run_query(connection, statement.where(table.c.id.in_(select(first.c.id))))
            for row in rows:
                subjects[param] = Entity(RowId(row.id), clean(row.key), clean(row.name or ""))
    return subjects


def _by_size() -> Mapping[Param, Select[tuple[int]]]:
    """Return the ids of each sort, the largest first."""
    of_people = (
        select(person_day.c.person_id.label("id"))
        .join(person, person.c.id == person_day.c.person_id)
        .where(person_day.c.training_id == ALL_TRAININGS, person.c.counted == 1)
        .group_by(person_day.c.person_id)
        .order_by(func.sum(person_day.c.events).desc(), person_day.c.person_id)
    )
    counted = {
        Param.TRAINING: enrolment.c.training_id,
        Param.CLASS: class_member.c.class_id,
        Param.MODULE: attempt.c.module_id,
        Param.ATTEMPT: answer.c.attempt_id,
        Param.ACTIVITY: event.c.activity_id,
    }
    sizes = {
        param: select(column.label("id"))
        .where(column.is_not(None))
        .group_by(column)
        .order_by(func.count().desc(), column)
        for param, column in counted.items()
    }
    return {**sizes, Param.LEARNER: of_people}
