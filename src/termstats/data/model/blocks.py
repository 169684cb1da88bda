"""How far somebody is in the modules of a training: one sign per module, in its order.

A cell holds the signs as they are written in ASCII; screens may have others for them.
"""

from __future__ import annotations

from collections.abc import Sequence

from termstats.data.model.table import Column, Kind

DONE, UNDER_WAY, NOT_STARTED, FAILED, WAITING = "#", "~", ".", "x", "?"
MEANINGS = (
    (DONE, "done"),
    (UNDER_WAY, "under way"),
    (NOT_STARTED, "not started"),
    (FAILED, "failed"),
    (WAITING, "waiting for a teacher"),
)
"""Sign -> what it says."""
_OF_STATES = {
    "passed": DONE,
    "completed": DONE,
    "in progress": UNDER_WAY,
    "not started": NOT_STARTED,
    "failed": FAILED,
    "waiting": WAITING,
}
COLUMN = Column(
    "module_states",
    Kind.BLOCKS,
    "Modules",
    "in their order: " + ", ".join(f"{sign} {words}" for sign, words in MEANINGS),
)
"""The column of blocks; on screens only."""


def blocks(states: Sequence[str]) -> str | None:
    """Return the signs of the states of modules; None: there are no modules."""
    return "".join(_OF_STATES[state] for state in states) or None


def done_of(signs: str) -> tuple[int, int]:
    """Return how many modules are done, of how many."""
    return signs.count(DONE), len(signs)
