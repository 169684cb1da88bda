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


def seen_cells(screen: pyte.Screen) -> list[list[pyte.screens.Char]]:
    """Return the cells as they are seen: of a blank the colour of its sign is not."""
    lines = [[screen.buffer[y][x] for x in range(screen.columns)] for y in range(screen.lines)]
    return [[_seen(cell) for cell in line] for line in lines]


def _seen(cell: pyte.screens.Char) -> pyte.screens.Char:
    if cell.data != " " or cell.underscore or cell.reverse or cell.strikethrough:
        return cell
    return cell._replace(fg="default", bold=False, italics=False)


class Seen:
    """A terminal, and what it shows."""

    def __init__(self) -> None:
        self.screen = pyte.Screen(WIDTH, HEIGHT)
        self._stream = pyte.Stream(self.screen)

    def write(self, data: str) -> None:
        self._stream.feed(data)

    @property
    def cells(self) -> list[list[pyte.screens.Char]]:
        return seen_cells(self.screen)


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


def written(before: Sequence[object], after: Sequence[object]) -> str:
    """Return what changes the middle line of a screen."""
    screenful, blank = fresh(), [(" " * WIDTH, None)]
    for line in (before, after):
        update = whole([blank, line, blank])  # type: ignore[list-item]
        sequences = Difference(update, screenful).render_segments(CONSOLE)
    return sequences


def test_what_was_laid_out_for_a_larger_terminal_is_left_out() -> None:
    screenful = Screenful()
    screenful.fit(WIDTH - 4, HEIGHT - 1)
    picture = whole([[("abcdefghijkl", None)]] * HEIGHT)
    assert (
        Difference(picture, screenful).render_segments(CONSOLE) == "\x1b[1Habcdefgh\x1b[2Habcdefgh"
    )
    right = ChopsUpdate([{0: None, 10: strip([("x", None)])}], [(0, 10, WIDTH)], [[10, WIDTH]])
    assert Difference(right, screenful).render_segments(CONSOLE) == ""


RED, BLUE = Style(color="#ff0000"), Style(color="#0000ff")
SAY_RED, SAY_BLUE = "\x1b[38;2;255;0;0m", "\x1b[38;2;0;0;255m"


def test_a_colour_is_said_once_and_what_is_far_is_moved_to() -> None:
    after = [("ab", RED), (" " * 9, None), ("c", RED)]
    assert written([], after) == f"\x1b[2H{SAY_RED}ab\x1b[12Gc\x1b[m"


def test_what_is_near_and_looks_alike_is_written_again() -> None:
    assert written([("abcde", RED)], [("xbcdy", RED)]) == f"\x1b[2H{SAY_RED}xbcdy\x1b[m"
    assert written([("a━━━e", RED)], [("x━━━y", RED)]) == f"\x1b[2H{SAY_RED}x\x1b[5Gy\x1b[m"


def test_of_a_blank_only_what_is_behind_it_counts() -> None:
    assert written([("   ", RED)], [("   ", BLUE)]) == ""
    between = [("a", RED), (" ", BLUE), ("b", RED)]
    assert written([("xxx", RED)], between) == f"\x1b[2H{SAY_RED}a b\x1b[m"


def test_of_a_look_only_what_changes_is_said() -> None:
    dark = Style(color="#ff0000", bgcolor="#101010")
    other = Style(color="#0000ff", bgcolor="#101010", bold=True)
    begin = "\x1b[2H\x1b[38;2;255;0;0;48;2;16;16;16m"
    assert written([], [("a", dark), ("b", other)]) == f"{begin}a\x1b[1;38;2;0;0;255mb\x1b[m"
