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

NEAR = 8
"""Equal cells between two that differ, up to which writing on is shorter than moving."""


class Painted(NamedTuple):
    """One cell: its sign, empty behind a wide one, and the sequences before and after it."""

    sign: str
    before: str
    after: str


Line = list[Painted | None]
"""The cells of a line; None: what stands there is not known."""


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

    def changes(self, y: int, x: int, cells: Sequence[Painted]) -> str:
        """Return what brings a line from cell `x` on up to date, and remember it."""
        line = self.lines[y]
        fresh = list(cells[: self.width - x])
        before = line[x : x + len(fresh)]
        if before == fresh:
            return ""
        written = [_written(y, x + start, fresh[start:end]) for start, end in _runs(before, fresh)]
        line[x : x + len(fresh)] = fresh
        return "".join(written)


class Difference(CompositorUpdate):
    """An update of Textual, of which only what differs is written."""

    def __init__(self, update: LayoutUpdate | ChopsUpdate, screenful: Screenful) -> None:
        self._update = update
        self._screenful = screenful

    def render_segments(self, console: Console) -> str:
        """Return the sequences to write."""
        colours = console._color_system or ColorSystem.TRUECOLOR
        return "".join(
            self._screenful.changes(y, x, _cells(strip, colours))
            for y, x, strip in _strips(self._update)
        )


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
    before, after = _sequences(style or Style.null(), colours)
    behind = Painted("", before, after)
    return tuple(
        cell
        for sign, width in _signs(text)
        for cell in (Painted(sign, before, after), *(behind,) * (width - 1))
    )


@lru_cache(maxsize=4096)
def _sequences(style: Style, colours: ColorSystem) -> tuple[str, str]:
    """Return what is written before and after a text of a style."""
    before, _, after = style.render("\0", color_system=colours).partition("\0")
    return before, after


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
    """Yield the first cell and that after the last of what has to be written."""
    differing = [at for at, cell in enumerate(fresh) if cell != before[at]]
    start = end = -1
    for at in differing:
        if at < end:
            continue
        if start >= 0 and at - end > NEAR:
            yield start, end
            start = -1
        if start < 0:
            start = _start_of_sign(fresh, at)
        end = at + 1
        while end < len(fresh) and not fresh[end].sign:
            end += 1
    if start >= 0:
        yield start, end


def _start_of_sign(fresh: list[Painted], at: int) -> int:
    while at > 0 and not fresh[at].sign:
        at -= 1
    return at


def _written(y: int, x: int, cells: list[Painted]) -> str:
    """Return a run of cells; behind a wide sign the place is said anew, terminals differ there."""
    parts: list[str] = []
    look, is_placed = ("", ""), False
    for at, cell in enumerate(cells):
        if not cell.sign:
            is_placed = False
            continue
        if not is_placed or cell[1:] != look:
            parts.append(look[1] if parts else "")
            parts.append("" if is_placed else f"\x1b[{y + 1};{x + at + 1}H")
            parts.append(cell.before)
            look, is_placed = (cell.before, cell.after), True
        parts.append(cell.sign)
    return "".join((*parts, look[1]))
