"""The cards of one learner."""

from __future__ import annotations

from sqlalchemy import func, or_, select

from termstats.data.figures.definition.cards import COLUMNS, Values, both_periods
from termstats.data.figures.definition.doors import doors_of_cards
from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.measure import add_up
from termstats.data.figures.definition.measures import (
    ACTIONS,
    ACTIVE_DAYS,
    BADGES,
    CERTIFICATES,
    COMMENTS,
    COMPLETED,
    CURRENT,
    CURRENT_STATES,
    POINTS,
    PUBLICATIONS,
    REACTIONS,
    SKILLS,
    TIME_SPENT,
)
from termstats.data.figures.definition.policy import COMPARING
from termstats.data.figures.definition.registry import figure
from termstats.data.figures.learning.behind.rewards import badges_door, points_door
from termstats.data.figures.learning.groups import Dimension, enrolments_by, records_time
from termstats.data.figures.learning.social import social_counts
from termstats.data.model.doors import Door
from termstats.data.query.query import Query
from termstats.data.store import schema

CARDS = (
    COMPLETED,
    CURRENT,
    CERTIFICATES,
    BADGES,
    SKILLS,
    POINTS,
    TIME_SPENT,
    ACTIONS,
    ACTIVE_DAYS,
    PUBLICATIONS,
    COMMENTS,
    REACTIONS,
)
"""The cards of a learner, in their order."""


@figure(
    "learner.totals",
    title="Learner",
    level=Level.LEARNER,
    options=COMPARING,
    row="number",
    columns=COLUMNS,
    cards=(
        ("completed", "learner.trainings"),
        ("current", "learner.trainings"),
        ("time_spent", "learner.sessions"),
        ("active_days", "learner.activity"),
        ("actions", "learner.activity"),
        ("certificates", "learner.certificates"),
        ("points", "learner.badges"),
        ("badges", "learner.badges"),
        ("skills", "learner.skills"),
        ("publications", "learner.timeline"),
        ("comments", "learner.timeline"),
        ("reactions", "learner.timeline"),
    ),
    behind=(
        *doors_of_cards(CARDS),
        ("certificates", Door("learner.certificates", counts="number", unit="certificates")),
        ("badges", badges_door((), Level.LEARNER)),
        ("skills", Door("learner.skills", counts="number", unit="skills")),
        ("points", points_door((), Level.LEARNER)),
        ("active_days", Door("learner.behind-days", unit="days")),
    ),
    sentence=(
        (
            "{completed} {completed:training|trainings} completed",
            ", {current} under way",
            "; active on {active_days} {active_days:day|days}",
            ", {time_spent} of time",
        ),
        ("{completed} completed", ", {current} under way", "; {active_days} active days"),
        ("{completed} completed", ", {current} under way"),
    ),
)
async def learner_totals(q: Query) -> Rows:
    """The headline numbers of one learner, each beside the equally long period before.

    Completed and current trainings, certificates, badges, skills and points are states at the
    period's end; time, actions, active days, publications, comments and reactions happened in the
    period. Current is enrolled, not completed and not withdrawn.
    """
    return await both_periods(q, _values)


async def _values(q: Query) -> Values:
    by_state = await enrolments_by(q, Dimension.STATE)
    current = [sums for state, sums in by_state.items() if state in CURRENT_STATES]
    sums: Values = {
        **add_up(by_state.values(), ("completed",)),
        "current": add_up(current, ("enrolled",))["enrolled"],
        **await _awards(q),
        "points": await _points(q),
        **await _activity(q),
        **await social_counts(q),
    }
    return {each.name: each.of(sums) for each in CARDS}


async def _awards(q: Query) -> Values:
    """Return how many certificates, badges and skills there are at the period's end."""
    awards = q.roster.of_people(schema.award)
    number_of = {
        row.kind: row.number
        for row in await q.fetch(
            select(awards.c.kind, func.sum(awards.c.number).label("number"))
            .where(or_(awards.c.at.is_(None), awards.c.at < q.end))
            .group_by(awards.c.kind)
        )
    }
    return {f"{kind}s": number_of.get(kind, 0) for kind in ("certificate", "badge", "skill")}


async def _points(q: Query) -> float:
    points = q.roster.of_people(schema.point)
    row = await q.fetch_one(
        select(func.sum(points.c.points).label("points")).where(
            or_(points.c.at.is_(None), points.c.at < q.end)
        )
    )
    return float(row.points or 0)


async def _activity(q: Query) -> Values:
    """Return events, seconds and active days of the period."""
    days = q.days.person_sums(measures=("events", "seconds"))
    sums = await q.fetch_one(
        select(
            func.sum(days.c.events).label("events"),
            func.sum(days.c.seconds).label("seconds"),
            func.sum(days.c.active).label("active"),
        )
    )
    return {
        "events": sums.events or 0,
        "seconds": (sums.seconds or 0.0) if await records_time(q) else None,
        "active_days": sums.active or 0,
    }
