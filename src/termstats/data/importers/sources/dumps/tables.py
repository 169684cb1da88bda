"""Tables of a dump: what CREATE TABLE says of columns and their key."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from termstats.data.importers.sources.dumps.grammar import NAMES, Grammar
from termstats.data.importers.sources.dumps.values import decoded

_NO_COLUMN = re.compile(
    rb"(?:PRIMARY|KEY|INDEX|UNIQUE|CONSTRAINT|FULLTEXT|SPATIAL|FOREIGN|CHECK|EXCLUDE|PERIOD)\b",
    re.IGNORECASE,
)
_PRIMARY = re.compile(rb"(?:CONSTRAINT\s+(?:\S+\s+)?)?PRIMARY\s+KEY\b[^(]*\((.*)", re.I | re.S)
_IS_KEY = re.compile(rb"\bPRIMARY\s+KEY\b", re.IGNORECASE)
_NOISE = re.compile(rb"(?:\s|/\*M?!\d*+|\*/|--(?=\s)[^\n]*+\n|#[^\n]*+\n|/\*(?!M?!).*?\*/)++", re.S)
_LENGTH = re.compile(
    rb"(" + NAMES.pattern + rb")\s*(?:\(\s*\d+\s*\))?\s*(?:ASC|DESC)?\s*,?\s*", re.I
)


@dataclass
class Table:
    """One table of a dump."""

    name: str
    columns: dict[str, str] = field(default_factory=dict)
    """name -> type as it is declared, perhaps with more behind it."""
    key: list[str] = field(default_factory=list)
    """Columns of the primary key."""
    has_rows: bool = False


def name_of(quoted: bytes) -> str:
    """Return a name without its quotes."""
    quote = quoted[:1]
    if quote in (b"`", b'"'):
        quoted = quoted[1:-1].replace(quote * 2, quote)
    return decoded(quoted, "utf-8")


def names_of(listed: bytes) -> list[str]:
    """Return the names in a list of columns; lengths and directions in an index are left out."""
    names = []
    at = 0
    while found := _LENGTH.match(listed, at):
        names.append(name_of(found[1]))
        at = found.end()
    return names


def read_table(name: str, inside: bytes, grammar: Grammar) -> Table:
    """Return a table by what stands in the brackets of its CREATE TABLE, and behind them."""
    table = Table(name)
    for item in _items(inside, grammar):
        if primary := _PRIMARY.match(item):
            table.key = names_of(primary[1])
        elif not _NO_COLUMN.match(item):
            column = NAMES.match(item)
            if column is None:
                continue
            declared = item[column.end() :].strip()
            table.columns[name_of(column[0])] = decoded(declared, "utf-8")
            if _IS_KEY.search(declared):
                table.key = [name_of(column[0])]
    return table


def _items(inside: bytes, grammar: Grammar) -> list[bytes]:
    """Cut at the commas that stand in no further brackets, up to the bracket that closes."""
    piece = re.compile(
        _NOISE.pattern + rb"|" + grammar.text + rb"|`(?:[^`]|``)*+`|[^\s'\"`(),/\-#]++|.", re.S
    )
    items, item, depth = [], bytearray(), 0
    for found in piece.finditer(inside):
        word = found[0]
        if depth == 0 and word in (b",", b")"):
            items.append(bytes(item).strip())
            item.clear()
            if word == b")":
                break
            continue
        depth += (word == b"(") - (word == b")")
        # A text may say anything, PRIMARY KEY too: only its type and key matter.
        is_text = word[:1] == b"'" and bool(item.strip())
        item += b" " if _NOISE.fullmatch(word) else b"''" if is_text else word
    return items
