"""The same statements through every door give the same store."""

from __future__ import annotations

import json
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from termstats.data.importers.registry import importers
from termstats.data.importers.writing.run import run_import
from termstats.data.model.errors import SourceError
from tests.data.importers.store_file import contents, query, when
from tests.data.importers.xapi.factory import ADL, imported, lesson, lines, small, statement, void
from tests.data.importers.xapi.record_stores import (
    RUN,
    URL,
    Tables,
    logged,
    lrsql,
    open_edx,
    payloads,
    served,
)
from tests.shared import shared_path


async def through(store: Path, tables: Tables, **options: str) -> dict[str, list[str]]:
    """Import what a made-up server holds, and return what is in the store then."""
    with served(tables, **options):
        await run_import(importers()["xapi"], URL, store)
    return contents(store)


async def test_lrsql_gives_what_its_statements_give(tmp_path: Path) -> None:
    await imported(lines(tmp_path / "log.jsonl", small()), tmp_path / "file.db")
    await imported(lrsql(tmp_path / "lrs.sqlite3", payloads(small())), tmp_path / "lrs.db")
    assert contents(tmp_path / "lrs.db") == contents(tmp_path / "file.db")


async def test_the_shared_record_store_is_one_through_both_doors(tmp_path: Path) -> None:
    await imported(shared_path("aspects/lrsql.jsonl.gz"), tmp_path / "file.db")
    report = await imported(shared_path("aspects/lrsql.sqlite3"), tmp_path / "lrs.db")
    assert (report.table("statements").read, report.table("statements").kept) == (306, 282)
    assert contents(tmp_path / "lrs.db") == contents(tmp_path / "file.db")


async def test_lrsql_knows_what_is_voided_and_its_bad_rows_are_named(tmp_path: Path) -> None:
    a, b = (statement(name, f"{ADL}experienced", lesson()) for name in "ab")
    rows: list[tuple[str, str | bytes, int]] = [
        (a["id"], json.dumps(a), 1),  # what voids it is not there
        (b["id"], json.dumps(b), 0),
        ("broken", b'{"id": ', 0),
    ]
    report = await imported(lrsql(tmp_path / "lrs.sqlite3", rows), tmp_path / "s.db")
    assert report.table("statements").refused == {"voided by another statement": 1, "not JSON": 1}
    assert report.table("statements").examples["not JSON"] == "xapi_statement broken"
    assert query(tmp_path / "s.db", "SELECT key FROM event") == [(b["id"],)]


async def test_another_database_is_no_lrsql(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "other.db")) as connection:
        connection.execute("CREATE TABLE statement (id TEXT)")
    with pytest.raises(SourceError, match="not a database of lrsql .*missing table xapi_st"):
        await imported(tmp_path / "other.db", tmp_path / "s.db")


async def test_columns_of_aspects_give_what_its_statements_give(tmp_path: Path) -> None:
    statements, tables = open_edx()
    # The newest voids one of them; a login is in no table of events; the oldest was forgotten.
    login = statement("login", "https://xapi.edlm/profiles/edlm-lms/concepts/verbs/login", lesson())
    old = statement("old", f"{ADL}registered", statements[0]["object"], "2024-01-01T00:00:00")
    more = [void("void", "evaluated6", "2026-03-02T12:00:00"), login | {"context": {}}, old]
    log = logged([*statements, *more])
    by_log = await through(tmp_path / "log.db", log)
    by_columns = await through(tmp_path / "columns.db", {**tables, **log})
    await imported(lines(tmp_path / "log.jsonl", [*statements, *more]), tmp_path / "file.db")
    assert by_columns == by_log == contents(tmp_path / "file.db")
    store = tmp_path / "columns.db"
    assert query(store, "SELECT count(*) FROM event") == [(13,)]
    attempts = (
        "SELECT m.kind, number, score, passed FROM attempt a JOIN module m ON m.id = module_id"
    )
    assert query(store, f"{attempts} ORDER BY 1, 2") == [
        ("grade", 1, 21.21, 0),
        ("problem", 1, 0.0, 0),
    ]
    enrolled = "SELECT t.key, withdrawn_at FROM enrolment JOIN training t ON t.id = training_id"
    assert (RUN, when("2026-03-02 10:00:11")) in query(store, enrolled)


async def test_a_log_of_another_name_is_named_in_the_location(tmp_path: Path) -> None:
    tables = {"xapi_events_all_parsed": logged(small())["xapi_events_all_parsed"]}
    with pytest.raises(SourceError, match=r"no table xapi_events_all .*name it: \.\.\./DATABASE"):
        await through(tmp_path / "s.db", tables)
    found = await through(tmp_path / "s.db", tables, table="xapi_events_all_parsed")
    await imported(lines(tmp_path / "log.jsonl", small()), tmp_path / "file.db")
    assert found == contents(tmp_path / "file.db")


@pytest.mark.parametrize(
    "location", ["clickhouse://", "clickhouse://a@b@host/x", "clickhouse:host"]
)
async def test_what_is_no_url_of_clickhouse_says_what_to_write(
    tmp_path: Path, location: str
) -> None:
    with pytest.raises(SourceError, match="not the URL of a ClickHouse; write clickhouse://USER"):
        await run_import(importers()["xapi"], location, tmp_path / "s.db")


async def test_a_missing_client_and_an_absent_server_say_the_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("clickhouse_connect", reason="clickhouse-connect is not installed")
    location = "clickhouse://reader:s3cret-word@127.0.0.1:1/xapi"
    with pytest.raises(SourceError, match="the server does not answer") as raised:
        await run_import(importers()["xapi"], location, tmp_path / "s.db")
    assert "s3cret-word" not in str(raised.value)
    assert "\n" not in str(raised.value)
    monkeypatch.setitem(sys.modules, "clickhouse_connect", None)
    with pytest.raises(SourceError, match=r"pip install 'termstats\[clickhouse\]'") as raised:
        await run_import(importers()["xapi"], location, tmp_path / "s.db")
    assert "s3cret-word" not in str(raised.value)
