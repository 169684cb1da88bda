"""An import leaves a whole store behind: the new one, or the old one untouched."""

from __future__ import annotations

import asyncio
import csv
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from termstats.data.importers.writing.base import ImportContext, ImportOptions
from termstats.data.importers.writing.run import bad_rows_path, run_import
from termstats.data.model.errors import SourceError, StoreError
from termstats.data.model.units import Second
from tests.data.figures.hand_store import Hand, make_store


class Refusing:
    """Refuses one row and, where asked, breaks afterwards."""

    platform = "hand"
    title = "Hand-made"
    example = ""
    help = "made by a test"

    def __init__(self, row: str, *, breaks: bool = False) -> None:
        self.row = row
        self.breaks = breaks

    async def run(self, location: str, context: ImportContext) -> None:
        opened = {"action_id": context.writer.action("page", "open")}
        context.writer.add_event(Second(0), 0, opened)
        context.intake("things").refuse_unread("no good", {"row": self.row})
        if self.breaks:
            raise SourceError("the source broke off")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def one(hand: Hand) -> None:
    hand.person("ana")


async def test_a_broken_import_changes_nothing(tmp_path: Path) -> None:
    path = await make_store(tmp_path, one)
    await run_import(Refusing("first"), "x", path, ImportOptions())
    before = path.read_bytes()
    with pytest.raises(SourceError, match="broke off"):
        await run_import(Refusing("second", breaks=True), "x", path, ImportOptions())
    assert path.read_bytes() == before
    with bad_rows_path(path).open(newline="") as file:
        assert list(csv.reader(file))[1] == ["things", "no good", '{"row": "first"}', ""]
    assert names(tmp_path) == ["store.sqlite3", "store.sqlite3.bad-rows.csv"]


async def test_files_are_for_their_owner_only(tmp_path: Path) -> None:
    path = await make_store(tmp_path, one)
    await run_import(Refusing("first"), "x", path, ImportOptions())
    for file in (path, bad_rows_path(path)):
        assert file.stat().st_mode & 0o077 == 0


async def test_nothing_refused_leaves_no_file(tmp_path: Path) -> None:
    path = await make_store(tmp_path, one)
    await run_import(Refusing("first"), "x", path, ImportOptions())
    await make_store(tmp_path, one)
    assert not bad_rows_path(path).exists()


async def test_another_zone_is_refused_with_the_way_out(tmp_path: Path) -> None:
    path = await make_store(tmp_path, one)
    with pytest.raises(StoreError, match="reports in UTC, not Asia/Tokyo; leave --zone out"):
        await run_import(Refusing("x"), "x", path, ImportOptions(zone="Asia/Tokyo"))


async def test_a_store_that_would_not_open_is_not_put_in_place(tmp_path: Path) -> None:
    path = await make_store(tmp_path, one)
    before = path.read_bytes()
    with pytest.raises(StoreError, match="as_of of source hand is 1000000000000000, not a whole"):
        await run_import(Refusing("x"), "x", path, ImportOptions(as_of=Second(10**15)))
    assert path.read_bytes() == before
    assert names(tmp_path) == ["store.sqlite3"]


def test_killed_at_any_moment_the_old_store_is_whole(tmp_path: Path) -> None:
    path = asyncio.run(make_store(tmp_path, one))
    before = path.read_bytes()
    program = textwrap.dedent(
        """
        import asyncio, os, signal, sys
        from pathlib import Path
        from termstats.data.store.days import build as rollups
        from termstats.data.importers.writing.run import run_import
        from tests.data.importers.writing.test_run import Refusing

        def die(*_args: object) -> None:
            os.kill(os.getpid(), signal.SIGKILL)

        rollups.build = die
        asyncio.run(run_import(Refusing("x"), "x", Path(sys.argv[1])))
        """
    )
    root = Path(__file__).resolve().parents[4]
    env = {**os.environ, "PYTHONPATH": f"{root}{os.pathsep}{root / 'src'}"}
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)], env=env, cwd=root, timeout=60, check=False
    )
    assert done.returncode == -signal.SIGKILL
    assert path.read_bytes() == before
