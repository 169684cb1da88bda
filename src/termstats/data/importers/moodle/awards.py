"""Certificates of three plug-ins, and badges, that people of Moodle have earned."""

from __future__ import annotations

from typing import NamedTuple

from termstats.data.importers.moodle.base import MoodleRun, stamp
from termstats.data.store import schema


class _Kind(NamedTuple):
    """Where what was awarded stands: the table of names, that of awards, and its columns."""

    award: str
    names: str
    issued: str
    name_id: str
    course: str
    """Column of the course; of the award where that has it, else of the name."""
    at: str
    until: str


_KINDS = (
    _Kind(
        *("certificate", "customcert", "customcert_issues"),
        *("customcertid", "course", "timecreated", ""),
    ),
    _Kind(
        *("certificate", "certificate", "certificate_issues"),
        *("certificateid", "course", "timecreated", ""),
    ),
    _Kind(
        *("certificate", "tool_certificate_templates", "tool_certificate_issues"),
        *("templateid", "courseid", "timecreated", "expires"),
    ),
    _Kind("badge", "badge", "badge_issued", "badgeid", "courseid", "dateissued", "dateexpire"),
)


async def write_awards(run: MoodleRun) -> None:
    """Write the certificates and badges that were issued."""
    for kind in _KINDS:
        names = await run.by_id(kind.names)
        async for row in run.known(kind.issued, kind.name_id, names):
            named = names[getattr(row, kind.name_id)]
            course = getattr(row if hasattr(row, kind.course) else named, kind.course)
            run.writer.add(
                schema.award,
                {
                    "key": f"{kind.names} {row.id}",
                    "kind": kind.award,
                    "person_id": run.people[row.userid],
                    "training_id": run.trainings.get(course),
                    "name": run.title(named.name) or f"{kind.award} {named.id}",
                    "at": stamp(getattr(row, kind.at)),
                    "valid_until": stamp(getattr(row, kind.until)) if kind.until else None,
                },
            )
