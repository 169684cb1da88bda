"""A file of people: what the platform calls those of whom statements know only an identifier."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from termstats.data.importers.sources import cells, tabular
from termstats.data.importers.sources.column_names import SheetColumns
from termstats.data.importers.writing.base import ImportContext
from termstats.data.importers.xapi.intake import Told
from termstats.data.model.errors import SourceError

PEOPLE = "people"
SHEET = SheetColumns(
    {
        "person": ("external_user_id", "actor", "actor_id", "account", "key"),
        "name": ("full name", "display name"),
        "username": ("user name", "login"),
        "email": ("e-mail", "mail", "email address"),
        "staff": ("is staff",),
        "same_as": ("alias of",),
    }
)


def read_people(path: Path, context: ImportContext) -> Told:
    """Return what a file of people tells; the file is told by its column `person`.

    Raises:
        SourceError: it has none, or cannot be read.
    """
    profiles: dict[str, Mapping[str, Any]] = {}
    same: dict[str, str] = {}
    sheets = tabular.Sheets(SHEET, None, context.options.dates)
    with sheets.open(path) as sheet:
        if "person" not in sheet.columns:
            raise SourceError(
                f"{path}: neither statements (JSON) nor a file of people, which has a column person"
            )
        for row in sheet.rows(context.intake(PEOPLE)):
            key, other = (row.get(name, "").strip() for name in ("person", "same_as"))
            if not key:
                sheet.refuse("no person", row)
            elif key in profiles or key in same:
                sheet.refuse("the person is there twice", row, key)
            elif other == key:
                sheet.refuse("the same as themselves", row, key)
            elif other:
                same[key] = other
            else:
                profiles[key] = _profile(row)
    return Told(profiles, same_as=same)


def _profile(row: Mapping[str, str]) -> dict[str, Any]:
    """Return the columns of `person` that a row fills."""
    told: dict[str, Any] = {
        name: cells.text(row[name].strip())
        for name in ("name", "username", "email")
        if row.get(name, "").strip()
    }
    if row.get("staff", "").strip():
        is_staff = int(cells.flag(row["staff"], unknown=True))
        told |= {"staff": is_staff, "counted": 1 - is_staff}
    return told
