"""What leaves a screen: exports, all pages of a log, copies."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual.widgets import Input, Static

from termstats.data.figures.definition.figure import Level
from termstats.data.model.writing import to_csv
from termstats.screens.dialogs.export import ExportDialog
from tests.screens.fakes import THINGS, L, World, make_app
from tests.screens.fakes import world as world
from tests.screens.keyboard import (
    NARROW,
    burst,
    current_panel,
    files,
    level_of,
    press,
    settle,
    state,
)


async def test_a_filter_that_leaves_nothing_says_so_and_the_way_out(world: World) -> None:
    world.rows["global.trainings"] = (("t1", "First Aid", 40, 20.0), ("t2", "Fire", 7, None))
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "tab", "f", *"water", "enter")
        panel = current_panel(app)
        assert str(panel.words.render()).startswith("No row fits the filter. f changes it")
        assert panel.words.display and not panel.rows.display
        await press(pilot, "f", *["backspace"] * 5, *"aid", "enter")
        assert panel.rows.display and not panel.words.display
        assert panel.rows.grid.row_count == 1


async def test_an_export_is_what_is_shown(world: World, tmp_path: Path) -> None:
    world.rows["global.trainings"] = (
        ("t1", "=cmd()", 118, 71.25),
        ("t2", "First Aid", 40, 20.0),
        ("t3", "First steps", 7, None),
    )
    app = make_app(folder=tmp_path / "exports")
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "tab", "f", *"first", "enter", "right", "s", "s", "e", "enter")
        panel = current_panel(app)
        shown = panel.current_table()
        assert shown is not None
        assert [row[0] for row in shown.rows] == ["t3", "t2"]
        (path,) = (tmp_path / "exports").iterdir()
        assert path.read_text() == to_csv(shown)
        assert path.read_text().splitlines()[1:] == ["t3,First steps,7,", "t2,First Aid,40,20"]
        assert path.stat().st_mode & 0o777 == 0o600
        await press(pilot, "e", "enter")
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
        await press(pilot, "full_stop")
        assert level_of(app).current == "backoffice.log"
        await press(pilot, "e", "enter")
        (path,) = files(tmp_path)
        lines = path.read_text().splitlines()
        assert len(lines) == 451
        assert lines[1].endswith("action 0") and lines[450].endswith("action 449")


async def test_the_end_of_a_log_page_reads_the_next(world: World) -> None:
    world.pages["backoffice.log"] = 200
    app = make_app(Level.BACKOFFICE)
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "full_stop", "end")
        table = current_panel(app).rows.table
        assert table is not None and len(table.rows) == 400


async def test_a_field_of_a_log_is_filtered_at_the_source(world: World) -> None:
    app = make_app(Level.BACKOFFICE)
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "full_stop", "f", *"action=edit", "enter")
        figure, request = world.asked[-1]
        assert (figure, request.row_search) == ("backoffice.log", (("action", "edit"),))
        assert "rows with 'action=edit'" in state(app)
        await press(pilot, "f", *["backspace"] * 11, "enter")
        assert world.asked[-1][1].row_search == ()


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
            "global.totals",
            "global.trainings",
        ]


async def test_an_unwritable_folder_is_one_line_and_nothing_is_lost(
    world: World, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    app = make_app(folder=tmp_path / "file")
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "e", "enter")
        (toast,) = app._notifications
        assert "not exported" in toast.message and "\n" not in toast.message
        assert current_panel(app).table is not None


async def test_a_copied_chart_is_a_sentence_and_its_numbers(world: World) -> None:
    app = make_app()
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "y")
        sentence, blank, title, *_rows = app.clipboard.splitlines()
        # 30 days of 30 + n % 7 from 22 Oct on: the last is 30 + 29 % 7.
        assert sentence.startswith("Users: from 30 on Thu 22 Oct to 31")
        assert "highest 36 on Wed 28 Oct" in sentence
        assert (blank, title) == ("", "Active users")


@pytest.mark.parametrize("variable", ["TMUX", "STY"])
async def test_where_the_clipboard_may_not_arrive_a_file_holds_the_text_too(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    app = make_app(folder=tmp_path / "made")
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "y")
        assert not (tmp_path / "made").exists()
        monkeypatch.setenv(variable, "1")
        await press(pilot, "y")
        (path,) = (tmp_path / "made").iterdir()
        assert path.read_text() == app.clipboard
        assert path.stat().st_mode & 0o777 == 0o600
        assert str(path) in [toast.message for toast in app._notifications][-1]


async def test_copying_answers_gives_text_for_a_ticket(world: World) -> None:
    app = make_app(Level.LEARNER, {L: THINGS[L][1]})
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "enter", "enter", "y")
        text = app.clipboard
        assert text.startswith("Ben Bauer (ben)\nSafety Basics: failed")
        assert "Ben Bauer › Safety Basics › Fire\nattempt 1 of 1 · " in text
        assert "2. Which extinguisher for oil?\n   answer:  Water\n   correct: Foam or CO2" in text
        assert "   wrong, 0 of 5 points" in text


async def test_hostile_names_are_text_everywhere(world: World, tmp_path: Path) -> None:
    name = "[/][bold]x[/bold] \ufffd]52;c;aGk=\ufffd"
    world.rows["global.trainings"] = (("t1", name, 1, 1.0),)
    world.rows["training.learners"] = (("ana", name, "passed", 1.0),)
    app = make_app(folder=tmp_path)
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "tab", "e", "enter", "i", "escape", "f", *"[/]", "enter")
        assert "rows with '[/]'" in state(app)


@pytest.mark.parametrize("typing", [press, burst])
async def test_e_then_enter_exports_what_is_shown(
    world: World, tmp_path: Path, typing: Callable[..., Awaitable[None]]
) -> None:
    app = make_app(folder=tmp_path)
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await typing(pilot, "tab", "f", *"aid", "enter", "e", "enter")
        (path,) = files(tmp_path)
        assert [line.split(",")[1] for line in path.read_text().splitlines()[1:]] == ["First Aid"]
        assert level_of(app).current == "global.trainings"


async def test_all_rows_and_another_folder(world: World, tmp_path: Path) -> None:
    app = make_app(folder=tmp_path / "usual")
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "tab", "f", *"aid", "enter", "e")
        dialog = app.screen
        assert isinstance(dialog, ExportDialog)
        assert [choice.cells[1] for choice in dialog.picks.narrowed.choices] == ["1", "2"]
        dialog.query_one(Input).value = str(tmp_path / "other")
        await settle(pilot)
        assert str(tmp_path / "other") in str(dialog.query_one(".said", Static).render())
        await press(pilot, "down", "enter")
        (path,) = files(tmp_path / "other")
        assert len(path.read_text().splitlines()) == 3
        assert not (tmp_path / "usual").exists()


async def test_esc_exports_nothing(world: World, tmp_path: Path) -> None:
    app = make_app(folder=tmp_path)
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "tab", "e", "escape")
        assert files(tmp_path) == []
        assert level_of(app)
