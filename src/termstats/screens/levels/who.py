"""Who a learner is, in a few facts, and what support must know first: no terminal here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from termstats.data.model.table import Table

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


@dataclass(frozen=True)
class Who:
    """A learner in words."""

    name: str
    facts: tuple[str, ...]
    warnings: tuple[str, ...]


def who_is(profile: Table) -> Who:
    """Return who a learner is, by the rows of their profile."""
    fields: dict[str, object] = {}
    for row in profile.rows:
        # The platform's own fields come first; a custom one of the same name is another thing.
        fields.setdefault(str(row[0]).lower(), row[1])
    facts = tuple(f"{field} {fields[field]}" for field in SHOWN if fields.get(field))
    return Who(str(fields.get("name") or ""), facts, tuple(warnings(fields)))


def warnings(fields: Mapping[str, object]) -> list[str]:
    """Return what support must know before anything else, in words."""
    parts = []
    last = fields.get("last access")
    if last in (None, "", "-", "never"):
        parts.append("never logged in")
    for field, words in WARNINGS.items():
        value = str(fields.get(field) or "").strip()
        if value and value.lower() not in ("no", "0", "false", "-"):
            parts.append(words if value.lower() in ("yes", "1", "true") else f"{words}: {value}")
    return parts
