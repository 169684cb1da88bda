"""Exports figures as the dashboard does: as they are said, whole, into the export folder."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

from termstats.cli.shell.places import figures_of
from termstats.cli.shell.reading import pages_at
from termstats.cli.shell.state import Place, State
from termstats.data.model.errors import UsageError
from termstats.data.model.table import Table
from termstats.screens.frame.exporting import short_path, write_csv
from termstats.screens.levels.panels import LEVELS


async def exported(state: State, *, everything: bool, folder: Path | None) -> list[str]:
    """Export the figure that is looked at, or all of its level; return what was written.

    `folder`: where to; None: where the configuration says.

    Raises:
        UsageError: no figure is looked at.
        TermstatsError: a figure cannot be computed, or the folder cannot be written.
    """
    places = await _places(state) if everything else [state.place]
    if not places[0].figure:
        raise UsageError("open a figure first, or say export all for those of this level")
    folder = folder or state.session.options.export_folder
    written = []
    for place in places:
        pages: AsyncGenerator[Table, None] = pages_at(state, place)
        async with aclosing(pages) as given:
            written.append(await write_csv(folder, given))
    return [f"Wrote {short_path(path)}" for path in written]


async def _places(state: State) -> list[Place]:
    level = replace(state.place, figure="", search="", sorting=None)
    groups = await figures_of(replace(state, place=level))
    ids = dict.fromkeys(figure_id for _name, listed in groups for figure_id in listed)
    cards = () if level.is_choice else (LEVELS[level.level].cards,)
    return [replace(level, figure=figure_id) for figure_id in (*ids, *cards)]
