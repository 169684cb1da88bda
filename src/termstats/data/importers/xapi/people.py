"""Writes the people that statements name, and the teams that they are in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from termstats.data.importers.writing.writer import StoreWriter
from termstats.data.importers.xapi.actors import address_of, hashed, keys_of
from termstats.data.importers.xapi.staging import LIVE, Person, Staging
from termstats.data.model.units import RowId
from termstats.data.store import schema

_OPAQUE = re.compile(r"[0-9a-f]{40}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
"""Ids that nobody reads: the beginning is name enough."""
_SHORT = 8


@dataclass
class People:
    """Who was written: numbers of the staging -> people of the store."""

    ids: dict[int, RowId] = field(default_factory=dict)
    keys: dict[RowId, str] = field(default_factory=dict)
    hashes: int = 0
    """People known by the hash of an address that somebody else has: perhaps the same."""


def write_people(
    staging: Staging,
    writer: StoreWriter,
    profiles: Mapping[str, Mapping[str, Any]] | None = None,
) -> People:
    """Write everybody whom live statements name.

    `profiles`: key of a person -> columns that the platform itself tells.
    """
    teachers = _teachers(staging)
    numbers = {*staging.actors("person"), *staging.actors("target"), *teachers}
    ordered = sorted(numbers, key=lambda number: staging.people[number].actor.whole)
    actors = [staging.people[number].actor for number in ordered]
    people, told = People(), dict(profiles or {})
    for number, key in zip(ordered, keys_of((a.short, a.whole) for a in actors), strict=True):
        person = staging.people[number]
        is_teacher = number in teachers
        row = {**_row(person), "staff": int(is_teacher), "counted": int(not is_teacher)}
        people.ids[number] = writer.add(schema.person, {**row, "key": key, **told.pop(key, {})})
        people.keys[people.ids[number]] = key
    for key in sorted(told.keys() - set(people.keys.values())):
        own = writer.add(schema.person, {"key": key, "name": key[:_SHORT], **told[key]})
        people.keys[own] = key
    hashes = {a.short for a in actors if a.kind == "mbox_sha1sum"}
    people.hashes = sum(
        hashed(address) in hashes for a in actors if (address := address_of(a)) is not None
    )
    _write_teams(staging, writer, people)
    return people


def _teachers(staging: Staging) -> set[int]:
    """Return who acts for others: named as their instructor, and not only of themselves."""
    sql = (
        f"SELECT DISTINCT instructor FROM statement WHERE {LIVE} "  # noqa: S608
        "AND instructor IS NOT NULL AND instructor IS NOT person"
    )
    return {row[0] for row in staging.connection.execute(sql)}


def _row(person: Person) -> dict[str, Any]:
    actor = person.actor
    short = actor.short[:_SHORT] if _OPAQUE.fullmatch(actor.short) else actor.short
    address = address_of(actor)
    return {
        "name": person.label or address or short,
        "username": actor.short if actor.kind == "account" else None,
        "email": address,
    }


def _write_teams(staging: Staging, writer: StoreWriter, people: People) -> None:
    """Write teams as classes: who acted in them, and who taught them."""
    numbers = staging.actors("team")
    ordered = sorted(numbers, key=lambda number: staging.people[number].actor.whole)
    names = [staging.people[number].actor for number in ordered]
    classes: dict[int, RowId] = {}
    for number, key in zip(ordered, keys_of((a.short, a.whole) for a in names), strict=True):
        title = staging.people[number].label or staging.people[number].actor.short
        classes[number] = writer.add(schema.class_, {"key": key, "title": title})
    for column, role in (("person", "learner"), ("instructor", "coach")):
        pairs = staging.connection.execute(
            f"SELECT DISTINCT team, {column} FROM statement WHERE {LIVE} "  # noqa: S608
            f"AND team IS NOT NULL AND {column} IS NOT NULL"
        )
        for team, number in sorted(pairs):
            if number in people.ids:
                row = {"class_id": classes[team], "person_id": people.ids[number], "role": role}
                writer.add(schema.class_member, row)
