"""`termstats snapshot`, `check`, `doctor` and `config`: looking after stores and the program."""

from __future__ import annotations

import os
import sys
from dataclasses import asdict
from pathlib import Path

import click

from termstats.cli.imports import report_lines
from termstats.cli.options import format_option, settings_of, store_options
from termstats.data.model.errors import EXIT_FAILED, EXIT_OK, TermstatsError, UsageError


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@store_options
@click.option("--days", type=click.IntRange(min=1), metavar="N", help="Events of the last N days.")
@click.option("--pseudonyms", is_flag=True, help="Replace names, logins and ids of people.")
@click.option("--without-events", is_flag=True, help="Day tables only: no logs, no timelines.")
@click.option("--expires", metavar="DATE", help="Last day on which the snapshot opens.")
@click.option("--force", is_flag=True, help="Replace FILE.")
@click.pass_context
def snapshot(
    context: click.Context,
    file: Path,
    days: int | None,
    pseudonyms: bool,
    without_events: bool,
    expires: str | None,
    force: bool,
) -> None:
    """Write a copy of the store to FILE, cut to what --viewer may see."""
    import asyncio

    from termstats.data.model.dates import parse_day
    from termstats.data.snapshots.snapshot import SnapshotOptions, make_snapshot
    from termstats.data.store.opening import store_path

    settings = settings_of(context)
    location = settings.location()
    if file.exists() and (file.samefile(store_path(location)) or not force):
        raise UsageError(f"{file}: exists already; choose another name or add --force")
    options = SnapshotOptions(
        viewer=settings.viewer,
        days=days,
        pseudonyms=pseudonyms,
        without_events=without_events,
        expires=parse_day(expires) if expires else None,
    )
    asyncio.run(make_snapshot(location, file, options))
    click.echo(f"wrote {file} ({file.stat().st_size / 1e6:,.1f} MB)", err=True)


@click.command()
@store_options
@format_option("text", "json")
@click.pass_context
def check(context: click.Context, format_: str) -> int:
    """Check a store: whole, how fresh, what its imports refused, day tables against events."""
    import asyncio
    import json

    from termstats.data.snapshots.checks import check_store

    location = settings_of(context).location(or_sample=True)
    found = asyncio.run(check_store(location))
    if format_ == "json":
        click.echo(json.dumps(asdict(found), ensure_ascii=False, indent=1))
    else:
        click.echo(f"store    {found.store}, zone {found.zone}")
        for source in found.sources:
            version = f" {source.version}" if source.version else ""
            click.echo(f"source   {source.name}: {source.platform}{version}")
            click.echo(f"         as of {source.as_of}, {source.age_days:,} days ago")
            click.echo(f"         events from {source.first_day} to {source.last_day}")
            rows = [(t.table, t.read, t.kept, t.refused) for t in source.tables]
            for line in report_lines(rows) if rows else ():
                click.echo(f"         {line}")
            for note in source.notes:
                click.echo(f"         note: {note}")
        for line in found.passed:
            click.echo(f"ok       {line}")
        for line in found.problems:
            click.echo(f"PROBLEM  {line}")
    if found.problems:
        click.echo("termstats: error: the store is not sound; import its source again", err=True)
    return EXIT_FAILED if found.problems else EXIT_OK


@click.command()
@click.pass_context
def doctor(context: click.Context) -> None:
    """Show what matters when something looks wrong: terminal, locale, drivers, versions."""
    import locale
    import platform
    import shutil
    import sqlite3

    from termstats.paths import config_file, sample_store

    size = shutil.get_terminal_size()
    environment = {
        name: os.environ.get(name, "")
        for name in ("TERM", "COLORTERM", "NO_COLOR", "LANG", "LC_ALL", "TMUX", "SSH_TTY", "TZ")
    }
    try:
        store = _masked(settings_of(context).store) or f"{sample_store()} (the sample)"
    except TermstatsError as error:
        store = f"the configuration cannot be read: {error}"
    facts = {
        "termstats": _version("termstats"),
        "python": f"{platform.python_version()} on {platform.platform()}",
        "sqlite": sqlite3.sqlite_version,
        **{
            name: _version(name)
            for name in ("textual", "plotext", "sqlalchemy", "aiosqlite", "pyroaring", "tzdata")
        },
        "postgresql": _version("asyncpg", "install termstats[postgres] to read PostgreSQL"),
        "mysql": _version("asyncmy", "install termstats[mysql] to read MySQL and MariaDB"),
        "terminal": "yes" if sys.stdin.isatty() and sys.stdout.isatty() else "no: only `report`",
        "size": f"{size.columns}x{size.lines}" + ("" if _fits(size) else ", below 60x15"),
        "encoding": f"{sys.stdout.encoding}, locale {locale.getlocale()[0] or 'C'}",
        "environment": " ".join(f"{k}={v}" for k, v in environment.items() if v) or "-",
        "configuration": f"{config_file()}{'' if config_file().exists() else ' (none)'}",
        "store": store,
    }
    for name, fact in facts.items():
        click.echo(f"{name:<14} {fact}")


def _fits(size: os.terminal_size) -> bool:
    return size.columns >= 60 and size.lines >= 15


def _version(package: str, missing: str = "not installed") -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(package)
    except PackageNotFoundError:
        return missing


def _masked(location: str) -> str:
    from termstats.data.importers.sources.opening import masked

    return masked(location)


@click.group()
def config() -> None:
    """Show the configuration file."""


@config.command("path")
def config_path() -> None:
    """Print where the configuration file is looked for."""
    from termstats.paths import config_file

    click.echo(str(config_file()))


@config.command("show")
def config_show() -> None:
    """Print the configuration in force, passwords masked, and an example where there is none."""
    import json

    from termstats.cli import config as configuration
    from termstats.paths import STORE_VARIABLE, config_file

    path = config_file()
    loaded = configuration.load(path)
    if not path.exists():
        click.echo(f"# {path} does not exist; an example of what it may hold:")
        for line in configuration.EXAMPLE.splitlines():
            click.echo(f"# {line}".rstrip())
    for name, value in asdict(loaded).items():
        if name != "keymap":
            shown = _masked(value) if name == "store" else value
            click.echo(f"{name} = {json.dumps(shown, ensure_ascii=False)}")
    if loaded.keymap:
        click.echo("\n[keymap]")
        for binding, keys in loaded.keymap.items():
            click.echo(f"{json.dumps(binding)} = {json.dumps(keys)}")
    if os.environ.get(STORE_VARIABLE):
        click.echo(f"# {STORE_VARIABLE} = {_masked(os.environ[STORE_VARIABLE])} goes before store")
