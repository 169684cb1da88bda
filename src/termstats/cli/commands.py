"""The commands by name; each is loaded only when it is called, so that help answers at once."""

from __future__ import annotations

import importlib
from typing import Any, NamedTuple

import click


class CommandPlace(NamedTuple):
    """Where a command lies, and its line in the list of commands."""

    module: str
    name: str
    words: str


COMMANDS = {
    "audit": CommandPlace(
        "audit",
        "audit",
        "Print who saw or took whose data: the audit log, oldest first, moments in UTC.",
    ),
    "check": CommandPlace(
        "check",
        "check",
        "Check a store: whole, how fresh, what its imports refused, day tables against events.",
    ),
    "config": CommandPlace(
        "configuration",
        "config",
        "Show the configuration file: where it is, what is set, what may be set.",
    ),
    "doctor": CommandPlace(
        "doctor",
        "doctor",
        "Show what matters when something looks wrong: terminal, locale, drivers, versions.",
    ),
    "export": CommandPlace("export", "export", "Export something whole, as several files at once."),
    "figures": CommandPlace(
        "figures",
        "figures",
        "List all figures by level and id: their ids, titles and what they need.",
    ),
    "import": CommandPlace(
        "imports", "import_command", "Import SOURCE, data of PLATFORM, into a store."
    ),
    "person": CommandPlace(
        "person", "person", "Write everything the store holds about the person KEY, and who saw it."
    ),
    "publish": CommandPlace(
        "publish",
        "publish",
        "Copy the store file --store to a database of PostgreSQL or MariaDB, where others read it.",
    ),
    "report": CommandPlace("report", "report", "Print the figure ID."),
    "sample": CommandPlace(
        "sample", "sample", "Make a sample store: an invented academy of any size."
    ),
    "session": CommandPlace(
        "session",
        "session",
        "Serve somebody who came through SSH: the command that sshd runs instead of a shell.",
    ),
    "shell": CommandPlace(
        "shell.command",
        "shell",
        "Read the same figures line by line: for screen readers, bad lines and scripts.",
    ),
    "sql": CommandPlace("sql", "sql", "Print what SQL, one SELECT, reads from the store."),
    "snapshot": CommandPlace(
        "snapshot", "snapshot", "Write a copy of the store to FILE, cut to what --viewer may see."
    ),
    "viewers": CommandPlace(
        "viewers",
        "viewers",
        "List who would see what: everybody with rights, their role, their scope in numbers.",
    ),
}


class Commands(click.Group):
    """A group that lists its commands without loading them."""

    def __init__(self, **settings: Any) -> None:
        # Click looks here for a name that is near to a wrong one, and for nothing else.
        super().__init__(commands={name: click.Command(name) for name in COMMANDS}, **settings)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the help."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load and return a command; None: there is none of that name."""
        place = COMMANDS.get(cmd_name)
        if place is None:
            return None
        module = importlib.import_module(f"termstats.cli.{place.module}")
        command: click.Command = getattr(module, place.name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write a line per command."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name].words) for name in sorted(COMMANDS)])
