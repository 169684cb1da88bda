"""Posts, comments and reactions: which actions they are, and how many happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select

from termstats.data.model.reaction import BAD, GOOD
from termstats.data.query.query import Query

PUBLICATIONS = ("post", "publication", "publish_post", "forumng_post", "discussion_created")
COMMENTS = ("comment", "reply", "post_created")
REACTIONS = (*GOOD, *BAD)
"""Names of actions of kind forum, in 360Learning's terms and those of other platforms."""


SOCIAL: Mapping[str, Sequence[str]] = {
    "publications": PUBLICATIONS,
    "comments": COMMENTS,
    "reactions": REACTIONS,
}
"""Measure -> names of the actions that it counts."""


async def social_counts(q: Query) -> dict[str, float | None]:
    """Return publications, comments and reactions in the period, by weight."""
    days = q.days.social()
    rows = await q.fetch(
        select(days.c.action, func.sum(days.c.events).label("number")).group_by(days.c.action)
    )
    numbers = {row.action: row.number for row in rows}
    return {
        measure: sum(numbers.get(name, 0) for name in actions)
        for measure, actions in SOCIAL.items()
    }
