"""What of a training was answered: quizzes and feedback, those of old versions too."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import func, select

from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.phrases import before_data
from termstats.data.figures.definition.registry import figure
from termstats.data.figures.learning.module_list import module_list
from termstats.data.figures.learning.unplaced import note_unplaced_attempts
from termstats.data.model.records import Record
from termstats.data.model.table import Cell, Destination, count, ident, words
from termstats.data.model.units import RowId
from termstats.data.query.query import Query
from termstats.data.store import schema

FEEDBACK = "feedback"
"""Kind of the modules whose answers are not right or wrong."""
_ASKING = ("quiz", FEEDBACK)
"""Kinds of modules that are listed also while nobody has answered."""


@figure(
    "training.quizzes",
    record=Record.QUESTIONS,
    title="Quizzes and feedback",
    level=Level.TRAINING,
    columns=(
        ident("module_id"),
        words("module", "Module"),
        words("kind", "Kind"),
        words("version", "Version", "of the training that it belongs to"),
        ident("digest"),
        replace(
            count("current", "Current", "1: part of the training now, 0: an old version"),
            names=(("1", "yes"), ("0", "no")),
        ),
        count("questions", "Questions"),
        count("attempts", "Attempts", "finished by the end of the period"),
    ),
    row_opens=Destination("training.quiz-responses", (("module", "module_id"),)),
    lead=("module", "attempts", "questions", "kind", "current", "version"),
)
async def quizzes(q: Query) -> Rows:
    """One row per module that asks something, in the training's order, old versions last.

    That is every quiz and feedback, and each other module with questions or attempts. Attempts are
    those that were finished by the end of the period. A quiz whose content changed is a module of
    its own: `digest` is what the platform calls that content.
    """
    questions, attempts = await _questions(q), await _attempts(q)
    rows: list[tuple[Cell, ...]] = []
    for module in await module_list(q):
        asked, answered = questions.get(module.id, 0), attempts.get(module.id, 0)
        if not (asked or answered or module.kind in _ASKING):
            continue
        row = (module.key, module.title, module.kind, module.version, module.digest)
        rows.append((*row, int(module.current), asked, answered))
    before_data(q)
    await note_unplaced_attempts(q)
    old = sum(1 for row in rows if not row[5])
    return Rows(
        rows,
        empty="" if rows else "Nothing in this training asks anything.",
        summary=f"{len(rows):,} modules, {old:,} of old versions" if rows else "",
    )


async def _questions(q: Query) -> dict[RowId, int]:
    """Return module id -> its questions."""
    question, module, trainings = schema.question, schema.module, q.roster.trainings()
    rows = await q.fetch(
        select(question.c.module_id, func.count().label("questions"))
        .select_from(question)
        .join(module, module.c.id == question.c.module_id)
        .join(trainings, trainings.c.id == module.c.training_id)
        .group_by(question.c.module_id)
    )
    return {row.module_id: row.questions for row in rows}


async def _attempts(q: Query) -> dict[RowId, int]:
    """Return module id -> attempts finished by the end of the period."""
    attempts = q.roster.attempts()
    rows = await q.fetch(
        select(attempts.c.module_id, func.count().label("attempts"))
        .where(attempts.c.module_id.is_not(None), attempts.c.finished_at < q.end)
        .group_by(attempts.c.module_id)
    )
    return {row.module_id: row.attempts for row in rows}
