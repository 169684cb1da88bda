"""Who a learner is, in a few facts, and what support must know first: no terminal here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from termstats.data.model.table import Cell, Table

SHOWN = ("username", "roles", "classes", "last access", "joined")
"""Fields of the profile that fit the line, in order."""
WARNINGS = {
    "excluded": "excluded from reports",
    "blocked": "blocked",
    "deleted": "deleted",
    "staff": "staff",
    "anonymous": "anonymous",
    "bot": "a bot",
}
LAST = "counted"
"""The last of the platform's own fields; fields of the profile come after it."""


@dataclass(frozen=True)
class Who:
    """A learner in words."""

    name: str
    facts: tuple[str, ...]
    warnings: tuple[str, ...]


def who_is(profile: Table) -> Who:
    """Return who a learner is, by the rows of their profile."""
    fields = own_fields(profile)
    facts = tuple(f"{field} {fields[field]}" for field in SHOWN if fields.get(field))
    return Who(str(fields.get("name") or ""), facts, tuple(warnings(fields)))


def own_fields(profile: Table) -> dict[str, Cell]:
    """Return what the platform says of everybody: a profile field of the same name is not that."""
    fields: dict[str, Cell] = {}
    for field, value, *_more in profile.rows:
        fields[str(field)] = value
        if field == LAST:
            break
    return fields


def warnings(fields: Mapping[str, object]) -> list[str]:
    """Return what support must know before anything else, in words."""
    parts = []
    last = fields.get("last access")
    if last in (None, "", "-", "never"):
        parts.append("never logged in")
    reasons = str(fields.get(LAST) or "").removeprefix("no: ").split(", ")
    return parts + [words for flag, words in WARNINGS.items() if flag in reasons]
