"""Another question is derived in one way, and differs in nothing but what is said."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from termstats.data.model.period_text import parse_period
from termstats.data.model.request import Param, Request
from termstats.data.query.query import Query, ask
from termstats.data.query.scope import EVERYTHING
from termstats.data.store.opening import Store, open_store
from tests.data.figures.hand_store import Hand, entity, make_store


def fill(hand: Hand) -> None:
    for name in ("ana", "ben", "cho"):
        hand.person(name)
        hand.event("2026-03-02 10:00", name, "page")
    hand.training("fire")
    hand.class_("north", ("fire",))
    hand.class_("night", ("fire",))
    hand.sub_class("night", "north")
    hand.member("north", "ana")
    hand.member("night", "ben")
    for name in ("ana", "ben", "cho"):
        hand.enrol(name, "fire", "2026-03-01")


@pytest.fixture
async def path(tmp_path: Path) -> Path:
    return await make_store(tmp_path, fill)


async def request(store: Store, **options: object) -> Request:
    period = parse_period("2026-03", store.info.now, store.info.coverage)
    north = await entity(store, Param.CLASS, "north")
    plain = Request(period, ((Param.CLASS, north),))
    return replace(plain, **options)  # type: ignore[arg-type]


async def number_of_learners(q: Query) -> int:
    roster = q.roster.enrolments()
    return len(await q.fetch(select(roster.c.person_id)))


async def test_a_question_without_its_focus_is_about_everybody(path: Path) -> None:
    store = await open_store(path)
    async with store.connect() as connection:
        q = await ask(connection, store, EVERYTHING, await request(store))
        # The class and its sub-class.
        assert await number_of_learners(q) == 2
        wide = q.asking(focus=())
        assert await number_of_learners(wide) == 3
        assert wide.request == replace(q.request, entities=())
    await store.close()


async def test_another_period_changes_nothing_else(path: Path) -> None:
    store = await open_store(path)
    async with store.connect() as connection:
        asked = await request(store, top=3, everybody=True)
        q = await ask(connection, store, EVERYTHING, asked)
        before = q.asking(period=q.period.previous())
        assert before.period == q.period.previous()
        assert before.question.class_sets() == q.question.class_sets()
        assert before.request == replace(asked, period=q.period.previous())
        assert await number_of_learners(before) == 0
    await store.close()


async def test_notes_go_to_the_question_that_was_asked_unless_quiet(path: Path) -> None:
    store = await open_store(path)
    async with store.connect() as connection:
        q = await ask(connection, store, EVERYTHING, await request(store))
        q.asking(top=1).note("said")
        q.asking(top=1, quiet=True).note("not said")
        assert q.notes == ["said"]
    await store.close()


async def test_equal_questions_are_equal_whoever_resolved_them(path: Path) -> None:
    store = await open_store(path)
    async with store.connect() as connection:
        asked = await request(store)
        one, other = [await ask(connection, store, EVERYTHING, asked) for _ in range(2)]
        assert one.question == other.question
        assert hash(one.question) == hash(other.question)
        assert one.question != one.question.asking(everybody=True)
    await store.close()


async def test_a_clock_that_a_store_lacks_is_said(path: Path) -> None:
    store = await open_store(path)
    async with store.connect() as connection:
        q = await ask(connection, store, EVERYTHING, await request(store, server_clock=True))
        assert q.notes == ["This store has one clock only: events are placed by it."]
    await store.close()
