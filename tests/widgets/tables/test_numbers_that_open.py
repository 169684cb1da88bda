"""Numbers that open something look so, and no others."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rich.style import Style
from textual.app import ComposeResult
from textual.strip import Strip

from termstats.data.model.doors import Door
from termstats.data.model.table import KEY, Table, count, ident, percent, words
from termstats.widgets import STYLES
from termstats.widgets.look.themed import Themed
from termstats.widgets.look.themes import styles_of, themes, tokens_of
from termstats.widgets.tables.figure_table import FigureTable

COLUMNS = (
    ident("training_id"),
    words("training"),
    count("learners"),
    percent("completion"),
    count("modules"),
)
TRAININGS = Table(
    "x.trainings",
    "Trainings",
    COLUMNS,
    (("1", "Fire", 40, 25.0, 7), ("2", "Water", 0, None, 7), (None, "(others)", 5, 20.0, 7)),
    behind=(
        ("learners", Door("x.people", params=(("training", "training_id"),))),
        ("completion", Door("x.people", params=(("training", "training_id"),), counts=None)),
    ),
)
OPENING = ["40", "25 %"]
"""Not nobody, no value, nor a row that names no training; of modules nothing is listed."""


class Host(Themed[None]):
    CSS_PATH = STYLES

    def __init__(self, table: Table, theme: str, *, ascii_only: bool) -> None:
        super().__init__(theme, always_ascii=ascii_only)
        self.table = table

    def compose(self) -> ComposeResult:
        yield FigureTable()

    def on_mount(self) -> None:
        self.query_one(FigureTable).show(self.table)
        self.query_one(FigureTable).grid.focus()

    def strips(self) -> list[Strip]:
        """Return the lines that are drawn."""
        return self.screen._compositor.render_strips()

    def segments(self) -> list[tuple[int, str, Style]]:
        """Return (line, words, looks) of all that is drawn."""
        drawn = [
            (y, each.text, each.style) for y, strip in enumerate(self.strips()) for each in strip
        ]
        return [(y, text.strip(), style or Style()) for y, text, style in drawn if text.strip()]


@pytest.mark.parametrize("ascii_only", [False, True])
@pytest.mark.parametrize("theme", ["dark", "light", "contrast", "ansi", "ascii"])
async def test_numbers_with_something_behind_are_underlined(theme: str, ascii_only: bool) -> None:
    app = Host(TRAININGS, theme, ascii_only=ascii_only)
    async with app.run_test(size=(80, 12)):
        below = [(text, style) for y, text, style in app.segments() if y > 0]
        assert [text for text, style in below if style.underline] == OPENING
        assert {"0", "(others)", "Fire", "5", "7"} <= {
            text for text, style in below if not style.underline
        }


async def test_the_row_under_the_cursor_keeps_its_own_colours() -> None:
    app = Host(TRAININGS.with_rows(TRAININGS.rows[:1] * 2), "dark", ascii_only=False)
    async with app.run_test(size=(80, 12)):
        tokens = tokens_of(app.current_theme)
        looks = {
            y: (str(style.color and style.color.name), str(style.bgcolor and style.bgcolor.name))
            for y, text, style in app.segments()
            if text == "40"
        }
        assert looks[1] == (tokens.on_cursor, tokens.cursor)
        assert looks[2][0] == tokens.link


async def test_rows_known_by_their_ids_are_told_apart() -> None:
    # Two groups of one name: only the first has an id to ask about.
    rows = (("1", "North", 3, None, 0), ("1", "North", 3, None, 0))
    door = Door("x.people", params=(("class", KEY),))
    table = replace(TRAININGS, rows=rows, keys=("7",), behind=(("learners", door),))
    app = Host(replace(table, rows=(rows[0], tuple(list(rows[1])))), "dark", ascii_only=False)
    async with app.run_test(size=(80, 12)):
        underlined = [y for y, text, style in app.segments() if y and style.underline]
        assert underlined == [1]


def test_every_theme_has_a_style_for_them() -> None:
    for theme in themes():
        style = styles_of(tokens_of(theme)).styles["door"]
        assert style.underline
        assert style.color is not None


async def test_a_table_without_the_focus_marks_no_row() -> None:
    app = Host(TRAININGS, "dark", ascii_only=False)
    async with app.run_test(size=(60, 10)) as pilot:
        await pilot.pause()
        (chosen,) = (style for _y, text, style in app.segments() if text == "Fire")
        assert chosen.bgcolor is not None and chosen.bgcolor.name == "#2a6fae"
        app.screen.set_focus(None)
        await pilot.pause()
        rows = [
            style for _y, text, style in app.segments() if text in ("Fire", "Water") and style.color
        ]
        assert len({(style.color, style.bgcolor, style.bold) for style in rows}) == 1
        # Nor is the room behind its last column another.
        grounds = {each.style.bgcolor for strip in app.strips() for each in strip if each.style}
        assert len(grounds) == 1
        numbers = [style for _y, text, style in app.segments() if text in OPENING]
        assert {str(style.color.name) for style in numbers if style.color} == {"#8fd3ff"}
