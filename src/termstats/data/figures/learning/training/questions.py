"""Item analysis: how hard each question is, and whether it tells good attempts from weak ones."""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import select

from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.phrases import before_data
from termstats.data.figures.definition.registry import figure
from termstats.data.figures.definition.series import amount
from termstats.data.figures.learning.marks import is_right, points_of
from termstats.data.figures.learning.unplaced import note_unplaced_attempts
from termstats.data.model.doors import Door
from termstats.data.model.records import Record
from termstats.data.model.request import Param
from termstats.data.model.table import (
    KEY,
    Bars,
    Cell,
    Destination,
    count,
    ident,
    number,
    percent,
    share,
    words,
)
from termstats.data.model.text import one_line
from termstats.data.model.units import RowId
from termstats.data.query.query import Query
from termstats.data.store import schema

_THE_QUESTION = (("action", KEY),)
ENOUGH = 30
"""Responses under which the numbers of a question say little."""
GROUP = 0.27
"""Share of the attempts in the upper, and in the lower group."""
SAME = 1e-9
"""Scores (0 to 1) this near to each other are the same."""
EASY, HARD, POOR = 0.9, 0.3, 0.2
"""Difficulty above and below which a question is flagged, discrimination below which it is."""


@dataclass(frozen=True)
class Response:
    """One marked answer: its points of `maximum`, and those of the attempt's other answers."""

    points: float
    maximum: float
    rest: float
    rest_maximum: float

    @cached_property
    def score(self) -> float:
        """Return the share of the points, 0 to 1."""
        return self.points / self.maximum

    @cached_property
    def total(self) -> float:
        """Return the share of the whole attempt's points, 0 to 1."""
        return (self.points + self.rest) / (self.maximum + self.rest_maximum)


@dataclass(frozen=True)
class ItemStatistics:
    """Item analysis of one question; None: cannot be told from these responses."""

    responses: int
    correct: int
    difficulty: float | None
    discrimination: float | None
    upper_lower: float | None
    avg_score: float | None

    @property
    def flag(self) -> str | None:
        """Return what an author should look at, in words."""
        if self.responses < ENOUGH:
            return "too few"
        flags = []
        if self.difficulty is not None and self.difficulty > EASY:
            flags.append("easy")
        if self.difficulty is not None and self.difficulty < HARD:
            flags.append("hard")
        if self.discrimination is not None and self.discrimination < POOR:
            flags.append("separates poorly")
        return ", ".join(flags) or None


def item_statistics(responses: Sequence[Response]) -> ItemStatistics:
    """Return the analysis of one question from all its responses, in any order."""
    if not responses:
        return ItemStatistics(0, 0, None, None, None, None)
    with_rest = [r for r in responses if r.rest_maximum > 0]
    return ItemStatistics(
        responses=len(responses),
        correct=sum(1 for r in responses if is_right(r.points, r.maximum)),
        difficulty=math.fsum(r.score for r in responses) / len(responses),
        discrimination=correlation(
            [r.score for r in with_rest], [r.rest / r.rest_maximum for r in with_rest]
        ),
        upper_lower=upper_lower([(r.total, r.score) for r in responses]),
        avg_score=100
        * math.fsum(r.points for r in responses)
        / math.fsum(r.maximum for r in responses),
    )


def correlation(xs: Sequence[float], ys: Sequence[float]) -> float | None:
    """Return Pearson's correlation, -1 to 1; None where one side does not vary."""
    if len(xs) < 2 or not (_varies(xs) and _varies(ys)):
        return None
    # Rounding may carry a perfect correlation past 1.
    return max(-1.0, min(1.0, statistics.correlation(xs, ys)))


def _varies(values: Sequence[float]) -> bool:
    """Return whether values differ by more than what rounding does to equal scores."""
    return max(values) - min(values) > SAME


def upper_lower(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Return the mean score of the best 27 % of attempts less that of the worst 27 %, -1 to 1.

    `pairs` are (total of the attempt, score of the question). Attempts that tie across the edge of
    a group share its remaining places, so that no order decides. None where a group is empty.
    """
    size = round(GROUP * len(pairs))
    if size < 1:
        return None
    groups: dict[float, list[float]] = defaultdict(list)
    for total, score in pairs:
        groups[round(total, 9)].append(score)
    order = sorted(groups)
    return _mean_of_first(groups, order[::-1], size) - _mean_of_first(groups, order, size)


def _mean_of_first(groups: dict[float, list[float]], order: list[float], size: int) -> float:
    room, gained = size, 0.0
    for total in order:
        scores = groups[total]
        taken = min(room, len(scores))
        gained += taken * math.fsum(scores) / len(scores)
        room -= taken
        if not room:
            break
    return gained / size


@figure(
    "training.questions",
    record=Record.QUESTIONS,
    title="Questions",
    level=Level.TRAINING,
    columns=(
        ident("question_id"),
        words("question", "Question"),
        count("responses", "Responses"),
        count("correct", "Correct"),
        share("difficulty", "% right", "mean of points / max: 100 % everybody, 0 % nobody"),
        number(
            "discrimination",
            "Discrimination",
            "point-biserial: correlation with the rest of the attempt",
        ),
        number("upper_lower", "Upper - lower", "mean of the best 27 % less that of the worst"),
        percent("avg_score", "Mean score", "all points of all maxima"),
        words("flag", "Flag", few_words=True),
        words("module", "Module"),
    ),
    chart=Bars("question", "avg_score", percent=True),
    behind=(
        ("responses", Door("training.behind-question", params=_THE_QUESTION, unit="answers")),
        ("correct", Door("training.behind-correct", params=_THE_QUESTION, unit="answers")),
    ),
    takes=(Param.MODULE, Param.VERSION),
    row_opens=Destination("training.question-answers", (("question", KEY),)),
    pane="training.question-answers",
    lead=("question", "difficulty", "responses", "flag", "discrimination"),
)
async def questions(q: Query) -> Rows:
    """One row per question of the current modules (or of --module), the hardest first.

    Questions of old versions are rows where somebody answered them. From all marked answers of
    finished attempts up to the period's end, every attempt of a person counts. % right (the column
    `difficulty`, 0 to 1 in files) is the mean of points / max, so hard questions are low; questions
    without responses come last, equals in the order of their modules. Discrimination is the
    correlation of the question's score with the score of the rest of the same attempt (where only
    right and wrong are possible, the point-biserial one, corrected for the question): near 1 is
    good, 0 says nothing, below 0 is a warning. Upper - lower compares the best and the worst 27 %
    of the attempts. No value where scores do not vary. Flags: "too few" under 30 responses, else
    "easy" (over 90 % right), "hard" (under 30 %), "separates poorly" (discrimination under 0.2).
    Unanswered counts 0; answers that wait for a teacher, questions without points and feedback are
    left out.
    """
    question, module, trainings = schema.question, schema.module, q.roster.trainings()
    chosen = q.request.entity(Param.MODULE)
    responses_of = await _responses(q, chosen.id if chosen else None)
    which = [module.c.id == chosen.id] if chosen else []
    listed = await q.fetch(
        select(
            question.c.id,
            question.c.label,
            q.key_of(question).label("key"),
            question.c.title,
            question.c.max_score,
            module.c.title.label("module"),
            module.c.current,
        )
        .select_from(question)
        .join(module, module.c.id == question.c.module_id)
        .join(trainings, trainings.c.id == module.c.training_id)
        .where(module.c.kind != "feedback", *which)
        .order_by(
            module.c.current.desc(),
            module.c.position,
            module.c.id,
            question.c.position,
            question.c.id,
        )
    )
    rows: list[tuple[str, tuple[Cell, ...]]] = []
    for item in listed:
        responses = responses_of.get(item.id, [])
        if not responses and not (item.max_score and (item.current or chosen)):
            continue
        s = item_statistics(responses)
        row = (
            *(item.label or item.key, one_line(item.title)),
            *(s.responses, s.correct, s.difficulty, s.discrimination, s.upper_lower, s.avg_score),
            *(s.flag, item.module if item.current else f"{item.module}, old version"),
        )
        rows.append((item.key, row))
    rows.sort(key=lambda pair: _hardest_first(pair[1]))
    before_data(q)
    await note_unplaced_attempts(q)
    answered = sum(1 for _key, row in rows if row[2])
    return Rows(
        [row for _key, row in rows],
        keys=[key for key, _row in rows],
        empty=""
        if rows
        else "No question with points here. Not every source hands over questions and answers.",
        summary=f"{len(rows):,} questions, {answered:,} answered" if rows else "",
    )


def _hardest_first(row: tuple[Cell, ...]) -> tuple[bool, float]:
    return row[4] is None, amount(row[4])


async def _responses(q: Query, module_id: RowId | None) -> dict[RowId, list[Response]]:
    """Return question id -> its marked answers, each with the rest of its attempt."""
    attempts, answer = q.roster.attempts(), schema.answer
    where = [
        attempts.c.finished_at < q.end,
        attempts.c.in_score == 1,
        answer.c.max_points > 0,
        answer.c.question_id.is_not(None),
    ]
    if module_id is not None:
        where.append(attempts.c.module_id == module_id)
    rows = await q.fetch(
        select(
            answer.c.attempt_id,
            answer.c.question_id,
            answer.c.points,
            answer.c.max_points,
            answer.c.state,
        )
        .select_from(attempts)
        .join(answer, answer.c.attempt_id == attempts.c.id)
        .where(*where)
    )
    marked: list[tuple[RowId, RowId, float, float]] = []
    totals: dict[RowId, tuple[float, float]] = {}
    for attempt_id, question_id, points, maximum, state in map(tuple, rows):
        gained = points_of(state, points, maximum)
        if gained is None:
            continue
        marked.append((attempt_id, question_id, gained, maximum))
        others = totals.get(attempt_id, (0.0, 0.0))
        totals[attempt_id] = (others[0] + gained, others[1] + maximum)
    responses_of: dict[RowId, list[Response]] = defaultdict(list)
    # Few differ: the same points of the same attempt's points are one object.
    shared: dict[tuple[float, float, tuple[float, float]], Response] = {}
    for attempt_id, question_id, gained, maximum in marked:
        key = (gained, maximum, totals[attempt_id])
        response = shared.get(key)
        if response is None:
            whole = key[2]
            response = Response(gained, maximum, whole[0] - gained, whole[1] - maximum)
            shared[key] = response
        responses_of[question_id].append(response)
    return responses_of
