"""A received snapshot is hostile: sets that unpack to billions; other traps: test_hostile_files."""

from __future__ import annotations

import asyncio
import resource
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from pyroaring import BitMap

from termstats.data.model.errors import EXIT_FAILED, EXIT_OK
from tests.data.query.scope_world import make_world

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits of memory")
MEMORY = 1_500_000_000
"""Bytes of address space: a set of all numbers, unpacked, takes 17 billion."""


def limited() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


@pytest.fixture(scope="module")
def bomb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = asyncio.run(make_world(tmp_path_factory.mktemp("bomb")))
    everything = BitMap()
    everything.add_range(0, 2**32 - 1)
    everything.run_optimize()
    packed = everything.serialize()
    assert len(packed) < 1_000_000
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE people_bitmap SET people = ?", (packed,))
        connection.execute("UPDATE use_bitmap SET uses = ?", (packed,))
        connection.commit()
    return path


@pytest.mark.parametrize(
    ("figure", "code"),
    [
        ("global.active-users", EXIT_OK),
        ("global.totals", EXIT_OK),
        ("backoffice.unique-users", EXIT_FAILED),
        ("backoffice.operations", EXIT_FAILED),
    ],
)
def test_a_packed_set_of_all_numbers_is_never_unpacked(bomb: Path, figure: str, code: int) -> None:
    asked = ["--store", str(bomb), "report", figure, "--period", "all", "--format", "csv"]
    done = subprocess.run(
        [sys.executable, "-m", "termstats", *asked],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        preexec_fn=limited,  # noqa: PLW1509 - no threads here
    )
    assert done.returncode == code, done.stderr
    if code == EXIT_FAILED:
        assert "the day tables of the store are damaged" in done.stderr
        assert done.stderr.count("\n") == 1
    else:
        # Nobody is in a set who is not in the store.
        assert "4294967" not in done.stdout
