"""What mysqldump of a real server writes under any of its options reads back as it was put in."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL

from termstats.data.importers.sources.dumps.loading import load_dump
from termstats.data.importers.sources.opening import open_source
from termstats.data.model.errors import SourceError
from tests.live.test_oppia_mariadb import client, live

STRUCTURE = """
CREATE TABLE `odd``name` (
  `id` int NOT NULL COMMENT 'PRIMARY KEY (`x`); /* not ended', `big` bigint unsigned,
  `dec` decimal(10,2), `real` double, `text` varchar(200) CHARACTER SET utf8mb4, `blob` longblob,
  `flags` bit(4), `at` datetime(3), `data` json, `kind` enum('a','it''s'),
  `twice` int AS (`id` * 2),
  PRIMARY KEY (`id`), KEY `part` (`text`(10) DESC), UNIQUE KEY `u` (`big`)
) ENGINE=InnoDB COMMENT='); drop';
CREATE TABLE `after` (`id` int);
INSERT INTO `after` VALUES (1),(2);
CREATE VIEW `a_view` AS SELECT `id` FROM `odd``name`;
DELIMITER ;;
CREATE TRIGGER `trig` BEFORE INSERT ON `after` FOR EACH ROW BEGIN SET NEW.id = 1; -- it's; /*
END;;
CREATE PROCEDURE `proc`() BEGIN SELECT ';', "x''", `id` FROM `after`; END;;
DELIMITER ;
"""
TEXT = 'it\'s "x" \\ ünï 🎓; -- no\r\n\t%_\x1a),(NULL /*'
AT = "2026-03-01 09:00:05.250"
ROWS: list[tuple[Any, ...]] = [
    (1, 7, 90.5, -1.5e-7, TEXT, b"\x00\xff'\\\"\n", 5, AT, '{"a": "b\\"c"}', "a"),
    (2, "18446744073709551615", -0.01, 3.0, "", b"", 0, None, "[1, 2]", "it's"),
    (3, None, None, None, None, None, None, None, None, None),
]  # fmt: skip
NAMES = ("id", "big", "dec", "real", "text", "blob", "flags", "at", "data", "kind")
OPTIONS = [
    "",
    "--compact",
    "--skip-extended-insert --complete-insert",
    "--hex-blob",
    "--compatible=ansi --default-character-set=utf8mb4",
    "--replace",
    "--insert-ignore --skip-comments --skip-add-drop-table",
    "--routines --triggers --events --add-drop-trigger",
    "--skip-opt --skip-tz-utc",
    "--tz-utc --no-autocommit --disable-keys --order-by-primary",
    "--dump-date --skip-set-charset --single-transaction",
    "--default-character-set=binary",
]


def _sql(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, str) and not value.isdigit():
        return f"CONVERT(0x{value.encode().hex()} USING utf8mb4)" if value else "''"
    if isinstance(value, bytes):
        return f"0x{value.hex()}" if value else "''"
    return str(value)


@pytest.fixture(scope="module")
def server() -> Iterator[URL]:
    url = live("TERMSTATS_TEST_MARIADB")
    name = f"termstats_forms_{os.getpid()}"
    listed = ", ".join(f"`{column}`" for column in NAMES)
    rows = ", ".join(f"({', '.join(map(_sql, row))})" for row in ROWS)
    script = f"{STRUCTURE}INSERT INTO `odd``name` ({listed}) VALUES {rows};"  # noqa: S608
    try:
        client(url, None, f"CREATE DATABASE {name} CHARACTER SET utf8mb4".encode())
        client(url, name, script.encode())
        yield url.set(database=name)
    finally:
        client(url, None, f"DROP DATABASE IF EXISTS {name}".encode())


def dumped(server: URL, path: Path, options: str) -> Path:
    program = shutil.which("mariadb-dump") or shutil.which("mysqldump")
    if program is None:
        pytest.skip("no mysqldump installed; skipped")
    command = [program, f"--host={server.host}", f"--port={server.port or 3306}"]
    command += [f"--user={server.username}", *options.split(), f"--result-file={path}"]
    environment = {**os.environ, "MYSQL_PWD": server.password or ""}
    subprocess.run([*command, str(server.database)], env=environment, check=True)
    return path


async def read(path: Path) -> list[tuple[Any, ...]]:
    async with load_dump(path) as source:
        assert {"odd`name", "after"} <= await source.tables()
        assert await source.columns("odd`name") == [*NAMES, "twice"]
        assert await source.count("after") == 2
        batches = [rows async for rows in source.batches("odd`name", NAMES, ["id"])]
    return [row for batch in batches for row in batch]


@pytest.mark.parametrize("options", OPTIONS)
async def test_any_option_reads_back(server: URL, tmp_path: Path, options: str) -> None:
    assert await read(dumped(server, tmp_path / "dump.sql", options)) == ROWS


async def test_what_is_no_sql_is_named(server: URL, tmp_path: Path) -> None:
    xml = dumped(server, tmp_path / "dump.xml", "--xml")
    with pytest.raises(SourceError, match="XML or HTML; make the dump again as SQL"):
        await open_source(str(xml))
    wide = tmp_path / "wide.sql"
    wide.write_text(dumped(server, tmp_path / "dump.sql", "").read_text(errors="replace"), "utf-16")
    with pytest.raises(SourceError, match="UTF-16 text, as > of PowerShell"):
        await open_source(str(wide))
