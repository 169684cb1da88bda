"""Writes to the terminal only what differs from what stands there: a slow line has few bytes.

Textual paints whole regions, several times while panels come and go. What it paints is kept here
cell by cell, and of the next painting only the cells that look different are written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from rich.cells import cell_len
from rich.color import ColorSystem
from rich.console import Console
from rich.style import Style
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.strip import Strip

from termstats.screens.frame.looks import PLAIN, Look, change, looks_of

MOVE = 5
"""Bytes of a move within a line."""


class Painted(NamedTuple):
    """One cell: its sign, empty behind a wide one, and how it looks."""

    sign: str
    look: Look


Line = list[Painted | None]
"""The cells of a line; None: what stands there is not known."""


class Pen:
    """Writes cells; knows where the terminal's cursor stands and how what follows would look."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._parts: list[str] = []
        self._line = self._cell = -1
        """-1: not known."""
        self._look = PLAIN

    def write(self, y: int, x: int, line: list[Painted], start: int, end: int) -> None:
        """Write cells `start` up to `end` of a line that begins at cell `x` of the terminal."""
        gap = line[self._cell - x : start] if y == self._line and x <= self._cell else []
        if 0 < len(gap) < MOVE and self._is_short(gap):
            start -= len(gap)
        for at in range(start, end):
            if line[at].sign:
                self._sign(y, x + at, line[at])
            else:
                # Behind a wide sign the place is said anew: terminals differ there.
                self._cell = -1

    def done(self) -> str:
        """Return all that is to be written; it leaves the terminal as it was, but for the cells."""
        return "".join((*self._parts, change(self._look, PLAIN)[0]))

    def _sign(self, y: int, x: int, cell: Painted) -> None:
        if y != self._line:
            self._parts.append(f"\x1b[{y + 1};{x + 1}H" if x else f"\x1b[{y + 1}H")
        elif x != self._cell:
            self._parts.append(f"\x1b[{x + 1}G")
        sequence, self._look = change(self._look, cell.look)
        self._parts += [sequence, cell.sign]
        # At the end of a line some terminals stay, and others go on.
        self._line, self._cell = (y, x + 1) if x + 1 < self._width else (-1, -1)

    def _is_short(self, gap: list[Painted]) -> bool:
        """Return whether writing the cells of a gap again is shorter than moving over them."""
        return sum(len(cell.sign.encode()) for cell in gap) < MOVE and all(
            cell.sign and not change(self._look, cell.look)[0] for cell in gap
        )


@dataclass
class Screenful:
    """What stands on the terminal, as far as it was written from here."""

    lines: list[Line] = field(default_factory=list)
    width: int = 0

    def forget(self) -> None:
        """Know nothing any more: something else has written to the terminal."""
        self.lines = []

    def fit(self, width: int, height: int) -> None:
        """Forget everything where the terminal has another size now."""
        if (self.width, len(self.lines)) != (width, height):
            self.width = width
            self.lines = [[None] * width for _ in range(height)]

    def change(self, y: int, x: int, cells: Sequence[Painted], pen: Pen) -> None:
        """Write what brings a line from cell `x` on up to date, and remember it.

        What was laid out for a larger terminal than it is by now is left out.
        """
        if y >= len(self.lines) or x >= self.width:
            return
        line = self.lines[y]
        fresh = list(cells[: self.width - x])
        before = line[x : x + len(fresh)]
        if before == fresh:
            return
        for start, end in _runs(before, fresh):
            pen.write(y, x, fresh, start, end)
        line[x : x + len(fresh)] = fresh


class Difference(CompositorUpdate):
    """An update of Textual, of which only what differs is written."""

    def __init__(self, update: LayoutUpdate | ChopsUpdate, screenful: Screenful) -> None:
        self._update = update
        self._screenful = screenful

    def render_segments(self, console: Console) -> str:
        """Return the sequences to write."""
        colours = console._color_system or ColorSystem.TRUECOLOR
        pen = Pen(self._screenful.width)
        for y, x, strip in _strips(self._update):
            self._screenful.change(y, x, _cells(strip, colours), pen)
        return pen.done()


def _strips(update: LayoutUpdate | ChopsUpdate) -> Iterator[tuple[int, int, Strip]]:
    """Yield line, first cell and contents of everything that is painted."""
    if isinstance(update, LayoutUpdate):
        for y, strips in enumerate(update.strips, update.region.y):
            yield y, update.region.x, Strip.join(strips)
        return
    for y, first, last in update.spans:
        for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if strip is not None and x <= last and end > first:
                yield y, x, strip


def _cells(strip: Strip, colours: ColorSystem) -> list[Painted]:
    return [cell for text, style, _ in strip for cell in _painted(text, style, colours)]


@lru_cache(maxsize=4096)
def _painted(text: str, style: Style | None, colours: ColorSystem) -> tuple[Painted, ...]:
    """Return the cells of a text; most of what is painted was painted before."""
    of_signs, of_blanks = looks_of(style or Style.null(), colours)
    behind = Painted("", of_signs)
    return tuple(
        cell
        for sign, width in _signs(text)
        for cell in (
            Painted(sign, of_blanks if sign == " " else of_signs),
            *(behind,) * (width - 1),
        )
    )


def _signs(text: str) -> Iterable[tuple[str, int]]:
    """Return the signs of a text with their widths; where these do not add up, it is one."""
    width = cell_len(text)
    if text.isascii():
        return ((sign, 1) for sign in text)
    signs: list[tuple[str, int]] = []
    for sign in text:
        if cell_len(sign):
            signs.append((sign, cell_len(sign)))
        elif signs:
            signs[-1] = (signs[-1][0] + sign, signs[-1][1])
    return signs if sum(each for _, each in signs) == width else [(text, width)] if width else []


def _runs(before: Line, fresh: list[Painted]) -> Iterator[tuple[int, int]]:
    """Yield the first cell, and that after the last, of what has to be written."""
    start = end = 0
    for at, cell in enumerate(fresh):
        if at < end or cell == before[at]:
            continue
        first = _start_of_sign(fresh, at)
        if first > end:
            if end > start:
                yield start, end
            start = first
        end = at + 1
        while end < len(fresh) and not fresh[end].sign:
            end += 1
    if end > start:
        yield start, end


def _start_of_sign(fresh: list[Painted], at: int) -> int:
    while at > 0 and not fresh[at].sign:
        at -= 1
    return at
