"""The badges and points behind a number of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, select

from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.registry import on_levels
from termstats.data.figures.definition.series import local_days
from termstats.data.figures.learning.enrolment_rows import LEARNER_COLUMNS, TRAINING_COLUMNS
from termstats.data.figures.logs.list_pages import NEVER, ListPage, Place, list_page, newest_first
from termstats.data.model.doors import Door
from termstats.data.model.request import Param
from termstats.data.model.table import Cell, Column, Destination, count, day, number, words
from termstats.data.query.query import Query
from termstats.data.store import schema

_LEVELS = (Level.GLOBAL, Level.TRAINING, Level.LEARNER, Level.CLASS)
_TO_LEARNER = Destination("learner", (("learner", "learner_id"),))
Columns = tuple[Column, ...]
_BADGES: Columns = (
    *LEARNER_COLUMNS,
    words("badge", "Badge"),
    *TRAINING_COLUMNS,
    day("date", "Date"),
    count("times", "Times"),
)
_POINTS: Columns = (
    *LEARNER_COLUMNS,
    words("reason", "For"),
    *TRAINING_COLUMNS,
    day("date", "Date"),
    number("points", "Points"),
)


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
    columns=_BADGES,
    row_opens=_TO_LEARNER,
    unit="badges",
    paged=True,
)
async def badges_behind(q: Query) -> Rows:
    """The badges awarded up to the period's end, one row each, newest first.

    Times is how often, where the platform awards a badge repeatedly; they add up to the number.
    """
    return _listed(await _given(q, schema.award, "name", "number", _BADGES), "badges", "badges")


@on_levels(
    "behind-points",
    _LEVELS,
    title="Points behind a number",
    takes=(Param.TRAINING, Param.LEARNER),
    row="record",
    columns=_POINTS,
    row_opens=_TO_LEARNER,
    unit="points",
    paged=True,
)
async def points_behind(q: Query) -> Rows:
    """The points given up to the period's end, one row each time, newest first.

    They add up to the number.
    """
    page = await _given(q, schema.point, "description", "points", _POINTS)
    return _listed(page, "times points were given", "points")


async def _given(q: Query, table: Table, what: str, amount: str, columns: Columns) -> ListPage:
    """Return a page of both figures: who, for what, in which training, when, how much."""
    given, person, training = q.roster.of_people(table), schema.person, schema.training
    listed = (
        select(
            given.c.id,
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
        .where(given.c[amount] != 0)
    )
    if table is schema.award:
        listed = listed.where(given.c.kind == "badge")
    day_of = local_days(q)

    async def blocks(after: Place | None, size: int) -> Sequence[Any]:
        return await newest_first(q, listed, given.c.at, given.c.id, after, size)

    async def cells(block: Sequence[Any]) -> Sequence[tuple[Cell, ...]]:
        return [
            (
                *(row.learner_key, row.learner, row.what),
                *((row.training_key, row.training) if row.training is not None else (None, None)),
                *(day_of(row.at), row.amount),
            )
            for row in block
        ]

    return await list_page(q, columns, blocks, cells, _place)


def _place(row: Any) -> Place:
    return NEVER if row.at is None else row.at, row.id


def _listed(page: ListPage, given: str, what: str) -> Rows:
    number = f"{len(page.rows):,} {given}, " if page.is_whole else ""
    nothing = "No row fits the filter. Shorten it."
    nothing = nothing if page.is_searched else f"Nobody has {what} here."
    return Rows(
        page.rows,
        empty="" if page.rows else nothing,
        summary=f"{number}newest first" if page.rows else "",
        after=page.after,
    )
