"""People of Moodle: accounts, profile fields, cohorts and groups."""

from __future__ import annotations

from collections import Counter
from typing import Any

from termstats.data.importers.moodle.base import MoodleRun, stamp
from termstats.data.importers.moodle.roles import Roles, is_only_staff
from termstats.data.importers.sources import cells
from termstats.data.importers.sources.moments import zone_named
from termstats.data.store import schema

_OF_SITE = "99"
"""Zone of a person who has none of their own."""
_FIELDS = ("idnumber", "institution", "department", "city")
"""Columns of a person that are shown as fields of the profile."""


async def write_people(run: MoodleRun, roles: Roles, accounts: list[Any]) -> None:
    """Write everybody with an account; `accounts`: the rows of the table of people."""
    learns = {user for _course, user in run.learners}
    guest = cells.whole(run.config.get("siteguest"))
    for row in accounts:
        run.people[row.id] = run.writer.add(
            schema.person, _person(run, roles, row, learns, is_guest=_is_guest(row, guest))
        )
        run.note(stamp(row.lastaccess))
        if not cells.flag(row.deleted):
            for name in _FIELDS:
                _add_field(run, row.id, name, cells.text(getattr(row, name)))
    await _write_fields(run)


def _is_guest(row: Any, guest: int | None) -> bool:
    return cells.text(row.username) == "guest" if guest is None else row.id == guest


def _person(
    run: MoodleRun, roles: Roles, row: Any, learns: set[int], *, is_guest: bool
) -> dict[str, Any]:
    """Return the columns of somebody; of a deleted account neither name nor address."""
    gone = cells.flag(row.deleted)
    staff = is_only_staff(run, roles, row.id, learns)
    if staff:
        run.only_staff.add(row.id)
    # Some versions lack the columns, where nothing is to be seen of them.
    waits = row.confirmed is not None and not cells.flag(row.confirmed)
    blocked = cells.flag(row.suspended) or waits or cells.text(row.auth) == "nologin"
    person = {
        "key": str(row.id),
        "name": f"deleted user {row.id}",
        "roles": ", ".join(roles.names_of(row.id)) or None,
        "joined_at": stamp(row.timecreated),
        "last_access_at": stamp(row.lastaccess),
        "staff": int(staff),
        "blocked": int(blocked and not gone),
        "deleted": int(gone),
        "anonymous": int(is_guest),
        "counted": int(not (staff or blocked or gone or is_guest)),
    }
    if gone:
        return person
    username = cells.text(row.username)
    full = " ".join(part for part in map(run.title, (row.firstname, row.lastname)) if part)
    return person | {
        "name": full or username or f"user {row.id}",
        "username": username or None,
        "email": cells.text(row.email) or None,
        "language": cells.text(row.lang)[:20] or None,
        "country": cells.text(row.country)[:60] or None,
        "zone": _zone(run, row),
    }


def _zone(run: MoodleRun, row: Any) -> str | None:
    own = cells.text(row.timezone)
    zone = zone_named(run.config.get("timezone") if own == _OF_SITE else own)
    return zone.key if zone else None


async def _write_fields(run: MoodleRun) -> None:
    names = {row.id: run.title(row.name) for row in await run.table("user_info_field")}
    table, seen = "user_info_data", set()
    async for row in run.known(table, "fieldid", names):
        if (row.userid, row.fieldid) in seen:
            run.refuse(table, "second value of a field", row)
            continue
        seen.add((row.userid, row.fieldid))
        _add_field(run, row.userid, names[row.fieldid], run.title(row.data))


def _add_field(run: MoodleRun, user: int, name: str, value: str) -> None:
    """Add a field that is not empty; of two with one name the first counts."""
    field = (user, name[:120])
    if value and name and field not in run.fields:
        run.fields.add(field)
        row = {"person_id": run.people[user], "field": name[:120], "value": value}
        run.writer.add(schema.person_field, row)


async def write_classes(run: MoodleRun) -> None:
    """Write groups of courses and cohorts of the site as classes, with their members."""
    groups = await run.table("groups")
    known = [row for row in groups if row.courseid in run.trainings]
    for row in groups:
        if row.courseid not in run.trainings:
            run.refuse("groups", "unknown course", row)
    cohorts = await run.table("cohort")
    titles = Counter(run.title(row.name) for row in (*known, *cohorts))
    for row in known:
        name = run.title(row.name)
        # Names of groups repeat: what they belong to tells them apart.
        shown = f"{name} ({run.titles[row.courseid]})" if titles[name] > 1 else name
        group = run.groups[row.id] = run.writer.add(
            schema.class_, {"key": f"group {row.id}", "title": shown or f"group {row.id}"}
        )
        run.group_courses[row.id] = row.courseid
        offered = {"class_id": group, "training_id": run.trainings[row.courseid]}
        run.writer.add(schema.class_training, offered)
    for row in cohorts:
        title = run.title(row.name) or f"cohort {row.id}"
        run.cohorts[row.id] = run.writer.add(
            schema.class_, {"key": f"cohort {row.id}", "title": title}
        )
    await _write_members(run)


async def _write_members(run: MoodleRun) -> None:
    seen: set[tuple[str, int, int]] = set()
    for table, column, classes in (
        ("groups_members", "groupid", run.groups),
        ("cohort_members", "cohortid", run.cohorts),
    ):
        async for row in run.known(table, column, classes):
            where = getattr(row, column)
            if (table, where, row.userid) in seen:
                run.refuse(table, "twice in a class", row)
                continue
            seen.add((table, where, row.userid))
            course = run.group_courses.get(where) if classes is run.groups else None
            if classes is run.groups:
                run.group_members[where].append(row.userid)
            coaches = course is not None and run.is_staff(course, row.userid)
            run.writer.add(
                schema.class_member,
                {
                    "class_id": classes[where],
                    "person_id": run.people[row.userid],
                    "role": "coach" if coaches else "learner",
                    "from_at": stamp(row.timeadded),
                },
            )
