"""Where files may be written at all: everywhere, or in one folder, in sessions of others.

It holds for the whole process, and every writer of files asks here. Only the audit log is apart: it
belongs to who keeps the store, and names its own place.
"""

from __future__ import annotations

import os
from pathlib import Path

from termstats.data.model.errors import TermstatsError

_PLACES: list[Path] = []
"""The one folder, without links; empty: files are written everywhere."""


def confine_to(folder: Path) -> Path:
    """Let files be written in `folder` only, from now on; return it without links.

    A folder that is not there is made, for its owner only.

    Raises:
        TermstatsError: it is no folder, or cannot be made.
    """
    try:
        folder.expanduser().mkdir(mode=0o700, parents=True, exist_ok=True)
        real = folder.expanduser().resolve(strict=True)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise TermstatsError(
            f"{folder}: no folder for exports ({reason}); choose another with --exports-in"
        ) from error
    _PLACES[:] = [real]
    return real


def set_free() -> None:
    """Let files be written everywhere again."""
    _PLACES.clear()


def only_folder() -> Path | None:
    """Return the folder in which files may be written; None: everywhere."""
    return _PLACES[0] if _PLACES else None


def check_inside(path: Path) -> None:
    """Check that a file may be written at `path`: it counts where links lead.

    Raises:
        TermstatsError: it lies outside.
    """
    folder = only_folder()
    if folder is None:
        return
    try:
        real = Path(os.path.realpath(path.expanduser()))
    except ValueError:  # a NUL in it
        real = Path()
    if not real.is_relative_to(folder):
        raise TermstatsError(f"{path}: files are written in {folder} only; choose a name there")
