"""People by what their profiles say."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.registry import figure
from termstats.data.figures.definition.series import local_days
from termstats.data.model.doors import Door
from termstats.data.model.records import Record
from termstats.data.model.request import Param
from termstats.data.model.table import Bars, Cell, Destination, count, day, ident, percent, words
from termstats.data.model.text import clean
from termstats.data.query.query import Query
from termstats.data.store import schema


@figure(
    "global.profile-field",
    record=Record.PROFILE_FIELDS,
    title="Profile fields",
    level=Level.GLOBAL,
    row="value",
    columns=(words("value", "Value"), count("users", "People"), percent("share", "Share")),
    chart=Bars("value", "users"),
    behind=(("users", Door("global.profile-people", params=(("action", "value"),))),),
)
async def profile_field(q: Query) -> Rows:
    """People by a field of their profile.

    Each value of each field, as `field: value`, of counted people; share of the people who have a
    value in that field. How many have none is stated per field.
    """
    people, field = q.people.population(), schema.person_field
    values = await q.fetch(
        select(field.c.field, field.c.value, func.count().label("users"))
        .join(people, people.c.id == field.c.person_id)
        .where(field.c.value.is_not(None), field.c.value != "")
        .group_by(field.c.field, field.c.value)
    )
    everybody = (await q.fetch_one(select(func.count().label("n")).select_from(people))).n
    totals: dict[str, int] = {}
    for row in values:
        totals[row.field] = totals.get(row.field, 0) + row.users
    rows: list[tuple[Cell, ...]] = [
        (_label(row), row.users, 100 * row.users / totals[row.field])
        for row in sorted(values, key=lambda r: (r.field, -r.users, r.value))
    ]
    for name, total in sorted(totals.items()):
        if total < everybody:
            q.note(f"{everybody - total:,} people have no {name}.")
    return Rows(rows, empty="" if rows else "The profiles have no fields.")


@figure(
    "global.profile-people",
    record=Record.PROFILE_FIELDS,
    title="People by profile",
    level=Level.GLOBAL,
    takes=(Param.ACTION,),
    columns=(
        ident("learner_id"),
        words("learner", "Learner"),
        words("email", "Email"),
        words("value", "Value"),
        day("joined", "Joined"),
    ),
    row_opens=Destination("learner", (("learner", "learner_id"),)),
    unit="people",
)
async def profile_people(q: Query) -> Rows:
    """Who has which value in which field of their profile: one row per person and field.

    --action names one `field: value`, as the figure of profile fields does. By name.
    """
    people, field, day_of = q.people.population(), schema.person_field, local_days(q)
    listed = await q.fetch(
        select(
            q.key_of(people).label("key"),
            *(people.c.name, people.c.email, people.c.joined_at),
            *(field.c.field, field.c.value),
        )
        .join(people, people.c.id == field.c.person_id)
        .where(field.c.value.is_not(None), field.c.value != "")
        .order_by(people.c.name, people.c.id, field.c.field)
    )
    rows: list[tuple[Cell, ...]] = [
        (row.key, row.name, row.email, label, day_of(row.joined_at))
        for row in listed
        if (label := _label(row)) == (q.request.action or label)
    ]
    return Rows(
        rows,
        empty="" if rows else "No profile says that.",
        summary=f"{len(rows):,} people" if q.request.action and rows else "",
    )


def _label(row: Any) -> str:
    """Return a value with its field, as both figures show it."""
    return clean(f"{row.field}: {row.value}")
