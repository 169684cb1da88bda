"""Runs the dashboard on the small world of the app tests: `python -m tests.pty.dashboard WHAT`."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from termstats.data.figures.definition.figure import Level
from termstats.data.store.opening import Store, run_query
from termstats.screens.frame import signals
from tests.screens import fakes

HOSTILE = "Eve \x1b]52;c;aGk=\x07\x9b31m\x9d52;c;aGk=\x9c [/] \u202egnp.exe"
"""A name that would write to the clipboard, change colours and reverse text."""
SLOW = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"


async def run(what: str) -> int:
    """Run until somebody quits; return the exit code."""
    patch = pytest.MonkeyPatch()
    world = fakes.small_world(patch)
    mouse = what != "no-mouse"
    folder = Path(os.environ.get("EXPORTS", os.devnull))
    app = fakes.make_app(Level.GLOBAL, folder=folder, mouse=mouse)
    engine = create_async_engine("sqlite+aiosqlite://")
    if what == "slow":
        await _make_slow(patch, world, Store(engine.sync_engine, fakes.INFO))
    if what == "endless":
        _make_endless(patch, world)
    if what == "hostile":
        _make_hostile(world)
    with signals.ending(lambda code: app.exit(return_code=code)):
        await app.run_async(mouse=mouse)
    await engine.dispose()
    return app.return_code or 0


async def _make_slow(patch: pytest.MonkeyPatch, world: fakes.World, store: Store) -> None:
    quick = world.run_figure

    async def run_figure(given: Store, figure_id: str, *rest: object) -> object:
        if figure_id == "global.active-users":
            async with store.connect() as connection:
                await run_query(connection, text(SLOW))
        return await quick(given, figure_id, *rest)  # type: ignore[arg-type]

    patch.setattr("termstats.screens.frame.loading.run_figure", run_figure)


def _make_endless(patch: pytest.MonkeyPatch, world: fakes.World) -> None:
    """Make a log whose second page never comes."""
    world.pages["backoffice.log"] = 200

    async def run_figure(*_asked: object) -> None:
        await asyncio.Event().wait()

    patch.setattr("termstats.data.figures.definition.all_pages.run_figure", run_figure)


def _make_hostile(world: fakes.World) -> None:
    from termstats.data.model.text import clean

    name = clean(HOSTILE)
    world.rows["global.trainings"] = (("t1", name, 118, 71.0),)
    world.rows["global.classes"] = (("north", name),)
    world.rows["training.learners"] = (("ana", name, "passed", 1.0),)
    world.rows["learner.profile"] = (("name", name), ("last access", "2026-11-19"))
    world.broken["global.activity"] = HOSTILE


if __name__ == "__main__":
    sys.exit(asyncio.run(run(sys.argv[1])))
