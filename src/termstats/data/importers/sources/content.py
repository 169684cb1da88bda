"""What a file is, by its first bytes, where no importer reads it: its name, and the way out."""

from __future__ import annotations

import codecs

from termstats.data.model.errors import SourceError

SQLITE = b"SQLite format 3\0"
LEADING = 4096
"""Bytes by which a file is told."""
_UNPACK = "unpack it first"
_AS_CSV = "save the sheet with the rows as CSV (UTF-8)"
_AS_SQL = "make SQL of it (pg_restore --file NEW.sql FILE) and give that"
_OTHERS = (
    (0, b"\x28\xb5\x2f\xfd", "packed with zstd", f"{_UNPACK} (unzstd)"),
    (0, b"7z\xbc\xaf\x27\x1c", "packed with 7-Zip", _UNPACK),
    (0, b"Rar!\x1a\x07", "packed with RAR", _UNPACK),
    (0, b"\x04\x22\x4d\x18", "packed with lz4", f"{_UNPACK} (unlz4)"),
    (0, b"LZIP", "packed with lzip", _UNPACK),
    (0, b"\x1f\x9d", "packed with compress", f"{_UNPACK} (uncompress)"),
    (257, b"ustar", "a tar archive", f"{_UNPACK} (tar -x) and give the file in it"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel or Office document", _AS_CSV),
    (0, b"PAR1", "a Parquet file", "write it as CSV"),
    (0, b"ARROW1", "an Arrow file", "write it as CSV"),
    (0, b"%PDF-", "a PDF document", "export the data as CSV"),
    (4, b"Standard Jet DB", "an Access database", "export its tables as CSV"),
    (4, b"Standard ACE DB", "an Access database", "export its tables as CSV"),
    (0, b"PGDMP", "a PostgreSQL dump (custom format)", _AS_SQL),
)
_UTF_32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def refuse_others(name: str, head: bytes) -> None:
    """Refuse what no importer reads; `head`: the first `LEADING` bytes of a file.

    Raises:
        SourceError: names what it is and the way out.
    """
    for at, magic, kind, way_out in _OTHERS:
        if head.startswith(magic, at):
            raise SourceError(f"{name}: {kind}; {way_out}")
    if head.startswith(_UTF_32):
        raise SourceError(f"{name}: UTF-32 text; save it as UTF-8")


def refuse_for_tables(name: str, head: bytes) -> None:
    """Refuse what is no dump, by what it is.

    Raises:
        SourceError: names what it is and the way out.
    """
    text = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if head.startswith(_UTF_16) or b"\0-\0-\0" in head or b"-\0-\0" in head[:4]:
        raise SourceError(
            f"{name}: UTF-16 text, as > of PowerShell writes it, which may have changed letters; "
            "make the dump again with mysqldump --result-file=FILE"
        )
    if text.startswith(b"<?xml") or text[:5].lower() == b"<html" or text.startswith(b"<!"):
        raise SourceError(f"{name}: XML or HTML; make the dump again as SQL, without --xml")
    if text.startswith(b"COPY "):
        raise SourceError(f"{name}: a part of a PostgreSQL dump; give the whole of it")
    if text.startswith((b"PRAGMA foreign_keys", b"BEGIN TRANSACTION")):
        raise SourceError(
            f"{name}: a text dump of SQLite; make a database of it (sqlite3 NEW.sqlite3 < FILE) "
            "and import that"
        )
    if b"\0" in head or not text.upper().startswith(_SQL):
        raise SourceError(
            f"{name}: neither a SQLite database nor a dump of MySQL, MariaDB or PostgreSQL; "
            "give one of these or a database URL"
        )


def is_for_tables(head: bytes) -> bool:
    """Return whether a file is a database or a dump; `head`: the first `LEADING` bytes of it."""
    text = head.removeprefix(codecs.BOM_UTF8).lstrip()
    return head.startswith((SQLITE, b"PGDMP")) or text.upper().startswith(_SQL)


def refuse_for_rows(name: str, head: bytes) -> None:
    """Refuse what is no file of rows, by what it is.

    Raises:
        SourceError: names what it is and the way out.
    """
    text = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if head.startswith(SQLITE):
        raise SourceError(f"{name}: a SQLite database; export the rows as CSV or JSON")
    if text.startswith((b"-- MySQL dump", b"-- MariaDB dump", b"/*M!999999", b"-- phpMyAdmin")):
        raise SourceError(f"{name}: a dump of a database; export the rows as CSV or JSON")
    if text.startswith(b"<?xml") or text[:5].lower() in (b"<html", b"<!doc", b"<tabl"):
        raise SourceError(f"{name}: XML or HTML; export the rows as CSV or JSON")


_SQL = (
    *(b"--", b"/*", b"#", b"CREATE ", b"INSERT ", b"REPLACE ", b"DROP ", b"SET ", b"LOCK "),
    *(b"USE ", b"START ", b"ALTER ", b"DELIMITER ", b"TRUNCATE ", b"MYSQLDUMP: "),
)
"""How a dump begins."""
