"""Opigno's statistics page of one class, `/statistics/training/{class id}`."""

from __future__ import annotations

from termstats.data.model.units import Second
from termstats.data.platform_pages import PageCell
from termstats.data.platform_pages.opigno_raw import (
    ACHIEVEMENTS,
    CLASS_IN_TRAINING,
    CLASS_MEMBER,
    Raw,
    Row,
)
from termstats.data.platform_pages.opigno_training import donuts, people, results

PAGE = "class"
TABLES = ("users_field_data", "groups_field_data", "group_content_field_data", ACHIEVEMENTS)
"""The tables that this page reads."""


def trainings_of(raw: Raw, class_id: int) -> list[int]:
    """Return the trainings that a class is registered in."""
    return [
        row["gid"]
        for row in raw.rows("group_content_field_data")
        if row["type"] == CLASS_IN_TRAINING and row["entity_id"] == class_id
    ]


def class_page(raw: Raw, class_id: int, now: Second) -> list[PageCell]:
    """Return everything on the page of a class. The month that is chosen changes nothing."""
    members = raw.memberships(class_id, CLASS_MEMBER)
    trainings = trainings_of(raw, class_id)
    rows = [
        row
        for row in raw.rows(ACHIEVEMENTS)
        if row["gid"] in trainings and row["uid"] in set(members)
    ]
    cells = [*donuts(PAGE, rows, 0), *people(PAGE, raw, members, now)]
    for training in trainings:
        if training in raw.labels:
            cells += _results(raw, training, set(members), rows)
    return cells


def _results(raw: Raw, training: int, members: set[int], rows: list[Row]) -> list[PageCell]:
    achievements = {row["uid"]: row for row in reversed(rows) if row["gid"] == training}
    both = [uid for uid in raw.memberships(training) if uid in members]
    cells = []
    for uid in sorted(both, key=lambda uid: str(raw.users[uid]["name"]).casefold()):
        key = f"{raw.labels[training]} / {raw.users[uid]['name']}"
        cells += results(PAGE, "result", key, achievements.get(uid))
    return cells
