"""Trainings by kind: lessons, quizzes, courses."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import case, select

from termstats.data.figures.definition.doors import doors_to
from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.measure import add_up
from termstats.data.figures.definition.measures import (
    COMPLETED,
    COMPLETION,
    ENROLMENTS,
    PROGRESS,
    TRAININGS,
)
from termstats.data.figures.definition.phrases import before_data
from termstats.data.figures.definition.ranking import ranked
from termstats.data.figures.definition.registry import figure
from termstats.data.figures.learning.history import NOBODY, history, sums_at
from termstats.data.figures.learning.published import MEANS, is_published, published_only
from termstats.data.model.enrolment_path import CHANGES
from termstats.data.model.filter_base import Field
from termstats.data.model.records import Record
from termstats.data.model.table import Bars, Cell, words
from termstats.data.query.query import Query
from termstats.data.query.training_kinds import trainings_by_kind

_MEASURES = (TRAININGS, ENROLMENTS, COMPLETED, COMPLETION, PROGRESS)


@figure(
    "global.training-kinds",
    record=Record.TRAINING_KINDS,
    title="Kinds of trainings",
    level=Level.GLOBAL,
    columns=(words("kind", "Kind"), *(each.column() for each in _MEASURES)),
    chart=Bars("kind", "trainings"),
    lists=Field.KIND,
    behind=tuple(
        (name, replace(door, filters=((Field.KIND, "kind"),)))
        for name, door in doors_to({each.name: each for each in _MEASURES})
    ),
)
async def training_kinds(q: Query) -> Rows:
    """Trainings by what the platform says they are: lessons, quizzes, channels.

    Each row has the cards of the platform narrowed to trainings of that kind: published trainings,
    enrolments made and completed by the period's end, completion and progress as plain means over
    published trainings with learners. A training of two kinds counts in both.
    """
    table = q.roster.trainings()
    published = case((is_published(q, table), 1), else_=0).label("published")
    listed = {row.id: row.published for row in await q.fetch(select(table.c.id, published))}
    by_training = await history(q)
    at_end = sums_at(by_training, [q.last_day])[0]
    for_means = sums_at(await published_only(q, by_training), [q.last_day])[0]
    rows: list[tuple[Cell, ...]] = []
    for kind, trainings in (await trainings_by_kind(q.store, q.reader.connection)).items():
        mine = trainings & listed.keys()
        if not mine:
            continue
        sums = add_up((at_end.get(each, NOBODY) for each in mine), CHANGES)
        sums[TRAININGS.part] = sum(listed[each] for each in mine)
        means = [for_means[each] for each in mine if each in for_means]
        rows.append(
            (
                kind,
                *(each.mean(means) if each in MEANS else each.of(sums) for each in _MEASURES),
            )
        )
    before_data(q)
    return Rows(
        ranked(rows, by=1, name=0, key=0),
        empty="" if rows else "The platform does not say of what kind the trainings are.",
        summary=f"{len(rows):,} kinds" if rows else "",
    )
