"""Values that no store holds, in every place by which a store describes itself."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

VALUES: tuple[Any, ...] = (
    *(None, 0, 1, -1, 7, 2**31, 2**63 - 1, -(2**63), 1e308, -0.5, float("inf")),
    *("", "abc", "NaN", "-1", "9" * 5_000, "2020-01-31", "9999-12-31", "0001-01-01", "Europe"),
    *("../../etc/passwd", "UTC\0", "\ud7ff\u202e\x1b[2J", "{", "[]", "{}", "null", "[" * 5_000),
    *(
        '{"tables": {"a": {"read": 1, "kept": 1, "refused": {}, "examples": 5}}}',
        '{"tables": 5}',
        '{"tables": {"a": {"read": "x", "kept": 1, "refused": {}}}}',
        '{"notes": [1]}',
    ),
    *(b"", b"\xff\xfe", b"\0" * 64, b"\x3a\x30\0\0" * 50),
)
SETTINGS = ("schema_version", "zone", "expires", "snapshot", "sample", "standing_day")
SOURCE = (
    *("id", "name", "platform", "title", "version", "zone", "as_of", "first_day", "last_day"),
    *("two_clocks", "has_time", "has_clock", "rules", "report"),
)
CELLS = (("people_bitmap", "people"), ("use_bitmap", "uses"), ("use_list", "numbers"))


def change(store: Path, sql: str, *values: object) -> bool:
    """Change a store past termstats; False: SQLite does not take the value."""
    with closing(sqlite3.connect(store)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        try:
            connection.execute(sql, values)
        except sqlite3.IntegrityError:
            return False
        connection.commit()
    return True


def without_rules(store: Path) -> None:
    """Let the tables of a store take any value, NULL too."""
    with closing(sqlite3.connect(store)) as connection:
        for table in ("store_setting", "source", *(table for table, _ in CELLS)):
            names = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            connection.execute(f"CREATE TABLE fresh ({', '.join(names)})")
            connection.execute(f"INSERT INTO fresh SELECT * FROM {table}")  # noqa: S608
            connection.execute(f"DROP TABLE {table}")
            connection.execute(f"ALTER TABLE fresh RENAME TO {table}")
        connection.commit()
