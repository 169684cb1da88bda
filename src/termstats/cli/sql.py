"""`termstats sql`: any question to the tables of a store, which is only read."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from termstats.cli.options import store_options
from termstats.cli.output import (
    OUTPUT_OPTIONS,
    check_output,
    opened_output,
    rows_read,
    say_written,
    table_file,
)
from termstats.cli.settings import Settings, settings_of
from termstats.data.model.errors import UsageError

if TYPE_CHECKING:
    from termstats.data.model.table import Cell, Column, Table
    from termstats.data.store.opening import StoreInfo

_STDIN = "-"
_WHOLE = 15
"""Digits of a number that is one also as a floating point number."""


@dataclass(frozen=True)
class _Asked:
    sql: str
    values: dict[str, Cell]
    format_: str


@click.command()
@click.argument("sql", metavar="SQL")
@store_options
@click.option(
    "--param",
    "typed",
    multiple=True,
    metavar="NAME=VALUE",
    help="The value of :NAME in the SQL; may be repeated.",
)
@OUTPUT_OPTIONS[0]
@OUTPUT_OPTIONS[1]
@OUTPUT_OPTIONS[2]
@OUTPUT_OPTIONS[3]
@click.pass_context
def sql(
    context: click.Context,
    sql: str,
    typed: tuple[str, ...],
    format_: str,
    output: Path | None,
    force: bool,
) -> None:
    """Print what SQL, one SELECT, reads from the store.

    SQL may be -, which is stdin. Tables and columns are in docs/store.md, with worked queries.
    Nothing is ever written, and rows look as those of report do. Tables know no scope: whoever is a
    viewer and no administrator is refused.
    """
    from termstats.cli.ending import ended_by_signals

    check_output(output, force=force)
    settings = settings_of(context)
    text = sys.stdin.read() if sql == _STDIN else sql
    asked = _Asked(text, _values(typed), format_)
    with ended_by_signals():
        with opened_output(output) as out:
            rows = _write(settings, asked, out)
        say_written(rows, output)


def _write(settings: Settings, asked: _Asked, out: IO[str]) -> int:
    """Write the answer some rows at a time and return how many they are."""
    import asyncio

    from termstats.data.model.table import Column, Kind
    from termstats.data.store.elsewhere.opening import need_events
    from termstats.data.store.opening import store_path
    from termstats.data.store.typed_sql import answered

    settings.check_names("SQL reads tables as they are,")
    location = settings.location(or_sample=True)
    info = asyncio.run(_allowed(settings))
    if "event" in asked.sql.casefold():
        need_events(info.sources, "an answer")
    written, file = 0, table_file(asked.format_, out, settings.csv)
    with (
        rows_read("sql", out) as progress,
        answered(store_path(location), asked.sql, asked.values) as answer,
    ):
        columns = tuple(Column(name, Kind.TEXT, name) for name in answer.columns)
        head = _head(info, columns)
        if not columns:
            raise UsageError("this SQL gives no columns; write a SELECT")
        for rows in answer.batches:
            page = replace(head, rows=tuple(rows))
            file.add(_for_people(page, is_first=not written) if asked.format_ == "text" else page)
            written += len(rows)
            progress(written)
        if not written:
            file.add(head)
        file.end()
    return written


async def _allowed(settings: Settings) -> StoreInfo:
    """Return what holds for the store, once it is clear that the viewer may see all of it.

    Raises:
        NotAllowed: they may not.
        StoreError: it is no store.
    """
    from termstats.data.model.audit import Deed
    from termstats.data.query.auditing import record_everybody
    from termstats.data.query.scope import for_administrators
    from termstats.data.store.opening import open_store

    store = await open_store(settings.location(or_sample=True), settings.audit)
    try:
        async with store.connect() as connection:
            what = "SQL reads whole tables, which know no scope, so it is"
            way_out = ": use termstats report"
            scope = await for_administrators(
                connection, settings.viewer, what, way_out, settings.groups
            )
        record_everybody(store, scope, Deed.SQL)
    finally:
        await store.close()
    return store.info


def _head(info: StoreInfo, columns: tuple[Column, ...]) -> Table:
    """Return a table without rows that says of which store it is."""
    from termstats.data.model.table import Table

    return Table(
        figure_id="sql",
        title=info.name,
        columns=columns,
        rows=(),
        empty="No rows.",
        zone=str(info.zone),
        as_of=f"as of {info.now:%Y-%m-%d %H:%M}",
        now=info.now,
    )


def _for_people(page: Table, *, is_first: bool) -> Table:
    """Return a page whose numbers are written as they are; columns of numbers are to the right."""
    from termstats.data.model.table import Kind
    from termstats.data.model.writing import raw

    rows = tuple(
        tuple(cell if cell is None or isinstance(cell, str) else raw(cell) for cell in row)
        for row in page.rows
    )
    if not is_first:
        return replace(page, rows=rows)
    columns = tuple(
        replace(column, kind=Kind.VALUE)
        if all(isinstance(row[at], int | float | None) for row in page.rows)
        else column
        for at, column in enumerate(page.columns)
    )
    return replace(page, columns=columns, rows=rows)


def _values(typed: tuple[str, ...]) -> dict[str, Cell]:
    """Return the values of parameters; what is written as a number is one.

    Raises:
        UsageError: not NAME=VALUE, or a name twice.
    """
    values: dict[str, Cell] = {}
    for text in typed:
        name, sign, value = text.partition("=")
        name = name.strip().lstrip(":@$")
        if not sign or not name:
            raise UsageError(f"--param {text!r}: write NAME=VALUE")
        if name in values:
            raise UsageError(f"--param {name} is given twice")
        values[name] = _value(value)
    return values


def _value(text: str) -> Cell:
    """Return a number where the text is exactly how one is written, else the text: `007` is one."""
    digits = text.removeprefix("-")
    if digits.isascii() and digits.isdecimal() and len(digits) <= _WHOLE:
        return int(text) if str(int(text)) == text else text
    whole, point, part = digits.partition(".")
    is_number = point and (whole + part).isascii() and (whole + part).isdecimal()
    return float(text) if is_number and whole and part and repr(float(text)) == text else text
