"""Exports figures as the dashboard does: as they are said, whole, into the export folder."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

from termstats.cli.shell.places import figures_of
from termstats.cli.shell.reading import pages_at
from termstats.cli.shell.state import Place, State
from termstats.data.exports.course import LOG, export_course
from termstats.data.figures.definition.registry import find_figure
from termstats.data.model.errors import UsageError
from termstats.data.model.file_names import safe_part
from termstats.data.model.new_folders import free_place, new_folder
from termstats.data.model.plural import counted
from termstats.data.model.private_files import cannot_write, make_folder
from termstats.data.model.request import Param
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
            session = state.session
            written.append(
                await write_csv(folder, given, session.record_export, session.options.csv)
            )
    return [f"Wrote {short_path(path)}" for path in written]


async def exported_course(state: State, folder: Path | None) -> list[str]:
    """Export the training that is looked at whole, in the period looked at; say what was written.

    `folder`: where its own folder goes; None: where the configuration says.

    Raises:
        UsageError: no training is looked at.
        TermstatsError: the viewer may not see it, or the folder cannot be written.
    """
    session, training = state.session, state.place.entities.get(Param.TRAINING)
    if training is None:
        raise UsageError("export which training? Go to it first: training NAME")
    request = state.view.request(find_figure(LOG), {Param.TRAINING: training})
    parent = (folder or session.options.export_folder).expanduser()
    try:
        make_folder(parent)
    except OSError as error:
        raise cannot_write(parent, error) from error
    target = free_place(parent, f"course_{safe_part(training.key)}")
    with new_folder(target) as files:
        written = await export_course(
            session.store,
            session.scope,
            request,
            files,
            lambda _file, _rows, _total: None,
            session.options.csv,
        )
    number, rows = counted(len(written.rows), "file"), sum(written.rows.values())
    return [f"Wrote {short_path(target)}: {number}, {rows:,} rows"]


async def _places(state: State) -> list[Place]:
    level = replace(state.place, figure="", search="", sorting=None)
    groups = await figures_of(replace(state, place=level))
    ids = dict.fromkeys(figure_id for _name, listed in groups for figure_id in listed)
    cards = () if level.is_choice else (LEVELS[level.level].cards,)
    return [replace(level, figure=figure_id) for figure_id in (*ids, *cards)]
