"""What each role meets at the keyboard: panels, search, palette, explanations, exports."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.command import CommandPalette
from textual.pilot import Pilot

from termstats.app import TermStatsApp
from termstats.data.figures.definition.figure import Level
from termstats.data.model.request import Param
from termstats.data.query.scope import scope_of
from termstats.data.query.search import search
from termstats.data.store.opening import Store, open_store
from termstats.screens.dialogs.search import SearchDialog
from termstats.screens.frame.session import begin
from termstats.screens.frame.start import Options, StartAt
from termstats.screens.levels.first_level import first_level
from tests.data.query.scope_world import EVERYTHING, VIEWERS, make_world, mark
from tests.screens.keyboard import files, level_of, press, settle
from tests.screens.opened import picture

LARGE = (200, 60)
CHOSEN = (
    (Param.TRAINING, mark("id", "alpha")),
    (Param.LEARNER, mark("id", "ana")),
    (Param.CLASS, mark("class", "north")),
)
NARROW = [viewer for viewer in VIEWERS if viewer != "sam"]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return asyncio.run(make_world(tmp_path_factory.mktemp("screens")))


@asynccontextmanager
async def seen_by(
    viewer: str, world: Path, folder: Path
) -> AsyncIterator[tuple[TermStatsApp, Pilot[None]]]:
    store = await open_store(world)
    try:
        async with store.connect() as connection:
            scope = await scope_of(connection, mark("username", viewer))
        start = StartAt(keys=CHOSEN, period="all")
        session = await begin(store, scope, start, Options(export_folder=folder))
        app = TermStatsApp(session, first_level(session, start))
        async with app.run_test(size=LARGE) as pilot:
            await settle(pilot)
            yield app, pilot
    finally:
        await store.close()


def strangers(text: str, viewer: str) -> set[str]:
    return {each for each in VIEWERS[viewer].forbidden() if each in text}


@pytest.mark.slow
@pytest.mark.parametrize("viewer", VIEWERS)
async def test_no_panel_and_no_export_shows_what_is_out_of_scope(
    world: Path, tmp_path: Path, viewer: str
) -> None:
    met: set[str] = set()
    async with seen_by(viewer, world, tmp_path / "exports") as (app, pilot):
        for number, level in enumerate(Level, start=1):
            await press(pilot, str(number))
            met |= strangers(picture(app), viewer)
            if not app.session.may_see(level):
                assert level_of(app).LEVEL is not level
                continue
            assert level_of(app).LEVEL is level
            for _ in range(len(level_of(app).focus_ring())):
                await press(pilot, "tab")
                met |= strangers(picture(app), viewer)
            await press(pilot, "i")
            met |= strangers(picture(app), viewer)
            await press(pilot, "escape")
            level_of(app).action_export_all()
            await settle(pilot)
    exported = "\n".join(path.read_text() for path in files(tmp_path / "exports")).casefold()
    assert mark("name", "ana") in exported or viewer == "ana"
    assert not met | strangers(exported, viewer)


TYPED = ("name", "name.ben", "id", "title", "class", "username", "dataset", "page", "na")


@pytest.mark.parametrize("viewer", VIEWERS)
async def test_search_finds_what_is_in_scope_and_nothing_else(world: Path, viewer: str) -> None:
    store = await open_store(world)
    try:
        met = await _hits(store, viewer)
    finally:
        await store.close()
    assert not strangers(met, viewer)
    names = {mark("name", who) for who in VIEWERS[viewer].people}
    assert {each for each in names if each in met} == names


async def _hits(store: Store, viewer: str) -> str:
    async with store.connect() as connection:
        scope = await scope_of(connection, mark("username", viewer))
    typed = (*TYPED, *(each for each in sorted(EVERYTHING.allowed())))
    hits = [await search(store, scope, text, limit=100) for text in typed]
    return repr(hits).casefold()


@pytest.mark.slow
@pytest.mark.parametrize("viewer", VIEWERS)
async def test_dialogs_offer_nothing_out_of_scope(world: Path, tmp_path: Path, viewer: str) -> None:
    met: set[str] = set()
    async with seen_by(viewer, world, tmp_path / "exports") as (app, pilot):
        for text in ("name", "title", "dataset", "class"):
            await press(pilot, "slash")
            assert isinstance(app.screen, SearchDialog)
            await press(pilot, *text)
            shown = picture(app)
            assert text != "name" or mark("name", "ana") in shown
            met |= strangers(shown, viewer)
            await press(pilot, "escape")
        await press(pilot, "ctrl+p")
        assert isinstance(app.screen, CommandPalette)
        met |= strangers(picture(app), viewer)
        await press(pilot, *"edit")
        met |= strangers(picture(app), viewer)
    assert not met


@pytest.mark.slow
@pytest.mark.parametrize("viewer", NARROW)
async def test_the_backoffice_opens_for_administrators_only(
    world: Path, tmp_path: Path, viewer: str
) -> None:
    async with seen_by(viewer, world, tmp_path / "exports") as (app, pilot):
        await app.action_level("backoffice")
        await settle(pilot)
        assert level_of(app).LEVEL is not Level.BACKOFFICE
