"""The tables of an Opigno site that its statistics pages read, as rows of plain values."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

Row = Mapping[str, Any]

TABLES: Mapping[str, tuple[str, ...]] = {
    "users_field_data": ("uid", "name", "created", "access", "login", "default_langcode"),
    "user__field_first_name": ("entity_id", "deleted", "field_first_name_value"),
    "user__field_last_name": ("entity_id", "deleted", "field_last_name_value"),
    "groups_field_data": ("id", "type", "label", "default_langcode"),
    "group_content_field_data": ("id", "type", "gid", "entity_id", "default_langcode"),
    "group__field_guided_navigation": ("entity_id", "deleted", "field_guided_navigation_value"),
    "group__field_certificate": ("entity_id", "deleted"),
    "group__field_certificate_expire": ("entity_id", "deleted", "field_certificate_expire_value"),
    "group__field_certificate_expire_results": (
        "entity_id",
        "deleted",
        "field_certificate_expire_results_value",
    ),
    "opigno_learning_path_group_user_status": ("id", "uid", "gid"),
    "opigno_learning_path_achievements": (
        "id",
        "uid",
        "gid",
        "name",
        "status",
        "score",
        "progress",
        "time",
        "registered",
        "completed",
    ),
    "opigno_learning_path_step_achievements": (
        "id",
        "uid",
        "entity_id",
        "name",
        "typology",
        "gid",
        "parent_id",
        "position",
        "status",
        "score",
        "time",
        "completed",
    ),
    "opigno_statistics_user_login": ("id", "uid", "date"),
    "user_lp_status_expire": ("id", "uid", "gid", "latest_cert_date", "expire"),
    "opigno_group_content": (
        "id",
        "group_id",
        "group_content_type_id",
        "entity_id",
        "success_score_min",
        "is_mandatory",
        "coordinate_x",
        "coordinate_y",
    ),
    "opigno_group_link": (
        "id",
        "group_id",
        "parent_content_id",
        "child_content_id",
        "required_score",
    ),
    "opigno_module_field_data": (
        "id",
        "vid",
        "name",
        "randomization",
        "random_activities",
        "keep_results",
        "default_langcode",
    ),
    "opigno_module_relationship": (
        "omr_id",
        "omr_pid",
        "parent_id",
        "parent_vid",
        "child_id",
        "activity_status",
        "max_score",
    ),
    "opigno_activity_field_data": ("id", "status", "default_langcode"),
    "user_module_status": (
        "id",
        "user_id",
        "module",
        "score",
        "started",
        "finished",
        "learning_path",
    ),
    "opigno_answer_field_data": (
        "id",
        "user_module_status",
        "activity",
        "score",
        "default_langcode",
    ),
    "opigno_module_badges": ("id", "uid"),
    "opigno_skills_statistic": ("id", "tid", "uid", "score", "progress"),
    "opigno_ilt": ("id", "title", "date__value", "date__end_value"),
    "opigno_ilt_result": ("id", "opigno_ilt", "user_id", "status", "score"),
    "opigno_moxtra_meeting": ("id", "title", "date__value", "date__end_value"),
    "opigno_moxtra_meeting_result": ("id", "meeting", "user_id", "status", "score"),
    "taxonomy_term_field_data": ("tid", "name", "default_langcode"),
}
"""Table without prefix -> the columns that the pages read. An absent table has no rows."""

ACHIEVEMENTS = "opigno_learning_path_achievements"
STEPS = "opigno_learning_path_step_achievements"
CLASS_IN_TRAINING = "group_content_type_27efa0097d858"
CLASS_MEMBER = ("opigno_class-group_membership",)
TRAINING_MEMBER = ("learning_path-group_membership", "opigno_course-group_membership")
_WORDS = frozenset(
    {
        *("name", "type", "label", "status", "typology", "title", "date", "registered"),
        *("completed", "date__value", "date__end_value", "group_content_type_id"),
        *("randomization", "keep_results", "field_first_name_value", "field_last_name_value"),
    }
)
"""Columns that hold text; all others are whole numbers."""


@dataclass(frozen=True)
class Raw:
    """The raw tables of one site.

    `zone` is that of dates without one: the database's own, in which the pages compare them.
    """

    tables: Mapping[str, Sequence[Row]]
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))

    def rows(self, table: str) -> Sequence[Row]:
        """Return the rows of `table` in its order, without translations and deleted fields."""
        return self._clean.get(table, ())

    @cached_property
    def _clean(self) -> dict[str, list[Row]]:
        return {
            table: [
                {name: _value(name, row[name]) for name in TABLES[table] if name in row}
                for row in rows
                if str(row.get("default_langcode", 1)) != "0" and str(row.get("deleted", 0)) != "1"
            ]
            for table, rows in self.tables.items()
            if table in TABLES
        }

    @cached_property
    def groups(self) -> frozenset[int]:
        """Return the ids of groups that exist: trainings, courses and classes."""
        return frozenset(self.labels)

    @cached_property
    def users(self) -> Mapping[int, Row]:
        """Return the accounts by uid, without anonymous."""
        return {row["uid"]: row for row in self.rows("users_field_data") if row["uid"]}

    @cached_property
    def labels(self) -> Mapping[int, str]:
        """Return the name of each group."""
        return {row["id"]: str(row["label"]) for row in self.rows("groups_field_data")}

    def memberships(self, group: int, types: Sequence[str] = TRAINING_MEMBER) -> list[int]:
        """Return the uid of every membership of `group`, in order; a user may stand twice."""
        return [
            uid for kind, uid in self._content.get(group, ()) if kind in types and uid in self.users
        ]

    @cached_property
    def _content(self) -> Mapping[int, list[tuple[str, int]]]:
        content_by_group: dict[int, list[tuple[str, int]]] = {}
        for row in self.rows("group_content_field_data"):
            content_by_group.setdefault(row["gid"], []).append((row["type"], row["entity_id"]))
        return content_by_group

    def shown_name(self, uid: int) -> str:
        """Return `first last` of the profile, else the account's name."""
        parts = (
            self._names.get((part, uid), "") for part in ("field_first_name", "field_last_name")
        )
        return " ".join(filter(None, parts)) or str(self.users[uid]["name"])

    @cached_property
    def _names(self) -> Mapping[tuple[str, int], str]:
        return {
            (part, row["entity_id"]): str(row[f"{part}_value"] or "")
            for part in ("field_first_name", "field_last_name")
            for row in self.rows(f"user__{part}")
        }

    def field(self, table: str, column: str, group: int) -> int:
        """Return a group's field as a whole number, 0 without one."""
        values = (row[column] for row in self.rows(table) if row["entity_id"] == group)
        return int(next(values, 0) or 0)


def from_reported(rows: Iterable[tuple[str, str]], zone: ZoneInfo) -> Raw:
    """Return the tables from a store's kept rows: (table, JSON object), in their order."""
    tables: dict[str, list[Row]] = {}
    for table, data in rows:
        tables.setdefault(table, []).append(json.loads(data))
    return Raw(tables, zone)


def _value(name: str, value: Any) -> Any:
    """Return a value of any driver or dump in one form: numbers whole, moments as text."""
    if value is None:
        return None
    return str(value) if name in _WORDS else int(value)
