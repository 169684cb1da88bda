"""The five screens, read as the dashboard reads them: all figures at once, on one loop."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from benchmarks.results import Line, median_of, timed
from termstats.data.figures.definition.figure import Level
from termstats.data.figures.definition.registry import figures
from termstats.data.figures.definition.run import run_figure
from termstats.data.model.request import Request
from termstats.data.query.largest import Subjects
from termstats.data.store.opening import Store
from termstats.screens.frame.needs import need_of
from termstats.screens.frame.pages import pages
from termstats.screens.frame.session import SUBJECT
from termstats.screens.levels.panels import LEVELS
from termstats.screens.opening import screen_class

RUNS = 5
SIZES = ((80, 24), (120, 40))
FRAME = 8
"""Lines above and below the panels."""


async def every_screen(store: Store, base: Request, subjects: Subjects) -> list[Line]:
    """Return each screen as it opens at two sizes, and with all its panels, one page or not."""
    lines = []
    for level in Level:
        screen, request = screen_class(level), base
        param = SUBJECT.get(level)
        if param is not None:
            if param not in subjects:
                continue
            request = base.with_entity(param, subjects[param])
        first = [
            need_of(panel.figure_id, figures()[panel.figure_id], as_table=panel.table)
            for panel in screen.GROUPS[0].panels
        ]
        shown = [(f"{w}x{h}", pages(first, w, h - FRAME)[0].names) for w, h in SIZES]
        every = tuple(panel.figure_id for panel in LEVELS[level].panels)
        for words, wanted in (*shown, (f"all {len(every)} panels", every)):
            lines.append(await _screen(store, level, words, wanted, request))
    return lines


async def _screen(
    store: Store, level: Level, words: str, panels: Sequence[str], request: Request
) -> Line:
    wanted = [f"{level}.totals", *panels]

    async def read() -> None:
        running = (run_figure(store, figure, request) for figure in wanted)
        await asyncio.gather(*running, return_exceptions=True)

    time = await median_of(read, RUNS)
    return timed(f"{level}, {words}", time, note=f"{len(wanted)} figures")
