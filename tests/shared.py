"""Where the shared data of the team lie; they are never part of the repository."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "data"
CASES = ROOT.parent / "shared" / "cases" / "import"


def shared_case(name: str) -> Path:
    """Return the shared input `name` that once failed, or skip the test when it is absent."""
    path = CASES / name
    if not path.exists():
        pytest.skip(f"shared cases not found (../shared/cases/import/{name}); skipped")
    return path


def shared_path(name: str) -> Path:
    """Return the shared file or folder `name`, or skip the test when it is absent."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"shared data not found (../shared/data/{name}); skipped")
    return path
