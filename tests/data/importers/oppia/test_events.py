"""The event log of OppiaMobile."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from termstats.data.importers.oppia.importer import OppiaImporter
from termstats.data.importers.writing.base import ImportOptions
from termstats.data.importers.writing.run import run_import
from termstats.data.store import schema
from tests.data.importers.oppia.factory import (
    AS_OF,
    FIVE_MARCH,
    HOUR,
    event,
    load,
)
from tests.data.importers.store_file import query


@pytest.mark.parametrize(
    ("kind", "name", "expected"),
    [
        ("page", "activity_completed", ("page", "activity_completed", 1)),
        ("quiz", None, ("quiz", "quiz", 1)),
        ("media", None, ("media", "media", 1)),
        ("resource", None, ("resource", "resource", 1)),
        ("download", None, ("download", "download", 1)),
        ("search", None, ("search", "search", 1)),
        ("login", None, ("login", "login", 1)),
        ("feedback", "feedback_completed", ("other", "feedback_completed", 1)),
        ("url", None, ("other", "url", 1)),
        ("register", None, ("other", "register", 1)),
        ("", "course_downloaded", ("other", "course_downloaded", 0)),
        ("", None, ("other", "untyped", 0)),
        (None, "media_missing", ("error", "media_missing", 0)),
        (None, None, ("api", "untyped", 0)),
    ],
)
async def test_kinds_of_events(
    tmp_path: Path, kind: str | None, name: str | None, expected: tuple[str, str, int]
) -> None:
    store, _ = await load(tmp_path, oppia_tracker=[event(1, type=kind, event=name)])
    assert query(
        store, "SELECT kind, name, active FROM event JOIN action ON action.id = action_id"
    ) == [expected]


@pytest.mark.parametrize(
    ("device", "server", "expected"),
    [
        ("2024-03-05 10:00:00", "2024-03-05 12:00:00", (10 * HOUR, 12 * HOUR, 0)),
        ("2024-03-06 12:00:00", "2024-03-05 12:00:00", (36 * HOUR, 12 * HOUR, 0)),
        ("2024-03-06 12:00:01", "2024-03-05 12:00:00", (12 * HOUR, 12 * HOUR, 1)),
        ("1999-12-31 23:59:59", "2024-03-05 12:00:00", (12 * HOUR, 12 * HOUR, 1)),
        ("never", "2024-03-05 12:00:00", (12 * HOUR, 12 * HOUR, 1)),
        ("2024-03-05 10:00:00", None, (10 * HOUR, 10 * HOUR, 0)),
        ("2024-03-05 10:00:00", "1970-01-01 00:00:00", (10 * HOUR, 10 * HOUR, 0)),
    ],
)
async def test_impossible_dates_move_to_the_server_date(
    tmp_path: Path, device: str, server: str | None, expected: tuple[int, int, int]
) -> None:
    dates = {"tracker_date": device, "submitted_date": server}
    store, _ = await load(tmp_path, oppia_tracker=[event(1, **dates)])
    rows = query(store, "SELECT (id >> 20) - ?, server_at - ?, flags FROM event", *[FIVE_MARCH] * 2)
    assert rows == [expected]


async def test_a_device_date_after_as_of_moves(tmp_path: Path) -> None:
    dates = {"tracker_date": "2024-06-01 05:00:00", "submitted_date": "2024-05-31 22:00:00"}
    store, _ = await load(tmp_path, oppia_tracker=[event(1, **dates)])
    assert query(store, "SELECT flags, id >> 20 = server_at FROM event") == [(schema.FLAG_MOVED, 1)]


async def test_outliers_and_duplicates_are_flagged(tmp_path: Path) -> None:
    store, report = await load(
        tmp_path,
        oppia_tracker=[
            event(1, uuid="u", time_taken=14_400),
            event(2, uuid="u", time_taken=14_401),
            event(3, uuid="u", type="media"),
            event(4, uuid="u", user_id=3),
            event(5, uuid="", time_taken=-1),
            event(6, uuid=""),
            event(7, uuid="u", tracker_date="2024-03-05 10:00:01"),
            event(8, tracker_date="?", submitted_date="?"),
            event(9, tracker_date="1970-01-01 00:00:00", submitted_date=None),
        ],
    )
    duplicate, outlier = schema.FLAG_DUPLICATE, schema.FLAG_OUTLIER
    assert query(store, "SELECT key, flags FROM event ORDER BY key") == [
        ("1", 0),
        ("2", duplicate | outlier),
        ("3", 0),
        ("4", 0),
        ("5", outlier),
        ("6", 0),
        ("7", 0),
    ]
    assert report.tables["oppia_tracker"].refused == {"no usable date": 2}


async def test_dates_may_be_in_a_zone(tmp_path: Path) -> None:
    options = ImportOptions(as_of=AS_OF, source_zone="Asia/Kolkata")
    store, _ = await load(tmp_path, options, oppia_tracker=[event(1)])
    assert query(store, "SELECT (id >> 20) - ? FROM event", FIVE_MARCH) == [(4.5 * HOUR,)]
    assert query(store, "SELECT zone FROM source") == [("Asia/Kolkata",)]


@pytest.mark.parametrize("depth", [10, 500, 100_000])
async def test_deep_data_does_no_harm(tmp_path: Path, depth: int) -> None:
    data = '{"a":' * depth + "1" + "}" * depth
    store, _ = await load(tmp_path, oppia_tracker=[event(1, data=data)])
    kept = query(store, "SELECT extra FROM event")[0][0]
    assert kept.count("{") == {10: 11, 500: 22, 100_000: 100_001}[depth]


async def test_what_is_kept_of_an_event(tmp_path: Path) -> None:
    network = {"ip": "10.0.0.1", "agent": "App 7"}
    rows: dict[str, list[dict[str, Any]]] = {
        "oppia_tracker": [
            event(1, activity_title='{"en": "Read on"}', section_title="Sec", lang="en", **network),
            event(2, digest="gone", user_id=99, course_version=20220101, data="plain"),
            event(
                3,
                type="search",
                digest="",
                course_id=None,
                data='{"query": "x", "results_count": 0}',
            ),
            event(4, type="search", digest="", course_id=None, data='{"query": "\\ud800y"}'),
            event(5, type="search", digest="", course_id=None, data="{broken"),
        ],
        "viz_userlocationvisualization": [
            {"id": 1, "ip": "10.0.0.1", "hits": 3, "country_code": "NO"},
            {"id": 2, "ip": "10.0.0.2", "hits": 4, "country_code": "NO"},
        ],
    }
    sql = (
        "SELECT e.key, p.key, a.key, detail, missed, e.language, e.country, e.version, extra, ip, "
        "agent FROM event e LEFT JOIN person p ON p.id = person_id "
        "LEFT JOIN activity a ON a.id = activity_id ORDER BY e.key"
    )
    store, _ = await load(tmp_path, None, **rows)
    section = '{"section": "Sec"}'
    first = ("1", "2", "activity:1", "Read on", 0, "en", "NO", None, section)
    data = '{"data": {"query": "x", "results_count": 0}}'
    unknown = '{"data": "plain", "digest": "gone", "user": 99}'
    assert query(store, sql) == [
        (*first, None, None),
        ("2", None, "digest:1:gone", "page gone", 0, None, None, "20220101", unknown, None, None),
        ("3", "2", None, "x", 1, None, None, None, data, None, None),
        ("4", "2", None, "?y", 0, None, None, None, '{"data": {"query": "?y"}}', None, None),
        ("5", "2", None, None, 0, None, None, None, '{"data": "{broken"}', None, None),
    ]
    assert query(store, "SELECT part, value FROM reported WHERE name = 'viz_hits'") == [("NO", 7.0)]
    options = ImportOptions(as_of=AS_OF, with_network_data=True)
    await run_import(OppiaImporter(), str(tmp_path / "oppia.db"), store, options)
    assert query(store, sql)[0] == (*first, "10.0.0.1", "App 7")


async def test_missing_media_are_errors_grouped_by_file(tmp_path: Path) -> None:
    missing: dict[str, Any] = {"type": None, "event": "media_missing", "digest": ""}
    store, _ = await load(
        tmp_path,
        oppia_tracker=[
            event(1, **missing, data='{"filename": "a.mp4"}'),
            event(2, **missing, data="{"),
            event(3),
        ],
    )
    assert query(store, "SELECT key, error FROM event ORDER BY key") == [
        ("1", "media missing: a.mp4"),
        ("2", "media missing"),
        ("3", None),
    ]
