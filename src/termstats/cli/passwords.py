"""The password of a server: from the URL, the environment, or a command that prints it."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from functools import cache
from urllib.parse import quote

import click

from termstats.data.model.errors import UsageError
from termstats.data.model.redaction import is_url, remember
from termstats.data.model.text import clean
from termstats.data.store.opening import store_path
from termstats.data.store.servers.address import is_server
from termstats.paths import PASSWORD_VARIABLE

IN_CONFIGURATION = "password_command in the configuration file"
"""Who says the command, in errors."""
COMPLETING = "_TERMSTATS_COMPLETE"
"""The variable with which a shell asks what may be typed."""
_PATIENCE = 120
"""Seconds for a command that may ask somebody for a passphrase."""


def unsealed(location: str, command: str) -> str:
    """Return the location of a store, whose content is in memory from here on if it is sealed.

    Whoever sits at a terminal is asked for a password that is neither in the environment nor
    printed by `command`.

    Raises:
        UsageError: the command fails.
        StoreError: another password, or a damaged file.
    """
    from termstats.data.store.sealed import is_sealed, unseal

    if is_server(location):
        return location
    path = store_path(location)
    if is_sealed(path):
        password = os.environ.get(PASSWORD_VARIABLE) or (printed(command) if command else "")
        is_asked = sys.stdin.isatty() and sys.stderr.isatty() and COMPLETING not in os.environ
        if not password and is_asked:
            password = click.prompt(f"Password of {clean(path)}", hide_input=True, err=True)
        if password:
            unseal(path, password)
    return location


def with_password(location: str, command: str) -> str:
    """Return the location of a server with its password, where the URL has none; others as is.

    `command`: what prints the password, as the configuration says it; empty: there is none.

    Raises:
        UsageError: the command fails.
    """
    if not is_server(location) or not is_url(location):
        return location
    scheme, _, rest = location.partition("://")
    account, sign, place = rest.rpartition("@")
    if ":" in account:
        return location
    password = os.environ.get(PASSWORD_VARIABLE) or (printed(command) if command else "")
    if not password:
        return location
    whole = f"{scheme}://{account}:{quote(password, safe='')}@{place}"
    remember(whole)
    return whole if sign else f"{scheme}://:{quote(password, safe='')}@{place}"


@cache
def printed(command: str, told_by: str = IN_CONFIGURATION) -> str:
    """Return the first line that a command prints; no shell reads it."""
    try:
        done = subprocess.run(  # noqa: S603 - whoever writes the configuration says what runs
            shlex.split(command), stdout=subprocess.PIPE, timeout=_PATIENCE, check=True, text=True
        )
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        code = getattr(error, "returncode", None)
        reason = (
            f"it ended with {code}" if code else getattr(error, "strerror", None) or "it failed"
        )
        raise UsageError(f"{told_by}: {clean(reason)}; run it by hand to see why") from None
    return done.stdout.partition("\n")[0].rstrip("\r")
