"""What a measure is: one number that any group of enrolments, people or events has.

Groups are counted elsewhere (`learning.history`, `learning.groups`); they hand over what they add
up to, and the measure says what number that gives. So one formula serves a card, a row of a list
and a point of a series.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from termstats.data.model.table import Column, Kind


class Behind(StrEnum):
    """What a measure counts, or is made of: the name of the list that has one row of each."""

    PEOPLE = "behind-people"
    ENROLMENTS = "behind-enrolments"
    ACTIVITY = "behind-activity"
    TRAININGS = "behind-trainings"
    CLASSES = "behind-classes"
    ATTEMPTS = "behind-attempts"


Sums: TypeAlias = Mapping[str, float | None]
"""What a group adds up to, by name of the sum; None: the source does not record it."""


def add_up(groups: Iterable[Mapping[str, float]], names: Sequence[str]) -> dict[str, float]:
    """Return the sums `names` of all groups together; 0 without groups."""
    groups = tuple(groups)
    return {name: sum(sums[name] for sums in groups) for name in names}


@dataclass(frozen=True)
class Measure:
    """A sum of a group, less another one if named, per a third one if named.

    `name` is the metric of cards and the usual name of a column. `part`, `less` and `per` name
    sums. `scale` is 100 for percentages; `finish` rounds what is never shown unrounded.
    """

    name: str
    kind: Kind
    title: str
    words: str
    """What it says, of whom and as of when."""
    part: str
    less: str = ""
    per: str = ""
    scale: int = 1
    finish: Callable[[float], float] | None = None
    behind: Behind | None = None
    """What lies behind it; None: nothing that could be listed."""

    @property
    def is_sum(self) -> bool:
        """Return whether it adds up, so that each one of a group adds its own part to it."""
        return not self.per and self.kind in (Kind.COUNT, Kind.SECONDS)

    def column(self, name: str = "", title: str = "", help: str = "") -> Column:  # noqa: A002
        """Return its column in a list or series; `name` and `title` where they differ there."""
        return Column(name or self.name, self.kind, title or self.title, help)

    def of(self, sums: Sums) -> float | None:
        """Return its value for one group; counts are whole.

        None where a sum is not recorded, or where there is nothing to take it per.
        """
        part, less = sums[self.part], sums[self.less] if self.less else 0
        whole = sums[self.per] if self.per else 1
        if part is None or less is None or whole is None or whole <= 0:
            return None
        value = self.scale * (part - less) / whole if self.per else part - less
        if self.finish is not None:
            return self.finish(value)
        return int(value) if self.kind is Kind.COUNT else value

    def mean(self, groups: Iterable[Mapping[str, float]]) -> float | None:
        """Return the plain mean over groups, each weighing the same however large it is.

        Only of a measure per something. Groups without any of that are left out; None without any.
        """
        shares = [sums[self.part] / sums[self.per] for sums in groups if sums[self.per] > 0]
        return self.scale * sum(shares) / len(shares) if shares else None
