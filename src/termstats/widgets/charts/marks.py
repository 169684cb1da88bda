"""The cursor's mark on a drawn chart, the part of it in view, and sentences broken into lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap

from rich.cells import cell_len
from rich.text import Text

from termstats.widgets.charts.drawing import Drawing, Stop


def marked(line: Text, start: int, end: int, bar: str, style: str = "reverse") -> Text:
    """Return the line with the cells from `start` to `end` in a style.

    With `bar` blank cells are left alone: a single one shows the bar, several stay blank.
    """
    begin, stop = _characters(line.plain, start, end)
    shown = line.copy()
    if bar and not line.plain[begin:stop].strip():
        if stop - begin == 1:
            shown.plain = line.plain[:begin] + bar + line.plain[stop:]
            shown.stylize(style, begin, stop)
    else:
        shown.stylize(style, begin, stop)
    return shown


def _characters(line: str, start: int, end: int) -> tuple[int, int]:
    """Return the characters between two cells of a line."""
    counts = [0, 0]
    for n, cell in enumerate((start, end)):
        used = 0
        for character in line:
            if used >= cell:
                break
            used += cell_len(character)
            counts[n] += 1
    return counts[0], counts[1]


@dataclass(frozen=True)
class InView:
    """Which lines of a chart are in view, and what is said of the others."""

    top: int
    """The first of them."""
    shown: int
    """How many."""
    words: str = ""
    """How many are out of view; empty: none, or there is no room to say it."""
    is_last: bool = False
    """Whether the last line is in view: what is said of the others stands above it."""

    def line_at(self, y: int) -> int | None:
        """Return the line that stands `y` lines below the head; None: none does."""
        at = y - 1 if self.words and self.is_last else y
        return self.top + at if 0 <= at < self.shown else None


def in_view(lines: int, room: int, current: int | None, top: int) -> InView:
    """Return what is in view of so many lines.

    Args:
        lines: how many there are.
        room: lines on the screen.
        current: the line that has to be in view; None: there is no cursor.
        top: the first line that was in view; it stays as far as it can.
    """
    if lines <= room:
        return InView(0, lines)
    shown = room - 1 if room >= 2 else max(0, room)
    if current is not None:
        top = max(min(top, current), current - shown + 1)
    top = max(0, min(top, lines - shown))
    below = lines - top - shown
    words = f"{below} more below" if below else f"{top} more above"
    return InView(top, shown, words if room >= 2 else "", is_last=not below)


def wrapped(words: str, width: int, height: int, foot: Sequence[Text]) -> list[Text]:
    """Return a sentence in the upper part, broken at spaces."""
    lines = [Text(line) for line in wrap(words, max(10, width - 2))]
    room = max(0, height - len(foot))
    lines = lines[:room]
    return [*lines, *[Text()] * (room - len(lines)), *foot]


def composed(
    drawing: Drawing,
    stop: Stop | None,
    foot: Sequence[Text],
    height: int,
    view: InView,
    bar: str,
    *,
    frugal: bool,
) -> list[Text]:
    """Return the lines of a chart with the cursor marked, in so many lines.

    Args:
        drawing: the chart.
        stop: where the cursor stands; None: it has not been moved yet.
        foot: what stands below the chart's own foot.
        height: lines.
        view: which of the chart's own lines are shown.
        bar: the mark of the cursor on a blank cell.
        frugal: mark one line only, to keep the terminal's traffic low.
    """
    lines = [*drawing.head, *drawing.lines]
    if stop is not None:
        *column, last = stop.spans
        for line, start, end in () if frugal else column:
            lines[line] = marked(lines[line], start, end, bar, "alert")
        lines[last[0]] = marked(lines[last[0]], last[1], last[2], "")
    above = len(drawing.head)
    head, lines = lines[:above], lines[above:]
    below = [*drawing.foot, *foot]
    room = height - above - len(below)
    lines = lines[view.top : view.top + view.shown]
    if view.words:
        lines.insert(0 if view.is_last else len(lines), Text(view.words, "muted"))
    return [*head, *lines, *[Text()] * (room - len(lines)), *below]
