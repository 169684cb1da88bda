"""What holds for all tests of screens."""

from __future__ import annotations

from pathlib import Path

import pytest

from termstats.paths import STATE_VARIABLE


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Remember nothing from, and for, whoever runs the tests."""
    folder = tmp_path / "state"
    monkeypatch.setenv(STATE_VARIABLE, str(folder))
    return folder
