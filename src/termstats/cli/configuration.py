"""`termstats config`: where the configuration file is, and what it says."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import click

from termstats.data.model.redaction import masked, redacted


@click.group(invoke_without_command=True)
@click.pass_context
def config(context: click.Context) -> None:
    """Show the configuration file: where it is, what is set, what may be set."""
    if context.invoked_subcommand is None:
        _overview()


def _overview() -> None:
    """Print which file it is, what it sets, and every key there is."""
    from termstats.config import EXAMPLE
    from termstats.paths import CONFIG_VARIABLE, config_file

    path = config_file()
    there = "" if path.exists() else " (not there yet)"
    click.echo(f"configuration file: {path}{there}; {CONFIG_VARIABLE} names another")
    settings = list(_set_lines(path))
    click.echo("set:" if settings else "set: nothing, the defaults hold")
    for line in settings:
        click.echo(f"  {line}")
    click.echo("may be set:")
    for line in EXAMPLE.splitlines():
        click.echo(f"  {line}".rstrip())


def _set_lines(path: Path) -> Iterator[str]:
    """Yield what the file sets to something other than the default, passwords masked."""
    from termstats.config import Config, load

    defaults = asdict(Config())
    for name, value in asdict(load(path)).items():
        if value == defaults[name]:
            continue
        entries = value.items() if isinstance(value, dict) else [("", value)]
        for key, entry in entries:
            shown = redacted(masked(entry)) if isinstance(entry, str) else entry
            place = f"[{name}] {json.dumps(redacted(key), ensure_ascii=False)}" if key else name
            yield f"{place} = {json.dumps(shown, ensure_ascii=False)}"


@config.command("path")
def config_path() -> None:
    """Print where the configuration file is looked for."""
    from termstats.paths import config_file

    click.echo(str(config_file()))


@config.command("show")
def config_show() -> None:
    """Print the configuration in force, passwords masked, and an example where there is none."""
    from termstats.config import EXAMPLE, load
    from termstats.data.model.text import clean
    from termstats.paths import STORE_VARIABLE, VIEWER_VARIABLE, config_file

    path = config_file()
    loaded = load(path)
    if not path.exists():
        click.echo(f"# {path} does not exist; an example of what it may hold:")
        for line in EXAMPLE.splitlines():
            click.echo(f"# {line}".rstrip())
    for name, value in asdict(loaded).items():
        if not isinstance(value, dict) and value is not None:
            shown = redacted(masked(value)) if isinstance(value, str) else value
            click.echo(f"{name} = {json.dumps(shown, ensure_ascii=False)}")
    for table, entries in asdict(loaded).items():
        if isinstance(entries, dict) and entries:
            click.echo(f"\n[{table}]")
            for name, value in entries.items():
                click.echo(f"{json.dumps(redacted(name))} = {json.dumps(redacted(value))}")
    if os.environ.get(STORE_VARIABLE):
        click.echo(f"# {STORE_VARIABLE} = {masked(os.environ[STORE_VARIABLE])} goes before store")
    if VIEWER_VARIABLE in os.environ:
        click.echo(f"# {VIEWER_VARIABLE} = {clean(os.environ[VIEWER_VARIABLE])} goes before viewer")
