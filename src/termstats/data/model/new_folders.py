"""New folders and archives: private, whole or not there at all, as files are."""

from __future__ import annotations

import io
import os
import re
import shutil
import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Protocol

from termstats.data.model.confined import check_inside
from termstats.data.model.errors import TermstatsError
from termstats.data.model.file_names import numbered
from termstats.data.model.private_files import (
    PRIVATE,
    cannot_write,
    new_file,
    open_private,
)

_LOCK = ".writing"
_OLDEST = (1980, 1, 1, 0, 0, 0)
"""What a zip says of files: equal exports are equal bytes."""


class NewFiles(Protocol):
    """Files that are written one after the other, and are there when all are."""

    def file(self, name: str) -> IO[str]:
        """Open the next one for writing text; it is closed before another is opened.

        Raises:
            OSError: it cannot be written.
        """
        ...


class _Folder:
    def __init__(self, path: Path) -> None:
        self._path = path

    def file(self, name: str) -> IO[str]:
        return open_private(self._path / name)


class _Archive:
    def __init__(self, archive: zipfile.ZipFile, folder: str) -> None:
        self._archive, self._folder = archive, folder

    def file(self, name: str) -> IO[str]:
        entry = zipfile.ZipInfo(f"{self._folder}/{name}", _OLDEST)
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.external_attr = (stat.S_IFREG | PRIVATE) << 16
        opened = self._archive.open(entry, "w", force_zip64=True)
        return io.TextIOWrapper(opened, encoding="utf-8", newline="")


def free_place(parent: Path, stem: str) -> Path:
    """Return where nothing is yet: `STEM`, `STEM-2`..."""
    places = map(parent.joinpath, numbered(stem))
    return next(place for place in places if not os.path.lexists(place))


@contextmanager
def new_folder(target: Path) -> Iterator[NewFiles]:
    """Make a folder for its owner only; it stands at `target` when all its files are written.

    Raises:
        TermstatsError: `target` is there already, or cannot be written. Nothing is left behind.
    """
    from filelock import FileLock

    check_inside(target)
    _check_free(target)
    _remove_dead(target)
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        part.mkdir(mode=0o700)
    except OSError as error:
        raise cannot_write(target, error) from error
    lock = FileLock(part / _LOCK, mode=PRIVATE)
    try:
        lock.acquire()
        try:
            yield _Folder(part)
        except OSError as error:
            raise cannot_write(target, error) from error
        _check_free(target)
        (part / _LOCK).unlink()
        try:
            part.rename(target)
        except OSError as error:
            raise cannot_write(target, error) from error
    finally:
        lock.release()
        shutil.rmtree(part, ignore_errors=True)


@contextmanager
def new_archive(target: Path) -> Iterator[NewFiles]:
    """Make a zip of one folder, named as the zip; it stands at `target` when it is whole.

    Raises:
        TermstatsError: as `new_folder`.
    """
    _check_free(target)
    with new_file(target) as new:
        try:
            with zipfile.ZipFile(new.path, "w") as archive:
                yield _Archive(archive, target.stem)
        except OSError as error:
            raise cannot_write(target, error) from error
        new.put_in_place()


def _check_free(target: Path) -> None:
    if os.path.lexists(target):
        raise TermstatsError(f"{target}: exists already; choose another name, or remove it first")


def _remove_dead(target: Path) -> None:
    """Remove what makers that were killed have left of `target`."""
    of_target = re.compile(rf"\.{re.escape(target.name)}\.\d+\.part")
    try:
        names = [name for name in os.listdir(target.parent) if of_target.fullmatch(name)]
    except OSError:
        return  # who makes the new folder will say why
    for part in map(target.with_name, names):
        if part.is_dir() and not part.is_symlink():
            _remove_if_dead(part)


def _remove_if_dead(part: Path) -> None:
    """Remove a folder whose lock nobody holds."""
    from filelock import FileLock, Timeout

    lock = FileLock(part / _LOCK, timeout=0, mode=PRIVATE)
    try:
        lock.acquire()
        shutil.rmtree(part, ignore_errors=True)
    except (Timeout, OSError):
        pass  # it lives, or it is not ours
    finally:
        lock.release()
