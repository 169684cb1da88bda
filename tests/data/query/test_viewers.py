"""Who would see what: the list of viewers, and rights that give nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from termstats.data.model.errors import NotAllowed
from termstats.data.model.table import Cell
from termstats.data.query.scope import Role, Scope, scope_of
from termstats.data.query.viewers import viewers
from termstats.data.store.opening import open_store
from tests.data.figures.hand_store import Hand, make_store
from tests.data.query.scope_world import MEMBERS, PEOPLE, make_world, mark


async def listed(path: Path, *, learners: bool = False) -> list[tuple[Cell, ...]]:
    store = await open_store(path)
    table = await viewers(store, learners=learners)
    await store.close()
    return list(table.rows)


def row(who: str, role: str, *numbers: int, why: str | None = None) -> tuple[Cell, ...]:
    names = (mark("id", who), mark("username", who), mark("name", who))
    return (*names, role, *numbers, 0, why)


async def test_the_list_says_role_and_scope_in_numbers(tmp_path: Path) -> None:
    path = await make_world(tmp_path)
    # By hand: who is enrolled in alpha, which mia manages; the members of north and night below it.
    assert await listed(path) == [
        row("sam", "administrator", len(PEOPLE), 4, len(MEMBERS)),
        row("mia", "training manager", 4, 1, 3),
        row("tom", "class coach", 3, 2, 2),
        row("zoe", "nobody", 0, 0, 0, why="'username.zoe.q' is blocked or deleted on the platform"),
    ]
    learners = await listed(path, learners=True)
    assert len(learners) == len(PEOPLE)
    assert row("ana", "learner", 1, 3, 1) in learners
    assert row("fay", "learner", 1, 1, 1) in learners


def grants(hand: Hand) -> None:
    hand.training("fire")
    hand.class_("north", ("fire",))
    fire, north = hand.id("training", "fire"), hand.id("class", "north")
    for name in ("odd", "lost", "gone", "idle", "both", "view", "none"):
        hand.person(name)
    hand.grant("odd", "auditor", training_id=fire)
    hand.grant("lost", "manager", training_id=99)
    hand.grant("gone", "coach", class_id=99)
    hand.grant("idle", "manager")
    hand.grant("both", "auditor")
    hand.grant("both", "manager", training_id=99)
    hand.grant("both", "coach", class_id=north)
    hand.grant("view", "viewer", training_id=fire)


@pytest.mark.parametrize(
    ("viewer", "said"),
    [
        ("odd", "'odd' is auditor here, of nothing that this store holds"),
        ("lost", "'lost' is manager here, of nothing that this store holds"),
        ("gone", "'gone' is coach here, of nothing that this store holds"),
        ("idle", "'idle' is manager here, of nothing that this store holds"),
    ],
)
async def test_rights_to_nothing_known_open_nothing(tmp_path: Path, viewer: str, said: str) -> None:
    path = await make_store(tmp_path, grants)
    store = await open_store(path)
    async with store.connect() as connection:
        with pytest.raises(NotAllowed) as caught:
            await scope_of(connection, viewer)
    await store.close()
    assert str(caught.value) == said
    assert caught.value.exit_code == 3
    assert ("nobody", said) in {(each[3], each[8]) for each in await listed(path)}


async def test_what_is_known_still_opens(tmp_path: Path) -> None:
    store = await open_store(await make_store(tmp_path, grants))
    async with store.connect() as connection:
        both = await scope_of(connection, "both")
        view, none = await scope_of(connection, "view"), await scope_of(connection, "none")
    await store.close()
    assert both == Scope(Role.COACH, "both", classes=both.classes)
    assert len(both.classes or ()) == 1
    assert view.role is none.role is Role.LEARNER


async def test_an_id_with_its_source_names_a_viewer(tmp_path: Path) -> None:
    store = await open_store(await make_store(tmp_path, grants))
    name = store.info.sources[0].name
    async with store.connect() as connection:
        assert (await scope_of(connection, f"{name}:view")).viewer == "view"
        with pytest.raises(NotAllowed, match="nobody is called"):
            await scope_of(connection, "elsewhere:view")
    await store.close()
