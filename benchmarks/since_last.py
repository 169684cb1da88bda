"""Bringing in what is new: a server of OppiaMobile with a long log, and a thousand rows more."""

from __future__ import annotations

import asyncio
import multiprocessing
import resource
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.results import Line, show
from termstats.data.importers.oppia.base import TABLES
from termstats.data.importers.oppia.importer import OppiaImporter
from termstats.data.importers.writing.base import ImportOptions
from termstats.data.importers.writing.run import run_import, run_since_last

START = datetime(2024, 1, 1, 6, tzinfo=UTC)
DAYS = 730
NEW = 1_000
COURSES, ACTIVITIES = 20, 40
"""Courses, and activities of each; every tenth is a quiz."""
_KEYS = {"settings_settingproperties": "key", "profile_customfield": "id"}


def measure_since_last(folder: Path, events: int) -> None:
    """Make a server with so many trackers, import it, and then what came since."""
    source, store = folder / "oppia.sqlite3", folder / "store.sqlite3"
    if not source.exists():
        make_server(source, events)
    lines = [_measured("everything", source, store, since_last=False)]
    whole = lines[0].value
    lines.append(_measured("nothing is new", source, store, since_last=True, beside=whole))
    add_trackers(source, events, NEW, late=False)
    lines.append(_measured(f"{NEW:,} of one day", source, store, since_last=True, beside=whole))
    add_trackers(source, events + NEW, NEW, late=True)
    what = f"{NEW:,} of the 60 days before"
    lines.append(_measured(what, source, store, since_last=True, beside=whole))
    show(f"Import of {events:,} trackers, then of what is new", lines, "everything")


def make_server(path: Path, events: int) -> None:
    """Write a database of the server with invented content."""
    people = max(60, events // 200)
    with closing(sqlite3.connect(path)) as connection:
        for table, columns in TABLES.items():
            names = ", ".join(f'"{name}"' for name in columns.names if name != "id")
            key = "TEXT" if table in _KEYS else "INTEGER PRIMARY KEY"
            first = f'"id" {key}, ' if "id" in columns.names else ""
            connection.execute(f'CREATE TABLE "{table}" ({first}{names})')
        users = ({"id": n, "username": f"user{n}", "is_active": 1} for n in range(1, people + 1))
        _insert(connection, "auth_user", users)
        numbers = range(1, COURSES + 1)
        courses = ({"id": n, "title": f"Course {n}", "version": 1} for n in numbers)
        _insert(connection, "oppia_course", courses)
        sections = ({"id": n, "course_id": n, "order": 1, "title": "One"} for n in numbers)
        _insert(connection, "oppia_section", sections)
        activities = list(_activities())
        _insert(connection, "oppia_activity", activities)
        quizzes = [each for each in activities if each["type"] == "quiz"]
        _insert(connection, "quiz_quiz", ({"id": q["id"], "title": q["title"]} for q in quizzes))
        props = (
            {"id": q["id"], "quiz_id": q["id"], "name": "digest", "value": q["digest"]}
            for q in quizzes
        )
        _insert(connection, "quiz_quizprops", props)
        connection.execute("CREATE INDEX tracker_user ON oppia_tracker (user_id)")
        connection.commit()
    add_trackers(path, 0, events, late=True, days=DAYS)


def add_trackers(path: Path, after: int, rows: int, *, late: bool, days: int = 1) -> None:
    """Add trackers, attempts, answers and points behind the first `after` trackers."""
    dice = Random(after)  # noqa: S311 - dice, not secrets
    begins = START if not after else START + timedelta(days=DAYS + after % 997)
    with closing(sqlite3.connect(path)) as connection:
        people = connection.execute("SELECT max(id) FROM auth_user").fetchone()[0]
        trackers, attempts, answers, points = [], [], [], []
        for number in range(after + 1, after + rows + 1):
            arrived = begins + timedelta(seconds=(number - after) * days * 86_400 // rows)
            course, activity = dice.randint(1, COURSES), dice.randint(1, ACTIVITIES)
            is_quiz = activity % 10 == 0
            user = int(people ** dice.random())
            before = timedelta(minutes=dice.randrange(60 * 86_400 // 60) if late and after else 5)
            trackers.append({
                **{"id": number, "user_id": user, "course_id": course},
                **{"digest": f"d{course}-{activity}", "type": "quiz" if is_quiz else "page"},
                **{"tracker_date": _text(arrived - before), "submitted_date": _text(arrived)},
                **{"completed": int(dice.random() < 0.5), "time_taken": dice.randint(5, 600)},
                **{"uuid": f"{number:032}", "lang": "en", "ip": f"192.0.2.{user % 250}"},
                "data": f'{{"instance_id": "i{number}"}}' if is_quiz else "{}",
            })  # fmt: skip
            if is_quiz:
                attempts.append({
                    **{"id": number, "user_id": user, "instance_id": f"i{number}"},
                    **{"quiz_id": (course - 1) * ACTIVITIES + activity, "maxscore": 10},
                    **{"score": dice.randint(0, 10), "attempt_date": _text(arrived - before)},
                    "submitted_date": _text(arrived),
                })  # fmt: skip
                answers += [
                    {"quizattempt_id": number, "question_id": n, "score": 1, "text": "So"}
                    for n in range(5)
                ]
            elif dice.random() < 0.3:
                given = {"points": 5, "date": _text(arrived)}
                points.append({"user_id": user, "course_id": course, **given})
        _insert(connection, "oppia_tracker", trackers)
        _insert(connection, "quiz_quizattempt", attempts)
        _insert(connection, "quiz_quizattemptresponse", answers)
        _insert(connection, "oppia_points", points)
        connection.commit()


def _activities() -> Iterator[dict[str, Any]]:
    for course in range(1, COURSES + 1):
        for number in range(1, ACTIVITIES + 1):
            yield {
                **{"id": (course - 1) * ACTIVITIES + number, "section_id": course},
                **{"order": number, "title": f"Activity {number}", "baseline": 0},
                **{"type": "page" if number % 10 else "quiz", "digest": f"d{course}-{number}"},
            }


def _insert(connection: sqlite3.Connection, table: str, rows: Any) -> None:
    rows = iter(rows)
    first = next(rows, None)
    if first is None:
        return
    names = ", ".join(f'"{name}"' for name in first)
    sql = f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(first))})"  # noqa: S608
    connection.execute(sql, tuple(first.values()))
    connection.executemany(sql, (tuple(row.values()) for row in rows))


def _text(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}"


def _measured(
    what: str, source: Path, store: Path, *, since_last: bool, beside: float | None = None
) -> Line:
    """Import in a process of its own; return the processor's milliseconds, and its memory."""
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    work = multiprocessing.get_context("spawn").Process(
        target=_import, args=(source, store, since_last, theirs)
    )
    work.start()
    wall, processor, memory, words = ours.recv()
    work.join()
    note = f"{memory / 1e6:,.0f} MB, {wall / 1e3:,.1f} s by the clock{words}"
    return Line(what, processor, "ms", beside, note)


def _import(source: Path, store: Path, since_last: bool, told: Connection) -> None:
    start, options, words = time.perf_counter(), ImportOptions(as_of_latest=True), ""
    if since_last:
        news = asyncio.run(run_since_last(OppiaImporter(), str(source), store, options))
        words = f", everything: {news.reason}" if news.reason else ""
    else:
        asyncio.run(run_import(OppiaImporter(), str(source), store, options))
    wall, processor = 1e3 * (time.perf_counter() - start), 1e3 * time.process_time()
    told.send((wall, processor, _most_memory(), words))


def _most_memory() -> int:
    """Return the most bytes that this process held; of its parent's, `ru_maxrss` tells too."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return 1024 * int(status.partition("VmHWM:")[2].split()[0])
