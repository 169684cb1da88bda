"""The audit log: who saw whose data, and what was taken out of the store.

One JSON object a line, appended in one write, so that sessions at the same time mix no lines. It
holds ids of people, trainings and classes as the platform calls them, never names. What is shown is
written first: where that fails, nothing is shown.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from termstats.data.model.errors import TermstatsError
from termstats.data.model.file_kinds import check_plain
from termstats.data.model.private_files import PRIVATE

_BEGIN = '{"at": '
"""How every line begins. Quotes within texts are escaped, so that no text holds it."""
_APPENDING = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)


class Deed(StrEnum):
    """What was done with the data."""

    SEEN = "seen"
    REPORTED = "reported"
    """Printed by `termstats report`."""
    EXPORTED = "exported"
    """Written to a file."""
    SEARCHED = "searched"
    """Found by a name, or offered as near to one."""
    SNAPSHOT = "snapshot"
    PUBLISHED = "published"
    """Copied to a server."""
    SQL = "sql"
    DISCLOSED = "disclosed"
    """Given to the person whom the data are about."""


@dataclass(frozen=True)
class Entry:
    """One line: at what moment who did what with whose data."""

    at: str
    """In UTC, to the millisecond."""
    uid: int | None
    """The account on this machine; None: this system knows none."""
    viewer: str | None
    """The platform's id of the viewer; None: nobody was named, and everything is shown."""
    role: str
    store: str
    deed: str
    figure: str = ""
    training: str = ""
    class_: str = ""
    everybody: bool = False
    """Whether it may be about anybody in the store; `people` is empty then."""
    people: tuple[str, ...] = ()
    rows: int = 0

    def is_about(self, person: str) -> bool:
        """Return whether the person with this id may be in what was given."""
        return self.everybody or person in self.people


@dataclass(frozen=True)
class AuditLog:
    """Where is written what is done with one store, and what the data are wanted for now."""

    path: Path
    store: str
    deed: Deed = Deed.SEEN

    def append(
        self,
        viewer: str | None,
        role: str,
        *,
        deed: Deed | None = None,
        figure: str = "",
        training: str = "",
        class_: str = "",
        everybody: bool = False,
        people: tuple[str, ...] = (),
        rows: int = 0,
    ) -> None:
        """Append an entry of this moment. `viewer`: their id; None: nobody was named.

        Raises:
            TermstatsError: it cannot be written whole. What it is about must not be shown.
        """
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        getuid = getattr(os, "getuid", None)
        deed = deed or self.deed
        entry = Entry(
            *(at, getuid() if getuid else None, viewer, role, self.store, str(deed), figure),
            *(training, class_, everybody, people, rows),
        )
        _append(self.path, json.dumps(asdict(entry)).encode() + b"\n")


def audit_log(path: Path, store: str) -> AuditLog:
    """Return the log of a store once it is clear that it can be written.

    Raises:
        TermstatsError: it cannot.
    """
    path = path.expanduser().absolute()
    _append(path, b"")
    return AuditLog(path, store)


def _append(path: Path, line: bytes) -> None:
    try:
        check_plain(path)
        handle = os.open(path, _APPENDING, PRIVATE)
        try:
            # One write: the system puts it behind what others wrote, never into it.
            written = os.write(handle, line) if line else 0
        finally:
            os.close(handle)
    except OSError as error:
        raise _refused(path, error.strerror or type(error).__name__) from error
    if written < len(line):
        raise _refused(path, "the disk is full")


def _refused(path: Path, reason: str) -> TermstatsError:
    return TermstatsError(
        f"{path}: the audit log cannot be written ({reason}), and nothing is shown without it; "
        "tell who keeps this store"
    )


@dataclass
class Entries:
    """The entries of a log, oldest first; `unreadable` counts lines that are none."""

    path: Path
    unreadable: int = 0

    def __iter__(self) -> Iterator[Entry]:
        """Yield them.

        Raises:
            TermstatsError: the file cannot be read.
        """
        try:
            check_plain(self.path)
            with self.path.open(encoding="utf-8", errors="replace") as lines:
                for line in lines:
                    entry = _entry(line)
                    if entry is not None:
                        yield entry
                    elif line.strip():
                        self.unreadable += 1
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise TermstatsError(f"{self.path}: cannot be read ({reason})") from error


def _entry(line: str) -> Entry | None:
    """Return the entry in a line; None: there is none.

    A line that the disk had no room for ends in the middle, and the next begins right behind it.
    """
    try:
        values = json.loads(line[max(line.rfind(_BEGIN), 0) :])
        entry = Entry(**values)
        entry = replace(entry, people=tuple(map(str, entry.people)))
        datetime.fromisoformat(entry.at)
    except (ValueError, TypeError, RecursionError):
        return None
    return entry
