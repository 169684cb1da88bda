"""`#` counts the values of a column, `C` chooses the columns: by keyboard, on the small world."""

from __future__ import annotations

from pathlib import Path

import pytest

from termstats.app import TermStatsApp
from termstats.config import columns_of, load
from termstats.data.figures.definition.figure import Level
from termstats.screens.dialogs.frequency import FrequencyDialog
from tests.screens.fakes import THINGS, L, T, World, make_app
from tests.screens.keyboard import NARROW, burst, current_panel, level_of, press, settle
from tests.screens.keyboard import world as world

SAFETY = THINGS[T][0]


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "config.toml"
    monkeypatch.setenv("TERMSTATS_CONFIG", str(path))
    return path


def names(app: TermStatsApp) -> list[str]:
    table = current_panel(app).rows.shown_table()
    assert table is not None
    return [str(row[1]) for row in table.rows]


def values(app: TermStatsApp) -> list[tuple[str, ...]]:
    """Return what the list of values shows: value, rows and share."""
    assert isinstance(app.screen, FrequencyDialog)
    return [choice.cells for choice in app.screen.picks.narrowed.choices]


def headings(app: TermStatsApp) -> list[str]:
    return [str(each.label) for each in current_panel(app).rows.grid.ordered_columns]


async def test_a_value_is_kept_or_left_out(world: World) -> None:
    world.rows["training.learners"] = (
        ("ana", "Ana Alvarez", "passed", 100.0),
        ("ben", "Ben Bauer", "in progress", 60.0),
        ("cho", "Cho Chen", None, 0.0),
        ("dina", "Dina Diallo", "passed", 100.0),
    )
    app = make_app(Level.TRAINING, {T: SAFETY})
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await level_of(app).show_panel("training.learners")
        await press(pilot, "right", "number_sign")
        assert values(app) == [
            ("passed", "2", "50 %"),
            ("in progress", "1", "25 %"),
            ("-", "1", "25 %"),
        ]
        await press(pilot, "enter")
        assert names(app) == ["Ana Alvarez", "Dina Diallo"]
        await press(pilot, "f", "ctrl+u", "enter", "number_sign", "x")
        assert names(app) == ["Ben Bauer", "Cho Chen"]
        # What is counted next is what is left.
        await press(pilot, "number_sign")
        assert values(app) == [("in progress", "1", "50 %"), ("-", "1", "50 %")]
        await press(pilot, "down", "x")
        assert names(app) == ["Ben Bauer"]
        assert level_of(app).row_searches["training.learners"] == "state!=passed state="
        await press(pilot, "u", "escape")
        assert names(app) == ["Ben Bauer"]


FOUR = (
    ("ana", "Ana Alvarez", "passed", 100.0),
    ("ben", "Ben Bauer", "in progress", 60.0),
    ("cho", "Cho Chen", "expired", 0.0),
    ("dina", "Dina Diallo", "passed", 100.0),
)


async def test_values_are_narrowed_by_typing(world: World) -> None:
    world.rows["training.learners"] = FOUR
    app = make_app(Level.TRAINING, {T: SAFETY})
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await level_of(app).show_panel("training.learners")
        await press(pilot, "right", "number_sign")
        dialog = app.screen
        assert isinstance(dialog, FrequencyDialog)
        assert dialog.effect() == "Enter: 2 learners · x: 2 learners"
        # Once something is typed, x is one of its letters.
        await press(pilot, "e", "x")
        assert [cells[0] for cells in values(app)] == ["expired"]
        assert dialog.effect() == "Enter: 1 learner · x: 3 learners"
        await press(pilot, "q")
        assert values(app) == []
        await press(pilot, "enter")
        assert app.screen is dialog
        await press(pilot, "backspace", "enter")
        assert names(app) == ["Cho Chen"]


async def test_what_is_typed_ahead_lands_in_the_list_of_values(world: World) -> None:
    world.rows["training.learners"] = FOUR
    app = make_app(Level.TRAINING, {T: SAFETY})
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await level_of(app).show_panel("training.learners")
        await burst(pilot, "right", "#", *"prog", "enter")
        assert names(app) == ["Ben Bauer"]
        # Of equally many rows `expired` comes before `in progress`.
        await burst(pilot, "f", "ctrl+u", "enter", "#", "down", "x")
        assert names(app) == ["Ana Alvarez", "Ben Bauer", "Dina Diallo"]


async def test_without_a_chosen_column_one_is_picked(world: World) -> None:
    app = make_app(Level.TRAINING, {T: SAFETY})
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await level_of(app).show_panel("training.learners")
        await burst(pilot, "#", "down", "enter", "down", "enter")
        assert names(app) == ["Cho Chen"]


async def test_all_pages_of_a_log_are_counted(world: World) -> None:
    world.pages["backoffice.log"] = 200
    start = [(None, f"action {n % 3}") for n in range(450)]
    world.rows["backoffice.log"] = start
    app = make_app(Level.BACKOFFICE)
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await level_of(app).show_panel("backoffice.log")
        await press(pilot, "number_sign", "enter")
        assert [row[:2] for row in values(app)] == [
            ("action 0", "150"),
            ("action 1", "150"),
            ("action 2", "150"),
        ]
        await press(pilot, "down", "enter")
        asked = [request.row_search for name, request in world.asked if name == "backoffice.log"]
        assert asked[-1] == (("action", "=action 1"),)


async def test_columns_are_chosen_and_kept(world: World, config: Path) -> None:
    app = make_app(Level.TRAINING, {T: SAFETY})
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await level_of(app).show_panel("training.learners")
        assert headings(app) == ["Learner", "State", "Progress"]
        await press(pilot, "C", "space", "enter")
        assert headings(app) == ["Learner", "Progress"]
        assert columns_of(load(config)) == {"training.learners": ("learner", "progress")}
        # Another training keeps them.
        await level_of(app).choose({T: THINGS[T][1]})
        await settle(pilot)
        await level_of(app).show_panel("training.learners")
        await settle(pilot)
        assert headings(app) == ["Learner", "Progress"]
        await press(pilot, "C", "up", "space", "space", "escape")
        assert headings(app) == ["Learner", "Progress"]
        await press(pilot, "C", *"all col", "space", "enter")
        assert headings(app) == ["Learner", "State", "Progress"]
        assert columns_of(load(config)) == {}


async def test_columns_of_the_configuration_hold_from_the_start(world: World) -> None:
    columns = {"training.learners": ("learner", "progress", "of another version")}
    app = make_app(Level.TRAINING, {T: SAFETY}, columns=columns)
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await level_of(app).show_panel("training.learners")
        await settle(pilot)
        assert headings(app) == ["Learner", "Progress"]


async def test_where_there_are_no_rows_nothing_opens(world: World) -> None:
    world.broken["training.learners"] = "gone"
    app = make_app(Level.TRAINING, {T: SAFETY, L: THINGS[L][0]})
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await level_of(app).show_panel("training.learners")
        await press(pilot, "number_sign", "C")
        assert len(app.screen_stack) == 1
