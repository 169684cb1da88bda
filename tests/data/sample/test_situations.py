# ruff: noqa: S608 - the SQL is put together from constants of this file
"""The sample data hold every situation that a screen has to show."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from termstats.data.model.text import clean
from termstats.data.store import schema

from .sample_store import AS_OF, DAY, SECOND, Sample, build


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sample]:
    store = Sample(build(tmp_path_factory.mktemp("sample") / "sample.sqlite3"))
    with closing(store.connection):
        yield store


# ---- every situation -----------------------------------------------------------------------------

AT_LEAST_ONE = {
    "a training that nobody is enrolled in": (
        "SELECT count(*) FROM training t WHERE NOT EXISTS "
        "(SELECT 1 FROM enrolment n WHERE n.training_id = t.id)"
    ),
    "a draft": "SELECT count(*) FROM training WHERE status = 'draft' AND published = 0",
    "a training without mandatory module, with learners": (
        "SELECT count(*) FROM enrolment n WHERE NOT EXISTS (SELECT 1 FROM module m "
        "WHERE m.training_id = n.training_id AND m.mandatory = 1)"
    ),
    "a module that keeps the newest": "SELECT count(*) FROM module WHERE keep = 'newest'",
    "a mandatory module whose max is 0, finished with 100": (
        "SELECT count(*) FROM attempt a JOIN module m ON m.id = a.module_id "
        "WHERE m.mandatory = 1 AND m.max_score = 0 AND a.max_points = 0 AND a.score = 100"
    ),
    "a newest attempt that is worse and takes the pass away": (
        "SELECT count(*) FROM attempt a JOIN attempt b ON b.person_id = a.person_id "
        "AND b.module_id = a.module_id AND b.number = a.number + 1 "
        "JOIN module m ON m.id = a.module_id AND m.keep = 'newest' "
        "WHERE a.passed = 1 AND b.passed = 0"
    ),
    "a score of 0": "SELECT count(*) FROM attempt WHERE score = 0",
    "an attempt that is still open": "SELECT count(*) FROM attempt WHERE finished_at IS NULL",
    "an attempt over New Year": (
        "SELECT count(*) FROM attempt WHERE strftime('%Y', started_at, 'unixepoch') "
        "<> strftime('%Y', finished_at, 'unixepoch')"
    ),
    "an attempt of more than 8 hours": (
        "SELECT count(*) FROM attempt WHERE seconds > 28800 AND flags = 2"
    ),
    "an event of more than 4 hours": (
        "SELECT count(*) FROM event WHERE seconds > 14400 AND flags = 2"
    ),
    "an event of less than no time": "SELECT count(*) FROM event WHERE seconds < 0 AND flags = 2",
    "a right answer": "SELECT count(*) FROM answer WHERE state = 'correct'",
    "a wrong answer": "SELECT count(*) FROM answer WHERE state = 'wrong'",
    "a partly right answer": "SELECT count(*) FROM answer WHERE state = 'partly'",
    "an essay that waits": (
        "SELECT count(*) FROM answer x JOIN question q ON q.id = x.question_id "
        "WHERE x.state = 'pending' AND x.points IS NULL AND q.type = 'essay'"
    ),
    "no answer": (
        "SELECT count(*) FROM answer WHERE state = 'unanswered' AND answer IS NULL AND points = 0"
    ),
    "an expired certificate": (
        "SELECT count(*) FROM award a JOIN enrolment n ON n.training_id = a.training_id "
        "AND n.person_id = a.person_id AND n.valid_until = a.valid_until "
        f"WHERE a.kind = 'certificate' AND a.valid_until < {AS_OF}"
    ),
    "a certificate that ends within 30 days": (
        "SELECT count(*) FROM award WHERE kind = 'certificate' "
        f"AND valid_until BETWEEN {AS_OF} AND {AS_OF + 30 * DAY}"
    ),
    "a badge": "SELECT count(*) FROM award WHERE kind = 'badge'",
    "a skill with level, score and progress": (
        "SELECT count(*) FROM award WHERE kind = 'skill' AND level IS NOT NULL "
        "AND score BETWEEN 1 AND 100 AND progress BETWEEN 1 AND 100"
    ),
    "points": "SELECT count(*) FROM point WHERE points > 0",
    "somebody who left a training": "SELECT count(*) FROM enrolment WHERE withdrawn_at IS NOT NULL",
    "somebody who never started anything": (
        "SELECT count(*) FROM person p WHERE counted = 1 AND last_access_at IS NULL "
        "AND EXISTS (SELECT 1 FROM enrolment n WHERE n.person_id = p.id)"
    ),
    "a member who left a class": "SELECT count(*) FROM class_member WHERE to_at IS NOT NULL",
    "a class without members": (
        "SELECT count(*) FROM class c WHERE NOT EXISTS "
        "(SELECT 1 FROM class_member k WHERE k.class_id = c.id)"
    ),
    "a class that has ended": f"SELECT count(*) FROM class WHERE ends_at < {AS_OF}",
    "classes in a circle": (
        "SELECT count(*) FROM class_parent a JOIN class_parent b "
        "ON a.class_id = b.parent_id AND a.parent_id = b.class_id"
    ),
    "a coach": "SELECT count(*) FROM class_member WHERE role = 'coach'",
    "a search with results": (
        "SELECT count(*) FROM event e JOIN action a ON a.id = e.action_id "
        "WHERE a.kind = 'search' AND missed = 0 AND detail IS NOT NULL"
    ),
    "a search without results": (
        "SELECT count(*) FROM event e JOIN action a ON a.id = e.action_id "
        "WHERE a.kind = 'search' AND missed = 1 AND value = 0"
    ),
    "an administrative action with a diff": (
        "SELECT count(*) FROM event e JOIN action a ON a.id = e.action_id "
        "WHERE a.kind = 'admin' AND diff IS NOT NULL AND object_id IS NOT NULL"
    ),
    "an administrative action on a person": (
        "SELECT count(*) FROM event e JOIN action a ON a.id = e.action_id "
        "WHERE a.kind = 'admin' AND target_person_id IS NOT NULL"
    ),
    "a failed call": (
        "SELECT count(*) FROM event e JOIN action a ON a.id = e.action_id "
        "WHERE a.kind = 'api' AND missed = 1 AND error IS NOT NULL"
    ),
    "a call by a machine": (
        "SELECT count(*) FROM event e JOIN person p ON p.id = e.person_id AND p.bot = 1"
    ),
    "a failed function": (
        "SELECT count(*) FROM event e JOIN action a ON a.id = e.action_id "
        "WHERE a.kind = 'function' AND error IS NOT NULL"
    ),
    "an error with a message": (
        "SELECT count(*) FROM event e JOIN action a ON a.id = e.action_id "
        "WHERE a.kind = 'error' AND error IS NOT NULL AND detail IS NOT NULL"
    ),
    "a function that nobody uses": (
        "SELECT count(*) FROM object o WHERE kind = 'function' AND NOT EXISTS "
        "(SELECT 1 FROM event e WHERE e.object_id = o.id)"
    ),
    "a deleted object": "SELECT count(*) FROM object WHERE deleted = 1",
    "a profile field": "SELECT count(*) FROM person_field WHERE field = 'Department'",
}


@pytest.mark.parametrize("situation", AT_LEAST_ONE)
def test_there_is(sample: Sample, situation: str) -> None:
    assert sample.one(AT_LEAST_ONE[situation]) >= 1


@pytest.mark.parametrize(
    ("flag", "count"),
    [("staff", 9), ("excluded", 2), ("deleted", 4), ("blocked", 2), ("bot", 1), ("anonymous", 1)],
)
def test_flagged_people_are_not_counted(sample: Sample, flag: str, count: int) -> None:
    rows = sample.all(f"SELECT counted FROM person WHERE {flag} = 1")
    assert rows == [(0,)] * count


def test_who_may_see_what(sample: Sample) -> None:
    rows = sample.all(
        'SELECT p.username, g.role, t.key, c.key FROM "grant" g '
        "JOIN person p ON p.id = g.person_id LEFT JOIN training t ON t.id = g.training_id "
        "LEFT JOIN class c ON c.id = g.class_id ORDER BY 1, 2, 3, 4"
    )
    assert rows == [
        ("admin", "administrator", None, None),
        ("maya", "manager", "privacy", None),
        ("maya", "manager", "safety", None),
        ("omar", "coach", None, "field"),
        ("tina", "coach", None, "north"),
        ("viktor", "administrator", None, None),
    ]


ACTIONS = {
    "forum": {
        *("post", "comment"),
        *("like", "learned", "outdated", "question", "useful", "irrelevant"),
    },
    "other": {"bookmark"},
    "login": {"login"},
    "download": {"download"},
    "api": {
        "analyze_records",
        "get_geo_clusters",
        "search_dataset_records",
        "download_dataset_records",
        "lookup_record",
    },
    "admin": {
        "add_dataset",
        "edit_dataset",
        "publish_dataset",
        "unpublish_dataset",
        "add_page",
        "edit_page",
        "edit_map",
        "add_user_to_domain",
        "edit_user_to_domain",
        "edit_domain_property",
    },
}


@pytest.mark.parametrize("kind", ACTIONS)
def test_actions_of_a_kind(sample: Sample, kind: str) -> None:
    rows = sample.all(
        "SELECT a.name, count(*) FROM event e JOIN action a ON a.id = e.action_id "
        "WHERE a.kind = ? GROUP BY 1",
        kind,
    )
    assert {name for name, _ in rows} == ACTIONS[kind]


def test_every_kind_occurs(sample: Sample) -> None:
    rows = sample.all("SELECT DISTINCT kind FROM event e JOIN action a ON a.id = e.action_id")
    assert {kind for (kind,) in rows} == {*schema.KINDS, *schema.PLATFORM_KINDS}


def test_functions_have_packages_durations_and_parameters(sample: Sample) -> None:
    runs, lost = sample.one(
        "SELECT count(*), sum(o.kind <> 'function' OR o.parent_id <> e.package_id "
        "OR o.title <> a.name OR e.seconds IS NULL "
        "OR (SELECT count(*) FROM event_param x WHERE x.event_id = e.id) <> 2) "
        "FROM event e JOIN action a ON a.id = e.action_id AND a.kind = 'function' "
        "JOIN object o ON o.id = e.object_id"
    )
    assert (runs, lost) == (420, 0)
    assert sample.one("SELECT count(*) FROM event_param") == 2 * 420


@pytest.mark.parametrize("events", [1_000, 3_000])
def test_who_gets_on_was_there(tmp_path: Path, events: int) -> None:
    """Also where few events tell of it: nobody is far and has no last activity, or access."""
    path = build(tmp_path / "sample.sqlite3", learners=200, events=events)
    with closing(Sample(path).connection) as connection:
        unseen = (
            "SELECT count(*) FROM person p WHERE coalesce(last_access_at, 0) < "
            "(SELECT max(at) FROM (SELECT max(finished_at) AS at FROM attempt WHERE person_id = "
            "p.id UNION SELECT max(at) FROM completion WHERE person_id = p.id))"
        )
        without_a_day = (
            "SELECT count(*) FROM enrolment_day d WHERE progress > 0 AND NOT EXISTS (SELECT 1 "
            "FROM person_day a WHERE a.person_id = d.person_id AND a.training_id = d.training_id)"
        )
        assert [connection.execute(sql).fetchone() for sql in (unseen, without_a_day)] == [(0,)] * 2


def test_sessions_hold_their_events(sample: Sample) -> None:
    first, last, sessions = sample.one(
        "SELECT sum(first = started_at), sum(last <= ended_at), count(*) FROM "
        f"(SELECT s.started_at, s.ended_at, min{SECOND} AS first, max{SECOND} AS last "
        "FROM session s JOIN event e ON e.session_id = s.id AND e.person_id = s.person_id "
        "GROUP BY s.id)"
    )
    assert first == last == sessions == sample.one("SELECT count(*) FROM session")
    assert sessions > 1_000


def test_visits_follow_enrolments(sample: Sample) -> None:
    early = sample.one(
        "SELECT count(*) FROM event e LEFT JOIN enrolment n ON n.training_id = e.training_id "
        "AND n.person_id = e.person_id WHERE e.training_id IS NOT NULL "
        f"AND (n.id IS NULL OR {SECOND} < n.enrolled_at)"
    )
    assert early == 0


def test_json_is_json(sample: Sample) -> None:
    rows = sample.all("SELECT diff FROM event WHERE diff IS NOT NULL")
    sections = {section for (text,) in rows for section in json.loads(text)}
    assert sections == {"metadata", "security"}
    for (text,) in sample.all("SELECT extra FROM event WHERE extra IS NOT NULL"):
        assert isinstance(json.loads(text), dict)


@pytest.mark.parametrize(
    "piece",
    [
        *("Щ", "λ", "ال", "שי", "明", "さ", "김", "शर", "ชา", "յ", "ბ", "ሰ", "Д"),
        *("Ångström", "Ł", "ễ", "Þ", "Ó", "ş", "ã"),
    ],
)
def test_names_in_many_scripts(sample: Sample, piece: str) -> None:
    names = [name for (name,) in sample.all("SELECT name FROM person")]
    assert any(piece in name for name in names)


def test_names_are_short_and_nobody_has_a_namesake(sample: Sample) -> None:
    names = [name for (name,) in sample.all("SELECT name FROM person")]
    assert max(map(len, names)) <= 30
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("table", [t.name for t in schema.CANONICAL_TABLES])
def test_no_text_is_hostile(sample: Sample, table: str) -> None:
    """Nothing that a terminal, a markup or a spreadsheet could take for a command."""
    columns = [column.name for column in schema.metadata.tables[table].columns]
    for row in sample.all(f'SELECT * FROM "{table}"'):
        for column, text in zip(columns, row, strict=True):
            if not isinstance(text, str) or column in ("diff", "extra", "rules", "report"):
                continue  # a number, or JSON
            assert clean(text) == text, (column, text)
            assert not text.startswith(("=", "+", "-", "@")), (column, text)
            assert not re.search(r"\[/?\w*\]|DROP TABLE", text), (column, text)


def test_a_few_hundred_are_active_in_a_month_and_most_have_started(sample: Sample) -> None:
    for end in (AS_OF, AS_OF - 30 * DAY):
        active = sample.one(
            "SELECT count(DISTINCT e.person_id) FROM event e JOIN person p ON p.id = e.person_id "
            f"AND p.counted = 1 WHERE {SECOND} BETWEEN {end - 30 * DAY} AND {end}"
        )
        assert 200 <= active <= 400
    enrolled, started = sample.one(
        "SELECT count(*), sum(EXISTS (SELECT 1 FROM attempt a WHERE a.person_id = n.person_id "
        "AND a.training_id = n.training_id)) FROM enrolment n"
    )
    assert 0.7 < started / enrolled < 0.9


def test_languages_and_countries(sample: Sample) -> None:
    languages, countries = sample.one(
        "SELECT count(DISTINCT language), count(DISTINCT country) FROM event"
    )
    assert languages > 8
    assert countries > 10


# ---- rhythm --------------------------------------------------------------------------------------


def activity(sample: Sample, first: str, last: str) -> float:
    """Return events a day between two days, both included."""
    count, days = sample.one(
        f"SELECT count(*), julianday(?2) - julianday(?1) + 1 FROM event e "
        f"WHERE date{SECOND[:-1]}, 'unixepoch') BETWEEN ?1 AND ?2",
        first,
        last,
    )
    return float(count / days)


def test_eighteen_months(sample: Sample) -> None:
    assert sample.one(
        f"SELECT date(min{SECOND}, 'unixepoch') <= '2025-05-23', "
        f"date(max{SECOND}, 'unixepoch') FROM event e"
    ) == (1, "2026-11-20")


def test_growth(sample: Sample) -> None:
    first = activity(sample, "2025-05-20", "2025-07-31")
    assert activity(sample, "2026-09-01", "2026-11-19") > 2 * first


def test_weekends_are_quiet(sample: Sample) -> None:
    rows = sample.all(
        f"SELECT strftime('%w', {SECOND}, 'unixepoch'), count(*) FROM event e GROUP BY 1"
    )
    by_day = dict(rows)
    assert max(by_day, key=lambda day: by_day[day]) in ("1", "2", "3")
    assert by_day["0"] + by_day["6"] < by_day["2"] / 2


def test_holidays_are_quiet(sample: Sample) -> None:
    assert activity(sample, "2025-12-24", "2026-01-01") < 0.4 * activity(
        sample, "2025-12-01", "2025-12-19"
    )
    assert activity(sample, "2026-08-01", "2026-08-31") < 0.8 * activity(
        sample, "2026-07-01", "2026-07-31"
    )


def test_days_without_data(sample: Sample) -> None:
    assert activity(sample, "2026-03-14", "2026-03-17") == 0
