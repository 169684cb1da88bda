"""What can be chosen, and what is left of it when somebody types."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from termstats.data.model.folding import Match, match

MOST = 200
"""Choices shown at once; of more the best, and it is said."""


@dataclass(frozen=True)
class Choice:
    """One line of a list."""

    key: str
    """What is given back; unique in the list."""
    cells: tuple[str, ...]
    """What is shown; clean."""
    also: str = ""
    """Further words it is found by."""
    share: float | None = None
    """Of 100: drawn as a bar before the last cell."""
    is_heading: bool = False
    """Whether it only stands above others, and cannot be chosen."""
    name_at: int = 0
    """Which of the cells is the name."""

    @property
    def name(self) -> str:
        """Return what the choice is called: it is found by that, and completed."""
        return self.cells[0 if self.is_heading else self.name_at]


@dataclass(frozen=True)
class PickColumn:
    """A column of a list."""

    heading: str = ""
    is_right: bool = False
    """Whether cells stand on the right: numbers, dates."""
    rank: int = 0
    """Of columns without room the one of the highest rank goes first; 0 never goes."""
    is_name: bool = False
    """Whether the names of the choices stand here; without any such column in the first."""


@dataclass(frozen=True)
class Narrowed:
    """What is left of a list."""

    choices: tuple[Choice, ...] = ()
    best: int | None = None
    """The one to begin with; None: there is none."""
    left_out: int = 0
    """How many fit but are not shown."""


def narrowed(choices: Sequence[Choice], typed: str) -> Narrowed:
    """Return the choices that fit what was typed, in their order, with the headings above them.

    The one to begin with is the first of those that fit best.
    """
    matches = [(choice, None if choice.is_heading else _match(choice, typed)) for choice in choices]
    fitting = [(choice, how) for choice, how in matches if how is not None]
    shown = fitting
    if len(fitting) > MOST:
        shown = sorted(fitting, key=lambda pair: pair[1])[:MOST]
    kept = {choice.key for choice, _ in shown}
    lines: list[Choice] = []
    heading: Choice | None = None
    for choice in choices:
        if choice.is_heading:
            heading = choice
        elif choice.key in kept:
            lines += [heading] if heading else []
            lines.append(choice)
            heading = None
    if not shown:
        return Narrowed()
    best = min(shown, key=lambda pair: pair[1])[0]
    return Narrowed(tuple(lines), lines.index(best), len(fitting) - len(shown))


def _match(choice: Choice, typed: str) -> Match | None:
    """Return how well a choice fits: by its name, else by its other words."""
    if not typed.strip():
        return Match.BEGINS
    name = match(choice.name, typed)
    others = match(choice.also, typed) if choice.also else None
    found = [each for each in (name, others) if each is not None]
    if found:
        return min(found)
    return match(f"{choice.name} {choice.also}", typed)
