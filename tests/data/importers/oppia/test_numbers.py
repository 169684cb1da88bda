"""The OppiaMobile importer on the team's databases; expected numbers: the platform document."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from termstats.data.importers.oppia.importer import OppiaImporter
from termstats.data.importers.writing.base import ImportOptions, ImportReport
from termstats.data.importers.writing.run import run_import
from termstats.data.model.units import Second
from termstats.data.store import schema
from tests.data.importers.store_file import contents, query
from tests.shared import shared_path

AS_OF = Second(int(datetime(2026, 12, 1, tzinfo=UTC).timestamp()))
NAMES = ("oppia", "excluded", "versions", "indices")


def second(year: int, month: int, day: int = 1) -> int:
    return int(datetime(year, month, day, tzinfo=UTC).timestamp())


W1 = (second(2018, 5), second(2018, 6))
W2 = (second(2016, 5), second(2016, 7))
AT = {"device": "(e.id >> 20)", "server": "e.server_at"}
LEARNING = (
    "FROM event e JOIN person p ON p.id = e.person_id JOIN action a ON a.id = e.action_id "
    f"WHERE p.counted = 1 AND e.flags & {schema.FLAG_DUPLICATE} = 0 "
    f"AND a.kind IN ({', '.join(repr(kind) for kind in schema.KINDS)}) "
)


async def load(name: str, folder: Path) -> tuple[Path, ImportReport]:
    source = shared_path(f"oppia/{name}")
    store = folder / "store.db"
    options = ImportOptions(as_of=AS_OF)
    return store, await run_import(OppiaImporter(), str(source), store, options)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return asyncio.run(load("oppia.sqlite3", tmp_path_factory.mktemp("oppia")))[0]


@pytest.mark.parametrize("name", NAMES)
async def test_every_row_is_accounted_for(name: str, tmp_path: Path) -> None:
    source = shared_path(f"oppia/{name}.sqlite3")
    _, report = await load(f"{name}.sqlite3", tmp_path)
    assert len(report.tables) > 20
    with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as connection:
        for table, counts in report.tables.items():
            total = connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]  # noqa: S608
            assert (table, counts.read) == (table, total)
            assert counts.read == counts.kept + sum(counts.refused.values())
    refused = {t: c.refused for t, c in report.tables.items() if c.refused}
    assert refused == {"settings_settingproperties": {"secret, not kept": 2}}
    assert report.gaps == []


async def test_nothing_is_lost(store: Path) -> None:
    expected = {
        "person": 6, "training": 6, "object": 4, "question": 339,
        "attempt": 60, "answer": 710, "event": 753, "point": 10, "award": 1, "class": 3,
        "class_member": 2, "class_training": 2, "training_tag": 9, "person_field": 5,
    }  # fmt: skip
    for table, rows in expected.items():
        assert (table, query(store, f'SELECT count(*) FROM "{table}"')) == (table, [(rows,)])  # noqa: S608
    assert query(store, 'SELECT count(*) FROM activity WHERE "current" = 1') == [(427,)]
    assert query(store, "SELECT count(*) FROM module WHERE current = 1") == [(427 + 36,)]
    assert query(store, "SELECT count(*) FROM reported WHERE name = 'cds'") == [(196,)]
    assert query(store, "SELECT key FROM person WHERE counted = 0 ORDER BY key") == [("1",), ("3",)]
    assert query(store, "SELECT version, zone, two_clocks, as_of FROM source") == [
        ("0.15", "UTC", 1, AS_OF)
    ]


@pytest.mark.parametrize(
    ("clock", "window", "events", "seconds"),
    [
        ("device", W1, 21, 277),
        ("server", W1, 21, 395),
        ("device", W2, 127, 11_010),
        ("server", W2, 126, 11_006),
    ],
)
async def test_activity_and_time(
    store: Path, clock: str, window: tuple[int, int], events: int, seconds: int
) -> None:
    sql = f"SELECT count(*), sum(e.seconds) {LEARNING} AND {AT[clock]} >= ? AND {AT[clock]} < ?"
    assert query(store, sql, *window) == [(events, seconds)]


async def test_activity_by_day_and_kind(store: Path) -> None:
    window = f"AND {AT['device']} >= ? AND {AT['device']} < ?"
    sql = f"SELECT strftime('%m-%d', {AT['device']}, 'unixepoch'), count(*) {LEARNING} {window} "
    assert dict(query(store, sql + "GROUP BY 1", *W1)) == {
        "05-03": 3, "05-04": 1, "05-06": 6, "05-07": 5, "05-09": 3, "05-18": 2, "05-30": 1,
    }  # fmt: skip
    assert dict(query(store, sql + "GROUP BY 1", *W2)) == {
        "05-04": 34, "05-06": 24, "05-07": 13, "05-08": 24, "05-09": 2, "05-10": 2, "05-12": 8,
        "05-13": 11, "05-17": 1, "05-18": 1,
        "06-02": 1, "06-06": 2, "06-14": 1, "06-22": 1, "06-29": 2,
    }  # fmt: skip
    sql = f"SELECT a.kind, count(*) {LEARNING} {window} GROUP BY 1"
    assert dict(query(store, sql, *W1)) == {"page": 18, "quiz": 1, "media": 1, "download": 1}
    assert dict(query(store, sql, *W2)) == {"page": 107, "quiz": 17, "download": 3}
    sql = f"SELECT count(*) {LEARNING} AND {AT['device']} < ?"
    assert query(store, sql, W1[0]) == [(505,)]
    assert query(store, sql, W2[0]) == [(205,)]


@pytest.mark.parametrize(
    ("window", "clock", "languages"),
    [
        (W1, "device", {"en": 17, "es": 2, "de": 1, None: 1}),
        (W2, "device", {"en": 121, "es": 3, None: 3}),
        (W1, "server", {"en": 18, "es": 2, None: 1}),
        (W2, "server", {"en": 120, "es": 3, None: 3}),
    ],
)
async def test_languages(
    store: Path, window: tuple[int, int], clock: str, languages: dict[str | None, int]
) -> None:
    sql = f"SELECT e.language, count(*) {LEARNING} AND {AT[clock]} >= ? AND {AT[clock]} < ? "
    assert dict(query(store, sql + "GROUP BY 1", *window)) == languages


async def test_flags(store: Path) -> None:
    sql = (
        "SELECT strftime('%Y-%m-%d', id >> 20, 'unixepoch') FROM event e WHERE flags & ? AND "
        "person_id IN (SELECT id FROM person WHERE counted = 1)"
    )
    assert query(store, sql, schema.FLAG_MOVED) == [("2016-11-11",)]
    assert query(store, "SELECT count(*) FROM event WHERE flags & ?", schema.FLAG_DUPLICATE) == [
        (1,)
    ]
    window = f"{AT['device']} >= ? AND {AT['device']} < ?"
    for dates, longest in ((W1, 130), (W2, 878)):
        sql = f"SELECT max(seconds), sum(flags & 2) FROM event e WHERE {window}"  # noqa: S608
        assert query(store, sql, *dates) == [(longest, 0)]


async def test_active_people(store: Path) -> None:
    sql = (
        f"SELECT count(DISTINCT p.id || '/' || ({AT['device']} / 86400)), "
        f"count(DISTINCT {AT['device']} / 86400) {LEARNING} AND e.active = 1 "
        f"AND {AT['device']} >= ? AND {AT['device']} < ?"
    )
    assert query(store, sql, *W1) == [(7, 7)]
    assert query(store, sql, *W2) == [(16, 15)]
    server = sql.replace(AT["device"], AT["server"])
    assert query(store, server, *W1) == [(6, 6)]
    assert query(store, server, *W2) == [(11, 10)]


async def test_course_1(store: Path) -> None:
    course = "training_id = (SELECT id FROM training WHERE key = '1')"
    now = f'{course} AND "current" = 1'
    assert query(store, f"SELECT count(*) FROM activity WHERE {now} AND in_path") == [(221,)]  # noqa: S608
    sql = f"SELECT count(*), sum(in_path) FROM activity WHERE type = 'quiz' AND {now}"  # noqa: S608
    assert query(store, sql) == [(13, 12)]
    assert query(store, f"SELECT count(*) FROM object WHERE {course}") == [(2,)]  # noqa: S608
    sql = f"SELECT count(*), sum(counted), sum(completed_at IS NOT NULL) FROM enrolment JOIN person p ON p.id = person_id WHERE {course}"  # noqa: S608, E501
    assert query(store, sql) == [(4, 2, 0)]
    sql = f"SELECT count(*), count(DISTINCT p.id) {LEARNING} AND a.kind = 'download' AND {course}"
    assert query(store, sql) == [(39, 2)]


@pytest.mark.parametrize(
    ("user", "events", "downloads", "completed", "ever", "progress"),
    [("2", 264, 12, 1, 111, 100 / 221), ("4", 201, 27, 0, 93, 0.0)],
)
async def test_a_learner_in_course_1(
    store: Path, user: str, events: int, downloads: int, completed: int, ever: int, progress: float
) -> None:
    of = "training_id = (SELECT id FROM training WHERE key = '1') AND p.key = ?"
    sql = f"SELECT sum(a.kind != 'download'), sum(a.kind = 'download') {LEARNING} AND e.{of}"
    assert query(store, sql, user) == [(events, downloads)]
    person = f"JOIN person p ON p.id = person_id WHERE {of}"
    done = (
        "FROM completion c JOIN activity a ON a.id = c.activity_id "
        "JOIN person p ON p.id = person_id WHERE c."
    )
    sql = f'SELECT sum(a."current"), count(*) {done}{of}'
    assert query(store, sql, user) == [(completed, ever)]  # in this version, and in all
    found = query(store, f"SELECT reported_progress FROM enrolment {person}", user)  # noqa: S608
    assert found == [(pytest.approx(progress),)]


async def test_quiz_2(store: Path) -> None:
    attempts = query(
        store,
        "SELECT number, points, score, passed, flags, date(finished_at, 'unixepoch'), pass_mark "
        "FROM attempt a JOIN module m ON m.id = module_id JOIN person p ON p.id = person_id "
        "WHERE m.key = 'activity:18' AND p.key = '2' ORDER BY number",
    )
    assert [row[1] for row in attempts] == [2.33, 1, 1.33, 5.66, 1.33]
    assert [row[2] for row in attempts] == pytest.approx([23.3, 10, 13.3, 56.6, 13.3])
    assert [row[3] for row in attempts] == [0] * 5
    assert [row[4] for row in attempts] == [0, 0, 0, 0, schema.FLAG_MOVED]
    assert attempts[4][5] == "2018-11-19"
    assert {row[6] for row in attempts} == {80.0}
    facility = query(
        store,
        "SELECT label, round(avg(points / a.max_points), 9), count(*) FROM answer a "
        "JOIN question q ON q.id = question_id JOIN module m ON m.id = q.module_id "
        "WHERE m.key = 'activity:18' GROUP BY 1 ORDER BY 1",
    )
    assert facility == [
        (str(label), value, 5)
        for label, value in zip(
            range(132, 142), (0.2, 0.6, 0, 0, 0.2, 0, 0.33, 0, 0.8, 0.2), strict=True
        )
    ]


async def test_awards_points_feedback(store: Path) -> None:
    assert query(
        store,
        "SELECT p.key, t.key, a.version FROM award a JOIN person p ON p.id = person_id "
        "JOIN training t ON t.id = training_id",
    ) == [("2", "5", "20200123143622")]
    assert query(
        store,
        "SELECT p.key, sum(points) FROM point JOIN person p ON p.id = person_id GROUP BY 1",
    ) == [("2", 600), ("4", 10)]
    assert query(
        store,
        "SELECT p.key, count(*), sum(in_score), count(score) FROM attempt a "
        "JOIN module m ON m.id = module_id JOIN person p ON p.id = person_id "
        "WHERE m.kind = 'feedback' AND p.counted = 1 GROUP BY 1",
    ) == [("2", 14, 0, 0), ("4", 17, 0, 0)]
    assert query(
        store,
        "SELECT p.key FROM class_member c JOIN person p ON p.id = person_id WHERE role = 'coach'",
    ) == [("4",)]


async def test_versions_keep_old_quizzes_apart(tmp_path: Path) -> None:
    store, _ = await load("versions.sqlite3", tmp_path)
    assert query(
        store,
        "SELECT m.key, m.kind, m.current, count(*) FROM attempt a "
        "JOIN module m ON m.id = module_id GROUP BY 1 ORDER BY 1",
    ) == [
        ("activity:10", "feedback", 1, 2),
        ("activity:9", "quiz", 1, 2),
        ("quiz:1", "quiz", 0, 2),
        ("quiz:2", "feedback", 0, 1),
        ("quiz:3", "quiz", 0, 2),
    ]


async def test_a_flagged_learner_is_not_counted(tmp_path: Path) -> None:
    store, _ = await load("excluded.sqlite3", tmp_path)
    assert query(store, "SELECT key FROM person WHERE excluded = 1") == [("2",)]
    assert query(store, "SELECT counted FROM person WHERE key = '2'") == [(0,)]


async def test_the_dump_gives_the_same_store(store: Path, tmp_path: Path) -> None:
    other, _ = await load("oppia.mariadb.sql.gz", tmp_path)
    from_file, from_dump = contents(store), contents(other)
    # The two were built some minutes apart: the stamps of that day differ, as their README says.
    assert set(query(store, "SELECT key, points FROM point")) == set(
        query(other, "SELECT key, points FROM point")
    )
    # Which sort of database it was is all that the source's rules differ in.
    of_sqlite, of_server = (f'"whole_division": {flag}' for flag in (1, 0))
    from_file["source"] = [row.replace(of_sqlite, of_server) for row in from_file["source"]]
    for table in set(from_file) - {"point", "source_setting"}:
        assert from_dump[table] == from_file[table], table


async def test_importing_twice_changes_nothing(store: Path, tmp_path: Path) -> None:
    again, _ = await load("oppia.sqlite3", tmp_path)
    await load("oppia.sqlite3", tmp_path)
    assert contents(again) == contents(store)
