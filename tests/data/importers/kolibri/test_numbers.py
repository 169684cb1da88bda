# ruff: noqa: S608 - the statements hold constants of this file only
"""The Kolibri importer on the databases of two devices; expected: section 5 of kolibri.md."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from termstats.data.importers.kolibri.importer import KolibriImporter
from termstats.data.importers.writing.base import ImportOptions, ImportReport
from termstats.data.importers.writing.run import run_import
from termstats.data.model.units import Second
from tests.data.importers.store_file import query
from tests.shared import shared_path

F1, F2 = "500cb581c9b7f1388d2185f5e8c1056a", "169a79c032cdf6db2153aec3fd83a717"
EAST, SIX, SEVEN = (
    "858d95db954c0b0265ab9086c8ad914e",
    "a387c40054b8dc09c4d58c1eebd58d96",
    "9a3f3ca1ffc626ed4e960bb5e19f03c1",
)
EVENING, EAST_2 = "95a70361c1f3fdbcf40bf0c0419e00f7", "25757a4667a90e94e8b36fe4c6aa12d6"
HESABU, HEALTH = "b6128e550790576395216ee0c0b65c8e", "bc4bce2efbbb5234874d8e34f02abfb2"
NAIROBI = ZoneInfo("Africa/Nairobi")
COUNTED = (
    "SELECT p.id FROM person p JOIN class_member m ON m.person_id = p.id "
    f"JOIN class c ON c.id = m.class_id WHERE p.counted = 1 AND c.key = '{F1}'"
)
VISITS = (
    "FROM event e JOIN action a ON a.id = e.action_id WHERE a.name NOT IN ('login', 'attendance') "
)
MINE = f"{VISITS} AND e.person_id IN ({COUNTED})"
RAW = "FROM reported_row WHERE name = '{}'"
Stores = tuple[Path, ImportReport, Path, ImportReport]


def at(year: int, month: int, day: int, zone: tzinfo = NAIROBI) -> Second:
    return Second(int(datetime(year, month, day, tzinfo=zone).timestamp()))


async def load(folder: Path, *names: str) -> tuple[Path, ImportReport]:
    first, *more = [str(shared_path(f"kolibri/{name}.sqlite3.gz")) for name in names]
    store = folder / f"{'-'.join(names)}.db"
    options = ImportOptions(zone="Africa/Nairobi", as_of=at(2026, 1, 1, UTC), more=tuple(more))
    return store, await run_import(KolibriImporter(), first, store, options)


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Stores:
    folder = tmp_path_factory.mktemp("kolibri")
    return (
        *asyncio.run(load(folder, "site-1")),
        *asyncio.run(load(folder, "site-1", "site-2")),
    )


@pytest.fixture(scope="module")
def one(stores: Stores) -> Path:
    return stores[0]


@pytest.fixture(scope="module")
def both(stores: Stores) -> Path:
    return stores[2]


def value(store: Path, sql: str) -> Any:
    ((found,),) = query(store, sql)
    return found


# ---- people --------------------------------------------------------------------------------------


def test_1_to_5_people_and_classes(one: Path) -> None:
    kinds = dict(
        query(
            one,
            f"SELECT json_extract(data, '$.kind'), count(*) {RAW.format('collection')} GROUP BY 1",
        )
    )
    assert kinds == {
        **{"facility": 2, "classroom": 5, "learnergroup": 5},
        "adhoclearnersgroup": 2,
    }
    assert value(one, "SELECT count(*) FROM class") == 12  # ad-hoc groups are no classes
    by_facility = f"json_extract(data, '$.facility'), count(*) {RAW.format('facilityuser')}"
    there = f"SELECT {by_facility} AND json_extract(data, '$.deleted') IS NULL GROUP BY 1"
    assert dict(query(one, there)) == {F1: 43, F2: 7}
    assert value(one, "SELECT count(*) FROM person WHERE deleted = 1") == 1
    members = (
        "SELECT c.key, count(*) FROM class_member m JOIN class c ON c.id = m.class_id "
        "JOIN person p ON p.id = m.person_id WHERE p.counted = 1 AND m.role = 'learner' GROUP BY 1"
    )
    sizes = dict(query(one, members))
    assert (sizes[F1], sizes[F2]) == (39, 6)
    rooms = {EAST: 10, SIX: 12, SEVEN: 10, EVENING: 6, EAST_2: 6}
    assert {key: sizes[key] for key in rooms} == rooms
    of_person = (
        "SELECT count(DISTINCT c.id) AS n FROM person p "
        "LEFT JOIN class_member m ON m.person_id = p.id AND m.role = 'learner' "
        f"LEFT JOIN class c ON c.id = m.class_id AND c.key IN {(EAST, SIX, SEVEN, EVENING)} "
        f"WHERE p.id IN ({COUNTED}) GROUP BY p.id"
    )
    assert dict(query(one, f"SELECT n, count(*) FROM ({of_person}) GROUP BY n"))[0] == 4
    assert dict(query(one, f"SELECT n, count(*) FROM ({of_person}) GROUP BY n"))[2] == 3


# ---- visits --------------------------------------------------------------------------------------


def test_6_and_7_visits_and_visitors(one: Path) -> None:
    assert value(one, f"SELECT count(*) {VISITS}") == 532
    visitor = "json_extract(e.extra, '$.visitor')"
    answers = "sum(json_extract(e.extra, '$.answers'))"
    sql = f"SELECT count(*), count(DISTINCT {visitor}), {answers} {VISITS} AND e.person_id IS NULL"
    assert query(one, sql) == [(16, 5, 16)]
    assert dict(query(one, f"SELECT a.name, count(*) {VISITS} GROUP BY 1")) == {
        **{"audio": 27, "document": 71, "exercise": 170, "html5": 46, "quiz": 63},
        **{"slideshow": 30, "video": 125},
    }


def test_8_to_11_possible_clocks(one: Path) -> None:
    sums = "SELECT count(*), round(sum(e.seconds), 2), count(DISTINCT e.person_id)"
    assert query(one, f"{sums} {MINE}") == [(487, 173131.1, 34)]
    assert query(one, f"{sums} {MINE} AND e.is_aggregate = 0") == [(483, 172463.41, 34)]
    year = "strftime('%Y', e.id >> 20, 'unixepoch')"
    odd = f"SELECT {year}, count(*) {VISITS} AND e.is_aggregate = 1 GROUP BY 1"
    assert dict(query(one, odd)) == {"1970": 2, "2027": 2}
    answers = (
        "SELECT count(*) FROM answer a JOIN attempt t ON t.id = a.attempt_id WHERE t.flags & 1"
    )
    assert value(one, answers) == 6 + 5
    assert (
        value(
            one,
            f"SELECT count(*) FROM ({COUNTED}) WHERE id NOT IN "
            "(SELECT person_id FROM event WHERE person_id IS NOT NULL AND active = 1)",
        )
        == 5
    )


def test_12_what_visits_are_for(one: Path) -> None:
    of_kind = (
        "SELECT g.value, count(*) FROM training_tag g JOIN event e ON e.training_id = "
        "g.training_id JOIN action a ON a.id = e.action_id WHERE a.name <> 'login' GROUP BY 1"
    )
    assert dict(query(one, of_kind)) == {"lesson": 143, "quiz": 47, "course": 33, "channel": 309}


# ---- tries ---------------------------------------------------------------------------------------


def test_13_to_16_tries_and_answers(one: Path) -> None:
    kind = "json_extract(data, '$.type') || json_extract(data, '$.coach')"
    complete = "sum(json_extract(data, '$.complete'))"
    tries = f"SELECT {kind}, count(*), {complete} {RAW.format('masterylog')} GROUP BY 1"
    assert {row[0]: row[1:] for row in query(one, tries)} == {
        **{"m_of_n0": (58, 36), "do_all0": (12, 11), "num_correct_in_a_row_20": (31, 26)},
        **{"num_correct_in_a_row_30": (4, 4), "quiz1": (47, 45), "quiz0": (12, 12)},
        "pre_post_test0": (16, 15),
    }
    in_modules = (
        "SELECT m.kind, count(*), sum(t.finished_at IS NOT NULL) FROM attempt t "
        "JOIN module m ON m.id = t.module_id GROUP BY 1"
    )
    assert {row[0]: row[1:] for row in query(one, in_modules)} == {
        **{"exercise": (105, 77), "quiz": (47, 45), "practice quiz": (12, 12)},
        "unit test": (16, 15),
    }
    odd = f"SELECT count(*) {RAW.format('masterylog')} AND "
    ended = "json_extract(data, '$.complete') AND json_extract(data, '$.completion') = ''"
    assert value(one, odd + ended) == 4
    assert value(one, "SELECT count(*) FROM attempt WHERE seconds IS NULL") == 1
    assert value(one, "SELECT count(*) FROM answer") == 1206 - 16  # visitors have no tries
    by_state = dict(query(one, "SELECT state, count(*) FROM answer GROUP BY 1"))
    visitors = value(one, f"SELECT sum(json_extract(e.extra, '$.right')) {VISITS}")
    assert by_state["correct"] + visitors == 655
    assert by_state["wrong"] + by_state["unanswered"] + 16 - visitors == 551
    assert by_state["unanswered"] == 4
    hinted = "SELECT count(*) FROM answer WHERE answer LIKE '%(with a hint)'"
    assert value(one, hinted) + 2 == 56  # two are of visitors


def test_17_to_20_sums_and_outliers(one: Path) -> None:
    sums = RAW.format("contentsummarylog")
    completed = f"{sums} AND json_extract(data, '$.completion') <> ''"
    assert value(one, f"SELECT count(*) {completed}") == 255
    assert value(one, f"SELECT count(*) {completed} AND json_extract(data, '$.progress') < 1") == 9
    assert value(one, f"SELECT count(*) {VISITS} AND e.flags & 2") == 1
    assert value(one, f"SELECT count(*) {VISITS} AND e.value > 1") == 1
    assert value(one, f"SELECT count(*) {sums} AND json_extract(data, '$.progress') > 1") == 1
    assert value(one, "SELECT count(*) FROM session") == 332
    assert value(one, "SELECT as_of FROM source") == at(2026, 1, 1, UTC)
    newest = "SELECT json_extract(value, '$.newest') FROM source_setting WHERE name LIKE 'device %'"
    assert (
        datetime.fromtimestamp(value(one, newest), UTC).isoformat() == "2025-11-12T06:01:17+00:00"
    )


SPENT = """
SELECT said.id, said.seconds, sum(e.seconds) FROM (
  SELECT json_extract(data, '$.id') AS id, json_extract(data, '$.user') AS user,
    json_extract(data, '$.content') AS content, json_extract(data, '$.seconds') AS seconds
  FROM reported_row WHERE name = 'contentsummarylog') AS said
JOIN person p ON p.key = said.user
JOIN event e ON e.person_id = p.id AND json_extract(e.extra, '$.content') = said.content
GROUP BY said.id
"""
"""Sums of time as the platform stores them, beside those of the visits."""


def test_18_sums_that_are_not_those_of_their_visits(one: Path) -> None:
    rows = query(one, SPENT)
    assert len(rows) == 348
    ((_id, _said, spent),) = [row for row in rows if abs(row[1] - row[2]) > 0.05]
    assert spent > 40_000


def test_33_content_in_two_nodes(one: Path) -> None:
    twice = (
        "SELECT title, count(*) FROM activity y JOIN training_tag g ON g.training_id = "
        "y.training_id AND g.value = 'channel' WHERE title LIKE 'What is a fraction?%' GROUP BY 1"
    )
    assert len(query(one, twice)) == 2


# ---- quizzes -------------------------------------------------------------------------------------

QUIZ = """
SELECT count(*), sum(e.reported_state IN ('completed', 'ended by the coach')),
  sum(e.reported_state = 'started'), sum(e.reported_state = 'not started'),
  round(avg(CASE WHEN e.reported_state IN ('completed', 'ended by the coach')
    THEN e.reported_score END), 3)
FROM enrolment e JOIN training t ON t.id = e.training_id JOIN person p ON p.id = e.person_id
WHERE t.title = '{}' AND p.counted = 1
"""


@pytest.mark.parametrize(
    ("title", "counts"),
    [
        ("Numbers quiz", (10, 5, 2, 3, 64.0)),
        ("Water test", (12, 9, 0, 3, 35.185)),
        ("Angles test", (10, 8, 0, 2, 56.25)),
        ("Old exam, closed", (10, 6, 0, 4, 45.238)),
        ("Group quiz", (3, 2, 0, 1, 62.5)),
        ("Make-up test", (3, 2, 0, 1, 50.0)),
    ],
)
def test_21_to_25_quizzes(one: Path, title: str, counts: tuple[float, ...]) -> None:
    ((*found,),) = query(one, QUIZ.format(title))
    assert (found[0], found[1], found[4]) == (counts[0], counts[1], counts[4])
    if title in ("Numbers quiz", "Water test", "Angles test", "Old exam, closed"):
        assert tuple(found) == counts


def test_25_to_27_evening_and_former_members(one: Path) -> None:
    recipients, completed, _started, _not, mean = query(one, QUIZ.format("Evening quiz"))[0]
    assert (recipients, completed, round(mean)) == (6, 5, 73)
    recipients, _completed, _started, _not, mean = query(one, QUIZ.format("Version 2 quiz"))[0]
    assert (recipients, round(mean)) == (10, 67)
    tries = (
        "SELECT count(*), sum(p.counted AND e.id IS NOT NULL) FROM attempt a "
        "JOIN training t ON t.id = a.training_id JOIN person p ON p.id = a.person_id "
        "LEFT JOIN enrolment e ON e.training_id = t.id AND e.person_id = p.id WHERE t.title = '{}'"
    )
    assert query(one, tries.format("Version 2 quiz")) == [(4, 2)]
    assert query(one, tries.format("Numbers quiz")) == [(9, 7)]
    assert query(one, tries.format("Water test")) == [(10, 9)]


# ---- time ----------------------------------------------------------------------------------------


def between(first: int, end: int) -> str:
    return f" AND e.id >> 20 >= {first} AND e.id >> 20 < {end}"


def test_28_to_30_days_and_months(one: Path) -> None:
    for zone, sizes in ((NAIROBI, (7, 14)), (UTC, (8, 13))):
        days = [between(at(2025, 10, day, zone), at(2025, 10, day + 1, zone)) for day in (8, 9)]
        assert tuple(value(one, f"SELECT count(*) {VISITS} {day}") for day in days) == sizes
    ninth = between(at(2025, 10, 9), at(2025, 10, 10))
    assert value(one, f"SELECT count(DISTINCT e.person_id) {MINE} {ninth} AND e.active = 1") == 10
    october = between(at(2025, 10, 1), at(2025, 11, 1))
    sums = "SELECT count(*), count(DISTINCT e.person_id), round(sum(e.seconds), 2)"
    assert query(one, f"{sums} {MINE} {october}") == [(203, 32, 94039.02)]
    done = (
        f"SELECT count(*) {RAW.format('contentsummarylog')} AND json_extract(data, '$.completion') "
        ">= '2025-09-30 21:00:00' AND json_extract(data, '$.completion') < '2025-10-31 21:00:00' "
        f"AND json_extract(data, '$.user') IN (SELECT key FROM person WHERE id IN ({COUNTED}))"
    )
    assert value(one, done) == 94


def test_31_and_32_channels(one: Path) -> None:
    channel = "coalesce(json_extract(e.extra, '$.channel'), '')"
    sql = f"SELECT {channel}, count(*), round(sum(e.seconds), 2) {MINE} GROUP BY 1"
    assert {row[0]: row[1:] for row in query(one, sql)} == {
        **{HESABU: (216, 95536.21), HEALTH: (210, 66061.1)},
        "": (61, 11533.79),
    }


def test_35_visits_as_they_are_exported_without_repeats(one: Path) -> None:
    """Those of facility 1 to content of a channel; what the exports repeat is in the pages."""
    inside = f"SELECT json_extract(data, '$.id') {RAW.format('facilityuser')}"
    inside += f" AND json_extract(data, '$.facility') = '{F1}'"
    here = (
        f"{VISITS} AND json_extract(e.extra, '$.channel') <> '' "
        f"AND (json_extract(e.extra, '$.facility') = '{F1}' OR e.person_id IN "
        f"(SELECT id FROM person WHERE key IN ({inside})))"
    )
    assert value(one, f"SELECT count(*) {here}") == 461
    # Half-open, but for the one at the midnight after, which the export takes too.
    first, last = at(2025, 9, 15), at(2025, 10, 9)
    within = f"AND e.id >> 20 BETWEEN {first} AND {last}"
    assert value(one, f"SELECT count(*) {here} {within}") == 169
    assert value(one, f"SELECT count(*) {here} AND e.id >> 20 = {last}") == 1


def test_37_and_38_unit_tests_and_attendance(one: Path) -> None:
    tests = (
        "SELECT m.title, count(DISTINCT t.person_id) FROM attempt t JOIN module m "
        "ON m.id = t.module_id JOIN person p ON p.id = t.person_id WHERE m.kind = 'unit test' "
        "AND t.finished_at IS NOT NULL AND p.counted = 1 GROUP BY 1"
    )
    assert dict(query(one, tests)) == {
        "Unit 1: Roots and leaves: pre-test": 8,
        "Unit 1: Roots and leaves: post-test": 6,
    }
    calls = (
        "SELECT date(e.id >> 20, 'unixepoch'), sum(e.value), count(*) FROM event e "
        "JOIN action a ON a.id = e.action_id WHERE a.name = 'attendance' GROUP BY 1"
    )
    assert query(one, calls) == [
        *(("2025-09-11", 9, 12), ("2025-09-12", 6, 12)),
        *(("2025-09-25", 6, 12), ("2025-10-09", 8, 12)),
    ]


# ---- two devices ---------------------------------------------------------------------------------


def test_39_and_40_the_union_of_two_devices(both: Path) -> None:
    assert value(both, f"SELECT count(*) {VISITS}") == 556
    sizes = {
        **{"contentsummarylog": 364, "masterylog": 194, "facilityuser": 51},
    }
    for name, size in sizes.items():
        assert value(both, f"SELECT count(*) {RAW.format(name)}") == size
    visitors = value(both, f"SELECT coalesce(sum(json_extract(e.extra, '$.answers')), 0) {VISITS}")
    assert value(both, "SELECT count(*) FROM answer") + visitors == 1302
    assert value(both, "SELECT count(*) FROM session") == 344
    sums = "SELECT count(*), round(sum(e.seconds), 2)"
    assert query(both, f"{sums} {MINE}") == [(511, 176523.59)]


def test_41_the_time_of_a_row_that_two_devices_have(one: Path, both: Path) -> None:
    for store, sums in ((one, (77, 77)), (both, (100, 177))):
        ((said, spent),) = [row[1:] for row in query(store, SPENT) if row[0].startswith("3263c6c7")]
        assert (round(said), round(spent)) == sums


def test_34_who_needs_help_by_the_rule(one: Path) -> None:
    needs = (
        f"{RAW.format('masterylog')} AND json_extract(data, '$.wrong') >= 4 "
        "AND json_extract(data, '$.type') NOT IN ('quiz', 'pre_post_test') "
        "AND json_extract(data, '$.summary') NOT IN (SELECT json_extract(data, '$.id') "
        f"{RAW.format('contentsummarylog')} AND json_extract(data, '$.completion') <> '')"
    )
    sizes = "SELECT count(*), count(DISTINCT json_extract(data, '$.user'))"
    assert query(one, f"{sizes} {needs}") == [(24, 14)]
    flags = f"{RAW.format('notification')} AND json_extract(data, '$.event') = 'HelpNeeded'"
    assert value(one, f"SELECT count(*) {flags}") == 15
    assert value(one, f"SELECT count(*) {flags} AND json_extract(data, '$.course') <> ''") == 3
