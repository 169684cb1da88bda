"""Pictures of screens, compared with those kept beside this file.

Designed are 80x24 and 120x40; `test_text_pictures` has the other sizes and themes.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from textual.pilot import Pilot

from termstats.data.figures.definition.figure import Level
from tests.screens.fakes import THINGS, C, L, T, World, make_app
from tests.screens.fakes import world as world
from tests.screens.keyboard import NARROW, WIDE, settle

Compare = Callable[..., bool]
CHOSEN = {T: THINGS[T][0], L: THINGS[L][1], C: THINGS[C][0]}
SIZES = pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x40"])


def keys(*pressed: str) -> Callable[[Pilot[None]], Awaitable[None]]:
    """Return what is done before the picture is taken."""

    async def run(pilot: Pilot[None]) -> None:
        await settle(pilot)
        for key in pressed:
            await pilot.press(key)
            await settle(pilot)

    return run


ON_LEVELS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("choice", ("2",)),
    ("answers", ("slash", "b", "e", "n", "enter", "enter", "enter")),
    ("period", ("p", *"2026-13")),
    ("search", ("slash", "c", "h")),
    ("explain", ("i",)),
    ("help", ("question_mark",)),
    ("keys found", ("question_mark", *"period")),
    ("periods", ("p", *"las")),
    ("export", ("e",)),
    ("rows", ("tab", "f", *"fir")),
    ("columns", ("tab", "C")),
    ("themes", ("T",)),
    ("who", ("W",)),
    ("imports", ("I",)),
    ("filters", ("5", "F")),
    ("error", ("tab",)),
)
"""What stands on a level, and the keys that bring it there."""
ALSO_ON_LEVELS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("palette", ("ctrl+p", *"panel")),
    ("values", ("tab", "u")),
    ("people behind", ("enter",)),
    ("cursor on a chart", ("left",)),
    ("compared", ("c",)),
    ("zoomed", ("z",)),
)
NAMES = pytest.mark.parametrize(
    ("name", "pressed"), ON_LEVELS, ids=lambda value: value if isinstance(value, str) else ""
)


@SIZES
@pytest.mark.parametrize("level", list(Level), ids=str)
def test_levels(world: World, snap_compare: Compare, level: Level, size: tuple[int, int]) -> None:
    assert snap_compare(make_app(level, CHOSEN), terminal_size=size, run_before=keys())


@SIZES
@NAMES
def test_what_stands_on_a_level(
    world: World,
    snap_compare: Compare,
    name: str,
    pressed: tuple[str, ...],
    size: tuple[int, int],
) -> None:
    if name == "error":
        world.broken["global.activity"] = "the query was stopped after 60 s"
    assert snap_compare(make_app(), terminal_size=size, run_before=keys(*pressed))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("level", "size"),
    [
        *((level, (110, 32)) for level in Level if level is not Level.CLASS),
        *((level, (200, 60)) for level in (Level.GLOBAL, Level.TRAINING, Level.LEARNER)),
    ],
    ids=lambda value: value if isinstance(value, str) else "{}x{}".format(*value),
)
def test_levels_in_a_wider_grid(
    world: World, snap_compare: Compare, level: Level, size: tuple[int, int]
) -> None:
    assert snap_compare(make_app(level, CHOSEN), terminal_size=size, run_before=keys())


@pytest.mark.slow
@pytest.mark.parametrize("theme", ["light", "contrast", "ansi"])
@pytest.mark.parametrize("level", [Level.GLOBAL, Level.LEARNER, Level.BACKOFFICE], ids=str)
def test_levels_in_other_colours(
    world: World, snap_compare: Compare, level: Level, theme: str
) -> None:
    app = make_app(level, CHOSEN, theme=theme)
    assert snap_compare(app, terminal_size=NARROW, run_before=keys())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "pressed"), ALSO_ON_LEVELS, ids=lambda value: value if isinstance(value, str) else ""
)
def test_what_else_stands_on_a_level(
    world: World, snap_compare: Compare, name: str, pressed: tuple[str, ...]
) -> None:
    assert snap_compare(make_app(), terminal_size=NARROW, run_before=keys(*pressed))


def test_too_small(world: World, snap_compare: Compare) -> None:
    assert snap_compare(make_app(), terminal_size=(50, 12), run_before=keys())


def test_ascii(world: World, snap_compare: Compare) -> None:
    assert snap_compare(make_app(ascii=True), terminal_size=NARROW, run_before=keys())


def test_low_bandwidth(world: World, snap_compare: Compare) -> None:
    assert snap_compare(make_app(low_bandwidth=True), terminal_size=NARROW, run_before=keys())
