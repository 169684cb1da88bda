"""The trainings, classes and attempts behind a number of them."""

from __future__ import annotations

from sqlalchemy import func, select

from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.measure import Behind
from termstats.data.figures.definition.measures import COMPLETED, ENROLMENTS, PROGRESS
from termstats.data.figures.definition.ranking import ranked
from termstats.data.figures.definition.registry import figure, on_levels
from termstats.data.figures.definition.series import local_days
from termstats.data.figures.learning.enrolment_rows import LEARNER_COLUMNS, TRAINING_COLUMNS
from termstats.data.figures.learning.groups import Dimension, enrolments_by
from termstats.data.figures.learning.history import NOBODY
from termstats.data.figures.learning.published import is_published
from termstats.data.figures.learning.unplaced import scored_attempts
from termstats.data.model.table import (
    Cell,
    Destination,
    count,
    day,
    ident,
    moment,
    percent,
    words,
)
from termstats.data.query.query import Query
from termstats.data.store import schema

_OF_TRAINING = (ENROLMENTS, COMPLETED, PROGRESS)


@on_levels(
    Behind.TRAININGS,
    (Level.GLOBAL, Level.TRAINING, Level.CLASS),
    title="Published trainings",
    columns=(
        *TRAINING_COLUMNS,
        words("status", "Status"),
        day("created", "Created", "empty: the platform does not say"),
        ENROLMENTS.column("learners", "Learners"),
        *(each.column() for each in (COMPLETED, PROGRESS)),
    ),
    row_opens=Destination("training", (("training", "training_id"),)),
    unit="trainings",
)
async def trainings_behind(q: Query) -> Rows:
    """The published trainings that cards count, one row each: made by the period's end.

    Learners, completed and progress are states at the period's end. The list of trainings has
    drafts and archived ones too. Most learners first.
    """
    trainings, sums = q.roster.trainings(), await enrolments_by(q, Dimension.TRAINING)
    day_of = local_days(q)
    rows: list[tuple[Cell, ...]] = []
    for row in await q.fetch(
        select(trainings, q.key_of(trainings).label("shown_key")).where(is_published(q, trainings))
    ):
        mine = sums.get(row.id, NOBODY)
        measured = (measure.of(mine) for measure in _OF_TRAINING)
        rows.append((row.shown_key, row.title, row.status, day_of(row.created_at), *measured))
    return Rows(
        ranked(rows, by=4, name=1, key=0),
        empty="" if rows else "No training is published here.",
        summary=f"{len(rows):,} trainings" if rows else "",
    )


@on_levels(
    Behind.CLASSES,
    (Level.GLOBAL, Level.TRAINING, Level.CLASS),
    title="Classes behind a number",
    columns=(ident("class_id"), words("class", "Class"), count("members", "Members")),
    row_opens=Destination("class", (("class", "class_id"),)),
    unit="classes",
)
async def classes_behind(q: Query) -> Rows:
    """The classes that cards count, one row each; members are current learners. By members."""
    classes, members = q.people.classes(), q.people.members()
    number = func.count(members.c.person_id).label("members")
    listed = await q.fetch(
        select(classes.c.id, q.key_of(classes).label("key"), classes.c.title, number)
        .select_from(classes.outerjoin(members, members.c.class_id == classes.c.id))
        .group_by(classes.c.id, classes.c.key, classes.c.source_id, classes.c.title)
    )
    rows: list[tuple[Cell, ...]] = [(row.key, row.title, row.members) for row in listed]
    return Rows(
        ranked(rows, by=2, name=1, key=0),
        empty="" if rows else "There are no classes here.",
        summary=f"{len(rows):,} classes" if rows else "",
    )


@figure(
    f"training.{Behind.ATTEMPTS}",
    title="Scored attempts",
    level=Level.TRAINING,
    columns=(
        ident("attempt_id"),
        *LEARNER_COLUMNS,
        ident("module_id"),
        words("module", "Module"),
        count("number", "Attempt"),
        percent("score", "Score"),
        moment("finished", "Finished"),
    ),
    row_opens=Destination(
        "learner.answers", (("learner", "learner_id"), ("attempt", "attempt_id"))
    ),
    unit="attempts",
)
async def attempts_behind(q: Query) -> Rows:
    """The scored attempts up to the period's end that the attempt score is the mean of.

    Lowest score first, then by name.
    """
    attempts, person, module = scored_attempts(q), schema.person, schema.module
    listed = await q.fetch(
        select(
            attempts.c.number,
            attempts.c.score,
            attempts.c.moment,
            q.key_of(attempts).label("key"),
            q.key_of(person).label("learner_key"),
            person.c.name.label("learner"),
            q.key_of(module).label("module_key"),
            module.c.title.label("module"),
        )
        .select_from(attempts)
        .join(person, person.c.id == attempts.c.person_id)
        .outerjoin(module, module.c.id == attempts.c.module_id)
    )
    rows: list[tuple[Cell, ...]] = [
        (
            *(row.key, row.learner_key, row.learner, row.module_key, row.module),
            *(row.number, row.score, row.moment),
        )
        for row in listed
    ]
    rows.sort(key=lambda row: (row[6], str(row[2]).casefold(), str(row[2]), str(row[0])))
    return Rows(
        rows,
        empty="" if rows else "No attempt has a score here.",
        summary=f"{len(rows):,} attempts, lowest first" if rows else "",
    )
