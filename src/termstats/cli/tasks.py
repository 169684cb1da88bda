"""What people come for, and the keys that lead there: docs/tasks.md, and a test types them."""

from __future__ import annotations

import re
from dataclasses import dataclass

MOST = 9
"""Keys that a task takes at most; a name that is typed is not counted."""
_TYPED = re.compile(r"“([^”]*)”|(\S+)")


@dataclass(frozen=True)
class Task:
    """One task, from the first screen on, or from another level."""

    question: str
    keys: str
    """As written in the docs: `/ “ben b” Enter n`; what is typed stands in “ ”."""
    answer: str
    """What is on the screen then."""
    sees: str
    """Words of it, in the sample at 80x24."""

    @property
    def presses(self) -> tuple[tuple[str, bool], ...]:
        """Return (key or text, whether it is a text) in their order."""
        return tuple((text or key, bool(text)) for text, key in _TYPED.findall(self.keys))

    @property
    def number(self) -> int:
        """Return how many keys it takes."""
        return sum(not is_text for _, is_text in self.presses)


LEARNING = (
    Task(
        "Which answers of a learner were wrong?",
        "/ “ben b” Enter n",
        "the attempt, the wrong answer, what is right",
        "Which extinguisher for oil?",
    ),
    Task("Who was active?", "Enter", "the people of the chart", "Global › Active people"),
    Task(
        "Whose certificate has expired?",
        "Tab Enter",
        "the learners, the longest wait first",
        "Needs attention › Certificate expired",
    ),
    Task(
        "Who has never started?",
        "Tab End Enter",
        "the learners, the longest wait first",
        "Needs attention › Never started",
    ),
    Task(
        "How far is everybody in a training?",
        "/ “safety” Enter Tab Tab",
        "its learners with state, progress and modules",
        "━ Learners ━",
    ),
    Task(
        "Who of them is furthest behind?",
        "/ “safety” Enter Tab Tab → → s",
        "the same, the lowest progress first",
        "by progress",
    ),
    Task(
        "How many are in which state?",
        "/ “safety” Enter Tab Tab → u",
        "states with their numbers; Enter keeps one",
        "State · Learners",
    ),
    Task(
        "Only those who failed",
        "/ “safety” Enter Tab Tab f “state=failed” Enter",
        "the rows with that state",
        "rows with 'state=failed'",
    ),
    Task(
        "How is a class doing?",
        "/ “north” Enter",
        "its members and their trainings",
        "Members and their trainings",
    ),
    Task("How was last month?", "p “last month” Enter", "every figure of it", "1–31 Oct 2026"),
    Task("And the month before?", "p “last month” Enter -", "every figure of it", "1–30 Sep 2026"),
    Task("What is counted, and who is left out?", "i", "the definition", "Who counts"),
    Task("Take the rows along", "e", "what can be exported; Enter writes it", "all rows"),
)
"""From the first screen on."""

BACKOFFICE = (
    Task(
        "Which package does nobody use?",
        ". . . Tab",
        "packages first; Enter shows their events of all time",
        "What nobody used",
    ),
    Task(
        "Which function fails, and for whom?",
        ". . Tab → → s Enter",
        "functions by failed runs, then what is behind the first",
        "Failed",
    ),
    Task(
        "Who is active on Sundays?",
        "Tab Tab Tab Tab Tab Tab Tab End Enter",
        "the people of that day",
        "Days of the week",
    ),
    Task("What did one person do?", "F “person=tina” Enter", "everything of theirs", "only person"),
    Task(
        "How are courses received?",
        ", Tab",
        "courses with views, likes and their score",
        "Courses and reactions",
    ),
)
"""From the backoffice on: `5`."""


def tasks_page() -> str:
    """Return docs/tasks.md, below its heading."""
    parts = [
        "What people come for, and the keys for it; what stands in “ ” is typed. A test types",
        f"them, slowly and all at once: the end is the same, after at most {MOST} keys.",
    ]
    for title, tasks in (
        ("From the first screen on", LEARNING),
        ("From the backoffice on (`5`)", BACKOFFICE),
    ):
        parts += ["", f"## {title}", "", "| question | keys | the answer |", "|---|---|---|"]
        parts += [f"| {task.question} | {_written(task)} | {task.answer} |" for task in tasks]
    return "\n".join(parts) + "\n"


def _written(task: Task) -> str:
    return " ".join(f"“{text}”" if typed else f"`{text}`" for text, typed in task.presses)
