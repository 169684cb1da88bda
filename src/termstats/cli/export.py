"""`termstats export`: something whole, as several files in a new folder or a zip."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from termstats.cli.options import csv_options, key_option, period_option, store_options
from termstats.cli.settings import Settings, settings_of
from termstats.cli.target import STDOUT, ZIP, new_files
from termstats.cli.terminals import draws
from termstats.data.model.errors import UsageError
from termstats.data.model.plural import counted

if TYPE_CHECKING:
    from termstats.data.exports.course import Exported, Progress
    from termstats.data.model.new_folders import NewFiles


@click.group(invoke_without_command=True)
@click.pass_context
def export(context: click.Context) -> None:
    """Export something whole, as several files at once."""
    if context.invoked_subcommand is None:
        raise UsageError("export what? Write: termstats export course --training KEY -o FOLDER")


@export.command()
@store_options
@key_option("--training", help="Of this training: an id or a unique name.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="NAME",
    help="The new folder; a name that ends in .zip makes a zip.",
)
@click.option("--zip", "zip_", is_flag=True, help="Make a zip whatever the name; .zip is added.")
@period_option
@click.option("--everybody", is_flag=True, help="Staff, flagged and deleted people too.")
@click.option("--clock", type=click.Choice(("device", "server")), help="Which time to go by.")
@csv_options
@click.pass_context
def course(
    context: click.Context,
    training: str | None,
    output: Path | None,
    zip_: bool,
    period: str | None,
    everybody: bool,
    clock: str | None,
) -> None:
    """Export a training: its event log, and a CSV file for every quiz and feedback.

    Old versions of quizzes and feedback are in it. The columns of OppiaMobile's own export come
    first, ours behind them; every platform's trainings are written so. Without --period it is of
    all data. contents.csv lists the files, about.txt says who, when and by which clock.
    """
    import asyncio

    from termstats.cli.ending import ended_by_signals

    settings = settings_of(context)
    if not training:
        raise UsageError(
            "which training? give --training KEY; list them with: termstats report global.trainings"
        )
    if output is None or output == STDOUT:
        raise UsageError("where to? these are several files: give -o FOLDER, or -o FILE.zip")
    if zip_ and output.suffix.lower() != ZIP:
        output = output.with_name(f"{output.name}{ZIP}")
    with ended_by_signals(), _progress() as progress, new_files(output) as files:
        wanted = _export(settings, training, period or "all", everybody, clock, files, progress)
        written = asyncio.run(wanted)
    rows = sum(written.rows.values())
    number = counted(len(written.rows), "file")
    click.echo(f"wrote {number}, {rows:,} rows, contents.csv and about.txt to {output}", err=True)


async def _export(
    settings: Settings,
    training: str,
    period: str,
    everybody: bool,
    clock: str | None,
    files: NewFiles,
    progress: Progress,
) -> Exported:
    """Write the files and return what was written.

    Raises:
        As `export_course`.
    """
    from termstats.data.exports.course import LOG, export_course
    from termstats.data.figures.definition.figure import check_level
    from termstats.data.figures.definition.registry import find_figure
    from termstats.data.model.period_text import parse_period
    from termstats.data.model.request import Param, Request
    from termstats.data.query.scope import scope_in
    from termstats.data.query.search import resolve
    from termstats.data.store.opening import open_store

    store = await open_store(settings.location(or_sample=True), settings.audit)
    try:
        store = settings.face_of(store)
        scope = await scope_in(store, settings.viewer, settings.groups)
        check_level(scope, find_figure(LOG).level)  # before anything is looked up
        asked = Request(
            parse_period(period, store.info.now, store.info.coverage),
            everybody=everybody,
            server_clock=clock == "server",
        )
        entity = await resolve(store, scope, Param.TRAINING, training)
        request = asked.with_entity(Param.TRAINING, entity)
        return await export_course(store, scope, request, files, progress, settings.csv)
    finally:
        await store.close()


@contextmanager
def _progress() -> Iterator[Progress]:
    """Give what says on stderr how far it is, where somebody watches."""
    if not draws(sys.stderr):
        yield lambda name, rows, total: None
        return
    from termstats.cli.progress import progress_bar

    with progress_bar(sys.stderr) as paint:
        yield paint
