"""`termstats figures`: what `termstats report` can print, and what each figure costs."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import click

from termstats.cli.options import format_option, store_options
from termstats.cli.settings import Settings, settings_of

if TYPE_CHECKING:
    from termstats.data.figures.definition.explaining import Cost
    from termstats.data.figures.definition.figure import Figure

_PERIOD = "30d"
_NUMBERS = ("ms", "statements", "rows")
"""Columns of numbers, which stand to the right."""


@click.command()
@store_options
@format_option("text", "csv", "json")
@click.option(
    "--explain",
    is_flag=True,
    help="Say what each figure reads of the store, and what an answer costs.",
)
@click.option(
    "--period", metavar="PERIOD", help=f"With --explain: the period.  [default: {_PERIOD}]"
)
@click.pass_context
def figures(context: click.Context, format_: str, explain: bool, period: str | None) -> None:
    """List all figures by level and id: their ids, titles and what they need.

    With --explain each is asked, about the largest training, class and module and the busiest
    learner of the store: milliseconds of the processor (on a server: of the clock), statements,
    rows of the answer, the tables of which every row is read, and all that are read.
    """
    from termstats.data.figures.definition.figure import Level, SideScreen
    from termstats.data.figures.definition.registry import figures as all_figures
    from termstats.data.model.errors import UsageError

    places = [*Level, *SideScreen]
    listed = sorted(all_figures().values(), key=lambda f: (places.index(f.level), f.id))
    if explain:
        rows = _explained(settings_of(context), listed, period or _PERIOD)
    elif period:
        raise UsageError("--period is for --explain")
    else:
        rows = [
            {"id": f.id, "title": f.title, "needs": " ".join(f"--{param}" for param in f.needs)}
            for f in listed
        ]
    _write(rows, format_)


def _write(rows: Sequence[Mapping[str, str | int]], format_: str) -> None:
    names = tuple(rows[0])
    if format_ == "json":
        import json

        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
    elif format_ == "csv":
        import csv

        writer = csv.DictWriter(sys.stdout, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    else:
        from termstats.cli.drawing import show, table_of

        is_explained = bool(set(_NUMBERS) & set(names))
        cells = (tuple(map(str, row.values())) for row in rows)
        right = [at for at, name in enumerate(names) if name in _NUMBERS]
        show(table_of(cells, names if is_explained else (), right), sys.stdout)


def _explained(
    settings: Settings, listed: Sequence[Figure], period: str
) -> list[Mapping[str, str | int]]:
    """Return a row for each figure, in that order; cells are empty where nothing can be asked."""
    import asyncio

    costs = asyncio.run(_costs(settings, listed, period))
    return [
        {
            "id": figure.id,
            "ms": f"{cost.milliseconds:.1f}" if cost else "",
            "statements": cost.statements if cost else "",
            "rows": cost.rows if cost else "",
            "whole": " ".join(cost.whole) if cost else "",
            "reads": " ".join(cost.reads) if cost else "",
        }
        for figure, cost in zip(listed, costs, strict=True)
    ]


async def _costs(settings: Settings, listed: Sequence[Figure], period: str) -> list[Cost | None]:
    """Return what each figure costs; None: the store has nothing to ask it about.

    Raises:
        NotAllowed: the viewer may not see the whole store.
        StoreError: it is no store.
        UsageError: a period that cannot be read.
    """
    from termstats.data.figures.definition.explaining import about, cost_of
    from termstats.data.model.period_text import parse_period
    from termstats.data.model.request import Request
    from termstats.data.query.largest import largest
    from termstats.data.query.scope import for_administrators
    from termstats.data.store.opening import open_store

    # Nobody's data are shown, so nothing stands in the audit log.
    store = await open_store(settings.location(or_sample=True))
    try:
        async with store.connect() as connection:
            what = "--explain asks about the whole store, so it is"
            scope = await for_administrators(connection, settings.viewer, what, "", settings.groups)
        base = Request(parse_period(period, store.info.now, store.info.coverage))
        subjects = await largest(store)
        asked = [(figure, about(figure, base, subjects)) for figure in listed]
        return [
            await cost_of(store, figure, request, scope) if request is not None else None
            for figure, request in asked
        ]
    finally:
        await store.close()
