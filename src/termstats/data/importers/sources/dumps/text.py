"""The text of a dump as it is read: grows at its end, and is dropped where it has been read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO, Any

from termstats.data.importers.sources.dumps.grammar import BETWEEN, DELIMITER, Grammar

CHUNK = 1 << 20
"""Bytes that are read at once."""
HEAD = 1 << 20
"""Bytes that hold what a statement begins with: names of a table and of its columns."""
LONGEST = 256 << 20
"""Bytes of one row or statement that is read: more is a quote that nobody closed."""
_NEAR = 4096
"""Bytes at the end of what was read, within which a value may be cut."""


class Unfinished(Exception):  # noqa: N818 - no fault of its own: the reader says which
    """The dump ends, or a text in it does not."""


class DumpText:
    """A file of SQL, and the place to which it has been read."""

    def __init__(self, file: IO[bytes]) -> None:
        self.buffer = b""
        self.at = 0
        self.delimiter = b";"
        self._file = file
        self._lines = 1
        self._ended = False

    @property
    def line(self) -> int:
        """Return the number of the line at the present place."""
        return self._lines + self.buffer.count(b"\n", 0, self.at)

    def more(self) -> bool:
        """Read on, at least as much again as waits; False at the end.

        Raises:
            Unfinished: what waits is too long to be one row.
        """
        if self._ended:
            return False
        waiting = len(self.buffer) - self.at
        if waiting > LONGEST:
            raise Unfinished
        chunk = self._file.read(max(CHUNK, waiting))
        if not chunk:
            self._ended = True
            chunk = b"\n"  # a comment on the last line ends too
        self._lines = self.line
        self.buffer = self.buffer[self.at :] + chunk
        self.at = 0
        return True

    def match(self, pattern: re.Pattern[bytes]) -> re.Match[bytes] | None:
        """Match what a statement begins with, at the present place."""
        while len(self.buffer) - self.at < HEAD and self.more():
            pass
        return pattern.match(self.buffer, self.at)

    def between(self) -> bytes:
        """Go to the next statement, or to the end; return the comments passed."""
        passed = b""
        while True:
            found = self.match(BETWEEN)
            if found is None or not found[0]:
                return passed
            passed += found[0]
            self.at = found.end()
            if command := self.match(DELIMITER):
                self.delimiter = command[1]
                self.at = command.end()

    def skip(self, pattern: re.Pattern[bytes]) -> None:
        """Go behind what matches at the present place."""
        if found := self.match(pattern):
            self.at = found.end()

    @property
    def is_at_end(self) -> bool:
        """Return whether nothing is left."""
        return self.at >= len(self.buffer) and not self.more()

    def rows(
        self, grammar: Grammar, pattern: re.Pattern[bytes]
    ) -> Iterator[tuple[bytes | Any, ...]]:
        """Yield the groups of one row after the other, however long, until what comes is none.

        Raises:
            Unfinished: a text in a row does not end.
        """
        while True:
            buffer = self.buffer
            while row := pattern.match(buffer, self.at):
                self.at = row.end()
                yield row.groups()
            before = grammar.before.match(buffer, self.at)
            stop = before.end() if before else self.at
            is_near = len(buffer) - stop < _NEAR
            if not is_near and not grammar.open_value.match(buffer, stop):
                return
            if not self.more():
                return

    def pass_statement(self, grammar: Grammar) -> None:
        """Go behind the delimiter of the present statement.

        Raises:
            Unfinished: there is none before the end.
        """
        ending = grammar.ending(self.delimiter)
        while True:
            found = ending.match(self.buffer, self.at)
            self.at = found.end() if found else self.at
            if self.buffer.startswith(self.delimiter, self.at):
                self.at += len(self.delimiter)
                return
            if not self.more():
                raise Unfinished

    def statement(self, grammar: Grammar) -> bytes:
        """Return the present statement without its delimiter, and go behind it.

        Raises:
            Unfinished: it has no delimiter.
        """
        ending = grammar.ending(self.delimiter)
        while True:
            found = ending.match(self.buffer, self.at)
            end = found.end() if found else self.at
            if self.buffer.startswith(self.delimiter, end):
                words = self.buffer[self.at : end]
                self.at = end + len(self.delimiter)
                return words
            if not self.more():
                raise Unfinished
