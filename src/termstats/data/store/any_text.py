"""Reads text that is none: bytes which are no UTF-8, or a BLOB in a column of text.

Whoever writes into a store file can leave such a value; one of them must not end a whole figure.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Dialect, Engine, String

LONGEST = 4_000_000
"""Bytes of one text that are read; nobody writes more, unless to do harm."""


def decode(text: bytes) -> str:
    """Return text of a store, U+FFFD in place of what is no UTF-8; its beginning if it is huge."""
    return text[:LONGEST].decode("utf-8", "replace")


class _AnyText(String):
    """Columns of text: a BLOB in one of them is read as text too."""

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        """Return what makes a cell of what the driver gives."""
        return _as_text


def _as_text(cell: Any) -> Any:
    return decode(cell) if isinstance(cell, bytes) else cell


def read_any_text(engine: Engine) -> None:
    """Read every column of text through `engine` as text, whatever it holds."""
    dialect = engine.dialect
    dialect.colspecs = {**dialect.colspecs, String: _AnyText}
