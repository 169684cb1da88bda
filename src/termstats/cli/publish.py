"""`termstats publish`: a copy of a finished store on a server, which everybody there reads."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from termstats.cli.options import store_options, warn_of_password
from termstats.cli.settings import Settings, settings_of
from termstats.data.model.errors import UsageError


@click.command()
@click.argument("url", metavar="URL")
@store_options
@click.pass_context
def publish(context: click.Context, url: str) -> None:
    """Copy the store file --store to a database of PostgreSQL or MariaDB, where others read it.

    URL is postgresql://USER@HOST/DATABASE or mariadb://USER@HOST/DATABASE. Everybody there reads
    the store before until this one is whole. docs/servers.md says what rights it takes.
    """
    import asyncio

    from termstats.cli.ending import ended_by_signals
    from termstats.cli.passwords import with_password
    from termstats.cli.progress import shown_on
    from termstats.data.snapshots.publishing import publish_store
    from termstats.data.store.opening import store_path
    from termstats.data.store.servers.address import EXAMPLE, address_of, is_server

    warn_of_password(url)
    if not is_server(url):
        raise UsageError(f"which server? give its URL: {EXAMPLE}")
    settings = settings_of(context)
    settings.check_names("a store is published")
    if settings.viewer is not None:
        raise UsageError(
            "a store is published whole: make a snapshot of what the viewer may see, "
            "and publish that"
        )
    address = address_of(with_password(url, settings.config.password_command))
    file = store_path(settings.location())
    asyncio.run(_record(settings, file))
    with ended_by_signals(), shown_on(sys.stderr) as show:
        rows = asyncio.run(
            publish_store(file, address, lambda table, rows: show(table, rows, None))
        )
    click.echo(f"published {rows:,} rows: {address.shown}", err=True)


async def _record(settings: Settings, file: Path) -> None:
    """Write down that a copy of everything leaves the store.

    Raises:
        StoreError: it is no store.
        TermstatsError: the audit log cannot be written; nothing must leave.
    """
    from termstats.data.model.audit import Deed
    from termstats.data.query.auditing import record_everybody
    from termstats.data.query.scope import EVERYTHING
    from termstats.data.store.elsewhere.opening import need_events
    from termstats.data.store.opening import open_store

    store = await open_store(file, settings.audit)
    await store.close()
    need_events(store.info.sources, "a published store")
    record_everybody(store, EVERYTHING, Deed.PUBLISHED)
