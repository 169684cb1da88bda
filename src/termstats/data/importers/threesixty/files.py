"""The export files of 360Learning: which is which, and their lines by key and day."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from termstats.data.importers.sources import tabular
from termstats.data.importers.writing.base import ImportContext
from termstats.data.model.errors import SourceError
from termstats.data.model.period import check_zone, day_number

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
ALIASES: tabular.Aliases = {
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
_OF = re.compile(r"\s+-\s+(?P<name>.+)")
"""`activities - First aid.csv` is about First aid."""


@dataclass
class Line:
    """One line of one file: its cells by our column names, its totals, and the day they are of."""

    key: str
    day: int
    cells: dict[str, str]
    counts: dict[str, int]
    owner: str = ""
    """The course of an activity, or the group of a user: the name in the file name."""


@dataclass
class Lines:
    """Everything that was read, by file and key: the newest line of each, and all snapshots."""

    context: ImportContext
    newest: dict[str, dict[str, Line]] = field(default_factory=dict)
    snapshots: dict[tuple[str, str, int], Line] = field(default_factory=dict)
    groups_of: dict[str, set[str]] = field(default_factory=dict)
    """Group name -> keys of its users, from the newest file of that group."""
    last_day: int = 0

    def of(self, name: str) -> list[Line]:
        """Return the newest lines of one sort of file, in the order of the files."""
        return list(self.newest.get(name, {}).values())

    def keep(self, name: str, line: Line) -> None:
        """Keep a line; a later one of the same key replaces it, one of the same day too."""
        known = self.newest.setdefault(name, {})
        if line.key not in known or line.day >= known[line.key].day:
            known[line.key] = line
        self.snapshots[name, line.key, line.day] = line
        self.last_day = max(self.last_day, line.day)


def read_lines(location: str, context: ImportContext) -> Lines:
    """Return the lines of the file or folder `location`.

    Raises:
        SourceError: a file is none of the four exports.
    """
    lines = Lines(context)
    paths = [(_day_of(path, context), path) for path in tabular.files_of(location)]
    for day, path in sorted(paths):
        _read_file(lines, path, day)
    return lines


def _day_of(path: Path, context: ImportContext) -> int:
    zone = check_zone(context.zone)
    day = tabular.day_of_name(path)
    if day is None and context.options.as_of is not None:
        day = datetime.fromtimestamp(context.options.as_of, zone).date()
    return day_number(day or tabular.day_of_file(path, zone))


def about(path: Path) -> str:
    """Return what a file name says its lines belong to: the text after ` - `, without a date."""
    stem = path.name.removesuffix(".gz")
    stem = tabular.without_day(stem.rpartition(".")[0] or stem)
    match = _OF.search(stem)
    return match["name"].strip(" -_") if match else ""


def _read_file(lines: Lines, path: Path, day: int) -> None:
    report, name = lines.context.report, path.name

    def refuse(reason: str, row: object) -> None:
        report.table(name).read += 1
        lines.context.bad_rows.refuse(name, reason, row)

    with tabular.open_sheet(path, ALIASES, refuse, lines.context.options.map) as sheet:
        if not sheet.header:
            report.notes.append(f"{path.name} holds no rows")
            return
        have = set(sheet.columns)
        found = next((n for n, needed in HEADERS.items() if have.issuperset(needed)), None)
        if found is None:
            raise SourceError(
                f"{path}: none of the exports of 360Learning (users of a group, groups, activities "
                f"of a course, courses); it has {', '.join(sheet.header)[:200]}"
            )
        name = found
        owner = _owner(lines, path, name)
        if owner and name == USERS:
            lines.groups_of[owner] = set()
        seen: Counter[str] = Counter()
        counts = report.table(name)
        for row in sheet.rows:
            try:
                totals = _totals(name, row)
            except ValueError as error:
                refuse(str(error), row)
                continue
            key = _key(name, row, owner)
            seen[key] += bool(key)
            if not key:
                refuse("no name, email or id to know it by", row)
                continue
            if seen[key] > 1 and name in (USERS, COURSES):
                refuse(f"{key} is listed twice", row)
                continue
            if seen[key] > 1:
                # Two things of one name: both are kept, and said.
                report.notes.append(f"{name}: {key} is there more than once; both are kept")
                key = f"{key}#{seen[key]}"
            counts.read += 1
            counts.kept += 1
            lines.keep(name, Line(key, day, row, totals, owner))
            if owner and name == USERS:
                lines.groups_of[owner].add(key)


def _owner(lines: Lines, path: Path, name: str) -> str:
    """Return the course of a file of activities, or the group of a file of users, or nothing."""
    only = lines.context.options.only
    if name == ACTIVITIES:
        if len(only) == 1:
            return only[0]
        found = about(path) or tabular.without_day(path.name.partition(".")[0]).strip(" -_")
        return found or ACTIVITIES
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
    found = {}
    for column in COUNTERS[name]:
        try:
            number = tabular.whole(row.get(column, ""))
        except ValueError:
            raise ValueError(f"{column} is not a whole number") from None
        if number is not None:
            found[column] = number
    return found
