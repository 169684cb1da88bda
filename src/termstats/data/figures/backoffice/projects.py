"""The backoffice level: who opens which project."""

from __future__ import annotations

from sqlalchemy import case, distinct, func, select

from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.phrases import nothing_happened
from termstats.data.figures.definition.policy import Details
from termstats.data.figures.definition.ranking import ranked
from termstats.data.figures.definition.registry import figure
from termstats.data.model.filter_base import Field
from termstats.data.model.records import Record
from termstats.data.model.table import Bars, Cell, count, day, ident, words
from termstats.data.query.platform import is_action
from termstats.data.query.query import Query
from termstats.data.store import schema

OPENED = "project-opened"
"""The action that a platform logs when a person opens a project."""
_NO_PROJECTS = "This source records no projects. Import a platform that logs who opens which."


@figure(
    "backoffice.projects",
    record=Record.PROJECTS,
    title="Projects",
    level=Level.BACKOFFICE,
    columns=(
        ident("project_id"),
        words("project", "Project"),
        count("users", "Users"),
        count("person_days", "Days of people", "each person counts once per day"),
        count("opens", "Opened", "how often"),
        day("last", "Last opened"),
    ),
    chart=Bars("project", "person_days"),
    unit="days of people",
    details=Details("backoffice.object-history", filters=((Field.OBJECT, "project_id"),)),
)
async def projects(q: Query) -> Rows:
    """Who opened each project in the period: people, people per day added up, and how often.

    Users are different people over the whole period. Days of people count each person once per
    day, however often the project was opened: that is its daily access, added up. Opens of machines
    and without a known user count as opens only. Ranked by days of people, then by name; projects
    that nobody opened are left out, see what nobody used.
    """
    days, object_, action = q.platform.object_days(), schema.object_, schema.action
    opened = select(action.c.id).where(is_action(action.c.name, OPENED))
    # An action that several sources log has several ids: people of a day are counted over them.
    daily = (
        select(
            days.c.object_id,
            days.c.day,
            func.count(distinct(case((days.c.acts == 1, days.c.person_id)))).label("people"),
            func.sum(days.c.events).label("opens"),
        )
        .where(days.c.action_id.in_(opened))
        .group_by(days.c.object_id, days.c.day)
        .subquery("daily")
    )
    users = (
        select(
            days.c.object_id,
            func.count(distinct(case((days.c.acts == 1, days.c.person_id)))).label("users"),
        )
        .where(days.c.action_id.in_(opened))
        .group_by(days.c.object_id)
        .subquery("users")
    )
    counted = await q.fetch(
        select(
            q.key_of(object_).label("key"),
            object_.c.title,
            users.c.users,
            func.sum(daily.c.people).label("person_days"),
            func.sum(daily.c.opens).label("opens"),
            func.max(daily.c.day).label("last"),
        )
        .select_from(daily)
        .join(users, users.c.object_id == daily.c.object_id)
        .join(object_, object_.c.id == daily.c.object_id)
        .where(object_.c.kind == "project")
        .group_by(object_.c.id, object_.c.key, object_.c.source_id, object_.c.title, users.c.users)
    )
    rows: list[tuple[Cell, ...]] = [
        (r.key, r.title, r.users, int(r.person_days), int(r.opens), r.last) for r in counted
    ]
    return Rows(
        ranked(rows, by=3, name=1, key=0),
        empty="" if rows else await _why_empty(q),
        summary=f"{len(rows):,} projects" if rows else "",
    )


async def _why_empty(q: Query) -> str:
    object_ = schema.object_
    any_project = await q.fetch(select(object_.c.id).where(object_.c.kind == "project").limit(1))
    return nothing_happened(q, "opened projects") if any_project else _NO_PROJECTS
