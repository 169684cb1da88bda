"""A store whose events lie elsewhere gives what it gives with its events: figure by figure."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from sqlalchemy import select

from termstats.cli.main import cli
from termstats.data.figures.definition.explaining import about
from termstats.data.figures.definition.figure import Level
from termstats.data.figures.definition.registry import figures
from termstats.data.figures.definition.run import run_figure
from termstats.data.model.errors import StoreError
from termstats.data.model.period_text import parse_period
from termstats.data.model.request import Request
from termstats.data.model.units import RowId
from termstats.data.model.writing import to_csv
from termstats.data.query.largest import largest
from termstats.data.query.scope import Scope, scope_of
from termstats.data.snapshots.checks import check_store
from termstats.data.snapshots.demo import with_pseudonyms
from termstats.data.snapshots.snapshot import SnapshotOptions, make_snapshot
from termstats.data.store.elsewhere import bringing
from termstats.data.store.elsewhere.bringing import Brought
from termstats.data.store.elsewhere.wanted import Wanted
from termstats.data.store.opening import Store, open_store, run_query
from termstats.data.store.schema import action, event
from termstats.paths import LOG_VARIABLE, sample_store

AT = "clickhouse://example.org/xapi"


@dataclass
class OtherStore:
    """A log that is another store: it gives the whole seconds in which anything is wanted."""

    file: Path
    notes: tuple[str, ...] = ()
    asked: list[Wanted] = field(default_factory=list)

    async def fetch(self, wanted: Wanted) -> Brought:
        self.asked.append(wanted)
        with closing(sqlite3.connect(self.file)) as connection:
            second = event.c.id.op(">>")(20)
            seconds = (
                select(second.label("at")).distinct().join(action, action.c.id == event.c.action_id)
            )
            seconds = seconds.where(event.c.id >= wanted.low << 20, event.c.id < wanted.high << 20)
            for column, ids in (
                (event.c.person_id, wanted.people),
                (event.c.training_id, wanted.trainings),
                (event.c.action_id, wanted.actions),
                (action.c.kind, wanted.kinds),
                (second, wanted.seconds),
            ):
                if ids is not None:
                    seconds = seconds.where(column.in_(sorted(ids)))
            seconds = seconds.order_by(second.desc()).limit(wanted.newest)
            sql = str(seconds.compile(compile_kwargs={"literal_binds": True}))
            found = [at for (at,) in connection.execute(sql)]
            is_all = wanted.newest is None or len(found) < wanted.newest
            connection.execute("CREATE TEMP TABLE found AS " + sql)
            rows = connection.execute(
                "SELECT * FROM event WHERE id >> 20 IN (SELECT at FROM found)"
            )
            return Brought(rows.fetchall(), wanted.low if is_all else found[-1], self.notes)

    def close(self) -> None:
        pass


@pytest.fixture
async def here() -> AsyncIterator[Store]:
    store = await open_store(sample_store())
    yield store
    await store.close()


@pytest.fixture
def emptied(tmp_path: Path) -> Path:
    """Return a copy of the sample whose events are gone."""
    file = tmp_path / "elsewhere.db"
    shutil.copyfile(sample_store(), file)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("DELETE FROM event")
        rules = json.dumps({"log": {"at": AT, "until": 0, "read": 0}})
        connection.execute("UPDATE source SET rules = ?, platform = 'xapi'", (rules,))
        connection.commit()
    return file


@pytest.fixture
async def elsewhere(here: Store, emptied: Path) -> AsyncIterator[Store]:
    store = await open_store(emptied)
    store.info, store.log = here.info, OtherStore(sample_store())
    yield store
    await store.close()


def log_of(store: Store) -> OtherStore:
    assert isinstance(store.log, OtherStore)
    return store.log


@pytest.mark.parametrize("viewer", [None, "tina"])
async def test_every_figure_is_that_of_a_store_with_its_events(
    here: Store, elsewhere: Store, viewer: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bringing, "_FRESH", -1)
    async with here.connect() as connection:
        scope = await scope_of(connection, viewer) if viewer else Scope()
    subjects, compared, empty = await largest(here), 0, 0
    for name, figure in figures().items():
        if figure.level is Level.BACKOFFICE or (viewer is not None and not figure.paged):
            continue
        request = Request(parse_period("60d", here.info.now), by="auto", limit=20)
        asked = about(figure, request, subjects)
        if asked is None:
            continue
        before = len(log_of(elsewhere).asked)
        found = to_csv(await run_figure(elsewhere, name, asked, scope))
        if len(log_of(elsewhere).asked) > before:  # the others read day tables, in both alike
            assert found == to_csv(await run_figure(here, name, asked, scope)), name
            compared, empty = compared + 1, empty + (len(found.splitlines()) < 2)
    assert compared - empty >= (2 if viewer else 8)


async def test_a_page_asks_for_more_until_it_is_full(elsewhere: Store) -> None:
    rare = select(event.c.id).where(event.c.seconds > 3_000).order_by(event.c.id.desc()).limit(3)
    async with elsewhere.connect() as connection:
        found = [row.id for row in await run_query(connection, rare)]
    with closing(sqlite3.connect(sample_store())) as connection_:
        sql = "SELECT id FROM event WHERE seconds > 3000 ORDER BY id DESC LIMIT 3"
        assert found == [own for (own,) in connection_.execute(sql)]
    assert len(found) == 3
    numbers = [wanted.newest for wanted in log_of(elsewhere).asked]
    assert numbers == [3 * 4**step for step in range(len(numbers))]
    assert len(numbers) > 1


async def test_what_was_brought_is_not_asked_for_again(elsewhere: Store) -> None:
    async with elsewhere.connect() as connection:
        low = (await run_query(connection, select(event.c.id).order_by(event.c.id).limit(1)))[0].id
        some = select(event.c.id).where(event.c.id >= low, event.c.person_id == RowId(5))
        await run_query(connection, some)
    assert log_of(elsewhere).asked == [Wanted()]


async def test_nothing_can_be_written(elsewhere: Store) -> None:
    async with elsewhere.connect() as connection:
        assert await run_query(connection, select(event.c.id).limit(1))
        driver = await connection.driver()
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            await driver.execute("DELETE FROM person")


async def test_a_reader_is_told_of_days_that_changed(here: Store, elsewhere: Store) -> None:
    log_of(elsewhere).notes = ("The log has changed since the import on 2026-11-02.",)
    asked = about(
        figures()["learner.timeline"],
        Request(parse_period("60d", here.info.now)),
        await largest(here),
    )
    assert asked is not None
    assert (
        log_of(elsewhere).notes[0] in (await run_figure(elsewhere, "learner.timeline", asked)).notes
    )
    totals = await run_figure(elsewhere, "global.totals", replace(asked, entities=()))
    assert log_of(elsewhere).notes[0] not in totals.notes


# ---- A log that nobody can read ------------------------------------------------------------------


async def test_figures_of_day_tables_need_no_log(here: Store, emptied: Path) -> None:
    store = await open_store(emptied)
    try:
        request = Request(parse_period("60d", here.info.now))
        expected = to_csv(await run_figure(here, "global.activity", request))
        assert to_csv(await run_figure(store, "global.activity", request)) == expected
        async with store.connect() as connection:
            with pytest.raises(StoreError, match=f"the events stay in {AT}; set {LOG_VARIABLE} to"):
                await run_query(connection, select(event.c.id))
    finally:
        await store.close()


async def test_no_server_is_asked_but_the_one_that_the_reader_names(
    emptied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(LOG_VARIABLE, "clickhouse://me:secret@elsewhere.example/xapi")
    store = await open_store(emptied)
    try:
        async with store.connect() as connection:
            with pytest.raises(StoreError, match=f"the events stay in {AT}; set") as raised:
                await run_query(connection, select(event.c.id))
        assert "secret" not in str(raised.value)
    finally:
        await store.close()


async def test_under_pseudonyms_there_are_no_events(elsewhere: Store) -> None:
    async with with_pseudonyms(elsewhere).connect() as connection:
        with pytest.raises(StoreError, match="none under pseudonyms"):
            await run_query(connection, select(event.c.id))


async def test_what_would_lack_the_events_is_not_made(emptied: Path, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="a snapshot would lack them"):
        await make_snapshot(str(emptied), tmp_path / "snapshot.db", SnapshotOptions())
    assert not (tmp_path / "snapshot.db").exists()
    result = await check_store(str(emptied))
    assert f"the events stay in {AT}; day tables cannot be compared" in result.passed


@pytest.mark.parametrize(
    "words",
    [
        ["sql", "SELECT count(*) FROM event"],
        ["person", "10", "--output", "held"],
        ["publish", "postgresql://user@example.org/db"],
    ],
)
def test_commands_say_that_the_events_stay(
    emptied: Path, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from click.testing import CliRunner

    monkeypatch.setenv("TERMSTATS_PASSWORD", "x")
    result = CliRunner().invoke(cli, [*words, "--store", str(emptied)])
    assert isinstance(result.exception, StoreError), result.output
    assert f"the events of this store stay in {AT}, and" in str(result.exception)
