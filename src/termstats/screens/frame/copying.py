"""Puts text on the clipboard of the terminal, and where that may not arrive, also into a file."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from textual.app import App

from termstats.data.model.errors import TermstatsError
from termstats.data.model.private_files import make_folder, open_new_private
from termstats.data.model.text import clean
from termstats.screens.frame.exporting import short_path

BETWEEN = ("TMUX", "STY")
"""Variables of programs between here and the terminal that may keep the clipboard's sequence."""


def copy(
    app: App[Any],
    text: str,
    words: str,
    folder: Path,
    name: str,
    environment: Mapping[str, str] = os.environ,
) -> None:
    """Copy `text` and say so; inside tmux or screen it is also in a file, whose path is said.

    Args:
        app: the dashboard.
        text: what is copied.
        words: what it is: `30 rows as text`.
        folder: where files go.
        name: of the file, without its ending.
        environment: variables of the process.
    """
    app.copy_to_clipboard(text)
    if not any(environment.get(variable) for variable in BETWEEN):
        app.notify(f"Copied {words}", timeout=3, markup=False)
        return
    try:
        folder = folder.expanduser()
        make_folder(folder)
        path, file = open_new_private(folder, name, ".txt")
        with file:
            file.write(text)
    except (OSError, TermstatsError) as error:
        reason = clean(getattr(error, "strerror", None) or error)
        app.notify(f"Copied {words}; no file as well: {reason}", timeout=4, markup=False)
    else:
        app.notify(f"Copied {words}, and in {short_path(path)}", timeout=4, markup=False)
