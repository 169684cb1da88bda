"""The one writer of files that hold what only their owner may read: whole, or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO

PRIVATE = 0o600
"""Readable and writable by the owner only."""


def open_private(path: Path) -> IO[str]:
    """Open `path` for writing text; what it held is gone.

    Raises:
        OSError: it cannot be written.
    """
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE)
    os.chmod(path, PRIVATE)
    return open(handle, "w", encoding="utf-8", newline="")


def make_private(path: Path) -> None:
    """Make an empty file at `path` instead of what is there.

    Raises:
        OSError: it cannot be written.
    """
    path.unlink(missing_ok=True)
    path.touch(mode=PRIVATE)


def write_private(path: Path, text: str) -> None:
    """Write a file whole or not at all; a file that is there is replaced.

    Raises:
        OSError: the folder cannot be written, or the disk is full. Nothing is left behind.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with open_private(part) as file:
            file.write(text)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def open_new_private(folder: Path, stem: str, ending: str) -> tuple[Path, IO[str]]:
    """Open a file for writing that is not there yet: `STEM.ENDING`, `STEM-2.ENDING`...

    Raises:
        OSError: the folder cannot be written.
    """
    number = 1
    while True:
        path = folder / (f"{stem}{ending}" if number == 1 else f"{stem}-{number}{ending}")
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE)
        except FileExistsError:
            number += 1
        else:
            return path, open(handle, "w", encoding="utf-8", newline="")
