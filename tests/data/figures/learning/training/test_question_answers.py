"""Answers to one question by hand, and item analysis against plain SQL and `statistics`."""

from __future__ import annotations

import asyncio
import sqlite3
import statistics
from collections import defaultdict
from contextlib import closing
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from termstats.data.importers.registry import importers
from termstats.data.importers.writing.base import ImportOptions
from termstats.data.importers.writing.run import run_import
from termstats.data.model.request import Param
from tests.data.figures.hand_store import dicts, report
from tests.data.importers.oppia.factory import attempt, load
from tests.shared import shared_path

COURSE = {Param.TRAINING: "1"}
MAXIMA = {1: 1, 2: 2, 3: 4}
TYPES = {1: "multichoice", 2: "multiselect", 3: "numerical"}
OPTIONS = [(1, "Lift", 0), (1, "Stairs", 1), (1, "Window", 0), (2, "Water", 1), (2, "Sand", 1)]
"""(question, text, points)."""
GIVEN = [
    # (attempt, question, points, text)
    *((1, 1, 1, "Stairs"), (1, 2, 2, "Water||Sand"), (1, 3, 0, "5")),
    *((2, 1, 0, "Lift"), (2, 2, 2, "Sand||Water||"), (2, 3, 4, "7")),
    *((3, 1, 0, ""), (3, 2, 1, "Water"), (3, 3, 4, "7")),
]


def rows() -> dict[str, Any]:
    """Three attempts of two learners at a test of three questions, and one of an administrator."""
    given = [*GIVEN, (4, 1, 0, "Lift")]
    return {
        "quiz_question": [{"id": n, "title": f"Q{n}", "type": TYPES[n]} for n in MAXIMA],
        "quiz_questionprops": [
            {"id": n, "question_id": n, "name": "maxscore", "value": str(most)}
            for n, most in MAXIMA.items()
        ],
        "quiz_quizquestion": [
            {"id": n, "quiz_id": 10, "question_id": n, "order": n} for n in MAXIMA
        ],
        "quiz_response": [
            {"id": n, "question_id": question, "title": text, "score": points, "order": n}
            for n, (question, text, points) in enumerate(OPTIONS, 1)
        ],
        "quiz_quizattempt": [attempt(1, 3), attempt(2, 6, user_id=3), attempt(3, 5, user_id=3)]
        + [attempt(4, 0, user_id=1)],
        "quiz_quizattemptresponse": [
            {"id": n, "quizattempt_id": of, "question_id": question, "score": points, "text": text}
            for n, (of, question, points, text) in enumerate(given, 1)
        ],
    }


async def answers(folder: Path, question: str, **options: Any) -> list[tuple[Any, ...]]:
    store, _ = await load(folder, **rows())
    table = await report(
        store, "training.question-answers", "2024-03", keys=COURSE, question=question, **options
    )
    names = ("answer", "state", "responses", "share", "rest_score", "flag")
    return [tuple(row[name] for name in names) for row in dicts(table)]


async def test_each_option_with_those_who_took_it(tmp_path: Path) -> None:
    third = pytest.approx(100 / 3)
    # The rest of the attempts: 2 of 6, 6 of 6 and 5 of 6 points.
    assert await answers(tmp_path, "1") == [
        ("(no answer)", "wrong", 1, third, pytest.approx(500 / 6), "taken by the better"),
        ("Lift", "wrong", 1, third, 100, "taken by the better"),
        ("Stairs", "right", 1, third, third, None),
        ("Window", "wrong", 0, 0, None, "never chosen"),
    ]


async def test_an_answer_of_several_options_counts_for_each(tmp_path: Path) -> None:
    found = await answers(tmp_path, "2")
    assert [(row[0], row[1], row[2]) for row in found] == [
        ("Water", "right", 3),
        ("Sand", "right", 2),
    ]


async def test_free_answers_are_right_or_wrong_by_their_points(tmp_path: Path) -> None:
    found = await answers(tmp_path, "3")
    assert [(row[0], row[1], row[2]) for row in found] == [("7", "right", 2), ("5", "wrong", 1)]


async def test_the_rest_is_one_row_and_everybody_may_count(tmp_path: Path) -> None:
    found = await answers(tmp_path, "1", top=1, everybody=True)
    assert [(row[0], row[2]) for row in found] == [("Lift", 2), ("(others)", 2)]


# ---- the real server's 470 attempts --------------------------------------------------------------


@pytest.fixture(scope="module", name="indices")
def many_attempts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = shared_path("oppia/indices.sqlite3")
    path = tmp_path_factory.mktemp("indices") / "store.sqlite3"
    options = ImportOptions(as_of_latest=True)
    asyncio.run(run_import(importers()["oppia"], str(source), path, options))
    return path


Marked: TypeAlias = tuple[float, float | None, float]
"""Score of a question, of the rest of the attempt, and of all of it."""


def responses() -> dict[int, list[Marked]]:
    """Return question -> its marked answers in learners' attempts at 2104.

    Straight from the source: every question of the quiz counts 1 point, and is marked at once.
    """
    path = shared_path("oppia/indices.sqlite3")
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        given = connection.execute(
            "SELECT r.quizattempt_id, r.question_id, r.score * 1.0 "
            "FROM quiz_quizattemptresponse r JOIN quiz_quizattempt a ON a.id = r.quizattempt_id "
            "JOIN quiz_quizquestion l ON l.quiz_id = a.quiz_id AND l.question_id = r.question_id "
            "JOIN auth_user u ON u.id = a.user_id "
            "WHERE a.quiz_id = 2104 AND u.is_staff = 0 AND u.is_superuser = 0"
        ).fetchall()
    of_attempt: dict[int, dict[int, float]] = defaultdict(dict)
    for attempt_id, question, score in given:
        of_attempt[attempt_id][question] = score
    found: dict[int, list[Marked]] = defaultdict(list)
    for scores in of_attempt.values():
        total, number = sum(scores.values()), len(scores)
        for question, score in scores.items():
            rest = (total - score) / (number - 1) if number > 1 else None
            found[question].append((score, rest, total / number))
    return found


def best_less_worst(given: list[Marked]) -> float:
    """Return the mean of the best 27 % less that of the worst, ties sharing the last places."""
    size = round(0.27 * len(given))

    def mean(sign: int) -> float:
        ranked = sorted(given, key=lambda row: sign * row[2])
        edge = round(ranked[size - 1][2], 9)
        inside = [row[0] for row in ranked if sign * (row[2] - edge) < -1e-9]
        tied = [row[0] for row in ranked if abs(row[2] - edge) < 1e-9]
        return (sum(inside) + (size - len(inside)) * sum(tied) / len(tied)) / size

    return mean(-1) - mean(1)


async def test_item_analysis_is_what_plain_sql_and_statistics_say(indices: Path) -> None:
    table = await report(indices, "training.questions", "all", keys={Param.TRAINING: "199"})
    found = {int(row["question_id"]): row for row in dicts(table) if row["responses"]}
    expected = responses()
    assert found.keys() == expected.keys() and len(found) > 20
    assert sum(row["responses"] for row in found.values()) == sum(map(len, expected.values()))
    for question, given in expected.items():
        row, scores = found[question], [score for score, _rest, _total in given]
        assert row["responses"] == len(given)
        assert row["correct"] == sum(1 for score in scores if score >= 1)
        assert row["difficulty"] == pytest.approx(statistics.fmean(scores))
        pairs = [(score, rest) for score, rest, _total in given if rest is not None]
        together = statistics.correlation([s for s, _ in pairs], [rest for _, rest in pairs])
        assert row["discrimination"] == pytest.approx(together)
        assert row["upper_lower"] == pytest.approx(best_less_worst(given))
        assert (row["flag"] == "too few") == (len(given) < 30)


async def test_options_add_up_to_the_responses(indices: Path) -> None:
    keys = {Param.TRAINING: "199"}
    table = await report(indices, "training.questions", "all", keys=keys)
    for row in dicts(table)[:8]:
        options = await report(
            indices, "training.question-answers", "all", keys=keys, question=row["question_id"]
        )
        assert options.summary.startswith(f"{row['responses']} responses")
