"""The map beside a file of rows: which of our columns its columns are, and what its words mean."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz, process

from termstats.data.importers.sources.map_values import Composed, Words
from termstats.data.importers.sources.unpacking import plain_name
from termstats.data.model.errors import SourceError, UsageError
from termstats.data.model.file_kinds import check_plain
from termstats.data.model.text import clean

MAP_SUFFIX = ".map.json"
PARAMETER = "parameter"
"""What a map writes for a column that is kept under its own name."""
_SHARED_NAME = "map.json"
_NEAR = 60
"""Of 100: how alike two names must be for one to be offered instead of the other."""
_HOW = (
    'write {"name in the file": "our name", ...}; for our name also {"to": "our name", "values": '
    '{"their word": "ours"}}, or "our name": {"from": ["name in the file", ...]}, '
    '{"their word": "ours"} or {"constant": "text"}'
)


@dataclass(frozen=True)
class ColumnMap:
    """One map: empty where there is none."""

    place: Path | None = None
    targets: Mapping[str, str] = field(default_factory=dict)
    """Name in the file, or path of a value inside a value (`context.course`) -> our name."""
    values: Mapping[str, Words] = field(default_factory=dict)
    """Name in the file -> what its words are in ours."""
    composed: Mapping[str, Composed] = field(default_factory=dict)
    """Our name -> what it is made of, where that is not one column."""
    is_shipped: bool = False
    """Whether it came with the program: a file need not have all that it names."""

    @property
    def is_shared(self) -> bool:
        """Return whether it may be meant for several files, which need not have all its columns."""
        return self.place is not None and not self.place.name.endswith(MAP_SUFFIX)

    def check_targets(self, ours: Collection[str], words: Mapping[str, Collection[str]]) -> None:
        """Check that everything the map names on our side is one of `ours`, or of our `words`.

        Raises:
            UsageError: it is not; names it and what is near.
        """
        for target in (*self.targets.values(), *self.composed):
            if target != PARAMETER and target not in ours:
                raise UsageError(
                    f"{clean(self.place)}: {clean(target)!r} is none of our columns"
                    f"{near(target, (*ours, PARAMETER))}"
                )
        meant = [(self.targets[name], words_) for name, words_ in self.values.items()]
        meant += [(name, composed.words) for name, composed in self.composed.items()]
        for target, given in meant:
            for word in given.ours:
                if word and target in words and word not in words[target]:
                    raise UsageError(
                        f"{clean(self.place)}: {clean(word)!r} is no word of {target!r}"
                        f"{near(word, words[target])}"
                    )


def read_map(path: Path, given: str | None = None, shipped: Path | None = None) -> ColumnMap:
    """Return the map `given`, else the one beside `path`; an empty one where there is none.

    `log.csv` goes with `log.csv.map.json`, else `log.map.json`, else `map.json` in that folder.
    `given` is a file, or the name of a map in the folder `shipped`.

    Raises:
        SourceError: no JSON object, or something in it is no map.
        UsageError: no map of that name is shipped.
    """
    if given and shipped and Path(given).name == given and "." not in given:
        return _read(_shipped(given, shipped), is_shipped=True)
    plain = plain_name(path.name)
    stems = (path.name, plain, Path(plain).stem)
    places = [path.with_name(stem + MAP_SUFFIX) for stem in stems]
    places.append(path.with_name(_SHARED_NAME))
    for place in [Path(given).expanduser()] if given else places:
        if given or place.is_file():
            return _read(place)
    return ColumnMap()


def shipped_names(folder: Path) -> list[str]:
    """Return the names of the maps that are shipped in a folder."""
    return sorted(place.stem for place in folder.glob("*.json"))


def _shipped(name: str, folder: Path) -> Path:
    names = shipped_names(folder)
    if name not in names:
        raise UsageError(
            f"--map {clean(name)}: no such map is shipped{near(name, names)}; there are "
            f"{', '.join(names)}; a file is named with its ending"
        )
    return folder / f"{name}.json"


def _read(place: Path, is_shipped: bool = False) -> ColumnMap:
    try:
        check_plain(place)
        written = json.loads(place.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        reason = getattr(error, "strerror", None) or error
        raise SourceError(f"{place}: not a JSON file ({reason})") from error
    if not isinstance(written, dict):
        raise SourceError(f"{place}: {_HOW}")
    targets: dict[str, str] = {}
    values: dict[str, Words] = {}
    composed: dict[str, Composed] = {}
    for name, target in written.items():
        if isinstance(target, dict):
            _check_parts(place, name, target)
            if "to" not in target:
                composed[name] = _composed(place, name, target)
                continue
            values[name] = _words(place, name, target.get("values", {}))
            target = target["to"]
        if not isinstance(target, str):
            raise SourceError(f"{place}: {name!r} means no column; {_HOW}")
        targets[name] = target
    _settle_words(place, targets, values, composed)
    return ColumnMap(place, targets, values, composed, is_shipped)


def _check_parts(place: Path, name: str, written: Mapping[str, Any]) -> None:
    """Check that an entry that says where a column is from, or goes, says nothing else.

    Raises:
        SourceError: it does; names it and what is near.
    """
    for known in (("to", "values"), ("from", "values")):
        unknown = sorted(written.keys() - set(known))
        if known[0] in written and unknown:
            raise SourceError(
                f"{place}: {clean(name)!r} has a part {clean(unknown[0])!r}"
                f"{near(unknown[0], known)}; {_HOW}"
            )


def _words(place: Path, name: str, written: Any) -> Words:
    if not isinstance(written, dict) or not all(isinstance(w, str) for w in written.values()):
        raise SourceError(f"{place}: the values of {name!r} are no words; {_HOW}")
    return Words(written)


def _composed(place: Path, name: str, written: Mapping[str, Any]) -> Composed:
    """Return what our column `name` is made of."""
    if written.keys() == {"constant"} and isinstance(written["constant"], str):
        return Composed(constant=written["constant"])
    if "from" not in written:
        if not written:
            raise SourceError(f"{place}: {name!r} means no column; {_HOW}")
        return Composed(words=_words(place, name, written))
    given = written["from"] if isinstance(written["from"], list) else [written["from"]]
    sources = [source if isinstance(source, list) else [source] for source in given]
    is_named = all(parts and all(isinstance(part, str) for part in parts) for parts in sources)
    if not sources or not is_named:
        raise SourceError(f"{place}: {name!r} is made of no columns; {_HOW}")
    return Composed(sources, _words(place, name, written.get("values", {})))


def _settle_words(
    place: Path, targets: Mapping[str, str], values: dict[str, Words], composed: dict[str, Composed]
) -> None:
    """Settle of which column `{our name: {their word: ours}}` are the words.

    Raises:
        SourceError: two entries are about one of our columns.
    """
    for ours, each in list(composed.items()):
        names = [name for name, target in targets.items() if target == ours]
        is_words = not each.sources and not each.constant
        if names and (not is_words or any(name in values for name in names)):
            raise SourceError(f"{place}: {names[0]!r} and {ours!r} both say what {ours!r} is")
        if names:
            values.update(dict.fromkeys(names, each.words))
            del composed[ours]
        elif is_words:
            composed[ours] = Composed(((ours,),), each.words)


def near(name: str, names: Iterable[str]) -> str:
    """Return the names that are near to `name`, as the end of a message; nothing for none."""
    alike = process.extract(name, list(names), scorer=fuzz.ratio, score_cutoff=_NEAR, limit=3)
    return f"; near: {', '.join(clean(each) for each, *_ in alike)}" if alike else ""
