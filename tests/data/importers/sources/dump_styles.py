"""One table written as each program writes its dumps: header, CREATE TABLE, rows, end.

Written after their sources and real dumps, not by them; a row is (id, name, points, blob).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

Row = tuple[int, str | None, int | None, bytes]
Literal = Callable[[object], str]

CREATE = (
    "CREATE TABLE `per``son` (\n"
    "  `id` int(11) NOT NULL AUTO_INCREMENT COMMENT 'PRIMARY KEY, (not; this)',\n"
    "  `name` varchar(255) CHARACTER SET utf8mb4 DEFAULT NULL,\n"
    "  `points` decimal(8,0) DEFAULT NULL,\n"
    "  `blob` longblob NOT NULL,\n"
    "  PRIMARY KEY (`id`),\n"
    "  KEY `name` (`name`(20),`points`)\n"
    ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='it''s; ) one';\n"
)
WITHOUT_KEYS = CREATE.replace("  PRIMARY KEY (`id`),\n  KEY `name` (`name`(20),`points`)\n", "")
WITHOUT_KEYS = WITHOUT_KEYS.replace("longblob NOT NULL,\n)", "longblob NOT NULL\n)")
SAVED = "/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;\n"
RESTORED = "/*!40101 SET CHARACTER_SET_CLIENT=@OLD_CHARACTER_SET_CLIENT */;\n"
ESCAPES = {"\\": "\\\\", "\0": "\\0", "\n": "\\n", "\r": "\\r", "'": "\\'", '"': '\\"'}


def escaped(value: object) -> str:
    """Write a text with backslashes."""
    return "'" + "".join(ESCAPES.get(c, c) for c in str(value)).replace("\x1a", "\\Z") + "'"


def doubled(value: object) -> str:
    """Write a text with its quotes doubled, and nothing else."""
    return "'" + str(value).replace("'", "''") + "'"


def literals(text: Literal = escaped, null: str = "NULL", numbers: str = "{}") -> Literal:
    """Return what writes a value: texts by `text`, bytes in hexadecimal."""

    def write(value: object) -> str:
        if value is None:
            return null
        if isinstance(value, bytes):
            return f"0x{value.hex()}" if value else "''"
        return numbers.format(value) if isinstance(value, int) else text(value)

    return write


@dataclass(frozen=True)
class Style:
    """How one program writes a dump."""

    head: str
    """Up to the first INSERT."""
    into: str
    """The INSERT up to its first row."""
    between: str = ","
    """Between rows; empty: an INSERT for each."""
    end: str = ";\n"
    tail: str = ""
    literal: Literal = literals()
    left: str = "("

    def write(self, rows: Sequence[Row]) -> str:
        """Return the dump of `rows`."""
        written = [self.left + ",".join(map(self.literal, row)) + ")" for row in rows]
        groups = [self.between.join(written)] if self.between and written else written
        return self.head + "".join(self.into + group + self.end for group in groups) + self.tail


COLUMNS = "(`id`, `name`, `points`, `blob`)"
STYLES = {
    "mysqldump": Style(
        "/*M!999999\\- enable the sandbox mode */ \n-- MySQL dump 10.13\n--\n\n" + SAVED + CREATE,
        "INSERT INTO `per``son` VALUES ",
        tail=RESTORED + "\n-- Dump completed on 2026-03-05 10:00:00\n",
    ),
    "mysqldump --compact --skip-extended-insert": Style(
        CREATE, "INSERT INTO `per``son` VALUES ", between=""
    ),
    "mysqldump --compatible=ansi": Style(
        SAVED
        + "/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO,ANSI' */;\n"
        + CREATE.replace("``", "`").replace("`per`son`", '"per`son"').replace("`", '"')
        .replace('"per"son"', '"per`son"'),
        'INSERT INTO "per`son" VALUES\n',
        between=",\n",
        tail=RESTORED,
    ),
    "phpMyAdmin": Style(
        '-- phpMyAdmin SQL Dump\n-- version 5.2.1\n--\nSET SQL_MODE = "NO_AUTO_VALUE_ON_ZERO";\n'
        'START TRANSACTION;\nSET time_zone = "+00:00";\n' + SAVED + "\n--\n-- Database: `x`\n--\n"
        "-- Stand-in structure for view `v`\nCREATE TABLE `v` (\n`id` int(11)\n);\n" + WITHOUT_KEYS,
        f"INSERT INTO `per``son` {COLUMNS} VALUES\n",
        between=",\n",
        tail="DROP TABLE IF EXISTS `v`;\n\nCREATE VIEW `v` AS SELECT 1 AS `id`;\n"
        "ALTER TABLE `per``son`\n  ADD PRIMARY KEY (`id`),\n  ADD KEY `name` (`name`(20));\n"
        "ALTER TABLE `per``son`\n  MODIFY `id` int(11) NOT NULL AUTO_INCREMENT;\nCOMMIT;\n"
        + RESTORED,
    ),
    "Adminer": Style(
        "-- Adminer 4.8.1 MySQL 8.0.36 dump\n\nSET NAMES utf8;\nSET time_zone = '+00:00';\n"
        "SET foreign_key_checks = 0;\n\nSET NAMES utf8mb4;\n\nDELIMITER ;;\n\n"
        "CREATE FUNCTION `f`() RETURNS int\nBEGIN RETURN 'it''s;'; END;;\n\nDELIMITER ;\n\n"
        "DROP TABLE IF EXISTS `per``son`;\n" + CREATE,
        f"INSERT INTO `per``son` {COLUMNS} VALUES\n",
        between=",\n",
        tail="\n-- 2026-03-05 10:00:00\n",
    ),
    "HeidiSQL": Style(
        "-- --------------------------------------------------------\n-- HeidiSQL Version: 12.6\n"
        + SAVED
        + "CREATE DATABASE IF NOT EXISTS `x` /*!40100 DEFAULT CHARACTER SET utf8mb4 */;\n"
        "USE `x`;\nDELIMITER //\nCREATE PROCEDURE `p`()\nBEGIN\n  -- it's / 2;\n  SELECT 4/2;\n"
        "END//\nDELIMITER ;\n" + CREATE.replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS"),
        f"INSERT INTO `per``son` {COLUMNS} VALUES\n\t",
        between=",\n\t",
        tail="/*!40101 SET CHARACTER_SET_CLIENT=IFNULL(@OLD_CHARACTER_SET_CLIENT, '') */;\n",
    ),
    "Backup and Migrate": Style(
        "-- Backup and Migrate (Drupal) MySQL Dump\n-- Database: x\n\n/*!40101 SET NAMES utf8 */;\n"
        + SAVED + CREATE.replace("\n", " ").rstrip() + "\n"
        "/*!40000 ALTER TABLE `per``son` DISABLE KEYS */;\n",
        "INSERT INTO `per``son` VALUES ",
        literal=literals(null="null", numbers="'{}'"),
        tail="/*!40000 ALTER TABLE `per``son` ENABLE KEYS */;\n" + RESTORED,
    ),
    "without backslashes": Style(
        "set sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES';\n" + CREATE.lower(),
        f"replace into x.`per``son` {COLUMNS} values\r\n",
        between="\r\n, ",
        literal=literals(doubled, null="Null"),
    ),
}  # fmt: skip
