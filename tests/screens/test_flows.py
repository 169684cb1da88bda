"""What a person does with the keyboard, on the small world of `fakes`."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import DataTable, Input, Static
from textual.worker import WorkerCancelled

from termstats.app import TermStatsApp
from termstats.data.figures.definition.registry import Level
from termstats.data.model.writing import to_csv
from termstats.data.query.scope import Role, Scope
from termstats.screens.dialogs.period import PeriodDialog
from termstats.screens.dialogs.search import SearchDialog
from termstats.screens.frame.figure_screen import FigureScreen
from termstats.screens.frame.level_screen import LevelScreen
from termstats.screens.levels.learner import LearnerScreen
from termstats.screens.levels.training import TrainingScreen
from termstats.screens.pages.answers import AnswersScreen
from termstats.widgets.frame import LevelLine, StateLine
from termstats.widgets.panels.figure_panel import FigurePanel
from tests.screens.fakes import THINGS, L, T, World, make_app
from tests.screens.fakes import world as world

NARROW, WIDE = (80, 24), (120, 40)


async def settle(pilot: Pilot[None]) -> None:
    """Wait until nothing is under way any more."""
    quiet = 0
    while quiet < 2:
        with suppress(WorkerCancelled):  # a newer question took its place
            await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        busy = any(not worker.is_finished for worker in pilot.app.workers)
        quiet = 0 if busy else quiet + 1


async def press(pilot: Pilot[None], *keys: str) -> None:
    for key in keys:
        await pilot.press(key)
        await settle(pilot)


def level_of(app: TermStatsApp) -> LevelScreen:
    assert isinstance(app.screen, LevelScreen)
    return app.screen


def files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


def current_panel(app: TermStatsApp) -> FigurePanel:
    screen = level_of(app)
    return screen.panels[screen.current]


def state(app: TermStatsApp) -> str:
    return " · ".join(app.screen.query_one(StateLine).parts)


async def test_the_first_screen_loads_only_what_is_in_sight(world: World) -> None:
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        assert {figure for figure, _ in world.asked} == {"global.totals", "global.active-users"}
        assert "412 of 431 people" in state(app)
        assert current_panel(app).table is not None


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


async def test_tab_walks_all_panels_and_the_cards_and_comes_round(world: World) -> None:
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        seen = []
        for _ in range(6):
            seen.append(level_of(app).current)
            await press(pilot, "tab")
        assert seen == [
            "global.active-users",
            "global.activity",
            "global.trainings",
            "global.classes",
            "global.top-learners",
            "cards",
        ]
        assert level_of(app).current == "global.active-users"
        await press(pilot, "shift+tab")
        assert level_of(app).current == "cards"


async def test_drilling_down_and_back_keeps_the_selection(world: World) -> None:
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "tab", "tab", "down", "enter")
        assert isinstance(app.screen, TrainingScreen)
        assert app.screen.subject == "First Aid"
        assert app.session.chosen[T].key == "t2"
        await press(pilot, "escape")
        assert level_of(app).LEVEL is Level.GLOBAL
        assert level_of(app).current == "global.trainings"
        assert current_panel(app).rows.row == ("t2", "First Aid", 40, 20.0)


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
        assert "attempt 1 of 2 · 6 of 10 points · 60 % (pass 50 %) · passed" in words
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
        assert pane.title == "Safety Basics · Modules"
        await press(pilot, "up")
        assert pane.title == "First Aid · Modules"
        await press(pilot, "enter")
        assert level_of(app).current == "learner.trainings+detail"


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


async def test_a_search_from_the_answers_opens_the_other_learner(world: World) -> None:
    app = make_app(Level.LEARNER, {L: THINGS[L][1]})
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "enter", "enter", "slash", "c", "h", "enter")
        assert isinstance(app.screen, LearnerScreen)
        assert app.screen.subject == "Cho Chen"
        assert len(app.screen_stack) == 1


async def test_enter_before_the_results_takes_the_first_that_comes(world: World) -> None:
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "slash")
        assert isinstance(app.screen, SearchDialog)
        await pilot.press("a", "n", "enter")
        await settle(pilot)
        assert level_of(app).subject == "Ana Alvarez"


async def test_the_period_dialog_keeps_the_period_when_it_cannot_be_read(world: World) -> None:
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        before = app.session.view.period
        for text, said in (
            ("2026-02-30..2026-03-01", "is not a date"),
            ("2026-03-02..2026-03-01", "swap the two"),
            ("yesterdayish", "no period"),
        ):
            await press(pilot, "p")
            dialog = app.screen
            assert isinstance(dialog, PeriodDialog)
            dialog.query_one(Input).value = text
            await press(pilot, "enter")
            assert app.screen is dialog
            assert said in str(dialog.query_one(".hint", Static).render())
            await press(pilot, "escape")
        assert app.session.view.period == before
        await press(pilot, "p")
        app.screen.query_one(Input).value = "2026-03"
        await press(pilot, "enter")
        assert "2026-03-01..03-31" in state(app)
        assert world.asked[-1][1].period == app.session.view.period


async def test_presets_are_chosen_with_the_arrows(world: World) -> None:
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "p", "down", "enter")
        assert app.session.view.period.words == "last 90 days"
        await press(pilot, "left_square_bracket")
        assert app.session.view.period.days == 90
        assert str(app.session.view.period.last) == "2026-08-22"


async def test_switches_ask_again_and_the_state_line_says_so(world: World) -> None:
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "x", "b")
        assert "by week" in state(app)
        request = world.asked[-1][1]
        assert request.everybody and request.by == "week"
        await press(pilot, "o")
        assert not app.session.view.server_clock


async def test_a_stale_result_is_dropped(world: World) -> None:
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        gate = world.gates["global.active-users"] = asyncio.Event()
        await pilot.press("left_square_bracket")
        await pilot.pause()
        await pilot.press("left_square_bracket")
        await pilot.pause()
        gate.set()
        await settle(pilot)
        assert world.stopped == ["global.active-users"]
        table = current_panel(app).table
        assert table is not None
        assert table.period == app.session.view.period.describe()


async def test_loading_says_so_only_after_a_while_and_never_shows_the_old_answer(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("termstats.screens.frame.loading.PATIENCE", 0.01)
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        gate = world.gates["global.active-users"] = asyncio.Event()
        await pilot.press("left_square_bracket")
        await pilot.pause(0.05)
        panel = current_panel(app)
        assert panel.table is None
        assert "loading" in str(panel.words.render())
        gate.set()
        await settle(pilot)
        assert panel.table is not None


async def test_an_error_stays_in_its_panel_until_r(world: World) -> None:
    world.broken["global.activity"] = "the store could not be read: [/] \x1b]52;c;aGk=\x07"
    app = make_app()
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        broken = level_of(app).panels["global.activity"]
        assert broken.table is None
        assert level_of(app).panels["global.active-users"].face == "chart"
        assert level_of(app).panels["global.trainings"].face == "table"
        del world.broken["global.activity"]
        await press(pilot, "r")
        assert broken.table is not None


async def test_leaving_a_screen_stops_its_queries_and_coming_back_asks_again(world: World) -> None:
    world.gates["global.active-users"] = asyncio.Event()
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await pilot.pause()
        await pilot.press("5")
        await pilot.pause()
        await pilot.pause()
        assert world.stopped == ["global.active-users"]
        world.gates["global.active-users"].set()
        await press(pilot, "1")
        assert current_panel(app).table is not None


async def test_a_dialog_does_not_stop_the_queries_under_it(world: World) -> None:
    gate = world.gates["global.active-users"] = asyncio.Event()
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await pilot.pause()
        await pilot.press("p")
        await pilot.pause()
        assert world.stopped == []
        gate.set()
        await settle(pilot)
        await press(pilot, "escape")
        assert current_panel(app).table is not None


async def test_a_filter_that_leaves_nothing_says_so_and_the_way_out(world: World) -> None:
    world.rows["global.trainings"] = (("t1", "First Aid", 40, 20.0), ("t2", "Fire", 7, None))
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "tab", "tab", "f", *"water", "enter")
        panel = current_panel(app)
        assert str(panel.words.render()).startswith("No row fits the filter. f changes it")
        assert panel.words.display and not panel.rows.display
        await press(pilot, "f", *["backspace"] * 5, *"aid", "enter")
        assert panel.rows.display and not panel.words.display
        assert panel.rows.rows.row_count == 1


async def test_an_export_is_what_is_shown(world: World, tmp_path: Path) -> None:
    world.rows["global.trainings"] = (
        ("t1", "=cmd()", 118, 71.25),
        ("t2", "First Aid", 40, 20.0),
        ("t3", "First steps", 7, None),
    )
    app = make_app(folder=tmp_path / "exports")
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "tab", "tab", "f", *"first", "enter", "right", "s", "s", "e")
        panel = current_panel(app)
        shown = panel.current_table()
        assert shown is not None
        assert [row[0] for row in shown.rows] == ["t3", "t2"]
        (path,) = (tmp_path / "exports").iterdir()
        assert path.read_text() == to_csv(shown)
        assert path.read_text().splitlines()[1:] == ["t3,First steps,7,", "t2,First Aid,40,20"]
        assert path.stat().st_mode & 0o777 == 0o600
        await press(pilot, "e")
        names = sorted(each.name for each in (tmp_path / "exports").iterdir())
        assert names == [
            "global.trainings_2026-10-22_2026-11-20-2.csv",
            "global.trainings_2026-10-22_2026-11-20.csv",
        ]


async def test_an_export_of_a_log_has_all_pages(world: World, tmp_path: Path) -> None:
    world.pages["backoffice.log"] = 200
    app = make_app(Level.BACKOFFICE, folder=tmp_path)
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "shift+tab", "shift+tab")
        assert level_of(app).current == "backoffice.log"
        await press(pilot, "e")
        (path,) = files(tmp_path)
        lines = path.read_text().splitlines()
        assert len(lines) == 451
        assert lines[1].endswith("action 0") and lines[450].endswith("action 449")


async def test_the_end_of_a_log_page_reads_the_next(world: World) -> None:
    world.pages["backoffice.log"] = 200
    app = make_app(Level.BACKOFFICE)
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "shift+tab", "shift+tab", "end")
        table = current_panel(app).rows.table
        assert table is not None and len(table.rows) == 400


async def test_a_field_of_a_log_is_filtered_at_the_source(world: World) -> None:
    app = make_app(Level.BACKOFFICE)
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "shift+tab", "shift+tab", "f", *"action=edit", "enter")
        figure, request = world.asked[-1]
        assert (figure, request.filters) == ("backoffice.log", (("action", "edit"),))
        assert "rows with 'action=edit'" in state(app)
        await press(pilot, "f", *["backspace"] * 11, "enter")
        assert world.asked[-1][1].filters == ()


async def test_all_figures_of_a_screen_are_exported(world: World, tmp_path: Path) -> None:
    app = make_app(folder=tmp_path)
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "E")
        assert sorted(path.name.partition("_")[0] for path in files(tmp_path)) == [
            "global.active-users",
            "global.activity",
            "global.classes",
            "global.top-learners",
            "global.trainings",
        ]


async def test_an_unwritable_folder_is_one_line_and_nothing_is_lost(
    world: World, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    app = make_app(folder=tmp_path / "file")
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "e")
        (toast,) = app._notifications
        assert "not exported" in toast.message and "\n" not in toast.message
        assert current_panel(app).table is not None


async def test_a_small_terminal_says_so_and_recovers(world: World) -> None:
    app = make_app()
    async with app.run_test(size=(59, 24)) as pilot:
        await settle(pilot)
        assert app.screen.has_class("too-small")
        await pilot.resize_terminal(80, 14)
        await settle(pilot)
        assert app.screen.has_class("too-small")
        await pilot.resize_terminal(80, 24)
        await settle(pilot)
        await settle(pilot)
        assert not app.screen.has_class("too-small")
        assert current_panel(app).region.height > 10


async def test_copying_answers_gives_text_for_a_ticket(world: World) -> None:
    app = make_app(Level.LEARNER, {L: THINGS[L][1]})
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "enter", "enter", "y")
        text = app.clipboard
        assert text.startswith("Ben Bauer › Safety Basics › Fire\nattempt 1 of 1 · 7 of 20 points")
        assert "2. Which extinguisher for oil?\n   answer:  Water\n   correct: Foam or CO2" in text
        assert "   wrong, 0 / 5 points" in text


async def test_help_lists_the_keys_of_panel_screen_and_app(world: World) -> None:
    app = make_app(Level.LEARNER, {L: THINGS[L][1]})
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "question_mark")
        text = str(app.screen.query_one(Static).render())
        for words in ("Timeline", "Export this figure as CSV", "Find a person", "Sort"):
            assert words in text


async def test_explaining_gives_the_command_that_prints_the_same(world: World) -> None:
    app = make_app(Level.TRAINING, {T: THINGS[T][0]})
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "i")
        text = str(app.screen.query_one(Static).render()).replace("\n", " ")
        assert "412 of 431 people (not 12 staff, 5 deleted, 2 excluded)" in text
        await press(pilot, "y")
        assert app.clipboard == (
            "termstats report training.learners --training t1 --period 2026-10-22..2026-11-20 "
            "--store academy.sqlite3"
        )


async def test_the_period_before_is_drawn_and_goes_with_its_period(world: World) -> None:
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "c")
        before = current_panel(app).chart.previous
        assert before is not None
        assert before.rows[0][0] == app.session.view.period.previous().first
        await press(pilot, "left_square_bracket")
        assert current_panel(app).chart.previous is None
        await press(pilot, "c", "c")
        assert current_panel(app).chart.previous is None


async def test_a_learner_has_one_level_and_nothing_to_choose(world: World) -> None:
    scope = Scope(Role.LEARNER, "ben", people=frozenset({2}))
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


async def test_a_remapped_key_works_and_the_footer_names_it(world: World) -> None:
    app = make_app(keymap={"app.period": "P", "screen.export": "w"})
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "p")
        assert level_of(app)
        await press(pilot, "P")
        assert isinstance(app.screen, PeriodDialog)


async def test_the_palette_finds_a_panel_without_markup(world: World) -> None:
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "ctrl+p", *"panel: train")
        await press(pilot, "enter")
        await settle(pilot)
        assert level_of(app).current == "global.trainings"


async def test_hostile_names_are_text_everywhere(world: World, tmp_path: Path) -> None:
    name = "[/][bold]x[/bold] \ufffd]52;c;aGk=\ufffd"
    world.rows["global.trainings"] = (("t1", name, 1, 1.0),)
    world.rows["training.learners"] = (("ana", name, "passed", 1.0),)
    app = make_app(folder=tmp_path)
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "tab", "tab", "e", "enter", "i", "escape", "f", *"[/]", "enter")
        assert "rows with '[/]'" in state(app)
