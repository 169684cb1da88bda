"""The map beside a file of rows: which of our columns its columns are, and what its words mean."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rapidfuzz import fuzz, process

from termstats.data.importers.sources.unpacking import plain_name
from termstats.data.model.errors import SourceError, UsageError
from termstats.data.model.file_kinds import check_plain
from termstats.data.model.text import clean

MAP_SUFFIX = ".map.json"
PARAMETER = "parameter"
"""What a map writes for a column that is kept under its own name."""
ANY = "*"
"""In a map: every column it does not name; in values: every word they do not name."""
_SHARED_NAME = "map.json"
_NEAR = 60
"""Of 100: how alike two names must be for one to be offered instead of the other."""
_HOW = (
    'write {"name in the file": "our name", ...}, or {"to": "our name", "values": {"their word": '
    '"ours"}} for our name'
)


@dataclass(frozen=True)
class ColumnMap:
    """One map: empty where there is none."""

    place: Path | None = None
    targets: Mapping[str, str] = field(default_factory=dict)
    """Name in the file, or path of a value inside a value (`context.course`) -> our name."""
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Name in the file -> {their word in lower case: ours}."""

    @property
    def is_shared(self) -> bool:
        """Return whether it may be meant for several files, which need not have all its columns."""
        return self.place is not None and not self.place.name.endswith(MAP_SUFFIX)

    def check_targets(self, ours: Collection[str]) -> None:
        """Check that everything the map names on our side is one of `ours`.

        Raises:
            UsageError: it is not; names it and what is near.
        """
        for target in self.targets.values():
            if target != PARAMETER and target not in ours:
                raise UsageError(
                    f"{clean(self.place)}: {clean(target)!r} is none of our columns"
                    f"{near(target, (*ours, PARAMETER))}"
                )


def read_map(path: Path, given: str | None = None) -> ColumnMap:
    """Return the map `given`, else the one beside `path`; an empty one where there is none.

    `log.csv` goes with `log.csv.map.json`, else `log.map.json`, else `map.json` in that folder.

    Raises:
        SourceError: no JSON object, or something in it is no map.
    """
    plain = plain_name(path.name)
    stems = (path.name, plain, Path(plain).stem)
    places = [path.with_name(stem + MAP_SUFFIX) for stem in stems]
    places.append(path.with_name(_SHARED_NAME))
    for place in [Path(given).expanduser()] if given else places:
        if given or place.is_file():
            return _read(place)
    return ColumnMap()


def _read(place: Path) -> ColumnMap:
    try:
        check_plain(place)
        written = json.loads(place.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        reason = getattr(error, "strerror", None) or error
        raise SourceError(f"{place}: not a JSON file ({reason})") from error
    if not isinstance(written, dict):
        raise SourceError(f"{place}: {_HOW}")
    targets: dict[str, str] = {}
    values: dict[str, dict[str, str]] = {}
    for name, target in written.items():
        if isinstance(target, dict) and target.keys() <= {"to", "values"}:
            words = target.get("values", {})
            if not isinstance(words, dict) or not all(isinstance(w, str) for w in words.values()):
                raise SourceError(f"{place}: the values of {name!r} are no words; {_HOW}")
            values[name] = {their.strip().casefold(): ours for their, ours in words.items()}
            target = target.get("to")
        if not isinstance(target, str):
            raise SourceError(f"{place}: {name!r} means no column; {_HOW}")
        targets[name] = target
    return ColumnMap(place, targets, values)


def near(name: str, names: Iterable[str]) -> str:
    """Return the names that are near to `name`, as the end of a message; nothing for none."""
    alike = process.extract(name, list(names), scorer=fuzz.ratio, score_cutoff=_NEAR, limit=3)
    return f"; near: {', '.join(clean(each) for each, *_ in alike)}" if alike else ""
