"""What holds for all tests: none is judged by the clock, none remembers anything."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest
from hypothesis import settings

from termstats.cli.main import GARBAGE
from termstats.data.model import redaction
from termstats.paths import STATE_VARIABLE

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
gc.set_threshold(*GARBAGE)


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Remember nothing from, and for, whoever runs the tests, and no secret of another test."""
    for variable in ("TMUX", "STY"):  # whoever runs the tests may be inside one
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(redaction, "_remembered", {})
    folder = tmp_path / "state"
    monkeypatch.setenv(STATE_VARIABLE, str(folder))
    return folder
