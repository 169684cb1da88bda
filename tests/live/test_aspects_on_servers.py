"""`reconcile.aspects` of a store on PostgreSQL and MariaDB prints what that of a file does.

Set TERMSTATS_TEST_POSTGRES / TERMSTATS_TEST_MARIADB to URLs of test databases.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from termstats.data.figures.definition.run import run_figure
from termstats.data.model.period_text import parse_period
from termstats.data.model.request import Param, Request
from termstats.data.query.scope import EVERYTHING
from termstats.data.store.opening import Store, open_store
from tests.data.figures.hand_store import dicts, entity
from tests.data.importers.xapi.factory import imported, lines
from tests.data.importers.xapi.record_stores import RUN, open_edx
from tests.live.test_figures_on_servers import copied, server

ANA = "5a7ad7c6-8b7c-4a0e-8d53-6d0e4b1c3c11"
SUBJECTS: tuple[dict[Param, str], ...] = ({}, {Param.TRAINING: RUN}, {Param.LEARNER: ANA})


async def pages(store: Store, origin: Store) -> list[object]:
    """Return the rows of every page; things are looked up in the `origin`."""
    found: list[object] = []
    for keys in SUBJECTS:
        things = tuple([(param, await entity(origin, param, key)) for param, key in keys.items()])
        request = Request(parse_period("2026-03", origin.info.now), things)
        table = await run_figure(store, "reconcile.aspects", request, EVERYTHING)
        found += dicts(table)
    return found


@pytest.mark.parametrize("variable", ["TERMSTATS_TEST_POSTGRES", "TERMSTATS_TEST_MARIADB"])
async def test_servers_show_the_pages_of_a_file(variable: str, tmp_path: Path) -> None:
    url, path = server(variable), tmp_path / "s.db"
    await imported(lines(tmp_path / "log.jsonl", open_edx(ANA)[0]), path)
    origin = await open_store(path)
    try:
        expected = await pages(origin, origin)
        assert len(expected) > 30
        async with copied(url, path) as store:
            assert await pages(store, origin) == expected
    finally:
        await origin.close()
