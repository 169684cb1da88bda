"""Who was active: sets of people per training and day, from bitmaps."""

from __future__ import annotations

from collections import defaultdict
from typing import TypeAlias

from pyroaring import BitMap
from sqlalchemy import select

from termstats.data.model.entity import Entity
from termstats.data.model.filter_base import Filter
from termstats.data.model.period import Period
from termstats.data.model.units import DayNumber, RowId
from termstats.data.query.filters.times import in_days
from termstats.data.query.narrowing import counts, in_scope_of_manager, is_picked, learners_of
from termstats.data.query.question import Question
from termstats.data.query.reader import Reader
from termstats.data.query.scope import Scope
from termstats.data.store import schema
from termstats.data.store.days.sets import read_bitmap
from termstats.data.store.memory import Memory
from termstats.data.store.schema import ALL_TRAININGS

_Key: TypeAlias = tuple[bool, Scope, Entity | None, tuple[Filter, ...] | None, Period | None]
_POPULATIONS: Memory[_Key, BitMap] = Memory(most=16)
"""Who counts -> the ids of the population."""


async def active_by_training(question: Question, reader: Reader) -> dict[RowId, BitMap]:
    """Return training id -> people active there in the period, for each training in scope."""
    active = await active_per_day(question, reader, each_training=True)
    return {training: BitMap.union(*days.values()) for training, days in active.items()}


async def active_per_day(
    question: Question, reader: Reader, *, each_training: bool = False, ever: bool = False
) -> dict[RowId, dict[DayNumber, BitMap]]:
    """Return training id -> day number -> people of the population who were active then.

    `each_training`: of every training, also where none is asked for. `ever`: up to the period's
    end.
    """
    table = schema.people_bitmap
    first, last = question.day_range
    where = [table.c.clock == question.clock, table.c.day.between(0 if ever else first, last)]
    where += in_days(question, table.c.day)
    if each_training or question.training_sets() or question.class_sets():
        # A list, not "<> 0": each training is one short range of the key.
        where.append(table.c.training_id.in_(select(schema.training.c.id)))
        where.extend(table.c.training_id.in_(sorted(ids)) for ids in question.training_sets())
    else:
        where.append(table.c.training_id == ALL_TRAININGS)
    allowed = await _population(question, reader)
    pairs = await _class_pairs(question, reader) if question.class_sets() else None
    active: dict[RowId, dict[DayNumber, BitMap]] = {}
    for row in await reader.fetch(
        select(table.c.training_id, table.c.day, table.c.people).where(*where)
    ):
        people = read_bitmap(row.people) & allowed
        if pairs is not None:
            people &= pairs.get(row.training_id, BitMap())
        if people:
            active.setdefault(row.training_id, {})[row.day] = people
    return active


async def _population(question: Question, reader: Reader) -> BitMap:
    """Return the ids of the population (see `People.population`), without class pairs."""
    request = question.request
    # Members of groups come and go with the period; nobody else does.
    filters = (request.filters, question.period) if question.picks_people else (None, None)

    async def read() -> BitMap:
        person = schema.person
        where = is_picked(question, person.c.id)
        where += [person.c.id.in_(sorted(ids)) for ids in question.people_sets()]
        where += in_scope_of_manager(question, person.c.id)
        statement = select(person.c.id).where(counts(question, person), *where)
        return BitMap(row.id for row in await reader.fetch(statement))

    key = (request.everybody, question.scope, question.learner, *filters)
    return await reader.store.memories.recall(_POPULATIONS, key, read)


async def _class_pairs(question: Question, reader: Reader) -> dict[RowId, BitMap]:
    """Return training id -> members of the classes in scope and focus that take it."""
    pairs: dict[RowId, BitMap] | None = None
    for classes in question.class_sets():
        learners: dict[RowId, BitMap] = defaultdict(BitMap)
        statement = learners_of(question, classes).add_columns(schema.class_member.c.class_id)
        for row in await reader.fetch(statement):
            learners[row.class_id].add(row.person_id)
        members = {
            training: BitMap.union(*(learners[each] for each in taking & classes.ids))
            for training, taking in question.resolved.classes_by_training.items()
            if taking & classes.ids
        }
        if pairs is None:
            pairs = members
        else:
            pairs = {
                training: people & members[training]
                for training, people in pairs.items()
                if training in members
            }
    return pairs or {}
