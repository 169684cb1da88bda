"""A store on PostgreSQL and on MariaDB: published whole, only read, stopped where it works.

Set TERMSTATS_TEST_POSTGRES / TERMSTATS_TEST_MARIADB to URLs of test databases.
"""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest
from sqlalchemy import URL, make_url, select, text

from termstats.data.model.errors import StoreError
from termstats.data.query.scope import Scope
from termstats.data.snapshots.publishing import publish_store
from termstats.data.store import schema
from termstats.data.store.opening import Store, open_held, open_store, run_query
from termstats.data.store.servers.address import address_of
from termstats.data.store.servers.rights import MAY_WRITE
from tests.cli.command import run
from tests.live.databases import drop, execute, own_database
from tests.live.test_figures_on_servers import DRIVERS, SAMPLE, everything, server

PASSWORD = "invented @ pass/word"  # noqa: S105
pytestmark = pytest.mark.parametrize("variable", DRIVERS)


@pytest.fixture
async def location(variable: str) -> AsyncIterator[str]:
    """Give the URL of an empty database."""
    async with own_database(server(variable)) as location:
        yield location


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """Make a store with one person, whose name no server takes as it is."""
    return tiny_store(tmp_path / "tiny.db", "Ann\0 O'Neil \\ %s 🎓")


def tiny_store(path: Path, name: str) -> Path:
    path.write_bytes(SAMPLE.read_bytes())
    with closing(sqlite3.connect(path)) as connection:
        for table in schema.metadata.sorted_tables:
            if table.name not in ("store_setting", "source", "person"):
                connection.execute(f'DELETE FROM "{table.name}"')  # noqa: S608
        connection.execute("DELETE FROM person WHERE id > (SELECT min(id) FROM person)")
        connection.execute("UPDATE person SET name = ?", (name,))
        connection.commit()
    return path


async def put(file: Path, location: str) -> int:
    return await publish_store(file, address_of(location))


async def names(store: Store) -> list[str]:
    async with store.connect() as connection:
        return [row[0] for row in await run_query(connection, select(schema.person.c.name))]


async def test_every_figure_is_the_same_as_in_the_file(location: str) -> None:
    await put(SAMPLE, location)
    file, store = await open_store(SAMPLE), await open_store(location)
    try:
        expected = await everything(file, file, Scope(), (("365d", "auto"),))
        assert len(expected) > 80
        assert await everything(store, file, Scope(), (("365d", "auto"),)) == expected
    finally:
        await file.close()
        await store.close()


async def test_a_store_is_replaced_whole_while_it_is_read(
    location: str, tiny: Path, tmp_path: Path
) -> None:
    await put(tiny, location)
    store = await open_store(location)
    try:
        assert await names(store) == ["Ann\1 O'Neil \\ %s 🎓"]
        assert store.holder is not None
        assert not store.is_other(await store.holder.mark())
        await put(tiny_store(tmp_path / "next.db", "Ben"), location)
        assert await names(store) == ["Ann\1 O'Neil \\ %s 🎓"]
        assert store.is_other(await store.holder.mark())
        store.turn_to(await open_held(store.holder))
        assert await names(store) == ["Ben"]
    finally:
        await store.close()


async def test_what_is_not_finished_leaves_the_old_store_and_nothing_else(
    location: str, variable: str, tiny: Path, tmp_path: Path
) -> None:
    await put(tiny, location)
    other = tiny_store(tmp_path / "next.db", "Ben")

    def killed(table: str, _rows: int) -> None:
        raise KeyboardInterrupt(table)

    with pytest.raises(KeyboardInterrupt):
        await publish_store(other, address_of(location), killed)
    store = await open_store(location)
    assert await names(store) == ["Ann\1 O'Neil \\ %s 🎓"]
    await store.close()
    await put(other, location)
    name = str(address_of(location).database)
    url = server(variable).set(database=name)
    begin = name if "mysql" in url.drivername else ""
    places = await execute(
        url,
        "SELECT schema_name FROM information_schema.schemata "  # noqa: S608
        f"WHERE schema_name LIKE '{begin}%termstats%demo'",
    )
    # The one that holds, and the one before: whoever has begun with it may end.
    assert len(places) == 2


async def test_one_that_is_killed_leaves_the_old_store_and_nothing_that_is_in_the_way(
    location: str, variable: str, tiny: Path
) -> None:
    await put(tiny, location)
    url = server(variable).set(database=address_of(location).database)
    listed = "termstats.published" if "postgresql" in url.drivername else "termstats_published"
    begun = f"SELECT count(*) FROM {listed} WHERE whole = 0"  # noqa: S608
    command = [sys.executable, "-m", "termstats", "publish", "--store", str(SAMPLE), location]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)  # noqa: ASYNC220
    while await execute(url, begun) == [(0,)]:
        assert process.poll() is None
    process.kill()
    process.wait()
    store = await open_store(location)
    assert await names(store) == ["Ann\1 O'Neil \\ %s 🎓"]
    await store.close()
    while True:
        try:
            await put(tiny, location)
        except StoreError as error:
            assert "somebody else is publishing" in str(error)  # the server has not noticed yet
        else:
            break
    assert await execute(url, begun) == [(0,)]


async def test_one_publishes_at_a_time(location: str, tiny: Path) -> None:
    refused: list[str] = []

    def meanwhile(_table: str, _rows: int) -> None:
        if not refused:
            process = run(["publish", "--store", str(tiny), location])
            refused.append(process.stderr)

    await publish_store(tiny, address_of(location), meanwhile)
    assert "somebody else is publishing there" in refused[0]


async def test_nothing_can_be_written_through_an_open_store(location: str, tiny: Path) -> None:
    await put(tiny, location)
    store = await open_store(location)
    try:
        for sql in ("DELETE FROM person", "CREATE TABLE other (id int)", "DROP TABLE person"):
            async with store.connect() as connection:
                with pytest.raises(StoreError, match="only reading"):
                    await run_query(connection, text(sql))
        assert len(await names(store)) == 1
    finally:
        await store.close()


SLEEPING = {
    "TERMSTATS_TEST_POSTGRES": (
        "SELECT pg_sleep(300)",
        "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%sleep(300%' "
        "AND datname = current_database() AND pid <> pg_backend_pid()",
    ),
    "TERMSTATS_TEST_MARIADB": (
        "SELECT sleep(300)",
        "SELECT count(*) FROM information_schema.processlist WHERE info LIKE 'SELECT sleep(300%'",
    ),
}


@pytest.mark.parametrize("way", ["cancelled", "too late"])
async def test_a_query_that_is_stopped_is_gone_from_the_server(
    location: str, variable: str, tiny: Path, way: str
) -> None:
    await put(tiny, location)
    url = server(variable).set(database=address_of(location).database)
    sql, running = SLEEPING[variable]
    store = await open_store(location)

    async def slow(limit: float) -> None:
        async with store.connect() as connection:
            await run_query(connection, text(sql), limit)

    try:
        if way == "cancelled":
            task = asyncio.ensure_future(slow(300))
            while await execute(url, running) == [(0,)]:
                assert not task.done()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        else:
            with pytest.raises(StoreError, match="choose a shorter period"):
                await slow(0.2)
        assert await execute(url, running) == [(0,)]
        assert len(await names(store)) == 1  # the connection is whole
    finally:
        await store.close()


def is_trusting(variable: str) -> bool:
    """Return whether the server lets everybody in, as PostgreSQL of the tests does."""
    return variable == "TERMSTATS_TEST_POSTGRES"


@asynccontextmanager
async def accounts(url: URL, location: str) -> AsyncIterator[tuple[str, str]]:
    """Make the two accounts of the page, and give the URLs of who publishes and who reads."""
    place = make_url(location)
    name, postgres = str(place.database), "postgresql" in url.drivername
    page = (Path(__file__).parents[2] / "docs" / "servers.md").read_text()
    blocks = re.findall(r"```sql\n(.*?)```", page, re.DOTALL)
    chosen = blocks[:2] if postgres else blocks[2:]
    users = {who: f"{name}_{who[0]}" for who in ("publisher", "reader")}
    try:
        for statement in "".join(chosen).split(";"):
            sql = re.sub(r"\bacademy(?=\b|\\)", name, statement.strip())
            for who, user in users.items():
                sql = re.sub(rf"\b{who}\b", user, sql)
            sql = re.sub("'choose [a-z]+'", f"'{PASSWORD}'", sql).replace("'localhost'", "'%'")
            if sql.startswith("CREATE DATABASE"):
                sql = f"ALTER DATABASE {name} OWNER TO {users['publisher']}" if postgres else ""
            if sql:
                await execute(url.set(database=name), sql.replace(":", "\\:"))
        yield tuple(  # type: ignore[misc]
            place.set(username=user).render_as_string() for user in users.values()
        )
    finally:
        await drop(url, name)
        for user in users.values():
            await execute(url, f"DROP {'ROLE' if postgres else 'USER'} IF EXISTS {user}")


async def test_commands_publish_and_read_without_the_password_in_sight(
    location: str, variable: str, tiny: Path, tmp_path: Path
) -> None:
    report = ["report", "global.totals", "--format", "csv"]
    expected = run([*report, "--store", str(tiny)]).stdout
    assert expected.count("\n") > 1
    async with accounts(server(variable), location) as (publisher, reader):
        process = run(["publish", "--store", str(tiny), publisher], TERMSTATS_PASSWORD=PASSWORD)
        assert process.returncode == 0, process.stderr
        read = run(report, TERMSTATS_STORE=reader, TERMSTATS_PASSWORD=PASSWORD)
        assert read.stdout == expected
        told = tmp_path / "config.toml"
        told.write_text(f"password_command = \"echo '{PASSWORD}'\"\n")
        assert run(report, TERMSTATS_STORE=reader, TERMSTATS_CONFIG=str(told)).stdout == expected
        for account, notes in ((reader, []), (publisher, [MAY_WRITE])):
            checked = run(
                ["check", "--format", "json"], TERMSTATS_STORE=account, TERMSTATS_PASSWORD=PASSWORD
            )
            assert json.loads(checked.stdout)["notes"] == notes
        process = run(["publish", "--store", str(tiny), reader], TERMSTATS_PASSWORD=PASSWORD)
        assert "the account lacks rights" in process.stderr or "only reading" in process.stderr
        refused = run(report, TERMSTATS_STORE=reader, TERMSTATS_PASSWORD="wrong one")  # noqa: S106
        assert "the login was refused" in refused.stderr or is_trusting(variable)
        assert "wrong one" not in refused.stderr


async def test_what_cannot_be_opened_is_one_line(location: str, variable: str, tiny: Path) -> None:
    for place, words in (
        (location, "holds no termstats store"),
        (f"{location}_none", "there is no such database"),
        (location.replace("127.0.0.1:", "127.0.0.1:1"), "cannot be reached"),
    ):
        process = run(["report", "global.totals"], TERMSTATS_STORE=place)
        assert words in process.stderr
        assert process.stderr.count("\n") == 1
        assert process.returncode == 1
    await put(tiny, location)
    url = server(variable)
    if "postgresql" in url.drivername:
        changed = url.set(database=address_of(location).database)
        table = "termstats_1.store_setting"
    else:
        changed, table = url, f"{address_of(location).database}_termstats_1.store_setting"
    older = f"UPDATE {table} SET value = '3' WHERE name = 'schema_version'"  # noqa: S608
    await execute(changed, older)
    process = run(["report", "global.totals"], TERMSTATS_STORE=location)
    assert "the store has schema version 3" in process.stderr


async def test_a_cell_that_fits_nowhere_is_named_and_the_old_store_stays(
    location: str, tiny: Path, tmp_path: Path
) -> None:
    await put(tiny, location)
    for number, (column, value, words) in enumerate(
        (
            ("joined_at", "soon", "person.joined_at holds no whole number"),
            ("joined_at", 2**63 - 1, ""),
            ("deleted", 2**40, "person.deleted holds no whole number that fits"),
        )
    ):
        wrong = tiny_store(tmp_path / f"wrong{number}.db", "Ben")
        with closing(sqlite3.connect(wrong)) as connection:
            connection.execute(f"UPDATE person SET {column} = ?", (value,))  # noqa: S608
            connection.commit()
        if words:
            with pytest.raises(StoreError, match=words):
                await put(wrong, location)
            store = await open_store(location)
            assert await names(store) == ["Ann\1 O'Neil \\ %s 🎓"]
            await store.close()
        else:
            await put(wrong, location)
            await put(tiny, location)


async def test_one_that_was_published_twice_since_says_to_open_it_again(
    location: str, tiny: Path
) -> None:
    await put(tiny, location)
    store = await open_store(location)
    try:
        for _ in range(2):
            await put(tiny, location)
        with pytest.raises(StoreError, match="open it again"):
            await names(store)
    finally:
        await store.close()
