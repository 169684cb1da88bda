"""Single statements: identity, time, scores, courses, and what voids what."""

from __future__ import annotations

import itertools
import json
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest

from termstats.data.importers.xapi import verbs
from termstats.data.importers.xapi.actors import LONGEST_KEY, actor_of, hashed, keys_of
from termstats.data.importers.xapi.statements import Reading, duration, score_of, statement_of
from termstats.data.importers.xapi.things import chosen
from termstats.data.model.units import Second
from termstats.data.store import schema
from tests.data.importers.store_file import query, when
from tests.data.importers.xapi.factory import (
    ADL,
    COURSE,
    HOME,
    TC,
    account,
    activity,
    course,
    imported,
    lesson,
    lines,
    own_id,
    statement,
    void,
)


def read(raw: Any) -> Any:
    return statement_of(raw, Reading("en", UTC, Second(1_800_000_000)))


async def test_voiding_by_hand_in_any_order_of_lines(tmp_path: Path) -> None:
    a = statement("A", f"{ADL}completed", lesson())
    b = statement("B", f"{TC}viewed", lesson())
    statements = [a, b, void("V", "A"), void("W", "V"), b]
    for number, order in enumerate(itertools.islice(itertools.permutations(statements), 0, 60, 9)):
        store = tmp_path / f"{number}.db"
        report = await imported(lines(tmp_path / "log.jsonl", order), store)
        table = report.table("statements")
        assert (table.read, table.kept) == (5, 1)
        assert table.refused == {
            "the same statement again": 1,
            "voided by another statement": 1,
            "voids another statement": 2,
        }
        assert query(store, "SELECT key, person_id FROM event") == [(own_id("B"), 1)]
        assert query(store, "SELECT count(*) FROM completion") == [(0,)]
        kept = query(store, "SELECT key, data FROM reported_row WHERE name = 'voided'")
        assert [(key, json.loads(data)["by"]) for key, data in kept] == [(own_id("A"), own_id("V"))]


def test_people_are_told_apart_by_their_one_identifier() -> None:
    ann, eli = actor_of(account("ann")), actor_of(account("ann", "https://other.example"))
    bob = actor_of({"mbox": "mailto:Bob@Example.ORG"})
    assert ann and eli and bob
    assert keys_of([(ann.short, ann.whole)]) == ["ann"]
    assert keys_of([(a.short, a.whole) for a in (ann, eli)]) == [
        f"{HOME} ann",
        "https://other.example ann",
    ]
    assert bob.short == "mailto:Bob@example.org"
    assert actor_of({"name": "Nobody"}) is None
    assert hashed("bob@example.org") == "1a9daad476f0158b81bc66b7b27b438b4b4c19c0"


def test_keys_fit_the_store_and_stay_apart() -> None:
    long = "x" * 300
    keys = keys_of([(f"{long}1", "1"), (f"{long}2", "2"), ("a", "b"), ("a", "b")])
    assert len(set(keys)) == 4
    assert max(map(len, keys)) == LONGEST_KEY


@pytest.mark.parametrize(
    ("score", "percent"),
    [
        ({"raw": 1, "min": 0, "max": 2, "scaled": 0.0}, 50.0),  # scaled of the Moodle plug-in
        ({"raw": 2, "min": 0, "max": 4, "scaled": 0.5}, 50.0),  # of Open edX
        ({"scaled": 0.33}, 33.0),
        ({"raw": 0, "min": 0, "max": 0, "scaled": 1}, None),
        ({"raw": 3}, None),
        ({}, None),
        ({"raw": 1, "min": 0, "max": 3}, 33.3333),
        ({"scaled": -1}, 0.0),
        ({"raw": 1e308, "min": -1e308, "max": 1e308}, None),
    ],
)
def test_scores_are_of_the_scale_that_is_told(score: Any, percent: float | None) -> None:
    assert score_of(score) == percent


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("PT2M30.5S", 150.5),
        ("P1DT2H", 93_600),
        ("PT0S", 0),
        ("P1W", 604_800),
        ("P1M", None),
        ("P", None),
        ("PT", None),
        (90, None),
    ],
)
def test_durations_of_iso_8601(text: object, seconds: float | None) -> None:
    assert duration(text) == seconds


def test_times_are_instants_and_impossible_ones_give_way_to_the_server() -> None:
    stored = "2026-03-02T10:00:02.123456789Z"
    told: Any = {"stored": stored}
    ahead = read(statement("a", f"{ADL}experienced", lesson(), "2031-01-01T00:00:00Z", **told))
    india = read(statement("b", f"{ADL}experienced", lesson(), "2026-03-02T15:30:00.5+05:30"))
    late = read(statement("c", f"{ADL}experienced", lesson(), "2026-03-01T09:00:00Z", **told))
    assert (ahead.at, ahead.device_at) == (
        when("2026-03-02 10:00:02") * 1_000_000,
        when("2031-01-01"),
    )
    assert india.at == when("2026-03-02 10:00:00") * 1_000_000 + 500_000
    assert (late.at, late.device_at) == (when("2026-03-01 09:00:00") * 1_000_000, None)


@pytest.mark.parametrize(
    ("around", "about", "key"),
    [
        ({"parent": [activity("s", "module"), course()]}, lesson(), COURSE),
        ({"parent": course()}, lesson(), COURSE),  # as one object, in old data
        ({"grouping": [course()]}, lesson(), COURSE),
        ({"category": [course()]}, lesson(), None),
        ({}, activity(f"{HOME}/courses/course-v1:A+B+C/x", "lesson"), "course-v1:A+B+C"),
        ({}, activity("block-v1:A+B+C+type@video+block@1", "video"), "course-v1:A+B+C"),
        ({}, activity(f"{HOME}/course/course-v1:A+B+C", "course"), "course-v1:A+B+C"),
    ],
)
def test_the_course_is_where_producers_put_it(around: Any, about: Any, key: str | None) -> None:
    raw = statement("a", f"{ADL}experienced", about, parent=())
    raw["context"] = {"contextActivities": around}
    training = read(raw).training
    assert (training.key if training else None) == key


def test_only_a_course_is_enrolled_in() -> None:
    assert read(statement("a", f"{ADL}registered", course())).meaning == verbs.ENROL
    assert read(statement("a", f"{ADL}registered", lesson())).meaning == verbs.OTHER


def test_words_of_a_language_map() -> None:
    names = {"fr": "Feu", "en-GB": "Fire", "de": "Feuer"}
    assert [chosen(names, tag) for tag in ("de-AT", "es", "fr")] == ["Feuer", "Fire", "Feu"]
    assert chosen({"und": "Film"}, "en") == "Film"


async def test_groups_and_what_did_not_happen_are_credited_to_nobody(tmp_path: Path) -> None:
    group = {"objectType": "Group", "member": [account("ana"), account("bo")]}
    inner = {"objectType": "SubStatement", "actor": account("zoe"), "verb": {"id": f"{ADL}passed"}}
    raw = [
        statement("a", f"{ADL}completed", lesson(), who=group),
        statement("b", f"{ADL}experienced", {**inner, "object": lesson()}, parent=()),
        statement("c", f"{TC}viewed", {"objectType": "Agent", **account("cyd")}, parent=()),
        statement("d", f"{ADL}commented", {"objectType": "StatementRef", "id": own_id("a")}),
    ]
    report = await imported(lines(tmp_path / "log.jsonl", raw), tmp_path / "s.db")
    assert "1 statements of groups, credited to nobody" in report.notes
    events = query(
        tmp_path / "s.db",
        "SELECT e.key, p.key, t.key FROM event e LEFT JOIN person p ON p.id = e.person_id "
        "LEFT JOIN person t ON t.id = e.target_person_id ORDER BY e.key",
    )
    expected = [("a", None, None), ("b", "ana", None), ("c", "ana", "cyd"), ("d", "ana", None)]
    assert events == sorted((own_id(name), *people) for name, *people in expected)
    assert query(tmp_path / "s.db", "SELECT key FROM person ORDER BY key") == [("ana",), ("cyd",)]
    assert query(tmp_path / "s.db", "SELECT count(*) FROM completion") == [(0,)]


async def test_a_moved_event_says_what_its_device_told(tmp_path: Path) -> None:
    raw = statement("a", f"{ADL}experienced", lesson(), "1999-01-01T00:00:00Z")
    raw["stored"] = "2026-03-02T10:00:00Z"
    await imported(lines(tmp_path / "log.jsonl", [raw]), tmp_path / "s.db")
    ((second, flags, extra),) = query(tmp_path / "s.db", "SELECT id >> 20, flags, extra FROM event")
    assert (second, flags) == (when("2026-03-02 10:00:00"), schema.FLAG_MOVED)
    assert json.loads(extra) == {schema.DEVICE_AT: when("1999-01-01")}
