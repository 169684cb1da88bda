"""Device clocks on a small OppiaMobile server; expected numbers are worked out by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from termstats.data.figures.definition.registry import find_figure
from termstats.data.model.period_text import parse_period
from termstats.data.model.request import Param, Request
from termstats.data.query.scope import Scope
from termstats.data.snapshots.checks import check_store
from termstats.data.store.opening import open_store
from tests.data.figures.doors import go_through
from tests.data.figures.hand_store import dicts, report
from tests.data.importers.oppia.factory import attempt, event, load

MARCH = "2024-03"


def dated(key: int, device: str | None, server: str, **values: Any) -> dict[str, Any]:
    """Return an event with these two dates of 2024."""
    return event(key, tracker_date=device, submitted_date=f"2024-{server}", **values)


@pytest.fixture
async def path(tmp_path: Path) -> Path:
    events = [
        dated(1, "2024-03-05 10:00:00", "03-05 10:01:00"),  # 60 s
        dated(2, "2024-03-05 10:00:00", "03-05 10:05:00"),  # 300 s
        dated(3, "2024-03-06 10:00:00", "03-07 10:00:00"),  # a day
        dated(4, "2024-03-08 12:00:00", "03-08 10:00:00"),  # 2 h ahead
        dated(5, "2024-03-10 10:00:01", "03-09 10:00:00"),  # over a day ahead
        dated(6, "1970-01-01 00:00:00", "03-09 11:00:00", user_id=3),
        dated(7, "2031-01-01 00:00:00", "03-09 12:00:00", user_id=3),
        dated(8, "", "03-09 13:00:00", user_id=3),
        dated(9, "2024-03-05 10:00:00", "03-06 10:00:00", user_id=1),  # an administrator
    ]
    attempts = [
        attempt(1, 9, attempt_date="2024-03-03 10:00:00", submitted_date="2024-03-20 10:00:00"),
        attempt(2, 4, attempt_date="2024-03-04 10:00:00", submitted_date="2024-03-04 10:00:00"),
        attempt(3, 7, attempt_date="2024-05-04 10:00:00", submitted_date="2024-03-10 10:00:00"),
    ]
    return (await load(tmp_path, oppia_tracker=events, quiz_quizattempt=attempts))[0]


async def test_how_far_devices_are_off(path: Path) -> None:
    everybody, *rows = dicts(await report(path, "global.clocks", MARCH))
    names = ("events", "median_delay", "p95_delay", "max_delay", "ahead", "max_ahead", "impossible")
    told = {row["learner"]: tuple(row[name] for name in names) for row in rows}
    # -7200, 60, 300 and 86400 seconds: the middle two are 60 and 300.
    assert told == {
        "Ann Ash": (5, 180, 86_400, 86_400, 1, 7_200, 1),
        "bob": (3, None, None, None, 0, None, 3),
    }
    assert [row["learner"] for row in rows] == ["bob", "Ann Ash"]
    assert tuple(everybody[name] for name in names) == (8, 180, 86_400, 86_400, 1, 7_200, 4)


async def test_impossible_dates_are_listed_with_what_the_device_said(path: Path) -> None:
    rows = dicts(await report(path, "global.impossible-dates", MARCH))
    told = [
        (f"{row['at']:%m-%d %H}", str(row["device_at"])[:10], row["reason"], row["record"])
        for row in rows
    ]
    assert told == [
        ("03-10 10", "2024-05-04", "over 24 h after arrival", "attempt"),
        ("03-09 13", "None", "no date", "event"),
        ("03-09 12", "2031-01-01", "after as-of", "event"),
        ("03-09 11", "1970-01-01", "before 2000", "event"),
        ("03-09 10", "2024-03-10", "over 24 h after arrival", "event"),
    ]
    assert rows[-1]["off"] == 86_401
    keys = {Param.LEARNER: "2"}
    of_ann = await report(path, "global.impossible-dates", MARCH, keys=keys, action="attempt")
    assert of_ann.column("detail") == ["Test"]


async def test_the_newest_attempt_is_that_of_the_clock_in_use(path: Path) -> None:
    keys = {Param.LEARNER: "2", Param.TRAINING: "1"}
    scores = []
    for server_clock in (False, True):
        table = await report(path, "learner.modules", MARCH, keys=keys, server_clock=server_clock)
        scores += [row["newest"] for row in dicts(table) if row["attempts"]]
    assert scores == [70, 90]


async def test_states_say_that_they_go_by_the_device(path: Path) -> None:
    table = await report(path, "global.progress", MARCH, server_clock=True)
    assert "Enrolment, progress and completion go by the device's clock." in table.notes


async def test_check_counts_them(path: Path) -> None:
    (source,) = (await check_store(str(path))).sources
    assert [note for note in source.notes if note.startswith("impossible")] == [
        "impossible device dates, placed at the server's: 4 events, 1 attempt; "
        "list them with: termstats report global.impossible-dates --period all"
    ]


async def test_every_number_is_what_lies_behind_it(path: Path) -> None:
    store = await open_store(str(path))
    try:
        request = Request(parse_period(MARCH, store.info.now, store.info.coverage))
        figure = find_figure("global.clocks")
        gone = [each async for each in go_through(store, figure, request, Scope())]
    finally:
        await store.close()
    assert len(gone) == 2
    assert not [each.mistake() for each in gone if each.mistake()]
