"""`termstats report` and `termstats figures`: the same numbers as the screens, as text or data."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from termstats.cli.options import Settings, format_option, keys_of, settings_of, store_options
from termstats.data.model.errors import TermstatsError, UsageError

if TYPE_CHECKING:
    from termstats.data.model.period import Period
    from termstats.data.model.request import Request
    from termstats.data.model.table import Table
    from termstats.data.store.opening import StoreInfo


@click.command()
@click.argument("figure", metavar="ID")
@store_options
@click.option("--training", metavar="KEY", help="Of this training: an id or a unique name.")
@click.option("--class", "class_", metavar="KEY", help="Of this class.")
@click.option("--learner", metavar="KEY", help="Of this learner.")
@click.option("--module", metavar="KEY", help="Of this module.")
@click.option("--activity", metavar="KEY", help="Of this activity.")
@click.option("--attempt", metavar="KEY", help="Of this attempt: an id.")
@click.option("--function", metavar="KEY", help="Of this function of the platform.")
@click.option("--object", "object_", metavar="KEY", help="Of this object of the platform.")
@click.option("--user", metavar="KEY", help="Of this user of the platform.")
@click.option(
    "--action",
    metavar="WORD",
    help="Of this action as the platform calls it, or of this column of numbers.",
)
@click.option("--period", metavar="P", help="7d, last-month, 2026-03, FROM..TO, last 30 minutes...")
@click.option("--from", "from_", metavar="DATE", help="First day, included.")
@click.option("--to", metavar="DATE", help="Last day, included.")
@click.option("--month", metavar="YYYY-MM", help="Of this month of the platform's own pages.")
@click.option(
    "--by",
    type=click.Choice(("day", "week", "month", "auto")),
    default="day",
    help="Buckets; auto: from 10 minutes to 20 days, by the length of the period.",
)
@click.option("--top", type=click.IntRange(min=1), metavar="N", help="Rows of a ranking.")
@click.option("--everybody", is_flag=True, help="Count staff, flagged and deleted people too.")
@click.option("--clock", type=click.Choice(("device", "server")), help="Which time to go by.")
@click.option(
    "--filter",
    "filters",
    multiple=True,
    metavar="COLUMN=TEXT",
    help="Only rows whose cell contains the text, or is it: COLUMN==TEXT; may be repeated.",
)
@click.option(
    "--only",
    multiple=True,
    metavar="FIELD=VALUE",
    help="Backoffice: only this action, person, group, package, days...; of one FIELD any VALUE.",
)
@click.option(
    "--hide-archived", is_flag=True, help="Collaboration: without archived and deleted courses."
)
@click.option("--wide", is_flag=True, help="Collaboration: our own columns behind the layout's.")
@format_option("text", "csv", "json")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write here.")
@click.option("--force", is_flag=True, help="Overwrite FILE.")
@click.pass_context
def report(
    context: click.Context,
    figure: str,
    training: str | None,
    class_: str | None,
    learner: str | None,
    module: str | None,
    activity: str | None,
    attempt: str | None,
    function: str | None,
    object_: str | None,
    user: str | None,
    action: str | None,
    period: str | None,
    from_: str | None,
    to: str | None,
    month: str | None,
    by: str,
    top: int | None,
    everybody: bool,
    clock: str | None,
    filters: Sequence[str],
    only: Sequence[str],
    hide_archived: bool,
    wide: bool,
    format_: str,
    output: Path | None,
    force: bool,
) -> None:
    """Print the figure ID. `termstats figures` lists them; `i` on a screen shows the line."""
    import asyncio

    from termstats.data.model import writing as csv

    if output is not None and output.exists() and not force:
        raise UsageError(f"{output}: exists already; choose another name or add --force")
    if period and (from_ or to):
        raise UsageError("give --period or --from and --to, not both")
    if month and not figure.startswith("reconcile."):
        raise UsageError("--month is for reconcile figures; elsewhere give --period YYYY-MM")
    if wide and not figure.startswith("collaboration."):
        raise UsageError("--wide is for collaboration figures; the others have one layout")
    if hide_archived and not figure.startswith("collaboration."):
        raise UsageError("--hide-archived is for collaboration figures")
    settings = settings_of(context)
    # A training narrows modules and activities, so it is resolved before them.
    things = {
        "training": training, "class": class_, "learner": learner,
        "module": module, "activity": activity, "attempt": attempt,
        "function": function, "object": object_, "user": user,
    }  # fmt: skip
    words = period or settings.config.period

    def ask(info: StoreInfo) -> Request:
        from termstats.data.model.request import Request

        return Request(
            _period(info, words, from_, to),
            everybody=everybody,
            server_clock=clock == "server",
            by=by,
            top=top,
            action=action,
            month=month,
            hide_archived=hide_archived,
            wide=wide,
            filters=_filters(filters),
        )

    table = asyncio.run(_compute(settings, figure, things, ask, only))
    written = {"text": csv.to_text, "csv": csv.to_csv, "json": csv.to_json}[format_](table)
    if not written.endswith("\n"):
        written += "\n"
    if output is None:
        sys.stdout.write(written)
    else:
        write_private(output, written)
        click.echo(f"wrote {len(table.rows):,} rows to {output}", err=True)


def _period(info: StoreInfo, words: str, first: str | None, last: str | None) -> Period:
    from termstats.data.model.dates import parse_day
    from termstats.data.model.period import Period
    from termstats.data.model.period_text import parse_period

    if not first and not last:
        return parse_period(words or info.usual_period, info.now, info.coverage)
    return Period(
        parse_day(first) if first else info.coverage[0],
        parse_day(last) if last else info.today,
    )


def _filters(given: Sequence[str]) -> tuple[tuple[str, str], ...]:
    found = []
    for text in given:
        column, sign, wanted = text.partition("=")
        if not sign or not column or not wanted:
            raise UsageError(f"--filter {text!r}: write COLUMN=TEXT")
        found.append((column.strip(), wanted))
    return tuple(found)


async def _compute(
    settings: Settings,
    figure_id: str,
    things: Mapping[str, str | None],
    ask: Callable[[StoreInfo], Request],
    only: Sequence[str],
) -> Table:
    from termstats.data.figures.definition.registry import find_figure, run_figure
    from termstats.data.model.request import Param
    from termstats.data.query.filter_text import joined, parse_one
    from termstats.data.query.scope import scope_of
    from termstats.data.query.search import resolve
    from termstats.data.store.opening import open_store

    figure = find_figure(figure_id)
    if only and figure.level != "backoffice":
        raise UsageError(f"--only narrows the figures of the backoffice, not {figure_id}")
    store = await open_store(settings.location(or_sample=True))
    try:
        async with store.connect() as connection:
            scope = await scope_of(connection, settings.viewer)
        request = ask(store.info)
        for param, key in keys_of(things):
            within = request.entity(Param.TRAINING)
            entity = await resolve(store, scope, param, key, within)
            request = request.with_entity(param, entity)
        kept = joined([await parse_one(store, scope, text) for text in only])
        request = replace(request, only=kept)
        table = await run_figure(store, figure_id, request, scope)
        while table.after:
            page = await run_figure(store, figure_id, replace(request, after=table.after), scope)
            table = replace(
                table,
                rows=table.rows + page.rows,
                row_kinds=table.row_kinds + page.row_kinds,
                notes=tuple(dict.fromkeys(table.notes + page.notes)),
                after=page.after,
            )
        return filtered(table, request.filters, already=figure.paged)
    finally:
        await store.close()


def filtered(table: Table, filters: Sequence[tuple[str, str]], *, already: bool) -> Table:
    """Return the rows whose cells contain the texts; paged figures have done it `already`.

    Raises:
        UsageError: no such column; names those there are.
    """
    from termstats.data.model.row_filter import cell_fits

    names = [column.name for column in table.columns]
    for column, _wanted in filters:
        if column not in names:
            raise UsageError(f"no column {column!r} in {table.figure_id}; use {', '.join(names)}")
    if already or not filters:
        return table
    kept = [
        row
        for row in range(len(table.rows))
        if all(
            cell_fits(table.rows[row][at], table.kind(row, at), wanted)
            for at, wanted in ((names.index(column), wanted) for column, wanted in filters)
        )
    ]
    note = f"filtered: {len(kept):,} of {len(table.rows):,} rows"
    return replace(
        table,
        rows=tuple(table.rows[row] for row in kept),
        row_kinds=tuple(table.row_kinds[row] for row in kept) if table.row_kinds else (),
        notes=(*table.notes, note),
    )


def write_private(path: Path, text: str) -> None:
    """Write a file for its owner only, whole or not at all.

    Raises:
        TermstatsError: the folder cannot be written, the disk is full. Nothing is left behind.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            with open(handle, "w", encoding="utf-8", newline="") as file:
                file.write(text)
            os.replace(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise TermstatsError(
            f"{path}: cannot be written ({error.strerror}); choose another place with -o"
        ) from error


@click.command()
@format_option("text", "csv", "json")
def figures(format_: str) -> None:
    """List all figures: their ids, titles and what they need."""
    import json

    from termstats.data.figures.definition.registry import figures as known

    rows = [
        {"id": f.id, "title": f.title, "needs": " ".join(f"--{param}" for param in f.needs)}
        for f in known().values()
    ]
    if format_ == "json":
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    if format_ == "csv":
        import csv

        writer = csv.DictWriter(sys.stdout, ("id", "title", "needs"), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        return
    wide = max(len(row["id"]) for row in rows)
    title = max(len(row["title"]) for row in rows)
    for row in rows:
        line = f"{row['id']:<{wide}}  {row['title']:<{title}}  {row['needs']}"
        click.echo(line.rstrip())
