"""What a person does with the keyboard, on the small world of `fakes`."""

from __future__ import annotations

import pytest
from textual.widgets import DataTable, Static

from termstats.data.figures.definition.figure import Level
from termstats.data.model.units import RowId
from termstats.data.query.scope import Role, Scope
from termstats.screens.dialogs.groups import GroupsDialog
from termstats.screens.frame.figure_screen import FigureScreen
from termstats.screens.levels.training import TrainingScreen
from termstats.screens.pages.answers import AnswersScreen
from termstats.widgets.frame import GroupLine, LevelLine, TooSmall
from tests.screens.fakes import THINGS, L, T, World, make_app
from tests.screens.fakes import world as world
from tests.screens.keyboard import (
    NARROW,
    WIDE,
    burst,
    current_panel,
    level_of,
    press,
    settle,
)


async def test_a_wide_screen_shows_four_panels_and_zoom_one(world: World) -> None:
    app = make_app()
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        shown = [panel for panel in level_of(app).panels.values() if panel.display]
        assert len(shown) == 4
        await press(pilot, "z")
        shown = [panel for panel in level_of(app).panels.values() if panel.display]
        assert [panel.figure_id for panel in shown] == ["global.active-users"]
        await press(pilot, "escape")
        assert sum(panel.display for panel in level_of(app).panels.values()) == 4


async def test_tab_walks_the_groups_and_the_cards_and_comes_round(world: World) -> None:
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        seen = []
        for _ in range(10):
            seen.append((level_of(app).group.name, level_of(app).current))
            await press(pilot, "tab")
        assert seen == [
            ("Overview", "global.active-users"),
            ("Overview", "global.trainings"),
            ("Overview", "global.activity"),
            ("Overview", "global.top-learners"),
            ("People", "global.top-learners"),
            ("Trainings", "global.trainings"),
            ("Classes", "global.classes"),
            ("Activity", "global.activity"),
            ("Activity", "global.active-users"),
            ("Activity", "global.totals"),
        ]
        assert level_of(app).current == "sentence"
        await press(pilot, "tab", "tab")
        assert (level_of(app).group.name, level_of(app).current) == seen[0]
        await press(pilot, "shift+tab")
        assert level_of(app).current == "cards"


async def test_groups_are_walked_by_keys_and_clicks(world: World) -> None:
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        line = app.screen.query_one(GroupLine)
        assert line.names == ("Overview", "People", "Trainings", "Classes", "Activity")
        assert line.place == "1-2 of 4"
        await press(pilot, "tab", "tab", "full_stop")
        assert level_of(app).group.name == "People"
        # Back in a group one is where one was.
        await press(pilot, "comma")
        assert level_of(app).current == "global.activity"
        assert line.place == "3-4 of 4"
        await press(pilot, "left_curly_bracket")
        assert (level_of(app).group.name, level_of(app).current) == ("Activity", "global.activity")
        await press(pilot, "right_curly_bracket")
        assert level_of(app).group.name == "Overview"
        (text,) = line.picture()
        await pilot.click(line, offset=(text.plain.index("Classes"), 0))
        await press(pilot)
        assert (level_of(app).group.name, level_of(app).current) == ("Classes", "global.classes")
        assert line.names[line.current] == "Classes"


async def test_groups_are_in_the_palette(world: World) -> None:
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "ctrl+p", *"group: cla", "enter")
        assert level_of(app).group.name == "Classes"


async def test_groups_without_room_are_chosen_from_a_list(world: World) -> None:
    app = make_app()
    async with app.run_test(size=(60, 24)) as pilot:
        await settle(pilot)
        line = app.screen.query_one(GroupLine)
        (text,) = line.picture()
        if "More" not in text.plain:
            line.names = (*line.names, "Rewards", "Records")
            (text,) = line.picture()
        await pilot.click(line, offset=(text.plain.index("More"), 0))
        await settle(pilot)
        assert isinstance(app.screen, GroupsDialog)
        await press(pilot, "down", "down", "enter")
        assert level_of(app).group.name == "Trainings"


async def test_drilling_down_and_back_keeps_the_selection(world: World) -> None:
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "tab", "down", "enter")
        assert isinstance(app.screen, TrainingScreen)
        assert app.screen.subject == "First Aid"
        assert app.session.chosen[T].key == "t2"
        await press(pilot, "escape")
        assert level_of(app).LEVEL is Level.GLOBAL
        assert level_of(app).current == "global.trainings"
        assert current_panel(app).rows.row == ("t2", "First Aid", 40, 20.0)


async def test_two_keys_from_a_name_to_the_wrong_answer_as_the_readme_says(world: World) -> None:
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        # All at once, as fast as somebody types.
        await burst(pilot, "/", "b", "e", "n", "enter", "n")
        assert isinstance(app.screen, AnswersScreen)
        assert app.screen.query_one(DataTable).cursor_row == 1
        full = str(app.screen.query_one("#answer", Static).render())
        assert "✗ Water" in full and "✓ Foam or CO2" in full
        assert "31 % right of 118; 48 answered the same" in full
        await press(pilot, "escape")
        assert level_of(app).subject == "Ben Bauer"


@pytest.mark.parametrize("size", [NARROW, WIDE, (60, 24)], ids=str)
async def test_the_wrong_answers_stand_below_the_trainings(
    world: World, size: tuple[int, int]
) -> None:
    app = make_app(Level.LEARNER, {L: THINGS[L][1]})
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        screen = level_of(app)
        trainings, wrong = (screen.panels[f"learner.trainings{end}"] for end in ("", "+detail"))
        assert wrong.table is not None and len(wrong.table.rows) == 2
        assert trainings.region.bottom == wrong.region.y
        assert trainings.region.width == wrong.region.width == size[0]
        assert screen.query_one("#who").size.height == 3
        who = str(screen.query_one("#who", Static).render())
        assert who.splitlines() == [
            "Ben Bauer · username ben · last access 2026-11-19",
            "▲ “Safety Basics”: failed.",
            "▲ “First Aid”: never started.",
        ]
        await press(pilot, "tab")
        assert screen.current == "learner.trainings+detail"
        await press(pilot, "down", "enter")
        assert isinstance(app.screen, AnswersScreen)


async def test_a_training_without_wrong_answers_is_passed_over(world: World) -> None:
    app = make_app(Level.LEARNER, {L: THINGS[L][1]})
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "up", "n")
        assert isinstance(app.screen, AnswersScreen)
        assert app.screen.entities[T].key == "t1"


async def test_five_keys_from_a_name_to_the_wrong_answer(world: World) -> None:
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "slash", "b", "e", "n")
        # Enter: Ben. Enter: the first training. Enter: the failed module's only attempt.
        await press(pilot, "enter", "enter", "enter")
        assert isinstance(app.screen, AnswersScreen)
        assert app.screen.query_one(DataTable).cursor_row == 1
        full = str(app.screen.query_one("#answer", Static).render())
        assert "Which extinguisher for oil?" in full
        assert "Foam or CO2" in full
        await press(pilot, "n")
        assert app.screen.query_one(DataTable).cursor_row == 2
        await press(pilot, "escape", "escape", "escape")
        assert level_of(app).LEVEL is Level.GLOBAL


async def test_several_attempts_are_listed_and_walked(world: World) -> None:
    app = make_app(Level.LEARNER, {L: THINGS[L][1]})
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "enter", "up", "enter")
        assert isinstance(app.screen, FigureScreen)
        assert app.screen.figure_id == "learner.attempts"
        await press(pilot, "enter")
        words = str(app.screen.query_one("#attempt", Static).render())
        assert "attempt 1 of 2" in words
        assert "passed · 6 of 10 points · 60 %, pass mark 50 % · 2026-11-12 14:03, 5 min" in words
        assert "60 %  (pass 50 %)" in words
        await press(pilot, "right_square_bracket")
        assert "attempt 2 of 2" in str(app.screen.query_one("#attempt", Static).render())
        await press(pilot, "m")
        words = str(app.screen.query_one("#attempt", Static).render())
        assert "Fire" in words and "attempt 1 of 1" in words


async def test_the_detail_pane_follows_the_cursor(world: World) -> None:
    app = make_app(Level.LEARNER, {L: THINGS[L][1]})
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        pane = level_of(app).panels["learner.trainings+detail"]
        assert pane.title == "Safety Basics · Wrong answers"
        assert pane.table is not None and len(pane.table.rows) == 2
        await press(pilot, "up")
        assert pane.title == "First Aid · Wrong answers"
        assert not pane.table.rows


async def test_a_level_without_a_subject_asks_for_one(world: World) -> None:
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "2")
        assert level_of(app).is_choosing
        await press(pilot, "down", "enter")
        assert level_of(app).subject == "First Aid"
        assert len(app.screen_stack) == 1
        await press(pilot, "escape")
        assert level_of(app).is_choosing
        assert current_panel(app).rows.row == ("t2", "First Aid", 40, 20.0)


async def test_a_small_terminal_says_so_and_recovers(world: World) -> None:
    app = make_app()
    async with app.run_test(size=(59, 24)) as pilot:
        await settle(pilot)
        assert app.screen.has_class("too-small")
        await pilot.resize_terminal(80, 14)
        await settle(pilot)
        assert app.screen.has_class("too-small")
        await pilot.resize_terminal(40, 10)
        await settle(pilot)
        shown = [child for child in app.screen.children if child.region.area]
        assert [type(child) for child in shown] == [TooSmall]
        lines = [shown[0].render_line(y).text.strip() for y in range(shown[0].size.height)]
        # Whole words, whatever the width.
        said = "This terminal is 40x10. Please make it at least 60x15, or use termstats report."
        assert " ".join(lines).strip() == said
        await pilot.resize_terminal(80, 24)
        await settle(pilot)
        await settle(pilot)
        assert not app.screen.has_class("too-small")
        assert current_panel(app).region.height > 10
        assert app.focused is current_panel(app).target


async def test_a_learner_has_one_level_and_nothing_to_choose(world: World) -> None:
    scope = Scope(Role.LEARNER, "ben", people=frozenset({RowId(2)}))
    app = make_app(Level.LEARNER, {L: THINGS[L][1]}, scope=scope)
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        assert [level.name for level in app.screen.query_one(LevelLine).levels] == ["Learner"]
        await press(pilot, "1", "escape")
        assert level_of(app).subject == "Ben Bauer"
        assert [toast.message for toast in app._notifications] == [
            "ben does not have the global level"
        ]


async def test_a_row_that_stands_for_several_opens_nothing(world: World) -> None:
    world.rows["global.top-learners"] = ((None, "(others)", None, 4.0),)
    app = make_app(Level.LEARNER)
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "enter")
        assert level_of(app).is_choosing
        assert [toast.message for toast in app._notifications] == ["This row stands for several"]
