"""Whatever goes wrong beside the screen is shown, and what nobody expected is logged too."""

from __future__ import annotations

import gc
import logging
import warnings
from contextlib import suppress
from functools import partial
from typing import Any

import pytest
from textual.app import App
from textual.widgets import Static
from textual.worker import WorkerCancelled

from termstats.data.figures.definition.figure import Level
from termstats.data.model.errors import UsageError
from termstats.log import LONGEST, fault_words
from termstats.screens.dialogs.search import SearchDialog
from termstats.screens.workers import start_worker
from tests.screens.fakes import THINGS, T, World, make_app
from tests.screens.fakes import world as world
from tests.screens.keyboard import NARROW, press, settle


async def shown_of(error: Exception) -> list[str]:
    """Return what is shown of a worker that ends with the error."""
    lines: list[str] = []

    async def work() -> None:
        raise error

    app: App[Any] = App()
    async with app.run_test() as pilot:
        start_worker(app, work, lines.append, group="test")
        await app.workers.wait_for_complete()
        await pilot.pause()
    return lines


async def test_an_expected_error_is_shown_and_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    assert await shown_of(UsageError("no such thing")) == ["no such thing"]
    assert not [record for record in caplog.records if record.name.startswith("termstats")]


async def test_a_fault_is_shown_and_logged_with_where(caplog: pytest.LogCaptureFixture) -> None:
    assert await shown_of(KeyError("x")) == ["a fault in termstats: KeyError: 'x'"]
    record = next(record for record in caplog.records if record.name.startswith("termstats"))
    assert record.levelno == logging.ERROR
    assert record.exc_info
    assert record.exc_info[0] is KeyError


async def settled(app: App[Any]) -> None:
    """Wait for the workers that are left; those cancelled are of no interest."""
    left = [worker for worker in app.workers if not worker.is_finished]
    with suppress(WorkerCancelled):
        await app.workers.wait_for_complete(left)


async def test_a_worker_that_is_replaced_before_its_turn_leaves_nothing_unawaited() -> None:
    done: list[int] = []

    async def work(number: int) -> None:
        done.append(number)

    app: App[Any] = App()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        async with app.run_test():
            for number in range(3):
                start_worker(app, partial(work, number), print, group="test")
            await settled(app)
        gc.collect()
    assert done == [2]
    assert [str(each.message) for each in caught if "awaited" in str(each.message)] == []


def test_a_fault_is_one_short_line() -> None:
    words = fault_words(ValueError("a\nb" * LONGEST))
    assert len(words) == LONGEST
    assert "\n" not in words


async def broken(*_: object) -> None:
    raise RuntimeError("boom")


async def test_a_key_whose_work_fails_says_so(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in ("frame.row_screen.entities_of", "opening.resolve_keys"):
        monkeypatch.setattr(f"termstats.screens.{place}", broken)
    app = make_app(Level.TRAINING)
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "enter")
        assert "a fault in termstats: RuntimeError: boom" in [
            note.message for note in app._notifications
        ]


async def test_a_search_that_fails_says_so_in_its_dialog(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("termstats.screens.dialogs.search.search", broken)
    app = make_app(Level.TRAINING, {T: THINGS[T][0]})
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "slash", "a", "n")
        assert isinstance(app.screen, SearchDialog)
        said = app.screen.query_one(".said", Static)
        assert "a fault in termstats: RuntimeError: boom" in str(said.render())
