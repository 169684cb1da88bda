"""People of OppiaMobile: accounts, profile fields, cohorts, permissions, points and badges."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from termstats.data.importers.oppia.base import OppiaRun
from termstats.data.importers.oppia.since_last import POINTS, read_before
from termstats.data.importers.sources import cells
from termstats.data.model.units import RowId, Second
from termstats.data.store import schema

_CLASS_ROLES = {"teacher": "coach", "student": "learner"}
_GRANTS = {"manager": "manager", "viewer": "viewer"}
_ROLE_ORDER = ("admin", "staff", "manager", "viewer", "teacher", "student")

Links = list[tuple[Any, ...]]


async def write_people(run: OppiaRun, permissions: Links, participants: Links) -> None:
    """Write everybody with an account, their roles and the platform-wide grants."""
    roles: dict[int, set[str]] = defaultdict(set)
    for _, user, _, role in permissions:
        roles[user].add(cells.text(role))
    for _, _, user, role in participants:
        roles[user].add(cells.text(role))
    profiles = {row[0]: row async for row in run.rows("profile_userprofile")}
    async for row in run.rows("auth_user"):
        user, username, first, last, email, is_staff, is_admin, is_active, joined, seen = row
        name = f"{cells.text(first)} {cells.text(last)}".strip() or cells.text(username)
        staff = cells.flag(is_staff) or cells.flag(is_admin)
        excluded = user in profiles and cells.flag(profiles[user][4])
        blocked = not cells.flag(is_active)
        held = roles[user] | ({"admin"} if cells.flag(is_admin) else set())
        held |= {"staff"} if cells.flag(is_staff) else set()
        person = run.people[user] = run.writer.add(
            schema.person,
            {
                "key": str(user),
                "name": name,
                "username": cells.text(username) or None,
                "email": cells.text(email) or None,
                "roles": ", ".join(r for r in _ROLE_ORDER if r in (held or {"student"})),
                "joined_at": run.moment(joined),
                "last_access_at": run.moment(seen),
                "staff": int(staff),
                "excluded": int(excluded),
                "blocked": int(blocked),
                "counted": int(not (staff or excluded or blocked)),
            },
        )
        if staff:
            run.writer.add(schema.grant, {"person_id": person, "role": "administrator"})
    for user in sorted(profiles):
        row = profiles[user]
        if user not in run.people:
            run.refuse("profile_userprofile", "unknown person", row)
            continue
        for field, value in zip(
            ("job_title", "organisation", "phone_number"), row[1:4], strict=True
        ):
            if cells.text(value):
                _add_field(run, user, field, cells.text(value))
    await _write_custom_fields(run)


async def _write_custom_fields(run: OppiaRun) -> None:
    labels: dict[str, str] = {}
    async for key, name, kind in run.rows("profile_customfield"):
        labels[cells.text(key)] = cells.text(name)
        label = (cells.text(name) or cells.text(key))[:120]
        run.keep_row("profile_customfield", label=label, type=cells.text(kind))
    seen: set[tuple[int, str]] = set()
    table = "profile_userprofilecustomfield"
    async for row in run.rows(table):
        _, user, key, text, whole, truth = row
        label = (labels.get(cells.text(key)) or cells.text(key))[:120]
        if user not in run.people:
            run.refuse(table, "unknown person", row)
        elif (user, label) in seen or label in ("job_title", "organisation", "phone_number"):
            run.refuse(table, "second value of a field", row)
        else:
            seen.add((user, label))
            if truth is not None:
                value = "true" if cells.flag(truth) else "false"
            else:
                value = cells.text(text if whole is None else whole)
            _add_field(run, user, label, value)


def _add_field(run: OppiaRun, user: int, field: str, value: str) -> None:
    run.writer.add(
        schema.person_field, {"person_id": run.people[user], "field": field, "value": value}
    )


def write_permissions(run: OppiaRun, permissions: Links) -> None:
    """Write who manages and who views which course."""
    for row in permissions:
        _, user, course, role = row
        if user not in run.people:
            run.refuse("oppia_coursepermissions", "unknown person", row)
        elif course not in run.trainings:
            run.refuse("oppia_coursepermissions", "unknown course", row)
        elif role not in _GRANTS:
            run.refuse("oppia_coursepermissions", "unknown role", row)
        else:
            run.writer.add(
                schema.grant,
                {
                    "person_id": run.people[user],
                    "role": _GRANTS[role],
                    "training_id": run.trainings[course],
                },
            )


async def write_cohorts(
    run: OppiaRun, participants: Links
) -> dict[tuple[RowId, RowId], Second | None]:
    """Write cohorts as classes; return (training, student) -> start of the cohort, if known."""
    starts: dict[int, Second | None] = {}
    async for cohort, description, start, end in run.rows("oppia_cohort"):
        starts[cohort] = run.moment(start)
        run.classes[cohort] = run.writer.add(
            schema.class_,
            {
                "key": str(cohort),
                "title": run.title(description),
                "starts_at": run.moment(start),
                "ends_at": run.moment(end),
            },
        )
    courses: dict[int, set[RowId]] = defaultdict(set)
    async for row in run.rows("oppia_coursecohort"):
        _, cohort, course = row
        if cohort not in run.classes or course not in run.trainings:
            run.refuse("oppia_coursecohort", "unknown cohort or course", row)
        elif run.trainings[course] in courses[cohort]:
            run.refuse("oppia_coursecohort", "duplicate course of a cohort", row)
        else:
            courses[cohort].add(run.trainings[course])
            run.writer.add(
                schema.class_training,
                {"class_id": run.classes[cohort], "training_id": run.trainings[course]},
            )
    roster: dict[tuple[RowId, RowId], Second | None] = {}
    for cohort, person in _write_members(run, participants):
        for training in courses[cohort]:
            enrolled = [roster[training, person]] if (training, person) in roster else []
            begins = [at for at in (*enrolled, starts[cohort]) if at is not None]
            roster[training, person] = min(begins, default=None)
    return roster


def _write_members(run: OppiaRun, participants: Links) -> list[tuple[int, RowId]]:
    """Write members and coaches; return (cohort, person) of the students."""
    students = []
    seen: set[tuple[int, int, str]] = set()
    for row in participants:
        key, cohort, user, role = row
        run.keep_row(
            "oppia_participant", id=key, cohort_id=cohort, user_id=user, role=cells.text(role)
        )
        if user not in run.people:
            run.refuse("oppia_participant", "unknown person", row)
        elif cohort not in run.classes:
            run.refuse("oppia_participant", "unknown cohort", row)
        elif role not in _CLASS_ROLES:
            run.refuse("oppia_participant", "unknown role", row)
        elif (cohort, user, role) in seen:
            run.refuse("oppia_participant", "duplicate participant", row)
        else:
            seen.add((cohort, user, role))
            member = {"class_id": run.classes[cohort], "person_id": run.people[user]}
            run.writer.add(schema.class_member, {**member, "role": _CLASS_ROLES[role]})
            if role == "student":
                students.append((cohort, run.people[user]))
            else:
                run.writer.add(schema.grant, {**member, "role": "coach"})
    return students


async def write_points(run: OppiaRun) -> None:
    """Write the points given to people."""
    async for row in run.rows(POINTS, above=read_before(run, POINTS)):
        key, user, course, points, date, kind, description = row
        value = cells.number(points)
        if user not in run.people:
            run.unknown_people.add(user or 0)
            run.refuse("oppia_points", "unknown person", row)
        elif value is None:
            run.refuse("oppia_points", "no number of points", row)
        else:
            run.writer.add(
                schema.point,
                {
                    "key": str(key),
                    "person_id": run.people[user],
                    "training_id": run.trainings.get(course),
                    "at": run.moment(date),
                    "points": value,
                    "type": cells.text(kind) or None,
                    "description": cells.text(description) or None,
                },
            )


async def write_awards(run: OppiaRun) -> None:
    """Write badges that people earned, with the course and the version they were earned in."""
    names = {row[0]: run.title(row[1]) async for row in run.rows("oppia_badge")}
    awards = [row async for row in run.rows("oppia_award")]
    ids = {row[0] for row in awards}
    courses: dict[int, tuple[Any, ...]] = {}
    async for row in run.rows("oppia_awardcourse"):
        if row[1] not in ids:
            run.refuse("oppia_awardcourse", "unknown award", row)
        elif row[1] in courses:
            run.refuse("oppia_awardcourse", "second course of an award", row)
        else:
            courses[row[1]] = row
    for row in awards:
        key, badge, user, date = row
        if user not in run.people:
            run.refuse("oppia_award", "unknown person", row)
            continue
        course = courses.get(key)
        run.writer.add(
            schema.award,
            {
                "key": str(key),
                "kind": "badge",
                "person_id": run.people[user],
                "training_id": run.trainings.get(course[2]) if course else None,
                "name": names.get(badge) or f"badge {badge}",
                "at": run.moment(date),
                "version": cells.text(course[3]) or None if course else None,
            },
        )
