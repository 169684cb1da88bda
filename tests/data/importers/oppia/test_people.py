"""People and secrets of OppiaMobile."""

from __future__ import annotations

import json
from pathlib import Path

from tests.data.importers.oppia.factory import (
    SECRET,
    event,
    load,
)
from tests.data.importers.store_file import query


async def test_people(tmp_path: Path) -> None:
    store, report = await load(
        tmp_path,
        auth_user=[
            {"id": 4, "username": "flagged"},
            {"id": 5, "username": "blocked", "is_active": 0},
            {"id": 6, "username": "staff", "is_staff": 1, "last_login": "2024-01-01 00:00:00.5"},
        ],
        profile_userprofile=[
            {"id": 2, "user_id": 4, "exclude_from_reporting": 1},
            {"id": 3, "user_id": 99},
        ],
        oppia_coursepermissions=[
            {"id": 1, "user_id": 3, "course_id": 1, "role": "manager"},
            {"id": 2, "user_id": 3, "course_id": 2, "role": "viewer"},
            {"id": 3, "user_id": 3, "course_id": 9, "role": "viewer"},
        ],
        profile_customfield=[{"id": "town", "label": "Town"}, {"id": "ok", "label": "Agreed"}],
        profile_userprofilecustomfield=[
            {"id": 1, "user_id": 2, "key_name_id": "town", "value_str": "Oslo"},
            {"id": 2, "user_id": 2, "key_name_id": "town", "value_str": "Rome"},
            {"id": 3, "user_id": 2, "key_name_id": "ok", "value_bool": 0, "value_int": 4},
            {"id": 4, "user_id": 99, "key_name_id": "town", "value_str": "Bonn"},
        ],
    )
    people = query(
        store, "SELECT key, name, roles, staff, excluded, blocked, counted FROM person ORDER BY id"
    )
    assert people == [
        ("1", "root", "admin, staff", 1, 0, 0, 0),
        ("2", "Ann Ash", "student", 0, 0, 0, 1),
        ("3", "bob", "manager, viewer", 0, 0, 0, 1),
        ("4", "flagged", "student", 0, 1, 0, 0),
        ("5", "blocked", "student", 0, 0, 1, 0),
        ("6", "staff", "staff", 1, 0, 0, 0),
    ]
    assert query(store, "SELECT last_access_at FROM person WHERE key = '6'") == [(1_704_067_200,)]
    assert query(store, "SELECT field, value FROM person_field ORDER BY field") == [
        ("Agreed", "false"),
        ("Town", "Oslo"),
        ("job_title", "nurse"),
    ]
    assert query(
        store,
        'SELECT p.key, role, t.key FROM "grant" g JOIN person p ON p.id = g.person_id '
        "LEFT JOIN training t ON t.id = g.training_id ORDER BY g.id",
    ) == [
        ("1", "administrator", None),
        ("6", "administrator", None),
        ("3", "manager", "1"),
        ("3", "viewer", "2"),
    ]
    assert report.tables["profile_userprofile"].refused == {"unknown person": 1}
    assert report.tables["oppia_coursepermissions"].refused == {"unknown course": 1}
    assert report.tables["profile_userprofilecustomfield"].refused == {
        "second value of a field": 1,
        "unknown person": 1,
    }


async def test_secrets_are_never_read(tmp_path: Path) -> None:
    hidden = {"myPassword": SECRET}
    data = {"api_key": SECRET, "a": 1, "ip": "10.9.8.7", "list": [hidden]}
    store, report = await load(
        tmp_path,
        settings_settingproperties=[
            {"key": "MAP_API_KEY", "str_value": SECRET},
            {"key": "smtp_password", "str_value": SECRET},
            {"key": "YEARS", "int_value": 7},
            {"key": "OPEN", "bool_value": 0},
        ],
        oppia_tracker=[event(1, data=json.dumps(data)), event(2, data=f"token={SECRET}")],
    )
    assert query(store, "SELECT extra FROM event WHERE key = '1'") == [
        ('{"data": {"a": 1, "list": [{}]}}',)
    ]
    assert query(store, "SELECT name, value FROM source_setting ORDER BY name") == [
        ("OPEN", "0"),
        ("YEARS", "7"),
    ]
    assert report.tables["settings_settingproperties"].refused == {"secret, not kept": 2}
    for path in (store, store.with_name("store.db.bad-rows.csv")):
        assert SECRET.encode() not in path.read_bytes()
        assert b"10.9.8.7" not in path.read_bytes()
