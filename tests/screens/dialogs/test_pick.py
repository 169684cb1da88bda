"""One list for all dialogs: typing narrows, Tab completes, Space chooses, Enter takes."""

from __future__ import annotations

from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from termstats.app import TermStatsApp
from termstats.screens.dialogs.pick import PickDialog, Picking, PickOne, PickSeveral
from termstats.widgets.frame import KeyLine, LevelLine, StateLine
from termstats.widgets.picking.choices import Choice, PickColumn
from termstats.widgets.picking.pick_list import PickList
from tests.screens.fakes import World, make_app
from tests.screens.fakes import world as world
from tests.screens.keyboard import NARROW, burst, press, settle

CLASSES = (
    Choice("n", ("North", "61")),
    Choice("s", ("Süd", "54")),
    Choice("w", ("Night shift", "40")),
    Choice("o", ("Office", "33")),
)
COLUMNS = (PickColumn("Class"), PickColumn("Learners", is_right=True))
ONE = Picking("Class", COLUMNS, example="a name")
SEVERAL = Picking("Classes", COLUMNS, several=True)


class Asked:
    """A dialog that is open, and what it gave."""

    def __init__(self, app: TermStatsApp, dialog: PickDialog[Any]) -> None:
        self.app = app
        self.dialog = dialog
        self.given: list[Any] = []

    async def open(self, pilot: Pilot[None]) -> None:
        await settle(pilot)
        self.app.push_screen(self.dialog, self.given.append)
        await settle(pilot)

    def said(self) -> str:
        return str(self.dialog.query_one(".said", Static).render())

    def current(self) -> str:
        choice = self.dialog.picks.current
        return choice.name if choice else ""


def lines(dialog: PickDialog[Any]) -> list[str]:
    """Return the lines of the list as they are drawn."""
    picks = dialog.query_one(PickList)
    return ["".join(s.text for s in picks.render_line(y)) for y in range(picks.size.height)]


@pytest.mark.parametrize(
    ("keys", "given"),
    [
        (("enter",), "n"),
        (("down", "enter"), "s"),
        ((*"sud", "enter"), "s"),
        ((*"ni", "enter"), "w"),
        (("end", "enter"), "o"),
        (("end", "up", "home", "enter"), "n"),
        ((*"night", "space", *"sh", "enter"), "w"),
        (("escape",), None),
        ((*"of", "escape"), None),
    ],
    ids=str,
)
async def test_one_is_chosen(world: World, keys: tuple[str, ...], given: str | None) -> None:
    for type_keys in (press, burst):
        app = make_app()
        async with app.run_test(size=NARROW) as pilot:
            asked = Asked(app, PickOne(ONE, CLASSES))
            await asked.open(pilot)
            await type_keys(pilot, *keys)
            assert asked.given == [given]


@pytest.mark.parametrize(
    ("keys", "given"),
    [
        (("down", "enter"), ("s",)),
        (("space", "down", "down", "space", "enter"), ("n", "w")),
        ((*"of", "space", *"no", "space", "enter"), ("n", "o")),
        (("space", "space", "enter"), ()),
    ],
    ids=str,
)
async def test_several_are_chosen(
    world: World, keys: tuple[str, ...], given: tuple[str, ...]
) -> None:
    for type_keys in (press, burst):
        app = make_app()
        async with app.run_test(size=NARROW) as pilot:
            asked = Asked(app, PickSeveral(SEVERAL, CLASSES))
            await asked.open(pilot)
            await type_keys(pilot, *keys)
            assert asked.given == [given]


async def test_what_is_chosen_already_is_marked_and_can_be_left(world: World) -> None:
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        asked = Asked(app, PickSeveral(SEVERAL, CLASSES, chosen=("s", "o"), current="s"))
        await asked.open(pilot)
        assert [line.split()[0] for line in lines(asked.dialog)[1:]] == ["▢", "▣", "▢", "▣"]
        await press(pilot, "space", "enter")
        assert asked.given == [("o",)]


async def test_tab_completes_and_nothing_that_fits_is_said(world: World) -> None:
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        asked = Asked(app, PickOne(ONE, CLASSES))
        await asked.open(pilot)
        await press(pilot, *"ni", "tab")
        assert asked.dialog.query_one(Input).value == "Night shift"
        await press(pilot, *"x")
        assert "Night shiftx" in asked.said()
        await press(pilot, "enter")
        assert asked.given == []
        assert asked.dialog.query_one(".said").has_class("wrong")
        await press(pilot, "backspace", "enter")
        assert asked.given == ["w"]


async def test_the_mouse_takes_one_and_marks_several(world: World) -> None:
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        asked = Asked(app, PickOne(ONE, CLASSES))
        await asked.open(pilot)
        await pilot.click(PickList, offset=(3, 0))  # the headings
        assert asked.given == []
        await pilot.click(PickList, offset=(3, 3))
        await settle(pilot)
        assert asked.given == ["w"]
        asked = Asked(app, PickSeveral(SEVERAL, CLASSES))
        await asked.open(pilot)
        await pilot.click(PickList, offset=(3, 2))
        await pilot.click(PickList, offset=(3, 4))
        await settle(pilot)
        assert asked.dialog.chosen == ("s", "o")


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (120, 40)], ids=str)
async def test_the_lines_of_the_frame_stay_in_sight(world: World, size: tuple[int, int]) -> None:
    many = [Choice(str(n), (f"Class {n}", "1")) for n in range(100)]
    app = make_app()
    async with app.run_test(size=size) as pilot:
        asked = Asked(app, PickOne(ONE, many))
        await asked.open(pilot)
        box = asked.dialog.query_one(".dialog").region
        below = app.screen_stack[0]
        for line in (LevelLine, StateLine, KeyLine):
            assert not below.query_one(line).region.overlaps(box)
        assert box.width == (size[0] if size[0] < 80 else 76)
        await press(pilot, "end")
        assert asked.current() == "Class 99"
        assert lines(asked.dialog)[-1].split()[:2] == ["Class", "99"]
        # Everything but the list is in sight too.
        for part in (".said", ".hint"):
            assert box.contains_region(asked.dialog.query_one(part).region)


async def test_nothing_on_the_page_is_dimmed(world: World) -> None:
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        asked = Asked(app, PickOne(ONE, CLASSES))
        await asked.open(pilot)
        assert asked.dialog.styles.background.a == 0
