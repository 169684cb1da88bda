"""Who needs attention on the global Overview: reasons, and below them the people of one reason."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from textual.pilot import Pilot

from termstats.app import TermStatsApp
from termstats.screens.frame.figure_screen import FigureScreen
from termstats.screens.frame.start import Options
from termstats.widgets.panels.figure_panel import FigurePanel
from tests.data.figures.hand_store import Hand, make_store
from tests.screens.keyboard import NARROW, WIDE, level_of, press
from tests.screens.opened import dashboard_on

REASONS = "global.attention-reasons"


def needy(hand: Hand) -> None:
    """Make two who never started and one who stalled; as of 31 March."""
    hand.training("t", "Safety Basics")
    for name, title, enrolled in (
        ("ana", "Ana Alvarez", "2026-03-01"),
        ("ben", "Ben Bauer", "2026-01-30"),
        ("cem", "Cem Aydın", "2026-01-01"),
    ):
        hand.person(name, title)
        hand.enrol(name, "t", enrolled)
    hand.event("2026-03-11 10:00", "cem", "page", "t")


@asynccontextmanager
async def overview(
    folder: Path, size: tuple[int, int], options: Options | None = None
) -> AsyncIterator[tuple[TermStatsApp, Pilot[None]]]:
    path = await make_store(folder, needy, as_of="2026-03-31 18:00")
    async with dashboard_on(path, size=size, options=options) as opened:
        yield opened


def below(panel: FigurePanel) -> list[str]:
    """Return the lines below the rows, without the blank one; none where nothing stands there."""
    if not panel.below.display:
        return []
    return [str(line).rstrip() for line in panel.below.picture()][1:]


def apart(line: str) -> list[str]:
    """Return the cells of a line."""
    return re.split(r"\s{2,}", line)


def in_words(panel: FigurePanel) -> list[str]:
    """Return the rows of the grid as they are written."""
    grid = panel.rows.grid
    rows = [grid.get_row_at(n) for n in range(grid.row_count)]
    return [" ".join(" ".join(map(str, row)).split()) for row in rows]


async def test_people_of_the_reason_under_the_cursor_stand_below(tmp_path: Path) -> None:
    async with overview(tmp_path, WIDE) as (app, pilot):
        panel = level_of(app).panels[REASONS]
        # At the end of February two had not begun either: Ben and Cem.
        assert in_words(panel)[:2] == [
            "◐ stalled 1 +1 1 2026-03-11",
            "○ never started 2 = 2 2026-01-30",
        ]
        heading, *people = below(panel)
        assert heading.split() == ["stalled", "all", "1"]
        # 11 to 31 March are 20 days.
        assert [apart(each) for each in people] == [
            ["Cem Aydın", "Safety Basics", "2026-03-11", "20 d"]
        ]
        await press(pilot, "tab", "down")
        heading, *people = below(panel)
        assert heading.split() == ["never", "started", "all", "2"]
        assert [apart(each)[0] for each in people] == ["Ben Bauer", "Ana Alvarez"]
        assert [apart(each)[-1] for each in people] == ["60 d", "30 d"]
        await press(pilot, "enter")
        assert isinstance(app.screen, FigureScreen)
        table = app.screen.panels[app.screen.figure_id].table
        assert table is not None
        assert table.column("learner") == ["Ben Bauer", "Ana Alvarez"]


async def test_another_period_brings_other_people(tmp_path: Path) -> None:
    async with overview(tmp_path, WIDE) as (app, pilot):
        panel = level_of(app).panels[REASONS]
        await press(pilot, "left_square_bracket")
        assert below(panel)[0].split() == ["never", "started", "all", "2"]
        assert [apart(each)[0] for each in below(panel)[1:]] == ["Cem Aydın", "Ben Bauer"]
        assert not panel.below.is_old


async def test_eighty_columns_show_the_people_below_their_reason_too(tmp_path: Path) -> None:
    async with overview(tmp_path, NARROW) as (app, _pilot):
        panel = level_of(app).panels[REASONS]
        # Signs, words, count and change: no reason is cut.
        assert in_words(panel) == ["◐ stalled 1 +1", "○ never started 2 ="]
        assert below(panel)[0].split() == ["stalled", "all", "1"]
        assert [apart(line)[0] for line in below(panel)[1:]] == ["Cem Aydın"]


async def test_few_lines_show_the_reasons_alone_until_they_have_it_all(tmp_path: Path) -> None:
    async with overview(tmp_path, (80, 18)) as (app, pilot):
        panel = level_of(app).panels[REASONS]
        assert not panel.below.display
        await press(pilot, "tab", "z")
        assert [apart(line)[0] for line in below(panel)[1:]] == ["Cem Aydın"]
        await press(pilot, "z")
        assert not panel.below.display


async def test_ascii_has_letters_for_signs(tmp_path: Path) -> None:
    async with overview(tmp_path, WIDE, Options(ascii=True)) as (app, _pilot):
        assert in_words(level_of(app).panels[REASONS])[0].startswith("~ stalled 1 +1")
