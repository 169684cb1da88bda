"""The file that a command writes: which one may be replaced, and `-` for stdout."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from termstats.data.model.errors import TermstatsError, UsageError

if TYPE_CHECKING:
    from termstats.data.model.new_folders import NewFiles

STDOUT = Path("-")
ZIP = ".zip"


def check_replaceable(path: Path, *, force: bool) -> None:
    """Check that a store may be written to `path`: what is there is a store, and `force` is given.

    Raises:
        UsageError: something is there, and `force` is not given.
        TermstatsError: it is no store.
    """
    from termstats.data.model.private_files import file_to_write
    from termstats.data.store.checking import is_store

    if path == STDOUT:
        return
    real = file_to_write(path)
    # A link that leads nowhere is there too: who made it may want a file written elsewhere.
    if os.path.lexists(path) and not force:
        raise UsageError(f"{path}: exists already; choose another name or add --force")
    if real.exists() and not is_store(path):
        raise TermstatsError(f"{path}: exists already and is no store; choose another name")


def new_files(path: Path) -> AbstractContextManager[NewFiles]:
    """Make what several files are written into: a folder, or by its name a zip.

    Raises:
        TermstatsError: it is there already, or cannot be written.
    """
    from termstats.data.model.new_folders import new_archive, new_folder

    return new_archive(path) if path.suffix.lower() == ZIP else new_folder(path)


@contextmanager
def file_or_stdout(path: Path) -> Iterator[Path]:
    """Give the file to write: `path`, or for `-` one that is copied to stdout at the end.

    Raises:
        UsageError: stdout is a terminal, which a store would garble.
    """
    if path != STDOUT:
        yield path
        return
    from termstats.data.model.confined import only_folder

    if sys.stdout.isatty():
        raise UsageError("a store is no text for a terminal; send it on: termstats ... - > FILE")
    with tempfile.TemporaryDirectory(prefix=".termstats-", dir=only_folder()) as folder:
        file = Path(folder, "store.sqlite3")
        yield file
        with file.open("rb") as written:
            shutil.copyfileobj(written, sys.stdout.buffer)
