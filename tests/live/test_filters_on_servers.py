"""Filters keep the same on PostgreSQL and MariaDB as on SQLite, in whatever they narrow."""

from __future__ import annotations

import pytest

from termstats.data.figures.definition.registry import figures
from termstats.data.figures.definition.run import run_figure
from termstats.data.model.filter_base import Filter
from termstats.data.model.period_text import parse_period
from termstats.data.model.request import Request
from termstats.data.model.writing import to_csv
from termstats.data.query.filter_text import parse
from termstats.data.query.scope import EVERYTHING
from termstats.data.store.opening import Store, open_store
from tests.live.test_figures_on_servers import DRIVERS, SAMPLE, copied, server

ASKED = (
    "person=57 person=55 weekday=monday weekday=friday",
    "group=north group=field +group=field-a days=2026-11-01..2026-11-10",
    "package=geo package=charts action=*E*",
    "error=Timeout days=2026-09-01..2026-10-31 days=2026-11-05",
)


async def narrowed(store: Store, origin: Store, only: tuple[Filter, ...]) -> dict[str, str]:
    """Return the CSV of every figure of the backoffice that needs nothing."""
    period = parse_period("90d", origin.info.now)
    found = {}
    for name, figure in figures().items():
        if name.startswith(("backoffice.", "collaboration.")) and not figure.needs:
            table = await run_figure(store, name, Request(period, filters=only, everybody=True))
            found[name] = to_csv(table)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("variable", DRIVERS)
async def test_servers_agree_under_filters(variable: str) -> None:
    url = server(variable)
    store = await open_store(SAMPLE)
    try:
        async with copied(url) as other:
            for text in ASKED:
                only = await parse(store, EVERYTHING, text)
                expected = await narrowed(store, store, only)
                assert any(len(csv.splitlines()) > 1 for csv in expected.values()), text
                assert await narrowed(other, store, only) == expected, text
    finally:
        await store.close()
