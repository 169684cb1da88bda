"""What tells one file from the one that takes its place."""

from __future__ import annotations

from pathlib import Path

from termstats.data.store.holding import Mark


def mark_of(path: Path) -> Mark | None:
    """Return the mark of a file; None: there is none, or nobody may look."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino, status.st_mtime_ns, status.st_size
