"""The conditions by which a log that stays in ClickHouse is read: never too narrow."""

from __future__ import annotations

from typing import Any

import pytest

from termstats.data.importers.xapi.content import Place
from termstats.data.importers.xapi.known import Known
from termstats.data.importers.xapi.log_parts import moment_sql, parts_of, seconds_sql
from termstats.data.importers.xapi.things import Thing
from termstats.data.model.units import RowId
from termstats.data.store.elsewhere.wanted import Wanted
from tests.data.importers.xapi.record_stores import clickhouse_of, logged, open_edx

ANN, BOB, EVA = RowId(1), RowId(2), RowId(3)
KNOWN = Known(
    people={"Ann": ANN, "mailto:bob@EXAMPLE.org": BOB, "http://b.example Eva Ö": EVA},
    trainings={"course-v1:O+C+1": RowId(7)},
    places={(RowId(7), "block"): Place(RowId(7), RowId(8), RowId(9))},
    objects={},
    actions={("media", "played"): RowId(4), ("media", "paused"): RowId(5)},
    sessions={},
    voided=frozenset(),
    taken={},
)


def conditions(wanted: Wanted, **options: str) -> list[str]:
    tables = {**open_edx()[1], **logged([])}
    return [part.wanted for part in parts_of(clickhouse_of(tables, **options), wanted, KNOWN)]


def a(**wanted: Any) -> Wanted:
    return Wanted(**({"low": 1_000, "high": 2_000} | wanted))


def test_a_range_is_compared_with_the_column_itself() -> None:
    found = conditions(a())
    assert len(found) == 7  # the five tables, and what is in none of them
    begin = "fromUnixTimestamp64Micro(toInt64(1000000000))"
    end = "fromUnixTimestamp64Micro(toInt64(2000000000))"
    assert found[2] == f"`emission_time` >= {begin} AND `emission_time` < {end}"
    assert found[3] == f"`emission_time_long` >= {begin} AND `emission_time_long` < {end}"
    assert found[5].startswith("verb_id NOT IN (")


@pytest.mark.parametrize(
    ("second", "sql"),
    [(5, "toDateTime(5)"), (-1, "toDateTime(0)"), (1 << 42, "toDateTime(4294967295)")],
)
def test_old_times_end_where_their_type_ends(second: int, sql: str) -> None:
    assert moment_sql(second, "DateTime('UTC')") == sql


def test_people_are_named_in_every_spelling_that_leads_to_their_key() -> None:
    found = conditions(a(people=frozenset((BOB, EVA))))[0]
    names = found.partition("lower(actor_id) IN (")[2]
    assert "'mailto:bob@example.org'" in names
    assert "'eva Ö'" in names
    assert "'http://b.example eva Ö'" in names


def test_json_is_narrowed_only_by_what_it_writes_as_it_is() -> None:
    table = "xapi_events_all"
    (bob,) = conditions(a(people=frozenset((BOB,))), table=table)
    assert "(positionCaseInsensitive(`event`, 'bob@EXAMPLE.org') > 0)" in bob
    (eva,) = conditions(a(people=frozenset((BOB, EVA))), table=table)
    assert "position" not in eva
    (trained,) = conditions(a(trainings=frozenset((RowId(7),))), table=table)
    assert "course" not in trained


def test_trainings_and_verbs_narrow_the_columns() -> None:
    found = conditions(a(trainings=frozenset((RowId(7),)), actions=frozenset((RowId(4),))))[0]
    assert "course_key IN ('course-v1:O+C+1')" in found
    assert "(verb_id LIKE '%played%')" in found


@pytest.mark.parametrize(
    "nothing",
    [
        {"actions": frozenset()},
        {"kinds": frozenset(("api",))},
        {"people": frozenset((RowId(99),))},
        {"trainings": frozenset()},
    ],
)
def test_what_the_store_does_not_know_is_not_asked_for(nothing: dict[str, Any]) -> None:
    assert conditions(a(**nothing)) == []


def test_the_newest_seconds_are_those_of_all_tables_together() -> None:
    parts = parts_of(clickhouse_of({**open_edx()[1], **logged([])}), a(), KNOWN)
    sql = seconds_sql(parts, 51)
    assert sql.count("UNION ALL") == 6
    assert sql.endswith(") GROUP BY at ORDER BY at DESC LIMIT 51")


def test_single_seconds_are_named() -> None:
    found = conditions(a(seconds=frozenset((1_500, 1_200, 5_000))))[0]
    assert found.endswith(" IN (1200, 1500)")
    assert "toInt64(1200000000)" in found


def test_places_are_found_by_the_key_that_an_element_has_in_its_training() -> None:
    course = Thing("course-v1:O+C+1")
    assert KNOWN.place(course, Thing("block")) == Place(RowId(7), RowId(8), RowId(9))
    assert KNOWN.place(course, Thing("elsewhere")) == Place(RowId(7), kind="course")
    assert KNOWN.place(course, None) == Place(RowId(7))
    assert KNOWN.place(Thing("course-v1:O+C+2"), Thing("block")) is None
