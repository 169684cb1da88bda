"""`termstats doctor`: terminal, locale, drivers and versions."""

from __future__ import annotations

import os
import shutil
import sys

import click

from termstats.cli.settings import settings_of
from termstats.cli.terminals import is_dumb
from termstats.data.model.errors import TermstatsError
from termstats.data.model.redaction import masked, redacted

_VARIABLES = ("TERM", "COLORTERM", "NO_COLOR", "LANG", "LC_ALL", "TMUX", "SSH_TTY", "TZ")
_PACKAGES = ("textual", "plotext", "sqlalchemy", "aiosqlite", "pyroaring", "tzdata")
_SMALLEST = os.terminal_size((60, 15))
"""Columns and rows that the dashboard needs."""


@click.command()
@click.pass_context
def doctor(context: click.Context) -> None:
    """Show what matters when something looks wrong: terminal, locale, drivers, versions."""
    from termstats.cli.drawing import show, table_of

    facts = {**_versions(), **_terminal(), **_places(context)}
    show(table_of(facts.items()), sys.stdout)


def _versions() -> dict[str, str]:
    import platform
    import sqlite3

    return {
        "termstats": _version("termstats"),
        "python": f"{platform.python_version()} on {platform.platform()}",
        "sqlite": sqlite3.sqlite_version,
        **{name: _version(name) for name in _PACKAGES},
        "postgresql": _version("asyncpg", "install termstats[postgres] to read PostgreSQL"),
        "mysql": _version("asyncmy", "install termstats[mysql] to read MySQL and MariaDB"),
        "clickhouse": _version(
            "clickhouse-connect", "install termstats[clickhouse] to read ClickHouse"
        ),
    }


def _version(package: str, missing: str = "not installed") -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(package)
    except PackageNotFoundError:
        return missing


def _terminal() -> dict[str, str]:
    import locale

    size = shutil.get_terminal_size()
    is_large = size.columns >= _SMALLEST.columns and size.lines >= _SMALLEST.lines
    variables = {name: os.environ.get(name, "") for name in _VARIABLES}
    return {
        "terminal": _terminal_words(),
        "size": f"{size.columns}x{size.lines}{'' if is_large else ', below 60x15'}",
        "encoding": f"{sys.stdout.encoding}, locale {locale.getlocale()[0] or 'C'}",
        "environment": " ".join(f"{k}={v}" for k, v in variables.items() if v) or "-",
    }


def _places(context: click.Context) -> dict[str, str]:
    from termstats.paths import config_file, sample_store

    path = config_file()
    try:
        store = masked(settings_of(context).store) or f"{sample_store()} (the sample)"
    except TermstatsError as error:
        store = f"the configuration cannot be read: {redacted(str(error))}"
    return {"configuration": f"{path}{'' if path.exists() else ' (none)'}", "store": store}


def _terminal_words() -> str:
    """Return what can be shown here."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return "no: only `report` and `shell`"
    return "writes lines only: `shell`" if is_dumb() else "yes"
