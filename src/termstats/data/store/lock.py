"""One writer at a time of one store: a lock file beside it, for its owner only."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from termstats.data.model.errors import StoreError
from termstats.data.model.file_kinds import no_file
from termstats.data.model.private_files import PRIVATE, file_to_write
from termstats.data.model.text import clean

if TYPE_CHECKING:
    from filelock import BaseFileLock

_LONGEST_NAME = 200
"""Characters by which a holder is told."""


@dataclass(frozen=True)
class Patience:
    """How long to wait for somebody else who writes the store."""

    seconds: float = 0
    say: Callable[[str], None] = lambda _words: None
    """Is told once for whom we wait."""


@contextmanager
def only_writer(store: Path, doing: str, patience: Patience | None = None) -> Iterator[Path]:
    """Hold the lock of `store` while it is written, and give the file itself, which is no link.

    `doing` tells others what goes on. A lock that a killed writer left behind is nobody's: the
    system knows who holds it.

    Raises:
        StoreError: another process writes the store.
        StoreError: nobody can write there.
        TermstatsError: `store` is no file that can be written.
    """
    from filelock import FileLock

    real = file_to_write(store)  # two names of one store have one lock
    path = real.with_name(f".{real.name}.lock")
    lock = FileLock(path, timeout=0, mode=PRIVATE)
    try:
        real.parent.stat()  # a lock would make the folder
        if kind := no_file(path):
            raise StoreError(f"{path}: {kind} where the lock of the store belongs; remove it")
        _acquire(lock, store, path, patience or Patience())
    except PermissionError as error:
        raise StoreError(_words_of_refusal(real, path, error)) from error
    except (OSError, NotImplementedError) as error:
        reason = getattr(error, "strerror", None) or error
        raise StoreError(
            f"{real.parent}: cannot write there ({reason}); choose another --store"
        ) from error
    try:
        since = time.strftime("%H:%M:%S")
        path.write_text(f"process {os.getpid()} ({doing}, since {since})", encoding="utf-8")
        yield real
    finally:
        # While it is held, so that nobody's new one is taken away; Windows leaves it there.
        with contextlib.suppress(OSError):
            path.unlink()
        lock.release()


def _acquire(lock: BaseFileLock, store: Path, path: Path, patience: Patience) -> None:
    from filelock import Timeout

    try:
        lock.acquire()
    except Timeout:
        if patience.seconds:
            patience.say(
                f"{store}: is being written by {_holder(path)}; waiting until that has ended"
            )
    else:
        return
    try:
        lock.acquire(timeout=patience.seconds)
    except Timeout:
        raise StoreError(
            f"{store}: is being written by {_holder(path)}; wait until that has ended, "
            "then do this again"
        ) from None


def _words_of_refusal(real: Path, path: Path, error: OSError) -> str:
    if path.exists():
        return (
            f"{real}: another user writes it, or was stopped while writing; wait, or have {path} "
            "removed by its owner"
        )
    return f"{real.parent}: cannot write there ({error.strerror}); choose another --store"


def _holder(path: Path) -> str:
    """Return who holds the lock and why, as it says itself."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return clean(file.read(_LONGEST_NAME)) or "another process"
    except OSError:
        return "another process"
