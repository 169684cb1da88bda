"""Points behind a number: page by page they are the whole list, with ties in one order."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from termstats.data.figures.definition.all_pages import pages_from, run_all_pages
from termstats.data.figures.definition.run import run_figure
from termstats.data.model.errors import UsageError
from termstats.data.model.period_text import parse_period
from termstats.data.model.request import Request
from termstats.data.model.table import Row
from termstats.data.store.opening import Store, open_store
from tests.data.figures.hand_store import Hand, make_store

POINTS = "global.behind-points"


def fill(hand: Hand) -> None:
    """Ann and Bo get points, some at one moment, some at none; a robot counts for nobody."""
    hand.training("t", "Fire")
    for who in ("bo", "ann"):
        hand.person(who, who.capitalize())
    hand.person("robot", bot=1)
    for who, points, day in (
        ("bo", 1, "2026-03-02"),
        ("ann", 2, "2026-03-05"),
        ("bo", 3, None),
        ("ann", 4, "2026-03-02"),
        ("robot", 5, "2026-03-02"),
        ("ann", 0, "2026-03-02"),
        ("bo", 6, "2026-03-02"),
        ("ann", 7, None),
        ("bo", 8, "2026-04-02"),
    ):
        hand.point(who, points, "t", day)


@pytest.fixture
async def request_and_store(tmp_path: Path) -> tuple[Request, Path]:
    path = await make_store(tmp_path, fill)
    store = await open_store(path)
    period = parse_period("2026-03", store.info.today, store.info.coverage)
    await store.close()
    return Request(period), path


async def read(store: Store, request: Request) -> list[Row]:
    first = await run_figure(store, POINTS, request)
    rows: list[Row] = []
    async for page in pages_from(store, first, request):
        rows += page.rows
    return rows


@pytest.mark.parametrize("limit", range(1, 8))
async def test_pages_are_the_whole_list(
    limit: int, request_and_store: tuple[Request, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    request, path = request_and_store
    monkeypatch.setattr("termstats.data.figures.definition.all_pages.PAGE", limit)
    store = await open_store(path)
    try:
        rows = await read(store, replace(request, limit=limit))
    finally:
        await store.close()
    # Newest first, of one moment what came last, without one last; what is later is not yet given.
    assert [row[-1] for row in rows] == [2, 6, 4, 1, 3, 7]


async def test_a_search_looks_through_every_page(request_and_store: tuple[Request, Path]) -> None:
    request, path = request_and_store
    store = await open_store(path)
    try:
        for column, text, expected in (
            ("learner", "BO", [6, 1, 3]),
            ("date", "2026-03-02", [6, 4, 1]),
            ("points", "7", [7]),
        ):
            sought = replace(request, limit=1, row_search=((column, text),))
            assert [row[-1] for row in await read(store, sought)] == expected
        none = await run_figure(store, POINTS, replace(request, row_search=(("learner", "zoe"),)))
        assert (none.rows, none.empty) == ((), "No row fits the filter. Shorten it.")
        with pytest.raises(UsageError, match="no column 'who' here"):
            await run_figure(store, POINTS, replace(request, row_search=(("who", "x"),)))
        with pytest.raises(UsageError, match="is no page of this figure"):
            await run_figure(store, POINTS, replace(request, after="x"))
    finally:
        await store.close()


async def test_the_title_counts_only_what_is_all_there(
    request_and_store: tuple[Request, Path],
) -> None:
    request, path = request_and_store
    store = await open_store(path)
    try:
        whole = await run_figure(store, POINTS, request)
        assert whole.summary == "6 times points were given, newest first"
        part = await run_figure(store, POINTS, replace(request, limit=2))
        assert (part.summary, len(part.rows)) == ("newest first", 2)
        assert (await run_all_pages(store, POINTS, replace(request, limit=2))).rows == whole.rows
    finally:
        await store.close()
