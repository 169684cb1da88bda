"""Opigno on a live MariaDB: set TERMSTATS_TEST_MARIADB to the URL of a test server.

What the tests create they drop.
"""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL

from termstats.data.importers.opigno.importer import OpignoImporter
from termstats.data.importers.opigno.tables import COLUMNS
from termstats.data.importers.writing.base import ImportOptions
from termstats.data.importers.writing.run import run_import
from termstats.data.model.errors import SourceError
from termstats.data.model.request import Param
from tests.data.figures.hand_store import dicts, report
from tests.data.importers.opigno.factory import answer, at, attempt, dump, make, member
from tests.data.importers.store_file import contents
from tests.live.test_oppia_mariadb import PASSWORD, client, live
from tests.shared import shared_path

AS_OF = ImportOptions(as_of=at("2026-10-14 12:00:01"))


@pytest.fixture
def database() -> Iterator[URL]:
    """Make an empty database and an account that may only read it."""
    url = live("TERMSTATS_TEST_MARIADB")
    name = f"termstats_opigno_{os.getpid()}"
    account = f"'{name}'@'%'"
    try:
        client(url, None, f"CREATE DATABASE {name} CHARACTER SET utf8mb4".encode())
        script = f"CREATE USER {account} IDENTIFIED BY '{PASSWORD}'; GRANT SELECT ON {name}.* TO "
        client(url, None, f"{script}{account};".encode())
        yield url.set(username=name, password=PASSWORD, database=name)
    finally:
        client(url, None, f"DROP DATABASE IF EXISTS {name}; DROP USER IF EXISTS {account}".encode())


def fill(database: URL, script: bytes) -> str:
    """Load a script with the test server's own account; return the reader's URL."""
    client(live("TERMSTATS_TEST_MARIADB"), database.database, script)
    return database.render_as_string(hide_password=False)


async def test_a_server_gives_the_same_store_and_report_as_its_dump(
    database: URL, tmp_path: Path
) -> None:
    path = shared_path("opigno/site-2.sql.gz")
    location = fill(database, gzip.decompress(path.read_bytes()))
    server, file = tmp_path / "server.db", tmp_path / "dump.db"
    found = await run_import(OpignoImporter(), location, server, AS_OF)
    expected = await run_import(OpignoImporter(), str(path), file, AS_OF)
    assert contents(server) == contents(file)
    assert found.tables == expected.tables
    assert found.gaps == expected.gaps
    assert PASSWORD.encode() not in server.read_bytes()
    for figure in ("global.totals", "global.trainings", "global.skills"):
        rows = dicts(await report(server, figure, "2026-10"))
        assert rows
        assert rows == dicts(await report(file, figure, "2026-10"))
    ana = {Param.LEARNER: "5"}
    rows = dicts(await report(server, "learner.trainings", "2026-10", keys=ana))
    assert rows == dicts(await report(file, "learner.trainings", "2026-10", keys=ana))


async def test_a_prefixed_site_of_a_server(database: URL, tmp_path: Path) -> None:
    tried = attempt(1, 2, (3, 1), ("2024-03-01 10:00", "2024-03-01 10:10"), score=80, max_score=15)
    content = {
        "group_content_field_data": [member(20, 3, 2)],
        "user_module_status": [tried],
        "opigno_answer_field_data": [answer(1, tried, 1, 8), answer(2, tried, 2, 4)],
    }
    prefixed = make(tmp_path / "prefixed.db", content, prefix="x_")
    location = fill(database, dump(prefixed, tmp_path / "dump.sql").read_bytes())
    server, file = tmp_path / "server.store", tmp_path / "file.store"
    report = await run_import(OpignoImporter(), location, server, AS_OF)
    await run_import(OpignoImporter(), str(prefixed), file, AS_OF)
    assert contents(server) == contents(file)
    assert "table prefix x_" in report.notes


async def test_a_table_that_the_account_may_not_read_is_named(
    database: URL, tmp_path: Path
) -> None:
    site = make(tmp_path / "site.db")
    location = fill(database, dump(site, tmp_path / "dump.sql").read_bytes())
    admin, name = live("TERMSTATS_TEST_MARIADB"), database.database
    account = f"'{name}'@'%'"
    tables = [t for t in COLUMNS if t not in ("user_module_status", "opigno_ilt")]
    grants = [f"GRANT SELECT ON {name}.{table} TO {account};" for table in tables]
    revoke = f"REVOKE ALL PRIVILEGES, GRANT OPTION FROM {account};"
    client(admin, None, (revoke + "".join(grants)).encode())
    with pytest.raises(SourceError, match="missing table user_module_status"):
        await run_import(OpignoImporter(), location, tmp_path / "store.db", AS_OF)
    client(admin, None, f"GRANT SELECT ON {name}.user_module_status TO {account};".encode())
    found = await run_import(OpignoImporter(), location, tmp_path / "store.db", AS_OF)
    assert "table opigno_ilt: no face-to-face sessions" in found.gaps


async def test_a_wrong_password_is_said_without_the_password(database: URL, tmp_path: Path) -> None:
    wrong = database.set(password="not-the-password").render_as_string(hide_password=False)  # noqa: S106
    with pytest.raises(SourceError, match="Access denied") as caught:
        await run_import(OpignoImporter(), wrong, tmp_path / "store.db", AS_OF)
    assert "not-the-password" not in str(caught.value)
    assert "\n" not in str(caught.value)


async def test_a_server_that_goes_away_leaves_the_old_store(database: URL, tmp_path: Path) -> None:
    site = make(tmp_path / "site.db")
    location = fill(database, dump(site, tmp_path / "dump.sql").read_bytes())
    store = tmp_path / "store.db"
    await run_import(OpignoImporter(), location, store, AS_OF)
    before = store.read_bytes()
    tables: list[str] = []

    def cut(table: str, _done: int, _total: int | None) -> None:
        tables.append(table)
        if len(set(tables)) == 5:
            client(
                live("TERMSTATS_TEST_MARIADB"), None, f"KILL USER '{database.username}'".encode()
            )

    with pytest.raises(SourceError) as caught:
        await run_import(OpignoImporter(), location, store, AS_OF, cut)
    assert "\n" not in str(caught.value)
    assert store.read_bytes() == before
