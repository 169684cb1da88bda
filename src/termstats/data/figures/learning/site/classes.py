"""Global figures with one row per class."""

from __future__ import annotations

from sqlalchemy import func, select

from termstats.data.figures.definition.doors import door_to
from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.measures import (
    ACTIVE_USERS,
    COMPLETION,
    ENROLMENTS,
    PROGRESS,
    SCORE,
    TIME_SPENT,
)
from termstats.data.figures.definition.ranking import ranked
from termstats.data.figures.definition.registry import figure
from termstats.data.figures.learning.groups import (
    NO_ACTIVITY,
    Dimension,
    activity_by,
    enrolments_by,
    timed_sources,
)
from termstats.data.figures.learning.history import NOBODY
from termstats.data.model.doors import Door, Doors
from termstats.data.model.filter_base import Field
from termstats.data.model.records import Record
from termstats.data.model.table import Cell, Destination, Gauge, count, ident, words
from termstats.data.query.query import Query

_THE_CLASS = (("class", "class_id"),)
_TO_CLASS = Destination("class", _THE_CLASS)
SUB_CLASSES = count("sub_classes", "Sub-classes", "whose members count in the class too")
DOORS: Doors = (
    ("learners", Door("class.members", params=_THE_CLASS)),
    *(
        (name, door_to(each, level=Level.CLASS, params=_THE_CLASS, action=action))
        for name, each, action in (
            ("active", ACTIVE_USERS, ""),
            ("progress", PROGRESS, ENROLMENTS.name),
            ("completion", COMPLETION, ENROLMENTS.name),
            ("score", SCORE, ""),
        )
    ),
)
"""What lies behind the numbers of a class."""
_MEASURES = (ACTIVE_USERS, PROGRESS, COMPLETION, SCORE, TIME_SPENT)
"""What follows the learners of a class, in the order of its columns."""


@figure(
    "global.classes",
    record=Record.CLASSES,
    title="Classes",
    level=Level.GLOBAL,
    columns=(
        ident("class_id"),
        words("class", "Class"),
        count("learners", "Learners"),
        *(ACTIVE_USERS.column("active"), PROGRESS.column(), COMPLETION.column(), SCORE.column()),
        TIME_SPENT.column(),
        SUB_CLASSES,
    ),
    lead=("class", SUB_CLASSES.name, "learners", "active", "progress", "completion", "score"),
    chart=Gauge("class", "progress"),
    lists=Field.GROUP,
    row_opens=_TO_CLASS,
    behind=DOORS,
)
async def classes(q: Query) -> Rows:
    """One row per class: its members, those of its sub-classes too, in the trainings of each.

    Learners are current members; progress, completion and score are plain means over their
    enrolments in the trainings of the class at the period's end, members of a sub-class in the
    trainings of that; active people and time are of the period, in those trainings only. So a class
    counts here what it counts on its own screen. A person in two classes counts in both, and the
    members of a sub-class in every class above it.
    """
    table, members = q.people.classes(), q.people.members_with_parts()
    sub_classes = await q.people.sub_classes()
    learners = {
        row.class_id: row.people
        for row in await q.fetch(
            select(members.c.class_id, func.count().label("people")).group_by(members.c.class_id)
        )
    }
    enrolments = await enrolments_by(q, Dimension.CLASS)
    activity = await activity_by(q, Dimension.CLASS)
    timed = timed_sources(q)
    rows: list[tuple[Cell, ...]] = []
    listed = select(table.c.id, q.key_of(table).label("key"), table.c.title, table.c.source_id)
    for row in await q.fetch(listed):
        sums: dict[str, float | None] = {
            **enrolments.get(row.id, NOBODY),
            **activity.get(row.id, NO_ACTIVITY),
        }
        if row.source_id not in timed:
            sums["seconds"] = None
        measured = [measure.of(sums) for measure in _MEASURES]
        numbers = (learners.get(row.id, 0), *measured, sub_classes.get(row.id, 0))
        rows.append((row.key, row.title, *numbers))
    with_parts = sum(1 for row in rows if row[-1])
    inside = f", {with_parts:,} with their sub-classes" if with_parts else ""
    return Rows(
        ranked(rows, by=2, name=1, key=0),
        empty="" if rows else "There are no classes here.",
        summary=f"{len(rows):,} classes{inside}" if rows else "",
    )
