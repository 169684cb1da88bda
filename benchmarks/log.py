"""A large activity log: the Overview, the pages of the Log, functions and errors, filtered."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

from benchmarks.files import reports
from benchmarks.log_data import FIELDS, RARE, RunsImporter, add_team, write_log
from benchmarks.results import Line, median, median_of, show, timed
from termstats.data.figures.definition.run import run_figure
from termstats.data.importers.opendatasoft.importer import OpendatasoftImporter
from termstats.data.importers.writing.base import ImportOptions
from termstats.data.importers.writing.run import run_import
from termstats.data.model.filter_base import Filter
from termstats.data.model.period import Period
from termstats.data.model.period_text import parse_period
from termstats.data.model.request import Request
from termstats.data.query.filter_text import parse
from termstats.data.query.scope import EVERYTHING
from termstats.data.store.opening import Store, open_store
from termstats.data.store.schema import EVENT_SEQUENCE_BITS
from termstats.screens.backoffice.groups import GROUPS

RUNS = 5
PERIOD = "2025-01-01..2025-12-31"
NARROWED = {
    "everything": "",
    "one domain": "domain=portal-0",
    "one person": "person=user000",
    "a group of people": "group=team",
    "one dataset": "object=dataset-0001",
}
TYPED = {
    "timestamp": ("2025-06", "2025-01-02", "1999"),
    "domain_id": ("portal-0", RARE, "nothing"),
    "user_id": ("user000", RARE, "nothing"),
    "dataset_id": ("dataset-00", RARE, "nothing"),
    "username": ("user1", RARE, "nothing"),
    "action": ("edit", RARE, "nothing"),
    "group_id": ("group-0", RARE, "nothing"),
    "page_id": ("page-00", RARE, "nothing"),
    "diff": ("Title 7", RARE, "nothing"),
    "map_id": ("map-0", RARE, "nothing"),
    "reuse_title": ("Reuse number 1", RARE, "nothing"),
    "subdomain_id": ("area-0", RARE, "nothing"),
}
"""Field -> a text of many rows, of a few old ones, and of none."""
USES = {
    "backoffice.functions": "object_id, sum(weight), count(DISTINCT person_id), avg(seconds)",
    "backoffice.operations": "action_id, count(seconds), avg(seconds), max(seconds)",
    "backoffice.errors": "error, sum(weight), count(DISTINCT person_id), max(id)",
    "backoffice.error-causes": "action_id, sum(weight), count(DISTINCT person_id)",
}
"""Figure -> what bare SQL sums up of the events, without percentiles and names."""


def measure_log(folder: Path, rows: int) -> None:
    """Make both stores, where `folder` does not hold them, and print a table per part.

    One holds an activity log as Opendatasoft exports it, one function runs and errors.
    """
    log, runs = folder / "log.sqlite3", folder / "runs.sqlite3"
    lines = []
    if not log.exists():
        source = folder / "log.csv"
        write_log(source, rows)
        lines.append(_import(OpendatasoftImporter(), source, log, rows))
        add_team(log)
    if not runs.exists():
        lines.append(_import(RunsImporter(rows), folder, runs, rows))
    if lines:
        show(f"Import of a log of {rows:,} rows", lines)
    asyncio.run(_figures(log, runs))
    show("Reports of the log", reports(log, folder))


def _import(
    importer: OpendatasoftImporter | RunsImporter, source: Path, store: Path, rows: int
) -> Line:
    start = time.perf_counter()
    asyncio.run(run_import(importer, str(source), store, ImportOptions(zone="Europe/Paris")))
    seconds = time.perf_counter() - start
    size = store.stat().st_size / 1e6
    note = f"{seconds:.1f} s, {size:,.0f} MB"
    return Line(f"{importer.title}, rows a second", rows / seconds, "", note=note)


async def _figures(log: Path, runs: Path) -> None:
    store = await open_store(log)
    try:
        for words, text in NARROWED.items():
            only = await parse(store, EVERYTHING, text)
            show(f"Overview of a year, {words}", await _overview(store, only))
        with closing(sqlite3.connect(f"file:{log}?mode=ro", uri=True)) as bare:
            show("Pages of the log, a year", await _pages(store, bare), "bare SQL")
    finally:
        await store.close()
    store = await open_store(runs)
    try:
        with closing(sqlite3.connect(f"file:{runs}?mode=ro", uri=True)) as bare:
            lines = await _uses(store, bare)
            show("Functions and errors, a year", lines, "bare SQL")
    finally:
        await store.close()


def _asked(store: Store, only: Sequence[Filter] = ()) -> Request:
    return Request(parse_period(PERIOD, store.info.today, store.info.coverage), filters=tuple(only))


async def _overview(store: Store, only: Sequence[Filter]) -> list[Line]:
    """Return each panel of the first group, and all at once with the cards, as the screen reads."""
    request = _asked(store, only)
    wanted = ["backoffice.totals", *(panel.figure_id for panel in GROUPS[0].panels)]
    lines = []
    for figure in wanted:
        taken = await median_of(partial(run_figure, store, figure, request), RUNS)
        lines.append(timed(figure, taken))

    async def complete() -> None:
        await asyncio.gather(*(run_figure(store, figure, request) for figure in wanted))

    return [timed("complete", await median_of(complete, RUNS)), *lines]


async def _pages(store: Store, bare: sqlite3.Connection) -> list[Line]:
    lines = []
    request = _asked(store)
    first = partial(run_figure, store, "backoffice.log", request)
    newest = partial(_newest, bare)
    lines.append(timed("no filter", await median_of(first, RUNS), median(newest, RUNS)))
    for field in FIELDS:
        for sort, text in zip(("frequent", "rare", "none"), TYPED[field], strict=True):
            asked = replace(request, row_search=((field, text),))
            lines.append(await _page(store, f"{field}, {sort}", asked))
            if sort == "frequent":
                deep = replace(asked, after=await _middle(store, asked))
                lines.append(await _page(store, f"{field}, deep", deep))
    return lines


async def _page(store: Store, what: str, asked: Request) -> Line:
    page = await run_figure(store, "backoffice.log", asked)
    taken = await median_of(partial(run_figure, store, "backoffice.log", asked), RUNS)
    more = ", more to read" if page.after else ""
    return timed(what, taken, note=f"{len(page.rows)} rows{more}")


async def _middle(store: Store, asked: Request) -> str | None:
    """Return where the first page of the older half of the period ends."""
    half = Period(
        asked.period.first, asked.period.first + (asked.period.last - asked.period.first) / 2
    )
    return (await run_figure(store, "backoffice.log", replace(asked, period=half))).after


def _newest(bare: sqlite3.Connection) -> None:
    bare.execute(
        "SELECT e.*, a.name, p.key FROM event AS e LEFT JOIN action AS a ON a.id = e.action_id "
        "LEFT JOIN person AS p ON p.id = e.person_id ORDER BY e.id DESC LIMIT 200"
    ).fetchall()


async def _uses(store: Store, bare: sqlite3.Connection) -> list[Line]:
    request = _asked(store)
    lines = []
    for figure, sums in USES.items():
        taken = await median_of(partial(run_figure, store, figure, request), RUNS)
        by_hand = median(partial(_sums, bare, sums, request, store), 3)
        lines.append(timed(figure, taken, by_hand))
    person = replace(request, filters=await parse(store, EVERYTHING, "person=user000"))
    for figure in USES:
        taken = await median_of(partial(run_figure, store, figure, person), RUNS)
        lines.append(timed(f"{figure}, one person", taken))
    return lines


def _sums(bare: sqlite3.Connection, sums: str, request: Request, store: Store) -> None:
    start, end = request.period.seconds(store.info.zone)
    bare.execute(
        f"SELECT {sums} FROM event WHERE id >= ? AND id < ? GROUP BY 1",  # noqa: S608
        (start << EVENT_SEQUENCE_BITS, end << EVENT_SEQUENCE_BITS),
    ).fetchall()
