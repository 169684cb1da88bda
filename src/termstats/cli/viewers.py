"""`termstats viewers`: who of the store would see what."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from termstats.cli.options import store_options
from termstats.cli.output import (
    OUTPUT_OPTIONS,
    check_output,
    deed_of,
    opened_output,
    say_written,
    table_file,
)
from termstats.cli.settings import Settings, settings_of

if TYPE_CHECKING:
    from termstats.data.model.audit import Deed
    from termstats.data.model.table import Table


@click.command()
@store_options
@click.option("--learners", is_flag=True, help="List everybody with an account, learners too.")
@OUTPUT_OPTIONS[0]
@OUTPUT_OPTIONS[1]
@OUTPUT_OPTIONS[2]
@OUTPUT_OPTIONS[3]
@click.pass_context
def viewers(
    context: click.Context, learners: bool, format_: str, output: Path | None, force: bool
) -> None:
    """List who would see what: everybody with rights, their role, their scope in numbers.

    The ids and usernames are what --viewer takes. It is for administrators.
    """
    import asyncio

    from termstats.cli.ending import ended_by_signals

    check_output(output, force=force)
    settings = settings_of(context)
    with ended_by_signals():
        table = asyncio.run(_viewers(settings, learners=learners, deed=deed_of(output)))
        with opened_output(output) as out:
            file = table_file(format_, out, settings.csv)
            file.add(table)
            file.end()
        say_written(len(table.rows), output)


async def _viewers(settings: Settings, *, learners: bool, deed: Deed) -> Table:
    """Return the list, once it is clear that the viewer may see all of the store.

    Raises:
        NotAllowed: they may not.
        StoreError: it is no store.
    """
    from termstats.data.query.auditing import record_table
    from termstats.data.query.scope import for_administrators
    from termstats.data.query.viewers import viewers as listed
    from termstats.data.store.opening import open_store

    store = await open_store(settings.location(or_sample=True), settings.audit)
    try:
        async with store.connect() as connection:
            what = "the list of viewers is"
            scope = await for_administrators(
                connection, settings.viewer, what, groups=settings.groups
            )
        store = settings.face_of(store)
        table = await listed(store, learners=learners, groups=settings.groups)
        record_table(store, scope, table, deed)
        return table
    finally:
        await store.close()
