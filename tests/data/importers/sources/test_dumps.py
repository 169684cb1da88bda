import gzip
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termstats.data.importers.sources.dumps.loading import load_dump
from termstats.data.model.errors import SourceError

HEAD = """-- MySQL dump 10.13  Distrib 8.0.36

/*!40101 SET NAMES utf8mb4 */;
DROP TABLE IF EXISTS `person`;
CREATE TABLE `person` (
  `id` int NOT NULL AUTO_INCREMENT,
  `name` varchar(20) DEFAULT NULL COMMENT 'a, `b`',
  `or``der` decimal(6,2) DEFAULT NULL,
  `password` varchar(128) NOT NULL,
  PRIMARY KEY (`id`),
  KEY `name` (`name`)
) ENGINE=InnoDB AUTO_INCREMENT=3 DEFAULT CHARSET=utf8mb4;

LOCK TABLES `person` WRITE;
/*!40000 ALTER TABLE `person` DISABLE KEYS */;
"""
TAIL = """/*!40000 ALTER TABLE `person` ENABLE KEYS */;
UNLOCK TABLES;
/*!50001 DROP VIEW IF EXISTS `people`*/;
/*!50001 CREATE VIEW `people` AS SELECT 1 AS `id`*/;

-- Dump completed on 2024-03-05 10:00:00
"""
INTO_PERSON = "INSERT INTO `person` VALUES "
ROWS = [(1, "Ann", 0.33, "x"), (2, None, 2.0, "y")]
STYLES = {
    "many rows on a line": "INSERT INTO `person` VALUES (1,'Ann',0.33,'x'),(2,NULL,2.00,'y');\n",
    "a row on each line": "INSERT INTO `person` VALUES\n(1,'Ann',0.33,'x'),\n(2,NULL,2.00,'y');\n",
    "an INSERT per row": "INSERT INTO `person` VALUES (1,'Ann',0.33,'x');\n"
    "INSERT INTO `person` VALUES (2,NULL,2.00,'y');\n",
    "with column names": "INSERT INTO `person` (`password`, `name`, `id`, `or``der`) VALUES "
    "('x','Ann',1,0.33),('y',NULL,2,2.00);\n",
    "ignore, replace, spaces": "INSERT IGNORE INTO `person` VALUES (1, 'Ann', 0.33, 'x');\n"
    "REPLACE INTO `person` VALUES (2, NULL, 2.00, 'y');\n",
    "Windows line ends": "INSERT INTO `person` VALUES\r\n(1,'Ann',0.33,'x'),\r\n"
    "(2,NULL,2.00,'y');\r\n",
}


def write(folder: Path, text: str, packed: bool = False) -> Path:
    path = folder / "dump"
    raw = text.encode()
    path.write_bytes(gzip.compress(raw) if packed else raw)
    return path


async def read(path: Path, *columns: str, **needed: Any) -> list[tuple[Any, ...]]:
    async with load_dump(path, needed or None) as source:
        return [row async for rows in source.batches("person", columns, ["id"]) for row in rows]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("packed", [False, True])
async def test_reads_every_style(tmp_path: Path, style: str, packed: bool) -> None:
    path = write(tmp_path, HEAD + STYLES[style] + TAIL, packed)
    assert await read(path, "id", "name", "or`der", "password") == ROWS


async def test_lists_tables_and_columns(tmp_path: Path) -> None:
    other = "CREATE TABLE `other` (\n  `id` int\n);\nINSERT INTO `other` VALUES (1,odd;\n"
    path = write(tmp_path, HEAD + STYLES["many rows on a line"] + other + TAIL)
    async with load_dump(path, {"person": ["id", "name"], "absent": ["id"]}) as source:
        assert await source.tables() == {"person", "other"}
        assert await source.columns("person") == ["id", "name", "or`der", "password"]
        # Rows of other tables are not even looked at, nor are other columns.
        assert await source.count("other") == 0
        rows = [b async for b in source.batches("person", ["id", "password"], ["id"])]
    assert rows == [[(1, None), (2, None)]]


async def test_leaves_no_file_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setenv("SQLITE_TMPDIR", str(temporary))
    path = write(tmp_path, HEAD + STYLES["many rows on a line"] + TAIL)
    async with load_dump(path) as source:
        assert await source.count("person") == 2
        assert list(temporary.iterdir()) == []


@pytest.mark.parametrize(
    ("literal", "value"),
    [
        ("'it\\'s \\\"x\\\" \\\\ \\n\\r\\t\\0\\Z'", 'it\'s "x" \\ \n\r\t\0\x1a'),
        ("'it''s'", "it's"),
        ("'),(9,\\'x\\');'", "),(9,'x');"),
        ("_utf8mb4'x'", "x"),
        ("_binary 'x'", "x"),
        ("''", ""),
        ("-12", -12),
        ("1.50", 1.5),
        ("1e3", 1000.0),
        ("99999999999999999999", "99999999999999999999"),
        ("9" * 5_000, "9" * 5_000),
        ("-9223372036854775808", -(2**63)),
        ("0x4142", "AB"),
        ("0x1", "\x01"),
        ("x'4142'", "AB"),
        ("_utf8mb4 0x4142", "AB"),
        ("b'" + "1" * 64 + "'", "18446744073709551615"),
        ('"it\'s \\"x\\" ""y"', 'it\'s "x" "y'),
        ("N'x'", "x"),
        ("null", None),
        ("TRUE", 1),
        (".5", 0.5),
        ("b'101'", 5),
        ("NULL", None),
        ("'NULL'", "NULL"),
    ],
)
async def test_reads_every_kind_of_value(tmp_path: Path, literal: str, value: object) -> None:
    row = f"(1,{literal},0,'');\n"
    path = write(tmp_path, HEAD + INTO_PERSON + row + TAIL)
    assert await read(path, "name") == [(value,)]


def escaped(text: str) -> str:
    for plain, code in (("\\", "\\\\"), ("\0", "\\0"), ("\n", "\\n"), ("\r", "\\r")):
        text = text.replace(plain, code)
    return "'" + text.replace("'", "\\'").replace('"', '\\"').replace("\x1a", "\\Z") + "'"


@given(st.lists(st.text(st.characters(codec="utf-8")), min_size=1, max_size=5))
async def test_gives_back_any_text(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    rows = ",".join(f"({n},{escaped(t)},0,'')" for n, t in enumerate(texts))
    text = HEAD + INTO_PERSON + rows + ";\n" + TAIL
    path = write(tmp_path_factory.mktemp("d"), text)
    assert await read(path, "name") == [(text,) for text in texts]


@pytest.mark.parametrize("style", ["many rows on a line", "a row on each line"])
def test_notices_every_cut(tmp_path: Path, style: str) -> None:
    text = HEAD + STYLES[style] + TAIL
    for length in range(1, text.index("-- Dump completed") + 17):
        path = write(tmp_path, text[:length])
        with pytest.raises(SourceError, match=r"dump, line \d+: "):
            load_dump(path)


def test_names_the_line_of_a_cut(tmp_path: Path) -> None:
    text = HEAD + "INSERT INTO `person` VALUES\n(1,'Ann',0.33,'x'),\n(2,NULL,2.0"
    line = text.count("\n") + 1
    with pytest.raises(SourceError, match=f"line {line}: the INSERT into person breaks off"):
        load_dump(write(tmp_path, text))
    text = HEAD + "INSERT INTO `person` VALUES\n(1,'Ann',0.33,'x'),\n"
    with pytest.raises(SourceError, match="ends in the middle of an INSERT into person"):
        load_dump(write(tmp_path, text))
    with pytest.raises(SourceError, match="ends before its last lines"):
        load_dump(write(tmp_path, HEAD + STYLES["an INSERT per row"]))


def test_notices_a_cut_gzip_file(tmp_path: Path) -> None:
    path = write(tmp_path, HEAD + STYLES["many rows on a line"] + TAIL, packed=True)
    whole = path.read_bytes()
    path.write_bytes(whole[:-9])
    with pytest.raises(SourceError, match="a damaged or incomplete gzip file"):
        load_dump(path)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("INSERT INTO `person` VALUES (1,'Ann');\n", "another number of columns"),
        ("INSERT INTO `person` VALUES (1,'Ann',0,'',5);\n", "another number of columns"),
        ("INSERT INTO `person` VALUES (1,now(),0,'');\n", "has an unknown value or"),
        ("INSERT INTO `person` VALUES 1;\n", "INSERT into person breaks off"),
        ("INSERT INTO `person` VALUES (1,'a',0,''),(1,'b',0,'');\n", "a row of person twice"),
        ("INSERT INTO `nobody` VALUES (1);\n", "rows of nobody before its CREATE TABLE"),
        ("INSERT INTO person SELECT 1;\n", "not an INSERT of rows into person"),
        ("CREATE TABLE `person` (\n  `id` int\n);\n", "a second table person"),
        ("CREATE TABLE person (id int);\n", "a second table person"),
    ],
)
def test_says_what_is_no_dump(tmp_path: Path, body: str, message: str) -> None:
    line = HEAD.count("\n") + 1
    with pytest.raises(SourceError, match=f"line {line}: .*{message}"):
        load_dump(write(tmp_path, HEAD + body + TAIL))


def test_says_what_is_no_table(tmp_path: Path) -> None:
    text = HEAD + "CREATE TABLE `twin` (\n  KEY `id` (`id`)\n);\n" + TAIL
    with pytest.raises(SourceError, match="table twin cannot be made"):
        load_dump(write(tmp_path, text))


async def test_reads_a_latin1_dump(tmp_path: Path) -> None:
    text = HEAD.replace("utf8mb4 */", "latin1 */") + STYLES["many rows on a line"] + TAIL
    path = tmp_path / "dump"
    path.write_bytes(text.replace("Ann", "Ren\xe9").encode("latin-1"))
    assert await read(path, "name") == [("Ren\xe9",), (None,)]


async def test_comments_may_be_left_out(tmp_path: Path) -> None:
    end = "/*!40111 SET SQL_NOTES=@OLD_SQL_NOTES */;\n"
    path = write(tmp_path, HEAD + STYLES["an INSERT per row"] + end)
    assert await read(path, "id") == [(1,), (2,)]
