"""`termstats person`: everything a store holds about one person, and who saw it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from termstats.cli.options import store_options
from termstats.cli.settings import Settings, settings_of
from termstats.cli.target import STDOUT, new_files
from termstats.data.model.errors import UsageError
from termstats.data.model.plural import counted

if TYPE_CHECKING:
    from termstats.data.exports.person import Disclosed


@click.command()
@click.argument("key", metavar="KEY")
@store_options
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="NAME",
    help="The new folder; a name that ends in .zip makes a zip.",
)
@click.pass_context
def person(context: click.Context, key: str, output: Path | None) -> None:
    """Write everything the store holds about the person KEY, and who saw it.

    It answers a request of theirs. KEY is an id or a unique name. A CSV file for each table with
    rows about them, README.txt that says what is in it, and with an audit log who_saw_it.csv.
    Other people in it are not named. It is for administrators.
    """
    import asyncio

    from termstats.cli.ending import ended_by_signals

    if output is None or output == STDOUT:
        raise UsageError("where to? these are several files: give -o FOLDER, or -o FILE.zip")
    settings = settings_of(context)
    settings.check_names("what is held about a person is")
    with ended_by_signals():
        written = asyncio.run(_disclosed(settings, key, output))
    number, rows = counted(len(written.rows), "file"), sum(written.rows.values())
    click.echo(f"wrote {number}, {rows:,} rows, and README.txt to {output}", err=True)


async def _disclosed(settings: Settings, key: str, output: Path) -> Disclosed:
    """Write the files.

    Raises:
        NotAllowed: the viewer may not see all of the store.
        UsageError: nobody, or several, are called so.
        TermstatsError: as `export_person`.
    """
    from termstats.data.exports.person import export_person
    from termstats.data.model.audit import Deed
    from termstats.data.model.request import Param
    from termstats.data.query.auditing import record_people
    from termstats.data.query.scope import for_administrators
    from termstats.data.query.search import resolve
    from termstats.data.store.elsewhere.opening import need_events
    from termstats.data.store.local_copy import store_file
    from termstats.data.store.opening import open_store

    location = settings.location(or_sample=True)
    store = await open_store(location, settings.audit)
    try:
        need_events(store.info.sources, "what is held about a person")
        async with store.connect() as connection:
            what = "what is held about a person is"
            scope = await for_administrators(
                connection, settings.viewer, what, groups=settings.groups
            )
        entity = await resolve(store, scope, Param.LEARNER, key)
        record_people(store, scope, (entity.key,), Deed.DISCLOSED)
        async with store_file(location) as file:
            with new_files(output) as files:
                return export_person(store, file.path, entity, files)
    finally:
        await store.close()
