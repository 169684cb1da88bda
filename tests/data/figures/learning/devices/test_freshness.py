"""Devices that were brought together: how fresh each is, and how far its clock is off."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tests.data.figures.hand_store import dicts, report
from tests.data.importers.kolibri.factory import (
    ANA,
    C_VIDEO,
    COACH,
    CONTENT,
    hexed,
    load,
    make,
    visit,
)


async def two_devices(folder: Path) -> Path:
    """Import two devices: the second has a visit of 9 October, and one of the year 2027."""
    later = [
        visit(11, ANA, C_VIDEO, "2025-10-09 22:00:00"),
        visit(12, ANA, C_VIDEO, "2027-10-09 22:00:00"),
    ]
    other = {
        **CONTENT,
        "morango_instanceidmodel": [{"id": hexed(2, "f"), "current": 1}],
        "logger_contentsessionlog": [*CONTENT["logger_contentsessionlog"], *later],
    }
    one, two = make(folder / "one.sqlite3"), make(folder / "two.sqlite3", other)
    await load(one, two, store=folder / "store.db")
    return folder / "store.db"


async def test_the_stalest_device_comes_first(tmp_path: Path) -> None:
    store = await two_devices(tmp_path)
    rows = dicts(await report(store, "global.devices", "2025-10"))
    assert [tuple(row.values()) for row in rows] == [
        (hexed(1, "f"), "kolibri", date(2025, 10, 3), 6, 15, 0, None, "no"),
        (hexed(2, "f"), "kolibri", date(2025, 10, 9), 0, 17, 1, 730 * 86_400, "no"),
    ]


async def test_who_sees_some_classes_sees_no_devices(tmp_path: Path) -> None:
    store = await two_devices(tmp_path)
    assert COACH
    table = await report(store, "global.devices", "2025-10", viewer="coach")
    assert table.rows == ()
