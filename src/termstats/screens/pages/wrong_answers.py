"""The wrong answers of a training that lie beyond those of one module."""

from __future__ import annotations

from dataclasses import dataclass

from termstats.data.model.table import Table
from termstats.screens.pages.answer_words import is_wrong, value

WRONG = "learner.wrong-answers"
"""The figure of what was not right in the newest attempt at each module."""


@dataclass(frozen=True)
class WrongAnswer:
    """Where a wrong answer is: ids of its module and attempt, and its position in that."""

    module: str
    attempt: str
    position: int


def wrong_beyond(
    wrong: Table | None, modules: Table | None, module: str, step: int
) -> WrongAnswer | None:
    """Return the first wrong answer of the modules after one, or the last of those before it.

    Args:
        wrong: what was not right in the training.
        modules: its modules in their order.
        module: the one that is left.
        step: 1 or -1: after it, or before it.
    """
    if wrong is None or modules is None:
        return None
    order = [str(key) for key in modules.column("module_id")]
    if module not in order:
        return None
    here = order.index(module)
    beyond = [
        WrongAnswer(key, str(value(wrong, row, "attempt_id")), position)
        for row in wrong.rows[::step]
        for key, position in [(str(value(wrong, row, "module_id")), value(wrong, row, "position"))]
        if is_wrong(wrong, row)
        and isinstance(position, int)
        and key in order
        and (order.index(key) - here) * step > 0
    ]
    return beyond[0] if beyond else None
