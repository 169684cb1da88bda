"""Points and badges."""

from __future__ import annotations

from sqlalchemy import func, or_, select

from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.policy import RANKING
from termstats.data.figures.definition.ranking import top_rows
from termstats.data.figures.definition.registry import on_levels
from termstats.data.figures.learning.behind.rewards import badges_door, points_door
from termstats.data.model.records import Record
from termstats.data.model.table import Cell, Destination, count, ident, number, words
from termstats.data.model.text import show_count
from termstats.data.query.query import Query
from termstats.data.store import schema

_LEADER_COLUMNS = (
    ident("learner_id"),
    words("learner", "Learner"),
    number("points", "Points"),
    count("badges", "Badges"),
)
_TO_LEARNER = Destination("learner", (("learner", "learner_id"),))


@on_levels(
    "leaderboard",
    (Level.GLOBAL, Level.TRAINING, Level.CLASS),
    record=Record.REWARDS,
    title="Leaderboard",
    columns=_LEADER_COLUMNS,
    row_opens=_TO_LEARNER,
    options=RANKING,
    behind=(
        ("points", points_door((("learner", "learner_id"),))),
        ("badges", badges_door((("learner", "learner_id"),))),
    ),
)
async def leaderboard(q: Query) -> Rows:
    """Points and badges of learners, everything up to the period's end.

    Points are added once per learner, badges are the awards. Ranked by points, then name.
    People without points and badges are not listed. With --top N the rest is one row.
    """
    points, awards = q.roster.of_people(schema.point), q.roster.of_people(schema.award)
    sums = (
        select(points.c.person_id, func.sum(points.c.points).label("points"))
        .where(or_(points.c.at.is_(None), points.c.at < q.end))
        .group_by(points.c.person_id)
        .subquery("point_sums")
    )
    badges = (
        select(awards.c.person_id, func.sum(awards.c.number).label("badges"))
        .where(awards.c.kind == "badge", or_(awards.c.at.is_(None), awards.c.at < q.end))
        .group_by(awards.c.person_id)
        .subquery("badge_sums")
    )
    people = schema.person
    learners = await q.fetch(
        select(
            q.key_of(people).label("key"),
            people.c.name,
            func.coalesce(sums.c.points, 0).label("points"),
            func.coalesce(badges.c.badges, 0).label("badges"),
        )
        .outerjoin(sums, sums.c.person_id == people.c.id)
        .outerjoin(badges, badges.c.person_id == people.c.id)
        .where(or_(sums.c.person_id.is_not(None), badges.c.person_id.is_not(None)))
    )
    rows: list[tuple[Cell, ...]] = [
        (r.key, r.name, float(r.points), int(r.badges)) for r in learners
    ]
    total = sum(r.points for r in learners)
    return Rows(
        top_rows(rows, q.top or len(rows), by=2, name=1, key=0, adds=(2, 3)),
        empty="" if rows else "Nobody has points or badges here.",
        summary=f"{len(rows):,} learners · {show_count(total)} points" if rows else "",
    )
