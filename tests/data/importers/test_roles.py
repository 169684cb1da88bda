"""Who sees what, of each platform: the tables of roles in the platforms' documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from termstats.data.importers.registry import importers
from termstats.data.importers.writing.base import ImportOptions
from termstats.data.importers.writing.run import run_import
from termstats.data.model.errors import NotAllowed
from termstats.data.query.scope import Role, Scope, scope_of
from termstats.data.query.viewers import NOBODY, viewers
from termstats.data.store import schema
from termstats.data.store.opening import Store, open_store, run_query
from tests.data.importers.kolibri import factory as kolibri
from tests.data.importers.moodle import factory as moodle
from tests.data.importers.opigno import factory as opigno
from tests.data.importers.oppia import factory as oppia
from tests.data.importers.small_sources import SOURCES
from tests.shared import ROOT

Seen = tuple[Role, set[str]]
"""The role, and the keys of the trainings or classes that it holds."""


async def imported(platform: str, source: Path, folder: Path) -> Store:
    path = folder / "store.db"
    importer = importers()[platform]
    await run_import(importer, str(source), path, ImportOptions())
    return await open_store(path)


async def told_of(store: Store, people: Mapping[str, tuple[str, Seen | None]]) -> None:
    """Check that the list of viewers tells the same of everybody as opening the store does."""
    told = {role: await seen_by(store, viewer) for role, (viewer, _seen) in people.items()}
    table = await viewers(store, learners=True)
    emails = {row.email: row.key for row in await _people(store)}
    await store.close()
    assert told == {role: seen for role, (_viewer, seen) in people.items()}
    rows = [dict(zip((c.name for c in table.columns), row, strict=True)) for row in table.rows]
    listed = {row[name]: row for row in rows for name in ("viewer_id", "username", "name")}
    for viewer, seen in people.values():
        row = listed.get(emails.get(viewer, viewer))
        if row is None:
            assert seen is NOTHING, viewer
            continue
        assert row["role"] == (NOBODY if seen is NOTHING else seen[0]), viewer
        assert (row["why"] is None) == (seen is not NOTHING), viewer
        counted = {Role.MANAGER: "trainings", Role.COACH: "classes"}
        if seen is not NOTHING and seen[0] in counted:
            assert row[counted[seen[0]]] == len(seen[1]), viewer


async def _people(store: Store) -> Sequence[Any]:
    async with store.connect() as connection:
        return await run_query(connection, select(schema.person.c.key, schema.person.c.email))


async def seen_by(store: Store, viewer: str) -> Seen | None:
    """Return what somebody sees; None: not even themselves."""
    async with store.connect() as connection:
        try:
            scope = await scope_of(connection, viewer)
        except NotAllowed:
            return None
        tables = {Role.MANAGER: schema.training, Role.COACH: schema.class_}
        keys: set[str] = set()
        if (table := tables.get(scope.role)) is not None:
            ids = sorted(scope.trainings or scope.classes or ())
            statement = select(table.c.key).where(table.c.id.in_(ids))
            keys = {row.key for row in await run_query(connection, statement)}
    _check(scope)
    return scope.role, keys


def _check(scope: Scope) -> None:
    """Check that exactly one thing narrows whoever does not see everything."""
    narrowed = [scope.trainings, scope.classes, scope.people]
    number = sum(each is not None for each in narrowed)
    assert number == (0 if scope.role is Role.ADMINISTRATOR else 1)


EVERYTHING: Seen = (Role.ADMINISTRATOR, set())
OWN: Seen = (Role.LEARNER, set())
NOTHING = None

# ---- Opigno --------------------------------------------------------------------------------------

_SITE_ROLES = (
    "administrator",
    "statistics_reader",
    "user_manager",
    "content_manager",
    "translator",
)
OPIGNO_PEOPLE = {uid: f"user{uid}" for uid in range(20, 32)}
OPIGNO: dict[str, list[dict[str, Any]]] = {
    "users_field_data": [
        {"uid": uid, "name": name, "created": opigno.MADE, "status": int(uid != 31)}
        for uid, name in OPIGNO_PEOPLE.items()
    ],
    "user__roles": [
        *(
            {"entity_id": uid, "roles_target_id": role}
            for uid, role in enumerate(_SITE_ROLES, start=20)
        ),
        {"entity_id": 31, "roles_target_id": "administrator"},  # blocked
    ],
    "groups_field_data": [
        {"id": 9, "type": "opigno_class", "label": "Class B", "created": opigno.MADE}
    ],
    "group_content_field_data": [
        opigno.member(101, 3, 25),
        opigno.member(102, 4, 25),
        opigno.member(103, 5, 26),  # waits for approval
        opigno.member(104, 5, 27),
        opigno.member(105, 5, 28),
        *(
            {"id": key, "type": "opigno_class-group_membership", "gid": 9, "entity_id": uid}
            for key, uid in ((111, 29), (112, 30))
        ),
    ],
    "group_content__group_roles": [
        *({"entity_id": key, "group_roles_target_id": "learning_path-user_manager"}
          for key in (101, 102, 103)),
        {"entity_id": 104, "group_roles_target_id": "learning_path-content_manager"},
        {"entity_id": 111, "group_roles_target_id": "opigno_class-class_manager"},
    ],
    "opigno_learning_path_group_user_status": [
        {"id": 1, "mid": 103, "uid": 26, "gid": 5, "status": 2}
    ],
}  # fmt: skip
OPIGNO_ROLES = {
    "administrator": ("user20", EVERYTHING),
    "user 1": ("root", EVERYTHING),
    "statistics manager": ("user21", EVERYTHING),
    "user manager": ("user22", EVERYTHING),
    "content manager": ("user23", OWN),
    "another role": ("user24", OWN),
    "student manager of two trainings": ("user25", (Role.MANAGER, {"3", "4"})),
    "student manager who waits for approval": ("user26", OWN),
    "content manager of a training": ("user27", OWN),
    "learner": ("user28", OWN),
    "class manager": ("user29", (Role.COACH, {"9"})),
    "member of a class": ("user30", OWN),
    "blocked administrator": ("user31", NOTHING),
    "anonymous": ("0", NOTHING),
}


async def test_roles_of_opigno(tmp_path: Path) -> None:
    store = await imported("opigno", opigno.make(tmp_path / "opigno.db", OPIGNO), tmp_path)
    await told_of(store, OPIGNO_ROLES)


# ---- OppiaMobile ---------------------------------------------------------------------------------

OPPIA: dict[str, list[dict[str, Any]]] = {
    "auth_user": [
        {"id": 10, "username": "staff", "is_staff": 1},
        {"id": 11, "username": "super", "is_superuser": 1},
        {"id": 12, "username": "manager"},
        {"id": 13, "username": "viewer"},
        {"id": 14, "username": "teacher"},
        {"id": 15, "username": "student"},
        {"id": 16, "username": "nobody"},
        {"id": 17, "username": "gone", "is_staff": 1, "is_active": 0},
    ],
    "oppia_coursepermissions": [
        {"id": 1, "user_id": 12, "course_id": 1, "role": "manager"},
        {"id": 2, "user_id": 13, "course_id": 2, "role": "viewer"},
    ],
    "oppia_cohort": [{"id": 7, "description": "Team"}, {"id": 8, "description": "Others"}],
    "oppia_participant": [
        {"id": 1, "cohort_id": 7, "user_id": 14, "role": "teacher"},
        {"id": 2, "cohort_id": 7, "user_id": 15, "role": "student"},
    ],
}
OPPIA_ROLES = {
    "admin": ("super", EVERYTHING),
    "staff": ("staff", EVERYTHING),
    "course manager": ("manager", (Role.MANAGER, {"1"})),
    "course viewer": ("viewer", OWN),
    "teacher": ("teacher", (Role.COACH, {"7"})),
    "student": ("student", OWN),
    "any user": ("nobody", OWN),
    "blocked staff": ("gone", NOTHING),
}


async def test_roles_of_oppiamobile(tmp_path: Path) -> None:
    store = await imported("oppia", oppia.make(tmp_path / "oppia.db", **OPPIA), tmp_path)
    await told_of(store, OPPIA_ROLES)


# ---- 360Learning ---------------------------------------------------------------------------------

USERS = (
    "First name,Last name,Email,Publications,Comments,Reactions\n"
    "Ada,Long,ada@x.org,0,0,0\nBo,Short,bo@x.org,0,0,0\nCy,Twin,cy1@x.org,0,0,0\n"
    "Cy,Twin,cy2@x.org,0,0,0\nDi,Reader,di@x.org,0,0,0\n"
)
COURSES = (
    "Course Name;Course ID;Author;Co-authors;Views\n"
    "Safety;c1;Ada Long;Bo  Short|Ada Long;3\nFire;c2;Ada  Long;Cy Twin;4\nWater;c3;Ed Else;;5\n"
)
THREESIXTY_ROLES = {
    "author of two courses": ("ada@x.org", (Role.MANAGER, {"c1", "c2"})),
    "co-author": ("bo@x.org", (Role.MANAGER, {"c1"})),
    "one of two of that name": ("cy1@x.org", OWN),
    "the other": ("cy2@x.org", OWN),
    "learner": ("di@x.org", OWN),
    "author who is no user": ("Ed Else", NOTHING),
}


async def test_roles_of_360learning(tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "users.csv").write_text(USERS)
    (folder / "courses.csv").write_text(COURSES)
    store = await imported("threesixty", folder, tmp_path)
    await told_of(store, THREESIXTY_ROLES)


# ---- Kolibri -------------------------------------------------------------------------------------

KOLIBRI = {
    "kolibriauth_role": [
        {"id": kolibri.hexed(n, "6"), "user_id": user, "collection_id": place, "kind": kind}
        for n, (user, place, kind) in enumerate(
            (
                (kolibri.COACH, kolibri.ROOM, "coach"),
                (kolibri.CY, kolibri.SCHOOL, "admin"),
                (kolibri.BO, kolibri.SCHOOL, "classroom assignable coach"),
            )
        )
    ]
}
KOLIBRI_ROLES = {
    "superuser": ("root", EVERYTHING),
    "admin of a facility": (*("cy", (Role.COACH, {kolibri.SCHOOL, kolibri.ROOM, kolibri.GROUP})),),
    "coach of a class": ("coach", (Role.COACH, {kolibri.ROOM, kolibri.GROUP})),
    "who may be made a coach": ("bo", OWN),
    "learner": ("ana", OWN),
}


async def test_roles_of_kolibri(tmp_path: Path) -> None:
    source = kolibri.make(tmp_path / "db.sqlite3", KOLIBRI)
    await told_of(await imported("kolibri", source, tmp_path), KOLIBRI_ROLES)


# ---- Moodle --------------------------------------------------------------------------------------

_MOODLE_ROLES = {"manager": 1, "coursecreator": 2, "editingteacher": 3, "teacher": 4, "student": 5}
_MOODLE_HELD = (
    # (user, role, context): 1 the site, 2 its category, 4 and 6 courses, 5 an activity.
    (20, "manager", 1),
    (21, "manager", 2),
    (22, "editingteacher", 4),
    (23, "teacher", 4),
    (24, "teacher", 6),
    (25, "teacher", 6),
    (26, "coursecreator", 1),
    (27, "editingteacher", 5),
    (28, "student", 4),
    (29, "manager", 1),
)
MOODLE: dict[str, list[dict[str, Any]]] = {
    "user": [
        *moodle.CONTENT["user"],
        *(moodle.person(user, f"user{user}", suspended=int(user == 29)) for user in range(20, 30)),
    ],
    "course": [
        *moodle.CONTENT["course"],
        {"id": 11, "fullname": "Fire", "shortname": "F", "groupmode": 1},
    ],
    "context": [*moodle.CONTENT["context"], {"id": 6, "contextlevel": 50, "instanceid": 11}],
    "role_assignments": [
        {"id": number, "roleid": _MOODLE_ROLES[role], "contextid": context, "userid": user}
        for number, (user, role, context) in enumerate(_MOODLE_HELD)
    ],
    "groups": [
        {"id": 1, "courseid": 11, "name": "Reds"},
        {"id": 2, "courseid": 11, "name": "Tans"},
    ],
    "groups_members": [{"id": 1, "groupid": 1, "userid": 24}],
}
MOODLE_ROLES = {
    "site administrator": ("admin", EVERYTHING),
    "manager of the site": ("user20", EVERYTHING),
    "manager of a category": ("user21", (Role.MANAGER, {"10", "11"})),
    "editing teacher": ("user22", (Role.MANAGER, {"10"})),
    "teacher": ("user23", (Role.MANAGER, {"10"})),
    "teacher of one of separate groups": ("user24", (Role.COACH, {"group 1"})),
    "teacher of none of separate groups": ("user25", OWN),
    "course creator": ("user26", OWN),
    "teacher of one activity": ("user27", OWN),
    "student": ("user28", OWN),
    "suspended manager": ("user29", NOTHING),
    "guest": ("guest", NOTHING),
    "deleted": ("6", NOTHING),
}


async def test_roles_of_moodle(tmp_path: Path) -> None:
    source = moodle.make(tmp_path / "moodle.sqlite3", MOODLE)
    await told_of(await imported("moodle", source, tmp_path), MOODLE_ROLES)


# ---- platforms whose data tell nobody's role -----------------------------------------------------


@pytest.mark.parametrize("platform", ["oulad", "opendatasoft", "datagrok", "events", "xapi"])
async def test_nobody_sees_more_than_their_own_where_no_role_is_told(
    tmp_path: Path, platform: str
) -> None:
    store = await imported(platform, SOURCES[platform](tmp_path), tmp_path)
    async with store.connect() as connection:
        keys = [row.key for row in await run_query(connection, select(schema.person.c.key))]
        grants = await run_query(connection, select(schema.grant.c.role))
    told = [await seen_by(store, key) for key in keys]
    table = await viewers(store, learners=True)
    await store.close()
    assert len(table.rows) == len(keys)
    assert {*table.column("role")} <= {Role.LEARNER, NOBODY}
    assert keys
    assert not grants
    assert all(each in (OWN, NOTHING) for each in told)


def test_every_importer_has_its_roles_tested() -> None:
    told = {"opigno", "oppia", "threesixty", "kolibri", "moodle"}
    assert set(importers()) == told | {"oulad", "opendatasoft", "datagrok", "events", "xapi"}


DOCUMENTED = {
    "opigno": ("Administrator", "Statistics manager", "User manager", "Student manager"),
    "oppia": ("admin; staff", "course manager", "course viewer", "teacher", "student"),
    "threesixty": ("Administrator", "Editor, contributor", "Learner"),
    "datagrok": ("unconfirmed",),
    "opendatasoft": ("Browse analytics",),
}


@pytest.mark.parametrize("platform", DOCUMENTED)
def test_the_documents_name_the_roles_of_these_tables(platform: str) -> None:
    document = ROOT.parent / "shared" / "platforms" / f"{platform}.md"
    if not document.exists():
        pytest.skip("the platforms' documents are not here; skipped")
    roles = document.read_text().partition("\n## 4")[2].partition("\n## 5")[0]
    assert [word for word in DOCUMENTED[platform] if word not in roles] == []
