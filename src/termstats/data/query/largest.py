"""The largest training, class, module, attempt, object... of a store, and its busiest people.

What a figure costs is asked of them: everything else costs less.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Column, Select, Table, func, select

from termstats.data.model.entity import Entity
from termstats.data.model.request import Param
from termstats.data.model.text import clean
from termstats.data.model.units import RowId
from termstats.data.store.opening import Store, run_query
from termstats.data.store.schema import (
    ALL_TRAININGS,
    action_day,
    activity,
    answer,
    attempt,
    class_,
    class_member,
    enrolment,
    event,
    module,
    object_,
    object_day,
    person,
    person_day,
    question,
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
    Param.OBJECT: object_,
    Param.FUNCTION: object_,
    Param.USER: person,
}
_TITLES = {Param.LEARNER: "name", Param.USER: "name", Param.ATTEMPT: "key"}


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
        if Param.TRAINING in subjects:
            asked = _questions(subjects[Param.TRAINING].id).limit(1)
            for row in await run_query(connection, asked):
                subjects[Param.QUESTION] = Entity(RowId(row.id), clean(row.key), clean(row.title))
    return subjects


def _by_size() -> Mapping[Param, Select[Any]]:
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
    of_objects = _by_events(object_day, object_day.c.object_id)
    of_functions = of_objects.join(object_, object_.c.id == object_day.c.object_id).where(
        object_.c.kind == "function"
    )
    return {
        **sizes,
        Param.LEARNER: of_people,
        Param.OBJECT: of_objects,
        Param.FUNCTION: of_functions,
        Param.USER: _by_events(action_day, action_day.c.person_id),
    }


def _by_events(days: Table, column: Column[int]) -> Select[Any]:
    """Return the values of a column of a day table, those with most events first; 0 is none."""
    most = func.sum(days.c.events).desc()
    return select(column.label("id")).where(column != 0).group_by(column).order_by(most, column)


def _questions(training_id: RowId) -> Select[Any]:
    """Return the questions of a training as figures call them, those with most answers first."""
    return (
        select(question.c.id, func.coalesce(question.c.label, question.c.key).label("key"))
        .add_columns(question.c.title)
        .join(module, module.c.id == question.c.module_id)
        .join(answer, answer.c.question_id == question.c.id)
        .where(module.c.training_id == training_id)
        .group_by(question.c.id, question.c.label, question.c.key, question.c.title)
        .order_by(func.count().desc(), question.c.id)
    )
