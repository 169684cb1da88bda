"""Record stores that hold given statements: the database of lrsql, and ClickHouse made up."""

from __future__ import annotations

import csv
import gzip
import json
import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import pytest

from termstats.data.importers.sources import cells
from termstats.data.importers.xapi import clickhouse, doors
from tests.data.importers.xapi.factory import Json, activity, course, own_id, statement
from tests.shared import shared_path

HOME = "http://edx.example"
RUN = "course-v1:Org+Demo+2026"
BLOCK = "block-v1:Org+Demo+2026+type@{}+block@{}"
EDX = {
    "evaluated": "https://w3id.org/xapi/acrossx/verbs/evaluated",
    "earned": "http://id.tincanapi.com/verb/earned",
    "navigated": "https://w3id.org/xapi/dod-isd/verbs/navigated",
    "unregistered": "http://id.tincanapi.com/verb/unregistered",
    **{word: f"https://w3id.org/xapi/video/verbs/{word}" for word in ("played", "seeked")},
    **{word: f"http://adlnet.gov/expapi/verbs/{word}" for word in ("registered", "passed")},
    **{word: f"http://adlnet.gov/expapi/verbs/{word}" for word in ("asked", "completed")},
}
_TRACK = "https://w3id.org/xapi/acrossx/extensions/type"
_GRADE = "http://www.tincanapi.co.uk/activitytypes/grade_classification"
_LENGTH = "https://w3id.org/xapi/video/extensions/length"
_TIME = "https://w3id.org/xapi/video/extensions/time"
_NUMBER = "http://id.tincanapi.com/extension/attempt-id"
Tables = dict[str, list[Json]]


def lrsql(path: Path, rows: Sequence[tuple[str, str | bytes, int]]) -> Path:
    """Make a database of lrsql with rows of (id of the statement, payload, is_voided)."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(
            "CREATE TABLE xapi_statement (id TEXT PRIMARY KEY, statement_id TEXT NOT NULL UNIQUE, "
            "registration TEXT, verb_iri TEXT, is_voided INTEGER NOT NULL, payload BLOB NOT NULL)"
        )
        for number, (own, payload, is_voided) in enumerate(rows):
            values = (str(UUID(int=number)), own, None, "", is_voided, payload)
            connection.execute("INSERT INTO xapi_statement VALUES (?, ?, ?, ?, ?, ?)", values)
        connection.commit()
    return path


def payloads(statements: Sequence[Json]) -> list[tuple[str, str | bytes, int]]:
    """Return statements as rows of lrsql, once each; what is voided is so marked."""
    once = {each["id"]: each for each in statements}
    voided = {each["object"]["id"] for each in statements if "voided" in each["verb"]["id"]}
    return [(own, json.dumps(each).encode(), int(own in voided)) for own, each in once.items()]


def at(second: int) -> str:
    return f"2026-03-02 10:{second // 60:02}:{second % 60:02}"


def open_edx(who: str = "5a7ad7c6-8b7c-4a0e-8d53-6d0e4b1c3c11") -> tuple[list[Json], Tables]:
    """Return statements of Open edX, and the rows of Aspects' tables with the same content."""
    actor = {"objectType": "Agent", "account": {"homePage": HOME, "name": who}}
    whole, url = f"{HOME}/course/{RUN}", f"{HOME}/xblock/"
    statements: list[Json] = []
    tables: Tables = {name: [] for name in _TABLES}

    def add(second: int, word: str, table: str, about: Json, **row: Any) -> None:
        result, context = row.pop("result", None), row.pop("context", {})
        name = f"{word}{second}"
        made = statement(name, EDX[word], about, at(second).replace(" ", "T"), who=actor)
        made["context"]["contextActivities"]["parent"] = [course(whole, "")]
        made["context"] |= context
        statements.append(made | ({"result": result} if result else {}))
        time = "emission_time_long" if table.startswith("video") else "emission_time"
        shared = {"event_id": own_id(name), time: at(second), "actor_id": who, "course_key": RUN}
        object_id = "block_id" if table.startswith("nav") else "object_id"
        tables[table].append({**shared, object_id: about["id"], "verb_id": EDX[word], **row})

    def enrol(second: int, word: str, mode: str) -> None:
        about = activity(whole, "course", extensions={_TRACK: mode})
        add(second, word, "enrollment_events", about, enrollment_mode=mode)

    def watch(second: int, word: str, position: float | None) -> None:
        about = activity(url + BLOCK.format("video", "v1"), "https://w3id.org/xapi/video/video")
        result = {"extensions": {_TIME: position}} if position is not None else None
        row: Json = {"video_position": position or 0, "video_duration": 195, "result": result}
        context = {"extensions": {_LENGTH: 195.0}}
        add(second, word, "video_playback_events", about, **row, context=context)

    def evaluate(second: int, block: str, number: int, success: bool, scaled: float) -> None:
        extensions = {_NUMBER: number}
        own = url + BLOCK.format("problem", block)
        about = activity(own, "cmi.interaction", interactionType="choice", extensions=extensions)
        result = {"success": success, "score": {"scaled": scaled}, "response": "so"}
        row: Json = {
            "responses": "so",
            "scaled_score": scaled,
            "success": success,
            "attempts": number,
        }
        row |= {"interaction_type": "choice", "attempts": number, "result": result}
        add(second, "evaluated", "problem_events", about, **row)
        # Aspects has these in its table of grades too.
        seen = {**tables["problem_events"][-1], "approving_state": ""}
        tables["grading_events"].append(seen)

    enrol(0, "registered", "audit")
    enrol(1, "registered", "verified")
    watch(2, "played", None)
    watch(3, "seeked", 12.5)
    watch(4, "completed", 195.0)
    evaluate(5, "p1", 1, False, 0.0)
    evaluate(6, "p1", 2, True, 0.9523809523809523)
    hint = activity(f"{url}{BLOCK.format('problem', 'p2')}/hint", "cmi.interaction")
    unknown: Json = {"responses": "", "scaled_score": 0, "success": False, "attempts": 0}
    unknown |= {"interaction_type": ""}
    add(7, "asked", "problem_events", hint, **unknown)
    page = activity(
        url + BLOCK.format("sequential", "s1"), "http://id.tincanapi.com/activitytype/x"
    )
    add(8, "navigated", "navigation_events", page)
    result = {"score": {"scaled": 0.2121}, "extensions": {_GRADE: "Fail"}}
    grade = {"scaled_score": 0.2121, "approving_state": "failed"}
    add(9, "earned", "grading_events", course(whole, ""), result=result, **grade)
    add(10, "passed", "grading_events", course(whole, ""), scaled_score=0, approving_state="passed")
    tables["problem_events"].append(
        {**tables["grading_events"][-1], **unknown} | {"interaction_type": ""}
    )
    enrol(11, "unregistered", "verified")
    return statements, tables


_TEXT, _TIME_TYPE = "String", "DateTime64(6, 'UTC')"
_SHARED = ("event_id", "emission_time", "actor_id", "course_key", "verb_id")
_TABLES = {
    "enrollment_events": (*_SHARED, "object_id", "enrollment_mode"),
    "grading_events": (*_SHARED, "object_id", "scaled_score", "approving_state"),
    "navigation_events": (*_SHARED, "block_id"),
    "problem_events": (
        *(*_SHARED, "object_id", "responses", "scaled_score", "success"),
        *("interaction_type", "attempts"),
    ),
    "video_playback_events": (
        *(*_SHARED, "object_id", "emission_time_long", "video_position", "video_duration"),
    ),
    "xapi_events_all": ("event_id", "emission_time", "event"),
    "xapi_events_all_parsed": ("event_id", "emission_time", "verb_id", "event"),
}


def logged(statements: Sequence[Json]) -> Tables:
    """Return the rows of both logs that hold the statements."""
    rows = [
        {
            "event_id": each["id"],
            "emission_time": each["timestamp"].replace("T", " "),
            "verb_id": each["verb"]["id"],
            "event": json.dumps(each),
        }
        for each in statements
    ]
    return {"xapi_events_all": rows, "xapi_events_all_parsed": rows}


class _Client:
    """Answers the few forms of SQL that the importer asks, from rows in memory."""

    def __init__(self, tables: Mapping[str, Sequence[Json]]) -> None:
        self.tables = tables
        self.asked: list[str] = []

    @contextmanager
    def query_row_block_stream(self, sql: str) -> Iterator[Iterator[list[tuple[Any, ...]]]]:
        self.asked.append(sql)
        form = r"SELECT (.*?) FROM `\w+`\.`(\w+)`(?: WHERE (.*))?(?: GROUP BY day)?"
        match = re.fullmatch(form, sql)
        assert match, sql
        rows = [row for row in self.tables[match[2]] if _holds(match[3] or "", row)]
        if match[1].startswith("min("):
            moments = [
                _micros(next(row[n] for n in row if n.startswith("emission"))) for row in rows
            ]
            yield iter([[(min(moments, default=0), len(rows))]])
            return
        if match[1].startswith("intDiv("):
            yield iter([_days(rows, re.findall("[a-z_]+", match[1].partition(", 6)")[0])[-1])])
            return
        if match[1].startswith("count(), max("):
            yield iter([[(len(rows), max(row["time_last_dumped"] for row in rows))]])
            return
        columns = match[1].replace(", 6)", ")").split(", ")
        names = [("toUnix" in column, re.findall("[a-z_]+", column)[-1]) for column in columns]
        yield iter([[tuple(_cell(row, *name) for name in names) for row in rows]])


def _days(rows: Sequence[Json], column: str) -> list[tuple[Any, ...]]:
    """Return (day, rows, something that stands for all of their ids)."""
    found: dict[int, list[str]] = {}
    for row in rows:
        found.setdefault(_micros(row[column]) // 86_400_000_000, []).append(row["event_id"])
    return [(day, len(ids), ",".join(sorted(ids))) for day, ids in found.items()]


def _cell(row: Json, is_time: bool, name: str) -> Any:
    return _micros(row[name]) if is_time else row[name]


def _micros(text: str) -> int:
    at = cells.moment(text)
    assert at is not None
    return at * 1_000_000


def _holds(where: str, row: Json) -> bool:
    if "NOT IN" in where:
        return row["verb_id"] not in re.findall(r"'([^']+)'", where)
    limit = re.search(r"< (\d+)$", where)
    return limit is None or _micros(row["emission_time"]) < int(limit[1])


def clickhouse_of(tables: Mapping[str, Sequence[Json]], **options: str) -> clickhouse.ClickHouse:
    """Return a server with these tables: tables of no statements lie in the database event_sink."""
    kinds = {}
    for name, rows in tables.items():
        columns = _TABLES.get(name) or tuple(rows[0] if rows else ())
        database = "xapi" if name in _TABLES else "event_sink"
        kinds[database, name] = {
            column: _TIME_TYPE if column.startswith("emission") else _TEXT for column in columns
        }
    client = cast("Any", _Client(tables))
    return clickhouse.ClickHouse(client, "clickhouse://test/xapi", "xapi", options, kinds)


def shared_tables() -> Tables:
    """Return Aspects' own tables of the shared data, or skip the test where they are absent."""
    tables: Tables = {}
    for path in sorted(shared_path("aspects").glob("*/*.csv.gz")):
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            tables[path.name.removesuffix(".csv.gz")] = list(csv.DictReader(file))
    for row in tables["problem_events"]:
        row["success"] = row["success"] == "true"
    return tables


@contextmanager
def served(tables: Mapping[str, Sequence[Json]], **options: str) -> Iterator[None]:
    """Let every ClickHouse that is opened have these tables."""

    @contextmanager
    def opened(_location: str) -> Iterator[clickhouse.ClickHouse]:
        yield clickhouse_of(tables, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(doors, "open_clickhouse", opened)
        yield


URL = "clickhouse://reader@127.0.0.1:1/xapi"
"""The location of a made-up server."""
