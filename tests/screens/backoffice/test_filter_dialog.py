"""`F`: fields, then their values with counts; what would remain is said before it is taken."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input, Static

from termstats.app import TermStatsApp
from termstats.data.figures.definition.figure import Level
from termstats.data.figures.definition.policy import ANY_FILTER
from termstats.data.figures.definition.registry import figures
from termstats.data.model.filter_base import Field
from termstats.screens.backoffice.filter_dialog import FilterDialog
from termstats.screens.backoffice.filter_values import listing_figures
from tests.screens.backoffice.test_backoffice import dashboard as backoffice
from tests.screens.backoffice.test_backoffice import log as log
from tests.screens.keyboard import burst, press, state


def dialog_of(app: TermStatsApp) -> FilterDialog:
    assert isinstance(app.screen, FilterDialog)
    return app.screen


def cells(app: TermStatsApp) -> list[tuple[str, ...]]:
    return [choice.cells for choice in dialog_of(app).picks.narrowed.choices]


def effect(app: TermStatsApp) -> str:
    return str(dialog_of(app).query_one(".effect", Static).render())


def test_every_field_with_a_list_has_one_figure() -> None:
    lists = listing_figures(figures().values(), Level.BACKOFFICE)
    typed = {Field.DAYS, Field.DOMAIN, Field.SUBDOMAIN}
    assert set(lists) == ANY_FILTER - typed
    for field, figure in lists.items():
        assert figure.details is not None
        assert [each for each, _column in figure.details.filters] == [field]


async def test_a_field_then_its_values_with_counts(log: Path) -> None:
    async with backoffice(log) as (app, pilot):
        await press(pilot, "F")
        assert ("days", "type days=2026-01-31 or days=2026-01-01..2026-01-31") in cells(app)
        await press(pilot, *"pers", "enter")
        assert str(dialog_of(app).query_one(".dialog").border_title) == "Filter by person"
        table = await dialog_of(app)._ask(dialog_of(app)._lists[Field.PERSON], ())
        expected = zip(table.column("user"), table.column("events"), strict=True)
        assert cells(app) == [(name, str(number)) for name, number in expected]
        await press(pilot, *"ana", "space", *"bo", "space")
        both = effect(app)
        assert both.endswith("remain")
        await press(pilot, "enter")
        assert "only person ana or bo" in state(app)
        # What was said before is what the cards show.
        totals = app.screen.query_one("Cards").table  # type: ignore[attr-defined]
        users = totals.column("value")[totals.column("metric").index("users")]
        assert f"{users} people" in both


async def test_what_holds_is_marked_and_can_be_left(log: Path) -> None:
    async with backoffice(log) as (app, pilot):
        await press(pilot, "F", *"person=ana person=bo", "enter", "F")
        assert ("person", "only ana, bo") in cells(app)
        await press(pilot, *"pers", "enter")
        assert set(dialog_of(app).chosen) == {"ana", "bo"}
        await press(pilot, *"ana", "space", "enter")
        assert "only person bo" in state(app)
        await press(pilot, "F", *"pers", "enter", *"bo", "space", "enter")
        assert "person" not in state(app)


async def test_esc_leaves_everything_as_it_was(log: Path) -> None:
    async with backoffice(log) as (app, pilot):
        await press(pilot, "F", *"person=ana", "enter")
        before = state(app)
        await press(pilot, "F", *"act", "enter", "space", "escape")
        assert state(app) == before


async def test_grammar_is_still_typed_and_its_effect_said(log: Path) -> None:
    async with backoffice(log) as (app, pilot):
        await press(pilot, "F", *"person=nobody")
        assert "nobody" in effect(app)
        line = dialog_of(app).query_one(Input)
        line.value = ""
        await press(pilot, *"person=ana person=bo")
        assert effect(app).endswith("remain")
        await press(pilot, "enter")
        assert "only person ana or bo" in state(app)


@pytest.mark.parametrize("field", ["days", "domain"])
async def test_a_field_without_a_list_is_typed(log: Path, field: str) -> None:
    async with backoffice(log) as (app, pilot):
        await press(pilot, "F", *field, "enter")
        assert dialog_of(app).query_one(Input).value == f"{field}="


@pytest.mark.parametrize(
    "keys",
    [("F", *"pers", "enter", *"ana", "enter"), ("F", "down", "enter", "space", "enter")],
    ids="".join,
)
async def test_a_burst_does_what_slow_keys_do(log: Path, keys: tuple[str, ...]) -> None:
    outcomes = []
    for typing in (press, burst):
        async with backoffice(log) as (app, pilot):
            await typing(pilot, *keys)
            outcomes.append(state(app))
            await press(pilot, "0")
    assert outcomes[0] == outcomes[1]
    assert "only" in outcomes[0]
