"""Tables of an Opigno site written by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from termstats.data.model.units import Second
from termstats.data.platform_pages import PageCell
from termstats.data.platform_pages.opigno_raw import Raw

ZONE = ZoneInfo("UTC")
JANUARY = (2024, 1)
LPA = "opigno_learning_path_achievements"
LPS = "opigno_learning_path_step_achievements"
MEMBER = "learning_path-group_membership"


def when(text: str) -> Second:
    return Second(int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()))


NOW = when("2024-05-20 15:00")


class Site:
    """Tables of a site, filled row by row; ids count up."""

    def __init__(self) -> None:
        self.tables: dict[str, list[dict[str, Any]]] = {}

    def add(self, table: str, **row: Any) -> int:
        rows = self.tables.setdefault(table, [])
        rows.append({"id": len(rows) + 1, **row})
        return len(rows)

    def user(self, uid: int, **row: Any) -> None:
        known = {"name": f"u{uid}", "created": 0, "access": 0, "login": 0}
        self.add("users_field_data", uid=uid, default_langcode=1, **{**known, **row})

    def group(self, gid: int, label: str, type: str = "learning_path") -> None:  # noqa: A002
        self.tables.setdefault("groups_field_data", []).append(
            {"id": gid, "type": type, "label": label, "default_langcode": 1}
        )

    def join(self, uid: int, gid: int, type: str = MEMBER) -> None:  # noqa: A002
        self.add("group_content_field_data", type=type, gid=gid, entity_id=uid, default_langcode=1)

    def achieve(
        self,
        uid: int,
        gid: int,
        name: str,
        progress: int,
        completed: str | None = None,
        registered: str = "2024-01-01 00:00:00",
        **row: Any,
    ) -> None:
        known = {"score": progress, "time": 0, "status": "completed" if completed else "pending"}
        self.add(
            LPA,
            **{"uid": uid, "gid": gid, "name": name, "progress": progress, **known, **row},
            registered=registered,
            completed=completed,
        )

    def step(self, uid: int, gid: int, name: str, **row: Any) -> None:
        known = {"typology": "Module", "entity_id": 1, "parent_id": 0, "position": 0, "time": 0}
        self.add(
            LPS, uid=uid, gid=gid, name=name, **{**known, "status": "passed", "score": 0, **row}
        )

    def content(self, gid: int, kind: str, entity: int, mark: int = 0, **row: Any) -> int:
        known = {"is_mandatory": 1, "coordinate_x": 0, "coordinate_y": 0}
        return self.add(
            "opigno_group_content",
            group_id=gid,
            group_content_type_id=f"ContentType{kind}",
            entity_id=entity,
            success_score_min=mark,
            **{**known, **row},
        )

    def module(self, module: int, maxima: list[int], keep: str = "0", **row: Any) -> None:
        known = {"randomization": "0", "random_activities": 0}
        self.tables.setdefault("opigno_module_field_data", []).append(
            {"id": module, "vid": module, "name": f"m{module}", "keep_results": keep} | known | row
        )
        for number, maximum in enumerate(maxima):
            activity = 100 * module + number
            self.tables.setdefault("opigno_activity_field_data", []).append(
                {"id": activity, "status": 1, "default_langcode": 1}
            )
            self.tables.setdefault("opigno_module_relationship", []).append(
                {
                    "omr_id": activity,
                    "omr_pid": None,
                    "parent_id": module,
                    "parent_vid": module,
                    "child_id": activity,
                    "activity_status": 1,
                    "max_score": maximum,
                }
            )

    def attempt(
        self,
        uid: int,
        gid: int,
        module: int,
        score: int | None,
        *,
        started: int = 1000,
        finished: int = 1060,
        points: list[int] | None = None,
    ) -> int:
        found = self.add(
            "user_module_status",
            user_id=uid,
            module=module,
            score=score,
            started=started,
            finished=finished,
            learning_path=gid,
        )
        for number, each in enumerate(points or []):
            self.add(
                "opigno_answer_field_data",
                user_module_status=found,
                activity=100 * module + number,
                score=each,
                default_langcode=1,
            )
        return found

    @property
    def raw(self) -> Raw:
        return Raw(self.tables, ZONE)


def cell(shown: list[PageCell], figure: str, key: str = "") -> str:
    found = [s.platform for s in shown if (s.figure, s.key) == (figure, key)]
    assert len(found) == 1, (figure, key, found)
    return found[0]


def training_of(*members: int) -> Site:
    site = Site()
    site.group(1, "P")
    for uid in members:
        site.user(uid)
        site.join(uid, 1)
    return site


def expiring(site: Site) -> None:
    site.add(
        "group__field_certificate_expire",
        entity_id=1,
        deleted=0,
        field_certificate_expire_value=1,
    )
