import gzip
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from termstats.data.importers.sources.opening import open_source
from termstats.data.importers.sources.tables import BATCH_ROWS, require
from termstats.data.model.errors import SourceError


def database(path: Path, rows: int = 3) -> Path:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute('CREATE TABLE item (id INTEGER PRIMARY KEY, "order" INT, name TEXT)')
        connection.executemany(
            "INSERT INTO item VALUES (?, ?, ?)", ((n, rows - n, f"name {n}") for n in range(rows))
        )
        connection.execute("CREATE VIEW item_name AS SELECT name FROM item")
        connection.commit()
    return path


async def test_reads_a_sqlite_file_whatever_its_name(tmp_path: Path) -> None:
    async with await open_source(str(database(tmp_path / "backup.txt"))) as source:
        assert await source.tables() == {"item", "item_name"}
        assert await source.columns("item") == ["id", "order", "name"]
        assert await source.columns("nothing") == []
        assert await source.count("item") == 3
        rows = [b async for b in source.batches("item", ["name", "order"], ["order"])]
    assert rows == [[("name 2", 1), ("name 1", 2), ("name 0", 3)]]


async def test_a_view_without_end_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("termstats.data.importers.sources.tables.LONGEST_VIEW", 0.01)
    path = database(tmp_path / "a")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(
            "CREATE VIEW endless AS WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
            "SELECT i FROM n"
        )
    async with await open_source(str(path)) as source:
        with pytest.raises(SourceError, match="the view endless has no end"):
            await source.count("endless")
        assert await source.count("item_name") == 3


async def test_hands_out_batches(tmp_path: Path) -> None:
    path = database(tmp_path / "a", BATCH_ROWS * 2 + 1)
    async with await open_source(f"sqlite:///{path}") as source:
        sizes = [len(b) async for b in source.batches("item", ["id"], ["id"])]
    assert sizes == [BATCH_ROWS, BATCH_ROWS, 1]


async def test_never_takes_an_unknown_column_for_a_text(tmp_path: Path) -> None:
    async with await open_source(str(database(tmp_path / "a"))) as source:
        with pytest.raises(SourceError, match="item has no column nme"):
            [b async for b in source.batches("item", ["nme"])]


async def test_only_reads(tmp_path: Path) -> None:
    path = database(tmp_path / "a")
    path.chmod(0o400)
    before = path.read_bytes()
    async with await open_source(str(path)) as source:
        await source.count("item")
    assert path.read_bytes() == before


async def test_text_that_is_no_utf8_is_replaced(tmp_path: Path) -> None:
    path = database(tmp_path / "a", 0)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("INSERT INTO item VALUES (1, 1, CAST(x'61ff62' AS TEXT))")
        connection.commit()
    async with await open_source(str(path)) as source:
        rows = [b async for b in source.batches("item", ["name"])]
    assert rows == [[("a\ufffdb",)]]


def _file(content: bytes) -> Callable[[Path], str]:
    def make(folder: Path) -> str:
        path = folder / "given"
        path.write_bytes(content)
        return str(path)

    return make


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda folder: str(folder / "nothing"), "No such file"),
        (str, "a directory"),
        (_file(b""), "empty"),
        (_file(b"name,points\nann,3\n"), "neither a SQLite database nor a dump"),
        (_file(b"\0\1\2" * 100), "neither a SQLite database nor a dump"),
        (_file(b"PK\x03\x04rest"), "a damaged or incomplete zip"),
        (_file(b"PGDMP rest"), "a PostgreSQL dump"),
        (_file(gzip.compress(b"--\n-- PostgreSQL database dump\n")), "ends before its last lines"),
        (_file(gzip.compress(b"SQLite format 3\0")), "damaged or incomplete"),
        (_file(gzip.compress(b"-- x\n" * 99)[:20]), "damaged or incomplete gzip"),
        (lambda _: "oracle://ann:hush@there/db", "unknown kind of server"),
        (lambda _: "mysql://ann:hush@there", "names no database"),
        (lambda _: "mysql://ann:hush@there:port/db", "not a database URL"),
        (lambda _: "mysql:/ann:hush@there/db", "not a database URL"),
        (lambda _: "mysql//ann:hush@there/db", "not a database URL"),
        (lambda _: "mysql://ann:x@hush@there/db", "password as %40"),
        (lambda _: "mysql://ann:hush@127.0.0.1:1/db", "cannot connect"),
        (lambda _: "postgresql://ann:hush@127.0.0.1:1/db", "cannot connect"),
    ],
)
async def test_says_what_is_wrong_with_a_location(
    tmp_path: Path, make: Callable[[Path], str], message: str
) -> None:
    with pytest.raises(SourceError, match=message) as caught:
        await open_source(make(tmp_path))
    assert "hush" not in str(caught.value)
    assert "\n" not in str(caught.value)


async def test_a_damaged_sqlite_file_is_named(tmp_path: Path) -> None:
    path = database(tmp_path / "a", 5_000)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(SourceError, match="damaged or incomplete"):
        async with await open_source(str(path)) as source:
            [b async for b in source.batches("item", ["id", "name"], ["id"])]


async def test_a_damaged_schema_is_an_error(tmp_path: Path) -> None:
    path = database(tmp_path / "a")
    path.write_bytes(path.read_bytes().replace(b"CREATE VIEW", b"CRE\xffTE\nVIEW"))
    with pytest.raises(SourceError, match="damaged or incomplete") as caught:
        await open_source(str(path))
    assert "\n" not in str(caught.value)


async def test_require_names_everything_missing(tmp_path: Path) -> None:
    async with await open_source(str(database(tmp_path / "a"))) as source:
        await require(source, "Invented", {"item": ["id", "name"]})
        with pytest.raises(SourceError) as caught:
            await require(source, "Invented", {"item": ["id", "size", "age"], "box": ["id"]})
    assert "Invented" in str(caught.value)
    assert "missing table box, column item.age, column item.size" in str(caught.value)
