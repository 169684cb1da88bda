"""Pages of the log, whatever filters and however little a page reads: joined they are the log."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from termstats.data.figures.definition.run import run_figure
from termstats.data.figures.logs import blocks as event_blocks
from termstats.data.figures.logs import pages as event_pages
from termstats.data.model.period_text import parse_period
from termstats.data.model.request import Request
from termstats.data.model.table import Cell, Row
from termstats.data.query.filter_text import parse
from termstats.data.query.scope import EVERYTHING
from termstats.data.store.opening import open_store
from tests.data.figures.hand_store import Hand, make_store, report

MONTH = "2024-05"
TEXTS = {
    "timestamp": ("2024-05-07", "2024-05", "2024", "2024-06", "09:", "-1", "1999-99-99"),
    "domain_id": ("port", "PORTAL-1", "nothing"),
    "user_id": ("u", "u1", "nobody"),
    "dataset_id": ("d", "d7", "D1"),
    "username": ("u2", "zed"),
    "action": ("edit", "add_page", "swim"),
    "group_id": ("g", "g1"),
    "page_id": ("p1", "p"),
    "diff": ("new", "NEW 3", "ü", '"', "nothing"),
    "map_id": ("m", "m0"),
    "reuse_title": ("reuse of", "2"),
    "subdomain_id": ("sub", "sub-2"),
}
ONLY = ("", "person=u1", "domain=portal-1", "object=d1", "action=edit_page", "group=team")


def fill(hand: Hand) -> None:
    """160 rows of every sort, some within one second; other kinds of events between them."""
    dice = random.Random(3)  # noqa: S311 - dice, not secrets
    people = [f"u{n}" for n in range(6)]
    for name in people:
        hand.person(name)
    kinds = {"dataset": 12, "page": 4, "map": 2, "group": 3}
    for kind, number in kinds.items():
        for n in range(number):
            hand.object(f"{kind[0]}{n}", kind)
    for n in range(4):
        hand.object(f"r{n}", "reuse", f"Reuse of {n}")
    hand.class_("team")
    hand.member("team", "u1")
    hand.member("team", "u2")
    for n in range(160):
        things = [f"{k[0]}{dice.randrange(m)}" for k, m in kinds.items() if dice.random() < 0.35]
        if dice.random() < 0.1:
            things.append(f"r{dice.randrange(4)}")
        at = f"2024-05-{dice.randrange(1, 29):02} {dice.choice(('09:00', '09:00', '23:59'))}"
        kind = "admin" if dice.random() < 0.8 else "api"
        more: dict[str, Any] = {}
        if things:
            more = {"object": things[0], "further": tuple(things[1:])}
        hand.event(
            at,
            dice.choice([*people, None]),
            kind,
            action=dice.choice(("edit_dataset", "edit_page", "add_page")),
            target=dice.choice(people) if dice.random() < 0.3 else None,
            place=(f"portal-{n % 3}", "" if n % 2 else f"sub-{n % 5}") if n % 7 else ("", ""),
            diff=f'{{"title": "{dice.choice(("New", "neu ü"))} {n % 5}"}}' if n % 3 else None,
            **more,
        )


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("log")
    return asyncio.run(make_store(folder, fill, as_of="2024-05-31 12:00"))


@pytest.fixture(params=[(7, 11, 3), (2, 3, 500), (40_000, 3_000, 500)])
def limits(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    scanned, largest, many = request.param
    monkeypatch.setattr(event_blocks, "SCANNED", scanned)
    monkeypatch.setattr(event_pages, "LARGEST", largest)
    for module in (event_blocks, event_pages):
        monkeypatch.setattr(module, "MANY", many)
    yield


async def pages(
    path: Path, only: str, row_search: tuple[tuple[str, str], ...], limit: int
) -> list[Row]:
    """Return the rows of all pages."""
    store = await open_store(path)
    try:
        asked = await parse(store, EVERYTHING, only)
        period = parse_period(MONTH, store.info.now, store.info.coverage)
        found: list[Row] = []
        after, read = None, 0
        while True:
            page = await run_figure(
                store,
                "backoffice.log",
                Request(period, filters=asked, row_search=row_search, limit=limit, after=after),
            )
            assert len(page.rows) <= limit
            found += page.rows
            if page.after is None:
                return found
            assert page.after != after
            after, read = page.after, read + 1
            assert read < 1_000
    finally:
        await store.close()


def holds(cell: Cell, text: str) -> bool:
    if isinstance(cell, datetime):
        return text in cell.isoformat() or text in f"{cell:%Y-%m-%d %H:%M}"
    return cell is not None and text.casefold() in str(cell).casefold()


@pytest.mark.slow
@pytest.mark.usefixtures("limits")
def test_pages_joined_are_the_whole_filtered_log(path: Path) -> None:
    whole: dict[str, list[Row]] = {}
    table = asyncio.run(report(path, "backoffice.log", MONTH, limit=1_000))
    names = [column.name for column in table.columns]
    one = st.sampled_from(sorted(TEXTS)).flatmap(
        lambda name: st.tuples(st.just(name), st.sampled_from(TEXTS[name]))
    )

    @settings(max_examples=25, deadline=None, database=None)
    @given(st.sampled_from(ONLY), st.lists(one, max_size=2), st.integers(1, 60))
    def check(only: str, row_search: list[tuple[str, str]], limit: int) -> None:
        if only not in whole:
            whole[only] = asyncio.run(pages(path, only, (), 1_000))
        expected = [
            row
            for row in whole[only]
            if all(holds(row[names.index(name)], text) for name, text in row_search)
        ]
        assert asyncio.run(pages(path, only, tuple(row_search), limit)) == expected

    check()


def test_filters_keep_what_their_cell_says(path: Path) -> None:
    table = asyncio.run(report(path, "backoffice.log", MONTH, limit=1_000))
    rows = {only: asyncio.run(pages(path, only, (), 1_000)) for only in ONLY}
    assert rows[""] == list(table.rows) and len(table.rows) > 100
    for only, name, values in (
        ("person=u1", "user_id", {"u1"}),
        ("domain=portal-1", "domain_id", {"portal-1"}),
        ("object=d1", "dataset_id", {"d1"}),
        ("action=edit_page", "action", {"edit_page"}),
        ("group=team", "user_id", {"u1", "u2"}),
    ):
        at = table.position(name)
        assert rows[only] == [row for row in table.rows if row[at] in values], only
        assert rows[only]
