"""What holds for the files of Moodle, whatever is in their cells."""

from __future__ import annotations

import asyncio
import os
import shutil
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from termstats.data.model.errors import TermstatsError
from tests.data.importers.moodle.files.saved import ENGLISH, load, quiz_header, saved
from tests.data.importers.moodle.files.test_gradebook import HEADER
from tests.data.importers.moodle.files.test_gradebook import ROWS as GRADES
from tests.data.importers.moodle.files.test_log import ROWS as LOG
from tests.data.importers.moodle.files.test_quizzes import GRADES as ATTEMPTS
from tests.data.importers.moodle.files.test_quizzes import RESPONSE_COLUMNS, RESPONSES
from tests.data.importers.store_file import contents
from tests.data.importers.test_conformance import CELLS, check_counts

FILES: dict[str, tuple[tuple[str, ...], list[list[str]]]] = {
    "logs_FA_20240401.csv": (ENGLISH, LOG),
    "FA Grades-20240401.csv": (HEADER, GRADES),
    "FA-Burns-grades.csv": (quiz_header("Q. 1 /1.00", "Q. 2 /1.00"), ATTEMPTS),
    "FA-Burns-responses.csv": (quiz_header(*RESPONSE_COLUMNS), RESPONSES),
}


def course(folder: Path, odd: tuple[str, int, int, Any] | None = None) -> Path:
    """Write all files of a course; `odd`: (file, row, column, cell), one cell of any text."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, (header, rows) in FILES.items():
        lines = [list(header), *map(list, rows)]
        if odd is not None and odd[0] == name:
            line = lines[odd[1] % len(lines)]
            line[odd[2] % len(line)] = str(odd[3]).encode("utf-8", "replace").decode()
        saved(folder, name, tuple(lines[0]), *lines[1:])
    return folder


async def test_twice_is_once(tmp_path: Path) -> None:
    folder = course(tmp_path / "course")
    store, report = await load(folder)
    check_counts(report)
    assert sorted(report.tables) == ["gradebook", "log", "quiz"]
    once = contents(store)
    await load(folder)
    assert contents(store) == once


@settings(
    max_examples=int(os.environ.get("TERMSTATS_EXAMPLES", "15")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(odd=st.tuples(st.sampled_from(sorted(FILES)), st.integers(0, 9), st.integers(0, 14), CELLS))
def test_no_cell_ends_in_a_traceback(tmp_path: Path, odd: tuple[str, int, int, Any]) -> None:
    folder = course(tmp_path / "odd", odd)
    try:
        _store, report = asyncio.run(load(folder))
        check_counts(report)
    except TermstatsError as error:
        assert "\n" not in str(error)
