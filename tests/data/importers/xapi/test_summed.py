"""Page visits and videos are summed up in ClickHouse: what is asked there, and what is kept."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from termstats.data.importers.xapi.summed import Columns, Sum, Summing, sum_sql, unpacked
from termstats.data.model.errors import SourceError

VIDEOS = Columns("`x`.`videos`", "micros", "`object_id`", "`length`")
NOON = 1_641_643_200_000_000
"""2022-01-08 12:00 UTC, which is day 19000."""
ROW = ("ann", "c1", "played", "v1", 3, 2, NOON, NOON + 5_000_000, "id-1", 195.0)


@dataclass
class Server:
    """Answers every query with the same rows, and keeps the queries."""

    answer: Sequence[tuple[Any, ...]]
    asked: list[str] = field(default_factory=list)
    name: str = "clickhouse://test/x"

    def columns(self, _table: str) -> dict[str, str]:
        return {"at": "DateTime64(6)"}

    def micros(self, column: str, _kind: str) -> str:
        return f"micros({column})"

    def table(self, name: str) -> str:
        return name

    def rows(self, sql: str) -> Iterator[tuple[Any, ...]]:
        self.asked.append(sql)
        yield from self.answer


def summed(summing: Summing, *answer: tuple[Any, ...]) -> tuple[list[Sum], list[str]]:
    server: Any = Server(answer)
    rows = list(summing.sums(server, "videos", "at", "object_id", "length"))
    return rows, server.asked


def test_a_day_is_one_of_the_zone_and_an_event_counts_once() -> None:
    sql = sum_sql(VIDEOS, "Asia/Kolkata", (), ())
    assert "toString(toDate(toDateTime(intDiv(micros, 1000000)), 'Asia/Kolkata')) AS local" in sql
    assert "count(), uniqExact(event_id), min(micros), max(micros)" in sql
    assert "argMaxIf(`length`, micros, `length` > 0)" in sql
    assert "WHERE" not in sql


def test_only_some_days_and_nothing_that_others_void() -> None:
    sql = sum_sql(VIDEOS, "UTC", (18_999, 19_000), ("a'b", "c\\"))
    days = "WHERE intDiv(micros, 86400000000) IN (18999, 19000)"
    assert f"{days} AND toString(event_id) NOT IN ('a\\'b', 'c\\\\') GROUP BY" in sql


def test_days_that_are_as_they_were_are_not_asked_for() -> None:
    now = {"videos/18999": ["1", "x"], "videos/19000": ["3", "y"], "pages/19000": ["1", "z"]}
    first, asked = summed(Summing(ZoneInfo("UTC"), now), (18_999, "d", *ROW), (19_000, "d", *ROW))
    assert first == [Sum(*ROW), Sum(*ROW)]
    assert len(asked) == 1
    assert "WHERE" not in asked[0]
    later = Summing(ZoneInfo("UTC"), now | {"videos/19000": ["4", "w"]}, now)
    before = Summing(ZoneInfo("UTC"), now)
    summed(before, (18_999, "d", *ROW), (19_000, "d", *ROW))
    later.kept = unpacked(before.packed())
    more = ("bob", *ROW[1:])
    rows, asked = summed(later, (19_000, "d", *more))
    assert rows == [Sum(*ROW), Sum._make(more)]
    assert re.findall(r"IN \((.*?)\)", asked[0]) == ["19000"]
    same = Summing(ZoneInfo("UTC"), later.now, later.now, unpacked(later.packed()))
    assert summed(same) == (rows, [])


def test_a_day_that_is_gone_is_not_kept() -> None:
    then, now = {"videos/18999": ["1", "x"]}, {"videos/19000": ["1", "x"]}
    kept = {"videos/18999": [ROW]}
    rows, asked = summed(Summing(ZoneInfo("UTC"), now, then, kept), (19_000, "d", *ROW))
    assert (len(rows), len(asked)) == (1, 1)


def test_what_is_voided_later_is_taken_out_of_days_that_did_not_change() -> None:
    days = {"videos/19000": ["1", "x"]}
    summing = Summing(ZoneInfo("UTC"), days, days, {"videos/19000": [ROW]}, ["id-7"])
    summing.leave_out({"id-7"})
    assert summing.kept
    summing.leave_out({"id-7", "id-1"})
    rows, asked = summed(summing)
    assert rows == []
    assert "NOT IN ('id-1', 'id-7')" in asked[0]


def test_other_rules_of_the_same_zone_are_a_fault() -> None:
    summing = Summing(ZoneInfo("Asia/Kolkata"), {"videos/19000": ["1", "x"]})
    over_midnight = (*ROW[:7], NOON + 12 * 3_600_000_000, *ROW[8:])
    with pytest.raises(SourceError, match="days in Asia/Kolkata are not those of this machine"):
        summed(summing, (19_000, "2022-01-08", *over_midnight))
