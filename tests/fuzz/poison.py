"""A store in which every text that a source can write is hostile."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from itertools import count
from pathlib import Path

HOSTILE = (
    b"\x1b]52;c;aGk=\x07\x1b[31m\xc2\x9b2J",  # writes to the clipboard, changes colours, clears
    b"[/] [red]x[/red] [@click=app.quit]q[/] \\[",  # markup, broken and working
    "\u202egnp.exe \u2066\u200f\u0645\u0631\u062d\u0628\u0627".encode(),  # right to left
    "a\u200b\u2060\u00ad\ufeff\U000e0041b".encode(),  # nothing to see
    b"caf\xe9 \xff\xfe \xed\xa0\x80",  # no text in UTF-8
    b"W" * 5_000,
    b"=cmd|' /C calc'!A0",
    "\U0001f469\u200d\U0001f4bb \u6f22\u5b57 e\u0301\u0301\u0301\u0301 \uff21".encode(),  # wide
    b"two\r\nlines\tand\x00more",
    b"' OR 1=1; --",
    b" ",
    b"{{0}} %s %(x)s {x!r}",
    b"+49 Plus @SUM(A1:A9)",
    b"@SUM(A1:A9) -2+3",
    b"Robert'); DROP TABLE person;--",
    b"C1 \x9b31m \x1b[2J\x1b[H",  # clears the screen
    "Z\u0351\u036b\u0343a\u0300\u0301\u0302l\u0334g\u0337o".encode(),  # marks over marks
    "\u0410na \u0410lvarez An\u0430".encode(),  # looks like another's name
    b"Null",
    b"O",
    b"\x1b]8;;file:///etc/passwd\x1b\\link\x1b]8;;\x1b\\",  # a link
    b"\x1bPq#0;2;0;0;0~~\x1b\\ \x1b_app\x1b\\ \x1b^pm\x1b\\ \x90q\x9c",  # DCS, APC, PM
    b"e" + "\u0301".encode() * 500,  # a flood of marks
    b"N" * 10_000,
    b"../../../etc/passwd\x00.csv",
    b"\x00\x07\x08\x0e\x7f",
)
TEXTS = {
    "action": ("name",),
    "activity": ("title", "type"),
    "answer": ("answer",),
    "award": ("name", "level"),
    "class": ("key", "title"),
    "event": ("language", "country", "detail", "error", "diff", "extra"),
    "event_param": ("name", "value"),
    "fault": ("error",),
    "module": ("key", "title"),
    "object": ("key", "title"),
    "person": ("key", "name", "username", "email", "roles", "language", "country"),
    "person_field": ("field", "value"),
    "point": ("type", "description"),
    "question": ("key", "label", "title", "type", "correct_answer"),
    "session": ("agent", "ip"),
    "source": ("title",),
    "training": ("key", "title", "code", "status", "language", "version"),
    "training_tag": ("value",),
    "value_day": ("value",),
}
"""Table -> columns whose text comes from the source as it is."""


def poison(clean: Path, path: Path) -> Path:
    """Copy the store `clean` to `path` with hostile texts; every seventh keeps what it was."""
    shutil.copyfile(clean, path)
    numbers = count()

    def poisoned(text: str) -> bytes:
        number = next(numbers)
        if number % 7 == 0:
            return text.encode()
        return HOSTILE[number % len(HOSTILE)] + str(number).encode()  # keys stay unique

    with closing(sqlite3.connect(path)) as store:
        store.create_function("poisoned", 1, poisoned)
        for table, columns in TEXTS.items():
            for column in columns:
                # Names of tables and columns, not values: they stand above.
                store.execute(
                    f'UPDATE "{table}" SET "{column}" = CAST(poisoned("{column}") AS TEXT)'  # noqa: S608
                    f' WHERE "{column}" IS NOT NULL'
                )
        store.commit()
    return path
