"""The export files of 360Learning: which is which, and their lines by key and day."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from termstats.data.importers.sources import cells, tabular
from termstats.data.importers.sources.column_names import Aliases, SheetColumns
from termstats.data.importers.sources.file_names import (
    day_of_file,
    day_of_name,
    files_of,
    without_day,
)
from termstats.data.importers.sources.moments import Order
from termstats.data.importers.sources.unpacking import plain_name
from termstats.data.importers.writing.base import ImportContext
from termstats.data.model.errors import SourceError
from termstats.data.model.period import check_zone, day_number
from termstats.data.model.units import DayNumber

USERS, GROUPS, ACTIVITIES, COURSES = "users", "groups", "activities", "courses"
HEADERS = {
    COURSES: ("Course Name", "Course ID", "Views"),
    ACTIVITIES: ("Title", "Views", "Type"),
    USERS: ("First name", "Last name", "Publications", "Comments", "Reactions"),
    GROUPS: ("Name", "Publications", "Comments", "Reactions"),
}
"""File -> the columns that tell it from the others."""
REACTIONS = {
    "Likes": "like",
    "Learned something": "learned",
    "Outdated": "outdated",
    "Have a question": "question",
    "Useful": "useful",
    "Irrelevant": "irrelevant",
}
"""Column -> action of kind forum."""
CONTRIBUTIONS = {"Publications": "post", "Comments": "comment", "Reactions": "reaction"}
COUNTERS = {
    USERS: tuple(CONTRIBUTIONS),
    GROUPS: tuple(CONTRIBUTIONS),
    ACTIVITIES: ("Views", *tuple(REACTIONS), "Comments", "Downloads"),
    COURSES: ("Views", *tuple(REACTIONS), "Comments", "Documents", "Cheat sheets", "Questions"),
}
"""File -> its columns of totals; one that is missing is no value, not zero."""
_OTHER_COLUMNS = (
    *("Email", "Author", "Co-authors", "Status", "Creation date", "Last update"),
    *("Source language", "Available translation languages", "Unavailable translation languages"),
    *("Tags", "Group"),
)
ALIASES: Aliases = {
    **dict.fromkeys((*(c for names in HEADERS.values() for c in names), *_OTHER_COLUMNS), ()),
    **dict.fromkeys((c for names in COUNTERS.values() for c in names), ()),
    "Additional information": ("Additional info",),
    "Irrelevant": ("Not useful",),
    "Have a question": ("Didn't get it",),
    "Learned something": ("I learned something",),
    "Reaction Score": ("Reactions score",),
    "Course Name": ("Course",),
    "Last activity": ("Last activity date",),
}
"""Every column we know, with older and other names."""
SHEET = SheetColumns(ALIASES, dates=("Creation date", "Last update", "Last activity"), order="dmy")
_OF = re.compile(r"\s+-\s+(?P<name>.+)")
"""`activities - First aid.csv` is about First aid."""


@dataclass
class ExportLine:
    """One line of one file: its cells by our column names, its totals, and the day they are of."""

    key: str
    day: DayNumber
    cells: dict[str, str]
    counts: dict[str, int]
    orders: Mapping[str, Order]
    """What the dates of a column are: see `cells.instant`."""
    owner: str = ""
    """The course of an activity, or the group of a user: the name in the file name."""


@dataclass
class Lines:
    """Everything that was read, by file and key: the newest line of each, and all snapshots."""

    context: ImportContext
    newest: dict[str, dict[str, ExportLine]] = field(default_factory=dict)
    snapshots: dict[tuple[str, str, DayNumber], ExportLine] = field(default_factory=dict)
    groups_of: dict[str, set[str]] = field(default_factory=dict)
    """Group name -> keys of its users, from the newest file of that group."""
    last_day: DayNumber = DayNumber(0)
    replaced: dict[str, set[str]] = field(default_factory=dict)
    """File -> keys whose totals of one day differ from file to file: the last of them counts."""

    def of(self, name: str) -> list[ExportLine]:
        """Return the newest lines of one sort of file, in the order of the files."""
        return list(self.newest.get(name, {}).values())

    def keep(self, name: str, line: ExportLine) -> None:
        """Keep a line; a later one of the same key replaces it, one of the same day too."""
        lines_by_key = self.newest.setdefault(name, {})
        same_day = self.snapshots.get((name, line.key, line.day))
        if same_day is not None and same_day.counts != line.counts:
            self.replaced.setdefault(name, set()).add(line.key)
        if line.key not in lines_by_key or line.day >= lines_by_key[line.key].day:
            lines_by_key[line.key] = line
        self.snapshots[name, line.key, line.day] = line
        self.last_day = max(self.last_day, line.day)


def read_lines(location: str, context: ImportContext) -> Lines:
    """Return the lines of the file or folder `location`.

    Raises:
        SourceError: a file is none of the four exports.
    """
    lines = Lines(context)
    paths = [(_day_of(path, context), path) for path in files_of(location)]
    sheets = tabular.Sheets(SHEET, context.options.map, context.options.dates, len(paths))
    for day, path in sorted(paths):
        with sheets.open(path) as sheet:
            _read_sheet(lines, sheet, day)
    sheets.check_map()
    return lines


def _day_of(path: Path, context: ImportContext) -> DayNumber:
    zone = check_zone(context.zone)
    day = day_of_name(path)
    if day is None and context.options.as_of is not None:
        day = datetime.fromtimestamp(context.options.as_of, zone).date()
    return day_number(day or day_of_file(path, zone))


def about(path: Path) -> str:
    """Return what a file name says its lines belong to: the text after ` - `, without a date."""
    stem = plain_name(path.name)
    stem = without_day(stem.rpartition(".")[0] or stem)
    match = _OF.search(stem)
    return match["name"].strip(" -_") if match else ""


def _read_sheet(lines: Lines, sheet: tabular.Sheet, day: DayNumber) -> None:
    context, path = lines.context, sheet.path
    context.report.notes += sheet.notes
    name = _name_of(path, sheet)
    intake, owner = context.intake(name), _owner(lines, path, name)
    context.need(name, rows=False)
    if owner and name == USERS:
        lines.groups_of[owner] = set()
    seen: Counter[str] = Counter()
    for row in sheet.rows(intake):
        try:
            totals = _totals(name, row)
        except tabular.RefusedCell as error:
            sheet.refuse(str(error), row, error.cell)
            continue
        key = _key(name, row, owner)
        seen[key] += bool(key)
        if not key:
            sheet.refuse("no name, email or id to know it by", row)
            continue
        if seen[key] > 1 and name in (USERS, COURSES):
            sheet.refuse("listed twice", row, key)
            continue
        if seen[key] > 1:
            # Two lines of one name: both are kept, and said.
            context.report.notes.append(f"{name}: {key} is there more than once; both are kept")
            key = f"{key}#{seen[key]}"
        lines.keep(name, ExportLine(key, day, row, totals, sheet.orders, owner))
        if owner and name == USERS:
            lines.groups_of[owner].add(key)


def _name_of(path: Path, sheet: tabular.Sheet) -> str:
    """Return which of the exports a file is; its own name where it holds no rows.

    Raises:
        SourceError: none of them.
    """
    have = set(sheet.columns)
    name = next((n for n, columns in HEADERS.items() if have.issuperset(columns)), None)
    if name is None and sheet.header:
        raise SourceError(
            f"{path}: none of the exports of 360Learning (users of a group, groups, activities "
            f"of a course, courses); it has {', '.join(sheet.header)[:200]}"
        )
    return name or path.name


def _owner(lines: Lines, path: Path, name: str) -> str:
    """Return the course of a file of activities, or the group of a file of users, or nothing."""
    only = lines.context.options.only
    if name == ACTIVITIES:
        if len(only) == 1:
            return only[0]
        owner = about(path) or without_day(path.name.partition(".")[0]).strip(" -_")
        return owner or ACTIVITIES
    return about(path) if name == USERS else ""


def _key(name: str, row: dict[str, str], owner: str) -> str:
    if name == COURSES:
        return row["Course ID"].strip() or row["Course Name"].strip()
    if name == ACTIVITIES:
        parts = (owner, row["Title"].strip(), row["Type"].strip())
        return "/".join(parts) if parts[1] else ""
    if name == GROUPS:
        return row["Name"].strip()
    email = row.get("Email", "").strip().casefold()
    return email or full_name(row)


def full_name(row: dict[str, str]) -> str:
    """Return first and last name as one."""
    return " ".join(f"{row['First name']} {row['Last name']}".split())


def _totals(name: str, row: dict[str, str]) -> dict[str, int]:
    """Return the totals of a line; nothing for cells that are empty or `-`.

    Raises:
        RefusedCell: a cell is no whole number of 0 or more; says which.
    """
    totals = {}
    for column in COUNTERS.get(name, ()):
        cell = row.get(column, "").strip()
        if cell in ("", "-"):
            continue
        number = cells.whole(cell, 0)
        if number is None:
            raise tabular.RefusedCell(f"{column} is not a whole number", cell)
        totals[column] = number
    return totals
