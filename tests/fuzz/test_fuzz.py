"""Random keys and sizes in bursts, on a clean store and on one in which all text is hostile."""

from __future__ import annotations

from pathlib import Path

import pytest

from termstats.data.figures.definition.figure import Level
from tests.fuzz.player import Place, play
from tests.fuzz.poison import poison
from tests.screens.test_sample import SAMPLE

KEYS = 500
SEED = 9


@pytest.mark.slow
@pytest.mark.parametrize("store", ["clean", "poisoned"])
@pytest.mark.parametrize("level", list(Level), ids=str)
async def test_no_keys_end_or_block_the_dashboard(level: Level, store: str, tmp_path: Path) -> None:
    path = SAMPLE if store == "clean" else poison(SAMPLE, tmp_path / "poisoned.sqlite3")
    result = await play(Place(path, level, group=0), SEED, KEYS)
    assert result.wrong == []
    assert result.keys >= KEYS
