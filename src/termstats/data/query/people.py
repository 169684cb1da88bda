"""People and classes, narrowed to the question; as sets of ids too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pyroaring import BitMap
from sqlalchemy import CTE, ColumnElement, FromClause, Select, Subquery, exists, func, select

from termstats.data.model.units import DayNumber, RowId
from termstats.data.query.active import active_by_training, active_per_day
from termstats.data.query.narrowing import (
    counts,
    is_member,
    is_member_now,
    is_picked,
    restricted,
)
from termstats.data.query.population import population_words
from termstats.data.query.question import Question
from termstats.data.query.reader import Reader
from termstats.data.store import schema


@dataclass(frozen=True)
class People:
    """Selectables of people and classes, and who of them was active."""

    question: Question
    reader: Reader

    def everybody(self) -> Select[Any]:
        """Return all people in scope and focus, counted or not: columns of `person`."""
        person = schema.person
        statement = select(person)
        conditions: list[ColumnElement[bool]] = [
            person.c.id.in_(sorted(ids)) for ids in self.question.people_sets()
        ]
        conditions.extend(is_picked(self.question, person.c.id))
        if self.question.training_sets():
            member = schema.enrolment
            inside = restricted(self.question, member.c.person_id, member.c.training_id)
            conditions.append(
                person.c.id.in_(select(member.c.person_id).where(*inside).correlate(None))
            )
        elif self.question.class_sets():
            conditions.extend(restricted(self.question, person.c.id, None))
        return statement.where(*conditions)

    def population(self) -> Subquery:
        """Return the population: counted people (or everybody) in scope and focus."""
        statement = self.everybody()
        return statement.where(counts(self.question, schema.person)).subquery("people")

    def classes(self) -> Subquery:
        """Return the classes in scope and focus."""
        table, offered = schema.class_, schema.class_training
        conditions = [table.c.id.in_(sorted(each.ids)) for each in self.question.class_sets()]
        for ids in self.question.training_sets():
            inside = select(offered.c.class_id).where(offered.c.training_id.in_(sorted(ids)))
            conditions.append(table.c.id.in_(inside))
        if self.question.people_sets():
            member = schema.class_member
            mine = [member.c.person_id.in_(sorted(ids)) for ids in self.question.people_sets()]
            conditions.append(table.c.id.in_(select(member.c.class_id).where(*mine)))
        return select(table).where(*conditions).subquery("classes")

    def members(self, *, others: bool = False) -> Subquery:
        """Return (class_id, person_id) of current learners of the classes in scope and focus.

        `others`: of the members in any other role instead.
        """
        member, person = schema.class_member, schema.person
        conditions: list[ColumnElement[bool]] = []
        if self.question.scope.trainings is not None:
            conditions.append(_takes_through_class(self.question.scope.trainings, member))
        for classes in self.question.class_sets():
            conditions.append(member.c.class_id.in_(sorted(classes.ids)))
            if classes.of_scope:
                conditions.append(is_member_now(self.question, member))
        conditions.extend(
            member.c.person_id.in_(sorted(ids)) for ids in self.question.people_sets()
        )
        conditions.extend(is_picked(self.question, member.c.person_id))
        return (
            select(member.c.class_id, member.c.person_id)
            .join(person, person.c.id == member.c.person_id)
            .where(
                member.c.role != "learner" if others else member.c.role == "learner",
                is_member(self.question, member),
                counts(self.question, person),
                *conditions,
            )
            .distinct()
            .subquery("members")
        )

    def parts(self) -> CTE:
        """Return (class_id, part_id) of every class: itself and all its sub-classes, each once."""
        link, table = schema.class_parent, schema.class_
        itself = select(table.c.id.label("class_id"), table.c.id.label("part_id"))
        parts = itself.cte("parts", recursive=True)
        below = select(parts.c.class_id, link.c.class_id).where(link.c.parent_id == parts.c.part_id)
        return parts.union(below)  # not union all: circles end

    def members_with_parts(self, *, others: bool = False) -> Subquery:
        """Return (class_id, person_id) of `members`, those of sub-classes in their classes too."""
        members, parts = self.members(others=others), self.parts()
        return (
            select(parts.c.class_id, members.c.person_id)
            .join(members, members.c.class_id == parts.c.part_id)
            .distinct()
            .subquery("members_with_parts")
        )

    async def sub_classes(self) -> dict[RowId, int]:
        """Return class -> number of its sub-classes, however deep; those without are not there."""
        parts = self.parts()
        rows = await self.reader.fetch(
            select(parts.c.class_id, func.count().label("number"))
            .where(parts.c.class_id != parts.c.part_id)
            .group_by(parts.c.class_id)
        )
        return {row.class_id: int(row.number) for row in rows}

    async def in_words(self) -> str:
        """Return who counts, in words: `412 of 431 people (not 12 staff, 5 deleted)`."""
        return await population_words(self.question, self.reader, self.everybody())

    async def active(self, *, ever: bool = False) -> dict[RowId, dict[DayNumber, BitMap]]:
        """Return training id -> day -> people of the population who were active then.

        In the period, or ever up to its end. Training 0 stands for everything where no training or
        class narrows the question.
        """
        return await active_per_day(self.question, self.reader, ever=ever)

    async def active_by_training(self) -> dict[RowId, BitMap]:
        """Return training id -> people active there in the period, for each training in scope."""
        return await active_by_training(self.question, self.reader)


def _takes_through_class(trainings: frozenset[RowId], member: FromClause) -> ColumnElement[bool]:
    """Return whether the class of a membership takes one of `trainings` that the member is in.

    A manager sees of a class whom they manage: nobody else, and nobody through another class.
    """
    offered, enrolment = schema.class_training, schema.enrolment
    return exists().where(
        offered.c.class_id == member.c.class_id,
        offered.c.training_id.in_(sorted(trainings)),
        enrolment.c.training_id == offered.c.training_id,
        enrolment.c.person_id == member.c.person_id,
    )
