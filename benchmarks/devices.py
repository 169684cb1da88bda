"""The merge of many devices of Kolibri into one store: seconds of the processor, and rows a second.

`python -m benchmarks devices --events 25000`: 50 devices with so many visits altogether, and as
many sums, tries and answers as come with them; a fifth of the rows of each is on the next one too.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from benchmarks.results import Line, show
from termstats.data.importers.kolibri.importer import KolibriImporter
from termstats.data.importers.kolibri.tables import TABLES
from termstats.data.importers.writing.base import ImportOptions
from termstats.data.importers.writing.run import run_import
from termstats.data.model.units import Second

DEVICES, LEARNERS, ANSWERS = 50, 40, 3
"""Of each device; answers of each visit."""
_AS_OF = Second(1_764_547_200)
_Rows = dict[str, list[dict[str, Any]]]


def measure_devices(folder: Path, events: int) -> None:
    """Make the devices, import them as one source, and print a table."""
    sticks = folder / f"devices-{events}"
    if not sticks.exists():
        sticks.mkdir(parents=True)
        for number in range(DEVICES):
            _write(sticks / f"pi-{number:02}.sqlite3", number, events // DEVICES)
    store = folder / "devices.db"
    store.unlink(missing_ok=True)
    began, worked = time.monotonic(), time.process_time()
    report = asyncio.run(
        run_import(KolibriImporter(), str(sticks), store, ImportOptions(as_of=_AS_OF))
    )
    worked, began = time.process_time() - worked, time.monotonic() - began
    rows = sum(table.read for table in report.tables.values())
    note = f"{rows:,} rows, {report.refused:,} of them on two devices; {began:.1f} s by the clock"
    show(
        f"Merge of {DEVICES} devices",
        [
            Line("seconds of the processor", worked, "s", note=note),
            Line("rows a second", rows / worked, ""),
        ],
        "",
    )


def _write(path: Path, number: int, visits: int) -> None:
    content: _Rows = {}
    for table, row in _rows(number, visits):
        content.setdefault(table, []).append(row)
    for table, row in _rows((number + 1) % DEVICES, visits // 5):
        content.setdefault(table, []).append(row)
    content["morango_instanceidmodel"] = [{"id": _id("f", number), "current": 1}]
    with closing(sqlite3.connect(path)) as connection:
        for table, columns in TABLES.items():
            connection.execute(f'CREATE TABLE "{table}" (id PRIMARY KEY)')
            names = [name for name in columns.names if name != "id"]
            for name in names:
                connection.execute(f'ALTER TABLE "{table}" ADD COLUMN "{name}"')
            unique = {row["id"]: row for row in content.get(table, ())}.values()
            marks = ", ".join("?" * (len(names) + 1))
            connection.executemany(
                f'INSERT INTO "{table}" VALUES ({marks})',  # noqa: S608 - names of the tables
                [[row.get(name) for name in ("id", *names)] for row in unique],
            )
        connection.commit()


def _id(kind: str, *numbers: int) -> str:
    return (kind + "".join(f"{number:06x}" for number in numbers)).ljust(32, "0")


def _rows(school: int, visits: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give (table, row) of a school: one class, one lesson, visits of its learners in turn."""
    facility, room, channel = _id("a", school), _id("a", school, 1), _id("c")
    yield from (
        (
            "kolibriauth_collection",
            {"id": facility, "name": f"School {school}"} | {"kind": "facility"},
        ),
        (
            "kolibriauth_collection",
            {"id": room, "name": "Class", "kind": "classroom", "parent_id": facility},
        ),
        ("content_channelmetadata", {"id": channel, "name": "Sums"}),
    )
    for number in range(LEARNERS):
        user = _id("b", school, number)
        yield (
            "kolibriauth_facilityuser",
            {"id": user, "username": f"u{number}", "full_name": f"U {number}"}
            | {"facility_id": facility},
        )
        yield (
            "kolibriauth_membership",
            {"id": _id("d", school, number), "user_id": user, "collection_id": room},
        )
    for number in range(30):
        yield (
            "content_contentnode",
            {"id": _id("1", number), "content_id": _id("2", number), "channel_id": channel}
            | {"kind": "exercise", "title": f"Exercise {number}", "lft": number, "available": 1},
        )
    for number in range(visits):
        yield from _visit(school, number, channel)


def _visit(school: int, number: int, channel: str) -> Iterator[tuple[str, dict[str, Any]]]:
    user, content = _id("b", school, number % LEARNERS), _id("2", number % 30)
    at = f"2025-10-{number % 28 + 1:02} 08:{number % 60:02}:00.000000(Africa/Nairobi)"
    shared: dict[str, Any] = {"user_id": user, "start_timestamp": at, "end_timestamp": at}
    of_content = shared | {"content_id": content, "channel_id": channel, "kind": "exercise"}
    of_content |= {"time_spent": 60.0, "progress": 0.5}
    visit, sum_, try_ = (_id(kind, school, number) for kind in "345")
    context = {"context": {"node_id": _id("1", number % 30)}}
    yield (
        "logger_contentsessionlog",
        {"id": visit, "extra_fields": json.dumps(context)} | of_content,
    )
    yield "logger_contentsummarylog", {"id": sum_} | of_content
    yield (
        "logger_masterylog",
        {"id": try_, "summarylog_id": sum_, "mastery_criterion": '{"type": "do_all"}'}
        | {"mastery_level": 1, "complete": 0, "time_spent": 60.0}
        | shared,
    )
    yield (
        "logger_usersessionlog",
        {"id": _id("7", school, number), "last_interaction_timestamp": at} | shared,
    )
    for nth in range(ANSWERS):
        yield (
            "logger_attemptlog",
            {"id": _id("6", school, number, nth), "masterylog_id": try_, "sessionlog_id": visit}
            | {"item": _id("8", nth), "correct": 1.0, "simple_answer": "7"}
            | {"interaction_history": '[{"type": "answer", "correct": 1.0}]'}
            | shared,
        )
