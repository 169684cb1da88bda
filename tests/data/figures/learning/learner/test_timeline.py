"""Timeline and sessions of one learner, against stores whose numbers are worked out by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from termstats.data.figures.learning.learner.timeline import GAP, visits
from termstats.data.model.request import Param
from termstats.data.store import schema
from tests.data.figures.hand_store import Hand, make_store, report, when

ANN = {Param.LEARNER: "ann"}


async def test_the_timeline_is_newest_first_and_paged(tmp_path: Path) -> None:
    def visited(hand: Hand) -> None:
        hand.person("ann")
        hand.person("bob")
        hand.training("T", "Safety")
        hand.event("2026-03-01 10:00", "ann", "page", "T", detail="one\ntwo", seconds=5.0)
        hand.event("2026-03-02 10:00", "ann", "login")
        hand.event("2026-03-03 10:00", "bob", "login")
        hand.event("2026-03-04 10:00", "ann", "error", action="crash")

    path = await make_store(tmp_path, visited)
    first = await report(path, "learner.timeline", keys=ANN, limit=2)
    assert first.column("action") == ["crash", "login"]
    second = await report(path, "learner.timeline", keys=ANN, limit=2, after=first.after)
    assert second.rows == (
        (
            datetime(2026, 3, 1, 10, tzinfo=UTC),
            "page",
            "page",
            "Safety",
            None,
            "one two",
            5.0,
            None,
        ),
    )
    assert second.after is None


def test_a_session_ends_after_more_than_the_gap() -> None:
    # The first lasts to 160: 1,960 is 1,800 s later and still the same, 3,761 is 1,801 s later.
    found = visits([(100, 60, 1), (160 + GAP, 0, 2), (160 + 2 * GAP + 1, 10, 1)])
    assert [(v.began, v.ended, v.events) for v in found] == [
        (100, 160 + GAP, 3),
        (161 + 2 * GAP, 171 + 2 * GAP, 1),
    ]


async def test_sessions_are_derived_where_none_are_recorded(tmp_path: Path) -> None:
    def visited(hand: Hand) -> None:
        hand.person("ann")
        hand.event("2026-03-01 10:00", "ann", "page", seconds=60.0)
        hand.event("2026-03-01 10:20", "ann", "quiz", seconds=999999.0, flags=2)
        hand.event("2026-03-01 12:00", "ann", "page")

    path = await make_store(tmp_path, visited)
    table = await report(path, "learner.sessions", keys=ANN)
    assert table.column("started") == [
        datetime(2026, 3, 1, 12, tzinfo=UTC),
        datetime(2026, 3, 1, 10, tzinfo=UTC),
    ]
    assert table.column("duration") == [0, 1200]
    assert table.column("events") == [1, 2]
    assert any("30 min" in note for note in table.notes)


async def test_recorded_sessions_go_first(tmp_path: Path) -> None:
    def visited(hand: Hand) -> None:
        hand.person("ann")
        for key, end in (("s1", when("2026-03-01 11:00")), ("s2", None)):
            started = when("2026-03-01 10:00") if end else when("2026-03-02 10:00")
            hand.ids["session", key] = hand.writer.add(
                schema.session,
                {
                    "key": key,
                    "person_id": hand.id("person", "ann"),
                    "started_at": started,
                    "ended_at": end,
                },
            )
        hand.event("2026-03-01 10:10", "ann", "page", session="s1")
        hand.event("2026-03-02 10:10", "ann", "page", session="s2")

    path = await make_store(tmp_path, visited)
    table = await report(path, "learner.sessions", keys=ANN)
    assert table.column("session") == ["s2", "s1"]
    assert table.column("duration") == [600, 3600]
    assert table.column("events") == [1, 1]
    assert any("platform records" in note for note in table.notes)


async def test_no_sessions_without_a_time_of_day(tmp_path: Path) -> None:
    def dated(hand: Hand) -> None:
        hand.writer.set_source(has_clock=0)
        hand.person("ann")
        hand.event("2026-03-01 12:00", "ann", "page")

    table = await report(await make_store(tmp_path, dated), "learner.sessions", keys=ANN)
    assert not table.rows
    assert "time of day" in table.empty
