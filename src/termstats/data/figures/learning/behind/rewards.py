"""The badges and points behind a number of them."""

from __future__ import annotations

from sqlalchemy import Table, or_, select

from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.registry import on_levels
from termstats.data.figures.definition.series import local_days
from termstats.data.figures.learning.enrolment_rows import LEARNER_COLUMNS, TRAINING_COLUMNS
from termstats.data.model.doors import Door
from termstats.data.model.request import Param
from termstats.data.model.table import Cell, Destination, count, day, number, words
from termstats.data.query.query import Query
from termstats.data.store import schema

_LEVELS = (Level.GLOBAL, Level.TRAINING, Level.LEARNER, Level.CLASS)
_TO_LEARNER = Destination("learner", (("learner", "learner_id"),))


def badges_door(params: tuple[tuple[str, str], ...], level: str = "") -> Door:
    """Return what lies behind a number of badges; `params` as in `Door`."""
    return Door(f"{level}.behind-badges", params=params, counts="times", unit="badges")


def points_door(params: tuple[tuple[str, str], ...], level: str = "") -> Door:
    """Return what lies behind a number of points; `params` as in `Door`."""
    return Door(f"{level}.behind-points", params=params, counts="points", unit="points")


@on_levels(
    "behind-badges",
    _LEVELS,
    title="Badges behind a number",
    takes=(Param.TRAINING, Param.LEARNER),
    columns=(
        *LEARNER_COLUMNS,
        words("badge", "Badge"),
        *TRAINING_COLUMNS,
        day("date", "Date"),
        count("times", "Times"),
    ),
    row_opens=_TO_LEARNER,
    unit="badges",
)
async def badges_behind(q: Query) -> Rows:
    """The badges awarded up to the period's end, one row each, newest first.

    Times is how often, where the platform awards a badge repeatedly; they add up to the number.
    """
    rows = await _given(q, schema.award, "name", "number")
    return _listed(rows, "badges")


@on_levels(
    "behind-points",
    _LEVELS,
    title="Points behind a number",
    takes=(Param.TRAINING, Param.LEARNER),
    columns=(
        *LEARNER_COLUMNS,
        words("reason", "For"),
        *TRAINING_COLUMNS,
        day("date", "Date"),
        number("points", "Points"),
    ),
    row_opens=_TO_LEARNER,
    unit="points",
)
async def points_behind(q: Query) -> Rows:
    """The points given up to the period's end, one row each time, newest first.

    They add up to the number.
    """
    rows = await _given(q, schema.point, "description", "points")
    return _listed(rows, "times points were given")


async def _given(q: Query, table: Table, what: str, amount: str) -> list[tuple[Cell, ...]]:
    """Return the cells of both figures: who, for what, in which training, when, how much."""
    given, person, training = q.roster.of_people(table), schema.person, schema.training
    where = [or_(given.c.at.is_(None), given.c.at < q.end)]
    if table is schema.award:
        where.append(given.c.kind == "badge")
    listed = await q.fetch(
        select(
            given.c.at,
            given.c[what].label("what"),
            given.c[amount].label("amount"),
            q.key_of(person).label("learner_key"),
            person.c.name.label("learner"),
            q.key_of(training).label("training_key"),
            training.c.title.label("training"),
        )
        .select_from(given)
        .join(person, person.c.id == given.c.person_id)
        .outerjoin(training, training.c.id == given.c.training_id)
        .where(*where)
        .order_by(given.c.at.desc(), person.c.name, given.c.id)
    )
    day_of = local_days(q)
    return [
        (
            *(row.learner_key, row.learner, row.what),
            *((row.training_key, row.training) if row.training is not None else (None, None)),
            *(day_of(row.at), row.amount),
        )
        for row in listed
        if row.amount
    ]


def _listed(rows: list[tuple[Cell, ...]], what: str) -> Rows:
    return Rows(
        rows,
        empty="" if rows else f"Nobody has {what.split()[0]} here.",
        summary=f"{len(rows):,} {what}, newest first" if rows else "",
    )
