"""The people behind a number of people."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import func, select

from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.measure import Behind
from termstats.data.figures.definition.measures import ACTIVE_USERS, NEW_USERS, USERS
from termstats.data.figures.definition.phrases import before_data, in_period
from termstats.data.figures.definition.ranking import ranked
from termstats.data.figures.definition.registry import on_levels
from termstats.data.figures.definition.series import local_days
from termstats.data.figures.learning.behind.asked import (
    at_any_time,
    at_end_of_days,
    days_waiting,
    measure_asked,
    names_of,
)
from termstats.data.figures.learning.counted_people import active_people, is_new, people_of
from termstats.data.model.filter_base import Field
from termstats.data.model.request import Param
from termstats.data.model.table import Cell, Destination, count, day, ident, words
from termstats.data.model.units import DayNumber, RowId, Second
from termstats.data.query.query import Query

PEOPLE_COLUMNS = (
    ident("learner_id"),
    words("learner", "Learner"),
    day("since", "Since", "joined, on other levels first enrolled"),
    count("trainings", "Trainings", "enrolled in by the period's end"),
    count("actions", "Actions", "in the period"),
    day("last_activity", "Last seen", "last activity up to the period's end"),
    count("waiting", "Waiting, days", "since last seen, or since they came"),
)
"""What is said of people behind a number."""
PEOPLE_LEAD = ("learner", "waiting", "last_activity", "trainings", "actions")


async def count_people(q: Query, most: int) -> int:
    """Return how many people are asked about, at most so many."""
    measure = measure_asked(q, Behind.PEOPLE, USERS)
    if measure is ACTIVE_USERS:
        return min(most, len(await active_people(q)))
    people = people_of(at_end_of_days(q) if measure is USERS else q)
    listed = select(people.c.person_id).distinct().limit(most)
    if measure is NEW_USERS:
        listed = listed.where(is_new(q, people))
    return len(await q.fetch(listed))


@on_levels(
    Behind.PEOPLE,
    (Level.GLOBAL, Level.TRAINING, Level.CLASS),
    title="People behind a number",
    takes=(Param.ACTION,),
    filters=frozenset((Field.DAYS,)),
    columns=PEOPLE_COLUMNS,
    row_opens=Destination("learner", (("learner", "learner_id"),)),
    lead=PEOPLE_LEAD,
    unit="people",
    count_people=count_people,
)
async def people_behind(q: Query) -> Rows:
    """The people that a number counts, one row each: who they are and when they were last seen.

    --action names the number, as cards do: users, new_users or active_users; users when none is
    named. There are as many rows as the number says. With a filter of days, people are those at the
    end of these days, and new and active ones those of these days. Longest wait first.
    """
    measure = measure_asked(q, Behind.PEOPLE, USERS)
    if measure is USERS:
        q = at_end_of_days(q)
    people, whole = people_of(q), at_any_time(q)
    since: dict[RowId, Second | None] = {}
    if measure is ACTIVE_USERS:
        known = {row.person_id: row.since for row in await q.fetch(select(people))}
        since = {RowId(person): known.get(person) for person in await active_people(q)}
    else:
        listed = select(people).where(is_new(q, people)) if measure is NEW_USERS else select(people)
        since = {row.person_id: row.since for row in await q.fetch(listed)}
    return await people_rows(q, whole, since)


async def people_rows(q: Query, whole: Query, since: Mapping[RowId, Second | None]) -> Rows:
    """Return a row for each of some people, the longest wait first.

    Args:
        q: asks about what they did.
        whole: asks the same without its days.
        since: person id -> when they came.
    """
    names, seen = await names_of(q, since), await _last_days(whole)
    actions, trainings = await _actions(q), await _trainings(whole)
    day_of = local_days(q)
    rows: list[tuple[Cell, ...]] = []
    for person, (key, name) in names.items():
        came, last = day_of(since[person]), seen.get(person)
        rows.append(
            (
                *(key, name, came, trainings.get(person, 0), actions.get(person, 0), last),
                days_waiting(q, last, came),
            )
        )
    before_data(q)
    return Rows(
        ranked(rows, by=6, name=1, key=0),
        empty="" if rows else f"Nobody is counted here {in_period(q)}.",
        summary=f"{len(rows):,} people, longest wait first" if rows else "",
    )


async def _last_days(q: Query) -> dict[RowId, DayNumber]:
    """Return person id -> last day with activity up to the period's end."""
    sums = q.days.person_sums(ever=True, measures=())
    rows = await q.fetch(select(sums.c.person_id, sums.c.last_day))
    return {row.person_id: row.last_day for row in rows}


async def _actions(q: Query) -> dict[RowId, int]:
    """Return person id -> actions in the period."""
    sums = q.days.person_sums(measures=("events",))
    rows = await q.fetch(select(sums.c.person_id, sums.c.events))
    return {row.person_id: int(row.events) for row in rows}


async def _trainings(q: Query) -> dict[RowId, int]:
    """Return person id -> enrolments by the period's end."""
    roster = q.roster.enrolments()
    rows = await q.fetch(
        select(roster.c.person_id, func.count().label("number")).group_by(roster.c.person_id)
    )
    return {row.person_id: row.number for row in rows}
