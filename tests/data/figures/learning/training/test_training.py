"""Figures of one training, against small stores whose numbers are worked out by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from termstats.data.figures.logs import pages as event_pages
from termstats.data.model.errors import UsageError
from termstats.data.model.request import Param
from tests.data.figures.hand_store import Hand, dicts, make_store, report

T = {Param.TRAINING: "T"}


def day(number: int) -> date:
    return date(2026, 3, number)


def fill(hand: Hand) -> None:
    """Three learners, one of whom never starts, and a member of staff."""
    for name in ("ann", "bob", "cat"):
        hand.person(name, name.title())
    hand.person("tom", staff=1)
    hand.training("T", "Safety")
    hand.training("other")
    hand.module("S", "T", title="Section", kind="section", position=1)
    hand.module("best", "T", parent="S", position=1, mandatory=1, pass_mark=50.0, keep="best")
    hand.module("newest", "T", parent="S", position=2, mandatory=1, pass_mark=50.0, keep="newest")
    hand.module("page", "T", kind="page", position=2)
    hand.module("old", "T", current=0)
    hand.activity("b1", "T", "best")
    hand.activity("n1", "T", "newest")
    hand.activity("p1", "T", "page")
    hand.activity("p2", "T", "page", title="Paper", type="document")
    hand.class_("North", ("T",))
    hand.class_("Unrelated", ("other",))
    for name in ("ann", "bob", "cat", "tom"):
        hand.enrol(name, "T", "2026-02-01")
        hand.member("North", name)
        hand.member("Unrelated", name)

    def attempt(key: str, person: str, module: str, at: str, score: float, **values: Any) -> None:
        hand.attempt(
            key, person, "T", module, finished_at=at, score=score, passed=int(score >= 50), **values
        )

    attempt("a1", "ann", "best", "2026-03-01 10:00", 80, number=1, seconds=60.0)
    attempt("a2", "ann", "best", "2026-03-02 10:00", 40, number=2, seconds=30.0)
    attempt("a3", "ann", "newest", "2026-03-03 10:00", 90, number=1)
    attempt("a4", "ann", "newest", "2026-03-04 10:00", 20, number=2)
    attempt("b1", "bob", "best", "2026-03-05 10:00", 60, number=1, seconds=99999.0, flags=2)
    attempt("t1", "tom", "best", "2026-03-05 10:00", 100)
    attempt("late", "bob", "newest", "2026-04-01 00:00", 100)
    hand.attempt("o1", "bob", "T", "newest", started_at="2026-03-06 10:00", number=1)
    hand.complete("ann", "T", "b1", "2026-03-01 10:00")
    hand.complete("ann", "T", "p1", "2026-03-01 10:05")
    hand.complete("ann", "T", "p2", "2026-03-01 10:06")
    hand.complete("bob", "T", "p1", "2026-03-05 10:05")
    hand.event("2026-03-01 10:00", "ann", "quiz", "T", seconds=600.0, activity="b1")
    hand.event("2026-03-05 10:00", "bob", "quiz", "T", seconds=60.0, activity="b1")
    hand.point("ann", 5, "T", "2026-03-02")
    hand.point("ann", 7, "T", "2026-04-02")
    hand.point("ann", 9, None, "2026-03-02")
    hand.award("star", "ann", "badge", "T", "2026-03-02")


async def test_content_by_hand(tmp_path: Path) -> None:
    path = await make_store(tmp_path, fill, as_of="2026-04-30")
    rows = dicts(await report(path, "training.content", keys=T))
    assert [row["module_id"] for row in rows] == ["S", "best", "newest", "page"]
    assert [row["position"] for row in rows] == [1, 2, 3, 4]
    assert [row["learners"] for row in rows] == [None, 3, 3, 3]
    section, best, newest, page = rows
    assert (section["started"], section["completion"]) == (None, None)
    assert best["section"] == "Section"
    # Ann keeps 80, Bob 60; Ann's time is 90 s, Bob's is an outlier.
    assert (best["started"], best["completed"], best["score"], best["avg_time"]) == (2, 2, 70, 90)
    assert best["completion"] == pytest.approx(200 / 3)
    # Ann's newest failed and takes the pass away; Bob has begun.
    assert (newest["started"], newest["completed"], newest["score"]) == (2, 0, 20)
    # Both pages: Ann; one of them: Bob.
    assert (page["started"], page["completed"], page["score"]) == (2, 1, None)
    assert (page["mandatory"], best["mandatory"]) == ("no", "yes")


async def test_content_is_as_of_the_end_of_the_period(tmp_path: Path) -> None:
    path = await make_store(tmp_path, fill, as_of="2026-04-30")
    rows = {
        r["module_id"]: r for r in dicts(await report(path, "training.content", "2026-02", keys=T))
    }
    assert (rows["best"]["learners"], rows["best"]["started"], rows["best"]["score"]) == (
        3,
        0,
        None,
    )
    rows = {
        r["module_id"]: r for r in dicts(await report(path, "training.content", "2026-04", keys=T))
    }
    # Bob passes the newest on 1 April: mean of 20 and 100.
    assert (rows["newest"]["completed"], rows["newest"]["score"]) == (1, 60)


async def test_learners_start_from_the_roster(tmp_path: Path) -> None:
    path = await make_store(tmp_path, fill, as_of="2026-04-30")
    ann, bob, cat = dicts(await report(path, "training.learners", keys=T))
    assert ann == {
        "learner_id": "ann",
        "learner": "Ann",
        "class": "North",
        "enrolled": date(2026, 2, 1),
        "state": "in progress",
        # Done b1, p1, p2 of four activities.
        "progress": 75,
        # Best 80, newest 20.
        "score": 50,
        "modules_passed": 1,
        "modules": 2,
        "time_spent": 600,
        "completed": None,
        "valid_until": None,
        "last_activity": date(2026, 3, 1),
        "points": 5,
        "badges": 1,
    }
    assert (bob["score"], bob["modules_passed"], bob["time_spent"]) == (30, 1, 60)
    assert (cat["state"], cat["progress"], cat["score"], cat["time_spent"], cat["points"]) == (
        "not started",
        0,
        None,
        0,
        0,
    )


async def test_nobody_enrolled_says_what_to_do(tmp_path: Path) -> None:
    path = await make_store(tmp_path, fill, as_of="2026-04-30")
    table = await report(path, "training.learners", "2026-01", keys=T)
    assert not table.rows
    assert "Press ]" in table.empty


async def test_time_that_is_not_recorded_is_no_zero(tmp_path: Path) -> None:
    def without_time(hand: Hand) -> None:
        fill(hand)
        hand.writer.set_source(has_time=0)

    path = await make_store(tmp_path, without_time, as_of="2026-04-30")
    table = await report(path, "training.learners", keys=T)
    assert table.column("time_spent") == [None, None, None]
    assert any("not zero" in note for note in table.notes)


def engaged(hand: Hand) -> None:
    for name in ("ann", "bob"):
        hand.person(name, name.title())
    hand.person("tom", staff=1)
    hand.training("T")
    hand.activity("film", "T", title="Film", type="video")
    hand.activity("paper", "T", title="Paper", type="document")
    hand.activity("unseen", "T", title="Unseen", type="question")
    hand.activity("gone", "T", title="Gone", current=0)
    hand.event("2026-03-01 10:00", "ann", "media", "T", activity="film", action="play")
    hand.event("2026-03-02 10:00", "ann", "page", "T", activity="film", action="view", weight=2)
    hand.event("2026-03-09 10:00", "bob", "media", "T", activity="film", action="play")
    hand.event("2026-03-02 10:00", "tom", "media", "T", activity="film", action="play")
    hand.event("2026-03-02 10:00", "ann", "forum", "T", activity="film", action="like")
    hand.event("2026-03-03 10:00", "bob", "forum", "T", activity="film", action="comment")
    hand.event("2026-03-03 10:00", "bob", "download", "T", activity="paper")
    hand.event("2026-02-03 10:00", "bob", "download", "T", activity="paper")
    hand.event("2026-03-03 10:00", "bob", "forum", "T", action="useful")


async def test_engagement_by_hand(tmp_path: Path) -> None:
    path = await make_store(tmp_path, engaged)
    table = await report(path, "training.activities", keys=T)
    rows = {row["activity_id"]: row for row in dicts(table)}
    # Most viewed first, then by title.
    assert list(rows) == ["film", "paper", "unseen"]
    film = rows["film"]
    assert (film["views"], film["viewers"], film["likes"], film["comments"]) == (4, 2, 1, 1)
    assert (film["downloads"], rows["paper"]["downloads"]) == (None, 1)
    assert (film["actions"], rows["unseen"]["actions"], rows["unseen"]["learned"]) == (6, 0, 0)
    # Useful was said of the whole training only.
    assert film["useful"] is None
    assert any("whole training" in note for note in table.notes)


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        (None, [("Ann", 3, day(1), day(2)), ("Bob", 1, day(9), day(9))]),
        ("likes", [("Ann", 1, day(2), day(2))]),
        ("comments", [("Bob", 1, day(3), day(3))]),
        ("play", [("Ann", 1, day(1), day(1)), ("Bob", 1, day(9), day(9))]),
    ],
)
async def test_the_people_behind_a_number(
    tmp_path: Path, action: str | None, expected: list[tuple[Any, ...]]
) -> None:
    path = await make_store(tmp_path, engaged)
    keys = {**T, Param.ACTIVITY: "film"}
    table = await report(path, "training.people", keys=keys, action=action)
    assert [row[1:] for row in table.rows] == expected


async def test_the_people_add_up_to_the_number(tmp_path: Path) -> None:
    path = await make_store(tmp_path, engaged)
    (film, *_rest) = dicts(await report(path, "training.activities", keys=T))
    for column in ("views", "likes", "learned", "comments", "actions"):
        keys = {**T, Param.ACTIVITY: "film"}
        table = await report(path, "training.people", keys=keys, action=column)
        assert sum(row["times"] for row in dicts(table)) == film[column], column


@pytest.mark.parametrize("everybody", [False, True])
async def test_totals_without_people_count_but_name_nobody(tmp_path: Path, everybody: bool) -> None:
    def totals(hand: Hand) -> None:
        engaged(hand)
        hand.event("2026-03-05", None, "media", "T", activity="unseen", weight=37, is_aggregate=1)

    path = await make_store(tmp_path, totals)
    table = await report(path, "training.activities", keys=T, everybody=everybody)
    unseen = next(row for row in dicts(table) if row["activity_id"] == "unseen")
    assert (unseen["views"], unseen["viewers"]) == (37, 0)
    people = await report(
        path, "training.people", keys={**T, Param.ACTIVITY: "unseen"}, everybody=everybody
    )
    assert not people.rows
    assert people.notes == ("37 views are known without people.",)


async def test_the_log_pages_without_gap_or_repeat(tmp_path: Path) -> None:
    def many(hand: Hand) -> None:
        hand.person("ann")
        hand.training("T")
        for number in range(7):
            # Two events in each second.
            hand.event(f"2026-03-01 10:0{number // 2}", "ann", "page", "T", detail=f"e{number}")

    path = await make_store(tmp_path, many)
    seen: list[Any] = []
    after = None
    for size in (3, 3, 1):
        table = await report(path, "training.tracker-log", keys=T, limit=3, after=after)
        assert len(table.rows) == size
        seen.extend(table.column("activity"))
        after = table.after
    assert after is None
    assert seen == ["e6", "e5", "e4", "e3", "e2", "e1", "e0"]


async def test_the_log_by_the_server_clock(tmp_path: Path) -> None:
    def two(hand: Hand) -> None:
        hand.writer.set_source(two_clocks=1)
        hand.person("ann")
        hand.training("T")
        hand.event("2026-03-01 10:00", "ann", "page", "T", detail="a", server_at="2026-03-09 09:00")
        hand.event("2026-03-02 10:00", "ann", "page", "T", detail="b", server_at="2026-03-03 09:00")
        hand.event("2026-03-03 10:00", "ann", "page", "T", detail="c", server_at="2026-04-01 09:00")

    path = await make_store(tmp_path, two, as_of="2026-04-30")
    device = await report(path, "training.tracker-log", keys=T)
    assert device.column("activity") == ["c", "b", "a"]
    assert device.column("at")[2] == datetime(2026, 3, 1, 10, tzinfo=UTC)
    first = await report(path, "training.tracker-log", keys=T, limit=1, server_clock=True)
    assert first.column("activity") == ["a"]
    assert first.column("at")[0] == datetime(2026, 3, 9, 9, tzinfo=UTC)
    second = await report(
        path, "training.tracker-log", keys=T, limit=1, server_clock=True, after=first.after
    )
    assert second.column("activity") == ["b"]
    assert (
        second.after is None
        or not (
            await report(
                path, "training.tracker-log", keys=T, limit=1, server_clock=True, after=second.after
            )
        ).rows
    )


async def test_a_filter_of_the_log(tmp_path: Path) -> None:
    path = await make_store(tmp_path, engaged)
    table = await report(
        path, "training.tracker-log", keys=T, row_search=(("action", "LIKE"), ("learner", "ann"))
    )
    assert table.column("action") == ["like"]
    empty = await report(path, "training.tracker-log", keys=T, row_search=(("action", "nothing"),))
    assert "filter" in empty.empty
    with pytest.raises(UsageError, match="no column 'x'"):
        await report(path, "training.tracker-log", keys=T, row_search=(("x", "y"),))
    with pytest.raises(UsageError, match="no page"):
        await report(path, "training.tracker-log", keys=T, after="x")


async def test_a_filter_looks_through_block_after_block(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def many(hand: Hand) -> None:
        hand.person("ann")
        hand.training("T")
        for number in range(40):
            text = "rare" if number in (3, 20) else "common"
            hand.event(f"2026-03-01 10:{number:02}", "ann", "page", "T", detail=text)

    monkeypatch.setattr(event_pages, "LARGEST", 5)
    path = await make_store(tmp_path, many)
    found: list[str] = []
    after = None
    while True:
        table = await report(
            path,
            "training.tracker-log",
            keys=T,
            limit=1,
            after=after,
            row_search=(("activity", "RARE"),),
        )
        found.extend(str(at)[11:16] for at in table.column("at"))
        after = table.after
        if after is None:
            break
    assert found == ["10:20", "10:03"]


async def test_responses_have_a_column_for_every_question(tmp_path: Path) -> None:
    def answered(hand: Hand) -> None:
        hand.person("ann", "Ann")
        hand.training("T")
        hand.module("M", "T")
        hand.question("q2", "M", position=2, title="Two?")
        hand.question("q1", "M", position=1, title="One?")
        for key, at in (("second", "2026-03-02"), ("first", "2026-03-01"), ("late", "2026-04-01")):
            hand.attempt(key, "ann", "T", "M", finished_at=at, points=3.0, max_points=5.0, score=60)
        hand.answer("first", "q1", answer="yes\nno", points=3, max_points=3)
        hand.answer("first", "q2", answer="\x1b[2J", points=0, max_points=2)
        hand.answer("second", "q2", answer="two", points=2, max_points=2)

    path = await make_store(tmp_path, answered)
    table = await report(path, "training.quiz-responses", keys={Param.MODULE: "M"})
    assert [c.name for c in table.columns[-4:]] == [
        "q1_score",
        "q1_response",
        "q2_score",
        "q2_response",
    ]
    assert table.columns[-1].title == "2 Two?"
    assert table.column("attempt_id") == ["first", "second"]
    assert table.rows[0][-4:] == (3, "yes no", 0, "\ufffd[2J")
    assert table.rows[1][-4:] == (None, None, 2, "two")
    feedback = await report(path, "training.feedback-responses", keys={Param.MODULE: "M"})
    assert [c.name for c in feedback.columns][5:] == ["q1_response", "q2_response"]


@pytest.mark.parametrize(
    ("column", "text", "expected"),
    [
        ("learner", "bOB", ["e", "c"]),
        ("learner_id", "k-ann", ["d", "b", "a"]),
        ("kind", "med", ["b"]),
        ("activity", "film", ["b"]),
        ("activity", "word", ["e", "d"]),
        ("activity", "two words", ["e"]),
        ("language", "FR", ["c"]),
        ("version", "100%", ["c"]),
        ("time_taken", "90", ["a"]),
        ("at", "2026-03-02", ["b"]),
        ("section", "intro", ["d"]),
    ],
)
async def test_every_column_can_be_filtered(
    tmp_path: Path, column: str, text: str, expected: list[str]
) -> None:
    def mixed(hand: Hand) -> None:
        hand.person("k-ann", "Ann")
        hand.person("k-bob", "Bob")
        hand.training("T")
        hand.activity("a1", "T", title="A FILM")
        hand.activity("a2", "T", title="two\nwords")
        rows: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
            ("a", "k-ann", "page", {"seconds": 90.0}),
            ("b", "k-ann", "media", {"activity": "a1"}),
            ("c", "k-bob", "page", {"language": "fr", "version": "100%"}),
            ("d", "k-ann", "page", {"detail": "Wordy", "extra": '{"section": "Intro"}'}),
            ("e", "k-bob", "page", {"activity": "a2"}),
        )
        for number, (action, person, kind, values) in enumerate(rows, 1):
            hand.event(f"2026-03-0{number}", person, kind, "T", action=action, **values)

    path = await make_store(tmp_path, mixed)
    table = await report(path, "training.tracker-log", keys=T, row_search=((column, text),))
    assert table.column("action") == expected
