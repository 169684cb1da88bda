"""What is written in parts looks as if all had been written, on any terminal."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pyte
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from termstats.screens.frame.painting import Difference, Screenful

WIDTH, HEIGHT = 12, 3
CONSOLE = Console(file=io.StringIO(), force_terminal=True, color_system="truecolor")
STYLES = (None, Style(color="red"), Style(bold=True, bgcolor="#102030"), Style(underline=True))
PIECES = st.tuples(st.text("ab ━漢é", max_size=5), st.sampled_from(STYLES))
LINES = st.lists(st.lists(PIECES, max_size=4), min_size=HEIGHT, max_size=HEIGHT)


def strip(pieces: Sequence[tuple[str, Style | None]]) -> Strip:
    """Return a line of exactly WIDTH cells."""
    return Strip([Segment(text, style) for text, style in pieces]).adjust_cell_length(WIDTH)


def whole(lines: Sequence[Sequence[tuple[str, Style | None]]]) -> LayoutUpdate:
    return LayoutUpdate([[strip(line)] for line in lines], Region(0, 0, WIDTH, HEIGHT))


class Seen:
    """A terminal, and what it shows."""

    def __init__(self) -> None:
        self.screen = pyte.Screen(WIDTH, HEIGHT)
        self._stream = pyte.Stream(self.screen)

    def write(self, data: str) -> None:
        self._stream.feed(data)

    @property
    def cells(self) -> list[list[pyte.screens.Char]]:
        buffer = self.screen.buffer
        return [[buffer[y][x] for x in range(WIDTH)] for y in range(HEIGHT)]


def seen_whole(update: LayoutUpdate) -> Seen:
    seen = Seen()
    for y, line in enumerate(update.strips):
        seen.write(f"\x1b[{y + 1};1H" + "".join(each.render(CONSOLE) for each in line))
    return seen


def fresh() -> Screenful:
    screenful = Screenful()
    screenful.fit(WIDTH, HEIGHT)
    return screenful


@given(st.lists(LINES, min_size=1, max_size=5))
def test_after_any_changes_all_cells_are_as_if_painted_whole(
    pictures: list[list[list[tuple[str, Style | None]]]],
) -> None:
    seen, screenful = Seen(), fresh()
    for lines in pictures:
        seen.write(Difference(whole(lines), screenful).render_segments(CONSOLE))
        assert seen.cells == seen_whole(whole(lines)).cells


@given(LINES)
def test_what_stands_there_is_not_written_again(
    lines: list[list[tuple[str, Style | None]]],
) -> None:
    screenful = fresh()
    first = Difference(whole(lines), screenful).render_segments(CONSOLE)
    assert first
    assert Difference(whole(lines), screenful).render_segments(CONSOLE) == ""
    screenful.forget()
    screenful.fit(WIDTH, HEIGHT)
    assert Difference(whole(lines), screenful).render_segments(CONSOLE) == first


@given(LINES, LINES, st.integers(0, HEIGHT - 1), st.integers(1, WIDTH - 1))
def test_parts_of_lines_come_at_their_place(
    before: list[list[tuple[str, Style | None]]],
    after: list[list[tuple[str, Style | None]]],
    y: int,
    cut: int,
) -> None:
    seen, screenful = Seen(), fresh()
    seen.write(Difference(whole(before), screenful).render_segments(CONSOLE))
    right = strip(after[y]).crop(cut, WIDTH)
    chops: list[dict[int, Strip | None]] = [{0: None, cut: None} for _ in range(HEIGHT)]
    chops[y][cut] = right
    update = ChopsUpdate(chops, [(y, cut, WIDTH)], [[cut, WIDTH]] * HEIGHT)
    seen.write(Difference(update, screenful).render_segments(CONSOLE))
    line = "".join(cell.data for cell in seen.cells[y])
    assert line.endswith(right.text)
    others = [n for n in range(HEIGHT) if n != y]
    painted = seen_whole(whole(before)).cells
    assert [seen.cells[n] for n in others] == [painted[n] for n in others]


def test_a_run_is_one_colour_and_far_ones_are_moved_to() -> None:
    screenful = fresh()
    red = Style(color="#ff0000")
    blank: list[tuple[str, Style | None]] = [(" " * WIDTH, None)]
    Difference(whole([blank] * HEIGHT), screenful).render_segments(CONSOLE)
    changed = [blank, [("ab", red), (" " * 9, None), ("c", red)], blank]
    written = Difference(whole(changed), screenful).render_segments(CONSOLE)
    colour = "\x1b[38;2;255;0;0m"
    assert written == f"\x1b[2;1H{colour}ab\x1b[0m\x1b[2;12H{colour}c\x1b[0m"
