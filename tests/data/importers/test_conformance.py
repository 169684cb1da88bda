"""What holds for every importer of the registry, whatever its platform."""

from __future__ import annotations

import asyncio
import contextlib
import csv
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import textwrap
from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from termstats.cli.main import main
from termstats.data.importers.registry import importers
from termstats.data.importers.sources.tables import SqliteSource
from termstats.data.importers.writing.base import ImportOptions, ImportReport
from termstats.data.importers.writing.run import run_import
from termstats.data.model.errors import SourceError, TermstatsError
from tests.data.importers.oulad import factory as oulad
from tests.data.importers.small_sources import (
    AS_OF,
    DATABASES,
    FILES,
    SOURCES,
    csv_line,
    write_files,
)
from tests.data.importers.store_file import contents
from tests.shared import ROOT

PLATFORMS = sorted(importers())
each_platform = pytest.mark.parametrize("platform", PLATFORMS)
OPTIONS = ImportOptions(as_of=AS_OF)
NEEDED = {
    "oppia": ("oppia_tracker",),
    "opigno": ("users_field_data", "groups_field_data", "user_module_status"),
    "datagrok": ("users", "events"),
    "oulad": ("courses", "studentInfo", "studentRegistration"),
    "kolibri": ("kolibriauth_collection", "kolibriauth_facilityuser", "logger_contentsessionlog"),
    "moodle": ("mdl_user", "mdl_course", "mdl_user_enrolments"),
    "events": ("events/log",),
    "opendatasoft": ("opendatasoft/log", "opendatasoft/api", "opendatasoft/datasets-2024-05-06"),
    "threesixty": ("threesixty/groups 2024-05-06", "threesixty/courses 2024-05-06"),
    "xapi": ("xapi/statements",),
}
"""Platform -> tables of which rows must be kept, where the source has some."""
NEVER_EMPTY = {
    "oppia": ("auth_user", "oppia_course"),
    "opigno": ("users_field_data", "groups_field_data"),
    "datagrok": ("users", "events"),
    "oulad": ("courses", "studentInfo"),
    "kolibri": ("kolibriauth_collection", "kolibriauth_facilityuser"),
    "moodle": ("mdl_user", "mdl_course"),
    "events": ("events/log",),
    "xapi": ("xapi/statements",),
}
"""Platform -> tables that must have rows."""
MAY_BE_EMPTY = {
    "oppia": ("oppia_tracker", "oppia_activity", "quiz_quiz"),
    "opigno": ("opigno_answer_field_data", "opigno_group_content", "user__roles"),
    "datagrok": ("groups", "func_calls", "tags"),
    "oulad": ("studentVle", "studentAssessment", "vle"),
    "kolibri": ("logger_attemptlog", "lessons_lesson", "content_contentnode"),
    "moodle": ("mdl_user_enrolments", "mdl_config", "mdl_logstore_standard_log"),
    "opendatasoft": ("opendatasoft/api",),
    "threesixty": ("threesixty/groups 2024-05-06",),
}
"""Platform -> some of the tables without which an import is whole."""


async def load(platform: str, location: Path, store: Path) -> ImportReport:
    return await run_import(importers()[platform], str(location), store, OPTIONS)


def check_counts(report: ImportReport) -> None:
    """Check that no row went missing."""
    for name, table in report.tables.items():
        assert table.read == table.kept + sum(table.refused.values()), name
        assert table.kept >= 0, name


def test_every_importer_has_a_small_source() -> None:
    assert SOURCES.keys() == NEEDED.keys() == importers().keys()


@each_platform
async def test_every_row_is_kept_or_refused(tmp_path: Path, platform: str) -> None:
    report = await load(platform, SOURCES[platform](tmp_path), tmp_path / "store.sqlite3")
    check_counts(report)
    assert sum(table.kept for table in report.tables.values()) > 0


@each_platform
async def test_twice_is_once(tmp_path: Path, platform: str) -> None:
    location, store = SOURCES[platform](tmp_path), tmp_path / "store.sqlite3"
    await load(platform, location, store)
    once = contents(store)
    await load(platform, location, store)
    assert contents(store) == once


KILLED = textwrap.dedent(
    """
    import asyncio, os, signal, sys
    from pathlib import Path
    from termstats.data.importers.registry import importers
    from termstats.data.importers.writing.run import run_import
    from termstats.data.importers.writing.writer import StoreWriter

    added, add = 0, StoreWriter.add

    def add_some(*args):
        global added
        added += 1
        if added > 2:
            os.kill(os.getpid(), signal.SIGKILL)
        return add(*args)

    StoreWriter.add = add_some
    platform, location, store = sys.argv[1:]
    asyncio.run(run_import(importers()[platform], location, Path(store)))
    """
)


@each_platform
def test_killed_in_the_middle_the_old_store_is_whole(tmp_path: Path, platform: str) -> None:
    location, store = SOURCES[platform](tmp_path), tmp_path / "store.sqlite3"
    asyncio.run(load(platform, location, store))
    before, content = store.read_bytes(), contents(store)
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, platform, str(location), str(store)],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        timeout=60,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    assert store.read_bytes() == before
    asyncio.run(load(platform, location, store))  # what it left behind is in nobody's way
    assert contents(store) == content


def spoil(platform: str, location: Path, table: str) -> None:
    """Make every row of a table unusable: no id, no name and no time is left in it."""
    if platform in DATABASES:
        with closing(sqlite3.connect(location)) as connection:
            columns = connection.execute(f'SELECT name FROM pragma_table_info("{table}")')  # noqa: S608
            for (column,) in columns.fetchall():
                with contextlib.suppress(sqlite3.IntegrityError):  # a primary key of numbers
                    connection.execute(f'UPDATE "{table}" SET "{column}" = NULL')  # noqa: S608
            connection.commit()
    elif platform == "oulad":
        path = location / f"{table}.csv"
        header, *rows = path.read_text().splitlines()
        path.write_text("\n".join([header, *("," * header.count(",") for _ in rows)]) + "\n")
    else:
        path = location.parent / f"{table}.json"
        rows_before = json.loads(path.read_text())
        path.write_text(json.dumps([dict.fromkeys(row, "") for row in rows_before]))


@pytest.mark.parametrize(
    ("platform", "table"), [(name, table) for name in PLATFORMS for table in NEEDED[name]]
)
def test_nothing_kept_of_a_needed_table_is_a_failure(
    tmp_path: Path, platform: str, table: str, capsys: pytest.CaptureFixture[str]
) -> None:
    location, store = SOURCES[platform](tmp_path), tmp_path / "store.sqlite3"
    asyncio.run(load(platform, location, store))
    before = store.read_bytes()
    spoil(platform, location, table)
    capsys.readouterr()
    assert main(["import", platform, str(location), "--store", str(store)]) == 1
    message = capsys.readouterr().err.strip()
    assert "can be used" in message or "holds no row" in message
    assert "\n" not in message
    assert store.read_bytes() == before


def empty(platform: str, location: Path, table: str) -> None:
    """Take every row out of a table."""
    if platform in DATABASES:
        with closing(sqlite3.connect(location)) as connection:
            connection.execute(f'DELETE FROM "{table}"')  # noqa: S608
            connection.commit()
    elif platform == "oulad":
        path = location / f"{table}.csv"
        path.write_text(path.read_text().splitlines()[0] + "\n")
    else:
        (location.parent / f"{table}.json").write_text("[]")


@pytest.mark.parametrize(
    ("platform", "table"),
    [(name, table) for name, tables in NEVER_EMPTY.items() for table in tables],
)
async def test_an_empty_source_is_a_failure(tmp_path: Path, platform: str, table: str) -> None:
    location, store = SOURCES[platform](tmp_path), tmp_path / "store.sqlite3"
    empty(platform, location, table)
    with pytest.raises(SourceError, match="holds no row of|can be used"):
        await load(platform, location, store)
    assert not store.exists()


@pytest.mark.parametrize(
    ("platform", "table"),
    [(name, table) for name, tables in MAY_BE_EMPTY.items() for table in tables],
)
async def test_other_tables_may_be_empty(tmp_path: Path, platform: str, table: str) -> None:
    location = SOURCES[platform](tmp_path)
    empty(platform, location, table)
    check_counts(await load(platform, location, tmp_path / "store.sqlite3"))


@pytest.mark.parametrize("platform", ["opendatasoft", "threesixty"])
async def test_files_without_any_row_are_a_failure(tmp_path: Path, platform: str) -> None:
    (tmp_path / "log.json").write_text("[]")
    with pytest.raises(SourceError, match="holds no row"):
        await load(platform, tmp_path / "log.json", tmp_path / "store.sqlite3")


CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 12),
    st.integers(-(10**40), 10**40),
    st.floats(),
    st.decimals(),
    st.binary(max_size=6),
    st.sampled_from(["1", "2", "1.0", "-1", "0", "x", "null", "9999-12-31 23:59:59", "0001-01-01"]),
    st.sampled_from(["\0", "\ud800", "\x1b[31m", "\u202e", "{", '{"a": [1]}', "a\nb", "1,5"]),
    st.text(st.characters(exclude_categories=()), max_size=9),
    st.datetimes(),
    st.dates(),
    st.timedeltas(),
    st.uuids(),
    st.lists(st.integers(0, 3), max_size=2),
)


def odd_database(platform: str, location: Path, data: st.DataObject) -> pytest.MonkeyPatch:
    """Let one cell that the source hands out be of any type."""
    with closing(sqlite3.connect(location)) as connection:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master ORDER BY 1")]
        filled = [
            table
            for table in tables
            if not table.startswith("sqlite_")
            and connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]  # noqa: S608
        ]
    table = data.draw(st.sampled_from(filled))
    column, number, cell = data.draw(st.tuples(st.integers(0, 30), st.integers(0, 2), CELLS))
    batches = SqliteSource.batches

    async def odd_batches(
        self: SqliteSource,
        name: str,
        columns: Sequence[str],
        order_by: Sequence[str] = (),
        *,
        above: int | None = None,
    ) -> AsyncIterator[Sequence[tuple[Any, ...]]]:
        async for rows in batches(self, name, columns, order_by, above=above):
            changed = [list(row) for row in rows]
            if name == table:
                changed[number % len(rows)][column % len(columns)] = cell
            yield [tuple(row) for row in changed]

    patch = pytest.MonkeyPatch()
    patch.setattr(SqliteSource, "batches", odd_batches)
    return patch


def odd_folder(folder: Path, data: st.DataObject) -> None:
    """Write an OULAD folder with one cell of any text."""
    tables = {name: list(lines) for name, lines in oulad.TABLES.items()}
    lines = tables[data.draw(st.sampled_from(sorted(tables)))]
    number = data.draw(st.integers(1, len(lines) - 1))
    (row,) = csv.reader([lines[number]])
    row[data.draw(st.integers(0, len(row) - 1))] = str(data.draw(CELLS))
    line = csv_line(row).encode("utf-8", "replace").decode()
    lines[number] = line
    oulad.write_folder(folder, tables)


def odd_files(folder: Path, platform: str, data: st.DataObject) -> None:
    """Write files of rows with one cell of any type."""
    files = {name: [dict(row) for row in rows] for name, rows in FILES.items()}
    rows = files[data.draw(st.sampled_from([n for n in files if n.startswith(f"{platform}/")]))]
    row = data.draw(st.sampled_from(rows))
    row[data.draw(st.sampled_from(sorted(row)))] = data.draw(CELLS)
    write_files(folder, platform, files)


@each_platform
@settings(
    max_examples=int(os.environ.get("TERMSTATS_EXAMPLES", "15")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_no_cell_of_any_type_ends_in_a_traceback(
    tmp_path: Path, platform: str, data: st.DataObject
) -> None:
    folder = tmp_path / "odd"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    patch = pytest.MonkeyPatch()
    if platform in DATABASES:
        location = SOURCES[platform](folder)
        patch = odd_database(platform, location, data)
    elif platform == "oulad":
        location = folder / "oulad"
        odd_folder(location, data)
    else:
        location = folder / platform
        odd_files(folder, platform, data)
    try:
        check_counts(asyncio.run(load(platform, location, folder / "store.sqlite3")))
    except TermstatsError as error:
        assert "\n" not in str(error)
    finally:
        patch.undo()
