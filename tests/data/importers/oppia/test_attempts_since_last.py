"""Importing what is new: old attempts stay as they are, unless something is told of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from termstats.data.importers.writing.base import ImportOptions
from termstats.data.importers.writing.writer import StoreWriter, enrolment_id
from termstats.data.model.units import RowId
from termstats.data.store import schema
from tests.data.importers.oppia.factory import event, make
from tests.data.importers.oppia.test_since_last import FIXED, assert_as_anew, change, since_last
from tests.data.importers.store_file import query

_LONG_AGO = {"attempt_date": "2024-03-05 10:00:00", "submitted_date": "2024-03-05 10:00:00"}
NOW = ImportOptions()
"""As of the clock: years after everything here."""


def _attempt(key: int, **values: Any) -> dict[str, Any]:
    row = {"id": key, "user_id": 2, "quiz_id": 10, "maxscore": 10, "score": 8, **_LONG_AGO}
    return {**row, "instance_id": f"i{key}", **values}


def _quiz_event(key: int, instance: str, **values: Any) -> dict[str, Any]:
    data = f'{{"instance_id": "{instance}"}}'
    return event(key, type="quiz", digest="d-quiz", data=data, **values)


def add(source: Path, table: str, row: dict[str, Any]) -> None:
    names = ", ".join(f'"{name}"' for name in row)
    values = ", ".join("NULL" if v is None else repr(v) for v in row.values())
    change(source, f"INSERT INTO {table} ({names}) VALUES ({values})")  # noqa: S608


@pytest.mark.parametrize("options", [FIXED, NOW], ids=["as of a moment", "as of now"])
async def test_an_attempt_learns_its_version_from_a_late_event(
    options: ImportOptions, tmp_path: Path
) -> None:
    source = make(
        tmp_path / "oppia.db", oppia_tracker=[event(1)], quiz_quizattempt=[_attempt(1), _attempt(2)]
    )
    store = tmp_path / "store.db"
    await since_last(source, store, options)
    add(source, "oppia_tracker", _quiz_event(2, "i1", course_version="7"))
    assert (await since_last(source, store, options)).reason == ""
    assert query(store, "SELECT key, version FROM attempt ORDER BY id") == [("1", "7"), ("2", None)]
    await assert_as_anew(source, store, options)


async def test_a_late_event_that_places_an_attempt_reads_everything(tmp_path: Path) -> None:
    source = make(
        tmp_path / "oppia.db",
        oppia_tracker=[event(1)],
        quiz_quizattempt=[_attempt(1, quiz_id=None)],
    )
    store = tmp_path / "store.db"
    await since_last(source, store)
    add(source, "oppia_tracker", _quiz_event(2, "i1"))
    assert (await since_last(source, store)).reason == "attempts have moved to other quizzes"
    await assert_as_anew(source, store)


async def test_an_event_that_is_told_otherwise_reads_everything(tmp_path: Path) -> None:
    source = make(
        tmp_path / "oppia.db",
        oppia_tracker=[_quiz_event(1, "i1", course_version="7")],
        quiz_quizattempt=[_attempt(1)],
    )
    store = tmp_path / "store.db"
    await since_last(source, store)
    add(source, "oppia_tracker", _quiz_event(2, "i1", course_version="8"))
    assert "otherwise" in (await since_last(source, store)).reason
    await assert_as_anew(source, store)


async def test_attempts_of_before_are_numbered_anew_and_answered_late(tmp_path: Path) -> None:
    answers = [{"id": 1, "quizattempt_id": 1, "question_id": 5, "score": 1, "text": "So"}]
    source = make(
        tmp_path / "oppia.db",
        oppia_tracker=[event(1)],
        quiz_quizattempt=[_attempt(1), _attempt(2, user_id=3), _attempt(3, user_id=99)],
        quiz_quizattemptresponse=answers,
        quiz_question=[{"id": 5, "title": "Why?", "type": "essay"}],
        quiz_quizquestion=[{"id": 1, "quiz_id": 10, "question_id": 5}],
    )
    store = tmp_path / "store.db"
    await since_last(source, store)
    earlier = {"attempt_date": "2024-03-04 10:00:00", "submitted_date": "2024-03-06 10:00:00"}
    add(source, "quiz_quizattempt", _attempt(4, **earlier))
    add(source, "quiz_quizattemptresponse", {**answers[0], "id": 2, "quizattempt_id": 2})
    add(source, "quiz_quizattemptresponse", {**answers[0], "id": 3, "quizattempt_id": 3})
    news = await since_last(source, store)
    assert (news.reason, news.rows) == ("", 3)
    assert query(store, "SELECT key, number FROM attempt ORDER BY id") == [
        *(("1", 2), ("2", 1), ("4", 1)),
    ]
    assert query(store, "SELECT attempt_id, answer FROM answer") == [(1, "So"), (2, "So")]
    await assert_as_anew(source, store)
    add(source, "auth_user", {"id": 99, "username": "late"})
    assert "had told before" in (await since_last(source, store)).reason
    await assert_as_anew(source, store)


async def test_a_quiz_of_no_course_keeps_its_numbers_until_it_is_placed(tmp_path: Path) -> None:
    source = make(
        tmp_path / "oppia.db",
        oppia_tracker=[event(1)],
        quiz_quiz=[{"id": 12, "title": "Lost"}, {"id": 13, "title": "Lost too"}],
        quiz_quizprops=[{"id": 6, "quiz_id": 12, "name": "digest", "value": "d-lost"}],
        quiz_quizattempt=[_attempt(1, quiz_id=12), _attempt(2, quiz_id=13)],
    )
    store = tmp_path / "store.db"
    await since_last(source, store)
    add(source, "quiz_quizattempt", _attempt(3, quiz_id=12))
    assert (await since_last(source, store)).reason == ""
    numbers = "SELECT key, number, module_id FROM attempt ORDER BY id"
    assert query(store, numbers) == [("1", 1, None), ("2", 1, None), ("3", 2, None)]
    await assert_as_anew(source, store)
    add(source, "oppia_tracker", {**_quiz_event(2, "i9"), "digest": "d-lost"})
    assert (await since_last(source, store)).reason == "attempts have moved to other quizzes"
    await assert_as_anew(source, store)


async def test_only_enrolments_that_change_are_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = make(
        tmp_path / "oppia.db",
        oppia_tracker=[event(1), event(2, user_id=3), event(3, user_id=3, course_id=2)],
        quiz_quizattempt=[_attempt(1)],
    )
    store = tmp_path / "store.db"
    await since_last(source, store)
    written: list[tuple[str, Any]] = []
    buffer = StoreWriter._buffer

    def noted(self: StoreWriter, name: str, values: Any) -> None:
        written.append((name, values))
        buffer(self, name, values)

    monkeypatch.setattr(StoreWriter, "_buffer", noted)
    add(source, "oppia_tracker", event(4, course_id=2))
    add(source, "oppia_tracker", event(5))
    assert (await since_last(source, store)).reason == ""
    at = {name: at for at, name in enumerate(schema.enrolment.columns.keys())}
    ids = query(store, "SELECT t.id, p.id FROM training AS t, person AS p "
                "WHERE t.key = '2' AND p.key = '2'")  # fmt: skip
    assert [
        (values[at["training_id"]], values[at["person_id"]])
        for name, values in written
        if name == "enrolment"
    ] == ids
    assert not [name for name, _values in written if name == "attempt"]
    await assert_as_anew(source, store)


def test_ids_of_enrolments_hang_on_nobody_else() -> None:
    assert enrolment_id(RowId(3), RowId(5)) == 3 * 2**32 + 5
