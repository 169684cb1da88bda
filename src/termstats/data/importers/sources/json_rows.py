"""Rows of a JSON file: an array, a wrapped list, one object, or JSON Lines, read line by line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import IO, Any

from termstats.data.importers.sources import cells
from termstats.data.importers.sources.refused import Refused

_PLACE = re.compile(r"\d{1,9}", re.ASCII)
_LISTS = ("records", "results", "statements")
"""Names under which a JSON document may hold its rows."""
_ENVELOPE = {"sensor", "sendTime", "data"}
"""Names in an envelope of Caliper, whose rows are its `data`; there may be one in each line."""
_NOT_JSON = "not JSON"
_LONGEST_LINE = 2_000
"""Characters of a damaged line that are kept."""

Fields = dict[str, Any]


class JsonRows:
    """The rows of one file; they can be read more than once."""

    def __init__(self, file: IO[str]) -> None:
        """Look at the file; a document is read whole, lines are not.

        Raises:
            json.JSONDecodeError: neither a document nor lines with JSON.
        """
        self._file = file
        self._document: list[Any] | None = None
        if not self._is_lines():
            file.seek(0)
            document = json.load(file)
            rows = document if isinstance(document, list) else _listed(document)
            rows = [document] if rows is None else rows
            self._document = [row for item in rows for row in _enclosed(item)]

    @property
    def unit(self) -> str:
        """Return what the numbers of rows count."""
        return "line" if self._document is None else "row"

    def _is_lines(self) -> bool:
        """Return whether each line is a row; one damaged line does not make a document of them."""
        self._file.seek(0)
        lines = (line for line in self._file if line.strip())
        first = next(lines, "")
        if first.lstrip()[:1] != "{":
            return False
        item = _loaded(first)
        if not isinstance(item, Refused):
            return _listed(item) is None
        try:
            self._file.seek(0)
            json.load(self._file)
        except (ValueError, RecursionError):
            self._file.seek(0)
            lines = (line for line in self._file if line.lstrip()[:1] == "{")
            return any(isinstance(_loaded(line), dict) for line in lines)
        return False

    def __iter__(self) -> Iterator[tuple[int, Fields | Refused]]:
        """Yield (line, or number of the item in a document; fields) of every row."""
        if self._document is not None:
            for number, item in enumerate(self._document, 1):
                yield number, _fields(item)
            return
        self._file.seek(0)
        for number, line in enumerate(self._file, 1):
            if line.strip():
                for item in _enclosed(_loaded(line)):
                    yield number, _fields(item)


def _loaded(line: str) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return Refused(_NOT_JSON, line.strip()[:_LONGEST_LINE])


def _listed(document: Any) -> list[Any] | None:
    for name in _LISTS if isinstance(document, dict) else ():
        if isinstance(document.get(name), list):
            rows: list[Any] = document[name]
            return rows
    return None


def _enclosed(item: Any) -> list[Any]:
    """Return the rows in an envelope; of anything else the thing itself."""
    if isinstance(item, dict) and item.keys() >= _ENVELOPE and isinstance(item["data"], list):
        rows: list[Any] = item["data"]
        return rows
    return [item]


def _fields(item: Any) -> Fields | Refused:
    """Return the fields of one record: flat, `fields` (v1), or `record.fields` (v2)."""
    if isinstance(item, Refused):
        return item
    row = item
    for wrapping in ("record", "fields"):
        if isinstance(row, dict) and isinstance(row.get(wrapping), dict):
            row = row[wrapping]
    return row if isinstance(row, dict) else Refused("not a JSON object", item)


def value_at(value: Any, path: str) -> Any:
    """Return the value inside a value that a path like `context.course_id` leads to, or None.

    Names may hold dots themselves; lists are counted from 0; a text may hold JSON. Of a list,
    `[type=course]` is the first item whose type is that, `[type!=course]` the first of another;
    what is no list is looked at as its only item, and `*` stands for any text.
    """
    if isinstance(value, str) and value.lstrip()[:1] == "{":
        value = _loaded(value)
    if path.startswith("["):
        return _value_of_item(value if isinstance(value, list) else [value], path)
    if isinstance(value, dict):
        if path in value:
            return value[path]
        parts: Sequence[str] = path.split(".")
        for length in range(len(parts) - 1, 0, -1):
            name = ".".join(parts[:length])
            if name in value:
                return value_at(value[name], ".".join(parts[length:]))
    if isinstance(value, list):
        number, _, rest = path.partition(".")
        if _PLACE.fullmatch(number) and int(number) < len(value):
            return value_at(value[int(number)], rest) if rest else value[int(number)]
    return None


def _value_of_item(items: Sequence[Any], path: str) -> Any:
    condition, _, rest = path[1:].partition("]")
    name, _, pattern = condition.partition("=")
    is_other = name.endswith("!")
    for item in items:
        cell = cell_text(value_at(item, name.rstrip("!")))
        if is_like(cell, pattern) != is_other:
            return value_at(item, rest[1:]) if rest else item
    return None


@lru_cache(maxsize=256)
def _as_regex(pattern: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, pattern.split("*"))), re.DOTALL)


def is_like(text: str, pattern: str) -> bool:
    """Return whether a text is like a pattern, in which `*` stands for any text; case is none."""
    return _as_regex(pattern.casefold()).fullmatch(text.casefold()) is not None


def paths_beside(value: Any, path: str) -> list[str]:
    """Return the paths there are in place of one that leads nowhere, as far as it leads."""
    parts = path.split(".")
    for length in range(len(parts) - 1, 0, -1):
        before = ".".join(parts[:length])
        around = value_at(value, before)
        if isinstance(around, dict):
            return [f"{before}.{name}" for name in around]
    return []


def cell_text(value: Any) -> str:
    """Return a JSON value as a CSV would hold it: nothing for null, JSON for lists and objects."""
    if isinstance(value, str):
        return cells.text(value)
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return cells.text(json.dumps(value, ensure_ascii=False))
