"""Store files sealed with a password: encrypted by age, opened in memory, never on the disk."""

from __future__ import annotations

import itertools
import sqlite3
from contextlib import closing
from pathlib import Path

from termstats.data.model.errors import StoreError
from termstats.data.model.file_kinds import check_plain
from termstats.data.store.holding import Mark
from termstats.data.store.marks import mark_of

_MAGIC = b"age-encryption.org/v1"
"""How a file begins that age has encrypted."""
_LARGEST = 2_000_000_000
"""Bytes of a sealed file: it is held in memory, twice while it is opened."""
_numbers = itertools.count(1)
_opened: dict[tuple[Path, Mark | None], tuple[str, sqlite3.Connection]] = {}
"""File and mark -> where its content is in memory, and the connection that keeps it there."""


def is_sealed(path: Path) -> bool:
    """Return whether a file is sealed; what cannot be read, or is no file, is not."""
    try:
        check_plain(path)  # opening a pipe would wait for whoever writes into it
        with path.open("rb") as file:
            return file.read(len(_MAGIC)) == _MAGIC
    except (OSError, ValueError):
        return False


def sealed(content: bytes, password: str) -> bytes:
    """Return the content of a file, encrypted with a password that is not empty."""
    from pyrage import passphrase

    return bytes(passphrase.encrypt(content, password))


def unseal(path: Path, password: str) -> None:
    """Read a sealed file into memory, from where it is read until this program ends.

    Raises:
        StoreError: another password, damaged, too large, or no store in it.
    """
    from pyrage import DecryptError, passphrase

    real, mark = path.absolute(), mark_of(path)
    if (real, mark) in _opened:
        return
    try:
        if path.stat().st_size > _LARGEST:
            raise StoreError(f"{path}: larger than {_LARGEST:,} bytes; ask for a smaller snapshot")
        content = passphrase.decrypt(path.read_bytes(), password)
    except DecryptError:
        raise StoreError(
            f"{path}: sealed with another password, or damaged; ask its maker"
        ) from None
    address = f"file:/termstats-sealed-{next(_numbers)}?vfs=memdb"
    keeper = sqlite3.connect(address, uri=True, check_same_thread=False)
    try:
        with closing(sqlite3.connect(":memory:")) as inside:
            inside.deserialize(content)
            inside.backup(keeper)
    except sqlite3.Error as error:
        keeper.close()
        raise StoreError(f"{path}: holds no store behind its password ({error})") from error
    _opened[real, mark] = (address, keeper)


def address_in_memory(path: Path) -> str | None:
    """Return the URI of the content of a sealed file that was opened; None: it was not."""
    held = _opened.get((path.absolute(), mark_of(path)))
    return None if held is None else held[0]
