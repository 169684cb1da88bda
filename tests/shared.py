"""Where the shared data of the team lie; they are never part of the repository."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "data"


def shared_path(name: str) -> Path:
    """Return the shared file or folder `name`, or skip the test when it is absent."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"shared data not found (../shared/data/{name}); skipped")
    return path
