"""The export of a course, a whole process: rows a second and peak of memory, beside bare SQLite.

Seconds are those of the processor: others may be at work on the machine.

`python -m benchmarks export --events 1000000`: a training with a log of that many rows and a
tenth as many attempts at one quiz of ten questions.
"""

from __future__ import annotations

import csv
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

from benchmarks.results import Line, show
from termstats.data.store import schema
from termstats.data.store.ddl import create_indexes, create_tables

_CHILD = """
import resource, sys, time
from termstats.cli.main import main
code = main(sys.argv[1:])
print(time.process_time(), file=sys.stderr)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)
sys.exit(code)
"""
_PEOPLE, _QUESTIONS, _PAGES = 5_000, 10, 50
_FIRST = 1_700_000_000
"""The second of the first event; the others follow it by one each."""


def measure_export(folder: Path, events: int) -> None:
    """Make a store of that many events, export it, and print a table."""
    store = folder / f"export-{events}.sqlite3"
    if not store.exists():
        make_course(store, events)
    show(f"Export of a course, {events:,} events", _lines(store, folder), "bare sqlite3 and csv")


def _lines(store: Path, folder: Path) -> list[Line]:
    rows, bare = _bare(store, folder / "bare")  # seconds of the processor, as below
    lines = []
    for name in ("course", "course.zip"):
        target = folder / name
        command = ["export", "course", "--store", str(store), "--training", "big"]
        seconds, worked, peak = _run([*command, "-o", str(target)])
        size = sum(path.stat().st_size for path in target.iterdir()) if target.is_dir() else 0
        size = size or target.stat().st_size
        note = f"{rows:,} rows in {seconds:.1f} s, {peak:,.0f} MB memory, {size / 1e6:,.0f} MB"
        lines.append(Line(f"{name}, rows a second", rows / worked, "", rows / bare, note))
        shutil.rmtree(target) if target.is_dir() else target.unlink()
    return lines


def _run(arguments: list[str]) -> tuple[float, float, float]:
    """Return the seconds of a whole process, those of the processor, and the most MB it took."""
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", _CHILD, *arguments], stderr=subprocess.PIPE, text=True, check=True
    )
    worked, peak = done.stderr.split()[-2:]
    return time.perf_counter() - start, float(worked), int(peak) / 1000


def _bare(store: Path, folder: Path) -> tuple[int, float]:
    """Return the rows of log and quiz, and the seconds in which sqlite3 and csv write them."""
    start, rows = time.process_time(), 0
    folder.mkdir()
    queries = {
        "log": "SELECT e.id >> 20, p.key, a.kind, x.title, e.seconds, e.language, p.username, "
        "e.version, e.completed, e.value FROM event AS e JOIN person AS p ON p.id = e.person_id "
        "JOIN action AS a ON a.id = e.action_id LEFT JOIN activity AS x ON x.id = e.activity_id "
        "WHERE e.training_id = 1 ORDER BY e.id DESC",
        "quiz": "SELECT t.finished_at, p.key, p.username, t.points, group_concat(w.answer, ','), "
        "group_concat(w.points, ',') FROM attempt AS t JOIN person AS p ON p.id = t.person_id "
        "JOIN answer AS w ON w.attempt_id = t.id GROUP BY t.id ORDER BY t.id",
    }
    with closing(sqlite3.connect(store)) as connection:
        for name, query in queries.items():
            with (folder / name).open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file)
                cursor = connection.execute(query)
                while chunk := cursor.fetchmany(5_000):
                    writer.writerows(chunk)
                    rows += len(chunk)
    seconds = time.process_time() - start
    shutil.rmtree(folder)
    return rows, seconds


def make_course(path: Path, events: int) -> None:
    """Write a store with one training straight into its tables."""
    attempts = events // 10
    with closing(sqlite3.connect(path)) as new:
        create_tables(new, schema.metadata.sorted_tables)
        settings = (("schema_version", str(schema.SCHEMA_VERSION)), ("zone", "UTC"))
        new.executemany("INSERT INTO store_setting VALUES (?, ?)", settings)
        day = _FIRST // 86_400
        _insert(new, "source", {"id": 1, "name": "b", "platform": "oppia", "title": "B",
                                "as_of": _FIRST + events, "first_day": day, "two_clocks": 0,
                                "last_day": (_FIRST + events) // 86_400, "has_time": 1,
                                "has_clock": 1})  # fmt: skip
        same = {"source_id": 1}
        _insert(new, "training", {**same, "id": 1, "key": "big", "title": "Big", "published": 1,
                                  "has_activity": 1})  # fmt: skip
        module = {**same, "training_id": 1, "position": 0, "mandatory": 1, "current": 1}
        _insert(new, "module", {**module, "id": 1, "key": "quiz", "title": "Quiz", "kind": "quiz"})
        _insert(new, "action", {"id": 1, "kind": "page", "name": "page"})
        pages = [(n, 1, f"page {n}", 1, f"Page {n}", "page", n, 1, 1) for n in range(1, _PAGES + 1)]
        _many(new, "activity", "id source_id key training_id title type position in_path current",
              pages)  # fmt: skip
        asked = [(n, 1, f"q{n}", 1, f"Question {n}?", "multichoice", n)
                 for n in range(1, _QUESTIONS + 1)]  # fmt: skip
        _many(new, "question", "id source_id key module_id title type position", asked)
        flags = "staff excluded blocked deleted anonymous bot"
        people = [(n, 1, f"k{n}", f"Person {n}", f"user{n}", *[0] * 6, 1)
                  for n in range(1, _PEOPLE + 1)]  # fmt: skip
        _many(new, "person", f"id source_id key name username {flags} counted", people)
        enrolled = [(n, 1, 1, n, _FIRST, 0) for n in range(1, _PEOPLE + 1)]
        _many(new, "enrolment", "id source_id training_id person_id enrolled_at implied", enrolled)
        _many(new, "event", "id source_id key person_id action_id training_id activity_id seconds "
              "weight is_aggregate active completed missed flags language version",
              (((_FIRST + n) << 20, 1, str(n), 1 + n % _PEOPLE, 1, 1, 1 + n % _PAGES, 60.0, 1, 0,
                1, 1, 0, 0, "en", "2024") for n in range(events)))  # fmt: skip
        _many(new, "attempt", "id source_id key person_id training_id module_id number finished_at "
              "points max_points score passed flags in_score",
              ((n, 1, str(n), 1 + n % _PEOPLE, 1, 1, 1, _FIRST + n, 7.0, 10.0, 70.0, 1, 0, 1)
               for n in range(1, attempts + 1)))  # fmt: skip
        _many(new, "answer", "attempt_id question_id position answer points",
              ((n, q, q, f"answer {n % 7} of {q}", 1.0)
               for n in range(1, attempts + 1) for q in range(1, _QUESTIONS + 1)))  # fmt: skip
        create_indexes(new, schema.metadata.sorted_tables)
        new.commit()


def _insert(new: sqlite3.Connection, table: str, row: dict[str, object]) -> None:
    _many(new, table, " ".join(row), [tuple(row.values())])


def _many(new: sqlite3.Connection, table: str, names: str, rows: object) -> None:
    columns = names.split()
    marks = ", ".join("?" * len(columns))
    into = f'INSERT INTO "{table}" ({", ".join(columns)}) VALUES ({marks})'  # noqa: S608 - ours
    new.executemany(into, rows)  # type: ignore[arg-type]
