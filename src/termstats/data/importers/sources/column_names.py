"""Our names for the columns of a file: by a map beside the file, and by what others call them."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from pathlib import Path

from termstats.data.model.errors import SourceError

MAP_SUFFIX = ".map.json"
Aliases = Mapping[str, tuple[str, ...]]
"""Our name of a column -> other names and labels it goes by."""


def read_map(path: Path, given: str | None = None) -> dict[str, str]:
    """Return {name in the file: our name}: of the map `given`, else of the one beside `path`.

    `log.csv` goes with `log.csv.map.json`, else `log.map.json`, else `map.json` in that folder.
    Nothing when there is none.

    Raises:
        SourceError: the map is not a JSON object of texts.
    """
    plain = path.name[:-3] if path.name.lower().endswith(".gz") else path.name
    stems = (path.name, plain, Path(plain).stem)
    places = [path.with_name(stem + MAP_SUFFIX) for stem in stems]
    places.append(path.with_name("map.json"))
    for place in [Path(given).expanduser()] if given else places:
        if given or place.is_file():
            try:
                names = json.loads(place.read_text(encoding="utf-8-sig"))
            except (OSError, ValueError) as error:
                raise SourceError(f"{place}: not a JSON file ({error})") from error
            if not isinstance(names, dict) or not all(isinstance(v, str) for v in names.values()):
                raise SourceError(f'{place}: write {{"name in the file": "our name", ...}}')
            return names
    return {}


def plain_name(header: str) -> str:
    """Return a header as it is compared: lower case, one blank for `_`, `-` and runs of blanks."""
    return " ".join(
        header.replace("\u2019", "'").replace("_", " ").replace("-", " ").split()
    ).casefold()


def our_columns(
    path: Path, header: tuple[str, ...], aliases: Aliases, given: str | None = None
) -> tuple[str, ...]:
    """Return our names for `header`, by the map (see `read_map`) and by `aliases`.

    Raises:
        SourceError: two columns mean the same.
    """
    by_map = {plain_name(name): ours for name, ours in read_map(path, given).items()}
    by_label = {
        plain_name(label): ours for ours, labels in aliases.items() for label in (ours, *labels)
    }
    columns = tuple(
        by_map.get(plain_name(name)) or by_label.get(plain_name(name)) or name.strip()
        for name in header
    )
    for name, others in itertools.groupby(
        sorted(zip(columns, header, strict=True)), lambda p: p[0]
    ):
        same = [other for _, other in others]
        if len(same) > 1:
            raise SourceError(
                f"{path}: the columns {', '.join(map(repr, same))} all mean {name!r}; "
                f"rename one in {path.name}{MAP_SUFFIX}"
            )
    return columns
