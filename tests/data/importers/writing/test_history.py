"""What a source no longer has stays as history; what it has is as if imported alone."""

from __future__ import annotations

import asyncio
import gzip
import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from termstats.data.importers.opigno.importer import OpignoImporter
from termstats.data.importers.writing.base import ImportOptions
from termstats.data.importers.writing.run import run_import
from tests.data.figures.hand_store import Hand, when
from tests.data.importers.opigno.test_numbers import TIMES, source
from tests.data.importers.store_file import contents, query
from tests.data.importers.writing.history_world import NAMES, Rows, bring, by_key, everything, world
from tests.shared import shared_path

FIRST, SECOND, THIRD = "2026-04-01", "2026-05-01", "2026-06-01"

# By hand: how a row of each table is marked, what stays with its parent, what is of today only.
MARKED: dict[str, dict[str, object]] = {
    "person": {"deleted": 1, "counted": 0},
    "training": {"status": "deleted", "published": 0},
    "module": {"current": 0},
    "activity": {"current": 0},
    "attempt": {"in_score": 0},
}
STAYS_WITH = {
    "person_field": ("person", "person_id"),
    "training_tag": ("training", "training_id"),
    "answer": ("attempt", "attempt_id"),
    "event_param": ("event", "event_id"),
}
OF_TODAY = {"class_member", "class_training", "completion", "grant", "reported"}


def expected(before: Rows, alone: Rows, as_of: str) -> Rows:
    """Return what a store must hold: the source's rows, and those of `before` that it lacks."""
    found: Rows = {}
    for table, rows in alone.items():
        kept = {key: row for key, row in before[table].items() if key not in rows}
        if table in OF_TODAY:
            kept = {}
        if table in STAYS_WITH:
            parent, column = STAYS_WITH[table]
            kept = {k: row for k, row in kept.items() if row[column] not in alone[parent]}
        kept = {key: {**row, **MARKED.get(table, {})} for key, row in kept.items()}
        if table == "enrolment":
            for row in kept.values():
                row["withdrawn_at"] = row["withdrawn_at"] or when(as_of)
        found[table] = {**kept, **rows}
    return found


async def check(folder: Path, *drops: set[str]) -> None:
    """Import the world time after time, each without the parts dropped at that time."""
    store, before = folder / "store.db", None
    for number, (dropped, at) in enumerate(zip(drops, (FIRST, SECOND, THIRD), strict=False)):
        alone = folder / f"alone{number}.db"
        await bring(alone, world(dropped), at)
        first = await bring(store, world(dropped), at)
        rows = by_key(store)
        if before is not None:
            assert rows == expected(before, by_key(alone), at)
        whole = everything(store)
        again = await bring(store, world(dropped), at)
        assert everything(store) == whole
        assert again.notes == first.notes
        before = rows


@pytest.mark.parametrize("name", NAMES)
async def test_each_part_of_the_world_is_kept_by_its_rule(name: str, tmp_path: Path) -> None:
    await check(tmp_path, set(), {name})


@pytest.mark.slow
@given(st.tuples(*[st.sets(st.sampled_from(NAMES), max_size=6)] * 3))
@settings(max_examples=15, deadline=None)
def test_whatever_is_dropped_when(drops: tuple[set[str], ...]) -> None:
    with TemporaryDirectory() as folder:
        asyncio.run(check(Path(folder), *drops))


async def test_nothing_dropped_is_a_fresh_import(tmp_path: Path) -> None:
    both, alone = tmp_path / "both.db", tmp_path / "alone.db"
    await bring(both, world(), FIRST)
    report = await bring(both, world(), SECOND)
    await bring(alone, world(), SECOND)
    assert everything(both) == everything(alone)
    assert report.notes == []


async def test_an_attempt_that_was_deleted_counts_no_more_but_is_there(tmp_path: Path) -> None:
    store = tmp_path / "store.db"
    await bring(store, world(), FIRST)
    best = "SELECT max(score), max(attempts) FROM enrolment_day"
    assert query(store, best) == [(90.0, 2)]
    report = await bring(store, world({"second"}), SECOND)
    assert query(store, best) == [(40.0, 1)]
    listed = "SELECT a.key, in_score, score, n.answer, q.key FROM attempt AS a "
    listed += "JOIN answer AS n ON n.attempt_id = a.id JOIN question AS q ON q.id = n.question_id"
    assert query(store, f"{listed} ORDER BY 1") == [
        ("first", 1, 40.0, "42", "ask"),
        ("second", 0, 90.0, "42", "ask"),
    ]
    note = "rows kept from before, which the source no longer has: attempt 1, answer 1"
    assert report.notes == [note]


async def test_a_deleted_person_is_counted_no_more_and_left_all_trainings(tmp_path: Path) -> None:
    store = tmp_path / "store.db"
    await bring(store, world(), FIRST)
    await bring(store, world({"bob"}), SECOND)
    assert query(store, "SELECT name, deleted, counted FROM person ORDER BY key") == [
        ("Ann", 0, 1),
        ("Bob", 1, 0),
    ]
    left = "SELECT t.key, e.withdrawn_at FROM enrolment AS e JOIN person AS p "
    left += "ON p.id = e.person_id AND p.key = 'bob' JOIN training AS t ON t.id = e.training_id"
    assert query(store, f"{left} ORDER BY 1") == [
        ("rope", when("2026-03-04")),
        ("sail", when(SECOND)),
    ]
    # His events are history: the same in number, of nobody who counts.
    days = "SELECT counted, sum(events) FROM training_day WHERE training_id = 0 GROUP BY counted"
    assert query(store, days) == [(0, 3)]


async def test_kept_events_come_after_those_of_the_source_in_their_second(tmp_path: Path) -> None:
    store = tmp_path / "store.db"
    await bring(store, world(), FIRST)
    keys = "SELECT key FROM event ORDER BY id"
    in_order = query(store, keys)
    assert sorted(in_order) == [("login",), ("look",), ("search",)]
    await bring(store, world({"look", "search"}), SECOND)
    gone = [row for row in in_order if row != ("login",)]
    assert query(store, keys) == [("login",), *gone]
    await bring(store, world({"login"}), THIRD)
    assert query(store, keys) == [*gone, ("login",)]


async def test_who_comes_back_is_as_the_source_says(tmp_path: Path) -> None:
    store, alone = tmp_path / "store.db", tmp_path / "alone.db"
    for at, dropped in ((FIRST, set()), (SECOND, {"ann", "look"}), (THIRD, set())):
        await bring(store, world(dropped), at)
    await bring(alone, world(), THIRD)
    assert by_key(store) == by_key(alone)


async def test_the_future_is_no_history(tmp_path: Path) -> None:
    store, alone = tmp_path / "store.db", tmp_path / "alone.db"
    await bring(store, world(), SECOND)
    await bring(store, world({"bob"}), FIRST)
    await bring(alone, world({"bob"}), FIRST)
    assert by_key(store) == by_key(alone)


async def test_importers_that_do_not_ask_keep_nothing(tmp_path: Path) -> None:
    store, alone = tmp_path / "store.db", tmp_path / "alone.db"
    await bring(store, world(), FIRST)
    await bring(store, world({"bob"}), SECOND, keeps=False)
    await bring(alone, world({"bob"}), SECOND, keeps=False)
    assert by_key(store) == by_key(alone)


async def test_single_trainings_keep_nothing(tmp_path: Path) -> None:
    store = tmp_path / "store.db"

    class Nothing:
        platform, title, help, keeps_history = "hand", "Hand-made", "made by a test", True
        example = ""

        async def run(self, location: str, context: Any) -> None:
            context.report.notes.append("read")

    await bring(store, world(), FIRST)
    before = everything(store)
    report = await run_import(
        Nothing(), "by hand", store, ImportOptions(as_of=when(FIRST), only=("rope",))
    )
    assert report.notes == ["read"]
    assert everything(store) == before


@pytest.mark.parametrize("other_first", [True, False])
async def test_another_source_is_untouched(other_first: bool, tmp_path: Path) -> None:
    store = tmp_path / "store.db"

    def neighbour(hand: Hand) -> None:
        hand.person("bob", "Another Bob")
        hand.training("rope", "Another rope")
        hand.enrol("bob", "rope", "2026-03-01")
        hand.event("2026-03-02 10:00", "bob", "page", "rope")

    platforms = {"other": neighbour, "hand": world()}
    for platform in sorted(platforms, reverse=other_first):
        await bring(store, platforms[platform], FIRST, platform=platform)
    neighbours, before = by_key(store, "other"), by_key(store)
    await bring(store, world({"bob", "rope"}), SECOND)
    assert by_key(store, "other") == neighbours
    await bring(tmp_path / "alone.db", world({"bob", "rope"}), SECOND)
    assert by_key(store) == expected(before, by_key(tmp_path / "alone.db"), SECOND)


# ---- real dumps: nothing is committed of them -----------------------------------------------


async def opigno(location: Path, number: int, store: Path) -> list[str]:
    options = ImportOptions(as_of=TIMES[number])
    return (await run_import(OpignoImporter(), str(location), store, options)).notes


async def test_restarting_a_training_at_a_real_site_keeps_what_happened(tmp_path: Path) -> None:
    attempts = re.compile(r"INSERT INTO `user_module_status` VALUES \(\d+,'[^']*','en',5,")
    answers = re.compile(r"INSERT INTO `opigno_answer_field_data` VALUES \(\d+,\d+,'\w+','en',5,")
    restarted = tmp_path / "restarted.sql"
    with gzip.open(source(2), "rt", encoding="utf-8") as lines, restarted.open("w") as file:
        for line in lines:
            if not attempts.match(line) and not answers.match(line):
                file.write(line)
    both, alone = tmp_path / "both.db", tmp_path / "alone.db"
    await opigno(source(2), 2, both)
    of_five = "FROM attempt AS a JOIN person AS p ON p.id = a.person_id WHERE p.key = '5'"
    tried = query(both, f"SELECT a.key, a.score {of_five} ORDER BY 1")  # noqa: S608
    before = by_key(both, "opigno")
    notes = await opigno(restarted, 3, both)
    await opigno(restarted, 3, alone)
    kept = query(both, f"SELECT a.key, a.score {of_five} AND a.in_score = 0 ORDER BY 1")  # noqa: S608
    assert len(kept) >= 3
    assert set(kept) <= set(tried)
    rows, wanted = by_key(both, "opigno"), expected(before, by_key(alone, "opigno"), THIRD)
    rows["enrolment"] = wanted["enrolment"] = {}  # the importer has a rule of its own for them
    assert rows == wanted
    assert any(note.startswith("rows kept from before") for note in notes)


@pytest.mark.parametrize("number", [2, 3])
async def test_real_dumps_that_dropped_nothing(number: int, tmp_path: Path) -> None:
    shared_path("opigno")
    both, alone = tmp_path / "both.db", tmp_path / "alone.db"
    for earlier in range(1, number + 1):
        notes = await opigno(source(earlier), earlier, both)
    await opigno(source(number), number, alone)
    assert not any(note.startswith("rows kept") for note in notes)
    found, fresh = contents(both), contents(alone)
    # Who left was still there at the earlier dump: the importer dates it so.
    assert {**found, "enrolment": []} == {**fresh, "enrolment": []}
