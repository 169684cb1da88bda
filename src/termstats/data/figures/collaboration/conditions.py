"""Which events count in a column of engagement, of a score, or of a person's contributions."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, FromClause, and_, or_, true

from termstats.data.figures.collaboration.totals import ALL_COMMENTS, CONTRIBUTIONS, PUBLIC, SUMS
from termstats.data.figures.learning.social import COMMENTS
from termstats.data.figures.learning.training.engagement import (
    ACTIONS,
    COLUMN_OF,
    COMMENT,
    DOWNLOADS,
    VIEW_KINDS,
    VIEWS,
)
from termstats.data.model.reaction import BAD, GOOD
from termstats.data.model.units import RowId
from termstats.data.query.query import Query
from termstats.data.store.schema import SOCIAL_KIND

COUNTERS = (*SUMS, PUBLIC)
"""The columns of contributions: what people do anywhere on the platform."""
OF_OTHERS = " of other roles"
"""Ends the columns of a class that are of its members who are no learners."""
_LABELS = {
    "learned something": "learned",
    "have a question": "question",
    "viewers": VIEWS,
    "people": VIEWS,
    "starts": VIEWS,
}
"""Other headings of columns -> the column that they count like."""
_IN_TRAININGS = {
    "publications": "publications",
    "reactions": "reactions",
    ALL_COMMENTS: "comments",
}
"""What is asked of a training -> the contributions that it is: private comments too."""
_BALANCE = {"good": GOOD, "bad": BAD}
"""Sides of the reaction score -> their reactions."""
Condition = ColumnElement[bool]


def wanted_column(q: Query, otherwise: str) -> str:
    """Return the column or action that is asked for, whatever heading it was given by."""
    given = (q.request.action or otherwise).strip()
    plain = given.casefold()
    plain = _LABELS.get(plain, plain)
    columns = (
        *_BALANCE,
        *_IN_TRAININGS,
        *COLUMN_OF.values(),
        COMMENT,
        DOWNLOADS,
        ACTIONS,
        VIEWS,
        *COUNTERS,
    )
    return plain if plain in columns else given


def of_engagement(event: FromClause, wanted: str) -> Condition:
    """Return whether an event counts in the column `wanted`, or is the action of that name."""
    reaction = next((name for name, column in COLUMN_OF.items() if column == wanted), None)
    if reaction:
        return and_(event.c.kind == SOCIAL_KIND, event.c.action == reaction)
    if wanted == COMMENT:
        return and_(event.c.kind == SOCIAL_KIND, event.c.action.in_(COMMENTS))
    if wanted == DOWNLOADS:
        return event.c.kind == "download"
    if wanted == ACTIONS:
        return true()
    if wanted == VIEWS:
        return event.c.kind.in_(VIEW_KINDS)
    if wanted in _BALANCE:
        return and_(event.c.kind == SOCIAL_KIND, event.c.action.in_(_BALANCE[wanted]))
    if wanted in _IN_TRAININGS:
        return of_contributions(event, _IN_TRAININGS[wanted])
    return event.c.action == wanted


def of_contributions(event: FromClause, wanted: str) -> Condition:
    """Return whether an event counts in a person's line: private comments do too."""
    if wanted == PUBLIC:
        return and_(event.c.kind == SOCIAL_KIND, event.c.action.in_(COMMENTS))
    columns = SUMS[wanted] if wanted else CONTRIBUTIONS.values()
    actions = [action for action, column in CONTRIBUTIONS.items() if column in columns]
    return and_(event.c.kind == SOCIAL_KIND, event.c.action.in_(actions))


def outside(event: FromClause, hidden: Sequence[RowId]) -> Condition:
    """Return whether an event is in none of the hidden trainings; most are in no training."""
    if not hidden:
        return true()
    return or_(event.c.training_id.is_(None), event.c.training_id.not_in(hidden))
