"""Imports killed at random moments, also while they wait for another: nothing is lost or left."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.slow
def test_no_kill_loses_a_store_or_leaves_anything() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.data.importers.writing.kills", "20", "7"],
        cwd=Path(__file__).resolve().parents[4],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "'kills': 20" in done.stdout
