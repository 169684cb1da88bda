"""Makes the people of the academy, their classes, and who may see what."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from itertools import count

from termstats.data.model.units import RowId
from termstats.data.sample import names
from termstats.data.sample.rhythm import DAY, DAYS, day_of, moment_of
from termstats.data.sample.world import SamplePerson, World
from termstats.data.store import schema

_FOUNDED = moment_of("2025-02-03T08:00")
FLAGGED = (
    *("excluded", "excluded", "deleted", "deleted", "deleted", "deleted"),
    *("blocked", "blocked", "bot", "anonymous"),
)
"""One flag each for the last people of the list: nobody of them is counted."""

CLASSES: tuple[tuple[str, str, tuple[str, ...], str | None, str | None], ...] = (
    ("north", "North", ("safety", "hygiene", "onboarding"), None, None),
    ("north-night", "North / Night shift", ("safety",), None, None),
    ("south", "South", ("safety", "conversations", "recycling"), None, None),
    ("research", "Research", ("python", "opendata", "privacy"), None, None),
    ("field", "Field crew", ("solar", "safety"), None, None),
    ("field-a", "Field crew A", ("solar",), None, None),
    ("field-b", "Field crew B", ("solar",), None, None),
    (
        *("autumn", "Autumn 2025 intake", ("onboarding", "privacy")),
        *("2025-09-01T06:00", "2025-12-19T17:00"),
    ),
    ("evening", "فريق المساء", ("conversations", "privacy"), None, None),
    ("planned", "Spring 2027 intake", ("onboarding",), "2027-03-01T06:00", None),
)
"""(key, title, trainings, starts, ends)."""
PARENTS = (
    ("north-night", "north"),
    ("field-a", "field"),
    ("field-b", "field-a"),
    ("field-a", "field-b"),
)
"""(sub-class, class): the field crews hold each other, as real data sometimes do."""


def make_people(world: World, wanted: int) -> None:
    """Make `wanted` people: staff first, then learners; rows are written by `write_people`."""
    for username, name, role in names.STAFF:
        flags = {"staff": 1}
        _add(world, username, name, _FOUNDED, roles=role, flags=flags)
    told = len(names.LEARNERS_BY_NAME)
    taken = {username for username, *_ in (*names.STAFF, *names.LEARNERS_BY_NAME, *names.SCRIPTS)}
    learners = max(wanted - len(world.people), len(names.LEARNERS_BY_NAME) + len(FLAGGED))
    for number in range(learners):
        flag = FLAGGED[learners - 1 - number] if learners - number <= len(FLAGGED) else None
        home = None
        if number < told:
            username, name = names.LEARNERS_BY_NAME[number]
        elif flag in ("bot", "anonymous"):
            username = name = "anonymous" if flag == "anonymous" else "harvest-bot"
        elif number < told + len(names.SCRIPTS):
            username, name, *home = names.SCRIPTS[number - told]
        else:
            username, name, *home = _somebody(world, taken)
            taken.add(username)
        joined = _FOUNDED if number % 10 < 2 else world.rhythm.moment(world.rhythm.day())
        if number < told:
            joined = moment_of("2025-06-16T08:30")
        _add(world, username, name, joined, home=home, flags={flag: 1} if flag else {})
    for username in ("ben", "ana"):
        person = world.person(username)
        person.last_day, person.never_starts = DAYS - 1, False
        person.flags = {}
    world.person("cho").never_starts = True


def _add(
    world: World,
    username: str,
    name: str,
    joined: int,
    *,
    home: Sequence[str] | None = None,
    roles: str = "learner",
    flags: dict[str, int] | None = None,
) -> None:
    rng = world.rng
    first = max(day_of(joined) + 1, 0)
    last = DAYS - 1
    if roles == "learner" and rng.random() < 0.2:
        last = min(first + 30 + int(rng.expovariate(1 / 160)), last)
    language, country = home or ("en", "GB")
    world.people.append(
        SamplePerson(
            id=world.writer.new_id(schema.person),
            username=username,
            name=name,
            joined_at=joined,
            first_day=min(first, DAYS - 1),
            last_day=max(last, min(first, DAYS - 1)),
            ability=rng.gauss(0.45, 0.8),
            pace=rng.lognormvariate(0, 0.4),
            language=language,
            country=country,
            roles=roles,
            flags=flags or {},
            never_starts=roles == "learner" and rng.random() < 0.05,
        )
    )


def _somebody(world: World, taken: set[str]) -> tuple[str, str, str, str]:
    """Return (username, name, language, country) of somebody new; namesakes are rare."""
    shares = [share for _, _, share, _, _ in names.REGIONS]
    for _ in range(20):
        language, country, _, given, family = world.rng.choices(names.REGIONS, shares)[0]
        name = f"{world.rng.choice(given.split())} {world.rng.choice(family.split())}"
        username = _username(name)
        if username not in taken:
            return username, name, language, country
    number = next(n for n in count(2) if f"{username}{n}" not in taken)
    return f"{username}{number}", name, language, country


def _username(name: str) -> str:
    plain = name.translate(_PLAIN)
    return unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode().lower()


_PLAIN = str.maketrans({" ": ".", "ł": "l", "Ł": "L", "ı": "i", "ø": "o"})
"""What no normal form turns into ASCII."""


def write_people(world: World) -> None:
    """Write the person rows, last: only now it is known when somebody was seen."""
    for number, person in enumerate(world.people):
        nobody = person.flags.keys() & {"bot", "anonymous"}
        world.writer.add(
            schema.person,
            {
                "id": person.id,
                "key": str(number + 1),
                "name": person.name,
                "username": person.username,
                "email": None if nobody else f"{person.username}@meridian.example",
                "roles": person.roles,
                "joined_at": person.joined_at,
                "last_access_at": world.log.last_seen.get(person.id),
                "language": person.language,
                "country": person.country,
                **person.flags,
                "counted": int(person.counted),
            },
        )
        if nobody:
            continue
        fields = {
            "Department": names.DEPARTMENTS[(number * 5 + number // 7) % len(names.DEPARTMENTS)],
            "Site": names.SITES[(number + number // 3) % len(names.SITES)],
        }
        for field, value in fields.items():
            row = {"person_id": person.id, "field": field, "value": value}
            world.writer.add(schema.person_field, row)


def write_grants(world: World) -> None:
    """Write who may see what: administrators, a manager of two trainings, coaches."""

    def give(person: SamplePerson, role: str, **what: RowId) -> None:
        world.writer.add(schema.grant, {"person_id": person.id, "role": role, **what})

    for person in world.people:
        if person.roles == "administrator":
            give(person, "administrator")
    for key in ("safety", "privacy"):
        give(world.person("maya"), "manager", training_id=world.courses[key].id)
    give(world.person("tina"), "coach", class_id=world.classes["north"])
    give(world.person("omar"), "coach", class_id=world.classes["field"])


def write_classes(world: World) -> None:
    """Write classes with members and coaches; about half of the learners are in one."""
    for key, title, trainings, starts, ends in CLASSES:
        world.classes[key] = world.writer.add(
            schema.class_,
            {
                "key": key,
                "title": title,
                "starts_at": moment_of(starts) if starts else None,
                "ends_at": moment_of(ends) if ends else None,
            },
        )
        for training in trainings:
            row = {"class_id": world.classes[key], "training_id": world.courses[training].id}
            world.writer.add(schema.class_training, row)
    for child, parent in PARENTS:
        row = {"class_id": world.classes[child], "parent_id": world.classes[parent]}
        world.writer.add(schema.class_parent, row)
    _write_members(world)
    for username, key in (("tina", "north"), ("omar", "field"), ("omar", "field-a")):
        ids = {"class_id": world.classes[key], "person_id": world.person(username).id}
        world.writer.add(schema.class_member, {**ids, "role": "coach", "from_at": _FOUNDED})


def _write_members(world: World) -> None:
    open_classes = [key for key, *_ in CLASSES if key not in ("planned", "autumn")]
    by_name = {"ben": "north", "ana": "north", "cho": "north-night"}
    learners: Sequence[SamplePerson] = [p for p in world.people if p.roles == "learner"]
    for person in learners:
        if person.username in by_name:
            chosen = [by_name[person.username]]
        elif person.flags or world.rng.random() < 0.45:
            continue
        else:
            chosen = [world.rng.choice(open_classes)]
            if world.rng.random() < 0.1:
                chosen.append(world.rng.choice([k for k in open_classes if k not in chosen]))
        if moment_of("2025-08-20T00:00") < person.joined_at < moment_of("2025-11-01T00:00"):
            chosen.append("autumn")
        for key in chosen:
            since = person.joined_at + DAY // 2
            left = person.username not in by_name and world.rng.random() < 0.06
            until = since + 90 * DAY if left else None
            world.member_of.setdefault(person.id, []).append(key)
            world.writer.add(
                schema.class_member,
                {
                    "class_id": world.classes[key],
                    "person_id": person.id,
                    "role": "learner",
                    "from_at": since,
                    "to_at": until,
                },
            )
