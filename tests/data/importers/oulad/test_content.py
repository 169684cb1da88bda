"""What an OULAD folder comes to in the store."""

from __future__ import annotations

from pathlib import Path

from tests.data.importers.store_file import query, when


def test_people_are_counted_once_over_their_presentations(store: Path) -> None:
    rows = query(store, "SELECT key, name, counted FROM person ORDER BY id")
    assert rows == [("7", "7", 1), ("11", "11", 1), ("12", "12", 1), ("13", "13", 1)]
    assert query(store, "SELECT count(*) FROM enrolment") == [(5,)]


def test_a_presentation_is_a_training(store: Path) -> None:
    rows = query(
        store,
        "SELECT key, title, code, version, starts_at, ends_at, has_activity FROM training "
        "ORDER BY key",
    )
    assert rows == [
        (
            *("AAA_2013J", "AAA_2013J", "AAA", "2013J"),
            *(when("2013-10-01T12:00"), when("2014-06-26T12:00"), 1),
        ),
        (
            *("AAA_2014B", "AAA_2014B", "AAA", "2014B"),
            *(when("2014-02-01T12:00"), when("2014-02-11T12:00"), 1),
        ),
    ]


def test_enrolments_keep_dates_and_state_apart(store: Path) -> None:
    rows = query(
        store,
        "SELECT t.key, p.key, enrolled_at, completed_at, withdrawn_at, ended_at, reported_state "
        "FROM enrolment JOIN training t ON t.id = training_id JOIN person p ON p.id = person_id "
        "ORDER BY t.key, p.id",
    )
    end_j, end_b = when("2014-06-26T12:00"), when("2014-02-11T12:00")
    before_b = when("2014-01-29T12:00")
    assert rows == [
        (
            *("AAA_2013J", "7", when("2013-09-21T12:00"), None),
            *(when("2013-09-29T12:00"), None, "Withdrawn"),
        ),
        ("AAA_2013J", "11", when("2013-04-25T12:00"), end_j, None, None, "Pass"),
        ("AAA_2013J", "12", None, None, None, end_j, "Fail"),
        ("AAA_2014B", "11", before_b, end_b, None, None, "Distinction"),
        # Withdrawn without a date: known by the last day.
        ("AAA_2014B", "13", before_b, None, end_b, None, "Withdrawn"),
    ]


def test_demographics_belong_to_the_enrolment(store: Path) -> None:
    rows = query(
        store,
        "SELECT field, value FROM enrolment_field JOIN training t ON t.id = training_id "
        "JOIN person p ON p.id = person_id WHERE t.key = 'AAA_2014B' AND p.key = '11'",
    )
    assert dict(rows) == {
        "gender": "M",
        "region": "Wales",
        "highest_education": "HE Qualification",
        "imd_band": "10-20",
        "age_band": "55<=",
        "num_of_prev_attempts": "1",
        "studied_credits": "120",
        "disability": "N",
    }
    bands = query(store, "SELECT value FROM enrolment_field WHERE field = 'imd_band' ORDER BY 1")
    assert bands == [(None,), (None,), ("10-20",), ("10-20",), ("20-30%",)]
    assert query(store, "SELECT * FROM person_field") == []


def test_assessments_are_modules_with_one_activity_each(store: Path) -> None:
    rows = query(
        store,
        "SELECT m.key, m.kind, m.mandatory, m.pass_mark, m.max_score, m.weight, m.due_at, "
        "a.key, a.in_path FROM module m JOIN activity a ON a.module_id = m.id ORDER BY m.key",
    )
    assert rows == [
        (
            *("assessment:1", "TMA", 1, 40.0, 100.0, 10.0, when("2013-10-20T12:00")),
            *("assessment:1", 1),
        ),
        (
            *("assessment:2", "CMA", 1, 40.0, 100.0, 20.0, when("2013-11-24T12:00")),
            *("assessment:2", 1),
        ),
        # No exam of AAA_2013J has a score: it cannot be what completion waits for.
        (
            *("assessment:3", "Exam", 0, 40.0, 100.0, 100.0, when("2014-06-26T12:00")),
            *("assessment:3", 0),
        ),
        (
            *("assessment:4", "Exam", 1, 40.0, 100.0, 100.0, when("2014-02-09T12:00")),
            *("assessment:4", 1),
        ),
    ]


def test_scores_empty_is_not_zero_and_banked_is_marked(store: Path) -> None:
    rows = query(
        store,
        "SELECT key, finished_at, score, points, max_points, passed, version, in_score "
        "FROM attempt ORDER BY key",
    )
    assert rows == [
        ("1-11", when("2013-10-19T12:00"), 78.0, 78.0, 100.0, 1, None, 1),
        ("1-12", when("2013-10-26T12:00"), 39.5, 39.5, 100.0, 0, None, 1),
        ("2-11", when("2013-09-30T12:00"), 40.0, 40.0, 100.0, 1, "banked", 1),
        ("2-12", when("2013-11-20T12:00"), None, None, 100.0, None, None, 1),
        ("4-11", when("2014-02-09T12:00"), 0.0, 0.0, 100.0, 0, None, 1),
    ]
    done = query(
        store,
        "SELECT p.key, a.key, at FROM completion c JOIN person p ON p.id = person_id "
        "JOIN activity a ON a.id = activity_id ORDER BY a.key, p.id",
    )
    assert done[2] == ("11", "assessment:2", when("2013-10-01T12:00"))
    assert len(done) == 5


def test_every_click_row_is_an_event_with_its_weight(store: Path) -> None:
    rows = query(
        store,
        "SELECT e.id >> 20, p.key, a.title, c.kind, c.name, e.weight FROM event e "
        "JOIN person p ON p.id = person_id JOIN activity a ON a.id = activity_id "
        "JOIN action c ON c.id = action_id ORDER BY e.id",
    )
    early = when("2013-09-21T12:00")
    assert rows == [
        (early, "11", "oucontent 900", "page", "oucontent", 1),
        (early, "11", "oucontent 900", "page", "oucontent", 1),
        (early, "11", "oucontent 900", "page", "oucontent", 4),
        (when("2013-10-01T12:00"), "12", "oucontent 900", "page", "oucontent", 2),
        (when("2014-02-01T12:00"), "11", "hologram 902", "other", "hologram", 5),
        (when("2014-02-11T12:00"), "11", "hologram 902", "other", "hologram", 1),
        (when("2014-06-26T12:00"), "11", "forumng 901", "forum", "forumng", 3),
    ]


def test_the_source_says_what_it_cannot_tell(store: Path) -> None:
    rows = query(store, "SELECT has_time, has_clock, two_clocks, zone, as_of FROM source")
    assert rows == [(0, 0, 0, "UTC", when("2014-06-26T23:59:59"))]
