"""One reader for files of rows: CSV, JSON arrays and JSON Lines, wrapped or flat, plain or gzip.

What a file is, its content tells, not its name. Every cell is a text; no value is an empty text.
"""

from __future__ import annotations

import csv
import gzip
import io
import itertools
import json
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from pathlib import Path
from typing import IO, Any, cast

from termstats.data.model.errors import SourceError

SUFFIXES = (".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".txt")
MAP_SUFFIX = ".map.json"
LONGEST_CELL = 64 * 1024 * 1024
"""Characters; a difference of a whole page may be one cell."""
_GZIP_MAGIC = b"\x1f\x8b"
_DELIMITERS = ";,\t"
_LISTS = ("records", "results")
"""Names under which a JSON document may hold its rows."""
_NAME_DATE = re.compile(r"(?<!\d)(20\d\d|19\d\d)-?([01]\d)-?([0-3]\d)(?!\d)")
_EUROPEAN = re.compile(r"(\d\d)/(\d\d)/(\d{4})(.*)", re.DOTALL)

Aliases = Mapping[str, tuple[str, ...]]
"""Our name of a column -> other names and labels it goes by."""
Refuse = Callable[[str, object], None]
"""Called with (reason, row) for a row that cannot be used."""


@dataclass(frozen=True)
class Sheet:
    """One opened file: its header, and its rows as our name of a column -> cell."""

    path: Path
    header: tuple[str, ...]
    """As the file writes it; empty for JSON without any row."""
    columns: tuple[str, ...]
    """Our names, in the order of `header`; unknown columns keep their own."""
    rows: Iterator[dict[str, str]]


def files_of(location: str) -> list[Path]:
    """Return the files of rows at `location`: the file itself, or those of a folder by name.

    Raises:
        SourceError: nothing there, or a folder without such files.
    """
    root = Path(location).expanduser()
    if not root.exists():
        raise SourceError(f"{location}: no such file or folder")
    if not root.is_dir():
        return [root]
    found = [path for path in sorted(root.iterdir()) if path.is_file() and _is_rows(path.name)]
    if not found:
        raise SourceError(f"{location}: holds no file {', '.join(SUFFIXES)} (or with .gz)")
    return found


def _is_rows(name: str) -> bool:
    plain = name.lower().removesuffix(".gz")
    # Our own files may lie there too: maps, and what an import refused.
    ours = plain.endswith((MAP_SUFFIX, ".bad-rows.csv")) or plain == "map.json"
    return plain.endswith(SUFFIXES) and not ours and name[0] != "."


def read_map(path: Path, given: str | None = None) -> dict[str, str]:
    """Return {name in the file: our name}: of the map `given`, else of the one beside `path`.

    `log.csv` goes with `log.csv.map.json`, else `log.map.json`, else `map.json` in that folder.
    Nothing when there is none.

    Raises:
        SourceError: the map is not a JSON object of texts.
    """
    plain = path.name[:-3] if path.name.lower().endswith(".gz") else path.name
    names = (path.name, plain, Path(plain).stem)
    places = [path.with_name(name + MAP_SUFFIX) for name in names]
    places.append(path.with_name("map.json"))
    for place in [Path(given).expanduser()] if given else places:
        if given or place.is_file():
            try:
                found = json.loads(place.read_text(encoding="utf-8-sig"))
            except (OSError, ValueError) as error:
                raise SourceError(f"{place}: not a JSON file ({error})") from error
            if not isinstance(found, dict) or not all(isinstance(v, str) for v in found.values()):
                raise SourceError(f'{place}: write {{"name in the file": "our name", ...}}')
            return found
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
    known = {
        plain_name(label): ours for ours, labels in aliases.items() for label in (ours, *labels)
    }
    found = tuple(
        by_map.get(plain_name(name)) or known.get(plain_name(name)) or name.strip()
        for name in header
    )
    for name, others in itertools.groupby(sorted(zip(found, header, strict=True)), lambda p: p[0]):
        same = [other for _, other in others]
        if len(same) > 1:
            raise SourceError(
                f"{path}: the columns {', '.join(map(repr, same))} all mean {name!r}; "
                f"rename one in {path.name}{MAP_SUFFIX}"
            )
    return found


@contextmanager
def open_sheet(
    path: Path, aliases: Aliases, refuse: Refuse, given_map: str | None = None
) -> Iterator[Sheet]:
    """Open one file of rows. Rows of another width than the header's go to `refuse`.

    Raises:
        SourceError: unreadable, truncated, not UTF-8, no header, or two columns mean the same.
    """
    with _text(path) as file, _readable(path):
        start = _first_character(file)
        if start in ("{", "["):
            rows = _json_rows(file, start, refuse)
            head = list(itertools.islice(rows, 100))
            header = tuple(dict.fromkeys(name for row in head for name in row))
            columns = our_columns(path, header, aliases, given_map)
            ours = dict(zip(header, columns, strict=True))
            named = (
                {ours.get(name, name): cell for name, cell in row.items()}
                for row in itertools.chain(head, rows)
            )
            yield Sheet(path, header, columns, _guarded(path, named))
        else:
            cells = csv.reader(file, delimiter=_delimiter(file), strict=True)
            header = tuple(next(cells, ()))
            if not any(name.strip() for name in header):
                raise SourceError(f"{path}: empty, or without a line of column names")
            columns = our_columns(path, header, aliases, given_map)
            yield Sheet(path, header, columns, _guarded(path, _csv_rows(cells, columns, refuse)))


@contextmanager
def _text(path: Path) -> Iterator[IO[str]]:
    # Global in Python: the default of 131,072 refuses a long difference.
    csv.field_size_limit(LONGEST_CELL)
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == _GZIP_MAGIC
            raw.seek(0)
            # Not closed themselves: `raw` is, and both must be able to go back to the beginning.
            binary = cast("IO[bytes]", gzip.GzipFile(fileobj=raw) if packed else raw)
            yield io.TextIOWrapper(binary, encoding="utf-8-sig", newline="")
    except gzip.BadGzipFile as error:
        raise SourceError(f"{path}: a damaged gzip file ({error}); copy it again") from error
    except OSError as error:
        raise SourceError(f"{path}: cannot be read ({error.strerror or error})") from error


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except UnicodeDecodeError as error:
        raise SourceError(f"{path}: not UTF-8 ({error.reason}); save it as UTF-8") from error
    except (EOFError, zlib.error) as error:
        raise SourceError(f"{path}: a damaged gzip file ({error}); copy it again") from error
    except csv.Error as error:
        raise SourceError(f"{path}: damaged or truncated ({error}); export it again") from error
    except (json.JSONDecodeError, RecursionError) as error:
        raise SourceError(f"{path}: not JSON ({error}); export it again") from error


def _guarded(path: Path, rows: Iterator[dict[str, str]]) -> Iterator[dict[str, str]]:
    with _readable(path):
        yield from rows


def _first_character(file: IO[str]) -> str:
    start = file.read(4096).lstrip()[:1]
    file.seek(0)
    return start


def _delimiter(file: IO[str]) -> str:
    """Return the delimiter that cuts the header into most columns; `;` before `,`."""
    begin = file.read(65_536)
    file.seek(0)

    def columns(delimiter: str) -> int:
        return len(next(csv.reader(io.StringIO(begin, newline=""), delimiter=delimiter), ()))

    return max(_DELIMITERS, key=columns)


def _csv_rows(
    cells: Iterator[list[str]], columns: tuple[str, ...], refuse: Refuse
) -> Iterator[dict[str, str]]:
    width = len(columns)
    for row in cells:
        if len(row) == width:
            yield dict(zip(columns, row, strict=True))
        elif row:
            refuse("wrong number of cells", row)


def _json_rows(file: IO[str], start: str, refuse: Refuse) -> Iterator[dict[str, str]]:
    for item in _items(file, start):
        row = _unwrapped(item)
        if row is None:
            refuse("not a JSON object", item)
        else:
            yield {str(name): cell_text(value) for name, value in row.items()}


def _items(file: IO[str], start: str) -> Iterator[Any]:
    """Yield the rows of a JSON document, or of JSON Lines, which is read line by line."""
    if start == "{":
        first = next((line for line in file if line.strip()), "")
        try:
            item = json.loads(first)
        except ValueError:
            pass  # an object over several lines
        else:
            rows = _listed(item)
            yield from [item] if rows is None else rows
            for line in file:
                if line.strip():
                    yield json.loads(line)
            return
        file.seek(0)
    document = json.load(file)
    rows = document if isinstance(document, list) else _listed(document)
    yield from [document] if rows is None else rows


def _listed(document: dict[str, Any]) -> list[Any] | None:
    for name in _LISTS:
        if isinstance(document.get(name), list):
            found: list[Any] = document[name]
            return found
    return None


def _unwrapped(item: Any) -> dict[str, Any] | None:
    """Return the fields of one record: flat, `fields` (v1), or `record.fields` (v2)."""
    if isinstance(item, dict) and isinstance(item.get("record"), dict):
        item = item["record"]
    if isinstance(item, dict) and isinstance(item.get("fields"), dict):
        item = item["fields"]
    return item if isinstance(item, dict) else None


def cell_text(value: Any) -> str:
    """Return a JSON value as a CSV would hold it: nothing for null, JSON for lists and objects."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return json.dumps(value, ensure_ascii=False)


def instant(text: str, zone: tzinfo) -> datetime | None:
    """Return a time as UTC, or None when it is none; `zone` is that of times without offset.

    ISO 8601 in any precision, `/` for `-`, DD/MM/YYYY HH:MM, or seconds (10 digits) or milliseconds
    (13 digits) since 1970.
    """
    text = text.strip()
    try:
        if text.isascii() and text.isdecimal() and len(text) in (10, 13):
            return datetime.fromtimestamp(int(text) / (1 if len(text) == 10 else 1000), UTC)
        if match := _EUROPEAN.fullmatch(text):
            day, month, year, rest = match.groups()
            text = f"{year}-{month}-{day}{rest}"
        found = datetime.fromisoformat(text.replace("/", "-"))
        return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def second_of(moment: datetime) -> int:
    """Return whole seconds since 1970; fractions are cut, before 1970 too."""
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1)


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
    changed = datetime.fromtimestamp(path.stat().st_mtime, zone).date()
    return day_of_name(path) or changed


def is_true(cell: str) -> bool:
    """Return whether a cell says yes: anything but nothing, 0, false, no and none."""
    return cell.strip().casefold() not in ("", "0", "false", "f", "no", "none", "null", "n")


def whole(cell: str) -> int | None:
    """Return a count, or None when the cell is empty or `-`.

    Raises:
        ValueError: not a whole number of 0 or more.
    """
    cell = cell.strip()
    if cell in ("", "-"):
        return None
    number = float(cell)
    if number < 0 or not number.is_integer():
        raise ValueError(f"not a whole number: {cell}")
    return int(number)
