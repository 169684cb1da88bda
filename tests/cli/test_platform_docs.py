"""Pages of a platform's docs say what shows the same here: all of it is there."""

from __future__ import annotations

import asyncio
import re
import shlex
from functools import cache
from pathlib import Path

import pytest

from termstats.data.figures.definition.figure import Level
from termstats.screens.levels.panels import LEVELS
from tests.cli.command import Capture, prints
from tests.data.importers.moodle import factory as moodle
from tests.data.importers.moodle.learning import LEARNING
from tests.data.importers.oppia.factory import event, load

DOCS = Path(__file__).parents[2] / "docs"
PLACE = re.compile(r"`([1-5])`, (Overview|[A-Z][a-z]+)(?=$|[,;])")
LEVEL_KEYS = (Level.GLOBAL, Level.TRAINING, Level.LEARNER, Level.CLASS, Level.BACKOFFICE)
BY_KEY = dict(zip("12345", LEVEL_KEYS, strict=True))


@cache
def lines(page: str) -> list[tuple[str, str]]:
    """Return (command after `termstats`, where it is on screen) of every row of the table."""
    found = []
    for line in (DOCS / page).read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        command = re.match(r"`termstats (report [^`]*)`", cells[1]) if len(cells) == 3 else None
        if command:
            found.append((command[1], cells[2]))
    return found


def check_commands(page: str, store: Path, capsys: Capture) -> int:
    """Check that every command of a page prints; return how many there are."""
    for command, _place in lines(page):
        text = prints([*shlex.split(command), "--store", str(store), "--period", "all"], capsys)
        assert text.strip(), command
    return len(lines(page))


def test_every_command_for_oppiamobile_prints(tmp_path: Path, capsys: Capture) -> None:
    assert check_commands("oppia.md", asyncio.run(small(tmp_path)), capsys) > 35


def test_every_command_for_moodle_prints(tmp_path: Path, capsys: Capture) -> None:
    source = moodle.make(tmp_path / "moodle.sqlite3", LEARNING)
    asyncio.run(moodle.load(source, tmp_path / "store.db"))
    assert check_commands("moodle.md", tmp_path / "store.db", capsys) == 9


@pytest.mark.parametrize(("page", "least"), [("oppia.md", 26), ("moodle.md", 7)])
def test_every_place_of_the_table_is_on_its_level(page: str, least: int) -> None:
    checked = 0
    for command, place in lines(page):
        for key, name in PLACE.findall(place):
            (group,) = [each for each in LEVELS[BY_KEY[key]].groups if each.name == name]
            figure_id = command.split()[1]
            if figure_id in {panel.figure_id for panel in group.panels}:
                checked += 1
            else:
                assert "Enter" in place, (command, place)
    assert checked >= least


async def small(folder: Path) -> Path:
    student = {"id": 1, "cohort_id": 5, "user_id": 2, "role": "student"}
    store, _ = await load(
        folder,
        oppia_tracker=[event(1), event(2, type="quiz", digest="d-quiz")],
        oppia_cohort=[{"id": 5, "description": "Five"}],
        oppia_coursecohort=[{"id": 1, "cohort_id": 5, "course_id": 1}],
        oppia_participant=[student],
    )
    return store
