"""`f`: any text, fields by completion, and how many rows would remain."""

from __future__ import annotations

from textual.widgets import Input, Static

from termstats.app import TermStatsApp
from termstats.screens.dialogs.rows import RowsDialog
from tests.screens.fakes import World, make_app
from tests.screens.fakes import world as world
from tests.screens.keyboard import NARROW, burst, current_panel, level_of, press, settle, state


def dialog_of(app: TermStatsApp) -> RowsDialog:
    assert isinstance(app.screen, RowsDialog)
    return app.screen


def effect(app: TermStatsApp) -> str:
    return str(dialog_of(app).query_one(".effect", Static).render())


async def test_the_rows_that_remain_are_said_before(world: World) -> None:
    world.rows["global.trainings"] = (
        ("t1", "Safety Basics", 5, 50.0),
        ("t2", "First Aid", 3, 10.0),
        ("t3", "First Steps", 1, 0.0),
    )
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "tab", "f")
        assert effect(app) == "3 of 3 trainings remain"
        await press(pilot, *"first")
        assert effect(app) == "2 of 3 trainings remain"
        await press(pilot, *"zz")
        assert effect(app) == "0 of 3 trainings remain"
        await press(pilot, "escape")
        assert "rows with" not in state(app)


async def test_rows_of_a_chart_are_counted_too(world: World) -> None:
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await level_of(app).action_panel("global.activity")
        await settle(pilot)
        assert current_panel(app).face == "chart"
        await press(pilot, "f")
        left, of_all = effect(app).split()[0], effect(app).split()[2]
        assert left == of_all != "0"


async def test_fields_complete_the_last_word(world: World) -> None:
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "tab", "f", *"aid", "space")
        table = current_table(app)
        name = table[1]
        await press(pilot, *name, "tab")
        assert dialog_of(app).query_one(Input).value == f"aid {name}="
        await press(pilot, *"x", "enter")
        assert f"rows with 'aid {name}=x'" in state(app)


async def test_enter_takes_the_text_but_a_field_that_was_walked_to_is_written(
    world: World,
) -> None:
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "tab", "f", "down", "enter")
        assert dialog_of(app).query_one(Input).value == f"{current_table(app)[1]}="
        await press(pilot, "escape")
        await burst(pilot, "f", *"aid", "enter")
        assert "rows with 'aid'" in state(app)


def current_table(app: TermStatsApp) -> list[str]:
    """Return the names of the columns of the panel below the dialog."""
    below = app.screen_stack[0]
    panel = below.panels[below.current]  # type: ignore[attr-defined]
    return [column.name for column in panel.table.columns]
