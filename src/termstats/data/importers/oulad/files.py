"""The files of an OULAD folder: found by name, packed or not, read row by row."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from pathlib import Path

from termstats.data.importers.sources import cells
from termstats.data.importers.sources.text_files import open_utf8
from termstats.data.importers.sources.unpacking import DAMAGE, plain_name
from termstats.data.model.dates import parse_day
from termstats.data.model.errors import SourceError, UsageError

Refuse = Callable[[str, object], None]
"""Called with (reason, row)."""
TABLES = (
    "courses",
    "assessments",
    "vle",
    "studentInfo",
    "studentRegistration",
    "studentAssessment",
)
CLICKS = "studentVle"
MISSING = frozenset(("", "?", "NA", "NULL"))
"""Cells that mean "no value"; copies of the data set differ."""
_NAME = re.compile(r"(?P<stem>.+?)\.csv", re.IGNORECASE)
_START = {"B": 2, "J": 10}
"""Month of day 0 by the letter of a presentation code: the convention for this data set."""


@dataclass(frozen=True)
class Folder:
    """Where each table lies. `clicks` may be empty: the click log was not handed over."""

    tables: dict[str, Path]
    clicks: tuple[Path, ...]
    starts: Path | None


def find(location: str) -> Folder:
    """Return the files of the folder `location`.

    Raises:
        SourceError: no folder, a table is missing, or one is there twice.

    """
    root = Path(location)
    if not root.is_dir():
        raise SourceError(f"{location}: not a folder; OULAD is a folder of CSV files")
    files = _csv_files(root)
    for name in TABLES:
        if name.lower() not in files:
            raise SourceError(f"{root}: {name}.csv (packed or not) is missing; add it")
    parts = [p for p in root.iterdir() if p.is_dir() and p.name.lower() == CLICKS.lower()]
    clicks = [path for part in parts for _, path in sorted(_csv_files(part).items())]
    single = files.get(CLICKS.lower())
    if single and clicks:
        raise SourceError(
            f"{root}: clicks are there twice, {single.name} and {parts[0].name}/; remove one"
        )
    return Folder(
        {name: files[name.lower()] for name in TABLES},
        (single,) if single else tuple(clicks),
        files.get("starts"),
    )


def _csv_files(folder: Path) -> dict[str, Path]:
    files: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        match = _NAME.fullmatch(plain_name(path.name))
        if not match or not path.is_file():
            continue
        stem = match["stem"].lower()
        if stem in files:
            raise SourceError(
                f"{folder}: the same table twice, {files[stem].name} and {path.name}; remove one"
            )
        files[stem] = path
    return files


def records(path: Path, columns: tuple[str, ...], refuse: Refuse) -> Iterator[tuple[str, ...]]:
    """Yield the cells of `columns` of every row; rows of another width go to `refuse`.

    A column may be written `this|that`: the first of these names that the header has. Ids are
    those of `cells.id_key`: some programs write whole numbers as `12.0`.

    Raises:
        SourceError: unreadable or truncated, or a column is missing.

    """
    reader = None
    with open_utf8(path) as file:
        try:
            reader = csv.reader(file, strict=True)
            header = [cell.strip().lower() for cell in next(reader, [])]
            pick = itemgetter(*(_position(path, header, column) for column in columns))
            ids = [n for n, column in enumerate(columns) if column.startswith("id_")]
            pick_ids = itemgetter(*(_position(path, header, columns[n]) for n in ids or (0,)))
            width = len(header)
            for row in reader:
                if len(row) == width:
                    # Of millions of rows hardly one has a point in an id.
                    is_float = "." in "".join(pick_ids(row))
                    yield _with_ids(pick(row), ids) if is_float else pick(row)
                elif row:
                    refuse("wrong number of cells", row)
        except (*DAMAGE, UnicodeDecodeError, csv.Error) as error:
            line = f", line {reader.line_num + 1}" if reader else ""
            raise SourceError(
                f"{path}{line}: damaged or cut off ({error}); get it again"
            ) from error


def _with_ids(cells_of_row: tuple[str, ...], ids: Sequence[int]) -> tuple[str, ...]:
    row = list(cells_of_row)
    for place in ids:
        row[place] = cells.id_key(row[place])
    return tuple(row)


def _position(path: Path, header: list[str], column: str) -> int:
    for name in column.lower().split("|"):
        if name in header:
            return header.index(name)
    wanted = column.replace("|", " or ")
    raise SourceError(f"{path}: has no column {wanted}; is it the OULAD file of that name?")


def read_starts(path: Path | None) -> dict[str, date]:
    """Return presentation code, or presentation key -> first day, from `starts.csv`.

    Its columns: code_presentation (`2013J`, or `AAA_2013J` for one module only), start.

    Raises:
        SourceError: a row is not a code and a date.

    """
    if path is None:
        return {}

    def refuse(reason: str, row: object) -> None:
        raise SourceError(f"{path}: {reason}: {row}; write code_presentation,start")

    starts = {}
    for code, start in records(path, ("code_presentation", "start"), refuse):
        try:
            starts[code.strip()] = parse_day(start)
        except UsageError as error:
            raise SourceError(f"{path}: start of {code}: {error}") from None
    return starts


def start_day(module: str, code: str, starts: dict[str, date]) -> date:
    """Return the calendar day of day 0 of a presentation.

    Raises:
        SourceError: a code without a convention and without a line in `starts.csv`.

    """
    given = starts.get(f"{module}_{code}") or starts.get(code)
    if given:
        return given
    if re.fullmatch(r"(19|20)\d\d[BJ]", code):
        return date(int(code[:4]), _START[code[4]], 1)
    raise SourceError(
        f"courses: the start of presentation {module}_{code} is not known; put a file starts.csv "
        f"with the lines 'code_presentation,start' and '{module}_{code},YYYY-MM-DD' in the folder"
    )
