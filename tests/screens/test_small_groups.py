"""Who may know no small groups meets no single person at the keyboard either."""

from __future__ import annotations

from pathlib import Path

import pytest

from termstats.app import TermStatsApp
from termstats.data.figures.definition.figure import OF_GROUPS, Level
from termstats.data.model.request import Param
from termstats.data.model.small_numbers import HIDDEN
from termstats.data.query.scope import Scope
from termstats.data.store.opening import open_store
from termstats.screens.frame.session import begin
from termstats.screens.frame.start import Options, StartAt
from termstats.screens.levels.first_level import first_level
from tests.data.query.scope_world import OF_PERSON, PEOPLE, make_world, mark
from tests.screens.keyboard import files, level_of, press, settle
from tests.screens.opened import picture

CHOSEN = ((Param.TRAINING, mark("id", "alpha")), (Param.CLASS, mark("class", "north")))
OF_PEOPLE = {mark(kind, who) for who in PEOPLE for kind in (*OF_PERSON, "id")}


@pytest.mark.slow
async def test_no_panel_key_search_or_export_names_anybody(tmp_path: Path) -> None:
    store = await open_store(await make_world(tmp_path))
    start = StartAt(keys=CHOSEN, period="all")
    options = Options(export_folder=tmp_path / "exports")
    session = await begin(store, Scope(min_group=3), start, options)
    assert session.levels == OF_GROUPS
    app, met = TermStatsApp(session, first_level(session, start)), ""
    async with app.run_test(size=(200, 60)) as pilot:
        await settle(pilot)
        for number, level in enumerate(Level, start=1):
            await press(pilot, str(number))
            assert (level_of(app).LEVEL is level) == (level in OF_GROUPS)
            for _ in range(len(level_of(app).focus_ring())):
                await press(pilot, "tab")
                met += picture(app)
            await press(pilot, "enter")
            met += picture(app)
            await press(pilot, "escape")
            await press(pilot, "i")
            met += picture(app)
            await press(pilot, "escape")
            level_of(app).action_export_all()
            await settle(pilot)
        await press(pilot, "slash", *"name.ana")
        met += picture(app)
    await store.close()
    exported = "\n".join(path.read_text() for path in files(tmp_path / "exports"))
    assert HIDDEN in met and HIDDEN in exported and "about fewer than 3" in met
    assert not {each for each in OF_PEOPLE if each in (met + exported).casefold()}
