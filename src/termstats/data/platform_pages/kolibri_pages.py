"""The other pages of Kolibri: facilities, roll calls, a course, the tries of a learner."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator

from termstats.data.platform_pages import PageCell
from termstats.data.platform_pages.kolibri_class import number, word
from termstats.data.platform_pages.kolibri_school import (
    Raw,
    School,
    Try,
    resource_state,
    written_at,
)

_LEVELS = ((0.5, "support needed"), (0.8, "gaining momentum"), (1.0, "on track"))
"""Share of questions that are right, at most -> what the report says."""


def facility_page(school: School) -> list[PageCell]:
    """Return the numbers of the facilities, and of the export of their users."""
    cells: list[PageCell] = []
    facilities = [key for key, row in school.collections.items() if row["kind"] == "facility"]
    for facility in facilities:
        users = _users(school, facility)
        rooms = school.below(facility, "classroom")
        cells.append(number("facility", "users", facility, len(users)))
        cells.append(number("facility", "classes", facility, len(rooms)))
        for room in rooms:
            coaches = {
                r["user"] for r in school.roles if (r["collection"], r["kind"]) == (room, "coach")
            }
            cells.append(number("facility", "class_learners", room, len(school.people(room))))
            cells.append(number("facility", "class_coaches", room, len(coaches)))
        cells += _users_export(school, facility, rooms)
    return cells


def _users(school: School, facility: str) -> list[str]:
    return [
        user
        for user, row in school.users.items()
        if row["facility"] == facility and row["deleted"] is None
    ]


def _users_export(school: School, facility: str, rooms: list[str]) -> Iterator[PageCell]:
    """Give the rows of the users' CSV: without those who administer the device or facility."""
    admins = {r["user"] for r in school.roles if r["kind"] == "admin"}
    listed = [
        user
        for user in _users(school, facility)
        if not school.users[user]["superuser"] and user not in admins
    ]
    types = Counter(_type(school, user) for user in listed)
    yield number("export", "users_rows", facility, len(listed))
    for type_, count in types.items():
        yield number("export", "users_rows_type", f"{facility}/{type_}", count)
    for user in listed:
        names = sorted(
            school.collections[room]["name"] for room in rooms if user in school.members[room]
        )
        yield word("export", "user_classes", f"{facility}/{user}", ",".join(names))


def _type(school: School, user: str) -> str:
    """Return what the users' CSV calls somebody."""
    held = {r["kind"] for r in school.roles if r["user"] == user}
    for kind, name in (
        ("classroom assignable coach", "CLASS_COACH"),
        ("coach", "FACILITY_COACH"),
    ):
        if kind in held:
            return name
    return "LEARNER"


def attendance_page(school: School, room: str) -> list[PageCell]:
    """Return who was there at the roll calls of a class."""
    cells = []
    for call in school.calls:
        if call["collection"] == room:
            there = [is_there for _user, is_there in school.present.get(call["id"], ())]
            cells.append(number("attendance", "present", call["id"], sum(there)))
            cells.append(number("attendance", "absent", call["id"], len(there) - sum(there)))
    return cells


def learner_page(school: School, user: str) -> list[PageCell]:
    """Return the tries of a learner at what the lessons and quizzes of their classes hold."""
    rooms = {room for room, members in school.members.items() if user in members}
    contents = {row["id"] for row in school.quizzes if row["collection"] in rooms}
    for lesson in school.lessons:
        if lesson["collection"] in rooms:
            contents |= {each["content"] for each in lesson["resources"]}
    cells: list[PageCell] = []
    for content in sorted(contents):
        for each in school.tries_of(user, content):
            cells += _try(each)
    return cells


def _try(each: Try) -> Iterator[PageCell]:
    row = each.row
    yield number("learner", "try_correct", each.id, sum(int(p) for _item, p in each.answers))
    yield number("learner", "try_complete", each.id, row["complete"])
    spent = row["seconds"]
    if spent is None:
        yield word("learner", "try_time", each.id, "")
    else:
        yield number("learner", "try_time", each.id, spent)
    yield word("learner", "try_started", each.id, written_at(row["start"]))
    yield word("learner", "try_completed", each.id, written_at(row["completion"]))


# ---- courses -------------------------------------------------------------------------------------


def course_page(school: School, session: str) -> list[PageCell]:
    """Return the report of a course session: its tests and its resources."""
    course = next((row for row in school.courses if row["id"] == session), None)
    if course is None:
        return []
    recipients = school.recipients(session)
    nodes = _below(school, course["course"])
    cells = [number("course", "active", "", course["active"])]
    for unit in nodes:
        if unit["modality"] == "UNIT":
            cells.append(number("course", "unit_learners", unit["id"], len(recipients)))
            for kind in ("pre", "post"):
                cells += _test(school, session, unit, kind, recipients)
    flags = [flag for flag in school.flags if flag["course"] == session]
    for node in nodes:
        for user in recipients:
            summary = school.summaries.get((user, node["content"]))
            if node["kind"] != "topic" and summary is not None:
                key = f"{node['content']}/{user}"
                state = resource_state(school, user, node, flags)
                cells.append(word("course", "resource_learner_status", key, state))
                spent = summary["seconds"] or 0.0
                cells.append(number("course", "resource_learner_time", key, spent))
    return cells


def _below(school: School, above: str) -> list[Raw]:
    inside: list[Raw] = []
    for node in school.nodes.values():
        if node["parent"] == above and node["id"] != above:
            inside += [node, *_below(school, node["id"])]
    return inside


def _test(
    school: School, session: str, unit: Raw, kind: str, recipients: list[str]
) -> Iterator[PageCell]:
    """Give what a unit report says of a test: the latest complete try of each learner."""
    assigned = [
        row
        for row in school.tests
        if (row["session"], row["unit"], row["type"]) == (session, unit["id"], kind)
    ]
    if not assigned:
        return
    state = "closed" if assigned[0]["closed"] else "open"
    yield word("course", f"{kind}_status", unit["id"], state)
    latest: dict[str, Try] = {}
    for tries in school.tries.values():
        for each in sorted(tries, key=lambda t: (t.row["end"], t.id)):
            row = each.row
            is_this = (row["course"], row["unit"], row["test"]) == (session, unit["id"], kind)
            if is_this and each.complete and each.user in recipients:
                latest[each.user] = each
    yield number("course", f"{kind}_learners", unit["id"], len(latest))
    objectives = json.loads(unit["objectives"])
    for user, each in sorted(latest.items()):
        key, right = f"{unit['id']}/{user}", [i for i, points in each.answers if points == 1]
        yield number("course", f"{kind}_correct", key, len(right))
        share = len(right) / unit["size"] if unit["size"] else 0.0
        level = next((words for most, words in _LEVELS if share <= most), _LEVELS[-1][1])
        yield word("course", f"{kind}_level", key, level)
        counts = Counter(goal for item in right for goal in objectives.get(item, ()))
        for goal, count in counts.items():
            yield number("course", f"{kind}_objective_correct", f"{key}/{goal}", count)
