"""docs/oppia.md says for every page of the server what shows the same: all of it is there."""

from __future__ import annotations

import asyncio
import re
import shlex
from functools import cache
from pathlib import Path

from termstats.data.figures.definition.figure import Level
from termstats.screens.levels.panels import LEVELS
from tests.cli.command import Capture, prints
from tests.data.importers.oppia.factory import event, load

PAGE = Path(__file__).parents[2] / "docs" / "oppia.md"
PLACE = re.compile(r"`([1-4])`, (Overview|[A-Z][a-z]+)(?=$|[,;])")
BY_KEY = dict(zip("1234", (Level.GLOBAL, Level.TRAINING, Level.LEARNER, Level.CLASS), strict=True))


@cache
def lines() -> list[tuple[str, str]]:
    """Return (command after `termstats`, where it is on screen) of every row of the table."""
    found = []
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        command = re.match(r"`termstats (report [^`]*)`", cells[1]) if len(cells) == 3 else None
        if command:
            found.append((command[1], cells[2]))
    return found


def test_every_command_of_the_table_prints(tmp_path: Path, capsys: Capture) -> None:
    store = str(asyncio.run(small(tmp_path)))
    assert len(lines()) > 35
    for command, _place in lines():
        text = prints([*shlex.split(command), "--store", store, "--period", "all"], capsys)
        assert text.strip(), command


def test_every_place_of_the_table_is_on_its_level() -> None:
    checked = 0
    for command, place in lines():
        for key, name in PLACE.findall(place):
            (group,) = [each for each in LEVELS[BY_KEY[key]].groups if each.name == name]
            figure_id = command.split()[1]
            if figure_id in {panel.figure_id for panel in group.panels}:
                checked += 1
            else:
                assert "Enter" in place, (command, place)
    assert checked > 25


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
