"""`termstats config`: where the configuration file is, and what it says."""

from __future__ import annotations

import json
import os
from dataclasses import asdict

import click

from termstats.data.model.redaction import masked, redacted


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
