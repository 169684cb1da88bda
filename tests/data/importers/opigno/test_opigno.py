"""The Opigno importer on invented content; real sites: test_opigno_numbers.py."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from termstats.data.importers.opigno.importer import OpignoImporter
from termstats.data.importers.opigno.tables import RECONCILED
from termstats.data.importers.registry import importers
from termstats.data.importers.writing.base import ImportOptions
from termstats.data.importers.writing.run import run_import
from termstats.data.model.errors import SourceError, UsageError
from tests.data.importers.opigno.factory import (
    AS_OF,
    ENROLLED,
    SECRET,
    Rows,
    answer,
    at,
    attempt,
    dump,
    load,
    make,
    member,
    record,
)
from tests.data.importers.store_file import contents, query


async def test_the_registry_knows_it() -> None:
    assert isinstance(importers()["opigno"], OpignoImporter)


async def test_people_roles_and_grants(tmp_path: Path) -> None:
    store, _ = await load(tmp_path)
    people = query(
        store,
        "SELECT key, name, staff, blocked, anonymous, counted, zone FROM person ORDER BY id",
    )
    assert people == [
        ("0", "anonymous", 0, 0, 1, 0, "UTC"),
        ("1", "root", 1, 0, 0, 0, "UTC"),
        ("2", "Ann Ash", 0, 0, 0, 1, "UTC"),
        ("3", "bob", 0, 0, 0, 1, "UTC"),
        ("4", "cat", 0, 0, 0, 1, "Asia/Tokyo"),
        ("5", "dan", 0, 1, 0, 0, "UTC"),
        ("6", "tom", 1, 0, 0, 0, "UTC"),
    ]
    grants = query(
        store,
        'SELECT p.key, g.role, t.key, c.key FROM "grant" g JOIN person p ON p.id = g.person_id '
        "LEFT JOIN training t ON t.id = g.training_id LEFT JOIN class c ON c.id = g.class_id "
        "ORDER BY g.id",
    )
    assert grants == [
        ("1", "administrator", None, None),
        ("6", "coach", None, "1"),
        ("6", "manager", "3", None),
    ]


async def test_trainings_steps_and_activities(tmp_path: Path) -> None:
    store, _ = await load(tmp_path)
    assert query(store, "SELECT key, status, published FROM training ORDER BY id") == [
        ("3", "published", 1),
        ("4", "published", 1),
        ("5", "published", 1),
        ("7", "published", 1),
        ("8", "unpublished", 0),
    ]
    modules = query(
        store,
        "SELECT m.key, h.key, m.mandatory, m.pass_mark, m.keep, m.max_score FROM module m "
        "LEFT JOIN module h ON h.id = m.parent_id ORDER BY m.id",
    )
    assert modules == [
        ("module:1@3", None, 1, 60.0, "best", 15.0),
        ("module:2@4", None, 1, 70.0, "newest", 10.0),
        ("course:6@5", None, 1, 50.0, "newest", None),
        ("module:5@5", None, 1, 0.0, "best", 0.0),
        ("module:6@5", None, 1, 50.0, "best", 8.0),
        ("module:3@course:6@5", "course:6@5", 0, 0.0, "best", 10.0),
        ("module:4@course:6@5", "course:6@5", 0, 0.0, "best", 10.0),
        ("module:7@7", None, 1, 0.0, "best", 1.0),
        ("ilt:1@7", None, 1, 50.0, "best", 100.0),
        ("module:8@8", None, 1, 50.0, "best", 30.0),
    ]
    path = "SELECT count(*) FROM activity WHERE in_path = 1 AND key LIKE ?"
    assert query(store, path, "%@8@8") == [(2,)]  # as many as the module draws
    assert query(store, path, "%@7") == [(2,)]  # its activity, and being at the session


async def test_a_removed_member_and_a_deleted_user_are_kept_and_marked(tmp_path: Path) -> None:
    gone = attempt(1, 99, (3, 1), ("2024-03-01 10:00", "2024-03-01 10:10"), score=67, max_score=15)
    store, report = await load(
        tmp_path,
        user_module_status=[gone],
        opigno_answer_field_data=[answer(1, gone, 1, 5), answer(2, gone, 2, 5)],
        opigno_learning_path_achievements=[
            record(1, 3, 3, registered="2024-02-01 00:00:00"),
            record(2, 99, 3, status="completed", completed="2024-03-01 10:10:00"),
        ],
    )
    assert query(store, ENROLLED, "3", "3") == [(None, at("2024-02-01 00:00"), None)]
    left = at("2024-03-01 10:10")
    assert query(store, ENROLLED, "99", "3") == [(left, left, None)]
    assert query(store, "SELECT name, deleted, counted FROM person WHERE key = '99'") == [
        ("deleted user 99", 1, 0)
    ]
    assert any("account is deleted" in note and note.endswith(": 1") for note in report.notes)
    assert any("left a training" in note and note.endswith(": 2") for note in report.notes)


async def test_a_deleted_training_is_kept_and_marked(tmp_path: Path) -> None:
    tried = attempt(1, 2, (9, 1), ("2024-03-01 10:00", "2024-03-01 10:10"), score=80, max_score=15)
    store, _ = await load(
        tmp_path,
        user_module_status=[tried],
        opigno_answer_field_data=[answer(1, tried, 1, 8), answer(2, tried, 2, 4)],
        opigno_learning_path_achievements=[
            record(1, 2, 9, status="completed", completed="2024-03-01 10:10:00", score=80)
        ],
        opigno_learning_path_step_achievements=[
            {
                "id": 1,
                "uid": 2,
                "gid": 9,
                "entity_id": 1,
                "name": "Points then",
                "typology": "Module",
                "parent_id": 0,
                "position": 0,
                "mandatory": 1,
            }
        ],
    )
    assert query(store, "SELECT title, status, published FROM training WHERE key = '9'") == [
        ("Training 9", "deleted", 0)
    ]
    assert query(store, "SELECT title, mandatory FROM module WHERE key = 'module:1@9'") == [
        ("Points then", 1)
    ]
    assert query(store, ENROLLED, "2", "9") == [(at("2024-03-01 10:10"), None, None)]
    assert query(store, "SELECT progress, score FROM enrolment_day") == [(100.0, 80.0)]


async def test_classes_and_an_enrolment_through_one(tmp_path: Path) -> None:
    store, _ = await load(tmp_path, group_content_field_data=[member(20, 3, 3)])
    assert query(
        store,
        "SELECT p.key, m.role, m.from_at FROM class_member m JOIN person p ON p.id = m.person_id "
        "ORDER BY p.key",
    ) == [("3", "learner", at("2024-01-01 00:00")), ("6", "coach", at("2024-01-01 00:00"))]
    assert query(
        store,
        "SELECT c.key, t.key FROM class_training JOIN class c ON c.id = class_id "
        "JOIN training t ON t.id = training_id",
    ) == [("1", "3")]
    assert query(store, ENROLLED, "3", "3") == [(None, None, None)]


async def test_memberships_that_wait_or_are_blocked_do_not_count(tmp_path: Path) -> None:
    store, _ = await load(
        tmp_path,
        group_content_field_data=[member(20, 3, 2), member(21, 3, 3), member(22, 3, 3)],
        opigno_learning_path_group_user_status=[
            {"id": 1, "mid": 20, "uid": 2, "gid": 3, "status": 2},
            {"id": 2, "mid": 21, "uid": 3, "gid": 3, "status": 3},
            {"id": 3, "mid": 77, "uid": 3, "gid": 3, "status": 1},
        ],
    )
    since = at("2024-02-01 00:00")
    for uid in ("2", "3"):
        assert query(store, ENROLLED, uid, "3") == [(None, since, None)]
    assert query(store, "SELECT value FROM enrolment_field ORDER BY value") == [
        ("blocked",),
        ("pending",),
    ]


async def test_dates_without_zone_are_read_in_the_persons_zone(tmp_path: Path) -> None:
    store, report = await load(
        tmp_path,
        opigno_statistics_user_login=[
            {"id": 1, "uid": 2, "date": "2024-03-06 04:30:00"},
            {"id": 2, "uid": 4, "date": "2024-03-06 04:30:00"},
            {"id": 3, "uid": 4, "date": "never"},
        ],
        opigno_learning_path_achievements=[
            record(1, 4, 3, registered="2024-03-06 04:30:00"),
            record(2, 3, 3, registered="1970-01-01 00:00:00"),
        ],
    )
    tokyo = at("2024-03-05 19:30")
    assert query(store, "SELECT key, id >> 20, active FROM event ORDER BY key") == [
        ("login:1", at("2024-03-06 04:30"), 1),
        ("login:2", tokyo, 1),
    ]
    assert report.tables["opigno_statistics_user_login"].refused == {"no usable date": 1}
    since = "SELECT enrolled_at FROM enrolment e JOIN person p ON p.id = person_id WHERE p.key = ?"
    assert query(store, since, "4") == [(tokyo,)]
    assert query(store, since, "3") == [(None,)]
    assert any("1970" in note for note in report.notes)


async def test_the_sites_zone_is_told_or_else_its_own(tmp_path: Path) -> None:
    results = [{"id": 1, "opigno_ilt": 1, "user_id": 2, "status": 1, "score": 80}]
    zoned = ImportOptions(as_of=AS_OF, source_zone="Europe/Paris")
    store, _ = await load(tmp_path, zoned, opigno_ilt_result=results)
    assert query(store, "SELECT finished_at FROM attempt") == [(at("2024-03-10 11:00"),)]
    assert query(store, "SELECT zone FROM source") == [("Europe/Paris",)]
    source = make(tmp_path / "zoned.db", {"opigno_ilt_result": results})
    setting = 's:8:"timezone";a:2:{s:7:"default";s:10:"Asia/Tokyo";s:4:"user";a:0:{}}'
    with closing(sqlite3.connect(source)) as connection:
        connection.execute("CREATE TABLE config (collection, name, data)")
        values = [("", "system.site", SECRET), ("", "system.date", f"a:1:{{{setting}}}")]
        connection.executemany("INSERT INTO config VALUES (?, ?, ?)", values)
        connection.commit()
    other = tmp_path / "zoned.store"
    await run_import(OpignoImporter(), str(source), other, ImportOptions(as_of=AS_OF))
    assert query(other, "SELECT zone FROM source") == [("Asia/Tokyo",)]
    assert query(other, "SELECT finished_at FROM attempt") == [(at("2024-03-10 03:00"),)]
    assert SECRET.encode() not in other.read_bytes()


async def test_reported_rows_are_word_for_word_and_without_secrets(tmp_path: Path) -> None:
    store, _ = await load(
        tmp_path,
        opigno_learning_path_achievements=[record(1, 2, 3, progress=40)],
        groups_field_data=[
            {"id": 3, "type": "learning_path", "label": "Alfa", "default_langcode": 0}
        ],
    )
    kept = query(
        store,
        "SELECT key, data FROM reported_row WHERE name = 'opigno_learning_path_achievements'",
    )
    assert [(key, json.loads(data)) for key, data in kept] == [
        (
            "000000000",
            {
                "id": 1,
                "uid": 2,
                "gid": 3,
                "name": "Training 3",
                "status": "pending",
                "score": 0,
                "progress": 40,
                "time": 0,
                "registered": "2024-02-01 00:00:00",
                "completed": None,
            },
        )
    ]
    names = {row[0] for row in query(store, "SELECT DISTINCT name FROM reported_row")}
    assert names <= set(RECONCILED)
    groups = "SELECT count(*) FROM reported_row WHERE name = 'groups_field_data'"
    assert query(store, groups) == [(8,)]
    people = query(store, "SELECT data FROM reported_row WHERE name = 'users_field_data'")
    assert not any("mail" in data or "@" in data for (data,) in people)
    assert SECRET.encode() not in store.read_bytes()


async def test_a_dump_and_a_prefix_give_the_same_store(tmp_path: Path) -> None:
    tried = attempt(1, 2, (3, 1), ("2024-03-01 10:00", "2024-03-01 10:10"), score=80, max_score=15)
    more: Rows = {
        "group_content_field_data": [member(20, 3, 2)],
        "user_module_status": [tried],
        "opigno_answer_field_data": [answer(1, tried, 1, 8), answer(2, tried, 2, 4)],
        "opigno_learning_path_achievements": [record(1, 2, 3, name="L'été à \\ Zoë")],
    }
    plain = make(tmp_path / "plain.db", more)
    prefixed = make(tmp_path / "prefixed.db", more, prefix="x_")
    sources = [
        plain,
        prefixed,
        dump(plain, tmp_path / "one.sql"),
        dump(plain, tmp_path / "extended.sql", extended=True),
        dump(plain, tmp_path / "latin1.sql", latin1=True),
        dump(prefixed, tmp_path / "prefixed.sql", extended=True),
    ]
    stores = []
    for source in sources:
        store = source.with_name(f"{source.name}.store")
        await run_import(OpignoImporter(), str(source), store, ImportOptions(as_of=AS_OF))
        stores.append(contents(store))
    assert len(stores[0]["attempt"]) == 1
    for source, found in zip(sources, stores, strict=True):
        assert found == stores[0], source.name


async def test_twice_is_once(tmp_path: Path) -> None:
    store, _ = await load(tmp_path, group_content_field_data=[member(20, 3, 2)])
    before = contents(store)
    (tmp_path / "opigno.db").unlink()
    await load(tmp_path, group_content_field_data=[member(20, 3, 2)])
    assert contents(store) == before


async def test_what_a_site_lacks_is_named(tmp_path: Path) -> None:
    lacks = "opigno_skills_statistic group__field_certificate opigno_scorm_user_answer_results"
    source = make(tmp_path / "opigno.db", leave_out=f"{lacks} opigno_ilt opigno_moxtra_meeting")
    report = await run_import(
        OpignoImporter(), str(source), tmp_path / "store.db", ImportOptions(as_of=AS_OF)
    )
    for gap in (
        "table opigno_skills_statistic: no skills",
        "table group__field_certificate: no certificates",
        "table opigno_scorm_user_answer_results: no answers of SCORM activities",
        "table opigno_ilt: no face-to-face sessions",
        "table opigno_moxtra_meeting: no live meetings",
    ):
        assert gap in report.gaps
    assert report.tables["opigno_group_content"].refused == {"ilt that no longer exists": 1}


@pytest.mark.parametrize(
    ("leave_out", "message"),
    [
        ("opigno_learning_path_achievements", "a Drupal site without Opigno"),
        ("users_field_data", "not an Opigno site: no tables"),
        ("user_module_status", "missing table user_module_status"),
    ],
)
async def test_another_database_is_refused_in_one_line(
    tmp_path: Path, leave_out: str, message: str
) -> None:
    source = make(tmp_path / "other.db", leave_out=leave_out)
    store = tmp_path / "store.db"
    with pytest.raises(SourceError, match=message) as caught:
        await run_import(OpignoImporter(), str(source), store)
    assert "\n" not in str(caught.value)
    assert not store.exists()


async def test_a_truncated_dump_leaves_the_old_store(tmp_path: Path) -> None:
    store, _ = await load(tmp_path)
    before = store.read_bytes()
    whole = dump(tmp_path / "opigno.db", tmp_path / "dump.sql", extended=True)
    text = whole.read_bytes()
    whole.write_bytes(text[: text.index(b"INSERT INTO `opigno_module_field_data`") + 80])
    with pytest.raises(SourceError, match="the dump was cut off"):
        await run_import(OpignoImporter(), str(whole), store)
    assert store.read_bytes() == before


@pytest.mark.parametrize("said", ["latin1", "utf8mb4"])
async def test_a_dump_in_latin1_keeps_its_accents(tmp_path: Path, said: str) -> None:
    whole = dump(make(tmp_path / "opigno.db"), tmp_path / "dump.sql").read_text(encoding="utf-8")
    text = whole.replace("NAMES utf8mb4", f"NAMES {said}").replace("Alpha", "Zoë à l\\'école")
    (tmp_path / "latin1.sql").write_bytes(text.encode("latin1"))
    store = tmp_path / "store.db"
    await run_import(OpignoImporter(), str(tmp_path / "latin1.sql"), store)
    assert ("Zoë à l'école",) in query(store, "SELECT title FROM training")


async def test_single_trainings_cannot_be_imported(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="leave --only out"):
        await load(tmp_path, ImportOptions(only=("3",)))


async def test_rows_that_lead_nowhere_are_refused_and_named(tmp_path: Path) -> None:
    tried = attempt(1, 2, (3, 1), ("2024-03-01 10:00", "2024-03-01 10:10"), score=67, max_score=15)
    store, report = await load(
        tmp_path,
        user_module_status=[tried],
        opigno_answer_field_data=[
            answer(1, tried, 1, 5),
            answer(2, tried, 1, 9),
            answer(3, {**tried, "id": 77}, 1, 5),
        ],
        opigno_learning_path_achievements=[record(1, 2, 3), record(2, 2, 3), record(3, 2, 1)],
        group_content_field_data=[member(30, 3, 88), member(31, 77, 2)],
        opigno_ilt_result=[{"id": 1, "opigno_ilt": 9, "user_id": 2, "status": 1, "score": 1}],
        user__roles=[{"entity_id": 88, "roles_target_id": "administrator"}],
    )
    refused = {name: counts.refused for name, counts in report.tables.items() if counts.refused}
    assert refused == {
        "opigno_answer_field_data": {
            "second answer to one activity of an attempt": 1,
            "unknown attempt": 1,
        },
        "opigno_learning_path_achievements": {
            "second row of a person and training": 1,
            "group that is no training": 1,
        },
        "group_content_field_data": {"unknown person or training": 2},
        "opigno_ilt_result": {"unknown session or training": 1},
        "user__roles": {"unknown person": 1},
    }
    bad_rows = store.with_name("store.db.bad-rows.csv").read_text(encoding="utf-8")  # noqa: ASYNC240
    assert bad_rows.count("\n") == 1 + report.refused
