"""The second face of a published store: the same tables as views, with people under pseudonyms.

A pseudonym is drawn when somebody is published first, and stays theirs from then on.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Column, MetaData, Table

from termstats.data.store import schema
from termstats.data.store.servers.published import Publishing, place_name
from termstats.data.store.servers.tables import KEY, NAME, creating, type_of
from termstats.data.store.servers.views import NamelessView

_TABLE = "pseudonym"
_PERSON = "person"


@dataclass(frozen=True)
class Pseudonym:
    """What stands in place of somebody's key and name."""

    key: str
    name: str


def pseudonyms(
    people: list[tuple[int, str]], before: Mapping[tuple[int, str], str]
) -> dict[int, Pseudonym]:
    """Return the pseudonym of each of `people`, (id, key) pairs.

    `before`: those who have one already -> its key, `p17`; the others get further numbers by lot.
    """
    numbers = {each: int(before[each][1:]) for each in people if each in before}
    new = [each for each in people if each not in numbers]
    secrets.SystemRandom().shuffle(new)
    first = max((int(key[1:]) for key in before.values()), default=0) + 1
    numbers |= {each: first + place for place, each in enumerate(new)}
    width = len(str(max(numbers.values(), default=1)))
    return {id_: Pseudonym(f"p{n}", f"Person {n:0{width}d}") for (id_, _), n in numbers.items()}


async def make_nameless(
    publishing: Publishing,
    source: sqlite3.Connection,
    number: int,
    before: int | None,
    views: Mapping[str, NamelessView],
) -> None:
    """Make the views of a published store beside it.

    `before`: the number of the store whose pseudonyms stay; None: there is none.
    """
    address = publishing.address
    place = place_name(address, number)
    table = Table(
        _TABLE,
        MetaData(schema=place),
        Column("id", schema.person.c.id.type, primary_key=True, autoincrement=False),
        Column("key", type_of(address.family, schema.person.c[KEY]), nullable=False),
        Column("name", type_of(address.family, schema.person.c[NAME]), nullable=False),
    )
    for sql in creating(address.family, [table]):
        await publishing.run(sql)
    people = source.execute('SELECT id, "key" FROM person ORDER BY id').fetchall()
    drawn = pseudonyms(people, await _drawn_before(publishing, before))
    rows = [(id_, each.key, each.name) for id_, each in drawn.items()]
    await publishing.insert(table, rows)
    face = place_name(address, number, nameless=True)
    await publishing.create(face)
    for each in schema.metadata.sorted_tables:
        await publishing.run(_view(publishing, place, face, each, views.get(each.name)))


async def _drawn_before(
    publishing: Publishing, number: int | None
) -> Mapping[tuple[int, str], str]:
    if number is None:
        return {}
    place = publishing.quoted(place_name(publishing.address, number))
    rows = await publishing.run(
        f'SELECT p.id, p."key", n."key" FROM {place}.person AS p '  # noqa: S608
        f"JOIN {place}.{_TABLE} AS n ON n.id = p.id"
    )
    return {(int(row[0]), str(row[1])): str(row[2]) for row in rows}


def _view(
    publishing: Publishing, place: str, face: str, table: Table, view: NamelessView | None
) -> str:
    view = view or NamelessView()
    inside, name = publishing.quoted(place), publishing.quoted(table.name)
    cells = dict(view.cells)
    joined = ""
    if table.name == _PERSON:
        cells |= {KEY: f'n."{KEY}"', NAME: f'n."{NAME}"'}
        joined = f" JOIN {inside}.{_TABLE} AS n ON n.id = t.id"
    columns = ", ".join(
        f"{cells.get(column.name, f't.{publishing.quoted(column.name)}')} "
        f"AS {publishing.quoted(column.name)}"
        for column in table.columns
    )
    where = f" WHERE {view.where}" if view.where else ""
    selected = f"SELECT {columns} FROM {inside}.{name} AS t{joined}{where}"  # noqa: S608
    return f"CREATE VIEW {publishing.quoted(face)}.{name} AS {selected}"
