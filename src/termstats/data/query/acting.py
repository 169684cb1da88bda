"""Whose use of the platform counts: everybody's, staff's first of all; machines are nobody."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, and_, case, false, func, literal, or_, select, true

from termstats.data.model.entity import Entity
from termstats.data.model.filter_base import Filter
from termstats.data.model.period import Period
from termstats.data.model.request import Param
from termstats.data.model.units import RowId
from termstats.data.query.narrowing import is_picked
from termstats.data.query.question import Question
from termstats.data.query.reader import Reader
from termstats.data.store import schema
from termstats.data.store.memory import Memory

_Key = tuple[bool, Entity | None, tuple[Filter, ...] | None, Period | None]
_WORDS: Memory[_Key, str] = Memory(most=16)
"""Who counts -> that in words."""


async def acting_population(question: Question, reader: Reader) -> str:
    """Return who counts on the backoffice level: `429 of 431 people, staff too (not 2 bots)`.

    Of those whom filters of people leave: members of groups come and go with the period.
    """
    request = question.request
    filters = (request.filters, question.period) if question.picks_people else (None, None)

    async def read() -> str:
        return await _acting_population(question, reader)

    key = (request.everybody, request.entity(Param.USER), *filters)
    return await reader.store.memories.recall(_WORDS, key, read)


async def _acting_population(question: Question, reader: Reader) -> str:
    person, user = schema.person, question.request.entity(Param.USER)
    where = is_picked(question, person.c.id)
    if user is not None:
        where.append(person.c.id == user.id)
    reason = case(
        (person.c.bot == 1, literal("bots")),
        (person.c.anonymous == 1, literal("anonymous")),
        else_="",
    )
    rows = await reader.fetch(
        select(reason.label("reason"), func.count().label("people")).where(*where).group_by(reason)
    )
    numbers = {row.reason: row.people for row in rows}
    total = sum(numbers.values())
    if question.request.everybody:
        return f"everybody: {total:,} people"
    left_out = [f"{numbers[word]:,} {word}" for word in ("bots", "anonymous") if word in numbers]
    counted = f"{numbers.get('', 0):,} of {total:,} people, staff too"
    return f"{counted} (not {', '.join(left_out)})" if left_out else counted


def whole_platform(question: Question) -> ColumnElement[bool]:
    """Return whether the viewer sees the whole platform: others see none of its use."""
    return true() if question.scope.is_everything else false()


def machines() -> Select[tuple[RowId]]:
    """Return the ids of the bots and of the accounts of nobody in particular."""
    person = schema.person
    return select(person.c.id).where(or_(person.c.bot == 1, person.c.anonymous == 1))


def acts_of(question: Question, person_id: ColumnElement[int]) -> ColumnElement[int]:
    """Return `acts`: 1 where somebody counts as a person, on the backoffice level; 0 is nobody.

    Staff too; machines and the account of nobody only under "everybody".
    """
    counts = person_id != 0
    if not question.request.everybody:
        counts = and_(counts, person_id.not_in(machines()))
    return case((counts, 1), else_=0).label("acts")
