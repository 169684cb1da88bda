"""Numbers about few people: which are hidden, and how the others are rounded.

For viewers whose smallest group is n. What is shown of any two questions differs by nothing or by
at least n, whatever periods, filters and groups they are about: see docs/sharing.md.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from termstats.data.model.group_sizes import SMALLEST
from termstats.data.model.table import Cell, Kind
from termstats.data.model.text import round_half_up

HIDDEN = "hidden"
"""Stands for a number that may not be known: neither no value nor 0."""
NOT_ABOUT_PEOPLE = math.inf
"""In place of how many people a number is about, where it is about things."""
_POINTS = 5
"""Shares are shown in steps of so many points."""
_DIGITS = 2
"""Sums and means are shown with so many digits."""
_NUMBER = re.compile(r"\d[\d,]*(?![\d,]*\s+sub-class)")


@dataclass(frozen=True)
class MinGroup:
    """Of how many people at least numbers are shown to whom, as it was set; 0: of any."""

    everybody: int = 0
    """To whoever looks."""
    viewers: int = 0
    """To those who do not see everything."""
    named: tuple[tuple[str, int], ...] = ()
    """(viewer, by username, email or id; to whoever looks as that one)."""

    def of(self, *, is_everything: bool) -> int:
        """Return what holds for a viewer."""
        return max(self.everybody, 0 if is_everything else self.viewers)


ANY_GROUP = MinGroup()


def is_small(people: float, least: int) -> bool:
    """Return whether a number about so many people is hidden; one about nobody is not."""
    return 0 < people < least


def rounded(value: float, kind: Kind, least: int, *, adds_up: bool) -> float:
    """Return a number about at least `least` people, or about nobody, as it may be shown.

    Counts of people are multiples of `least`; percentages steps of 5 points; what people add up to
    (`adds_up`: events, time, points) and means have two digits, and counts of events are multiples
    too.
    """
    if value == 0:
        return value
    if kind is Kind.PERCENT:
        return _POINTS * round_half_up(value / _POINTS)
    if kind is Kind.SHARE:
        return _POINTS * round_half_up(100 * value / _POINTS) / 100
    if kind is not Kind.COUNT:
        return _two_digits(value)
    whole = _two_digits(value) if adds_up else value
    return max(least, int(least * round_half_up(whole / least)))


def _two_digits(value: float) -> float:
    """Return the two first digits of a number, and zeros."""
    digits = _DIGITS - 1 - math.floor(math.log10(abs(value)))
    short = round_half_up(value, digits)
    return int(short) if digits <= 0 else short


def complement(people: Mapping[int, float], hidden: Iterable[int], least: int) -> set[int]:
    """Return which parts of a sum are hidden, so that none is found by subtracting the others.

    `people` are those behind each part; parts about things are never hidden. Where any part is
    hidden, further ones are, the smallest first, until those hidden are at least two and together
    about `least` people. Where there are no more, and so many are hidden that each can be of one
    person only, the first part about nobody is hidden too.
    """
    taken = set(hidden)
    others = sorted(
        (at for at, each in people.items() if at not in taken and 0 < each < math.inf),
        key=lambda at: (people[at], at),
    )
    while taken and others and (len(taken) < 2 or sum(people[at] for at in taken) < least):
        taken.add(others.pop(0))
    nobody = [at for at, each in people.items() if each == 0]
    together = sum(people[at] for at in taken)
    if 0 < together < least and len(taken) >= least - 1 and not set(nobody) & taken:
        taken.update(nobody[:1])
    return taken


def rounded_words(words: str, least: int) -> str:
    """Return a phrase that counts people, with its numbers as they may be shown."""

    def shown(found: re.Match[str]) -> str:
        number = int(found[0].replace(",", ""))
        if is_small(number, least):
            return "1" if least == SMALLEST else f"1-{least - 1}"
        return f"{int(rounded(number, Kind.COUNT, least, adds_up=False)):,}"

    return _NUMBER.sub(shown, words)


def difference(value: Cell, previous: Cell) -> Cell:
    """Return the change between two numbers as shown; hidden where either is."""
    if HIDDEN in (value, previous):
        return HIDDEN
    if isinstance(value, (int, float)) and isinstance(previous, (int, float)):
        return value - previous
    return None


def reason(least: int, *, hides: bool) -> str:
    """Return what is said below a table: why numbers are hidden, and how the others are rounded."""
    steps = f"Of whole months; people are counted in steps of {least}, percentages of {_POINTS}"
    others = f"{steps} points; times, events and means have two digits."
    if not hides:
        return others
    return (
        f"hidden: about fewer than {least} people, about nobody knows how many, or found by "
        f"subtracting from one that is; values that few people have are left out. {others}"
    )


def parts_of_total(names: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Return the columns of a table that add up to another one."""
    return tuple(
        tuple(name for name in parts if name in names)
        for total, parts in _PARTS.items()
        if total in names
    )


_PARTS: Mapping[str, tuple[str, ...]] = {
    "total": (
        *("page", "quiz", "media", "resource", "download", "search", "login", "forum", "other"),
    ),
    "learners": ("completed", "in_progress", "not_started"),
}
"""Column -> those that add up to it."""
