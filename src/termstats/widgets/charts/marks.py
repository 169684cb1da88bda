"""The cursor's mark on a drawn chart, the part of it in view, and sentences broken into lines."""

from __future__ import annotations

from collections.abc import Sequence
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


def window(lines: Sequence[Text], room: int, current: int) -> list[Text]:
    """Return the lines around the cursor, the last saying how many are below."""
    if room < 2:
        return list(lines[current : current + room])
    top = max(0, min(current - (room - 2) // 2, len(lines) - room + 1))
    shown = list(lines[top : top + room - 1])
    below = len(lines) - top - len(shown)
    words = f"{below} more below" if below else f"{top} more above"
    if below == 0:
        return [Text(words, "muted"), *shown]
    return [*shown, Text(words, "muted")]


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
    bar: str,
    *,
    frugal: bool,
) -> list[Text]:
    """Return the lines of a chart with the cursor marked, in so many lines.

    Args:
        drawing: the chart.
        stop: where the cursor stands; None: it has not been moved yet.
        foot: what stands below the chart's own foot.
        height: lines; of more those around the cursor are shown.
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
    if len(lines) > room:
        lines = window(lines, room, stop.spans[0][0] - above if stop else 0)
    return [*head, *lines, *[Text()] * (room - len(lines)), *below]
