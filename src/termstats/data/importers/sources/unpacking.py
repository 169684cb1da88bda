"""The one door to a file: its bytes, unpacked where it is packed, and bounded."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any, cast

from termstats.data.importers.sources.content import LEADING, refuse_others
from termstats.data.model.errors import SourceError
from termstats.data.model.file_kinds import check_plain
from termstats.data.model.text import clean

SUFFIXES = (".gz", ".bz2", ".xz", ".zip")
"""Names of packed files end so."""
MOST_FREE = 256 << 20
"""Bytes that a packed file may always unpack to."""
MOST_RATIO = 250
"""Beyond them it may unpack to so many times its size."""
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OPENERS: dict[bytes, Callable[[Any], Any]] = {
    b"\x1f\x8b": gzip.open,
    b"BZh": bz2.open,
    b"\xfd7zXZ\x00": lzma.open,
}
DAMAGE = (OSError, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile)
"""What reading a packed file raises where it is damaged."""
_DOCUMENTS = {
    "xl/workbook.xml": "an Excel workbook",
    "xl/workbook.bin": "an Excel workbook",
    "[Content_Types].xml": "an Office document",
    "META-INF/manifest.xml": "an OpenDocument file",
    "Index/Document.iwa": "a document of Numbers",
}
"""Member of an archive -> what the archive is."""
_SHOWN = 3
"""Members of an archive that an error names."""


def plain_name(name: str) -> str:
    """Return a file name without the ending that says how it is packed."""
    ending = next((ending for ending in SUFFIXES if name.lower().endswith(ending)), "")
    return name.removesuffix(name[len(name) - len(ending) :]) if ending else name


def member_of(path: Path) -> tuple[Path, str]:
    """Return (archive, name in it) of `archive.zip/name`; of any other path itself and no name."""
    if not path.exists():
        for parent in path.parents:
            if parent.is_file():
                return parent, path.relative_to(parent).as_posix()
    return path, ""


@contextmanager
def open_unpacked(path: Path) -> Iterator[IO[bytes]]:
    """Open a file, or `archive.zip/name`, for its bytes; it can go back to the beginning.

    Plain, gzip, bzip2, xz, or a zip with one file.

    Raises:
        SourceError: unreadable, damaged, a container that is not read, or too much in it.
    """
    head = b""
    try:
        with ExitStack() as stack:
            place, member = member_of(path)
            check_plain(place)
            raw = stack.enter_context(place.open("rb"))
            head = raw.read(LEADING)
            raw.seek(0)
            refuse_others(str(path), head)
            packed = _packed(path, raw, head, member, stack)
            if packed is None:
                if member:
                    raise SourceError(f"{path}: {place.name} is no folder and no zip")
                yield raw
                return
            size = os.fstat(raw.fileno()).st_size
            file = UnpackedReader(_Bounded(packed, path, size), 1 << 16)
            inside = file.peek(LEADING)[:LEADING]
            refuse_others(str(path), inside)
            if inside.startswith((*_ZIP, *_OPENERS)):
                raise SourceError(f"{path}: packed twice; unpack it once")
            yield cast("IO[bytes]", file)
    except DAMAGE as error:
        # Unpackers raise an OSError without a number where the file is what is wrong.
        if isinstance(error, OSError) and error.strerror is not None:
            raise SourceError(f"{path}: cannot be read ({error.strerror})") from error
        raise SourceError(
            f"{path}: a damaged or incomplete {_kind(head)} file ({clean(error)}); copy it again"
        ) from error


def _kind(head: bytes) -> str:
    names = {b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"\xfd7z": "xz", b"PK": "zip"}
    return next((name for magic, name in names.items() if head.startswith(magic)), "packed")


def _packed(
    path: Path, raw: IO[bytes], head: bytes, member: str, stack: ExitStack
) -> IO[bytes] | None:
    """Return what unpacks a file by its first bytes; None: it is not packed."""
    if head.startswith(_ZIP):
        try:
            archive = stack.enter_context(zipfile.ZipFile(raw))
            return stack.enter_context(_open_member(path, archive, member))
        except (SourceError, *DAMAGE):
            raise
        except Exception as error:
            # Of a damaged archive zipfile raises whatever its numbers lead to.
            raise SourceError(
                f"{path}: a damaged zip, or one of an unusual kind ({clean(error)}); "
                "unpack it and import what comes out"
            ) from error
    for magic, opener in _OPENERS.items():
        if head.startswith(magic):
            return cast("IO[bytes]", stack.enter_context(opener(raw)))
    return None


def check_archive(path: Path) -> None:
    """Check that the members of an archive hold no absurd amount; zipfile reads no more.

    Raises:
        SourceError: they do.
        OSError, zipfile.BadZipFile: it cannot be read.
    """
    check_plain(path)
    with zipfile.ZipFile(path) as archive:
        size = sum(info.file_size for info in archive.infolist())
    most = max(MOST_FREE, path.stat().st_size * MOST_RATIO)
    if size > most:
        raise _too_much(path, most)


def _open_member(path: Path, archive: zipfile.ZipFile, member: str) -> IO[bytes]:
    """Open the one file of an archive, or the one named.

    Raises:
        SourceError: there is none, there are several, or it is locked.
    """
    files = [info for info in archive.infolist() if _is_data(info)]
    for sign, kind in _DOCUMENTS.items():
        if any(info.filename == sign for info in files):
            raise SourceError(f"{path}: {kind}; save the sheet with the rows as CSV (UTF-8)")
    names = [clean(info.filename) for info in files]
    listed = ", ".join(names[:_SHOWN]) + (", ..." if len(names) > _SHOWN else "")
    if member:
        files = [info for info in files if info.filename == member]
        if not files:
            raise SourceError(f"{path}: not in the archive, which holds {listed or 'no file'}")
    if not files:
        raise SourceError(f"{path}: a zip without a file in it")
    if len(files) > 1:
        raise SourceError(
            f"{path}: a zip with {len(files)} files ({listed}); name one, as {path}/{names[0]}, "
            "or unpack it and give the folder"
        )
    if files[0].flag_bits & 1:
        raise SourceError(f"{path}: a zip with a password; unpack it first")
    return archive.open(files[0])


def _is_data(info: zipfile.ZipInfo) -> bool:
    """Return whether a member is a file, and none that macOS added."""
    name = info.filename
    is_added = name.startswith("__MACOSX/") or name.rpartition("/")[2].startswith("._")
    return not info.is_dir() and not is_added and not name.endswith(".DS_Store")


def _too_much(path: Path, most: int) -> SourceError:
    return SourceError(
        f"{path}: unpacks to more than {most >> 20:,} MB, {MOST_RATIO} times its size and more; "
        "if that is right, unpack it and import what comes out"
    )


class UnpackedReader(io.BufferedReader):
    """What a packed file holds."""


class _Bounded(io.RawIOBase):
    """Reads a packed file, and stops where it unpacks to absurdly much."""

    def __init__(self, packed: IO[bytes], path: Path, size: int) -> None:
        self._packed = packed
        self._path = path
        self._most = max(MOST_FREE, size * MOST_RATIO)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return self._packed.seek(offset, whence)

    def tell(self) -> int:
        return self._packed.tell()

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        chunk = self._packed.read(len(buffer))
        buffer[: len(chunk)] = chunk
        if self._packed.tell() > self._most:
            raise _too_much(self._path, self._most)
        return len(chunk)
