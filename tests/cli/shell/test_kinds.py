"""Kinds of trainings in linear mode: a filter where the platform says them, else not offered."""

from __future__ import annotations

from pathlib import Path

from tests.cli.shell.voice import listening, numbered
from tests.data.figures.hand_store import make_store
from tests.data.figures.test_filters_of_learning import fill


async def test_a_kind_of_trainings_is_chosen_where_the_platform_says_it(tmp_path: Path) -> None:
    async with listening(await make_store(tmp_path, fill)) as voice:
        await voice.say("global")
        fields = numbered(await voice.say("filter"))
        values = numbered(await voice.say(str(fields["kind"])))
        assert values == {"lesson, 1": 1, "quiz, 1": 2}
        said = await voice.say("2")
        assert any("only kind quiz" in line for line in said)
        wrong = await voice.fails("filter days=2026-01-31")
        assert "no filter by days here: filter group, kind, person, training" in wrong


async def test_where_nothing_is_said_of_kinds_nobody_is_asked_for_one(academy: Path) -> None:
    async with listening(academy) as voice:
        await voice.say("global")
        assert set(numbered(await voice.say("filter"))) == {"person", "group", "training"}
        assert "no kind 'lesson'" in await voice.fails("filter kind=lesson")
