"""Attempts of OppiaMobile whose events, or whose quizzes, are gone: shown, or said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from termstats.data.importers.oppia.importer import OppiaImporter
from termstats.data.importers.writing.base import ImportOptions
from termstats.data.importers.writing.run import run_import
from termstats.data.model.request import Param
from termstats.data.snapshots.checks import check_store
from tests.data.figures.hand_store import dicts, report
from tests.data.importers.oppia.factory import AS_OF, attempt, load
from tests.data.importers.store_file import query
from tests.shared import shared_path

UNPLACED = "{} attempts are at modules that the source has no more"


async def make(tmp_path: Path) -> tuple[Path, list[str]]:
    """Return a store without events, and the notes of its import.

    Quiz 20 left course 1 (its version tells); a quiz that was deleted leaves attempts of no quiz.
    """
    source: dict[str, list[dict[str, Any]]] = {
        "quiz_quiz": [{"id": 20, "title": "Old test"}],
        "quiz_quizprops": [
            {"id": 20, "quiz_id": 20, "name": "courseversion", "value": "20230101"},
        ],
        "quiz_question": [
            {"id": 1, "title": "Easy", "type": "multichoice"},
            {"id": 2, "title": "Hard", "type": "multichoice"},
            {"id": 3, "title": "Now", "type": "multichoice"},
        ],
        "quiz_quizquestion": [
            {"id": 1, "quiz_id": 20, "question_id": 1, "order": 1},
            {"id": 2, "quiz_id": 20, "question_id": 2, "order": 2},
            {"id": 3, "quiz_id": 10, "question_id": 3, "order": 1},
        ],
        "quiz_quizattempt": [
            attempt(1, 5, quiz_id=20),
            attempt(2, 10, quiz_id=20, attempt_date="2024-03-04 10:00:00"),
            attempt(3, 5, quiz_id=None),
            attempt(4, 5, quiz_id=None),
        ],
        "quiz_quizattemptresponse": [
            {"id": n, "quizattempt_id": of, "question_id": question, "score": score, "text": "x"}
            for n, (of, question, score) in enumerate(
                [(1, 1, 1), (1, 2, 0), (2, 1, 1), (2, 2, 1), (3, 3, 1), (4, 3, 1)], 1
            )
        ],
    }
    store, imported = await load(tmp_path, None, **source)
    return store, imported.notes


async def test_an_attempt_makes_a_learner_of_its_training(tmp_path: Path) -> None:
    store, _notes = await make(tmp_path)
    # The earlier of two attempts, 2024-03-04 10:00 UTC.
    assert query(store, "SELECT enrolled_at, implied FROM enrolment") == [(1_709_546_400, 1)]


async def test_answers_to_an_old_quiz_are_analysed_the_hardest_first(tmp_path: Path) -> None:
    store, _notes = await make(tmp_path)
    table = await report(store, "training.questions", "all", keys={Param.TRAINING: "1"})
    assert [
        (row["question"], row["responses"], row["difficulty"], row["module"])
        for row in dicts(table)
    ] == [
        ("Hard", 2, 0.5, "Old test, old version"),
        ("Easy", 2, 1.0, "Old test, old version"),
        ("Now", 0, None, "Test"),
    ]
    right = table.position("difficulty")
    assert table.columns[right].heading == "% right"
    assert [table.shown(row, right) for row in range(3)] == ["50 %", "100 %", "-"]


async def test_attempts_of_no_quiz_are_said_by_import_check_and_figures(tmp_path: Path) -> None:
    store, notes = await make(tmp_path)
    said = UNPLACED.format(2)
    assert [note for note in notes if said in note]
    assert [note for note in (await check_store(str(store))).sources[0].notes if said in note]
    old, mine = {Param.MODULE: "quiz:20"}, {Param.LEARNER: "2"}
    course = {Param.TRAINING: "1"}
    for figure, keys in (
        ("training.questions", course),
        ("training.content", course),
        ("training.quiz-responses", {**course, **old}),
        ("learner.attempts", {**mine, **old}),
    ):
        table = await report(store, figure, "all", keys=keys)
        assert [note for note in table.notes if said in note], figure


async def test_nothing_is_said_where_every_attempt_has_its_quiz(tmp_path: Path) -> None:
    store, imported = await load(tmp_path, quiz_quizattempt=[attempt(1, 5)])
    assert not [note for note in imported.notes if "no more" in note]
    table = await report(store, "training.questions", "all", keys={Param.TRAINING: "1"})
    assert not [note for note in table.notes if "no more" in note]


@pytest.mark.slow
async def test_the_item_analysis_of_the_shared_database(tmp_path: Path) -> None:
    source, store = shared_path("oppia/indices.sqlite3"), tmp_path / "store"
    imported = await run_import(OppiaImporter(), str(source), store, ImportOptions(as_of=AS_OF))
    assert imported.tables["quiz_quizattempt"].kept == 470
    # Half of the attempts are at quiz 2104, which the only course has no more; half at no quiz.
    assert [note for note in imported.notes if UNPLACED.format(235) in note]
    table = await report(store, "training.questions", "all", keys={Param.TRAINING: "199"})
    rows = dicts(table)
    answered = [row for row in rows if row["responses"]]
    # Counted in the source with SQL: 2,350 responses, 69 and 57 of them in attempts at no quiz.
    assert sum(row["responses"] for row in answered) == 2350 - 69 - 57
    assert (len(answered), len(rows)) == (27, 30)
    hardest = answered[0]
    assert (hardest["question_id"], hardest["responses"]) == ("21988", 75)
    # 15.5 points of 75 questions of one point each.
    assert hardest["difficulty"] == pytest.approx(15.5 / 75)
    assert [row["difficulty"] for row in answered] == sorted(row["difficulty"] for row in answered)
