"""Writes a SQLite database as pg_dump writes one of PostgreSQL."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

HEAD = "--\n-- PostgreSQL database dump\n--\n\nSET standard_conforming_strings = on;\n"
TAIL = "\n--\n-- PostgreSQL database dump complete\n--\n\n"
_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}


def postgres_dump(source: Path, path: Path) -> Path:
    """Write all tables of a database, first what they are, then their rows."""
    creates, copies = [], []
    with closing(sqlite3.connect(source)) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        for (table,) in tables.fetchall():
            cursor = connection.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            names, rows = [column[0] for column in cursor.description], cursor.fetchall()
            columns = ",\n".join(
                f'    "{name}" {_type([row[at] for row in rows])}' for at, name in enumerate(names)
            )
            creates.append(f"CREATE TABLE public.{table} (\n{columns}\n);\n\n")
            listed = ", ".join(f'"{name}"' for name in names)
            lines = "".join("\t".join(map(_cell, row)) + "\n" for row in rows)
            copies.append(f"COPY public.{table} ({listed}) FROM stdin;\n{lines}\\.\n\n")
    path.write_text(HEAD + "".join(creates) + "".join(copies) + TAIL)
    return path


def _type(values: list[object]) -> str:
    return "text" if any(isinstance(value, str) for value in values) else "bigint"


def _cell(value: object) -> str:
    if value is None:
        return "\\N"
    return "".join(_ESCAPES.get(letter, letter) for letter in str(value))
