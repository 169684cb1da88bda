"""What no source of a store records is not shown, and the reason is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from termstats.app import TermStatsApp
from termstats.data.figures.definition.figure import Level
from termstats.data.figures.definition.run import run_figure
from termstats.data.importers.records import RECORDS, records_of
from termstats.data.importers.registry import importers
from termstats.data.model.period import EPOCH, Period
from termstats.data.model.records import Record
from termstats.data.model.request import Request
from termstats.data.query.evidence import held
from termstats.data.query.scope import EVERYTHING
from termstats.data.store.opening import open_store
from termstats.screens.frame.left_out import (
    cards_of,
    is_left_out,
    left_out,
    missing_records,
)
from termstats.screens.frame.session import begin
from termstats.screens.frame.start import Options, StartAt
from termstats.screens.levels.first_level import first_level
from termstats.screens.levels.panels import LEVELS
from termstats.screens.opening import level_screen
from termstats.widgets.cards.cards import Cards
from tests.data.importers.small_sources import SOURCES
from tests.data.importers.test_conformance import load
from tests.screens.fakes import World, make_app
from tests.screens.fakes import world as world
from tests.screens.keyboard import NARROW, current_panel, level_of, press, settle

GROUPS: dict[str, dict[Level, tuple[str, ...]]] = {
    "oppia": {
        Level.GLOBAL: (
            "Overview", "People", "Trainings", "Classes", "Activity", "Rewards", "Records",
        ),
        Level.BACKOFFICE: ("Overview", "Events", "Errors"),
    },
    "opigno": {
        Level.GLOBAL: ("Overview", "People", "Trainings", "Classes", "Activity", "Rewards"),
        Level.BACKOFFICE: ("Overview",),
    },
    "datagrok": {
        Level.GLOBAL: ("People", "Classes"),
        Level.BACKOFFICE: ("Overview", "Software", "Objects", "Events", "Errors"),
    },
    "oulad": {
        Level.GLOBAL: ("Overview", "People", "Trainings", "Activity"),
        Level.BACKOFFICE: ("Overview",),
    },
    "kolibri": {
        Level.GLOBAL: (
            "Overview", "People", "Trainings", "Classes", "Activity", "Rewards", "Records",
        ),
        Level.BACKOFFICE: ("Overview",),
    },
    "moodle": {
        Level.GLOBAL: (
            "Overview", "People", "Trainings", "Classes", "Activity", "Rewards", "Records",
        ),
        Level.BACKOFFICE: ("Overview", "Events", "Together"),
    },
    "events": {Level.BACKOFFICE: ("Overview",)},
    "xapi": {
        Level.GLOBAL: ("Overview", "People", "Trainings", "Classes", "Activity", "Records"),
        Level.BACKOFFICE: ("Overview",),
    },
    "opendatasoft": {
        Level.GLOBAL: ("People",),
        Level.BACKOFFICE: ("Overview", "API", "Objects", "Events"),
    },
    "threesixty": {
        Level.GLOBAL: ("People", "Classes", "Records"),
        Level.BACKOFFICE: ("Together",),
    },
}  # fmt: skip
"""Platform -> the groups of levels that its small source fills."""


def test_every_importer_says_what_its_source_records() -> None:
    assert RECORDS.keys() == importers().keys()
    for records in RECORDS.values():
        assert records.possible and not records.always & records.by_content


@pytest.mark.parametrize("platform", SOURCES)
async def test_no_importer_writes_what_it_does_not_record(tmp_path: Path, platform: str) -> None:
    path = tmp_path / "store.sqlite3"
    await load(platform, SOURCES[platform](tmp_path), path)
    store = await open_store(str(path))
    try:
        # Whoever acts does it in some language, country and time; who opens a forum need not post.
        unseen = {Record.LANGUAGES, Record.COUNTRIES, Record.TIME, Record.POSTS, Record.REACTIONS}
        assert await held(store, set(Record) - unseen) <= records_of(platform).possible
    finally:
        await store.close()


@pytest.mark.parametrize("platform", SOURCES)
async def test_a_platform_has_the_groups_that_it_can_fill(tmp_path: Path, platform: str) -> None:
    path = tmp_path / "store.sqlite3"
    await load(platform, SOURCES[platform](tmp_path), path)
    store = await open_store(str(path))
    try:
        session = await begin(store, EVERYTHING, StartAt(), Options())
        for level, expected in GROUPS[platform].items():
            screen = level_screen(session, level)
            assert tuple(group.name for group in screen.groups()) == expected
            missing = await missing_records(store)
            assert bool(screen.absent()) == any(
                is_left_out(panel.figure_id, missing, EVERYTHING) for panel in LEVELS[level].panels
            )
        no_learning = platform in ("datagrok", "opendatasoft", "threesixty")
        first = first_level(session, StartAt())
        assert first is (Level.BACKOFFICE if no_learning else Level.GLOBAL)
    finally:
        await store.close()


CARDS = {
    # Who is there, and since when: of learning it knows nothing.
    "datagrok": {"users", "new_users", "classes"},
    "opendatasoft": {"users", "new_users"},
    # Learning, but no classes and no time.
    "oulad": {
        *("users", "new_users", "active_users", "trainings", "enrolments", "new_enrolments"),
        *("completions", "progress", "completion", "actions", "never_started"),
    },
}
"""Platform -> the cards of Global that it can know."""


@pytest.mark.parametrize("platform", CARDS)
async def test_cards_that_no_source_can_know_are_not_there(tmp_path: Path, platform: str) -> None:
    path = tmp_path / "store.sqlite3"
    await load(platform, SOURCES[platform](tmp_path), path)
    store = await open_store(str(path))
    try:
        session = await begin(store, EVERYTHING, StartAt(period="all"), Options())
        app = TermStatsApp(session, Level.GLOBAL)
        async with app.run_test(size=NARROW) as pilot:
            await settle(pilot)
            assert set(level_of(app).query_one(Cards).metrics) == CARDS[platform]
            await level_of(app).action_panel("global.totals")
            await settle(pilot)
            table = current_panel(app).table
            assert table is not None and set(table.column("metric")) == CARDS[platform]
    finally:
        await store.close()


async def test_a_number_without_a_value_now_and_before_is_no_card(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite3"
    await load("opendatasoft", SOURCES["opendatasoft"](tmp_path), path)
    store = await open_store(str(path))
    try:
        totals = await run_figure(
            store, "backoffice.totals", Request(Period(EPOCH, store.info.today)), EVERYTHING
        )
        # It keeps no sessions: the figure says so, and no card stands for them.
        assert None in [value for metric, value, *_rest in totals.rows if metric == "sessions"]
        kept = cards_of(totals, await missing_records(store))
        assert "sessions" not in kept.column("metric") and "actions" in kept.column("metric")
    finally:
        await store.close()


async def test_a_log_without_calls_has_no_group_of_the_api(tmp_path: Path) -> None:
    """Old stores too: what is there is asked of their tables, not of what an import left."""
    source = SOURCES["opendatasoft"](tmp_path)
    for name in ("api.json", "datasets-2024-05-06.json"):
        (source / name).unlink()
    await load("opendatasoft", source, tmp_path / "store.sqlite3")
    store = await open_store(str(tmp_path / "store.sqlite3"))
    try:
        missing = await missing_records(store)
        assert Record.API in missing and Record.ADMINISTRATION not in missing
        reasons = dict(left_out(LEVELS[Level.BACKOFFICE].panels, missing, EVERYTHING))
        assert reasons["API calls"] == "no source of this store records calls of an API"
        assert "Activity log" not in reasons
    finally:
        await store.close()


async def test_what_is_left_out_is_not_walked(world: World) -> None:
    app = make_app()
    app.session.missing = frozenset((Record.CLASSES, Record.ENROLMENTS))
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        screen = level_of(app)
        assert [group.name for group in screen.groups()] == ["Overview", "People", "Activity"]
        assert "global.trainings" not in screen.focus_ring()
        assert [title for title, _reason in screen.absent()] == ["Trainings", "Classes"]


async def test_a_level_that_nothing_fills_still_has_all_figures(world: World) -> None:
    app = make_app(Level.BACKOFFICE)
    app.session.missing = frozenset(Record)
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        assert [panel.figure_id for panel in level_of(app).panel_list()] == ["backoffice.totals"]


async def test_a_level_of_things_that_no_source_knows_says_that_there_are_none(
    tmp_path: Path,
) -> None:
    await load("opendatasoft", SOURCES["opendatasoft"](tmp_path), tmp_path / "store.sqlite3")
    store = await open_store(str(tmp_path / "store.sqlite3"))
    try:
        app = TermStatsApp(await begin(store, EVERYTHING, StartAt(), Options()))
        async with app.run_test(size=NARROW) as pilot:
            await settle(pilot)
            for key, words in (("2", "no trainings"), ("3", "No activity"), ("4", "no classes")):
                await press(pilot, key)
                panel = current_panel(app)
                assert panel.table is not None and words in panel.table.empty
    finally:
        await store.close()
