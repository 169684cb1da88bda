"""Who counts, in words: what every figure says under its title."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, case, func, literal, select, union

from termstats.data.model.plural import counted
from termstats.data.model.request import Param
from termstats.data.model.text import clean
from termstats.data.query.narrowing import learners_enrolled, population_of, restricted
from termstats.data.query.question import Question
from termstats.data.query.reader import Reader
from termstats.data.store import schema
from termstats.data.store.memory import Memory

EXCLUSIONS = (
    ("staff", "staff"),
    ("excluded", "flagged"),
    ("blocked", "blocked"),
    ("deleted", "deleted"),
    ("anonymous", "anonymous"),
    ("bot", "bots"),
)
"""Flags that leave a person uncounted, and the word for it; the first that holds is named."""
_WORDS: Memory[tuple[object, ...], str] = Memory(most=64)
"""Who counts -> that in words."""


async def population_words(question: Question, reader: Reader, everybody: Select[Any]) -> str:
    """Return who counts, in words: `412 of 431 people (not 12 staff, 5 deleted)`.

    Of a training whoever is enrolled counts; who did something there besides is said as well.

    `everybody` selects all people in scope and focus, counted or not.
    """
    request = question.request
    # Members of classes come and go with the period; nobody else does.
    by_period = question.class_sets() or question.picks_people
    key = (
        *(request.everybody, question.scope, question.training, question.learner),
        request.filters if question.picks_people else None,
        (tuple(question.class_sets()), tuple(question.training_sets())),
        question.period if by_period else None,
    )

    async def read() -> str:
        return await _counted(question, reader, everybody)

    return await reader.store.memories.recall(_WORDS, key, read)


async def _counted(question: Question, reader: Reader, statement: Select[Any]) -> str:
    everybody = statement.subquery("everybody")
    reason = case(*((everybody.c[flag] == 1, literal(word)) for flag, word in EXCLUSIONS), else_="")
    rows = await reader.fetch(
        select(reason.label("reason"), func.count().label("people")).group_by(reason)
    )
    numbers = {row.reason: row.people for row in rows}
    total = sum(numbers.values())
    of_class = _class_words(question)
    if question.learner is not None:
        reasons = [word for word in numbers if word and not question.request.everybody]
        return f"one learner, not counted elsewhere: {reasons[0]}" if reasons else "one learner"
    if question.request.everybody:
        return f"everybody: {total:,} people{of_class}"
    others = await _not_enrolled(question, reader)
    left_out = [f"{numbers[word]:,} {word}" for _flag, word in EXCLUSIONS if word in numbers]
    words = f"{numbers.get('', 0):,} of {total:,} people"
    words += of_class + (f", and {others:,} not enrolled" if others else "")
    return f"{words} (not {', '.join(left_out)})" if left_out else words


def _class_words(question: Question) -> str:
    """Return ` in North + 1 sub-class` for a class in focus that has any; else nothing."""
    in_focus = question.request.entity(Param.CLASS)
    parts = len(question.resolved.focus_classes or ()) - 1
    if in_focus is None or parts < 1:
        return ""
    return f" in {clean(in_focus.name)} + {counted(parts, 'sub-class')}"


async def _not_enrolled(question: Question, reader: Reader) -> int:
    """Return how many counted people did, or were given, something in the training in focus only.

    Lists of events and rankings name them, though they are in no roster.
    """
    if question.training is None:
        return 0
    enrolled = learners_enrolled(frozenset((question.training.id,)))
    acted = [
        select(table.c.person_id).where(
            table.c.training_id == question.training.id,
            table.c.person_id.not_in(enrolled),
            population_of(question, table.c.person_id),
            *restricted(question, table.c.person_id, table.c.training_id),
        )
        for table in (schema.person_month, schema.point, schema.award)
    ]
    people = union(*acted).subquery("not_enrolled")
    return int(await reader.fetch_value(select(func.count()).select_from(people)))
