"""The importer of events of any platform, against what docs/events.md promises."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from termstats.data.importers.events.importer import COLUMNS, EventsImporter
from termstats.data.importers.registry import importers
from termstats.data.importers.writing.base import ImportOptions, ImportReport
from termstats.data.importers.writing.run import run_import
from termstats.data.model.errors import SourceError
from termstats.data.model.request import Param
from termstats.data.store import schema
from tests.data.figures.hand_store import dicts, report
from tests.data.importers.store_file import contents, query, when
from tests.shared import ROOT

ROWS = """\
at,person,name,email,kind,action,training,module,activity,duration,value,weight,detail,session,extra
2026-03-01T09:00:00+01:00,ana,Ana,ana@x.org,page,read,First aid,Basics,Burns,90,,,,s1,
2026-03-01T09:05:00+01:00,ana,,,quiz,answer,First aid,Basics,Test,18000,75.5,,,s1,hard
2026-03-02 10:00,bo,,,page,read,First aid,Basics,Burns,,,3,,s1,
2026-03-02 11:00,bo,,,wiki,edit,First aid,,,,,,,,
2026-03-03 12:00,,,,search,,,,,,,,burns,,
"""


async def load(location: Path, store: Path, **options: Any) -> ImportReport:
    return await run_import(EventsImporter(), str(location), store, ImportOptions(**options))


async def written(tmp_path: Path, text: str, **options: Any) -> tuple[Path, ImportReport]:
    source, store = tmp_path / "events.csv", tmp_path / "store.sqlite3"
    source.write_text(text, encoding="utf-8")
    return store, await load(source, store, **options)


def test_it_is_registered() -> None:
    assert isinstance(importers()["events"], EventsImporter)


def test_every_column_is_documented() -> None:
    page = (ROOT / "docs" / "events.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1] for line in page.splitlines() if line.startswith("| `")]
    assert sorted(re.findall(r"`(\w+)`", " ".join(rows))) == sorted(COLUMNS)


async def test_events_people_and_places(tmp_path: Path) -> None:
    store, found = await written(tmp_path, ROWS)
    assert (found.tables["events"].read, found.tables["events"].kept) == (5, 5)
    assert query(
        store,
        "SELECT e.id >> 20, p.key, x.kind, x.name, t.title, m.title, a.title, e.seconds, value, "
        "e.weight, detail, e.flags FROM event e JOIN action x ON x.id = action_id "
        "LEFT JOIN person p ON p.id = e.person_id LEFT JOIN training t ON t.id = e.training_id "
        "LEFT JOIN module m ON m.id = e.module_id LEFT JOIN activity a ON a.id = e.activity_id "
        "ORDER BY e.id",
    ) == [
        (
            *(when("2026-03-01 08:00"), "ana", "page", "read", "First aid", "Basics", "Burns"),
            *(90, None, 1, None, 0),
        ),
        (
            *(when("2026-03-01 08:05"), "ana", "quiz", "answer", "First aid", "Basics", "Test"),
            *(18000, 75.5, 1, None, schema.FLAG_OUTLIER),
        ),
        (
            *(when("2026-03-02 10:00"), "bo", "page", "read", "First aid", "Basics", "Burns"),
            *(None, None, 3, None, 0),
        ),
        (
            *(when("2026-03-02 11:00"), "bo", "other", "edit", "First aid", None, None),
            *(None, None, 1, None, 0),
        ),
        (
            *(when("2026-03-03 12:00"), None, "search", "search", None, None, None),
            *(None, None, 1, "burns", 0),
        ),
    ]
    assert query(store, "SELECT key, name, email FROM person ORDER BY key") == [
        ("ana", "Ana", "ana@x.org"),
        ("bo", "bo", None),
    ]


async def test_other_columns_are_parameters(tmp_path: Path) -> None:
    store, found = await written(tmp_path, ROWS)
    assert query(store, "SELECT name, value FROM event_param ORDER BY name") == [
        ("extra", "hard"),
        ("kind", "wiki"),
    ]
    assert "kinds that are not known count as other: wiki 1" in found.notes


async def test_ids_as_floats_are_the_same_ids(tmp_path: Path) -> None:
    store, _ = await written(
        tmp_path,
        "at,person,kind,training,activity,object\n"
        "2026-03-01 09:00,12.0,page,3.0,7,1.0\n2026-03-02 09:00,12,page,3,7.0,1.0\n",
    )
    assert query(store, "SELECT key, name FROM person") == [("12", "12")]
    assert query(store, "SELECT key FROM training") == [("3",)]
    assert query(store, "SELECT key FROM activity") == [("3/7",)]
    assert query(store, "SELECT title FROM object") == [("1.0",)]  # it may be a version


async def test_sessions_of_two_people_may_have_one_id(tmp_path: Path) -> None:
    store, _found = await written(tmp_path, ROWS)
    assert query(
        store,
        "SELECT s.key, p.key, started_at, ended_at FROM session s JOIN person p "
        "ON p.id = person_id ORDER BY s.key",
    ) == [
        ("ana:s1", "ana", when("2026-03-01 08:00"), when("2026-03-01 08:05")),
        ("bo:s1", "bo", when("2026-03-02 10:00"), when("2026-03-02 10:00")),
    ]


async def test_whoever_acts_in_a_training_is_enrolled(tmp_path: Path) -> None:
    store, _found = await written(tmp_path, ROWS)
    keys = {Param.TRAINING: "First aid"}
    found = dicts(await report(store, "training.learners", "2026-03", keys=keys))
    assert [(row["learner"], str(row["enrolled"])) for row in found] == [
        ("Ana", "2026-03-01"),
        ("bo", "2026-03-02"),
    ]
    assert query(store, "SELECT as_of FROM source") == [(when("2026-03-03 12:00"),)]


async def test_activity_by_kind(tmp_path: Path) -> None:
    store, _found = await written(tmp_path, ROWS)
    found = dicts(await report(store, "global.activity", "2026-03-01..2026-03-03", everybody=True))
    assert [(row["page"], row["quiz"], row["other"], row["search"]) for row in found] == [
        *((1, 1, 0, 0), (3, 0, 1, 0), (0, 0, 0, 1)),
    ]


@pytest.mark.parametrize("place", ["events.csv.map.json", "map.json"])
async def test_a_map_brings_in_other_columns(tmp_path: Path, place: str) -> None:
    (tmp_path / place).write_text(
        json.dumps({"Time": "at", "User": "person", "What": "action", "Course": "training"})
    )
    store, _found = await written(tmp_path, "Time;User;What;Course\n13/03/2026 09:00;ana;open;A\n")
    assert query(
        store,
        "SELECT e.id >> 20, p.key, x.kind, x.name, t.key FROM event e "
        "JOIN action x ON x.id = action_id JOIN person p ON p.id = e.person_id "
        "JOIN training t ON t.id = e.training_id",
    ) == [(when("2026-03-13 09:00"), "ana", "other", "open", "A")]


async def test_a_map_may_lie_elsewhere(tmp_path: Path) -> None:
    maps = tmp_path / "maps"
    maps.mkdir()
    (maps / "own.json").write_text(json.dumps({"Time": "at", "What": "action"}))
    text = "Time;What\n13/03/2026 09:00;open\n"
    store, _found = await written(tmp_path, text, map=str(maps / "own.json"))
    assert query(store, "SELECT name FROM action") == [("open",)]
    with pytest.raises(SourceError, match="missing.json: not a JSON file"):
        await written(tmp_path, text, map=str(maps / "missing.json"))


async def test_json_lines_give_the_same_store(tmp_path: Path) -> None:
    store, _found = await written(tmp_path, ROWS)
    header, *rows = (line.split(",") for line in ROWS.splitlines())
    lines = [json.dumps({n: c or None for n, c in zip(header, r, strict=True)}) for r in rows]
    source, other = tmp_path / "events.jsonl", tmp_path / "other.sqlite3"
    source.write_text("\n".join(lines))
    await load(source, other)
    assert contents(other) == contents(store)


async def test_importing_again_changes_nothing(tmp_path: Path) -> None:
    store, _found = await written(tmp_path, ROWS)
    before = contents(store)
    await written(tmp_path, ROWS)
    assert contents(store) == before


async def test_bad_rows_are_refused_with_a_reason(tmp_path: Path) -> None:
    text = (
        "at,id,kind,training,module,weight,duration\n"
        "soon,,page,,,,\n"
        "2026-03-01,,,,,,\n"
        "2026-03-01,,page,,M,,\n"
        "2026-03-01,,page,,,0,\n"
        "2026-03-01,,page,,,,long\n"
        "2026-03-01,7,page,,,,\n"
        "2026-03-01,7,page,,,,\n"
        "short\n"
    )
    store, found = await written(tmp_path, text)
    table = found.tables["events"]
    assert (table.read, table.kept) == (8, 1)
    assert table.refused == {
        "at is not a time": 1,
        "neither kind nor action": 1,
        "a module without a training": 1,
        "weight is not a whole number above 0": 1,
        "duration is not a number": 1,
        "the id is there twice": 1,
        "wrong number of cells": 1,
    }
    assert query(store, "SELECT key FROM event") == [("7",)]


async def test_dates_are_placed_at_noon_of_the_zone(tmp_path: Path) -> None:
    text = "at,kind\n2026-03-01,page\n20260302,page\n"
    store, found = await written(tmp_path, text, zone="Pacific/Auckland")
    # Noon in Auckland is 23:00 UTC of the day before (summer time, UTC+13).
    assert query(store, "SELECT id >> 20 FROM event ORDER BY id") == [
        (when("2026-02-28 23:00"),),
        (when("2026-03-01 23:00"),),
    ]
    assert "2 events have a date and no time of day" in found.notes
    assert query(store, "SELECT has_clock FROM source") == [(0,)]


async def test_addresses_are_not_kept_unless_asked_for(tmp_path: Path) -> None:
    text = "at,kind,person,ip,agent\n1772355600,page,ana,203.0.113.7,curl\n"
    store, _found = await written(tmp_path, text)
    assert "203.0.113.7" not in repr(contents(store))
    store, _found = await written(tmp_path, text, with_network_data=True)
    assert query(store, "SELECT ip, agent, id >> 20 FROM event") == [
        ("203.0.113.7", "curl", 1772355600)
    ]


async def test_platform_use_reaches_the_backoffice(tmp_path: Path) -> None:
    text = (
        "at,person,kind,action,object,object_kind,target,missed,active,error\n"
        "2026-03-01 09:00,ana,admin,edit_page,p1,page,bo,,,\n"
        "2026-03-01 10:00,ana,api,search_records,,,,1,0,Timeout\n"
    )
    store, _found = await written(tmp_path, text)
    found = dicts(await report(store, "backoffice.top-pages", "2026-03"))
    assert [(row["page"], row["actions"], row["users"]) for row in found] == [("p1", 1, 1)]
    assert query(
        store,
        "SELECT p.key, missed, active, error FROM event e "
        "LEFT JOIN person p ON p.id = target_person_id ORDER BY e.id",
    ) == [("bo", 0, 1, None), (None, 1, 0, "Timeout")]


async def test_a_file_without_time_is_no_file_of_events(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no column 'at'.*it has when, kind.*map.json"):
        await written(tmp_path, "when,kind\n2026-03-01,page\n")
