"""What lies behind a number: the rows of another figure that it counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from termstats.data.model.filter_base import Field
from termstats.data.model.plural import singular

ROWS = ""
"""The number is how many rows there are."""


NOTHING_BEHIND: Mapping[str, str] = {
    "before": "all before the period",
    "cumulative": "all since the data begin",
    "downloads_so_far": "all since the data begin",
    "learners_so_far": "all since the data begin",
    "change": "a difference",
    "days": "a time, in days",
    "position": "a place in an order",
    "number": "how often, or which attempt",
    "sub_classes": "the classes stand in this list",
    "modules": "the row opens its modules",
    "modules_passed": "the row opens its modules",
    "events": "the learner's timeline lists them",
    "ahead": "the learner's timeline lists them",
    "responses": "answers of others: the list of questions opens them",
    "correct": "answers of others: the list of questions opens them",
    "same": "answers of others: the list of questions opens them",
}
"""Column of counts without a door -> why nobody is listed behind its numbers."""


PEOPLE = "people"
"""What most lists are of."""


@dataclass(frozen=True)
class Door:
    """What lies behind one number: a figure, what it is asked, and what of it the number is."""

    target: str
    """The figure; one that begins with a dot is of the level on which the number stands."""
    action: str = ""
    """The word for --action; empty: the figure knows itself what it lists."""
    params: tuple[tuple[str, str], ...] = ()
    """(parameter, column of the row that holds its value), as in `Destination`."""
    of_days: bool = False
    """Whether the row is a bucket of days, and what lies behind it is what happened on them."""
    counts: str | None = ROWS
    """ROWS; the column that adds up to the number; None: it is made of the rows, and no count."""
    unit: str = PEOPLE
    """What the rows are."""
    filters: tuple[tuple[Field, str], ...] = ()
    """(what a filter of names is about, the column that holds its name), as in `Details`."""
    of_share: bool = False
    """Whether the number is the share of those in the list: there is nobody behind 0."""

    @property
    def is_of_level(self) -> bool:
        """Return whether the figure is that of the level on which the number stands."""
        return self.target.startswith(".")

    def words(self, number: object) -> str:
        """Return what opens: `the 33 people`, `the enrolments`."""
        if self.counts == ROWS and isinstance(number, int):
            return singular(f"the {number:,} {self.unit}")
        return f"the {self.unit}"

    @property
    def is_count(self) -> bool:
        """Return whether the number says how many there are."""
        return self.counts is not None


Doors: TypeAlias = tuple[tuple[str, Door], ...]
"""(column, or card in a figure of cards; what lies behind its numbers)."""


def deeds(
    target: str, params: tuple[tuple[str, str], ...], actions: tuple[tuple[str, str], ...]
) -> Doors:
    """Return doors to who did it, how often: `actions` are (column, word for --action)."""
    return tuple(
        (column, Door(target, action, params, counts="times")) for column, action in actions
    )
