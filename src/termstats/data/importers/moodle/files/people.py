"""Who is who in the files: logs know people by id and name, the others by address and name."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from termstats.data.importers.moodle.files import words
from termstats.data.importers.moodle.files.descriptions import Description, described
from termstats.data.importers.moodle.files.reading import NONE, Files, LogRow, Named
from termstats.data.importers.writing.writer import StoreWriter
from termstats.data.model.units import RowId
from termstats.data.store import schema


@dataclass
class Person:
    """Somebody in the files."""

    id: RowId
    user: int | None = None
    """Moodle's id, as logs tell it."""
    name: str = ""
    email: str = ""
    id_number: str = ""
    username: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    is_listed: bool = False
    """Whether a gradebook or a report of a quiz has them."""
    teaches: bool = False

    @property
    def is_staff(self) -> bool:
        """Return whether they only teach: who is in a gradebook learns."""
        return self.teaches and not self.is_listed


class People:
    """The people of the files, joined by what the files have in common."""

    def __init__(self, writer: StoreWriter) -> None:
        self._writer = writer
        self.all: list[Person] = []
        self.by_user: dict[int, Person] = {}
        self._by_id: dict[RowId, Person] = {}
        self._by_email: dict[str, Person] = {}
        self._by_number: dict[str, Person] = {}
        self._by_name: dict[str, list[Person]] = defaultdict(list)
        """Name, both ways round -> those who are called so."""
        self.unclear = 0
        """People of logs whose name several people have."""

    def _new(self) -> Person:
        person = Person(self._writer.new_id(schema.person))
        self.all.append(person)
        self._by_id[person.id] = person
        return person

    def of(self, who: Named) -> Person:
        """Return who is meant in a gradebook or a report: by address, else number, else name.

        A name alone means whoever has it where only one has.
        """
        person = self._by_email.get(who.email) or self._by_number.get(who.id_number)
        if person is None and not (who.email or who.id_number):
            named = self._by_name.get(plain(f"{who.first} {who.last}"), [])
            person = named[0] if len(named) == 1 else None
        person = person or self._new()
        person.is_listed = True
        name = " ".join(f"{who.first} {who.last}".split())
        person.name = person.name or name or who.email or who.id_number
        person.email = person.email or who.email
        person.id_number = person.id_number or who.id_number
        person.username = person.username or who.username
        person.fields |= {name: value for name, value in who.fields.items() if value}
        if who.email:
            self._by_email[who.email] = person
        if who.id_number:
            self._by_number[who.id_number] = person
        for written in {plain(name), plain(f"{who.last} {who.first}")} - {""}:
            if person not in self._by_name[written]:
                self._by_name[written].append(person)
        return person

    def is_name(self, name: str) -> bool:
        """Return whether somebody in a gradebook or a report is called so."""
        return plain(name) in self._by_name

    def join_users(self, names: dict[int, str]) -> None:
        """Make people of the users of logs; who alone has a name is who has it elsewhere."""
        times = Counter(map(plain, names.values()))
        for user, name in sorted(names.items()):
            alike = self._by_name.get(plain(name), []) if name else []
            if len(alike) == 1 and times[plain(name)] == 1:
                person = alike[0]
            else:
                self.unclear += bool(alike)
                person = self._new()
                person.name = name or f"user {user}"
            person.user = user
            self.by_user[user] = person
        for user, name in names.items():
            if name and times[plain(name)] == 1:
                self._by_name.setdefault(plain(name), [self.by_user[user]])

    def called(self, name: str) -> Person | None:
        """Return the one who is called so; None: nobody, or several."""
        named = self._by_name.get(plain(name), [])
        return named[0] if len(named) == 1 else None

    def write(self) -> None:
        """Write everybody."""
        for person in self.all:
            self._writer.add(
                schema.person,
                {
                    "id": person.id,
                    "key": self._key(person),
                    "name": person.name,
                    "username": person.username or None,
                    "email": person.email or None,
                    "staff": int(person.is_staff),
                    "counted": int(not person.is_staff),
                },
            )
            for name, value in {"idnumber": person.id_number, **person.fields}.items():
                if value:
                    row = {"person_id": person.id, "field": name, "value": value}
                    self._writer.add(schema.person_field, row)

    def key_of(self, person: RowId) -> str:
        """Return what tells somebody from the others, in every import of these files."""
        return self._key(self._by_id[person])

    def _key(self, person: Person) -> str:
        if person.user is not None:
            return str(person.user)
        named = person.email or person.id_number
        return named or f"{plain(person.name)}#{person.id}"


def plain(name: str) -> str:
    """Return a name as it is compared: without case, with one blank between words."""
    return " ".join(name.split()).casefold()


def read_people(files: Files, writer: StoreWriter) -> People:
    """Return the people of all files."""
    people = People(writer)
    for grades in files.gradebooks.values():
        for grade in grades:
            people.of(grade.who)
    for attempts in files.quizzes.values():
        for attempt in attempts:
            people.of(attempt.who)
    rows = [row for log in files.logs.values() for row in log]
    people.join_users(_names_of_users(rows, people))
    for row in rows:
        said = described(row["description"])
        actor = people.by_user.get(said.user or 0)
        if actor is not None and said.is_teaching and as_whom(row, people) is None:
            actor.teaches = True
    return people


def as_whom(row: LogRow, people: People) -> tuple[str, str] | None:
    """Return (who it was, as whom they had logged in); None where nobody was somebody else."""
    match = words.AS_SOMEBODY.fullmatch(row["user"])
    if match is None or people.is_name(row["user"]):
        return None
    return match["real"], match["other"]


def _names_of_users(rows: Iterable[LogRow], people: People) -> dict[int, str]:
    """Return id -> the name that the logs most often have for it; empty where they hide it."""
    names: dict[int, Counter[str]] = defaultdict(Counter)
    for row in rows:
        said: Description = described(row["description"])
        other = as_whom(row, people)
        acted = other[1] if other else row["user"]
        for user, name in ((said.user, acted), (said.related, row["affected"])):
            if user is not None and user > 0 and name not in NONE:
                names[user][name] += 1
    return {user: counts.most_common(1)[0][0] for user, counts in names.items()}
