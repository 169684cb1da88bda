"""OppiaMobile read from its live server and from SQLite: every report is the same, byte for byte.

Set TERMSTATS_TEST_MARIADB to the URL of a test database; what the test creates it drops.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from sqlalchemy import URL

from termstats.data.figures.definition.all_pages import run_all_pages
from termstats.data.figures.definition.figure import Figure
from termstats.data.figures.definition.registry import figures
from termstats.data.importers.oppia.importer import OppiaImporter
from termstats.data.importers.writing.base import ImportOptions
from termstats.data.importers.writing.run import run_import
from termstats.data.model.errors import UsageError
from termstats.data.model.period_text import parse_period
from termstats.data.model.request import Param, Request
from termstats.data.model.table import Table
from termstats.data.model.writing import to_csv, to_json
from termstats.data.query.scope import Scope
from termstats.data.query.search import resolve
from termstats.data.store.opening import Store, open_store
from tests.live.test_oppia_mariadb import AS_OF, mariadb  # noqa: F401 - a fixture
from tests.shared import shared_path

KEYS = {
    Param.TRAINING: ("1", "3"),
    Param.LEARNER: ("2", "4"),
    Param.CLASS: ("1",),
    Param.MODULE: ("activity:18",),
}
PERIODS = (("all", "month"), ("2016-05-01..2016-06-30", "day"), ("2018-05", "day"))
FILLED = re.compile(r"its summary tables are of [0-9: -]+")
"""When the server's cron last ran: the one thing that the two databases do not share."""
LEVELS = ("global", "training", "learner", "class", "reconcile.oppia")


def asked() -> list[Figure]:
    """Return the figures of learning, and the comparison with the platform's own pages."""
    return [each for each in figures().values() if each.id.startswith(LEVELS)]


def subjects(figure: Figure) -> Iterator[tuple[tuple[Param, str], ...]]:
    """Yield what a figure is asked about; nothing where it needs what is not here."""
    if all(param in KEYS for param in figure.needs):
        choices = [[(param, key) for key in KEYS[param]] for param in figure.needs]
        yield from product(*choices)


def views(figure: Figure) -> Iterator[tuple[tuple[str, str], bool, bool]]:
    """Yield period and buckets, by the server's clock, everybody; the platform's pages know one."""
    if figure.pages is not None:
        yield PERIODS[1], False, False
        return
    yield from product(PERIODS, (False, True), (False, True))


async def reports(store: Store, figure: Figure) -> dict[str, str]:
    """Return what was asked -> CSV and JSON of the answer, or its error."""
    answers = {}
    for about in subjects(figure):
        entities = [(param, await resolve(store, Scope(), param, key)) for param, key in about]
        for (period, by), server, everybody in views(figure):
            request = Request(
                parse_period(period, store.info.now, store.info.coverage),
                tuple(entities),
                by=by,
                server_clock=server,
                everybody=everybody,
            )
            answers[f"{figure.id} {about} {period} {server} {everybody}"] = await _answer(
                store, figure, request
            )
    return answers


async def _answer(store: Store, figure: Figure, request: Request) -> str:
    try:
        table: Table = await run_all_pages(store, figure.id, request)
    except UsageError as error:
        return str(error)
    return FILLED.sub("", to_csv(table) + to_json(table))


@pytest.mark.slow
async def test_a_server_and_sqlite_give_the_same_reports(
    mariadb: URL,  # noqa: F811
    tmp_path: Path,
) -> None:
    options = ImportOptions(as_of=AS_OF)
    locations = {
        "server": mariadb.render_as_string(hide_password=False),
        "sqlite": str(shared_path("oppia/oppia.sqlite3")),
    }
    stores = {}
    for name, location in locations.items():
        await run_import(OppiaImporter(), location, tmp_path / f"{name}.db", options)
        stores[name] = await open_store(tmp_path / f"{name}.db")
    try:
        differing, compared = [], 0
        for figure in asked():
            answers = {name: await reports(store, figure) for name, store in stores.items()}
            compared += len(answers["sqlite"])
            differing += [
                question
                for question, answer in answers["sqlite"].items()
                if answers["server"][question] != answer
            ]
    finally:
        for store in stores.values():
            await store.close()
    assert compared > 500
    assert differing == []
