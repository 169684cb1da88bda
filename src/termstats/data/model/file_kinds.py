"""What a path leads to. Only files, and links to them, are read and written: the rest may hang."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFSOCK: "a socket",
}


def no_file(path: Path) -> str:
    """Return in words what is at `path` instead of a file; empty: a file, or nothing.

    Links count for what they lead to.

    Raises:
        OSError: nobody may look at it, or links run in a circle.
    """
    try:
        mode = os.stat(path).st_mode
    except FileNotFoundError:
        return ""
    except ValueError as error:
        raise OSError(errno.EINVAL, "no name of a file") from error  # a NUL in it
    return "" if stat.S_ISREG(mode) else _KINDS.get(stat.S_IFMT(mode), "no file")


def check_plain(path: Path) -> None:
    """Check that `path` is a file, or nothing yet, or the device that holds nothing: none hangs.

    Raises:
        OSError: a folder, a pipe, a device...; or nobody may look at it.
    """
    kind = no_file(path)
    if kind and not os.path.samefile(path, os.devnull):
        raise OSError(errno.EINVAL, f"{kind}, not a file", str(path))
