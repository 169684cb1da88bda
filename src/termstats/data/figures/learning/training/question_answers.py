"""How one question was answered: each option, by how many, and how good they are otherwise."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import case, func, or_, select

from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.phrases import before_data
from termstats.data.figures.definition.policy import RANKING
from termstats.data.figures.definition.ranking import DEFAULT_TOP, top_rows
from termstats.data.figures.definition.registry import figure
from termstats.data.model.records import Record
from termstats.data.model.request import Param
from termstats.data.model.table import KEY, Bars, Cell, Destination, count, percent, words
from termstats.data.model.text import one_line
from termstats.data.query.query import Query
from termstats.data.store import schema

NO_ANSWER = "(no answer)"
_PARTS = "||"
"""Stands between the options that one answer names."""
_SEVERAL = ("multiselect", "matching")
"""Types of questions of which one answer names several options."""
RIGHT, WRONG, PARTLY = "right", "wrong", "partly right"
_STATES = {"correct": RIGHT, "wrong": WRONG, "partly": PARTLY, "unanswered": WRONG}


@dataclass
class Chosen:
    """One option: whether it is right, and the rest of the attempts that chose it, 0 to 1."""

    states: set[str] = field(default_factory=set)
    responses: int = 0
    rests: list[float] = field(default_factory=list)

    @property
    def rest(self) -> float | None:
        """Return the mean score of the rest of the attempts, in percent; None: there is none."""
        return 100 * math.fsum(self.rests) / len(self.rests) if self.rests else None

    @property
    def state(self) -> str | None:
        """Return whether the option is right; None: unknown, or it depends on the others."""
        return next(iter(self.states)) if len(self.states) == 1 else None


@figure(
    "training.question-answers",
    record=Record.QUESTIONS,
    of_single_people=True,
    title="How it was answered",
    level=Level.TRAINING,
    needs=(Param.TRAINING, Param.QUESTION),
    takes=(Param.MODULE, Param.VERSION),
    row="answer",
    columns=(
        words("answer", "Answer"),
        words("state", "Is", "right, wrong or partly right"),
        count("responses", "Chosen"),
        percent("share", "Share", "of all responses"),
        percent("rest_score", "Rest of attempt", "mean score of the other questions"),
        words("flag", "Flag"),
    ),
    chart=Bars("answer", "responses"),
    row_opens=Destination("training.behind-question", (("action", KEY),)),
    options=RANKING,
    lead=("answer", "share", "state", "responses", "flag"),
)
async def question_answers(q: Query) -> Rows:
    """How a question was answered: one row per option, most chosen first.

    From the marked answers of finished attempts up to the period's end, as in the item analysis. An
    answer that names several options counts for each. Rest of attempt is how well those who chose
    an option did in the other questions. Flags: "never chosen" for a wrong option that nobody took,
    "taken by the better" for a wrong one whose takers do better otherwise than those of the right
    ones. Options that nobody chose are known only where the source hands them over. --question is
    the id of the list of questions; one that several modules share is of all of them.
    """
    answers = await _answers(q)
    options = await _options(q)
    chosen: dict[str, Chosen] = defaultdict(Chosen)
    for text, points in options.items():
        chosen[text].states = {RIGHT if points > 0 else WRONG}
    for answer in answers:
        rest_most = answer.all_most - answer.most
        rest = (answer.all_points - answer.points) / rest_most if rest_most > 0 else None
        for part in _parts(answer):
            option = chosen[part]
            option.responses += 1
            if part not in options and answer.state in _STATES and answer.type not in _SEVERAL:
                option.states.add(_STATES[answer.state])
            if rest is not None:
                option.rests.append(rest)
    best = max((each.rest or 0 for each in chosen.values() if each.state == RIGHT), default=None)
    rows: list[tuple[Cell, ...]] = [
        (
            *(text, each.state, each.responses),
            100 * each.responses / len(answers) if answers else None,
            *(each.rest, _flag(each, best)),
        )
        for text, each in chosen.items()
    ]
    before_data(q)
    right = sum(1 for answer in answers if answer.state == "correct")
    shown = top_rows(rows, q.top or DEFAULT_TOP, by=2, name=0, key=0, adds=(2, 3))
    keys = [row.key for row in await _questions(q)]
    return Rows(
        shown,
        keys=keys[:1] * len(shown),
        empty="" if rows else "Nobody has answered this question by the end of the period.",
        summary=f"{len(answers):,} responses, {right:,} right" if answers else "",
    )


def _flag(option: Chosen, best: float | None) -> str | None:
    """Return what an author should look at; `best`: rest of the attempts of the right options."""
    if option.state != WRONG:
        return None
    if not option.responses:
        return "never chosen"
    better = best is not None and option.rest is not None and option.rest > best
    return "taken by the better" if better else None


def _parts(answer: Any) -> list[str]:
    """Return the options that an answer names."""
    text = one_line(answer.answer) or ""
    if answer.type not in _SEVERAL:
        return [text or NO_ANSWER]
    parts = [part.strip() for part in text.split(_PARTS) if part.strip()]
    return list(dict.fromkeys(parts)) or [NO_ANSWER]


async def _options(q: Query) -> dict[str, float]:
    """Return text -> points of the options of the question, where the source hands them over."""
    kept = schema.reported_row
    labels = {row.label for row in await _questions(q)}
    rows = await q.fetch(select(kept.c.data).where(kept.c.name == schema.OPTIONS))
    read = [json.loads(data) for (data,) in rows]
    return {one_line(row["text"]) or "": row["points"] for row in read if row["question"] in labels}


async def _questions(q: Query) -> Sequence[Any]:
    """Return id, label and key of the questions of that id in scope, current ones first."""
    question, module, trainings = schema.question, schema.module, q.roster.trainings()
    wanted, chosen = q.request.question, q.request.entity(Param.MODULE)
    which = [module.c.id == chosen.id] if chosen else []
    return await q.fetch(
        select(question.c.id, question.c.label, q.key_of(question).label("key"))
        .join(module, module.c.id == question.c.module_id)
        .join(trainings, trainings.c.id == module.c.training_id)
        .where(or_(question.c.label == wanted, q.key_of(question) == wanted), *which)
        .order_by(module.c.current.desc(), question.c.id)
    )


async def _answers(q: Query) -> list[Any]:
    """Return the marked answers: answer, state, type, points, most, and those of the attempt."""
    attempts, answer, question = q.roster.attempts(), schema.answer, schema.question
    ids = [row.id for row in await _questions(q)]
    of_all = answer.alias("of_all")
    marked = [
        *(attempts.c.finished_at < q.end, attempts.c.in_score == 1),
    ]

    def gained(table: Any) -> Any:
        points = func.coalesce(table.c.points, 0)
        inside = case((points < 0, 0), (points > table.c.max_points, table.c.max_points))
        return func.coalesce(inside, points)

    def counts(table: Any) -> list[Any]:
        is_marked = or_(table.c.points.is_not(None), table.c.state == "unanswered")
        is_over = or_(table.c.state.is_(None), table.c.state != "pending")
        return [table.c.max_points > 0, table.c.question_id.is_not(None), is_marked, is_over]

    totals = (
        select(
            of_all.c.attempt_id,
            func.sum(gained(of_all)).label("all_points"),
            func.sum(of_all.c.max_points).label("all_most"),
        )
        .where(
            of_all.c.attempt_id.in_(
                select(answer.c.attempt_id).where(answer.c.question_id.in_(ids))
            ),
            *counts(of_all),
        )
        .group_by(of_all.c.attempt_id)
        .subquery("totals")
    )
    rows = await q.fetch(
        select(
            *(answer.c.answer, answer.c.state, question.c.type),
            *(gained(answer).label("points"), answer.c.max_points.label("most")),
            *(totals.c.all_points, totals.c.all_most),
        )
        .select_from(attempts)
        .join(answer, answer.c.attempt_id == attempts.c.id)
        .join(question, question.c.id == answer.c.question_id)
        .join(totals, totals.c.attempt_id == attempts.c.id)
        .where(answer.c.question_id.in_(ids), *marked, *counts(answer))
    )
    return list(rows)
