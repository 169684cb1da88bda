"""Files that devices lacked, on a small OppiaMobile server."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from termstats.data.figures.definition.registry import find_figure
from termstats.data.model.period_text import parse_period
from termstats.data.model.request import Param, Request
from termstats.data.query.scope import Scope
from termstats.data.store.opening import open_store
from tests.data.figures.doors import go_through
from tests.data.figures.hand_store import dicts, report
from tests.data.importers.oppia.factory import event, load

MARCH = "2024-03"


def missing(key: int, file: str | None, **values: Any) -> dict[str, Any]:
    """Return a device's report that a file is missing."""
    data = "not JSON" if file is None else f'{{"filename": "{file}", "digest": "x"}}'
    plain = {"type": None, "event": "media_missing", "digest": "", "data": data}
    return event(key, **{**plain, **values})


@pytest.fixture
async def store(tmp_path: Path) -> Path:
    events = [
        missing(1, "a.mp4"),
        missing(2, "a.mp4", tracker_date="2024-03-07 10:00:00", submitted_date="2024-03-08"),
        missing(3, "a.mp4", user_id=3, tracker_date="2024-03-06 10:00:00"),
        missing(4, "a.mp4", user_id=1),  # an administrator
        missing(5, "a.mp4", course_id=2),
        missing(6, "b.mp4", type=""),
        missing(7, None),
        event(8),
    ]
    return (await load(tmp_path, oppia_tracker=events))[0]


async def test_files_by_course_with_people_and_reports(store: Path) -> None:
    rows = dicts(await report(store, "global.missing-media", MARCH))
    told = [(r["training_id"], r["media"], r["people"], r["times"]) for r in rows]
    assert told == [
        ("1", "a.mp4", 2, 3),
        ("1", "(no file named)", 1, 1),
        ("2", "a.mp4", 1, 1),
        ("1", "b.mp4", 1, 1),
    ]
    assert [str(rows[0][name]) for name in ("first", "last")] == ["2024-03-05", "2024-03-07"]


async def test_by_the_server_clock_the_days_are_those_of_arrival(store: Path) -> None:
    rows = dicts(await report(store, "global.missing-media", MARCH, server_clock=True))
    assert [str(rows[0][name]) for name in ("first", "last")] == ["2024-03-05", "2024-03-08"]


async def test_one_course_only(store: Path) -> None:
    table = await report(store, "training.missing-media", MARCH, keys={Param.TRAINING: "2"})
    assert [(row["media"], row["people"]) for row in dicts(table)] == [("a.mp4", 1)]


async def test_who_lacks_one_file(store: Path) -> None:
    keys = {Param.TRAINING: "1"}
    table = await report(store, "global.missing-media-people", MARCH, keys=keys, action="a.mp4")
    assert [(row["learner"], row["times"]) for row in dicts(table)] == [("Ann Ash", 2), ("bob", 1)]


async def test_every_number_is_what_lies_behind_it(store: Path) -> None:
    opened = await open_store(str(store))
    try:
        request = Request(parse_period(MARCH, opened.info.now, opened.info.coverage))
        for figure_id in ("global.missing-media",):
            gone = [
                each async for each in go_through(opened, find_figure(figure_id), request, Scope())
            ]
            assert len(gone) == 8
            assert not [each.mistake() for each in gone if each.mistake()]
    finally:
        await opened.close()
    assert Param.ACTION in find_figure("global.missing-media-people").params
