"""The tasks that docs/tasks.md lists: so many keys, slowly or all at once, and one end."""

from __future__ import annotations

import pytest

from termstats.cli.tasks import BACKOFFICE, LEARNING, MOST, Task
from termstats.data.figures.definition.figure import Level
from tests.screens.keyboard import NARROW, burst, press
from tests.screens.test_nothing_is_cut import screen_lines
from tests.screens.test_sample import dashboard
from tests.screens.test_type_ahead import outcome

KEYS = {"Tab": "tab", "Enter": "enter", "→": "right", "End": "end"}
QUICK = ("Who was active?", "Whose certificate has expired?")
LISTED = [
    *((Level.GLOBAL, task) for task in LEARNING),
    *((Level.BACKOFFICE, t) for t in BACKOFFICE),
]
PLACES = [
    pytest.param(
        level, task, id=task.question, marks=() if task.question in QUICK else pytest.mark.slow
    )
    for level, task in LISTED
]


def keys_of(task: Task) -> list[str]:
    """Return the keys one by one."""
    return [
        key
        for press, is_text in task.presses
        for key in (press if is_text else (KEYS.get(press, press),))
    ]


@pytest.mark.parametrize("task", [task for _, task in LISTED], ids=lambda task: task.question)
def test_a_task_takes_few_keys(task: Task) -> None:
    assert 0 < task.number <= MOST


@pytest.mark.parametrize(("level", "task"), PLACES)
async def test_a_task_ends_where_the_docs_say(level: Level, task: Task) -> None:
    outcomes = []
    for type_keys in (press, burst):
        async with dashboard(level, NARROW, chosen=False) as (app, pilot):
            await type_keys(pilot, *keys_of(task))
            assert task.sees in "\n".join(screen_lines(app))
            outcomes.append(outcome(app))
    assert outcomes[1] == outcomes[0]
