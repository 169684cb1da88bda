"""Importing only what is new from OppiaMobile: the store is what reading everything makes of it."""

from __future__ import annotations

import os
import random
import re
import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from termstats.data.importers.oppia.importer import OppiaImporter
from termstats.data.importers.writing import last_import
from termstats.data.importers.writing.base import ImportOptions
from termstats.data.importers.writing.run import News, run_import, run_since_last
from termstats.data.store import schema
from tests.data.importers.oppia.factory import AS_OF, FIVE_MARCH, HOUR, event, make
from tests.data.importers.oppia.growing_server import GrowingServer
from tests.data.importers.store_file import query
from tests.shared import shared_path

_ARRIVED = "(SELECT max(submitted_date) FROM oppia_tracker)"
_LATER = (
    f"DELETE FROM quiz_quizattempt WHERE submitted_date > {_ARRIVED}",  # noqa: S608
    f"DELETE FROM oppia_points WHERE date > {_ARRIVED}",  # noqa: S608
    "DELETE FROM quiz_quizattemptresponse WHERE quizattempt_id NOT IN "
    "(SELECT id FROM quiz_quizattempt)",
)
"""Takes away what came after the last tracker."""
FIXED = ImportOptions(as_of=AS_OF)


def whole(store: Path) -> dict[str, list[str]]:
    """Return every row of every table, ids and all; but two number what nobody refers to."""
    found = {}
    for name, table in schema.metadata.tables.items():
        left_out = {"reported": ("id",), "reported_row": ("id",)}.get(name, ())
        names = ", ".join(f'"{c.name}"' for c in table.columns if c.name not in left_out)
        found[name] = sorted(map(repr, query(store, f'SELECT {names} FROM "{name}"')))  # noqa: S608
    return found


def change(source: Path, *statements: str) -> None:
    with closing(sqlite3.connect(source)) as connection:
        for sql in statements:
            connection.execute(sql)
        connection.commit()


async def since_last(source: Path, store: Path, options: ImportOptions = FIXED) -> News:
    return await run_since_last(OppiaImporter(), str(source), store, options)


async def assert_as_anew(source: Path, store: Path, options: ImportOptions = FIXED) -> None:
    """Compare a store with a new one of everything that the source holds now."""
    anew = store.with_name("anew.db")
    anew.unlink(missing_ok=True)
    await run_import(OppiaImporter(), str(source), anew, options)
    expected = whole(anew)
    for name, rows in whole(store).items():
        assert rows == expected[name], name
    beside = [path.with_name(f"{path.name}.bad-rows.csv") for path in (store, anew)]
    refused = [sorted(path.read_text().splitlines()) if path.exists() else [] for path in beside]
    assert refused[0] == refused[1]


@pytest.mark.parametrize("seed", range(10))
async def test_fifty_random_cuts_give_what_everything_at_once_gives(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = GrowingServer(tmp_path / "oppia.db", seed)
    monkeypatch.setattr(time, "time", lambda: float(server.now))
    store = tmp_path / "store.db"
    options = ImportOptions(as_of_latest=bool(seed % 2), with_network_data=bool(seed % 3))
    server.grow(200)
    await since_last(server.path, store, options)
    reasons = []
    for _ in range(5):
        server.grow(server.dice.choice((1, 10, 40)))
        reasons.append((await since_last(server.path, store, options)).reason)
        await assert_as_anew(server.path, store, options)
    assert reasons.count("") >= 3, reasons


async def test_where_nothing_is_new_the_file_stays(tmp_path: Path) -> None:
    source = make(tmp_path / "oppia.db", oppia_tracker=[event(1), event(2)])
    store = tmp_path / "store.db"
    await run_import(OppiaImporter(), str(source), store, FIXED)
    before = store.stat()
    assert (await since_last(source, store)).report is None
    assert (store.stat().st_mtime_ns, store.stat().st_ino) == (before.st_mtime_ns, before.st_ino)
    assert sorted(os.listdir(tmp_path)) == ["oppia.db", "store.db"]


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("DELETE FROM oppia_tracker WHERE id = 2", "rows of oppia_tracker .* went or came"),
        ("INSERT INTO oppia_tracker (id, user_id, submitted_date) VALUES (4, 2, '2024-03-05')",
         "rows of oppia_tracker .* went or came"),
        ("DELETE FROM oppia_points WHERE id = 1", "rows of oppia_points .* went or came"),
        ("DELETE FROM auth_user WHERE id = 3", "lost 1 row .person"),
        ("INSERT INTO auth_user (id, username) VALUES (0, 'zoe')", "rows between old ones"),
        ("UPDATE oppia_activity SET digest = 'other' WHERE id = 1", "content of courses"),
        ("INSERT INTO oppia_course (id, title) VALUES (3, 'Gamma')", "content of courses"),
        ("DELETE FROM viz_userlocationvisualization", "countries of addresses"),
    ],
)  # fmt: skip
async def test_what_rows_that_are_not_read_again_depend_on_is_noticed(
    sql: str, reason: str, tmp_path: Path
) -> None:
    source = make(
        tmp_path / "oppia.db",
        oppia_tracker=[event(1, ip="192.0.2.1"), event(2), event(5, tracker_date="")],
        oppia_points=[{"id": n, "user_id": 2, "course_id": 1, "points": 5} for n in (1, 2)],
        viz_userlocationvisualization=[
            {"id": 1, "ip": "192.0.2.1", "hits": 3, "country_code": "NO"}
        ],
    )
    store = tmp_path / "store.db"
    await since_last(source, store)
    change(source, sql)
    news = await since_last(source, store)
    assert re.search(reason, news.reason)
    await assert_as_anew(source, store)


async def test_only_new_rows_are_read_and_changed_people_are_seen(tmp_path: Path) -> None:
    source = make(tmp_path / "oppia.db", oppia_tracker=[event(1), event(2)])
    store = tmp_path / "store.db"
    assert (await since_last(source, store)).reason == "the store is new"
    # What cannot be seen: an old row that was edited, with nothing else changed.
    change(source, "UPDATE oppia_tracker SET time_taken = 77 WHERE id = 1")
    assert (await since_last(source, store)).report is None
    change(
        source,
        "INSERT INTO oppia_tracker (id, user_id, course_id, digest, type, tracker_date, "
        "submitted_date) VALUES (3, 2, 1, 'd-page', 'page', '2024-04-05 10:00:00', "
        "'2024-04-05 10:00:00')",
        "UPDATE auth_user SET first_name = 'Anne', is_staff = 1 WHERE id = 2",
    )
    news = await since_last(source, store)
    assert (news.reason, news.rows) == ("", 1)
    assert query(store, "SELECT name, staff FROM person WHERE key = '2'") == [("Anne Ash", 1)]
    assert query(store, "SELECT key, seconds FROM event ORDER BY id") == [
        *(("1", 0.0), ("2", 0.0), ("3", 0.0)),
    ]
    # Nobody is counted now who did anything.
    assert query(store, "SELECT DISTINCT counted FROM training_day") == [(0,)]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (ImportOptions(as_of=AS_OF, language="fr"), "--language"),
        (ImportOptions(as_of_latest=True), "--as-of"),
        (ImportOptions(as_of=AS_OF, source_zone="Asia/Tokyo"), "--source-zone"),
        (ImportOptions(as_of=AS_OF, with_network_data=True), "--with-network-data"),
        (ImportOptions(as_of=AS_OF, name="second"), "has no source 'second' yet"),
    ],
)
async def test_other_options_read_everything(
    options: ImportOptions, words: str, tmp_path: Path
) -> None:
    source = make(tmp_path / "oppia.db", oppia_tracker=[event(1)])
    store = tmp_path / "store.db"
    await since_last(source, store)
    news = await since_last(source, store, options)
    assert words in news.reason
    assert (await since_last(source, store, options)).report is None


async def test_a_device_ahead_of_the_clock_is_believed_once_its_time_has_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ahead = {"tracker_date": "2024-03-05 10:05:00", "submitted_date": "2024-03-05 10:00:00"}
    source = make(tmp_path / "oppia.db", oppia_tracker=[event(1, **ahead)])
    store, options = tmp_path / "store.db", ImportOptions()
    moved = "SELECT id >> 20, flags FROM event"
    ten = FIVE_MARCH + 10 * HOUR
    for now, expected in ((ten + 60, (ten, 1)), (ten + 120, None), (ten + 300, (ten + 300, 0))):
        monkeypatch.setattr(time, "time", lambda now=now: float(now))
        news = await since_last(source, store, options)
        assert (news.report is None) == (expected is None)
        assert expected is None or query(store, moved) == [expected]


async def test_other_sources_stay_and_ids_are_kept(tmp_path: Path) -> None:
    source = make(tmp_path / "oppia.db", oppia_tracker=[event(1), event(2)])
    other = make(tmp_path / "other.db", oppia_tracker=[event(1), event(2), event(3)])
    store, second = tmp_path / "store.db", ImportOptions(as_of=AS_OF, name="second")
    await since_last(source, store)
    await since_last(other, store, second)
    change(source, "INSERT INTO oppia_tracker SELECT 9, user_id, course_id, digest, type, event, "
           "tracker_date, submitted_date, completed, time_taken, course_version, uuid, lang, "
           "points, activity_title, section_title, data, ip, agent FROM oppia_tracker WHERE id = 1",
           "INSERT INTO auth_user (id, username) VALUES (8, 'new')")  # fmt: skip
    people = query(store, "SELECT id, source_id, key FROM person ORDER BY id")
    assert (await since_last(source, store)).reason == ""
    assert query(store, "SELECT id, source_id, key FROM person ORDER BY id") == [
        *people,
        (7, 1, "8"),
    ]
    events = query(store, "SELECT source_id, key, id & 1048575 FROM event ORDER BY 1, 2")
    assert [row[:2] for row in events] == [
        *((1, "1"), (1, "2"), (1, "9")),
        *((2, "1"), (2, "2"), (2, "3")),
    ]
    assert len({row[2] for row in events}) == len(events)
    assert query(store, "SELECT sum(events) FROM training_day WHERE training_id = 0") == [(12,)]
    assert (await since_last(other, store, second)).report is None


async def test_marks_may_be_longer_than_a_value(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(last_import, "PIECE", 100)
    source = make(tmp_path / "oppia.db", oppia_tracker=[event(1), event(2, uuid="u")])
    store = tmp_path / "store.db"
    await since_last(source, store)
    assert query(store, "SELECT max(piece) > 2, max(length(value)) FROM import_mark") == [(1, 100)]
    assert (await since_last(source, store)).report is None


async def test_a_damaged_mark_reads_everything(tmp_path: Path) -> None:
    source = make(tmp_path / "oppia.db", oppia_tracker=[event(1)])
    store = tmp_path / "store.db"
    await since_last(source, store)
    change(store, "UPDATE import_mark SET value = x'00' WHERE name = 'marks'")
    assert (await since_last(source, store)).reason == "the last import left no marks"


async def test_the_real_server_in_random_cuts(tmp_path: Path) -> None:
    whole_source = shared_path("oppia/oppia.sqlite3")
    ids = [row[0] for row in query(whole_source, "SELECT id FROM oppia_tracker ORDER BY id")]
    dice = random.Random(11)  # noqa: S311 - cuts, not secrets
    store, source = tmp_path / "store.db", tmp_path / "oppia.db"
    options, read_whole = ImportOptions(as_of_latest=True), []
    for upto in [*sorted(dice.sample(ids, 10)), ids[-1]]:
        shutil.copyfile(whole_source, source)
        source.chmod(0o600)
        change(source, f"DELETE FROM oppia_tracker WHERE id > {upto}", *_LATER)  # noqa: S608
        read_whole.append((await since_last(source, store, options)).reason)
        await assert_as_anew(source, store, options)
    assert read_whole.count("") >= 9, read_whole
