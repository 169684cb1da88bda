"""What a device of Kolibri has, as its own pages read it: raw rows, and how they hang together."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Raw = Mapping[str, Any]
NOT_STARTED, STARTED, COMPLETED, HELP = "notStarted", "started", "completed", "helpNeeded"
STATES = (NOT_STARTED, STARTED, COMPLETED, HELP)
"""States of a resource, a lesson or a quiz, in the order of the page."""
_FINE_ENOUGH = 1e-9


@dataclass
class Try:
    """A try with the points of its answers by question."""

    row: Raw
    content: str
    answers: list[tuple[str, float]] = field(default_factory=list)

    @property
    def id(self) -> str:
        """Return its id."""
        return str(self.row["id"])

    @property
    def user(self) -> str:
        """Return whose it is."""
        return str(self.row["user"])

    @property
    def complete(self) -> bool:
        """Return whether it is complete."""
        return bool(self.row["complete"])

    @property
    def correct(self) -> float:
        """Return its points."""
        return float(sum(points for _item, points in self.answers))


@dataclass
class School:
    """The rows of a device, by what they are looked up with."""

    users: dict[str, Raw]
    collections: dict[str, Raw]
    members: dict[str, set[str]]
    """Collection -> its people, deleted ones too."""
    roles: list[Raw]
    assigned: dict[str, list[str]]
    """Lesson, quiz or course session -> collections."""
    lessons: list[Raw]
    quizzes: list[Raw]
    drafts: list[Raw]
    courses: list[Raw]
    tests: list[Raw]
    nodes: dict[str, Raw]
    summaries: dict[tuple[str, str], Raw]
    """(person, content) -> what Kolibri sums up."""
    tries: dict[str, list[Try]]
    """Content -> tries, by start."""
    flags: list[Raw]
    calls: list[Raw]
    """Roll calls."""
    present: dict[str, list[tuple[str, bool]]]
    """Roll call -> (person, whether present)."""
    has_flags: bool

    def is_deleted(self, user: str) -> bool:
        """Return whether an account is deleted, or not there."""
        return user not in self.users or self.users[user]["deleted"] is not None

    def people(self, collection: str) -> list[str]:
        """Return the members of a collection without the deleted."""
        return sorted(u for u in self.members.get(collection, ()) if not self.is_deleted(u))

    def recipients(self, training: str) -> list[str]:
        """Return whom a lesson, quiz or course is for."""
        inside: set[str] = set()
        for collection in self.assigned.get(training, ()):
            inside |= set(self.people(collection))
        return sorted(inside)

    def below(self, parent: str, kind: str) -> list[str]:
        """Return the collections of a kind below another."""
        return sorted(
            key
            for key, row in self.collections.items()
            if row["parent"] == parent and row["kind"] == kind
        )

    def tries_of(self, user: str, content: str) -> list[Try]:
        """Return the tries of somebody at a content, by start."""
        return [each for each in self.tries.get(content, ()) if each.user == user]


def school_of(tables: Mapping[str, list[Raw]], answers: Iterable[tuple[str, str, float]]) -> School:
    """Return a school of the rows that the import has kept, and (try, question, points)."""
    members: dict[str, set[str]] = defaultdict(set)
    for row in tables["membership"]:
        members[row["collection"]].add(row["user"])
    assigned: dict[str, list[str]] = defaultdict(list)
    for row in tables["assignment"]:
        assigned[row["training"]].append(row["collection"])
    contents = {row["id"]: row["content"] for row in tables["contentsummarylog"]}
    by_id = {
        row["id"]: Try(row, contents.get(row["summary"], ""))
        for row in sorted(tables["masterylog"], key=lambda row: (row["start"], row["id"]))
    }
    for own, item, points in answers:
        if own in by_id:
            by_id[own].answers.append((item, points))
    tries: dict[str, list[Try]] = defaultdict(list)
    for each in by_id.values():
        tries[each.content].append(each)
    present: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    for row in tables["attendancerecord"]:
        present[row["session"]].append((row["user"], bool(row["present"])))
    return School(
        {row["id"]: row for row in tables["facilityuser"]},
        {row["id"]: row for row in tables["collection"]},
        members,
        tables["role"],
        assigned,
        [dict(row) | {"resources": json.loads(row["resources"])} for row in tables["lesson"]],
        [dict(row) | {"items": json.loads(row["items"])} for row in tables["exam"]],
        tables["draftexam"],
        tables["coursesession"],
        tables["unittestassignment"],
        {row["id"]: row for row in tables["node"]},
        {(row["user"], row["content"]): row for row in tables["contentsummarylog"]},
        tries,
        tables["notification"],
        tables["attendancesession"],
        present,
        bool(tables["notification"]),
    )


TABLES = (
    *("collection", "facilityuser", "role", "membership", "assignment", "lesson", "exam"),
    *("draftexam", "coursesession", "unittestassignment", "node", "contentsummarylog"),
    *("masterylog", "notification", "attendancesession", "attendancerecord"),
)
"""Names of the kept rows of which a school is made."""


def resource_state(school: School, user: str, node: Raw, flags: Iterable[Raw]) -> str:
    """Return the state of a resource as Kolibri's class page has it.

    `flags`: notifications of the lessons, or of the course, that the page is about.
    """
    summary = school.summaries.get((user, node["content"]))
    if summary is not None and summary["progress"] == 1:
        return COMPLETED
    if summary is None:
        return NOT_STARTED
    mine = [f for f in flags if f["user"] == user and f["node"] == node["id"]]
    helped = max((f["at"] for f in mine if f["event"] == "HelpNeeded"), default="")
    completed = max((f["at"] for f in mine if f["event"] == "Completed"), default="")
    if helped and helped > completed:
        return HELP
    is_tried = any(each.answers for each in school.tries_of(user, node["content"]))
    return STARTED if is_tried or node["kind"] != "exercise" else NOT_STARTED


def lesson_state(states: Iterable[str]) -> str:
    """Return the state of a lesson by those of its resources."""
    listed = list(states)
    if HELP in listed:
        return HELP
    if listed and all(state == COMPLETED for state in listed):
        return COMPLETED
    return NOT_STARTED if all(state == NOT_STARTED for state in listed) else STARTED


def newest_try(tries: Iterable[Try]) -> Try | None:
    """Return the try that ended last."""
    return max(tries, key=lambda each: (each.row["end"], each.id), default=None)


def whole_percent(share: float) -> str:
    """Return a share of 0 to 1 as a whole percent, half up, as the pages print it."""
    return f"{int(share * 100 + 0.5 + _FINE_ENOUGH)}%"


def duration(seconds: float) -> str:
    """Return seconds cut to one unit, as the pages print them."""
    for most, size, unit in ((120, 1, "second"), (3_600, 60, "minute"), (86_400, 3_600, "hour")):
        if seconds < most:
            number = int(seconds // size)
            return f"{number} {unit}{'' if number == 1 else 's'}"
    number = int(seconds // 86_400)
    return f"{number} day{'' if number == 1 else 's'}"


def written_at(stamp: str) -> str:
    """Return a stamp as the pages have it: seconds cut, Z for UTC."""
    return f"{stamp[:19].replace(' ', 'T')}Z" if stamp else ""
