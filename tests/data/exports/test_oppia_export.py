"""The course export of the real OppiaMobile database beside the rows of its own tables."""

from __future__ import annotations

import asyncio
import csv
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from termstats.cli import main as cli
from termstats.data.importers.registry import importers
from termstats.data.importers.writing.base import ImportOptions
from termstats.data.importers.writing.run import run_import
from tests.shared import shared_path


def exported(name: str, folder: Path) -> tuple[Path, Path]:
    """Import a database and export its course 1 with everybody; return source and folder."""
    source, store = shared_path(f"oppia/{name}"), folder / "store.sqlite3"
    options = ImportOptions(with_network_data=True)
    asyncio.run(run_import(importers()["oppia"], str(source), store, options))
    out = folder / "out"
    command = ["export", "course", "--store", str(store), "--training", "1"]
    assert cli.main([*command, "--everybody", "-o", str(out)]) == 0
    return source, out


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", ["oppia.sqlite3", "versions.sqlite3"])
def test_the_log_holds_every_event_of_the_course(name: str, tmp_path: Path) -> None:
    source, out = exported(name, tmp_path)
    with closing(sqlite3.connect(source)) as connection:
        events = connection.execute(
            "SELECT user_id, type, time_taken, digest, completed, ip, agent FROM oppia_tracker "
            "WHERE course_id = 1 AND type <> ''"
        ).fetchall()
    wanted = Counter(tuple("" if cell is None else str(cell) for cell in row) for row in events)
    log = rows_of(out / "activity-log.csv")
    names = ("UserId", "Type", "Time Taken", "digest", "completed", "IP Address", "User Agent")
    assert Counter(tuple(row[name] for name in names) for row in log if row["Type"]) == wanted


def test_a_quiz_of_the_document(tmp_path: Path) -> None:
    _source, out = exported("oppia.sqlite3", tmp_path)
    with (out / "quiz-activity-18-Quiz.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    # The platform's 25 columns, then ours.
    assert len(header) == 25 + 4
    assert header[:5] == ["Date", "UserId", "Username", "Max Score", "User Score"]
    assert header[25:] == ["version", "digest", "completed", "score"]
    assert sorted(float(row[4]) for row in rows) == [1, 1.33, 1.33, 2.33, 5.66]
    assert {row[3] for row in rows} == {"10"}


def test_old_versions_are_there(tmp_path: Path) -> None:
    source, out = exported("versions.sqlite3", tmp_path)
    with closing(sqlite3.connect(source)) as connection:
        digests = connection.execute(
            "SELECT DISTINCT digest FROM oppia_tracker WHERE course_id = 1 "
            "AND type IN ('quiz', 'feedback')"
        ).fetchall()
        (attempts,) = connection.execute("SELECT count(*) FROM quiz_quizattempt").fetchone()
    listed = rows_of(out / "contents.csv")
    assert {row["digest"] for row in listed} >= {digest for (digest,) in digests}
    assert {row["current"] for row in listed[1:]} == {"0", "1"}
    assert sum(int(row["rows"]) for row in listed[1:]) == attempts
