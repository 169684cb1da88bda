"""Files that are being written: whoever ends the process from outside removes them first."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_UNFINISHED: set[Path] = set()


@contextmanager
def unfinished(path: Path) -> Iterator[None]:
    """Remove `path` when what happens within fails, is cancelled, or the process is ended."""
    _UNFINISHED.add(path)
    try:
        yield
    except BaseException:
        _remove(path)
        raise
    finally:
        _UNFINISHED.discard(path)


def remove_unfinished() -> None:
    """Remove all files that are being written now; for the last moment of a process."""
    for path in tuple(_UNFINISHED):
        _remove(path)


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink()
