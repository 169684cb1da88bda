"""`termstats session`: what somebody may do here who came through SSH."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import stat
import sys
from pathlib import Path

import click

from termstats.cli.setting_names import FIXED
from termstats.cli.settings import settings_of
from termstats.data.model.errors import NotAllowed, TermstatsError, UsageError

ASKED = "SSH_ORIGINAL_COMMAND"
"""The variable in which sshd hands over what the client asked for."""
_FETCH = "fetch"
ALLOWED = ("report", "figures", "shell", "export", "snapshot", _FETCH)
"""What may be asked for: it reads in the viewer's scope, and writes in the folder of exports."""
_TELLING = ("-h", "--help", "--version")


@click.command()
@click.pass_context
def session(context: click.Context) -> int | None:
    """Serve somebody who came through SSH: the command that sshd runs instead of a shell.

    Who they are and where files go is said before: termstats --viewer NAME --exports-in FOLDER
    session. With a terminal the dashboard opens, without one linear mode; or what the client asked
    for runs: report, figures, shell, export, snapshot, or fetch, which lists the folder of exports
    and sends a file of it. See docs/ssh.md.
    """
    from termstats.data.model.confined import only_folder

    settings, folder = settings_of(context), only_folder()
    if settings.named is None or folder is None:
        raise UsageError(
            "a session needs to know who looks and where files go: "
            "termstats --viewer NAME --exports-in FOLDER session"
        )
    words = _words(os.environ.pop(ASKED, ""))
    context.obj[FIXED] = True
    os.chdir(folder)  # so that names without a folder are names in it
    if hasattr(signal, "SIGTSTP"):
        signal.signal(signal.SIGTSTP, signal.SIG_IGN)  # there is nothing to come back to
    if words[:1] == [_FETCH]:
        _fetch(folder, words[1:])
        return None
    if not words:
        words = [] if sys.stdin.isatty() and sys.stdout.isatty() else ["shell"]
    group = context.find_root().command
    code: int | None = group.main(words, "termstats", standalone_mode=False, obj=context.obj)
    return code


def _words(asked: str) -> list[str]:
    """Return the words of what the client asked for; no shell has any part in it.

    Raises:
        UsageError: quotes that do not end.
        NotAllowed: it is nothing that is done here.
    """
    try:
        words = shlex.split(asked)
    except ValueError as error:
        raise UsageError(f"{error}: write termstats report ID ...") from None
    if words[:1] == ["termstats"]:
        words = words[1:]
    if words and words[0] not in ALLOWED and words not in [[each] for each in _TELLING]:
        raise NotAllowed(f"{words[0]!r} is not done here; there are {', '.join(ALLOWED)}")
    return words


def _fetch(folder: Path, names: list[str]) -> None:
    """List the files in the folder of exports, or write one of them to stdout.

    Raises:
        UsageError: several names.
        TermstatsError: there is no such file.
    """
    if not names:
        for path in sorted(folder.iterdir()):
            if path.is_file() and not path.name.startswith("."):
                click.echo(path.name)
        return
    if len(names) > 1:
        raise UsageError("fetch one file at a time: fetch NAME")
    (name,) = names
    try:
        if Path(name).name != name:
            raise FileNotFoundError(name)
        handle = os.open(folder / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except (OSError, ValueError):
        raise TermstatsError(f"{name!r}: no file of that name; fetch alone lists them") from None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise TermstatsError(f"{name!r}: no file; export to a name that ends in .zip")
    with open(handle, "rb") as file:
        shutil.copyfileobj(file, sys.stdout.buffer)
