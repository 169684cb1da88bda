"""Who is a user, who is new and who was active: for cards, and for the lists behind them."""

from __future__ import annotations

from pyroaring import BitMap
from sqlalchemy import ColumnElement, Subquery, and_, func, or_, select

from termstats.data.model.request import Param
from termstats.data.query.filters.times import in_seconds
from termstats.data.query.query import Query


def accounts(q: Query) -> Subquery:
    """Return (person_id, since) of the accounts that were there at the period's end.

    `since` is when somebody joined; NULL where that is not known.
    """
    people = q.people.population()
    joined = people.c.joined_at
    return (
        select(people.c.id.label("person_id"), joined.label("since"))
        .where(or_(joined.is_(None), joined < q.end))
        .subquery("accounts")
    )


def learners(q: Query) -> Subquery:
    """Return (person_id, since) of everybody on the roster; `since` is the first enrolment."""
    roster = q.roster.enrolments()
    return (
        select(roster.c.person_id, func.min(roster.c.enrolled_at).label("since"))
        .group_by(roster.c.person_id)
        .subquery("learners")
    )


def is_new(q: Query, people: Subquery) -> ColumnElement[bool]:
    """Return whether somebody came in the period, on the days that filters leave."""
    start, _end = q.seconds
    return and_(people.c.since >= start, *in_seconds(q.question, people.c.since))


def people_of(q: Query) -> Subquery:
    """Return the users of what is in focus: accounts of the site, learners of anything else."""
    focus = (Param.TRAINING, Param.CLASS)
    is_site = all(q.request.entity(param) is None for param in focus)
    return accounts(q) if is_site else learners(q)


async def active_people(q: Query) -> BitMap:
    """Return the ids of everybody who was active in the period."""
    active = await q.people.active()
    return BitMap().union(*(who for days in active.values() for who in days.values()))
