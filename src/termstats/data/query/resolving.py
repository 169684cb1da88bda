"""Resolves what of a question only the database tells, before tables can be narrowed to it."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from termstats.data.model.filters import GroupFilter, KindFilter, ObjectFilter
from termstats.data.model.request import Param
from termstats.data.model.units import RowId
from termstats.data.query.narrowing import learners_enrolled
from termstats.data.query.question import Question, Resolved
from termstats.data.query.reader import Reader
from termstats.data.query.scope import with_sub_classes
from termstats.data.query.training_kinds import trainings_by_kind
from termstats.data.store import schema
from termstats.data.store.memory import Memory

_STRANGERS: Memory[frozenset[RowId], bool] = Memory(most=4)
"""Trainings of a manager -> whether anybody who is not enrolled did something there."""


async def resolved(question: Question, reader: Reader) -> Question:
    """Return the question with everything resolved."""
    in_focus = question.request.entity(Param.CLASS)
    classes = None
    if in_focus is not None:
        classes = await with_sub_classes(reader.connection, (in_focus.id,))
    question = replace(question, resolved=Resolved(focus_classes=classes))
    groups = {
        group: await with_sub_classes(reader.connection, (group,))
        for each in question.request.filters_of(GroupFilter)
        for group in each.ids
    }
    everything = Resolved(
        focus_classes=classes,
        classes_by_training=await _classes_by_training(question, reader),
        classes_by_group=groups,
        trainings_by_kind=await _trainings_by_kind(question, reader),
        objects_share_events=await _objects_share_events(question, reader),
        strangers_acted=await _strangers_acted(question, reader),
    )
    return replace(question, resolved=everything)


async def _classes_by_training(question: Question, reader: Reader) -> dict[RowId, frozenset[RowId]]:
    if not question.class_sets():
        return {}
    table, classes = (
        schema.class_training,
        frozenset().union(*(each.ids for each in question.class_sets())),
    )
    taken: dict[RowId, set[RowId]] = {}
    for row in await reader.fetch(select(table).where(table.c.class_id.in_(sorted(classes)))):
        taken.setdefault(row.training_id, set()).add(row.class_id)
    return {training: frozenset(ids) for training, ids in taken.items()}


async def _trainings_by_kind(question: Question, reader: Reader) -> dict[str, frozenset[RowId]]:
    asked = [kind for each in question.request.filters_of(KindFilter) for kind in each.values]
    if not asked:
        return {}
    known = await trainings_by_kind(reader.store, reader.connection)
    return {kind: known.get(kind, frozenset()) for kind in asked}


async def _objects_share_events(question: Question, reader: Reader) -> bool:
    asked = [
        object_id for each in question.request.filters_of(ObjectFilter) for object_id in each.ids
    ]
    if not asked or not await reader.fetch(select(schema.event_object.c.event_id).limit(1)):
        return False
    part = select(schema.object_.c.id).where(schema.object_.c.parent_id.in_(asked)).limit(1)
    return len(asked) > 1 or bool(await reader.fetch(part))


async def _strangers_acted(question: Question, reader: Reader) -> bool:
    trainings = question.scope.trainings
    if trainings is None:
        return False
    month = schema.person_month

    async def read() -> bool:
        statement = (
            select(month.c.person_id)
            .where(
                month.c.training_id.in_(sorted(trainings)),
                month.c.person_id.not_in(learners_enrolled(trainings)),
            )
            .limit(1)
        )
        return bool(await reader.fetch(statement))

    return await reader.store.memories.recall(_STRANGERS, trainings, read)
