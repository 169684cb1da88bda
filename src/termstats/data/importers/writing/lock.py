"""One import at a time into one store: a lock file beside it, for its owner only."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from termstats.data.model.errors import StoreError
from termstats.data.model.private_files import PRIVATE
from termstats.data.model.text import clean


@contextmanager
def only_writer(store: Path, doing: str) -> Iterator[None]:
    """Hold the lock of `store` while it is written; `doing` tells others what goes on.

    A lock that a killed import left behind is nobody's: the system knows who holds it.

    Raises:
        StoreError: another process writes the store, or nobody can write there.
    """
    path = store.with_name(f".{store.name}.lock")
    lock = FileLock(path, timeout=0, mode=PRIVATE)
    try:
        store.parent.stat()  # a lock would make the folder
        lock.acquire()
    except Timeout:
        raise StoreError(
            f"{store}: is being written by {_holder(path)}; wait until that has ended, "
            "then import again"
        ) from None
    except OSError as error:
        raise StoreError(
            f"{store.parent}: cannot write there ({error.strerror}); choose another --store"
        ) from error
    try:
        since = time.strftime("%H:%M:%S")
        path.write_text(f"process {os.getpid()} ({doing}, since {since})", encoding="utf-8")
        yield
    finally:
        # While it is held, so that nobody's new one is taken away; Windows leaves it there.
        with contextlib.suppress(OSError):
            path.unlink()
        lock.release()


def _holder(path: Path) -> str:
    """Return who holds the lock and why, as it says itself."""
    try:
        return clean(path.read_text(encoding="utf-8", errors="replace")) or "another import"
    except OSError:
        return "another import"
