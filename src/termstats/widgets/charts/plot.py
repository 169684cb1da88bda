"""The canvas: plotext turns points into cells; axes and words are drawn around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.style import Style
from rich.text import Text

if TYPE_CHECKING:
    from textual_plotext import Plot


@dataclass(frozen=True)
class Stroke:
    """Connected points in dots or cells, drawn with one marker.

    `marker` is a plotext name (`braille`: 2x4 dots a cell) or one character.
    """

    points: tuple[tuple[float, float], ...]
    marker: str
    style: str
    """Name of its colour."""
    joined: bool = True
    """Whether a line joins the points."""


@dataclass(frozen=True)
class Layer:
    """Columns filled from the ground up with one marker."""

    columns: Sequence[int]
    """Cells from the left."""
    heights: Sequence[int]
    """Cells, one number a column."""
    marker: str
    style: str
    """Name of their colour."""


def draw_lines(
    strokes: Sequence[Stroke], width: int, height: int, x_high: float, low: float, high: float
) -> list[Text]:
    """Return `height` lines of exactly `width` cells with the strokes on them, top first.

    Args:
        strokes: later ones lie above earlier ones.
        width: cells; 0..`x_high` spans them.
        height: lines; `low`..`high` spans them.
        x_high: x of the right edge.
        low: y of the lower edge.
        high: y of the upper edge.
    """
    plot = _canvas(width, height)
    plot.xlim(0, x_high)
    plot.ylim(low, high)
    painted = _Paint()
    for stroke in strokes:
        xs = [x for x, _ in stroke.points]
        ys = [y for _, y in stroke.points]
        draw = plot.plot if stroke.joined and len(xs) > 1 else plot.scatter
        draw(xs, ys, marker=stroke.marker, color=painted.number_of(stroke.style))
    return painted.lines(plot, height)


def draw_stacks(layers: Sequence[Layer], width: int, height: int) -> list[Text]:
    """Return lines with filled columns.

    Args:
        layers: the highest first, as each covers the ones before it from the ground up.
        width: cells.
        height: lines.
    """
    plot = _canvas(width, height)
    plot.xlim(0, max(1, width - 1))
    plot.ylim(0, max(1, height - 1))
    painted = _Paint()
    for layer in layers:
        pairs = zip(layer.columns, layer.heights, strict=True)
        filled = [(x, top - 1) for x, top in pairs if top > 0]
        if filled:
            xs, ys = zip(*filled, strict=True)
            colour = painted.number_of(layer.style)
            plot.scatter(list(xs), list(ys), marker=layer.marker, color=colour, fillx=True)
    lines = painted.lines(plot, height)
    for line in lines:
        # Letters fill their part as solid as shades do when they stand on its colour.
        line.highlight_regex("[a-z]+", "reverse")
    return lines


def _canvas(width: int, height: int) -> Plot:
    """Return an empty plot of exactly this size: no frame, ticks or background."""
    # plotext takes 25 ms to load, and the first paint draws no chart.
    from textual_plotext import Plot

    plot = Plot()
    # plotext otherwise cuts every plot to the size of the terminal it believes to be in.
    plot._limit_size(False, False)  # type: ignore[attr-defined]
    plot.plotsize(width, height)
    plot.theme("clear")
    plot.frame(False)
    plot.xticks([])
    plot.yticks([])
    return plot


class _Paint:
    """Numbers stand for names of colours while plotext draws; themes are known only later."""

    FIRST = 16
    """The first number that is not one of the terminal's own colours."""

    def __init__(self) -> None:
        self._names: list[str] = []

    def number_of(self, style: str) -> int:
        """Return the colour that plotext is given for a style."""
        if style not in self._names:
            self._names.append(style)
        return self.FIRST + self._names.index(style)

    def lines(self, plot: Plot, height: int) -> list[Text]:
        """Return what was drawn, coloured by names of styles."""
        lines = [Text.from_ansi(line) for line in plot.build().splitlines()[:height]]
        for line in lines:
            line.spans = [span._replace(style=self._name_of(span.style)) for span in line.spans]
        return lines

    def _name_of(self, style: str | Style) -> str | Style:
        colour = style.color if isinstance(style, Style) else None
        number = colour.number if colour is not None else None
        return style if number is None else self._names[number - self.FIRST]
