"""`A` on every level: nobody is named in any byte from then on, and everybody is again after it."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

from termstats.app import TermStatsApp
from termstats.data.figures.definition.figure import Level
from termstats.data.model.audit import Entries
from termstats.data.model.request import Param
from termstats.data.model.units import RowId
from termstats.data.query.names import names_in_scope
from termstats.data.query.scope import scope_in
from termstats.data.store.opening import open_store
from termstats.screens.frame.messages import OpenLevel
from termstats.screens.frame.session import begin
from termstats.screens.frame.start import Options, StartAt
from termstats.screens.levels.first_level import first_level
from tests.data.query.scope_world import OF_PERSON, PEOPLE, make_world, mark
from tests.screens.frame.test_renewal import LATER, RENAMED, replace_with, until
from tests.screens.keyboard import burst, files, level_of, press, settle
from tests.screens.opened import picture

LARGE = (200, 60)
CHOSEN = (
    (Param.TRAINING, mark("id", "alpha")),
    (Param.LEARNER, mark("id", "ana")),
    (Param.CLASS, mark("class", "north")),
)
NEW = ("nia", "oda")
"""Who comes while the dashboard is open."""
NAMES = {mark(kind, who) for who in (*PEOPLE, *NEW) for kind in (*OF_PERSON, "id")} | {"author.q"}
VIEWERS = (None, "tom", "ana")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return asyncio.run(make_world(tmp_path_factory.mktemp("screens")))


@asynccontextmanager
async def opened(
    world: Path,
    folder: Path,
    viewer: str | None = None,
    size: tuple[int, int] = LARGE,
    audit: Path | None = None,
) -> AsyncIterator[tuple[TermStatsApp, Pilot[None]]]:
    store = await open_store(world, audit)
    try:
        scope = await scope_in(store, viewer and mark("username", viewer))
        start = StartAt(keys=CHOSEN, period="all")
        session = await begin(store, scope, start, Options(export_folder=folder))
        app = TermStatsApp(session, first_level(session, start))
        async with app.run_test(size=size) as pilot:
            await settle(pilot)
            yield app, pilot
    finally:
        await store.close()


def named(text: str) -> set[str]:
    return {each for each in NAMES if each in text.casefold()}


@pytest.mark.slow
@pytest.mark.parametrize("viewer", VIEWERS)
async def test_no_screen_dialog_or_export_names_anybody(
    world: Path, tmp_path: Path, viewer: str | None
) -> None:
    met: set[str] = set()
    async with opened(world, tmp_path / "exports", viewer) as (app, pilot):
        assert named(picture(app))
        await press(pilot, "A")
        assert "pseudonyms" in picture(app)
        for number, level in enumerate(Level, start=1):
            if not app.session.may_see(level):
                continue
            await press(pilot, str(number))
            assert level_of(app).LEVEL is level
            for _ in range(len(level_of(app).focus_ring())):
                await press(pilot, "tab")
                met |= named(picture(app))
            for key in ("enter", "i", "question_mark", "slash", "F", "W", "I", "C", "e", "ctrl+p"):
                await press(pilot, key)
                met |= named(picture(app))
                while len(app.screen_stack) > 1:
                    await press(pilot, "escape")
            level_of(app).action_export_all()
            await settle(pilot)
            met |= named(picture(app))
    exported = "\n".join(f"{path}\n{path.read_text()}" for path in files(tmp_path / "exports"))
    assert "Person" in exported
    assert not met | named(exported)


async def test_the_switch_is_live_and_goes_back(world: Path, tmp_path: Path) -> None:
    async with opened(world, tmp_path) as (app, pilot):
        await press(pilot, "3")
        assert level_of(app).subject == mark("name", "ana")
        await press(pilot, "A")
        assert level_of(app).LEVEL is Level.LEARNER
        called = level_of(app).subject
        assert called.startswith("Person ")
        assert not named(picture(app))
        # The same person: found by the pseudonym, and by no name.
        await press(pilot, "slash", *called)
        assert called.casefold() in picture(app)
        await press(pilot, "escape")
        await press(pilot, "slash", *"name.ana")
        assert not named(picture(app).replace("name.ana", ""))
        await press(pilot, "escape")
        await press(pilot, "A")
        assert level_of(app).subject == mark("name", "ana")
        assert "pseudonyms ·" not in picture(app)


@pytest.mark.parametrize("level", [Level.CLASS, Level.GLOBAL])
async def test_a_click_on_a_level_while_all_are_opened_anew_breaks_nothing(
    world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, level: Level
) -> None:
    async with opened(world, tmp_path) as (app, pilot):
        remove = app.remove_mode

        async def clicked(mode: str) -> None:
            if mode == Level.GLOBAL:
                await app.run_action(f"level('{level}')")
                await app.on_open_level(OpenLevel(level, {}))
            await remove(mode)

        monkeypatch.setattr(app, "remove_mode", clicked)
        await press(pilot, "2", "A")
        assert app.session.store.info.is_demo
        for number, each in enumerate(Level, start=1):
            await press(pilot, str(number))
            assert level_of(app).LEVEL is each


async def test_filters_of_people_are_called_by_pseudonyms(world: Path, tmp_path: Path) -> None:
    async with opened(world, tmp_path) as (app, pilot):
        await press(pilot, "1")
        await level_of(app).run_action("filters")
        await settle(pilot)
        await press(pilot, *"person=id.ana.q", "enter")
        assert mark("name", "ana") in picture(app)
        await press(pilot, "A")
        (people,) = app.session.filters
        assert people.names[0].startswith("Person ")
        assert not named(picture(app))
        await press(pilot, "A")
        assert app.session.filters[0].names == (mark("name", "ana"),)


async def test_what_is_kept_of_the_backoffice_is_not_read(
    world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERMSTATS_STATE", str(tmp_path / "state"))
    async with opened(world, tmp_path) as (app, pilot):
        await press(pilot, "5", "F", *"person=id.ben.q", "enter")
        assert named(picture(app))
        await press(pilot, "A")
        assert level_of(app).LEVEL is Level.BACKOFFICE
        assert not named(picture(app))
        await press(pilot, "A")
        assert mark("name", "ben") in picture(app)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_every_level_says_that_it_is_on(
    world: Path, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with opened(world, tmp_path, size=size) as (app, pilot):
        await press(pilot, "A")
        for number in range(1, 6):
            await press(pilot, str(number))
            assert "pseudonyms" in picture(app)
        await press(pilot, "equals_sign")
        assert level_of(app).LEVEL is Level.BACKOFFICE
        assert app.toast is not None


async def test_a_store_that_is_replaced_stays_under_pseudonyms(world: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copy(world, tmp_path / "copy.db"))
    async with opened(copy, tmp_path) as (app, pilot):
        await press(pilot, "A", "3", "tab", "tab", "down")
        screen, called = level_of(app), await names(app)
        place = (screen.current, screen.subject, dict(app.session.chosen))
        for number, new in enumerate(NEW, start=1):
            session, as_of = app.session, app.session.store.info.as_of
            replace_with(copy, LATER, RENAMED, *joining(20 + number, new))
            await until(pilot, lambda: app.session.store.info.as_of > as_of)  # noqa: B023
            assert app.session is session
            assert app.screen is screen
            assert (screen.current, screen.subject, dict(app.session.chosen)) == place
            assert not named(picture(app))
            # Everybody keeps their number; who is new has the next one.
            called[RowId(20 + number)] = f"Person {len(PEOPLE) + number}"
            assert await names(app) == called
        for key in ("1", "2", "4", "5", "slash", *"name.", "escape"):
            await press(pilot, key)
            assert not named(picture(app).replace("name.", ""))
        # A command draws them by the new file: `--learner p3` might be somebody else there.
        await press(pilot, "1", "i")
        assert "it would draw other pseudonyms" in picture(app)
        assert "termstats report" not in picture(app)
        await press(pilot, "y", "escape")
        assert not app.session.store.is_replaced()
        await press(pilot, "3", "A")
        assert "name.ana.q ii" in picture(app)
        assert set((await names(app)).values()) >= {"name.oda.q", "name.nia.q II"}
        assert not app.session.store.is_replaced()


async def test_one_with_names_is_under_pseudonyms_where_it_was_replaced_meanwhile(
    world: Path, tmp_path: Path
) -> None:
    copy = Path(shutil.copy(world, tmp_path / "copy.db"))
    async with opened(copy, tmp_path) as (app, pilot):
        await press(pilot, "A")
        called = await names(app)
        await press(pilot, "A")
        as_of = app.session.store.info.as_of
        replace_with(copy, LATER, RENAMED, *joining(21, "nia"))
        await until(pilot, lambda: app.session.store.info.as_of > as_of)
        assert "name.nia.q" in (await names(app)).values()
        await press(pilot, "A")
        assert app.session.store.info.as_of > as_of
        assert await names(app) == {**called, RowId(21): "Person 11"}
        assert not named(picture(app))


async def test_a_viewer_stays_who_they_are_and_the_audit_log_holds_no_pseudonym(
    world: Path, tmp_path: Path
) -> None:
    copy, log = Path(shutil.copy(world, tmp_path / "copy.db")), tmp_path / "audit.jsonl"
    async with opened(copy, tmp_path / "exports", "tom", audit=log) as (app, pilot):
        await press(pilot, "A")
        scope, as_of = app.session.scope, app.session.store.info.as_of
        before = len(log.read_text().splitlines())
        replace_with(copy, LATER, RENAMED, *joining(21, "nia"))
        await until(pilot, lambda: app.session.store.info.as_of > as_of)
        assert app.session.scope == scope
        await press(pilot, "2", "3", "E", "slash", *"Person 0", "escape")
        lines = log.read_text().splitlines()[before:]
        entries = list(Entries(log))[before:]
        assert {(each.viewer, each.people) for each in entries} == {(mark("id", "tom"), ())}
        assert {each.deed for each in entries} == {"seen", "exported", "searched"}
        assert all(each.everybody for each in entries if each.deed == "searched")
        assert not re.search(r'"p\d+"', "".join(lines))


@pytest.mark.parametrize(
    ("keys", "is_demo", "level"),
    [
        ("AA", False, Level.LEARNER),
        ("AAAAA", True, Level.LEARNER),
        ("A4", True, Level.CLASS),
        ("A1A2A", True, Level.TRAINING),
    ],
)
async def test_keys_in_one_burst_do_what_they_do_one_by_one(
    world: Path, tmp_path: Path, keys: str, is_demo: bool, level: Level
) -> None:
    async with opened(world, tmp_path) as (app, pilot):
        await press(pilot, "3")
        await burst(pilot, *keys)
        assert app.session.store.info.is_demo is is_demo
        assert level_of(app).LEVEL is level
        assert bool(named(picture(app))) is not is_demo
        await burst(pilot, "slash", *"alpha", "enter")
        assert level_of(app).LEVEL is Level.TRAINING


async def test_switched_twice_at_once_it_is_switched_twice(world: Path, tmp_path: Path) -> None:
    async with opened(world, tmp_path) as (app, pilot):
        app.action_demo()
        app.action_demo()
        await settle(pilot)
        assert not app.session.store.info.is_demo
        assert named(picture(app))


async def names(app: TermStatsApp) -> dict[RowId, str]:
    index = await names_in_scope(app.session.store, app.session.scope)
    return {each.entity.id: each.entity.name for each in index.entries[Param.LEARNER]}


def joining(row: int, who: str) -> tuple[str, ...]:
    """Return the SQL by which somebody comes into a store, like ben but for their names."""
    own = ", ".join(f"{kind} = '{mark(kind, who)}'" for kind in ("name", "username", "email"))
    return (
        "CREATE TEMP TABLE new AS SELECT * FROM person WHERE key = 'id.ben.q'",
        f"UPDATE new SET id = {row}, key = '{mark('id', who)}', {own}",  # noqa: S608
        "INSERT INTO person SELECT * FROM new",
    )
