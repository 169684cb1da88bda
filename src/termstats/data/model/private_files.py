"""The one writer of files: whole or not at all, and where a path leads is asked before.

New files are their owner's only. A file that is there keeps its owner and who may read it, and a
link stays a link: the file behind it is written.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from termstats.data.model.confined import check_inside
from termstats.data.model.errors import TermstatsError
from termstats.data.model.file_kinds import no_file
from termstats.data.model.file_names import numbered

PRIVATE = 0o600
"""Readable and writable by the owner only."""
_PART_KINDS = ("importing", "snapshot", "part")
_BESIDE = ("-journal", "-wal", "-shm", ".bad-rows")
"""Endings of what SQLite and an import put beside a part."""
_NEW = os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)


def file_to_write(path: Path) -> Path:
    """Return the file that is changed by writing to `path`: itself, or what its links lead to.

    Raises:
        TermstatsError: a folder, a pipe, a device, a file that is write-protected, or a place where
            nothing may be written.
    """
    check_inside(path)
    try:
        kind = no_file(path)
        real = Path(os.path.realpath(path))
        is_protected = real.exists() and not os.access(real, os.W_OK)
    except OSError as error:
        raise cannot_write(path, error) from error
    if kind:
        raise TermstatsError(f"{path}: {kind}, not a file that can be written; choose another name")
    if is_protected:
        raise TermstatsError(
            f"{path}: write-protected; choose another name, or allow it with: chmod u+w"
        )
    return real


def cannot_write(path: Path, error: OSError) -> TermstatsError:
    """Return the one line that says why a file cannot be written."""
    reason = error.strerror or type(error).__name__
    return TermstatsError(f"{path}: cannot be written ({reason}); choose another place")


@dataclass(frozen=True)
class NewFile:
    """A private file beside the one whose place it will take."""

    path: Path
    target: Path
    """No link."""

    def put_in_place(self) -> None:
        """Put the file in the place of `target`. Comes once, at the end.

        Raises:
            TermstatsError: it cannot be written.
        """
        put_in_place(self.path, self.target)


@contextmanager
def new_file(target: Path, kind: str = "part") -> Iterator[NewFile]:
    """Make an empty private file that may take the place of `target`; otherwise it goes at the end.

    It is locked as long as its maker lives: what killed ones left of `target` is removed before.

    Raises:
        TermstatsError: `target` is no file, cannot be written, or its owner would lose it.
    """
    from filelock import FileLock, Timeout

    real = file_to_write(target)
    _remove_dead(real)
    part = real.with_name(f".{real.name}.{os.getpid()}.{kind}")
    # A moment: somebody may hold it just to see whether it is dead.
    lock = FileLock(part, timeout=1, mode=PRIVATE, preserve_lock_file=True)
    try:
        try:
            real.parent.stat()  # a lock would make the folder
            lock.acquire()
            os.truncate(part, 0)
        except Timeout:
            raise TermstatsError(f"{target}: is being written; wait until that has ended") from None
        except OSError as error:
            raise cannot_write(target, error) from error
        _take_owner(part, real)
        yield NewFile(part, real)
    finally:
        if lock.is_locked:
            _remove_part(part)
        lock.release()


def put_in_place(part: Path, target: Path) -> None:
    """Put a private file in the place of `target`, with the owner and the mode that this has.

    Raises:
        TermstatsError: `target` is no file, cannot be written, or its owner would lose it.
    """
    real = file_to_write(target)
    _take_owner(part, real)
    try:
        if real.exists():
            status = real.stat()
            mode = stat.S_IMODE(status.st_mode) & 0o777
            if part.stat().st_gid != status.st_gid:
                mode &= ~stat.S_IRWXG  # they are another group's rights
            part.chmod(mode)
        os.replace(part, real)
    except OSError as error:
        raise cannot_write(target, error) from error


def open_private(path: Path) -> IO[str]:
    """Open a private file for writing text instead of what is there.

    Raises:
        OSError: it cannot be written.
        TermstatsError: nothing may be written there.
    """
    check_inside(path)
    path.unlink(missing_ok=True)
    return _opened(os.open(path, os.O_WRONLY | _NEW, PRIVATE))


@contextmanager
def writing_private(path: Path) -> Iterator[IO[str]]:
    """Open a file for writing text, whole or not at all; a file that is there is replaced.

    Raises:
        TermstatsError: `path` is no file, cannot be written, or its owner would lose it. Nothing
            is left behind.
    """
    with new_file(path) as new:
        try:
            with open(new.path, "w", encoding="utf-8", newline="") as file:
                yield file
        except OSError as error:
            raise cannot_write(path, error) from error
        new.put_in_place()


def write_private(path: Path, text: str) -> None:
    """Write a file whole or not at all; a file that is there is replaced.

    Raises:
        TermstatsError: as `writing_private`.
    """
    with writing_private(path) as file:
        file.write(text)


def open_new_private(folder: Path, stem: str, ending: str) -> tuple[Path, IO[str]]:
    """Open a file for writing that is not there yet: `STEM.ENDING`, `STEM-2.ENDING`...

    Raises:
        OSError: the folder cannot be written.
        TermstatsError: nothing may be written there.
    """
    check_inside(folder)
    for path in map(folder.joinpath, numbered(stem, ending)):
        try:
            return path, _opened(os.open(path, os.O_WRONLY | _NEW, PRIVATE))
        except FileExistsError:
            continue
    raise AssertionError("there is always one more number")


def make_folder(folder: Path) -> None:
    """Make a folder for its owner only, and those that it lies in, where they are not there.

    Raises:
        OSError: it cannot be made.
        TermstatsError: nothing may be written there.
    """
    check_inside(folder)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def _opened(handle: int) -> IO[str]:
    return open(handle, "w", encoding="utf-8", newline="")


def _take_owner(part: Path, target: Path) -> None:
    """Give a file the owner of `target`, where there is one."""
    if not target.exists():
        return
    owner, ours = target.stat(), part.stat()
    if (owner.st_uid, owner.st_gid) == (ours.st_uid, ours.st_gid):
        return
    try:
        os.chown(part, owner.st_uid, owner.st_gid)
    except PermissionError:
        if owner.st_uid != ours.st_uid:
            raise TermstatsError(
                f"{target}: belongs to another user, who would lose it; "
                "run this as that user, or choose another name"
            ) from None


def _remove_dead(real: Path) -> None:
    """Remove what makers that were killed have left of new files for `real`."""
    kinds, beside = "|".join(_PART_KINDS), "|".join(map(re.escape, _BESIDE))
    of_real = re.compile(rf"(\.{re.escape(real.name)}\.\d+\.(?:{kinds}))(?:{beside})?")
    try:
        matches = [of_real.fullmatch(name) for name in os.listdir(real.parent)]
    except OSError:
        return  # who makes the new file will say why
    for name in {match[1] for match in matches if match}:
        _remove_if_dead(real.with_name(name))


def _remove_if_dead(part: Path) -> None:
    """Remove a part whose lock nobody holds: a number of a process may be another's by now."""
    from filelock import FileLock, Timeout

    lock = FileLock(part, timeout=0, preserve_lock_file=True)
    try:
        if part.exists():  # the lock would make it
            lock.acquire()
        _remove_part(part)
    except (Timeout, OSError):
        pass  # it lives, or it is not ours
    finally:
        lock.release()


def _remove_part(part: Path) -> None:
    """Remove a part and what lies beside it, itself last: it holds the lock."""
    for ending in (*_BESIDE, ""):
        part.with_name(f"{part.name}{ending}").unlink(missing_ok=True)
