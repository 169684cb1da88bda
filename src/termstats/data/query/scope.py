"""Viewers and what they may see. Scope narrows every query; no figure knows about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from termstats.data.model.errors import NotAllowed
from termstats.data.model.text import clean
from termstats.data.model.units import RowId
from termstats.data.store.opening import run_query
from termstats.data.store.schema import class_parent, grant, person


class Role(StrEnum):
    """What a viewer is, widest first."""

    ADMINISTRATOR = "administrator"
    MANAGER = "training manager"
    COACH = "class coach"
    LEARNER = "learner"


@dataclass(frozen=True)
class Scope:
    """What one viewer may see. None means no restriction of that sort.

    `classes` restricts to (member, training) pairs: the learners of those classes, in the trainings
    of those classes.
    """

    role: Role = Role.ADMINISTRATOR
    viewer: str = ""
    trainings: frozenset[RowId] | None = None
    classes: frozenset[RowId] | None = None
    people: frozenset[RowId] | None = None

    @property
    def is_everything(self) -> bool:
        """Return whether nothing is hidden from the viewer."""
        return self.trainings is None and self.classes is None and self.people is None

    def describe(self) -> str:
        """Return the viewer and role for the level line; empty for an administrator."""
        return f"as {self.viewer} ({self.role})" if self.viewer else ""


EVERYTHING = Scope()
_GRANTING = ("administrator", "manager", "coach")
"""Roles of `grant` that show anything; a viewer of a training sees its content, no statistics."""


async def scope_of(connection: AsyncConnection, viewer: str | None) -> Scope:
    """Return the scope of the viewer with that username, email or platform id; None: everything.

    Raises:
        NotAllowed: an empty name; nobody, or more than one, is called so; an account that nobody
            may use.
    """
    if viewer is None:
        return EVERYTHING
    if not viewer.strip():
        raise NotAllowed("the viewer has no name; give a username or an email")
    rows = await run_query(
        connection,
        select(
            *(person.c.id, person.c.username, person.c.name),
            *(person.c.blocked, person.c.deleted, person.c.anonymous, person.c.bot),
        )
        .where(
            or_(
                func.lower(person.c.username) == viewer.lower(),
                func.lower(person.c.email) == viewer.lower(),
                person.c.key == viewer,
            )
        )
        .limit(2),
    )
    if len(rows) != 1:
        what = "several people are" if rows else "nobody is"
        raise NotAllowed(f"{what} called {clean(viewer)!r} here; give a username or an email")
    row = rows[0]
    if row.blocked or row.deleted:
        raise NotAllowed(f"{clean(viewer)!r} is blocked or deleted on the platform")
    if row.anonymous or row.bot:
        raise NotAllowed(f"{clean(viewer)!r} is the account of nobody in particular")
    return await _granted(connection, row.id, clean(row.username or row.name))


async def _granted(connection: AsyncConnection, person_id: RowId, shown: str) -> Scope:
    """Return the widest scope that the grants of a person give; without any, their own."""
    grants = await run_query(
        connection,
        select(grant.c.role, grant.c.training_id, grant.c.class_id).where(
            grant.c.person_id == person_id, grant.c.role.in_(_GRANTING)
        ),
    )
    # An administrator of one training or class only is no administrator of the platform.
    if any(
        g.role == "administrator" and g.training_id is None and g.class_id is None for g in grants
    ):
        return Scope(Role.ADMINISTRATOR, shown)
    managed = frozenset(g.training_id for g in grants if g.training_id and g.role != "coach")
    if managed:
        return Scope(Role.MANAGER, shown, trainings=managed)
    coached = frozenset(g.class_id for g in grants if g.class_id and g.role != "manager")
    if coached:
        return Scope(Role.COACH, shown, classes=await with_sub_classes(connection, coached))
    return Scope(Role.LEARNER, shown, people=frozenset((person_id,)))


async def with_sub_classes(
    connection: AsyncConnection, classes: Iterable[RowId]
) -> frozenset[RowId]:
    """Return the classes and all their sub-classes, however deep; cycles end."""
    links = await run_query(connection, select(class_parent.c.class_id, class_parent.c.parent_id))
    below: dict[RowId, list[RowId]] = {}
    for row in links:
        below.setdefault(row.parent_id, []).append(row.class_id)
    classes_below: set[RowId] = set()
    waiting = list(classes)
    while waiting:
        current = waiting.pop()
        if current not in classes_below:
            classes_below.add(current)
            waiting.extend(below.get(current, ()))
    return frozenset(classes_below)
