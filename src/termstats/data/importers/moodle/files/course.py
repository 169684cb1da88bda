"""The course of the files with its activities, and who did what there."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from termstats.data.importers.moodle.files import words
from termstats.data.importers.moodle.files.descriptions import Description, described
from termstats.data.importers.moodle.files.people import People, Person, plain
from termstats.data.importers.moodle.files.reading import NONE, Files, LogRow, stem
from termstats.data.importers.writing.base import ImportContext
from termstats.data.model.errors import SourceError
from termstats.data.model.text import clean
from termstats.data.model.units import RowId, Second
from termstats.data.store import schema

_SITE = 1
"""The course that is the site itself: no training."""


@dataclass
class Activity:
    """An activity of the course; here a module with one activity."""

    module: RowId
    activity: RowId
    key: str
    title: str
    kind: str
    """Moodle's name of its kind; empty where nothing tells."""
    most: float | None = None
    """Points."""
    is_tracked: bool = False
    """Whether somebody completed it: it counts for progress."""


@dataclass
class Standing:
    """How somebody stands in the course."""

    first: Second | None = None
    """When they first did something there."""
    enrolled: Second | None = None
    left: Second | None = None
    completed: Second | None = None
    score: float | None = None
    """Percent."""
    fields: dict[str, str] = field(default_factory=dict)


class Course:
    """The course that the files are of."""

    def __init__(self, context: ImportContext, people: People, number: int | None) -> None:
        self.context = context
        self.writer = context.writer
        self.people = people
        self.number = number
        """Moodle's id; None: no file tells it."""
        self.id = self.writer.new_id(schema.training)
        self.title = ""
        self.activities: list[Activity] = []
        self.by_module: dict[int, Activity] = {}
        """Course module -> its activity."""
        self.by_title: dict[str, Activity] = {}
        self.standings: dict[RowId, Standing] = defaultdict(Standing)
        """Person -> how they stand."""
        self.attempts: set[tuple[RowId, RowId]] = set()
        """(module, person) of which a report of a quiz tells."""
        self.remarks: Counter[str] = Counter()
        """What the report notes -> how often it was met."""

    def activity(self, title: str, kind: str, module: int | None = None) -> Activity:
        """Return an activity, by Moodle's id where a file tells it, else by its title."""
        known = self.by_module.get(module) if module is not None else self.named(title)
        if known is None:
            new = self.writer.new_id
            key = str(module) if module is not None else f"{kind or 'activity'}: {plain(title)}"
            known = Activity(new(schema.module), new(schema.activity), key, title, kind)
            self.activities.append(known)
            if module is not None:
                self.by_module[module] = known
            self.by_title.setdefault(plain(title), known)
        known.kind = known.kind or kind
        return known

    def named(self, title: str) -> Activity | None:
        """Return the activity of that title, as far as the files have it."""
        return self.by_title.get(plain(title))

    def standing(self, person: Person) -> Standing:
        """Return how somebody stands in the course: from now on they are in it."""
        return self.standings[person.id]

    def write(self, *, has_activity: bool) -> None:
        """Write the course, its activities and who is in it."""
        key = str(self.number) if self.number is not None else self.title
        row = {"id": self.id, "key": key[:255], "title": self.title}
        self.writer.add(schema.training, row | {"has_activity": int(has_activity)})
        for position, each in enumerate(self.activities, 1):
            shared = {
                "key": each.key[:255],
                "training_id": self.id,
                "title": each.title,
                "position": position,
                "max_score": each.most,
            }
            kind = each.kind or "activity"
            self.writer.add(schema.module, {"id": each.module, **shared, "kind": kind[:40]})
            columns = {"id": each.activity, "module_id": each.module, "type": kind[:60]}
            in_path = {"in_path": int(each.is_tracked)}
            self.writer.add(schema.activity, {**shared, **columns, **in_path})
        for person in self.people.all:
            if person.is_listed or (person.id in self.standings and not person.is_staff):
                self._enrol(person, self.standings[person.id])

    def _enrol(self, person: Person, standing: Standing) -> None:
        ids = {"training_id": self.id, "person_id": person.id}
        is_implied = not person.is_listed and standing.enrolled is None
        enrolment: dict[str, Any] = {
            **ids,
            "enrolled_at": standing.enrolled or (standing.first if is_implied else None),
            "withdrawn_at": standing.left,
            "completed_at": standing.completed,
            "score": standing.score,
            "reported_score": standing.score,
            "implied": int(is_implied),
        }
        self.writer.add(schema.enrolment, enrolment)
        for name, value in standing.fields.items():
            known = {**ids, "field": name[:120], "value": value}
            self.writer.add(schema.enrolment_field, known)


def course_of(files: Files, people: People) -> Course:
    """Return the one course that the files are of, with the activities that logs name.

    Raises:
        SourceError: the logs are of several.
    """
    rows = [row for log in files.logs.values() for row in log]
    said = [(row, described(row["description"])) for row in rows]
    titles = {row["course"] for row in rows if row["course"] not in NONE}
    if len(titles) > 1:
        names = ", ".join(sorted(map(clean, titles))[:5])
        raise SourceError(
            f"the logs are of {len(titles)} courses ({names}); save and import those of one course"
        )
    _check_one(files)
    numbers = Counter(each.course for _row, each in said if (each.course or _SITE) > _SITE)
    number = numbers.most_common(1)[0][0] if numbers else None
    course = Course(files.context, people, number)
    course.title = _title(files, said, number)
    for row, each in said:
        if each.module is not None:
            kind, title = words.kind_and_title(row["context"])
            course.activity(
                title or f"activity {each.module}", each.module_kind or kind, each.module
            )
    return course


def _check_one(files: Files) -> None:
    """Check that all logs are of one course, by the id that most of their rows tell.

    Raises:
        SourceError: they are not.
    """
    courses: dict[int, Path] = {}
    for path, rows in files.logs.items():
        numbers = Counter(
            said.course
            for row in rows
            if (said := described(row["description"])).course and said.course > _SITE
        )
        if numbers:
            courses.setdefault(numbers.most_common(1)[0][0] or 0, path)
    if len(courses) > 1:
        (one, path), (other, second), *_ = sorted(courses.items())
        raise SourceError(
            f"{path} is the log of course {one}, {second} that of course {other}; import the "
            "files of one course"
        )


def _title(files: Files, said: list[tuple[LogRow, Description]], number: int | None) -> str:
    """Return the title of the course: as the log writes it, else as a file name has it."""
    titles = Counter(
        match["title"].strip()
        for row, each in said
        if each.module is None and (match := words.COURSE.fullmatch(row["context"]))
    )
    if titles:
        return titles.most_common(1)[0][0]
    for path, pattern in (
        *((path, words.LOG_FILE) for path in files.logs),
        *((path, words.GRADEBOOK_FILE) for path in files.gradebooks),
    ):
        if match := pattern.fullmatch(stem(path)):
            return str(match["course"])
    return f"course {number}" if number else "course"
