"""Our names for the columns of a file: by a map beside the file, and by what others call them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from termstats.data.importers.sources.column_maps import MAP_SUFFIX, PARAMETER, ColumnMap, near
from termstats.data.importers.sources.map_values import ANY, Composed, Words
from termstats.data.importers.sources.moments import Order
from termstats.data.model.errors import SourceError, UsageError
from termstats.data.model.text import clean

Aliases = Mapping[str, tuple[str, ...]]
"""Our name of a column -> other names and labels it goes by."""
_MOST_LISTED = 12


@dataclass(frozen=True)
class SheetColumns:
    """What an importer knows of the columns of its files."""

    aliases: Aliases
    dates: tuple[str, ...] = ()
    """Our names of the columns that hold times or dates."""
    order: Order | None = None
    """What the platform documents of dates in numbers: it holds where a file leaves it open."""
    numbers: tuple[str, ...] = ()
    """Our names of the columns that hold numbers with decimals."""
    only_mapped: bool = False
    """With a map nothing is taken but what it names: the names in the file are of no platform."""
    words: Mapping[str, Collection[str]] = field(default_factory=dict)
    """Our name of a column -> the words it may hold."""
    maps: Path | None = None
    """The folder of maps that are shipped for its files."""


def plain_name(header: str) -> str:
    """Return a header as it is compared: lower case, one blank for `_`, `-` and runs of blanks."""
    return " ".join(
        header.replace("\u2019", "'").replace("_", " ").replace("-", " ").split()
    ).casefold()


class Naming:
    """Names the columns of one file."""

    def __init__(self, path: Path, columns: SheetColumns, map_: ColumnMap) -> None:
        map_.check_targets(columns.aliases, columns.words)
        self.path = path
        self.map = map_
        self.notes: list[str] = []
        self._ours = columns.aliases
        self._by_map = {plain_name(name): ours for name, ours in map_.targets.items()}
        self._by_label = {
            plain_name(label): ours
            for ours, labels in columns.aliases.items()
            for label in (ours, *labels)
        }
        self._only_mapped = columns.only_mapped and map_.place is not None
        self._plain_words = {plain_name(name): words for name, words in map_.values.items()}
        self._composed_of = {
            plain_name(name).partition(".")[0]
            for composed in map_.composed.values()
            for name in composed.plain_sources
        }

    def ours(self, header: str) -> str | None:
        """Return which of our columns a header means; None: none of them."""
        target = self._by_map.get(plain_name(header))
        if target is None and not self._only_mapped:
            target = self._by_label.get(plain_name(header))
        return None if target == PARAMETER else target

    def is_known(self, header: str) -> bool:
        """Return whether a cell reads like the name of a column: of ours, or of the map."""
        plain = plain_name(header)
        return plain in self._by_map or plain in self._by_label or plain in self._composed_of

    def columns(self, header: Sequence[str]) -> tuple[str | None, ...]:
        """Return our names for `header`; None: the column is left out. Notes what is to be said.

        Raises:
            SourceError: two columns mean the same.
        """
        meant = self._meant(header)
        is_taken = [
            ours is not None or self._is_parameter(name)
            for name, ours in zip(header, meant, strict=True)
        ]
        self._note_left_out([n for n, taken in zip(header, is_taken, strict=True) if not taken])
        used = {ours for ours in meant if ours} | set(self._ours)
        names: list[str | None] = []
        for name, ours, taken in zip(header, meant, is_taken, strict=True):
            names.append(ours or (_unused(name, used) if taken else None))
            used.add(names[-1] or "")
        return tuple(names)

    def _meant(self, header: Sequence[str]) -> list[str | None]:
        """Return which of our columns each header means; what the map names goes before labels."""
        meant = [self.ours(name) for name in header]
        for ours in set(meant) - {None}:
            places = [place for place, each in enumerate(meant) if each == ours]
            by_map = [place for place in places if plain_name(header[place]) in self._by_map]
            if len(by_map or places) > 1:
                same = ", ".join(repr(header[place]) for place in places)
                raise SourceError(
                    f"{self.path}: the columns {same} all mean {ours!r}; "
                    f"name the one that does in {self.path.name}{MAP_SUFFIX}"
                )
            for place in set(places) - set(by_map or places):
                meant[place] = None
        return meant

    def _is_parameter(self, name: str) -> bool:
        if not self._only_mapped:
            return True
        return PARAMETER in (self._by_map.get(plain_name(name)), self._by_map.get(ANY))

    def told_apart(self, header: Sequence[str]) -> list[str]:
        """Return the headers, each once: `column 7` for none, `note 2` for the second `note`.

        What was numbered is noted.
        """
        seen: Counter[str] = Counter()
        headers: list[str] = []
        unnamed, repeated = [], []
        for number, name in enumerate(map(str.strip, header), 1):
            if not name:
                headers.append(f"column {number}")
                unnamed.append(headers[-1])
                continue
            seen[plain_name(name)] += 1
            times = seen[plain_name(name)]
            headers.append(name if times == 1 else f"{name} {times}")
            if times > 1:
                repeated.append(headers[-1])
        if unnamed:
            self.notes.append(f"{self.path.name}: columns without a name: {_listed(unnamed)}")
        if repeated:
            self.notes.append(
                f"{self.path.name}: columns called like one before: {_listed(repeated)}"
            )
        return headers

    def _note_left_out(self, left_out: Sequence[str]) -> None:
        inside = {path.partition(".")[0] for path in self.paths}
        left_out = [
            name
            for name in left_out
            if name not in inside and plain_name(name) not in self._composed_of
        ]
        if not left_out or self.map.place is None:
            return
        like_ours = [name for name in left_out if plain_name(name) in self._by_label]
        others = [name for name in left_out if name not in like_ours]
        usable = f"{_listed(like_ours)} (called like ours)" if like_ours else ""
        listed = "; ".join(part for part in (usable, _listed(others)) if part)
        self.notes.append(
            f"{self.path.name}: columns that {self.map.place.name} does not name are left out: "
            f"{listed}"
        )

    @property
    def paths(self) -> dict[str, str]:
        """Return {path of a value inside a value, or a name with dots: our name}, by the map."""
        return {
            name: name if target == PARAMETER else target
            for name, target in self.map.targets.items()
            if "." in name
        }

    def words(self, header: str) -> Words | None:
        """Return what the words of the column `header` are in ours; None: they are ours."""
        return self._plain_words.get(plain_name(header))

    def composed(self, header: Iterable[str]) -> dict[str, Composed]:
        """Return {our name: what it is made of}, with the names as the file writes them."""
        written = {plain_name(name): name for name in header}

        def as_written(composed: Composed) -> Composed:
            parts = [part for parts in composed.sources for part in parts]
            names = {p: written[plain_name(p)] for p in parts if plain_name(p) in written}
            return replace(composed, names=names)

        return {ours: as_written(composed) for ours, composed in self.map.composed.items()}

    def missing(self, have: Iterable[str], filled: Collection[str]) -> list[str]:
        """Return what the map names that is not among the names and paths that a file has.

        Of a column of ours that is made of several nothing is missing where any row has one of
        them: it is in `filled` then. A map that is shipped fits more files than one.
        """
        if self.map.is_shipped:
            return []
        plain = set(map(plain_name, have))
        missing = [n for n in self.map.targets if n != ANY and plain_name(n) not in plain]
        for ours, each in self.map.composed.items():
            names = each.plain_sources
            if names and ours not in filled and not plain.intersection(map(plain_name, names)):
                missing.append(names[0])
        return missing


def check_missing(
    map_: ColumnMap, where: str, missing: Sequence[str], header: Sequence[str]
) -> None:
    """Check that nothing is missing that a map names.

    Raises:
        UsageError: something is; names it and what is near.
    """
    if missing:
        raise UsageError(
            f"{clean(map_.place)}: {clean(where)} column {clean(missing[0])!r}"
            f"{near(missing[0], header)}"
        )


def _unused(name: str, used: set[str]) -> str:
    number, unique = 2, name
    while unique in used:
        unique, number = f"{name} {number}", number + 1
    return unique


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _MOST_LISTED
    listed = ", ".join(clean(name) for name in names[:_MOST_LISTED])
    return f"{listed} and {more} more" if more > 0 else listed
