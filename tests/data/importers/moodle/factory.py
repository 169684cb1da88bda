"""A small site of Moodle with invented content: that of the checks, as tables of any database."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from termstats.data.importers.moodle.importer import MoodleImporter
from termstats.data.importers.moodle.tables import TABLES
from termstats.data.importers.writing.base import ImportOptions, ImportReport
from termstats.data.importers.writing.run import run_import
from termstats.data.model.units import Second
from tests.data.importers.store_file import when

Row = dict[str, Any]
Rows = Mapping[str, Sequence[Row]]
AS_OF = Second(when("2024-03-15"))
OPEN = 2_147_483_647
TITLED = ("page", "url", "forum")
"""Kinds of activities of which the importer reads the title only."""
COLUMNS = {name: table.names for name, table in TABLES.items()} | {
    name: ("id", "course", "name", "intro") for name in TITLED
}
_DEFAULTS: dict[str, Row] = {
    "user": {"deleted": 0, "suspended": 0, "confirmed": 1, "auth": "manual", "timezone": "99"},
    "course": {"visible": 1, "enablecompletion": 1, "category": 1, "groupmode": 0},
    "enrol": {"status": 0},
    "user_enrolments": {"status": 0, "timestart": 0, "timeend": 0},
    "course_modules": {"visible": 1, "completion": 1, "section": 5, "deletioninprogress": 0},
    "grade_items": {"gradetype": 1, "grademin": 0, "grademax": 10, "gradepass": 0, "hidden": 0},
    "grade_grades": {"hidden": 0, "excluded": 0},
    "quiz_attempts": {"state": "finished", "attempt": 1, "preview": 0},
    "logstore_standard_log": {"courseid": 10, "contextlevel": 50, "contextinstanceid": 10}
    | {"anonymous": 0, "origin": "web", "edulevel": 2},
}


def at(text: str) -> int:
    """Return a UTC date as seconds: `at("2024-03-05 10:00")`."""
    return int(when(text))


def log(number: int, moment: str, name: str, user: int, **more: Any) -> Row:
    """Return a row of the log, `moment` within March 2024: `10 23:30`."""
    event = f"\\mod_page\\event\\{name}" if "module" in name else f"\\core\\event\\{name}"
    row = {"id": number, "timecreated": at(f"2024-03-{moment}"), "userid": user}
    return row | {"eventname": event} | more


def person(number: int, first: str, **more: Any) -> Row:
    return {"id": number, "username": first.lower(), "firstname": first, "lastname": "A"} | more


LEARNERS = (4, 5, 7, 8, 9, 10)
CONTENT: Rows = {
    "config": [
        {"id": 1, "name": "release", "value": "4.1.2 (Build: 20230313)"},
        {"id": 2, "name": "siteguest", "value": "1"},
        {"id": 3, "name": "siteadmins", "value": "2"},
        {"id": 4, "name": "gradebookroles", "value": "5"},
        {"id": 5, "name": "timezone", "value": "Europe/Paris"},
        {"id": 6, "name": "cronremotepassword", "value": "invented-secret"},
    ],
    "user": [
        person(1, "Guest", username="guest"),
        person(2, "Admin"),
        person(3, "Tea"),
        person(4, "Ana", lang="es", country="ES", email="ana@example.org", city="Oslo"),
        person(5, "Bo", suspended=1),
        person(6, "Gone", deleted=1),
        *(person(number, name) for number, name in ((7, "Cai"), (8, "Di"), (9, "Ed"), (10, "Flo"))),
    ],
    "course_categories": [{"id": 1, "name": "Health", "path": "/1"}],
    "course": [
        {"id": 1, "fullname": "Site", "shortname": "site", "category": 0},
        {"id": 10, "fullname": "First aid", "shortname": "FA"},
    ],
    "role": [
        {"id": 1, "shortname": "manager", "archetype": "manager"},
        {"id": 2, "shortname": "coursecreator", "archetype": "coursecreator"},
        {"id": 3, "shortname": "editingteacher", "archetype": "editingteacher"},
        {"id": 4, "shortname": "teacher", "archetype": "teacher"},
        {"id": 5, "shortname": "student", "archetype": "student"},
    ],
    "context": [
        {"id": 1, "contextlevel": 10, "instanceid": 0},
        {"id": 2, "contextlevel": 40, "instanceid": 1},
        {"id": 3, "contextlevel": 50, "instanceid": 1},
        {"id": 4, "contextlevel": 50, "instanceid": 10},
        {"id": 5, "contextlevel": 70, "instanceid": 31},
    ],
    "role_assignments": [
        {"id": 1, "roleid": 1, "contextid": 1, "userid": 2},
        {"id": 2, "roleid": 3, "contextid": 4, "userid": 3},
        *(
            {"id": number, "roleid": 5, "contextid": 4, "userid": user}
            for number, user in enumerate(LEARNERS, 3)
        ),
    ],
    "enrol": [
        {"id": 20, "courseid": 10, "enrol": "manual"},
        {"id": 21, "courseid": 10, "enrol": "self"},
    ],
    "user_enrolments": [
        {"id": 1, "enrolid": 20, "userid": 3},
        {"id": 2, "enrolid": 20, "userid": 4},
        {"id": 3, "enrolid": 20, "userid": 5},
        {"id": 4, "enrolid": 20, "userid": 7, "timeend": OPEN},
        {"id": 5, "enrolid": 20, "userid": 8, "status": 1},
        {"id": 6, "enrolid": 20, "userid": 9, "timeend": at("2024-03-01")},
        {"id": 7, "enrolid": 21, "userid": 7},
        {"id": 8, "enrolid": 21, "userid": 10},
    ],
    "modules": [{"id": 1, "name": "page"}, {"id": 2, "name": "quiz"}],
    "course_sections": [{"id": 5, "course": 10, "section": 1, "name": "Burns"}],
    "course_modules": [
        {"id": 30, "course": 10, "module": 1, "instance": 1},
        {"id": 31, "course": 10, "module": 2, "instance": 1},
    ],
    "page": [{"id": 1, "course": 10, "name": "Cool it"}],
    "quiz": [
        {"id": 1, "name": "Test", "grade": 10, "sumgrades": 3, "grademethod": 1, "timeclose": 0}
    ],
    "logstore_standard_log": [
        log(1, "10 23:30", "course_viewed", 4),
        log(2, "11 00:15", "course_module_viewed", 4, contextlevel=70, contextinstanceid=30),
        log(3, "11 08:00", "course_viewed", 3),
        log(4, "11 08:05", "course_viewed", 4, realuserid=2),
        log(5, "11 02:00", "course_backup_created", 2, origin="cli"),
        log(6, "11 09:00", "course_section_updated", 2, origin="restore"),
        log(7, "11 10:00", "course_module_viewed", 7, contextlevel=70, contextinstanceid=30)
        | {"origin": "ws"},
        log(8, "11 11:00", "user_graded", -1, relateduserid=4, edulevel=1),
        log(9, "10 23:29", "user_loggedin", 4, courseid=0, contextlevel=10, contextinstanceid=0),
        log(10, "11 12:00", "course_viewed", 6),
        log(11, "10 23:29", "course_viewed", 4, courseid=1, contextinstanceid=1),
        log(12, "11 12:30", "course_module_viewed", 7, contextlevel=70, contextinstanceid=30)
        | {"anonymous": 1},
        log(13, "11 13:00", "course_viewed", 1),
        log(14, "01 13:00", "course_viewed", 5),
    ],
}
"""The site of the checks: a course, its teacher, six learners, one of them suspended."""


def make(
    path: Path,
    rows: Rows | None = None,
    *,
    prefix: str = "mdl_",
    without: Sequence[str] = (),
    **replaced: Sequence[Row],
) -> Path:
    """Write a site's database: `CONTENT`, with the rows of some tables replaced.

    `without`: tables (`quiz`) and columns (`course.enddate`) that this site lacks.
    """
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        for table, names, content in tables(rows, without=without, **replaced):
            listed = ", ".join(f'"{name}"' for name in names)
            connection.execute(f'CREATE TABLE "{prefix}{table}" ({listed})')
            marks = ", ".join("?" * len(names))
            connection.executemany(
                f'INSERT INTO "{prefix}{table}" ({listed}) VALUES ({marks})',  # noqa: S608
                content,
            )
        connection.commit()
    return path


def tables(
    rows: Rows | None = None, *, without: Sequence[str] = (), **replaced: Sequence[Row]
) -> list[tuple[str, list[str], list[list[Any]]]]:
    """Return (table, columns, rows) of a site, as `make` writes it."""
    content: dict[str, Sequence[Row]] = {**CONTENT, **(rows or {}), **replaced}
    return [
        (
            table,
            names := [name for name in columns if f"{table}.{name}" not in without],
            [
                [(_DEFAULTS.get(table, {}) | row).get(name) for name in names]
                for row in content.get(table, ())
            ],
        )
        for table, columns in COLUMNS.items()
        if table not in without
    ]


async def load(location: Path | str, store: Path, **options: Any) -> ImportReport:
    """Import a site into a store."""
    told = ImportOptions(**{"as_of": AS_OF, **options})
    return await run_import(MoodleImporter(), str(location), store, told)
