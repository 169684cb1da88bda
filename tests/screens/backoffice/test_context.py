"""The box with the context of a selection, which may be closed before all of it is read."""

from __future__ import annotations

from termstats.screens.backoffice.context import ContextDialog
from termstats.widgets.panels.parts import Part
from tests.screens.fakes import World, make_app
from tests.screens.fakes import world as world
from tests.screens.keyboard import NARROW, level_of, press, settle


async def test_what_comes_after_it_is_closed_is_dropped(world: World) -> None:
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        dialog = ContextDialog("Actions", [Part("", (("edit", "3"),))], details=False)
        app.push_screen(dialog)
        await settle(pilot)
        await press(pilot, "escape")
        dialog.show([Part("", (("edit", "4"),))])
        assert level_of(app)
