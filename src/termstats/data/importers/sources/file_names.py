"""Files of rows by their names: which belong to a source, and the day that a name holds."""

from __future__ import annotations

import re
from datetime import date, datetime, tzinfo
from pathlib import Path

from termstats.data.importers.sources.column_maps import MAP_SUFFIX
from termstats.data.importers.sources.unpacking import member_of, plain_name
from termstats.data.model.errors import SourceError

SUFFIXES = (".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".txt", ".xlsx")
_NAME_DATE = re.compile(r"(?<!\d)(20\d\d|19\d\d)-?([01]\d)-?([0-3]\d)(?!\d)")


def files_of(location: str) -> list[Path]:
    """Return the files of rows at `location`: the file itself, or those of a folder by name.

    Raises:
        SourceError: nothing there, or a folder without such files.
    """
    root = Path(location).expanduser()
    if not root.exists() and not member_of(root)[1]:
        raise SourceError(f"{location}: no such file or folder")
    if not root.is_dir():
        return [root]
    paths = [path for path in sorted(root.iterdir()) if path.is_file() and _is_rows(path.name)]
    if not paths:
        raise SourceError(f"{location}: holds no file {', '.join(SUFFIXES)} (packed or not)")
    return paths


def _is_rows(name: str) -> bool:
    plain = plain_name(name).lower()
    # Our own files may lie there too: maps, and what an import refused.
    ours = plain.endswith((MAP_SUFFIX, ".bad-rows.csv")) or plain == "map.json"
    return plain.endswith(SUFFIXES) and not ours and name[0] != "."


def day_of_name(path: Path) -> date | None:
    """Return the date that a file name holds (`courses-2024-05-06.csv`), or None."""
    for match in _NAME_DATE.finditer(path.name):
        try:
            return date(*map(int, match.groups()))
        except ValueError:
            continue
    return None


def without_day(name: str) -> str:
    """Return a file name without the dates in it."""
    return _NAME_DATE.sub("", name)


def day_of_file(path: Path, zone: tzinfo) -> date:
    """Return the day a file describes: that of its name, else that of its last change."""
    changed = datetime.fromtimestamp(member_of(path)[0].stat().st_mtime, zone).date()
    return day_of_name(path) or changed
