"""No figure shows anybody anything outside of their scope, whatever it is asked about.

Each role asks each figure about everything there is, in scope or not, and what comes back is
searched for the marks of what the role may not see: see `scope_world`.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from itertools import cycle, islice, product
from pathlib import Path

import pytest

from termstats.data.figures.definition.all_pages import run_all_pages
from termstats.data.figures.definition.figure import Figure
from termstats.data.figures.definition.registry import figures
from termstats.data.model.entity import Entity
from termstats.data.model.errors import TermstatsError
from termstats.data.model.period_text import parse_period
from termstats.data.model.request import EVERY_VERSION, WORDS, Param, Request
from termstats.data.model.table import Table
from termstats.data.model.writing import to_csv, to_json, to_text
from termstats.data.query.scope import scope_of
from termstats.data.query.search import resolve
from termstats.data.store.opening import Store, open_store
from tests.data.figures.hand_store import entity
from tests.data.query.scope_world import (
    ATTEMPTED,
    ENROLLED,
    MEMBERS,
    PEOPLE,
    VIEWERS,
    counted,
    make_world,
    mark,
)

Keys = tuple[tuple[Param, str], ...]
TYPED: dict[Param, list[str]] = {
    Param.TRAINING: [mark("id", what) for what in ENROLLED],
    Param.LEARNER: [mark("id", who) for who in PEOPLE],
    Param.CLASS: [mark("class", each) for each in MEMBERS],
    Param.USER: [mark("id", "ben"), mark("id", "sam")],
    Param.FUNCTION: ["function.q"],
    Param.OBJECT: ["dataset.q"],
    Param.VERSION: ["", EVERY_VERSION],
    Param.QUESTION: [mark("question", what) for what in ENROLLED],
}
OF_TRAINING = {Param.MODULE: "module", Param.ACTIVITY: "activity"}
MARKED = (Param.TRAINING, Param.CLASS)
"""What a population is narrowed to; its keys are marks."""
VIEWS = "views"


def actions_of(figure: Figure) -> list[str]:
    """Return what a figure is asked with --action: by every door that leads to it, or views."""
    if Param.ACTION not in figure.params:
        return [""]
    doors = (door for each in figures().values() for _name, door in each.behind)
    return sorted({door.action for door in doors if door.target == figure.id} or {VIEWS})


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return asyncio.run(make_world(tmp_path_factory.mktemp("scope")))


@pytest.fixture
async def store(world: Path) -> AsyncIterator[Store]:
    opened = await open_store(world)
    yield opened
    await opened.close()


def questions(figure: Figure) -> Iterator[Keys]:
    """Give everything that the figure can be asked about."""
    params = [param for param in figure.params if param is not Param.ACTION]
    inside = [param for param in params if param in (*OF_TRAINING, Param.ATTEMPT)][:1]
    choices = [[(param, key) for key in TYPED[param]] for param in params if param not in inside]
    for chosen in product(*choices):
        if not inside:
            yield chosen
            continue
        for param in inside:
            keys = [mark(OF_TRAINING.get(param, ""), what) for what in ENROLLED]
            if param is Param.ATTEMPT:
                keys = [mark("attempt", *pair) for pair in sorted(ATTEMPTED)]
            for key in keys:
                yield (*chosen, (param, key))


def asked(figure: Figure) -> Iterator[tuple[Keys, str]]:
    """Give each question with one action in turn, so that each of both is asked at least once.

    What an action narrows and what a key narrows are two places: all pairs would take three times
    as long and ask nothing new.
    """
    choices, actions = list(questions(figure)), actions_of(figure)
    most = max(len(choices), len(actions))
    yield from islice(zip(cycle(choices), cycle(actions), strict=False), most)


def everything_of(table: Table) -> str:
    """Return all that a table says, on screens and in files."""
    width = len
    return "\n".join((repr(table), to_csv(table), to_json(table), to_text(table, width)))


def sightings(text: str, viewer: str, typed: Keys = ()) -> set[str]:
    """Return the marks in the text that the viewer may not see and has not typed."""
    folded = text.casefold()
    allowed = {key for _param, key in typed}
    return {each for each in VIEWERS[viewer].forbidden() - allowed if each in folded}


async def ask(
    store: Store,
    viewer: str,
    figure: Figure,
    keys: Keys,
    *,
    resolving: bool,
    everybody: bool,
    action: str,
) -> Table | str:
    """Return the answer, or the words with which it is refused."""
    async with store.connect() as connection:
        scope = await scope_of(connection, mark("username", viewer))
    request = Request(parse_period("all", store.info.now, store.info.coverage), everybody=everybody)
    if action:
        request = Request(request.period, action=action, everybody=everybody)
    try:
        for param, key in keys:
            if param in WORDS:
                request = request.with_word(param, key or None)
                continue
            found = (
                await resolve(store, scope, param, key, request.entity(Param.TRAINING))
                if resolving
                else await known(store, param, key)
            )
            request = request.with_entity(param, found)
        return await run_all_pages(store, figure.id, request, scope)
    except TermstatsError as error:
        return str(error)


async def known(store: Store, param: Param, key: str) -> Entity:
    """Return the thing with that key, in scope or not, as a forged link would name it."""
    return await entity(store, param, key)


@pytest.mark.slow
@pytest.mark.parametrize("resolving", [True, False], ids=["typed", "forged"])
@pytest.mark.parametrize("viewer", VIEWERS)
async def test_no_figure_shows_what_is_out_of_scope(
    store: Store, viewer: str, resolving: bool
) -> None:
    seen: set[tuple[str, str]] = set()
    for figure in figures().values():
        for keys, action in asked(figure):
            answer = await ask(
                store, viewer, figure, keys, resolving=resolving, everybody=True, action=action
            )
            text = answer if isinstance(answer, str) else everything_of(answer)
            seen |= {(figure.id, each) for each in sightings(text, viewer, keys)}
    assert not seen


COUNTED = re.compile(r"^(\d+) of \d+ (?:people|person)(?:, and (\d+) not enrolled)?")


@pytest.mark.slow
@pytest.mark.parametrize("viewer", [viewer for viewer in VIEWERS if viewer != "ana"])
async def test_the_population_line_counts_whom_a_figure_names(store: Store, viewer: str) -> None:
    wrong: set[tuple[str, Keys, str]] = set()
    for figure in figures().values():
        if figure.by_moment or figure.id.startswith(("reconcile", "collaboration")):
            continue
        for keys, action in asked(figure):
            answer = await ask(
                store, viewer, figure, keys, resolving=True, everybody=False, action=action
            )
            if isinstance(answer, str) or Param.LEARNER in dict(keys):
                continue
            focus = {param: key.split(".")[1] for param, key in keys if param in MARKED}
            people = counted(viewer, focus.get(Param.TRAINING), focus.get(Param.CLASS))
            told = COUNTED.match(answer.population)
            if told is None or int(told[1]) + int(told[2] or 0) != len(people):
                wrong.add((figure.id, keys, answer.population))
            text = everything_of(answer).casefold()
            named = {who for who in PEOPLE if mark("name", who) in text}
            if not named <= people:
                wrong.add((figure.id, keys, f"names {named - people}"))
    assert not wrong
