"""What a training asks: quizzes and feedback with their old versions, and responses by pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from termstats.data.figures.definition.all_pages import run_all_pages
from termstats.data.model.errors import UsageError
from termstats.data.model.period_text import parse_period
from termstats.data.model.request import Param, Request
from termstats.data.store.opening import open_store
from tests.data.figures.hand_store import Hand, dicts, entity, make_store, report

T = {Param.TRAINING: "T"}


def asking(hand: Hand) -> None:
    for key in ("ann", "ben"):
        hand.person(key)
    hand.person("sam", staff=1)
    hand.training("T")
    hand.training("other")
    hand.module("S", "T", kind="section", position=1)
    hand.module("page", "T", parent="S", kind="page", position=1)
    hand.module("new", "T", parent="S", position=2, version="2", digest="d2")
    hand.module("say", "T", parent="S", kind="feedback", position=3)
    hand.module("scorm", "T", parent="S", kind="scorm", position=4)
    hand.module("old", "T", version="1", digest="d1", current=0)
    hand.module("elsewhere", "other")
    for module in ("new", "old"):
        for number in (1, 2):
            hand.question(f"{module}-{number}", module, position=number)
    tries = (("ann", "new", "01"), ("ben", "new", "02"), ("ann", "new", "02"), ("sam", "new", "03"))
    for number, (who, module, day) in enumerate((*tries, ("ann", "old", "01"))):
        own = {"score": 50, "passed": 0, "version": f"2.{number}"}
        hand.attempt(f"a{number}", who, "T", module, finished_at=f"2026-03-{day}", **own)
        hand.answer(f"a{number}", f"{module}-1", answer=f"answer {number}", points=1)
    hand.attempt("open", "ben", "T", "new", started_at="2026-03-03")
    hand.attempt("played", "ben", "T", "scorm", finished_at="2026-03-03")


async def test_everything_that_asks_is_listed_and_old_versions_last(tmp_path: Path) -> None:
    path = await make_store(tmp_path, asking)
    table = await report(path, "training.quizzes", keys=T)
    columns = ("module_id", "version", "digest", "current", "questions", "attempts")
    assert [tuple(row[name] for name in columns) for row in dicts(table)] == [
        ("new", "2", "d2", 1, 2, 3),
        ("say", None, None, 1, 0, 0),
        ("scorm", None, None, 1, 0, 1),
        ("old", "1", "d1", 0, 2, 1),
    ]
    everybody = await report(path, "training.quizzes", keys=T, everybody=True)
    assert everybody.column("attempts") == [4, 0, 1, 1]
    early = await report(path, "training.quizzes", "2026-03-01", keys=T)
    assert early.column("attempts") == [1, 0, 1]


async def test_responses_come_by_pages_the_earliest_first(tmp_path: Path) -> None:
    path = await make_store(tmp_path, asking)
    keys = {**T, Param.MODULE: "new"}
    pages, after = [], None
    for _ in range(3):
        page = await report(path, "training.quiz-responses", keys=keys, limit=1, after=after)
        pages.append(page)
        after = page.after
    # Two of one moment stand in the order in which they were recorded.
    assert [page.column("attempt_id") for page in pages] == [["a0"], ["a1"], ["a2"]]
    assert [page.column("q1_response") for page in pages] == [
        ["answer 0"],
        ["answer 1"],
        ["answer 2"],
    ]
    assert [(*page.column("passed"), *page.column("version")) for page in pages] == [
        (0, "2.0"),
        (0, "2.1"),
        (0, "2.2"),
    ]
    last = await report(path, "training.quiz-responses", keys=keys, limit=1, after=after)
    assert (last.rows, last.after) == ((), None)
    with pytest.raises(UsageError, match="no page of this figure"):
        await report(path, "training.quiz-responses", keys=keys, after="x")


async def test_pages_together_are_what_one_page_would_be(tmp_path: Path) -> None:
    path = await make_store(tmp_path, asking)
    keys = {**T, Param.MODULE: "new"}
    whole = await report(path, "training.quiz-responses", keys=keys)
    assert whole.summary == "3 attempts, 2 questions"
    store = await open_store(path)
    try:
        entities = tuple([(param, await entity(store, param, key)) for param, key in keys.items()])
        period = parse_period("2026-03", store.info.now, store.info.coverage)
        paged = await run_all_pages(
            store, "training.quiz-responses", Request(period, entities, limit=1)
        )
    finally:
        await store.close()
    assert paged.rows == whole.rows


async def test_a_filter_looks_through_all_attempts(tmp_path: Path) -> None:
    path = await make_store(tmp_path, asking)
    keys = {**T, Param.MODULE: "new"}
    for column, text, found in (
        ("q1_response", "ANSWER 2", ["a2"]),
        ("learner", "=ann", ["a0", "a2"]),
        ("finished", "2026-03-02", ["a1", "a2"]),
        ("q2_score", "!=", ["a0", "a1"]),  # and a third on the next page
        ("username", "nobody", []),
    ):
        table = await report(
            path, "training.quiz-responses", keys=keys, limit=2, row_search=((column, text),)
        )
        assert table.column("attempt_id") == found, column
    with pytest.raises(UsageError, match="no column 'q3_score'"):
        await report(path, "training.quiz-responses", keys=keys, row_search=(("q3_score", "1"),))


async def test_the_log_names_the_platforms_type_and_the_content(tmp_path: Path) -> None:
    def logged(hand: Hand) -> None:
        hand.person("ann", "Ann")
        hand.training("T")
        hand.module("say", "T", kind="feedback", digest="d-say")
        for hour, kind, values in (
            (1, "page", {"extra": '{"digest": "d-gone"}'}),
            (2, "other", {"action": "feedback_completed", "module": "say"}),
            (3, "other", {"action": "url", "extra": "[1]"}),
        ):
            hand.event(f"2026-03-01 0{hour}:00", "ann", kind, "T", **values)

    path = await make_store(tmp_path, logged)
    table = await report(path, "training.tracker-log", keys=T)
    assert [(row["type"], row["digest"], row["username"]) for row in dicts(table)] == [
        ("url", None, "ann"),
        ("feedback", "d-say", "ann"),
        ("page", "d-gone", "ann"),
    ]
