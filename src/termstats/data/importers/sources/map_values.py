"""What a map makes of values: words in our words, and one of our columns of several values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from termstats.data.importers.sources.json_rows import cell_text, is_like, value_at

ANY = "*"
"""In a map: every column it does not name; in values: every word they do not name."""
JOINED_BY = "@"
"""What stands between the parts of a value that is made of several, as in `ann@example.org`."""
_MOST_REMEMBERED = 4096


class Words:
    """Their words and what they are in ours; in a word of theirs `*` stands for any text."""

    def __init__(self, written: Mapping[str, str]) -> None:
        plain = {theirs.strip().casefold(): ours for theirs, ours in written.items()}
        self.ours = tuple(plain.values())
        """What they may become."""
        self._other = plain.pop(ANY, None)
        self._exact = plain
        self._patterns = [(theirs, ours) for theirs, ours in plain.items() if ANY in theirs]
        self._remembered = lru_cache(maxsize=_MOST_REMEMBERED)(self._listed)

    def listed(self, cell: str) -> str | None:
        """Return our word for a cell; None: it is not listed."""
        return self._remembered(cell.strip().casefold())

    def of(self, cell: str) -> str:
        """Return our word for a cell: that of all others, else the cell, where it is not listed."""
        ours = self.listed(cell)
        if ours is None:
            ours = self._other
        return cell if ours is None else ours

    def _listed(self, word: str) -> str | None:
        if word in self._exact:
            return self._exact[word]
        return next((ours for pattern, ours in self._patterns if is_like(word, pattern)), None)


_AS_THEY_ARE = Words({})


@dataclass(frozen=True)
class Composed:
    """One of our columns that is made of a constant, or of the first value there is of several."""

    sources: Sequence[Sequence[str]] = ()
    """Names or paths, the first that leads to something first; of several in one, all must."""
    words: Words = _AS_THEY_ARE
    constant: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    """Name in the map -> name in the file, where the file writes it otherwise."""

    def value(self, fields: Mapping[str, Any]) -> str:
        """Return the cell of a row.

        Of several sources the first counts whose word is listed; where none is, the first that
        leads to something. Lists and objects are no values.
        """
        first = ""
        for parts in self.sources:
            cells = [_plain_text(value_at(fields, self.names.get(part, part))) for part in parts]
            cell = JOINED_BY.join(cells) if all(cells) else ""
            if cell and (ours := self.words.listed(cell)) is not None:
                return ours
            first = first or cell
        return self.words.of(first) if first else self.constant

    @property
    def plain_sources(self) -> list[str]:
        """Return the names and paths it is made of, as far as they hold for every row."""
        return [_unconditional(part) for parts in self.sources for part in parts]


def _unconditional(path: str) -> str:
    """Return `parent` of `parent.[type=x].id`, and `id` of `[type=x].id`."""
    while path.startswith("["):
        path = path.partition("]")[2].removeprefix(".")
    return path.partition(".[")[0]


def _plain_text(value: Any) -> str:
    return "" if isinstance(value, dict | list) else cell_text(value).strip()
