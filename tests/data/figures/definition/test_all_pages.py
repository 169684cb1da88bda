"""All pages of a figure: every row once, and the words of the last page."""

from dataclasses import replace
from datetime import date
from typing import cast

import pytest

from termstats.data.figures.definition import all_pages
from termstats.data.model.period import Period
from termstats.data.model.request import Request
from termstats.data.model.table import Column, Kind, Table
from termstats.data.query.scope import Scope
from termstats.data.store.opening import Store

STORE = cast(Store, None)
REQUEST = Request(Period(date(2026, 3, 1), date(2026, 3, 2)))
EMPTY = Table("some.log", "A log", (Column("value", Kind.VALUE),), ())
PAGES = {
    None: replace(
        EMPTY,
        rows=((1,), (2,)),
        row_kinds=(Kind.COUNT, Kind.COUNT),
        keys=("a", "b"),
        notes=("of all", "of the first"),
        summary="back to March",
        after="2",
    ),
    "2": replace(EMPTY, notes=("of all",), summary="back to February", after="3"),
    "3": replace(
        EMPTY, rows=((3,),), row_kinds=(Kind.TEXT,), keys=("c",), notes=("of all", "of the last")
    ),
}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Request]:
    requests: list[Request] = []

    async def run_figure(
        store: Store, figure_id: str, request: Request, scope: Scope | None = None
    ) -> Table:
        assert figure_id == "some.log"
        requests.append(request)
        return PAGES[request.after]

    monkeypatch.setattr(all_pages, "run_figure", run_figure)
    return requests


async def test_all_pages_are_one_table(asked: list[Request]) -> None:
    table = await all_pages.run_all_pages(STORE, "some.log", REQUEST)
    assert table == replace(
        EMPTY,
        rows=((1,), (2,), (3,)),
        row_kinds=(Kind.COUNT, Kind.COUNT, Kind.TEXT),
        keys=("a", "b", "c"),
        notes=("of all", "of the first", "of the last"),
    )
    assert asked[0] == REQUEST
    assert [(each.after, each.limit) for each in asked[1:]] == [
        ("2", all_pages.PAGE),
        ("3", all_pages.PAGE),
    ]


async def test_only_the_pages_that_remain_are_read(asked: list[Request]) -> None:
    begun = replace(PAGES[None], after="3")
    pages = [page async for page in all_pages.pages_from(STORE, begun, REQUEST)]
    assert pages == [begun, PAGES["3"]]
    assert [each.after for each in asked] == ["3"]


async def test_a_complete_table_asks_for_nothing(asked: list[Request]) -> None:
    pages = [page async for page in all_pages.pages_from(STORE, PAGES["3"], REQUEST)]
    assert pages == [PAGES["3"]] and asked == []


async def test_a_page_is_read_when_the_one_before_is_done(asked: list[Request]) -> None:
    pages = all_pages.pages_of(STORE, "some.log", REQUEST)
    await anext(pages)
    assert len(asked) == 1
    await anext(pages)
    assert len(asked) == 2
    await pages.aclose()
