"""The start: the frame first, then what it shows; what is typed meanwhile waits."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from textual.pilot import Pilot

from termstats.app import TermStatsApp
from termstats.data.figures.definition.figure import Level
from termstats.data.model.errors import StoreError, TermstatsError
from termstats.screens import gate
from termstats.screens.frame.first_frame import FirstFrame
from termstats.screens.frame.session import Session
from termstats.screens.frame.start import Options, StartAt
from termstats.starting import StartingApp, run_app
from termstats.widgets.frame import KeyLine, LevelLine
from tests.screens.fakes import World, make_app
from tests.screens.keyboard import NARROW, level_of, settle, typed, world

__all__ = ["world"]


class Store:
    """Opens when it is told to."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.may_open = asyncio.Event()
        self.fault = fault
        self.is_asked = False

    async def open(self) -> tuple[Session, Level]:
        self.is_asked = True
        await self.may_open.wait()
        if self.fault is not None:
            raise self.fault
        return make_app().session, Level.GLOBAL


async def type_ahead(pilot: Pilot[None], *keys: str) -> None:
    for key in keys:
        pilot.app.post_message(typed(key))
    await pilot.pause()


async def test_the_frame_stands_before_the_store_is_open(world: World) -> None:
    store = Store()
    app = StartingApp(Options(), store.open)
    async with app.run_test(size=NARROW) as pilot:
        assert isinstance(app.screen, FirstFrame)
        levels = "1 Global  2 Training  3 Learner  4 Class  5 Backoffice"
        assert levels in " ".join(app.screen.query_one(LevelLine).picture()[0].plain.split(" "))
        assert "? All keys" in app.screen.query_one(KeyLine).picture()[0].plain
        assert not world.asked
        store.may_open.set()
        await settle(pilot)
        assert level_of(app).LEVEL is Level.GLOBAL
        assert world.asked


LONG_PAUSES = -1.0
"""As `gate.PATIENCE`: every key comes after a pause that is longer than that."""


@pytest.mark.parametrize("patience", [gate.PATIENCE, LONG_PAUSES])
async def test_keys_typed_while_it_starts_are_not_lost(
    world: World, monkeypatch: pytest.MonkeyPatch, patience: float
) -> None:
    monkeypatch.setattr(gate, "PATIENCE", patience)
    store = Store()
    app = StartingApp(Options(), store.open)
    async with app.run_test(size=NARROW) as pilot:
        await type_ahead(pilot, "5", "full_stop")
        assert isinstance(app.screen, FirstFrame)
        store.may_open.set()
        await settle(pilot)
        assert level_of(app).LEVEL is Level.BACKOFFICE
        groups = [group.name for group in level_of(app).groups()]
        assert level_of(app).group.name == groups[1]


async def test_it_can_be_left_while_it_starts(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "PATIENCE", LONG_PAUSES)
    app = StartingApp(Options(), Store().open)
    async with app.run_test(size=NARROW) as pilot:
        await type_ahead(pilot, "5", "q")
        while app.is_running:  # noqa: ASYNC110 - there is no event for it
            await asyncio.sleep(0)
    assert not app.is_open and app.return_code == 0


async def test_a_click_before_there_is_a_level_does_nothing(world: World) -> None:
    store = Store()
    app = StartingApp(Options(), store.open)
    async with app.run_test(size=NARROW) as pilot:
        assert await pilot.click(LevelLine, offset=(30, 0))
        assert isinstance(app.screen, FirstFrame) and app.toast is None
        store.may_open.set()
        await settle(pilot)
        assert level_of(app).LEVEL is Level.GLOBAL


async def test_what_cannot_be_opened_ends_it(world: World) -> None:
    store = Store(StoreError("store.sqlite3: another version"))
    app = StartingApp(Options(), store.open)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.pause()
        store.may_open.set()
        await app.workers.wait_for_complete()
    with pytest.raises(StoreError, match="another version"):
        await app.close_opening()


def test_a_store_that_is_none_is_said_before_anything_is_painted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    painted: list[TermStatsApp] = []

    async def run_async(app: TermStatsApp, **_options: object) -> None:
        painted.append(app)

    monkeypatch.setattr(TermStatsApp, "run_async", run_async)
    no_store = tmp_path / "text"
    no_store.write_text("no store")
    for location in (str(no_store), str(tmp_path / "nowhere"), str(tmp_path), "mysql://h/db"):
        with pytest.raises(TermstatsError):
            run_app(location, None, StartAt(), Options())
    assert not painted


async def test_what_is_being_opened_when_it_ends_is_open_before_it_is_closed(world: World) -> None:
    store = Store()
    app = StartingApp(Options(), store.open)
    async with app.run_test(size=NARROW) as pilot:
        while not store.is_asked:
            await pilot.pause()
        app.exit()
    closing = asyncio.ensure_future(app.close_opening())
    await asyncio.sleep(0)
    assert not closing.done()
    store.may_open.set()
    await closing


async def test_a_viewer_sees_no_level_before_it_is_known_whose_they_are(world: World) -> None:
    store = Store()
    app = StartingApp(Options(), store.open, ())
    async with app.run_test(size=NARROW) as pilot:
        assert not app.screen.query_one(LevelLine).picture()[0].plain.strip()
        store.may_open.set()
        await settle(pilot)
        assert "1 Global" in app.screen.query_one(LevelLine).picture()[0].plain
