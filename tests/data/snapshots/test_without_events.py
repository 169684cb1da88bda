"""Every figure of a store that was made without events: an answer, or one line that says why."""

import contextlib
from pathlib import Path

import pytest

from termstats.data.figures.definition.registry import figures
from termstats.data.figures.definition.run import run_figure
from termstats.data.model.errors import TermstatsError
from termstats.data.model.period_text import parse_period
from termstats.data.model.request import Request
from termstats.data.snapshots.snapshot import SnapshotOptions, make_snapshot
from termstats.data.store.opening import open_store
from termstats.paths import sample_store


@pytest.mark.slow
async def test_no_figure_needs_events(tmp_path: Path) -> None:
    target = tmp_path / "days.db"
    await make_snapshot(str(sample_store()), target, SnapshotOptions(without_events=True))
    store = await open_store(target)
    try:
        request = Request(parse_period("all", store.info.now, store.info.coverage))
        for figure in figures():
            with contextlib.suppress(TermstatsError):
                await run_figure(store, figure, request)
        errors = await run_figure(store, "backoffice.errors", request)
    finally:
        await store.close()
    assert errors.rows
    assert set(errors.column("message")) == {None}
    assert any("made without events" in note for note in errors.notes)
