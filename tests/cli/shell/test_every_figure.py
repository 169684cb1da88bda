"""Every figure, on the sample and on hostile text: reachable, and plain enough for a voice."""

import shlex
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from termstats.cli.shell import saying
from termstats.cli.shell.lines import text_of
from termstats.cli.shell.moving import doors
from termstats.cli.shell.state import Place
from termstats.data.figures.definition.figure import Level
from termstats.data.figures.definition.registry import figures
from termstats.data.model.entity import Entity
from termstats.data.model.errors import UsageError
from termstats.data.model.request import Param
from termstats.data.model.text import clean
from termstats.data.model.units import RowId
from termstats.paths import sample_store
from termstats.screens.frame.session import SUBJECT
from tests.cli.shell.voice import Voice, listening, unsayable
from tests.fuzz.poison import poison

_OF = {
    Param.TRAINING: "SELECT t.id, t.key, t.title FROM training t JOIN attempt a ON "
    "a.training_id = t.id ORDER BY a.id LIMIT 1",
    Param.LEARNER: "SELECT p.id, p.key, p.name FROM person p JOIN attempt a ON "
    "a.person_id = p.id ORDER BY a.id LIMIT 1",
    Param.USER: "SELECT p.id, p.key, p.name FROM person p WHERE p.counted = 1 LIMIT 1",
    Param.CLASS: "SELECT id, key, title FROM class LIMIT 1",
    Param.MODULE: "SELECT m.id, m.key, m.title FROM module m JOIN attempt a ON "
    "a.module_id = m.id ORDER BY a.id LIMIT 1",
    Param.ATTEMPT: "SELECT id, key, key FROM attempt ORDER BY id LIMIT 1",
    Param.QUESTION: "SELECT id, coalesce(label, key), title FROM question ORDER BY id LIMIT 1",
    Param.OBJECT: "SELECT id, key, title FROM object WHERE kind = 'dataset' LIMIT 1",
    Param.FUNCTION: "SELECT id, key, title FROM object WHERE kind = 'function' LIMIT 1",
}
"""What a figure can be about -> one of them that has something to say."""


def things(path: Path) -> dict[Param, Entity]:
    """Return one thing of each sort."""
    with closing(sqlite3.connect(path)) as store:
        store.text_factory = lambda text: text.decode(errors="replace")
        rows = {param: store.execute(query).fetchone() for param, query in _OF.items()}
    return {
        param: Entity(RowId(number), clean(key), clean(name))
        for param, (number, key, name) in rows.items()
    }


def _level(figure_level: str) -> Level:
    return Level(figure_level) if figure_level in set(Level) else Level.GLOBAL


async def _all_that_is_said(voice: Voice, place: Place) -> Iterator[str]:
    """Return the lines of a figure, and those of all that can be asked about it."""
    given = await saying.at(voice.state.at(place))
    voice.state = given.state
    said = [*given.lines]
    for line in ("columns all", "more", "row 1", "why", "where", "compare", "columns", "help"):
        try:
            said += await voice.say(line)
        except UsageError as error:
            said.append(str(error))
    return iter(said)


@pytest.mark.parametrize("kind", ["sample", "hostile"])
async def test_nothing_is_said_that_is_not_plain(kind: str, tmp_path: Path) -> None:
    path = sample_store()
    if kind == "hostile":
        path = poison(path, tmp_path / "poisoned.sqlite3")
    known = things(path)
    async with listening(path, period="all") as voice:
        assert not unsayable(text_of(voice.first))
        for figure in figures().values():
            entities = {param: known[param] for param in figure.needs}
            place = Place(_level(figure.level), entities, figure.id)
            text = text_of(await _all_that_is_said(voice, place))
            assert not unsayable(text), figure.id
            assert text.startswith(clean(figure.title)), figure.id


async def test_every_figure_is_reached_by_its_id() -> None:
    known = things(sample_store())
    async with listening(sample_store(), period="all") as voice:
        for figure in figures().values():
            keys = [shlex.quote(f"{param}={known[param].key}") for param in figure.needs]
            said = await voice.say(" ".join(["show", figure.id, *keys]))
            assert said[0].startswith(figure.title), figure.id


async def test_every_figure_of_a_level_is_in_its_list() -> None:
    known = things(sample_store())
    async with listening(sample_store(), period="all") as voice:
        for level in Level:
            param = SUBJECT.get(level)
            key = shlex.quote(known[param].key) if param else ""
            await voice.say(f"{level} {key}".strip())
            listed = [each for each in voice.state.choices if isinstance(each, Place)]
            for number, place in enumerate(listed, start=1):
                said = await voice.say(str(number))
                assert said[0].startswith(figures()[place.figure].title), place.figure
                await voice.say("back")


async def test_a_number_opens_as_many_as_it_says() -> None:
    known, opened = things(sample_store()), 0
    async with listening(sample_store(), period="all") as voice:
        for figure in figures().values():
            if not figure.behind or not set(figure.needs) <= set(known):
                continue
            entities = {param: known[param] for param in figure.needs}
            place = Place(_level(figure.level), entities, figure.id)
            voice.state = (await saying.at(voice.state.at(place))).state
            table = voice.state.table
            assert table is not None
            for row in range(min(3, len(table.rows))):
                for column in doors(table, table.rows[row]):
                    await voice.say(f"open {row + 1} {column}")
                    behind = voice.state.table
                    assert behind is not None
                    door = table.door(table.rows[row], column)
                    assert door is not None
                    times = behind.column(door.counts) if door.counts else [1] * len(behind.rows)
                    total = sum(each for each in times if isinstance(each, (int, float)))
                    number = table.cell_of(table.rows[row], column)
                    if door.is_count:
                        assert total == pytest.approx(number), (figure.id, column)
                        opened += 1
                    await voice.say("back")
    assert opened
