"""Pictures of screens as text: every screen and dialog at 110x32 and 200x60, themes at 120x40.

Text is small and can be read in a difference; the sizes that are designed have real pictures, see
`test_pictures`. Where colours matter, letters say how each cell looks.
"""

from __future__ import annotations

import string

import pytest
from rich.style import Style
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from termstats.app import TermStatsApp
from termstats.data.figures.definition.figure import Level
from tests.screens.fakes import World, make_app
from tests.screens.fakes import world as world
from tests.screens.keyboard import WIDE
from tests.screens.test_pictures import ALSO_ON_LEVELS, CHOSEN, ON_LEVELS, keys

pytestmark = pytest.mark.slow
SIZES = {"110x32": (110, 32), "200x60": (200, 60)}
STANDING = {name: pressed for name, pressed in (*ON_LEVELS, *ALSO_ON_LEVELS)}
ROOMY = [(name, size) for name in STANDING for size in SIZES]
AT_120 = [(name, "120x40") for name, _pressed in ALSO_ON_LEVELS]
THEMES = ("dark", "light", "contrast", "ansi", "ascii")


class TextPicture(SingleFileSnapshotExtension):
    """One file of text a picture."""

    _write_mode = WriteMode.TEXT
    _file_extension = "txt"


def lines_of(app: TermStatsApp) -> list[list[tuple[str, str]]]:
    """Return the (text, look) runs of each line."""
    strips = app.screen._compositor.render_strips()
    return [
        [(each.text, look_of(each.style or Style.null())) for each in strip] for strip in strips
    ]


def look_of(style: Style) -> str:
    """Return a look in words: `#e8ecf2 on #10151d bold`."""
    colours = [colour.name if colour else "default" for colour in (style.color, style.bgcolor)]
    words = [f"{colours[0]} on {colours[1]}"]
    words += [name for name in ("bold", "underline", "reverse", "dim") if getattr(style, name)]
    return " ".join(words)


def text_of(app: TermStatsApp) -> str:
    """Return what can be read."""
    lines = ("".join(text for text, _look in line).rstrip() for line in lines_of(app))
    return "\n".join(lines) + "\n"


def coloured(app: TermStatsApp) -> str:
    """Return what can be read, then the looks of each line from left to right, and their names."""
    names: dict[str, str] = {}
    letters = iter((*string.ascii_letters, *string.digits))
    rows = []
    for line in lines_of(app):
        row: list[tuple[str, int]] = []
        for text, look in line:
            if look not in names:
                names[look] = next(letters)
            if row and row[-1][0] == names[look]:
                row[-1] = (row[-1][0], row[-1][1] + len(text))
            else:
                row.append((names[look], len(text)))
        rows.append(" ".join(f"{letter}{cells}" for letter, cells in row))
    looks = [f"{letter} = {look}" for look, letter in names.items()]
    return "\n".join([text_of(app), *rows, "", *looks]) + "\n"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("level", list(Level), ids=str)
async def test_levels(world: World, snapshot: SnapshotAssertion, level: Level, size: str) -> None:
    app = make_app(level, CHOSEN)
    async with app.run_test(size=SIZES[size]) as pilot:
        await keys()(pilot)
        assert text_of(app) == snapshot(extension_class=TextPicture)


@pytest.mark.parametrize(("name", "size"), [*ROOMY, *AT_120], ids=str)
async def test_what_stands_on_a_level(
    world: World, snapshot: SnapshotAssertion, name: str, size: str
) -> None:
    if name == "error":
        world.broken["global.activity"] = "the query was stopped after 60 s"
    app = make_app()
    async with app.run_test(size=SIZES.get(size, WIDE)) as pilot:
        await keys(*STANDING[name])(pilot)
        assert text_of(app) == snapshot(extension_class=TextPicture)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("level", list(Level), ids=str)
async def test_themes(world: World, snapshot: SnapshotAssertion, level: Level, theme: str) -> None:
    app = make_app(level, CHOSEN, theme=theme)
    async with app.run_test(size=WIDE) as pilot:
        await keys()(pilot)
        assert coloured(app) == snapshot(extension_class=TextPicture)
