"""Random lines, on clean and on hostile text: every one is answered or is a mistake in words."""

import random
from pathlib import Path

import pytest

from termstats.cli.shell.commands import WORDS
from termstats.cli.shell.lines import text_of
from termstats.data.figures.definition.registry import figures
from termstats.data.model.errors import TermstatsError
from termstats.paths import sample_store
from tests.cli.shell.voice import listening, unsayable
from tests.fuzz.poison import poison

LINES = 150
_RESTS = (
    *("", "", "", "1", "2", "3", "7", "10", "999", "0", "all", "up", "off", "on", "back"),
    *("last month", "7d", "2026-03", "week", "ana", "an", "north", "state", "progress", "score"),
    *("state=passed", "state!=passed", "training=safety", "person=ana", "action=edit*", "1 views"),
    *("'", "=", "x=y", "learner.activity learner=ana", "\x1b[31m", "─" * 90, "show", "server"),
)


def line(chance: random.Random) -> str:
    """Return something that somebody may type."""
    ids = sorted(figures())
    match chance.randrange(4):
        case 0:
            return str(chance.randrange(1, 25))
        case 1:
            return f"show {chance.choice(ids)} {chance.choice(_RESTS)}"
        case 2:
            return f"{chance.randrange(1, 6)} {chance.choice(('ana', 'safety', 'north', 'b'))}"
    return f"{chance.choice(WORDS).name} {chance.choice(_RESTS)}"


@pytest.mark.parametrize("kind", ["clean", "poisoned", "of a coach"])
async def test_no_line_ends_the_shell(kind: str, academy: Path, tmp_path: Path) -> None:
    path, viewer = sample_store(), None
    if kind == "poisoned":
        path = poison(path, tmp_path / "poisoned.sqlite3")
    elif kind == "of a coach":
        path, viewer = academy, "tina"
    chance = random.Random(kind)  # noqa: S311 - no secret
    typed = []
    async with listening(path, viewer=viewer, folder=tmp_path / "exports", period="30d") as voice:
        for _ in range(LINES):
            typed.append(line(chance))
            try:
                said = await voice.say(typed[-1])
            except TermstatsError as error:
                said = (str(error),)
            assert not unsayable(text_of(said)), typed[-5:]
