"""Who counts, in words: what every figure says under its title."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, case, func, literal, select

from termstats.data.query.question import Question
from termstats.data.query.reader import Reader
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

    `everybody` selects all people in scope and focus, counted or not.
    """
    request = question.request
    # Members of classes come and go with the period; nobody else does.
    by_period = question.class_sets() or question.picks_people
    key = (
        *(request.everybody, question.scope, question.training, question.learner),
        request.filters if question.picks_people else None,
        tuple(question.class_sets()),
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
    if question.request.everybody:
        return f"everybody: {total:,} people"
    if question.learner is not None:
        reasons = [word for word in numbers if word]
        return f"one learner, not counted elsewhere: {reasons[0]}" if reasons else "one learner"
    left_out = [f"{numbers[word]:,} {word}" for _flag, word in EXCLUSIONS if word in numbers]
    counted = f"{numbers.get('', 0):,} of {total:,} people"
    return f"{counted} (not {', '.join(left_out)})" if left_out else counted
