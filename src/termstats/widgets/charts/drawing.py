"""What a painter is given and what it gives back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rich.text import Text

from termstats.data.model.table import Table


@dataclass(frozen=True)
class Look:
    """How to draw: the cells to fill, and what a person has chosen."""

    width: int
    height: int
    plain: bool = False
    """ASCII only."""
    braille: bool = False
    """Whether lines are drawn with dots of braille."""
    hidden: frozenset[str] = frozenset()
    """Names of the columns not drawn."""
    series: str = ""
    """Name of the column that the cursor reads out; empty: all of them."""
    previous: Table | None = None
    """The same figure in the period before, drawn as a dim line."""


@dataclass(frozen=True)
class Stop:
    """A place of the cursor: the table's row there and the cells it marks."""

    row: int | None
    spans: tuple[tuple[int, int, int], ...]
    """(line counted from the head, first cell, end cell)"""
    text: str
    """The exact value in words."""


@dataclass(frozen=True)
class Drawing:
    """A drawn chart. `lines` may be more than the widget is high; head and foot stay in view."""

    lines: tuple[Text, ...]
    stops: int
    """How many places the cursor has."""
    stop: Callable[[int], Stop]
    """Returns one of them; made when asked for, as there may be thousands."""
    foot: tuple[Text, ...] = ()
    head: tuple[Text, ...] = ()
    across: int = 1
    """How many stops left and right move; 0: they choose the series that is read out."""
    down: int = 0
    """How many stops up and down move; 0: they choose the series that is read out."""

    @property
    def first_stop(self) -> int:
        """Return where the cursor begins: on the first row, over time on the last point."""
        return 0 if self.down else self.stops - 1
