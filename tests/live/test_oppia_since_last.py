"""A server of MariaDB that grows, read for what is new: see `test_oppia_mariadb`."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

from termstats.data.importers.oppia.importer import OppiaImporter
from termstats.data.importers.writing.base import ImportOptions
from termstats.data.importers.writing.run import run_import, run_since_last
from tests.data.importers.store_file import contents
from tests.live.test_oppia_mariadb import client, live
from tests.shared import shared_path

CUTS = (1_500, 2_230, 29_828, None)
"""Ids of the last tracker that the server had each time; None: it had everything."""


async def test_a_server_that_grows_gives_what_its_whole_dump_gives(tmp_path: Path) -> None:
    url = live("TERMSTATS_TEST_MARIADB")
    dump = gzip.decompress(shared_path("oppia/oppia.mariadb.sql.gz").read_bytes())
    name = f"termstats_since_{os.getpid()}"
    location = url.set(database=name).render_as_string(hide_password=False)
    store, options, reasons = tmp_path / "store.db", ImportOptions(as_of_latest=True), []
    try:
        for upto in CUTS:
            begin = f"DROP DATABASE IF EXISTS {name}; CREATE DATABASE {name} CHARACTER SET utf8mb4"
            client(url, None, begin.encode())
            client(url, name, dump)
            if upto is not None:
                client(url, name, _cut(upto).encode())
            reasons.append((await run_since_last(OppiaImporter(), location, store, options)).reason)
            news = await run_since_last(OppiaImporter(), location, store, options)
            assert news.report is None
    finally:
        client(url, None, f"DROP DATABASE IF EXISTS {name}".encode())
    assert reasons == ["the store is new", "", "", ""]
    whole = tmp_path / "whole.db"
    path = str(shared_path("oppia/oppia.mariadb.sql.gz"))
    await run_import(OppiaImporter(), path, whole, options)
    found, expected = contents(store), contents(whole)
    for table in expected.keys() - {"reported_row"}:
        assert found[table] == expected[table], table


def _cut(upto: int) -> str:
    """Return what takes away what came after a tracker."""
    arrived = "(SELECT max(submitted_date) FROM oppia_tracker)"
    return (
        "SET FOREIGN_KEY_CHECKS = 0;"  # noqa: S608
        f"DELETE FROM oppia_tracker WHERE id > {upto};"
        f"DELETE FROM quiz_quizattempt WHERE submitted_date > {arrived};"
        f"DELETE FROM oppia_points WHERE date > {arrived};"
        "DELETE FROM quiz_quizattemptresponse WHERE quizattempt_id NOT IN "
        "(SELECT id FROM quiz_quizattempt);"
    )
