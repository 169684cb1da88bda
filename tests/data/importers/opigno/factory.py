"""A tiny Opigno site with invented content, as a SQLite database and as a mysqldump file."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from termstats.data.importers.opigno.importer import OpignoImporter
from termstats.data.importers.opigno.tables import COLUMNS
from termstats.data.importers.writing.base import ImportOptions, ImportReport
from termstats.data.importers.writing.run import run_import
from termstats.data.model.units import Second

SECRET = "invented-secret"  # noqa: S105
"""Stands in every place that must not be read."""

_DEFAULTS: dict[str, dict[str, Any]] = {
    "users_field_data": {"status": 1, "access": 0, "login": 0, "pass": SECRET, "timezone": "UTC"},
    "opigno_module_field_data": {
        "status": 1,
        "randomization": "0",
        "random_activities": 1,
        "keep_results": "2",
    },
    "opigno_module_relationship": {"activity_status": 1, "weight": 0},
    "opigno_activity_field_data": {"status": 1, "type": "opigno_h5p"},
    "opigno_group_content": {
        "group_content_type_id": "ContentTypeModule",
        "is_mandatory": 1,
        "success_score_min": 0,
        "coordinate_x": 1,
        "coordinate_y": 1,
    },
    "user_module_status": {"evaluated": 1},
    "opigno_answer_field_data": {"type": "opigno_h5p", "evaluated": 1},
    "opigno_learning_path_achievements": {
        "status": "pending",
        "score": 0,
        "progress": 0,
        "time": 0,
    },
}


def at(text: str) -> Second:
    """Return a UTC date as seconds: `at("2024-03-05 10:00")`."""
    return Second(int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()))


MADE = at("2024-01-01 00:00")
AS_OF = at("2024-06-01 00:00")

ENROLLED = (
    "SELECT e.completed_at, e.withdrawn_at, e.valid_until FROM enrolment e "
    "JOIN person p ON p.id = e.person_id JOIN training t ON t.id = e.training_id "
    "WHERE p.key = ? AND t.key = ?"
)
TRIED = (
    "SELECT a.score, a.passed, a.evaluated FROM attempt a JOIN module m ON m.id = a.module_id "
    "WHERE m.key = ? ORDER BY a.number"
)

CONTENT: dict[str, list[dict[str, Any]]] = {
    "users_field_data": [
        {"uid": 0, "name": "", "status": 0, "created": MADE},
        {"uid": 1, "name": "root", "created": MADE},
        {"uid": 2, "name": "ann", "mail": "ann@example.org", "created": MADE},
        {"uid": 3, "name": "bob", "created": MADE},
        {"uid": 4, "name": "cat", "created": MADE, "timezone": "Asia/Tokyo"},
        {"uid": 5, "name": "dan", "created": MADE, "status": 0},
        {"uid": 6, "name": "tom", "created": MADE},
    ],
    "user__roles": [{"entity_id": 6, "roles_target_id": "content_manager"}],
    "user__field_first_name": [{"entity_id": 2, "field_first_name_value": "Ann"}],
    "user__field_last_name": [{"entity_id": 2, "field_last_name_value": "Ash"}],
    "groups_field_data": [
        {"id": 1, "type": "opigno_class", "label": "Class A", "created": MADE},
        {"id": 3, "type": "learning_path", "label": "Alpha", "created": MADE, "uid": 1},
        {"id": 4, "type": "learning_path", "label": "Beta", "created": MADE},
        {"id": 5, "type": "learning_path", "label": "Gamma", "created": MADE},
        {"id": 6, "type": "opigno_course", "label": "Law", "created": MADE},
        {"id": 7, "type": "learning_path", "label": "Delta", "created": MADE},
        {"id": 8, "type": "learning_path", "label": "Epsilon", "created": MADE},
    ],
    "group__field_learning_path_published": [
        {"entity_id": gid, "field_learning_path_published_value": int(gid != 8)}
        for gid in (3, 4, 5, 7, 8)
    ],
    "group__field_certificate": [{"entity_id": 4, "field_certificate_target_id": 1}],
    "group__field_certificate_expire": [{"entity_id": 4, "field_certificate_expire_value": 1}],
    "group__field_certificate_expire_results": [
        {"entity_id": 4, "field_certificate_expire_results_value": "1"}
    ],
    "opigno_certificate": [{"id": 1, "label": "Proof"}],
    "group_content_field_data": [
        {"id": 1, "type": "opigno_class-group_membership", "gid": 1, "entity_id": 3},
        {"id": 2, "type": "group_content_type_27efa0097d858", "gid": 3, "entity_id": 1},
        {"id": 3, "type": "opigno_class-group_membership", "gid": 1, "entity_id": 6},
        {"id": 4, "type": "learning_path-group_membership", "gid": 3, "entity_id": 6},
        {"id": 5, "type": "group_content_type_162f6c7e7c4fa", "gid": 3, "entity_id": 1},
    ],
    "group_content__group_roles": [
        {"entity_id": 3, "group_roles_target_id": "opigno_class-class_manager"},
        {"entity_id": 4, "group_roles_target_id": "learning_path-user_manager"},
    ],
    "opigno_module_field_data": [
        {"id": 1, "vid": 1, "name": "Points"},
        {"id": 2, "vid": 2, "name": "Newest", "keep_results": "1"},
        {"id": 3, "vid": 3, "name": "Law one"},
        {"id": 4, "vid": 4, "name": "Law two"},
        {"id": 5, "vid": 5, "name": "Zero"},
        {"id": 6, "vid": 16, "name": "Essay"},
        {"id": 7, "vid": 7, "name": "Read"},
        {
            "id": 8,
            "vid": 8,
            "name": "Drawn",
            "randomization": "2",
            "random_activities": 2,
        },
    ],
    "opigno_activity_field_data": [
        *({"id": n, "name": f"a{n}"} for n in range(1, 11) if n != 7),
        {"id": 7, "name": "a7", "type": "opigno_long_answer"},
    ],
    "opigno_activity__opigno_evaluation_method": [
        {"entity_id": 7, "opigno_evaluation_method_value": 1}
    ],
    "opigno_module_relationship": [
        {"omr_id": n, "parent_id": m, "parent_vid": vid, "child_id": child, "max_score": points}
        for n, (m, vid, child, points) in enumerate(
            (
                (1, 1, 1, 10),
                (1, 1, 2, 5),
                (2, 2, 3, 10),
                (3, 3, 4, 10),
                (4, 4, 5, 10),
                (5, 5, 6, 0),
                (6, 15, 6, 99),  # an old version of the essay
                (6, 16, 7, 8),
                (7, 7, 1, 1),
                (8, 8, 8, 10),
                (8, 8, 9, 10),
                (8, 8, 10, 10),
            ),
            1,
        )
    ],
    "opigno_group_content": [
        {"id": 1, "group_id": 3, "entity_id": 1, "success_score_min": 60},
        {"id": 2, "group_id": 4, "entity_id": 2, "success_score_min": 70},
        {
            "id": 3,
            "group_id": 5,
            "group_content_type_id": "ContentTypeCourse",
            "entity_id": 6,
            "success_score_min": 50,
        },
        {"id": 4, "group_id": 6, "entity_id": 3},
        {"id": 5, "group_id": 6, "entity_id": 4, "coordinate_y": 2, "is_mandatory": 0},
        {"id": 6, "group_id": 5, "entity_id": 5, "coordinate_y": 2},
        {
            "id": 7,
            "group_id": 5,
            "entity_id": 6,
            "coordinate_y": 3,
            "success_score_min": 50,
        },
        {"id": 8, "group_id": 7, "entity_id": 7},
        {
            "id": 9,
            "group_id": 7,
            "group_content_type_id": "ContentTypeILT",
            "entity_id": 1,
            "coordinate_y": 2,
            "success_score_min": 50,
        },
        {"id": 10, "group_id": 8, "entity_id": 8, "success_score_min": 50},
    ],
    "opigno_ilt": [
        {
            "id": 1,
            "title": "Workshop",
            "date__value": "2024-03-10 09:00:00",
            "date__end_value": "2024-03-10 12:00:00",
            "training": 7,
        }
    ],
    "taxonomy_term_field_data": [{"tid": 2, "vid": "skills", "name": "Speaking"}],
}


Rows = dict[str, list[dict[str, Any]]]
"""table -> rows"""


def make(path: Path, more: Rows | None = None, *, prefix: str = "", leave_out: str = "") -> Path:
    """Make the site with `CONTENT` and `more` rows per table; returns `path`.

    `leave_out`: names of tables that this site lacks, separated by blanks.
    """
    with closing(sqlite3.connect(path)) as connection:
        for table, columns in COLUMNS.items():
            if table in leave_out.split():
                continue
            names = [*columns, "pass"] if table == "users_field_data" else columns
            listed = ", ".join(f'"{name}"' for name in names)
            connection.execute(f'CREATE TABLE "{prefix}{table}" ({listed})')
            for row in (*CONTENT.get(table, ()), *(more or {}).get(table, ())):
                filled = {**_common(table), **_DEFAULTS.get(table, {}), **row}
                given = ", ".join(f'"{name}"' for name in filled)
                marks = ", ".join("?" * len(filled))
                connection.execute(
                    f'INSERT INTO "{prefix}{table}" ({given}) VALUES ({marks})',  # noqa: S608
                    tuple(filled.values()),
                )
        connection.commit()
    return path


def _common(table: str) -> dict[str, Any]:
    """Return what every row of a Drupal table holds."""
    values = {"deleted": 0, "delta": 0, "langcode": "en", "default_langcode": 1, "created": MADE}
    return {name: value for name, value in values.items() if name in COLUMNS[table]}


def dump(source: Path, path: Path, *, extended: bool = False, latin1: bool = False) -> Path:
    """Write a SQLite database as mysqldump would: one row per INSERT, or all rows in one."""
    charset = "latin1" if latin1 else "utf8mb4"
    lines = [f"/*!40101 SET NAMES {charset} */;"]
    with closing(sqlite3.connect(source)) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master ORDER BY name").fetchall()
        for (table,) in tables:
            cursor = connection.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            rows = cursor.fetchall()
            fields = ",\n".join(
                f"  `{column[0]}` {_type([row[at] for row in rows])} DEFAULT NULL"
                for at, column in enumerate(cursor.description)
            )
            lines.append(f"CREATE TABLE `{table}` (\n{fields}\n) ENGINE=InnoDB;")
            values = ["(" + ",".join(map(_literal, row)) + ")" for row in rows]
            groups = [",".join(values)] if extended and values else values
            lines += [f"INSERT INTO `{table}` VALUES {group};" for group in groups]  # noqa: S608
    lines.append("-- Dump completed on 2024-06-01  0:00:00\n")
    path.write_bytes("\n".join(lines).encode("cp1252" if latin1 else "utf-8"))
    return path


def _type(values: list[object]) -> str:
    return "longtext" if any(isinstance(value, str) for value in values) else "int(11)"


def _literal(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, int):
        return str(value)
    return "'" + str(value).replace("\\", "\\\\").replace("'", "\\'") + "'"


def member(key: int, gid: int, uid: int, since: str = "2024-02-01 00:00") -> dict[str, Any]:
    """Return a membership of a training."""
    kind = "learning_path-group_membership"
    return {"id": key, "type": kind, "gid": gid, "entity_id": uid, "created": at(since)}


def attempt(
    key: int, uid: int, place: tuple[int, int], times: tuple[str, str], **values: Any
) -> dict[str, Any]:
    """Return an attempt; `place`: (training, module); `times`: started, finished ("": open)."""
    row = {
        "id": key,
        "user_id": uid,
        "learning_path": place[0],
        "module": place[1],
        "started": at(times[0]),
        "finished": at(times[1]) if times[1] else 0,
    }
    return {**row, **values}


def answer(
    key: int, tried: dict[str, Any], activity: int, points: int, **values: Any
) -> dict[str, Any]:
    """Return an answer of an attempt, given 60 s after its start."""
    row = {
        "id": key,
        "user_id": tried["user_id"],
        "activity": activity,
        "module": tried["module"],
        "user_module_status": tried["id"],
        "score": points,
        "created": tried["started"] + 60,
    }
    return {**row, **values}


def record(key: int, uid: int, gid: int, **values: Any) -> dict[str, Any]:
    """Return the platform's own record of a learner in a training."""
    row = {"id": key, "uid": uid, "gid": gid, "name": f"Training {gid}"}
    return {**row, "registered": "2024-02-01 00:00:00", **values}


async def load(
    folder: Path, options: ImportOptions | None = None, **more: list[dict[str, Any]]
) -> tuple[Path, ImportReport]:
    """Make a site with `more` rows and import it; return the store and the report."""
    source = make(folder / "opigno.db", more)
    store = folder / "store.db"
    report = await run_import(
        OpignoImporter(), str(source), store, options or ImportOptions(as_of=AS_OF)
    )
    return store, report
