"""Where hits belong and when people were last seen, worked out by hand, and within the scope."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import insert

from termstats.data.model.period import day_number
from termstats.data.query.places import Place, places_of
from termstats.data.query.scope import EVERYTHING, Role, Scope
from termstats.data.query.search import search
from termstats.data.store import schema
from termstats.data.store.opening import Store, open_store
from tests.data.query.test_search import build, ids_of


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """Ben was in two trainings, the last time on 3 March; Benedikt on 1 March."""
    build(tmp_path / "s.db")
    with closing(sqlite3.connect(tmp_path / "s.db")) as connection:
        ids = dict(connection.execute("SELECT key, id FROM person"))
        trainings = dict(connection.execute("SELECT key, id FROM training"))
        days = (
            (0, "1", date(2025, 3, 3)),
            (0, "1", date(2025, 3, 1)),
            (trainings["10"], "1", date(2025, 3, 1)),
            (trainings["11"], "1", date(2025, 3, 3)),
            (0, "3", date(2025, 3, 1)),
            (trainings["11"], "3", date(2025, 3, 1)),
        )
        columns = [column.name for column in schema.person_day.columns]
        for training, person, day in days:
            row = dict.fromkeys(columns, 0) | {
                "training_id": training,
                "person_id": ids[person],
                "day": day_number(day),
            }
            connection.execute(
                insert(schema.person_day)
                .values(row)
                .compile(compile_kwargs={"literal_binds": True})
                .string
            )
        connection.commit()
    opened = await open_store(tmp_path / "s.db")
    yield opened
    await opened.close()


async def found(store: Store, scope: Scope, text: str) -> dict[str, Place]:
    hits = await search(store, scope, text)
    places = await places_of(store, scope, hits)
    return {hit.entity.name: places[hit.level, hit.entity.id] for hit in hits}


async def test_people_have_a_class_and_a_last_day(store: Store) -> None:
    places = await found(store, EVERYTHING, "ben")
    assert places["Ben Bauer"] == Place("North", date(2025, 3, 3))
    assert places["Benedikt Cho"] == Place("South", date(2025, 3, 1))
    assert (await found(store, EVERYTHING, "tina"))["Tina Bauer"] == Place()


async def test_trainings_and_classes_have_learners(store: Store) -> None:
    assert (await found(store, EVERYTHING, "safety"))["Safety Basics"] == Place("2 learners")
    assert (await found(store, EVERYTHING, "fire"))["Fire Drill"] == Place("1 learner")
    assert (await found(store, EVERYTHING, "south"))["South"] == Place("1 learner")


async def test_a_manager_sees_the_last_day_in_his_trainings_only(store: Store) -> None:
    ids = await ids_of(store)
    manager = Scope(Role.MANAGER, "tom", trainings=frozenset({ids["10"]}))
    places = await found(store, manager, "ben")
    assert list(places) == ["Ben Bauer"]
    assert places["Ben Bauer"].last_seen == date(2025, 3, 1)
