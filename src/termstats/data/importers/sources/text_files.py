"""Opens files of text, packed or not, in the encoding that they have."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import charset_normalizer

from termstats.data.importers.sources.content import LEADING, refuse_for_rows
from termstats.data.importers.sources.unpacking import open_unpacked
from termstats.data.importers.sources.workbooks import is_workbook, open_workbook
from termstats.data.model.errors import SourceError

UTF_8 = "utf-8"
_CHUNK = 1 << 20
_SAMPLE = 64 * 1024
"""Bytes by which an encoding is told."""
_WESTERN, _MAC = "cp1252", "mac_roman"
_CANDIDATES = [_WESTERN, "cp1250", "cp1251", "cp1253", "cp1254", _MAC]
"""Encodings in which spreadsheets save text; others are refused rather than guessed."""
_PUNCTUATION = (
    "\u2018\u2019\u201c\u201d\u201e\u2013\u2014\u2026\u20ac\u00ab\u00bb\u00b0\u00a7\u00a0"
)
"""Characters beyond ASCII that stand between words."""
_WORDS = "\u00e0\u00e8\u00e9\u00f2\u00f3\u00e5\u00f6\u00e6"
"""Letters that are words, in one language or another."""
_OPENING = "\u2018\u201c\u201e\u00ab"


@contextmanager
def open_text(path: Path) -> Iterator[tuple[IO[str], str]]:
    """Open a file of text for reading; give it and its encoding. It can go back to the beginning.

    Raises:
        SourceError: unreadable, damaged, or in no encoding that is known.
    """
    try:
        opener = open_workbook if is_workbook(path) else open_unpacked
        with opener(path) as binary:
            refuse_for_rows(str(path), binary.read(LEADING))
            binary.seek(0)
            encoding = _encoding(path, binary)
            binary.seek(0)
            with _decoded(binary, "utf-8-sig" if encoding == UTF_8 else encoding) as text:
                yield text, encoding
    except UnicodeDecodeError as error:
        raise SourceError(
            f"{path}: not UTF-8, nor {error.encoding} ({error.reason}); save it as UTF-8"
        ) from error


@contextmanager
def open_utf8(path: Path) -> Iterator[IO[str]]:
    """Open a file of UTF-8 text, packed or not, for reading it once.

    Raises:
        SourceError: it cannot be read.
    """
    with open_unpacked(path) as binary, _decoded(binary, "utf-8-sig") as text:
        yield text


@contextmanager
def _decoded(binary: IO[bytes], codec: str) -> Iterator[IO[str]]:
    text = io.TextIOWrapper(binary, encoding=codec, newline="")
    try:
        yield text
    finally:
        text.detach()  # the door closes what it has opened


def _encoding(path: Path, binary: IO[bytes]) -> str:
    """Return the encoding of a file, from all of its bytes."""
    decoder = codecs.getincrementaldecoder(UTF_8)()
    before = b""
    if wide := _wide(binary.read(_SAMPLE)):
        return wide
    binary.seek(0)
    while chunk := binary.read(_CHUNK):
        try:
            decoder.decode(chunk)
        except UnicodeDecodeError as error:
            return _guess(path, before, chunk, error.start)
        before = chunk
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        return _guess(path, b"", before, max(0, len(before) - len(error.object)))
    return UTF_8


def _guess(path: Path, before: bytes, chunk: bytes, at: int) -> str:
    """Return the encoding of a file that is no UTF-8 from byte `at` of `chunk` on.

    Raises:
        SourceError: no encoding that spreadsheets save text in.
    """
    if not before and chunk.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    # Lines of ASCII tell nothing, and would outweigh the others.
    lines = chunk[chunk.rfind(b"\n", 0, at) + 1 :].splitlines()
    sample = b"\n".join(line for line in lines if not line.isascii())[:_SAMPLE]
    matches = charset_normalizer.from_bytes(sample, cp_isolation=_CANDIDATES)
    is_mac = _out_of_place(sample, _MAC) < min(1, _out_of_place(sample, _WESTERN))
    usable = [match for match in matches if is_mac or match.encoding != _MAC]
    if is_mac and not usable:
        return _MAC
    if not usable:
        raise SourceError(f"{path}: not UTF-8 and no other text that is known; save it as UTF-8")
    # A few letters fit many encodings alike: then it is the most common one.
    best = usable[0]
    rank = (best.chaos, best.coherence)
    alike = [
        name for m in usable if (m.chaos, m.coherence) == rank for name in m.could_be_from_charset
    ]
    if is_mac and _MAC in alike:
        return _MAC
    return _WESTERN if _WESTERN in alike else best.encoding


def _wide(head: bytes) -> str | None:
    """Return which UTF-16 a file is in that does not say so; None: in none."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return None
    for name, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[::2])):
        if zeros.count(0) > len(zeros) / 2:
            return name
    return None


def _out_of_place(sample: bytes, encoding: str) -> int:
    """Return how many characters beyond ASCII stand where a text of that encoding has none."""
    try:
        text = sample.decode(encoding)
    except UnicodeDecodeError:
        return len(sample)
    around = f" {text} "
    return sum(
        not _fits(*around[place : place + 3]) for place, c in enumerate(text) if not c.isascii()
    )


def _fits(before: str, character: str, after: str) -> bool:
    """Return whether a character may stand between two others: `é` in a word, `É` before it."""
    if character.islower():
        in_word = before.isalpha() or after.isalpha()
        return not (before.isupper() and after.isupper()) and (in_word or character in _WORDS)
    if character.isupper():
        alone = not (before.isalpha() or after.isalpha()) and character != "\u00c0"
        return not (alone or before.islower() or (before.isupper() and after.islower()))
    if character in _OPENING and before.isalpha():
        return False
    inside = before.isalpha() and after.isalpha()
    return character == "\u2019" or (character in _PUNCTUATION and not inside)
