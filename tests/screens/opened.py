"""A dashboard on a store, as a test plays it."""

from __future__ import annotations

import html
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from textual.pilot import Pilot

from termstats.app import TermStatsApp
from termstats.data.figures.definition.figure import Level
from termstats.data.query.scope import EVERYTHING
from termstats.data.store.opening import open_store
from termstats.screens.frame.session import begin
from termstats.screens.frame.start import Options, StartAt
from tests.screens.keyboard import NARROW, settle

MARCH = StartAt(period="2026-03")


@asynccontextmanager
async def dashboard_on(
    path: Path | str,
    level: Level = Level.GLOBAL,
    size: tuple[int, int] = NARROW,
    start: StartAt = MARCH,
    options: Options | None = None,
) -> AsyncIterator[tuple[TermStatsApp, Pilot[None]]]:
    """Open a store for somebody who sees everything; give the dashboard when all is shown."""
    options = options or Options()
    store = await open_store(path, options.audit)
    try:
        session = await begin(store, EVERYTHING, start, options)
        app = TermStatsApp(session, level)
        async with app.run_test(size=size) as pilot:
            await settle(pilot)
            yield app, pilot
    finally:
        await store.close()


def picture(app: TermStatsApp) -> str:
    """Return all text of the screen."""
    return html.unescape(app.export_screenshot()).replace("\xa0", " ").casefold()
