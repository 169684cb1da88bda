"""Screens list ids; what is listed exists, and what figures lead to is listed."""

from __future__ import annotations

import pytest

from termstats.data.figures.definition.figure import Level, SideScreen
from termstats.data.figures.definition.registry import figures, find_figure
from termstats.screens.backoffice.screen import BackofficeScreen
from termstats.screens.frame.compared import OF_LEARNING, OF_USE
from termstats.screens.frame.level_screen import LevelScreen
from termstats.screens.opening import SCREENS

EVERY_SCREEN = pytest.mark.parametrize("screen", SCREENS.values(), ids=list(SCREENS))


@EVERY_SCREEN
def test_every_panel_names_a_figure_once(screen: type[LevelScreen]) -> None:
    for panels in (screen.PANELS, screen.CHOICE):
        ids = [panel.figure_id for panel in panels]
        assert len(ids) == len(set(ids))
        assert [find_figure(figure_id).id for figure_id in ids] == ids
        # What stands beside a table is said by the figure, not by the screen.
        assert not any(panel.pane for panel in panels)


@EVERY_SCREEN
def test_every_card_leads_to_a_panel_of_its_level(screen: type[LevelScreen]) -> None:
    cards = find_figure(screen.CARDS)
    assert cards.level is screen.LEVEL
    assert cards.cards
    assert {target for _, target in cards.cards} <= {panel.figure_id for panel in screen.PANELS}


def test_every_detail_is_a_panel_of_the_backoffice() -> None:
    panels = {panel.figure_id for panel in BackofficeScreen.PANELS}
    with_details = [figure for figure in figures().values() if figure.details]
    assert len(with_details) > 30
    for figure in with_details:
        assert figure.details
        assert {figure.id, figure.details.target} <= panels
        assert figure.level is Level.BACKOFFICE


def test_every_comparison_is_listed_by_its_platform() -> None:
    listed = {**OF_LEARNING, **OF_USE}
    compared = [f for f in figures().values() if f.level is SideScreen.RECONCILE]
    assert {f.pages.platform: f.id for f in compared if f.pages} == listed
    assert {f.id for f in compared if f.by_moment} == set(OF_USE.values())
