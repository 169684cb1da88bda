"""Search and resolve: what support types, and what the scope hides."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from termstats.data.importers.writing.writer import StoreWriter
from termstats.data.model.entity import Entity
from termstats.data.model.errors import NotAllowed, UsageError
from termstats.data.model.folding import fold
from termstats.data.model.request import Param
from termstats.data.model.units import RowId
from termstats.data.query.scope import EVERYTHING, Role, Scope
from termstats.data.query.search import resolve, search
from termstats.data.store import schema
from termstats.data.store.ddl import create_indexes, create_tables
from termstats.data.store.opening import Store, open_store

PEOPLE: tuple[tuple[str, str, str, str | None, dict[str, int]], ...] = (
    # key, name, username, email, flags
    ("1", "Ben Bauer", "ben", "ben.bauer@example.org", {}),
    ("2", "Ana Álvarez", "ana", "ana@example.org", {}),
    ("3", "Benedikt Cho", "bcho", "cho@example.org", {}),
    ("4", "Tina Bauer", "tina", None, {"staff": 1}),
    ("5", "Ana Álvarez", "ana2", None, {"deleted": 1}),
    ("6", "\x1b]52;c;x\x07[/]", "hostile", None, {}),
    ("7", "王小明", "xm", None, {}),
)


def build(path: Path, extra_people: int = 0, second_source: bool = False) -> None:
    with closing(sqlite3.connect(path)) as connection:
        create_tables(connection, schema.metadata.sorted_tables)
        add_sources(connection, 2 if second_source else 1)
        writer = StoreWriter(connection, RowId(1))
        people = add_people(writer, extra_people)
        trainings = add_trainings(writer, people)
        add_classes(writer, people, trainings)
        writer.flush()
        if second_source:
            other = StoreWriter(connection, RowId(2))
            other.add(schema.person, {"key": "1", "name": "Otto", "username": "otto"})
            other.flush()
        create_indexes(connection, schema.metadata.sorted_tables)
        connection.commit()


def add_sources(connection: sqlite3.Connection, number: int) -> None:
    connection.executemany(
        "INSERT INTO store_setting VALUES (?, ?)",
        (("schema_version", str(schema.SCHEMA_VERSION)), ("zone", "UTC")),
    )
    connection.executemany(
        "INSERT INTO source (id, name, platform, title, as_of, two_clocks, has_time, "
        "has_clock) VALUES (?, ?, 'sample', 'S', 1750000000, 0, 1, 1)",
        ((1, "main"), (2, "other"))[:number],
    )


def add_people(writer: StoreWriter, extra: int) -> dict[str, RowId]:
    ids = {
        key: writer.add(
            schema.person,
            {"key": key, "name": name, "username": username, "email": email, **flags},
        )
        for key, name, username, email, flags in PEOPLE
    }
    for number in range(extra):
        writer.add(
            schema.person,
            {
                "key": f"x{number}",
                "name": f"Person{number} Family{number % 997}",
                "username": f"user{number}",
                "email": f"user{number}@example.org",
            },
        )
    return ids


def add_trainings(writer: StoreWriter, people: dict[str, RowId]) -> dict[str, RowId]:
    """Add trainings with enrolments, and a module with one attempt in two of them."""
    titles = (
        ("10", "Safety Basics", "SAFE"),
        ("11", "Fire Drill", "FIRE"),
        ("12", "Benchmarks", "BNC"),
    )
    ids = {
        key: writer.add(schema.training, {"key": key, "title": title, "code": code})
        for key, title, code in titles
    }
    for training, person in (("10", "1"), ("10", "2"), ("11", "3")):
        writer.add(schema.enrolment, {"training_id": ids[training], "person_id": people[person]})
    for training, person in (("10", "1"), ("11", "3")):
        inside = {"training_id": ids[training]}
        quiz = {"key": f"{training}-m", "title": "Quiz", "kind": "quiz", **inside}
        attempt = {"key": f"{training}-a", "person_id": people[person], "number": 2, **inside}
        writer.add(schema.attempt, {"module_id": writer.add(schema.module, quiz), **attempt})
    return ids


def add_classes(writer: StoreWriter, people: dict[str, RowId], trainings: dict[str, RowId]) -> None:
    ids = {
        key: writer.add(schema.class_, {"key": key, "title": title})
        for key, title in (("20", "North"), ("21", "South"))
    }
    for class_key, person in (("20", "1"), ("21", "3")):
        writer.add(
            schema.class_member,
            {"class_id": ids[class_key], "person_id": people[person], "role": "learner"},
        )
    writer.add(schema.class_training, {"class_id": ids["20"], "training_id": trainings["10"]})


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    build(tmp_path / "s.db")
    opened = await open_store(tmp_path / "s.db")
    yield opened
    await opened.close()


async def ids_of(store: Store, scope: Scope = EVERYTHING) -> dict[str, RowId]:
    async with store.connect() as connection:
        return {
            row.key: row.id
            for table in (schema.training, schema.class_, schema.person)
            for row in await connection.execute(table.select())
        }


async def names(store: Store, text: str, scope: Scope = EVERYTHING) -> list[str]:
    return [hit.entity.name for hit in await search(store, scope, text)]


async def test_prefix_of_name_comes_before_a_later_word(store: Store) -> None:
    # Levels take turns among equals: learner, training, learner.
    assert (await names(store, "ba"))[:3] == ["Ben Bauer", "Safety Basics", "Tina Bauer"]
    found = await names(store, "be")
    assert found[:3] == ["Ben Bauer", "Benchmarks", "Benedikt Cho"]


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("bcho", "3"),
        ("cho@example", "3"),
        ("bauer ben", "1"),
        ("alvarez", "2"),
        ("benn bauer", "1"),
        ("hostile", "6"),
        ("王", "7"),
        ("safe", "10"),
        ("north", "20"),
    ],
)
async def test_everything_a_person_may_type_finds(store: Store, typed: str, key: str) -> None:
    hits = await search(store, EVERYTHING, typed)
    assert hits[0].entity.key == key


async def test_staff_and_deleted_people_are_found_and_said(store: Store) -> None:
    hits = {h.entity.key: h.detail for h in await search(store, EVERYTHING, "an")}
    assert hits["5"] == "ana2 · id 5 · deleted"
    assert "staff" in (await search(store, EVERYTHING, "tina"))[0].detail


async def test_one_latin_letter_is_too_little(store: Store) -> None:
    assert await search(store, EVERYTHING, "b") == []
    assert await search(store, EVERYTHING, "  ") == []


async def test_hits_are_clean(store: Store) -> None:
    hit = (await search(store, EVERYTHING, "hostile"))[0]
    assert "\x1b" not in hit.entity.name + hit.detail
    assert "\x07" not in hit.entity.name


async def test_the_scope_holds_for_search(store: Store) -> None:
    ids = await ids_of(store)
    manager = Scope(Role.MANAGER, "m", trainings=frozenset({ids["10"]}))
    assert set(await names(store, "be", manager)) == {"Ben Bauer"}
    assert await names(store, "fire", manager) == []
    assert await names(store, "north", manager) == ["North"]
    assert await names(store, "south", manager) == []
    coach = Scope(Role.COACH, "c", classes=frozenset({ids["21"]}))
    assert await names(store, "be", coach) == ["Benedikt Cho"]
    assert await names(store, "safe", coach) == []
    learner = Scope(Role.LEARNER, "l", people=frozenset({ids["2"]}))
    assert await names(store, "ben", learner) == []
    assert await names(store, "north", learner) == []
    assert await names(store, "safe", learner) == ["Safety Basics"]


async def test_resolve_takes_the_id_first_then_names_then_prefixes(store: Store) -> None:
    for text, key in (
        ("1", "1"),
        ("BEN BAUER", "1"),
        ("Ana", "2"),
        ("cho@example.org", "3"),
        ("Bened", "3"),
        ("main:3", "3"),
    ):
        assert (await resolve(store, EVERYTHING, Param.LEARNER, text)).key == key
    assert (await resolve(store, EVERYTHING, Param.TRAINING, "fire")).name == "Fire Drill"
    assert (await resolve(store, EVERYTHING, Param.CLASS, "nor")).key == "20"


async def test_resolve_names_the_candidates(store: Store) -> None:
    with pytest.raises(UsageError, match=r"Ana Álvarez \(id 2\), Ana Álvarez \(id 5\)"):
        await resolve(store, EVERYTHING, Param.LEARNER, "ana álvarez")
    with pytest.raises(UsageError, match=r"any of 2: Ben Bauer \(id 1\), Benedikt Cho \(id 3\)"):
        await resolve(store, EVERYTHING, Param.LEARNER, "be")
    with pytest.raises(UsageError, match=r"did you mean Ben Bauer \(id 1\)"):
        await resolve(store, EVERYTHING, Param.LEARNER, "Ben Bauher")
    with pytest.raises(UsageError, match="global.trainings"):
        await resolve(store, EVERYTHING, Param.TRAINING, "xyzzy")
    with pytest.raises(UsageError, match="needs an id"):
        await resolve(store, EVERYTHING, Param.CLASS, " ")


async def test_resolve_of_parts_stays_inside_training_and_scope(store: Store) -> None:
    ids = await ids_of(store)
    safety = await resolve(store, EVERYTHING, Param.TRAINING, "10")
    assert (await resolve(store, EVERYTHING, Param.MODULE, "Quiz", safety)).key == "10-m"
    with pytest.raises(UsageError, match="any of 2"):
        await resolve(store, EVERYTHING, Param.MODULE, "Quiz")
    attempt = await resolve(store, EVERYTHING, Param.ATTEMPT, "11-a")
    assert attempt.name == "attempt 2"
    manager = Scope(Role.MANAGER, "tina", trainings=frozenset({ids["10"]}))
    assert (await resolve(store, manager, Param.MODULE, "Quiz")).key == "10-m"
    for param, key in (
        (Param.MODULE, "11-m"),
        (Param.ATTEMPT, "11-a"),
        (Param.TRAINING, "11"),
        (Param.LEARNER, "3"),
    ):
        with pytest.raises(NotAllowed, match="that tina may see"):
            await resolve(store, manager, param, key)


async def test_two_sources_qualify_their_ids(tmp_path: Path) -> None:
    build(tmp_path / "s.db", second_source=True)
    store = await open_store(tmp_path / "s.db")
    try:
        assert await resolve(store, EVERYTHING, Param.LEARNER, "other:1") == Entity(
            (await search(store, EVERYTHING, "otto"))[0].entity.id, "other:1", "Otto"
        )
        with pytest.raises(UsageError, match=r"id main:1\), Otto \(id other:1"):
            await resolve(store, EVERYTHING, Param.LEARNER, "1")
    finally:
        await store.close()


@pytest.mark.slow
async def test_among_fifty_thousand_people_the_right_ones_are_found(tmp_path: Path) -> None:
    build(tmp_path / "s.db", extra_people=50_000)
    store = await open_store(tmp_path / "s.db")
    try:
        assert len(await search(store, EVERYTHING, "fa")) == 20
        for typed, found in (("person49999", True), ("persn49999", True), ("zzzzqq", False)):
            names = [hit.entity.name for hit in await search(store, EVERYTHING, typed)]
            assert any("49999" in name for name in names) is found, typed
    finally:
        await store.close()


def test_folding_ignores_case_and_accents() -> None:
    assert fold("Straße ÅÉ") == "strasse ae"
