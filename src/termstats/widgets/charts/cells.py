"""A chart as a grid of cells: what stands in each, and plotext that puts them on lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.style import Style
from rich.text import Text

if TYPE_CHECKING:
    from textual_plotext import Plot

EIGHTHS = " ▁▂▃▄▅▆▇█"
"""A cell filled from the ground up, by eighths of its height."""


@dataclass(frozen=True)
class Cell:
    """One character; `style` and `ground` are names of colours."""

    glyph: str
    style: str
    ground: str = ""
    """What lies behind it; empty: the ground of the screen."""


Cells = Mapping[tuple[int, int], Cell]
"""(cell from the left, line from above) -> what stands there."""


def draw_cells(cells: Cells, width: int, height: int) -> list[Text]:
    """Return `height` lines of exactly `width` cells; cells outside are not drawn."""
    plot = _canvas(width, height)
    inside = {
        (x, height - 1 - line): cell
        for (x, line), cell in cells.items()
        if 0 <= x < width and 0 <= line < height
    }
    paint = _Paint()
    plain = {place: cell for place, cell in inside.items() if not cell.ground}
    if plain:
        xs, ys = zip(*plain, strict=True)
        markers = [cell.glyph for cell in plain.values()]
        colours = [paint.number_of(cell.style) for cell in plain.values()]
        # One of each a point: plotext takes lists, the types of its widget do not say so.
        plot.scatter(list(xs), list(ys), marker=markers, color=colours)  # type: ignore[arg-type]
    for (x, y), cell in inside.items():
        if cell.ground:
            colour, ground = paint.number_of(cell.style), paint.number_of(cell.ground)
            plot.text(cell.glyph, x, y, color=colour, background=ground)
    return paint.lines(plot, width, height)


def _canvas(width: int, height: int) -> Plot:
    """Return an empty plot of exactly this size, a unit a cell: no frame, ticks or background."""
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
    plot.xlim(0, max(1, width - 1))
    plot.ylim(0, max(1, height - 1))
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

    def lines(self, plot: Plot, width: int, height: int) -> list[Text]:
        """Return what was drawn, coloured by names of styles."""
        lines = [Text.from_ansi(line) for line in plot.build().splitlines()[:height]]
        for line in lines:
            line.spans = [
                span._replace(style=name)
                for span in line.spans
                for name in self._names_of(span.style)
            ]
            line.truncate(width, pad=True)
        return lines

    def _names_of(self, style: str | Style) -> Iterator[str]:
        """Yield the names of the colours that plotext was given, of glyph and ground."""
        if isinstance(style, Style):
            for colour, prefix in ((style.color, ""), (style.bgcolor, "on-")):
                if colour is not None and colour.number is not None:
                    yield prefix + self._names[colour.number - self.FIRST]
