"""What learners of Opigno answered, against what is correct, per activity type."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from termstats.data.importers.opigno.answers import (
    points_of,
    state_of,
    with_option_texts,
)
from termstats.data.importers.opigno.importer import OpignoImporter
from termstats.data.importers.sources.markup import plain_text
from termstats.data.importers.writing.base import ImportOptions
from termstats.data.importers.writing.run import run_import
from tests.data.importers.opigno.factory import answer, at, attempt, make
from tests.data.importers.store_file import query

AS_OF = at("2024-06-01 00:00")
COLOURS = {"choices": {"0": "red", "1": "green", "2": "blue"}}
SIDES = {"source": {"0": "cat", "1": "dog"}, "target": {"0": "barks", "1": "purrs"}}


@pytest.mark.parametrize(
    ("pattern", "kind", "options", "text"),
    [
        ("0[,]2", "choice", COLOURS, "red, blue"),
        ("7", "choice", COLOURS, "7"),
        ("true", "true-false", {}, "true"),
        ("0", "true-false", {}, "false"),
        ("0[.]1[,]1[.]0", "matching", SIDES, "cat - purrs, dog - barks"),
        ("{case_matters=false}{order_matters=true}Oslo[,]Bergen", "fill-in", {}, "Oslo, Bergen"),
        ("", "choice", COLOURS, ""),
    ],
)
def test_responses_in_words(
    pattern: str, kind: str, options: dict[str, dict[str, str]], text: str
) -> None:
    assert with_option_texts(pattern, kind, options) == text


@pytest.mark.parametrize(
    ("points", "maximum", "waits", "state"),
    [
        (10, 10, False, "correct"),
        (4, 10, False, "partly"),
        (0, 10, False, "wrong"),
        (0, 10, True, "pending"),
        (10, 0, False, None),
        (10, None, False, None),
    ],
)
def test_states(points: float, maximum: float | None, waits: bool, state: str | None) -> None:
    assert state_of(points, maximum, waits=waits) == state


def test_points_stay_within_their_range() -> None:
    assert [points_of(value, 5.0) for value in (7, -3, 4, None)] == [5.0, 0.0, 4.0, 0.0]


def test_rich_text_is_one_plain_line() -> None:
    assert plain_text("<p>A &lt; B</p>\n<ul><li>one</li></ul>") == "A < B one"


async def answers_of(tmp_path: Path, **more: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    tried = attempt(1, 2, (3, 1), ("2024-03-01 10:00", "2024-03-01 10:10"), score=80, max_score=15)
    given = [answer(1, tried, 1, 8), answer(2, tried, 2, 5)]
    content = {"user_module_status": [tried], "opigno_answer_field_data": given, **more}
    source = make(tmp_path / "opigno.db", content)
    store = tmp_path / "store.db"
    await run_import(OpignoImporter(), str(source), store, ImportOptions(as_of=AS_OF))
    return query(
        store,
        "SELECT q.title, a.answer, q.correct_answer, a.state FROM answer a "
        "JOIN question q ON q.id = a.question_id ORDER BY a.position",
    )


async def test_a_choice_shows_the_texts_of_its_options(tmp_path: Path) -> None:
    choices = [
        {"id": str(n), "description": {"en-US": f"<div>{name}</div>"}}
        for n, name in enumerate(("Water", "Foam", "Sand"))
    ]
    found = await answers_of(
        tmp_path,
        opigno_h5p_user_answer_results=[
            {
                "id": 1,
                "question_id": 1,
                "answer_id": 1,
                "interaction_type": "choice",
                "description": "<p>What puts out oil?</p>",
                "correct_responses_pattern": '["1[,]2"]',
                "response": "0[,]1",
                "additionals": json.dumps({"choices": choices}),
            }
        ],
    )
    assert found == [
        ("What puts out oil?", "Water, Foam", "Foam, Sand", "partly"),
        ("a2", None, None, "correct"),
    ]


async def test_a_compound_shows_its_parts_and_alternatives(tmp_path: Path) -> None:
    rows = [
        {"id": 1, "interaction_type": "compound", "description": "Two parts"},
        {
            "id": 2,
            "parent_id": 1,
            "interaction_type": "fill-in",
            "correct_responses_pattern": '["Oslo", "Christiania"]',
            "response": "Bergen",
        },
        {
            "id": 3,
            "parent_id": 1,
            "interaction_type": "true-false",
            "correct_responses_pattern": '["true"]',
            "response": "true",
        },
    ]
    found = await answers_of(
        tmp_path,
        opigno_h5p_user_answer_results=[{"question_id": 1, "answer_id": 1, **r} for r in rows],
    )
    assert found[0] == ("Two parts", "Bergen; true", "Oslo or Christiania; true", "partly")


async def test_damaged_h5p_json_is_shown_as_it_is(tmp_path: Path) -> None:
    row = {"id": 1, "question_id": 1, "answer_id": 1, "interaction_type": "choice"}
    broken = {"correct_responses_pattern": '["1', "response": "1", "additionals": "{"}
    found = await answers_of(tmp_path, opigno_h5p_user_answer_results=[{**row, **broken}])
    assert found[0][1:3] == ("1", '["1')


async def test_files_truth_and_scorm(tmp_path: Path) -> None:
    found = await answers_of(
        tmp_path,
        opigno_answer__opigno_file=[
            {"entity_id": 1, "delta": 0, "opigno_file_target_id": 5},
            {"entity_id": 1, "delta": 1, "opigno_file_target_id": 6},
        ],
        file_managed=[{"fid": 5, "filename": "plan.pdf"}],
        opigno_scorm_user_answer_results=[
            {
                "id": n,
                "question_id": 2,
                "answer_id": 2,
                "description": asked,
                "correct_responses_pattern": correct,
                "response": given,
                "result": "wrong",
            }
            for n, (asked, correct, given) in enumerate((("One?", "a", "b"), ("Two?", "c", "c")))
        ],
    )
    assert found == [
        ("a1", "plan.pdf; file 6", None, "partly"),
        ("One?; Two?", "b; c", "a; c", "correct"),
    ]


async def test_true_or_false_of_older_sites(tmp_path: Path) -> None:
    found = await answers_of(
        tmp_path,
        opigno_answer__field_true_false=[{"entity_id": 1, "field_true_false_value": 1}],
        opigno_activity__field_true_false=[{"entity_id": 1, "field_true_false_value": 0}],
        opigno_activity__opigno_body=[{"entity_id": 1, "opigno_body_value": "<b>Is it so?</b>"}],
    )
    assert found[0] == ("Is it so?", "true", "false", "partly")
