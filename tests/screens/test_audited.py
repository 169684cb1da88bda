"""The dashboard with an audit log: what is shown, found, exported and copied is written down."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from termstats.data.figures.definition.figure import Level
from termstats.data.model.audit import Entries
from termstats.data.model.request import Param
from termstats.screens.frame.start import Options, StartAt
from tests.data.query.scope_world import make_world, mark
from tests.screens.keyboard import press, settle
from tests.screens.opened import dashboard_on

ALPHA, BEN = mark("id", "alpha"), mark("id", "ben")
AT_ALPHA = StartAt(keys=((Param.TRAINING, ALPHA),), period="all")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return asyncio.run(make_world(tmp_path_factory.mktemp("audited")))


def deeds(log: Path) -> set[tuple[str, str]]:
    return {(entry.deed, entry.figure) for entry in Entries(log)}


async def test_the_dashboard_writes_down_what_it_shows_exports_and_finds(
    world: Path, tmp_path: Path
) -> None:
    log = tmp_path / "audit.jsonl"
    options = Options(audit=log, export_folder=tmp_path / "exports")
    async with dashboard_on(world, Level.TRAINING, start=AT_ALPHA, options=options) as (app, pilot):
        shown = deeds(log)
        assert ("seen", "training.totals") in shown
        assert {deed for deed, _figure in shown} == {"seen"}
        await press(pilot, "E")
        await settle(pilot)
        exported = {figure for deed, figure in deeds(log) if deed == "exported"}
        files = {path.name.partition("_")[0] for path in (tmp_path / "exports").iterdir()}
        assert exported == files != set()
        await press(pilot, "slash", *"name", "full_stop", *"ben")
        await settle(pilot)
        found = [entry for entry in Entries(log) if entry.deed == "searched"]
        assert found and BEN in found[-1].people


async def test_what_cannot_be_written_down_is_neither_shown_nor_exported_nor_copied(
    world: Path, tmp_path: Path
) -> None:
    log = tmp_path / "audit.jsonl"
    options = Options(audit=log, export_folder=tmp_path / "exports")
    async with dashboard_on(world, Level.TRAINING, start=AT_ALPHA, options=options) as (app, pilot):
        screen = app.screen
        log.unlink()
        log.mkdir()
        await press(pilot, "y")
        assert app.clipboard == ""
        await press(pilot, "E")
        await settle(pilot)
        assert not list((tmp_path / "exports").glob("*"))
        await press(pilot, "x")  # everything is asked anew
        await settle(pilot)
        panels = getattr(screen, "panels", {})
        assert panels and not any(panel.table and panel.table.rows for panel in panels.values())
