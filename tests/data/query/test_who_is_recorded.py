"""Whoever is named in an answer is in the audit log, in every figure, and by id only.

In the store of `scope_world` each person has marks of their own: where one stands in an answer,
their id must stand in the log.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from termstats.data.figures.definition.figure import Figure
from termstats.data.figures.definition.registry import figures
from termstats.data.model.audit import Entries, Entry
from termstats.data.model.errors import TermstatsError
from termstats.data.model.request import Param
from termstats.data.model.table import Table
from termstats.data.query.scope import EVERYTHING, scope_of
from termstats.data.query.search import resolve, search
from termstats.data.store.opening import Store, open_store
from tests.data.query.scope_world import OF_PERSON, PEOPLE, make_world, mark
from tests.data.query.test_scope_everywhere import Keys, actions_of, ask, everything_of, questions


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return asyncio.run(make_world(tmp_path_factory.mktemp("recorded")))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "audit.jsonl"


@pytest.fixture
async def store(world: Path, path: Path) -> AsyncIterator[Store]:
    opened = await open_store(world, path)
    yield opened
    await opened.close()


def taken(path: Path) -> list[Entry]:
    """Return the entries of the log, and begin it anew."""
    entries = list(Entries(path))
    path.write_text("")
    return entries


def named(text: str) -> set[str]:
    """Return the ids of the people whose marks stand in a text."""
    folded = text.casefold()
    kinds = [kind for kind in (*OF_PERSON, "id") if kind != "field"]
    return {mark("id", who) for who in PEOPLE if any(mark(kind, who) in folded for kind in kinds)}


async def answer(store: Store, figure: Figure, keys: Keys, action: str) -> Table | str:
    return await ask(store, "sam", figure, keys, resolving=False, everybody=True, action=action)


@pytest.mark.parametrize("figure", list(figures().values()), ids=lambda figure: figure.id)
async def test_whoever_an_answer_names_is_recorded(
    store: Store, path: Path, figure: Figure
) -> None:
    for keys in questions(figure):
        for action in actions_of(figure):
            taken(path)
            table = await answer(store, figure, keys, action)
            entries = taken(path)
            if isinstance(table, str):
                continue
            people = {person for entry in entries for person in entry.people}
            # The viewer and what was typed stand in words of the question.
            missing = named(everything_of(replace(table, params=()))) - people
            assert not missing, (keys, missing)
            about = dict(keys)
            for entry in entries:
                assert (entry.viewer, entry.role, entry.deed) == (
                    *(mark("id", "sam"), "administrator"),
                    "seen",
                )
                assert entry.training == about.get(Param.TRAINING, "")
                assert entry.class_ == about.get(Param.CLASS, "")
            is_about = {Param.LEARNER, Param.TRAINING, Param.CLASS, Param.USER} & set(about)
            assert bool(entries) or not is_about


async def test_the_log_holds_no_names(store: Store, path: Path) -> None:
    for figure in figures().values():
        for keys in list(questions(figure))[:2]:
            await answer(store, figure, keys, "")
    await search(store, EVERYTHING, "name.ana")
    lines = await asyncio.to_thread(path.read_text)
    assert lines.count("\n") > 100
    assert not [
        each for who in PEOPLE for each in (mark(kind, who) for kind in OF_PERSON) if each in lines
    ]


async def test_who_is_found_and_who_is_offered_are_recorded(store: Store, path: Path) -> None:
    async with store.connect() as connection:
        tom = await scope_of(connection, mark("username", "tom"))
    hits = await search(store, tom, "name.ana")
    (entry,) = taken(path)
    assert (entry.viewer, entry.role) == (mark("id", "tom"), "class coach")
    assert (entry.deed, entry.everybody) == ("searched", False)
    assert set(entry.people) == {hit.entity.key for hit in hits if hit.level == "learner"}
    assert mark("id", "ana") in entry.people
    with pytest.raises(TermstatsError, match="did you mean") as error:
        await resolve(store, tom, Param.LEARNER, "name.naa.q")
    (entry,) = taken(path)
    assert {*entry.people, mark("id", "tom")} == named(str(error.value))
    await resolve(store, tom, Param.LEARNER, mark("id", "ana"))
    assert taken(path) == []
