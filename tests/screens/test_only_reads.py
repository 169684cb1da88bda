"""A walk through the dashboard reads and nothing else: what the driver is given, and the file."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from termstats.app import TermStatsApp
from termstats.data.figures.definition.figure import Level
from termstats.data.query.scope import EVERYTHING
from termstats.data.store.connecting import SafeConnection
from termstats.data.store.opening import open_store
from termstats.screens.frame.session import begin
from termstats.screens.frame.start import Options, StartAt
from tests.screens.keyboard import press, settle
from tests.screens.test_sample import SAMPLE

SETTINGS = {
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",
    "PRAGMA query_only = ON",
    "PRAGMA read_uncommitted",  # asked, not set: SQLAlchemy, of each new connection
}
READING = {"SELECT", "WITH"}


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


async def test_the_driver_is_given_nothing_but_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Path(shutil.copy(SAMPLE, tmp_path / "store.sqlite3"))
    before = digest(path)
    sent: list[str] = []
    usual = SafeConnection.__init__

    def traced(connection: sqlite3.Connection, *settings: Any, **more: Any) -> None:
        usual(connection, *settings, **more)  # type: ignore[arg-type]
        connection.set_trace_callback(sent.append)

    monkeypatch.setattr(SafeConnection, "__init__", traced)
    store = await open_store(path)
    session = await begin(store, EVERYTHING, StartAt(), Options(export_folder=tmp_path / "out"))
    app = TermStatsApp(session, Level.GLOBAL)
    async with app.run_test(size=(160, 50)) as pilot:
        await settle(pilot)
        for level in "12345":
            await press(pilot, level, "enter", "tab", "i", "escape")
        await press(pilot, "slash", *"ana", "enter", "x", "F", "escape", "right_square_bracket")
    await store.close()
    assert len(sent) > 100
    # What SQLite notes of its own work for a SELECT begins so.
    given = {each for each in sent if not each.startswith("-- ")}
    assert {each for each in given if each.split()[0].upper() not in READING} <= SETTINGS
    assert digest(path) == before
    assert os.listdir(tmp_path) == ["store.sqlite3"]
