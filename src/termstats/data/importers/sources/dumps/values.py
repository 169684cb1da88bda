"""Values of a dump: what a literal of MySQL means in a column of some type."""

from __future__ import annotations

import re
from collections.abc import Callable

Reader = Callable[[bytes, str], object]
"""(literal, encoding) -> value."""
LARGEST = 2**63
LONGEST_NUMBER = 20
_QUOTE = ord("'")
_ESCAPE = {quote: re.compile(rb"\\(.)|" + quote * 2, re.DOTALL) for quote in (b"'", b'"')}
_ESCAPED = {b"0": b"\0", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"Z": b"\x1a"}
_ESCAPED |= {b"%": b"\\%", b"_": b"\\_"}  # by MySQL's manual they stay as they are
_NUMBER = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?", re.ASCII)
_WORDS = {b"null": None, b"true": 1, b"false": 0}
_NUMBERS = re.compile(
    r"(?:tiny|small|medium|big)?int|integer|serial|year|bool|dec|fixed|numeric|float|double|real",
    re.IGNORECASE,
)
_BYTES = re.compile(r"(?:(?:var)?binary|(?:tiny|medium|long)?blob|bit)\b", re.IGNORECASE)


def reader_of(declared: str, backslashes: bool) -> Reader:
    """Return what reads the values of a column by its declared type, such as `int(10) unsigned`.

    A number in quotes is one where the column holds numbers, hexadecimal text is text where it
    holds text, and text is bytes where it holds bytes, as a server gives them. `backslashes`:
    they escape what follows.
    """
    if _NUMBERS.match(declared):
        convert: Callable[[object], object] = _as_number
    elif holds_bytes := _BYTES.match(declared):
        convert = _as_bits if holds_bytes[0].lower() == "bit" else _as_it_is
    else:
        convert = _as_text
    unescape = _without_escapes if backslashes else _with_single_quotes

    def read(literal: bytes, encoding: str) -> object:
        # Nearly all values are short numbers, or texts without escapes.
        if literal[0] == _QUOTE and b"\\" not in literal and convert is _as_text:
            return decoded(literal[1:-1].replace(b"''", b"'"), encoding)
        if len(literal) < LONGEST_NUMBER - 1 and literal.isdigit():
            return int(literal)
        return convert(_value(literal, encoding, unescape))

    def read_bytes(literal: bytes, _encoding: str) -> object:
        return convert(_value(literal, None, unescape))

    return read_bytes if _BYTES.match(declared) else read


def decoded(raw: bytes, encoding: str) -> str:
    """Return bytes of a dump as text; where the dump's own word on its encoding is wrong, too."""
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _value(literal: bytes, encoding: str | None, unescape: Callable[[bytes], bytes]) -> object:
    """Return the value of a literal; without an `encoding` text stays bytes."""
    first = literal[:1]
    if first in (b"'", b'"'):
        raw = unescape(literal)
        return decoded(raw, encoding) if encoding else raw
    if first in b"0123456789+-." and literal[:2] not in (b"0x", b"0b"):
        return number(literal.decode())
    if first in b"nNtTfF" and (word := literal.lower()) in _WORDS:
        return _WORDS[word]
    return _marked(literal, encoding, unescape)


def _marked(literal: bytes, encoding: str | None, unescape: Callable[[bytes], bytes]) -> object:
    """Return the value of a literal with letters before it: `_binary '...'`, `0x..`, `b'..'`."""
    if literal[:2] == b"0b":
        return number(str(int(literal[2:], 2)))
    if literal[:1] in b"bB":
        return number(str(int(literal[2:-1] or b"0", 2)))
    if literal[:1] in b"xX":
        return bytes.fromhex(literal[2:-1].decode())
    digits = literal[literal.rfind(b"0x") + 2 :] if literal[-1:] not in b"'\"" else None
    if digits is not None:
        return bytes.fromhex("0" * (len(digits) % 2) + digits.decode())
    text = literal[min(p for p in map(literal.find, (b"'", b'"')) if p >= 0) :]
    return _value(text, encoding and "utf-8", unescape)


def number(written: str) -> object:
    """Return a number as a store holds it; whole numbers beyond that stay text, exact."""
    if written.lstrip("+-").isdigit():
        fits = len(written) <= LONGEST_NUMBER and -LARGEST <= int(written) < LARGEST
        return int(written) if fits else written
    return float(written)


def _as_it_is(value: object) -> object:
    return value


def _as_number(value: object) -> object:
    is_number = isinstance(value, str) and _NUMBER.fullmatch(value)
    return number(value) if is_number and isinstance(value, str) else value


def _as_bits(value: object) -> object:
    return (
        number(str(int.from_bytes(value, "big")))
        if isinstance(value, bytes) and len(value) <= 8
        else value
    )


def _as_text(value: object) -> object:
    return decoded(value, "utf-8") if isinstance(value, bytes) else value


def _with_single_quotes(text: bytes) -> bytes:
    """Return what stands between quotes; a quote in it is written twice."""
    quote = text[:1]
    return text[1:-1].replace(quote * 2, quote)


def _without_escapes(text: bytes) -> bytes:
    """Return what stands between quotes, without backslashes."""
    if b"\\" not in text:
        return _with_single_quotes(text)
    quote, text = text[:1], text[1:-1]
    if b"\\\\" not in text and quote * 2 not in text:
        # Titles are JSON: quotes are nearly all of the escapes.
        text = text.replace(b'\\"', b'"')
    return _ESCAPE[quote].sub(_unescaped, text) if b"\\" in text else text


def _unescaped(match: re.Match[bytes]) -> bytes:
    return _ESCAPED.get(match[1], match[1]) if match[1] else match[0][:1]
