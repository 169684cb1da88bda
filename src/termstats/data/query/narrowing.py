"""Scope, focus and population as conditions on columns: what every selectable carries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    and_,
    case,
    func,
    literal_column,
    or_,
    select,
    true,
)

from termstats.data.model.filters import GroupFilter, PeopleFilter
from termstats.data.model.units import RowId
from termstats.data.query.question import ClassSet, Question
from termstats.data.store import schema

Ids: TypeAlias = Sequence[RowId] | Select[tuple[RowId]]
"""Ids, or the query that finds them."""


def picked_people(question: Question) -> list[Ids]:
    """Return the ids of the people that each filter of people leaves."""
    picked: list[Ids] = []
    for each in question.request.filters:
        match each:
            case PeopleFilter():
                picked.append(each.ids)
            case GroupFilter():
                by_group = question.resolved.classes_by_group
                classes = frozenset().union(*(by_group[group] for group in each.ids))
                picked.append(members_of(question, ClassSet(classes, of_scope=False)))
    return picked


def is_picked(question: Question, person: ColumnElement[Any]) -> list[ColumnElement[bool]]:
    """Return the conditions of the filters of people on a column of their ids."""
    return [person.in_(ids) for ids in picked_people(question)]


def restricted(
    question: Question,
    person: ColumnElement[Any] | None,
    training: ColumnElement[Any] | None,
) -> list[ColumnElement[bool]]:
    """Return the conditions of scope and focus on a person and a training column."""
    conditions: list[ColumnElement[bool]] = []
    if training is not None:
        conditions.extend(training.in_(sorted(ids)) for ids in question.training_sets())
    if person is not None:
        conditions.extend(person.in_(sorted(ids)) for ids in question.people_sets())
        conditions.extend(is_picked(question, person))
        conditions.extend(in_scope_of_manager(question, person))
    for classes in question.class_sets():
        if training is not None:
            conditions.extend(_pairs(question, classes, person, training))
        elif person is not None:
            conditions.append(person.in_(learners_of(question, classes)))
    return conditions


def in_scope_of_manager(
    question: Question, person: ColumnElement[Any]
) -> list[ColumnElement[bool]]:
    """Return the conditions that people are enrolled in what a manager of trainings manages.

    What nobody known did (NULL or 0) stays: it names nobody.
    """
    if question.scope.trainings is None:
        return []
    enrolled = learners_enrolled(question.scope.trainings)
    return [or_(person.in_(enrolled), func.coalesce(person, literal_column("0")) == 0)]


def learners_enrolled(trainings: frozenset[RowId]) -> Select[tuple[RowId]]:
    """Return the ids of the people who are, or were, enrolled in any of `trainings`."""
    enrolment = schema.enrolment
    return (
        select(enrolment.c.person_id)
        .where(enrolment.c.training_id.in_(sorted(trainings)))
        .correlate(None)
    )


def _pairs(
    question: Question,
    classes: ClassSet,
    person: ColumnElement[Any] | None,
    training: ColumnElement[Any],
) -> list[ColumnElement[bool]]:
    """Return the conditions that learners of `classes` take a training through one of them.

    Lists of trainings and of people that every index can seek. Where all trainings are taken by
    the same classes, any learner with any training is a pair.
    """
    groups = class_groups(question, classes)
    conditions: list[ColumnElement[bool]] = [
        training.in_(sorted(t for trainings, _classes in groups for t in trainings))
    ]
    if person is not None:
        conditions.append(person.in_(learners_of(question, classes)))
    if person is not None and len(groups) > 1:
        pairs = [
            (and_(training.in_(sorted(trainings)), person.in_(learners_of(question, some))), 1)
            for trainings, some in groups
        ]
        # Not OR: SQLite would read the table once per group and forget the range of days.
        conditions.append(case(*pairs, else_=0) == 1)
    return conditions


def class_groups(question: Question, classes: ClassSet) -> list[tuple[set[RowId], ClassSet]]:
    """Return (trainings, classes that take them), each training in one group only."""
    groups: dict[frozenset[RowId], set[RowId]] = {}
    for training, taking in sorted(question.resolved.classes_by_training.items()):
        if taking & classes.ids:
            groups.setdefault(taking & classes.ids, set()).add(training)
    return [(trainings, classes._replace(ids=taking)) for taking, trainings in groups.items()]


def learners_of(question: Question, classes: ClassSet) -> Select[tuple[RowId]]:
    """Return the ids of the learners of any of `classes`: see `ClassSet`."""
    return members_of(question, classes).where(schema.class_member.c.role == "learner")


def members_of(question: Question, classes: ClassSet) -> Select[tuple[RowId]]:
    """Return the ids of the people of any of `classes`, in whatever role: see `ClassSet`."""
    member = schema.class_member
    joined = is_member_now if classes.of_scope else is_member
    return (
        select(member.c.person_id)
        .where(member.c.class_id.in_(sorted(classes.ids)), joined(question, member))
        .correlate(None)
    )


def is_member(question: Question, member: FromClause) -> ColumnElement[bool]:
    """Return whether a membership overlaps the period."""
    start, _end = question.seconds
    return and_(
        or_(member.c.from_at.is_(None), member.c.from_at < question.end),
        or_(member.c.to_at.is_(None), member.c.to_at >= start),
    )


def is_member_now(question: Question, member: FromClause) -> ColumnElement[bool]:
    """Return whether a membership holds at the as-of moment: a viewer's scope is of now."""
    now = question.info.as_of
    return and_(
        or_(member.c.from_at.is_(None), member.c.from_at <= now),
        or_(member.c.to_at.is_(None), member.c.to_at > now),
    )


def counts(question: Question, person: FromClause) -> ColumnElement[bool]:
    """Return whether a row of the person table belongs to the population."""
    return true() if question.counts_all else person.c.counted == 1


def population_of(question: Question, person: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return the population as a condition on a column of person ids that is never NULL.

    Without a join: those who do not count are few, and looked up once per query.
    """
    if question.counts_all:
        return true()
    # Written out: SQLite takes an index on a part of a table only where it reads its condition.
    uncounted = schema.person.c.counted == literal_column("0")
    return person.not_in(select(schema.person.c.id).where(uncounted).correlate(None))


def only_counted(question: Question, table: FromClause) -> ColumnElement[bool]:
    """Return the population as a condition on a day table with a `counted` column."""
    return true() if question.request.everybody else table.c.counted == 1
