"""A level on which a viewer has nothing is not there: no number, no key, no command."""

from __future__ import annotations

from pathlib import Path

import pytest

from termstats.app import TermStatsApp
from termstats.cli.shell.moving import to_level
from termstats.cli.shell.state import Place, State
from termstats.data.figures.definition.figure import Level
from termstats.data.model.errors import NotAllowed
from termstats.data.query.scope import scope_of
from termstats.data.store.opening import open_store
from termstats.screens.dialogs.help import key_choices
from termstats.screens.frame.palette import Palette
from termstats.screens.frame.session import begin
from termstats.screens.frame.start import Options, StartAt
from termstats.screens.levels.first_level import first_level
from termstats.widgets.frame import LevelLine
from tests.data.figures.hand_store import Hand, make_store
from tests.screens.keyboard import level_of, press, settle


def fill(hand: Hand) -> None:
    for name in ("ana", "mia", "max", "tom", "tim", "sam"):
        hand.person(name, name.title())
    for key in ("fire", "dry"):
        hand.training(key)
    hand.enrol("ana", "fire", "2026-03-01")
    hand.class_("empty", ())
    hand.class_("north", ("fire",))
    hand.member("north", "ana")
    hand.grant("sam", "administrator")
    hand.grant("mia", "manager", training_id=hand.id("training", "fire"))
    hand.grant("max", "manager", training_id=hand.id("training", "dry"))
    hand.grant("tom", "coach", class_id=hand.id("class", "north"))
    hand.grant("tim", "coach", class_id=hand.id("class", "empty"))


G, T, L, C, B = Level
HAVE = {
    "sam": (G, T, L, C, B),
    "mia": (G, T, L, C),
    "max": (G, T),  # nobody is enrolled, and no class takes it
    "tom": (G, T, L, C),
    "tim": (C,),  # nobody is in it, and it takes nothing
    "ana": (L,),
}


@pytest.mark.parametrize("viewer", HAVE)
async def test_only_levels_with_something_are_there(tmp_path: Path, viewer: str) -> None:
    store = await open_store(await make_store(tmp_path, fill))
    async with store.connect() as connection:
        scope = await scope_of(connection, viewer)
    session = await begin(store, scope, StartAt(), Options())
    first = first_level(session, StartAt())
    assert first is HAVE[viewer][0]
    app = TermStatsApp(session, first)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        line = app.screen.query_one(LevelLine)
        assert [each.name for each in line.levels] == [str(e).capitalize() for e in HAVE[viewer]]
        offered = {f"{str(level).capitalize()} level" for level in HAVE[viewer]}
        choices = key_choices(app.screen, without=session.absent_keys)
        helped = {each.cells[1] for each in choices if not each.is_heading}
        assert {each for each in helped if each.endswith(" level")} == offered
        palette = Palette(app.screen)
        commands = {each.words for each in palette._commands()}  # noqa: SLF001
        assert {each for each in commands if each.endswith(" level")} == offered
        for number, level in enumerate(Level, start=1):
            await press(pilot, str(number))
            assert (level_of(app).LEVEL is level) == (level in HAVE[viewer])
    await store.close()


@pytest.mark.parametrize("viewer", HAVE)
async def test_linear_mode_and_the_start_have_the_same_levels(tmp_path: Path, viewer: str) -> None:
    store = await open_store(await make_store(tmp_path, fill))
    async with store.connect() as connection:
        scope = await scope_of(connection, viewer)
    session = await begin(store, scope, StartAt(), Options())
    state = State(session, Place(first_level(session, StartAt())))
    for level in Level:
        if level in HAVE[viewer]:
            assert (await to_level(state, level, "")).place.level is level
            assert first_level(session, StartAt(screen=str(level))) is level
            continue
        with pytest.raises(NotAllowed):
            await to_level(state, level, "")
        with pytest.raises(NotAllowed):
            first_level(session, StartAt(screen=str(level)))
    await store.close()
