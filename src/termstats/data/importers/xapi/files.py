"""Reads files of statements: lines, arrays, one statement, or the answer of a record store."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from termstats.data.importers.sources.content import LEADING, refuse_for_rows
from termstats.data.importers.sources.refused import Refused
from termstats.data.importers.sources.unpacking import open_unpacked
from termstats.data.model.errors import SourceError

_CHUNK = 1 << 20
_LONGEST = 64 << 20
"""Characters of one statement, or of one line."""
_LONGEST_SHOWN = 2_000
_BOM = b"\xef\xbb\xbf"
_BLANK = " \t\r\n"


@dataclass(frozen=True)
class Found:
    """Something that should be a statement."""

    line: int
    value: Any


@dataclass
class Pages:
    """What the answers of a record store say of themselves."""

    unfinished: int = 0
    """Answers that name a further page."""


def statements_in(path: Path, pages: Pages) -> Iterator[Found]:
    """Yield what a file holds, and the line that it begins at. What it is, its content tells.

    Raises:
        SourceError: it cannot be read, or is a document that breaks off.
    """
    with open_unpacked(path) as file:
        head = file.read(LEADING)
        refuse_for_rows(str(path), head)
        start = len(_BOM) if head.startswith(_BOM) else 0
        begin = head[start:].lstrip()[:1]
        file.seek(start)
        if begin == b"{" and _is_lines(file, path):
            file.seek(start)
            yield from _lines(file, path, pages)
        elif begin in (b"[", b"{"):
            file.seek(start)
            yield from _document(file, path, pages)
        elif begin:
            raise SourceError(f"{path}: no JSON; give statements as JSON Lines or as an array")


def _is_lines(file: IO[bytes], path: Path) -> bool:
    """Return whether each line is a statement; damaged ones do not make a document of them."""
    for number, line in _raw_lines(file, path):
        if line.strip():
            value = _loaded(line)
            if not isinstance(value, Refused):
                return True
            if number > 1 and line.lstrip()[:1] != b"{":
                return False  # of a document in several lines
    return False


def _raw_lines(file: IO[bytes], path: Path) -> Iterator[tuple[int, bytes]]:
    number = 0
    while line := file.readline(_LONGEST):
        number += 1
        if len(line) == _LONGEST:
            raise SourceError(f"{path}: line {number} is longer than {_LONGEST >> 20} MB")
        yield number, line


def _lines(file: IO[bytes], path: Path, pages: Pages) -> Iterator[Found]:
    for number, line in _raw_lines(file, path):
        if line.strip():
            for value in _unwrapped(_loaded(line), pages):
                yield Found(number, value)


def _loaded(line: bytes) -> Any:
    try:
        return loaded(line.decode("utf-8"))
    except UnicodeDecodeError:
        return Refused("not UTF-8", line[:_LONGEST_SHOWN].decode("utf-8", "replace").strip())


def loaded(text: str) -> Any:
    """Return what a text of JSON says; what is none is `Refused`."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return Refused("not JSON", text[:_LONGEST_SHOWN].strip())


def _unwrapped(value: Any, pages: Pages) -> list[Any]:
    """Return the statements of an answer of a record store; else what was given."""
    if isinstance(value, dict) and isinstance(value.get("statements"), list):
        pages.unfinished += bool(value.get("more"))
        return list(value["statements"])
    return value if isinstance(value, list) else [value]


class _Text:
    """Text of a document, read piece by piece."""

    def __init__(self, file: IO[bytes], path: Path) -> None:
        self._file = file
        self._path = path
        self._decode = json.JSONDecoder().raw_decode
        self._buffer = ""
        self._rest = b""
        self._at = 0
        self.line = 1
        self._more()

    def _more(self) -> bool:
        """Read on; return whether there was more."""
        chunk = self._rest + self._file.read(max(_CHUNK, len(self._buffer) - self._at))
        end = len(chunk)
        while end and end > len(chunk) - 4 and chunk[end - 1] & 0xC0 == 0x80:
            end -= 1  # not inside of a character
        if end and chunk[end - 1] >= 0xC0:
            end -= 1
        else:
            end = len(chunk)
        text, self._rest = chunk[:end].decode("utf-8", "replace"), chunk[end:]
        self._buffer = self._buffer[self._at :] + text
        self._at = 0
        return bool(text)

    def peek(self, skipped: str = "") -> str:
        """Return the next character that is no blank and none of `skipped`; empty at the end."""
        while True:
            while self._at < len(self._buffer):
                character = self._buffer[self._at]
                if character not in _BLANK and character not in skipped:
                    return character
                self.line += character == "\n"
                self._at += 1
            if not self._more():
                return ""

    def skip(self, text: str) -> bool:
        """Go past a text, where it comes next."""
        self.peek()
        while len(self._buffer) - self._at < len(text):
            if not self._more():
                break
        if not self._buffer.startswith(text, self._at):
            return False
        self._at += len(text)
        return True

    def value(self) -> Any:
        """Return the next value.

        Raises:
            SourceError: no JSON, or too long.
        """
        while True:
            try:
                value, end = self._decode(self._buffer, self._at)
            except (ValueError, RecursionError) as error:
                length = len(self._buffer) - self._at
                if length > _LONGEST or isinstance(error, RecursionError) or not self._more():
                    raise SourceError(
                        f"{self._path}: no JSON from line {self.line} on, or it breaks off; "
                        "fetch the file again, or write one statement per line"
                    ) from None
                continue
            self.line += self._buffer.count("\n", self._at, end)
            self._at = end
            return value


def _document(file: IO[bytes], path: Path, pages: Pages) -> Iterator[Found]:
    """Yield the statements of an array, of an answer, or of objects one after another."""
    text = _Text(file, path)
    while text.peek(","):
        if text.skip("["):
            yield from _items(text)
        elif text.skip("{"):
            yield from _object(text, pages)
        else:
            yield Found(text.line, text.value())


def _items(text: _Text) -> Iterator[Found]:
    while (following := text.peek(",")) and following != "]":
        line = text.line
        yield Found(line, text.value())
    if not text.skip("]"):
        text.value()  # the array breaks off


def _object(text: _Text, pages: Pages) -> Iterator[Found]:
    """Yield the one statement that begins here, or those of an answer, name by name."""
    line, fields = text.line, {}
    is_answer = False
    while (following := text.peek(",")) and following != "}":
        name = text.value()
        text.skip(":")
        if name == "statements" and text.skip("["):
            is_answer = True
            yield from _items(text)
        else:
            text.peek()
            fields[name] = text.value()
    if not text.skip("}"):
        text.value()  # the object breaks off
    if is_answer:
        pages.unfinished += bool(fields.get("more"))
    else:
        yield Found(line, fields)
