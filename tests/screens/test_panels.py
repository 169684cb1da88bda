"""Screens list ids; what is listed exists, and what figures lead to is listed."""

from __future__ import annotations

import pytest

from termstats.data.figures.definition.figure import Level, SideScreen
from termstats.data.figures.definition.registry import figures, find_figure
from termstats.screens.backoffice.screen import BackofficeScreen
from termstats.screens.frame.compared import OF_LEARNING, OF_USE
from termstats.screens.frame.level_screen import LevelScreen
from termstats.screens.frame.session import SUBJECT
from termstats.screens.opening import screen_class

ON_DEMAND = {"backoffice.context"}
"""Figures that stand beside tables, or are asked for by name."""


def ids_of(screen: type[LevelScreen]) -> set[str]:
    return {panel.figure_id for group in screen.GROUPS for panel in group.panels}


SCREENS = {level: screen_class(level) for level in Level}
EVERY_SCREEN = pytest.mark.parametrize("screen", SCREENS.values(), ids=list(SCREENS))


@EVERY_SCREEN
def test_every_panel_names_a_figure_once(screen: type[LevelScreen]) -> None:
    for panels in (*(group.panels for group in screen.GROUPS), screen.CHOICE):
        ids = [panel.figure_id for panel in panels]
        assert len(ids) == len(set(ids))
        assert [find_figure(figure_id).id for figure_id in ids] == ids
    # What stands beside a table is said by the figure, not by the screen; but a list to choose from
    # is the same on another screen, and what is chosen there is another thing to know more about.
    assert not any(panel.pane for group in screen.GROUPS for panel in group.panels)


@EVERY_SCREEN
def test_every_card_leads_to_a_panel_of_its_level(screen: type[LevelScreen]) -> None:
    cards = find_figure(screen.CARDS)
    assert cards.level is screen.LEVEL
    assert cards.cards
    assert {target for _, target in cards.cards} <= ids_of(screen)


@EVERY_SCREEN
def test_a_level_has_at_most_seven_groups_of_one_short_name(screen: type[LevelScreen]) -> None:
    names = [group.name for group in screen.GROUPS]
    assert 2 <= len(names) <= 7
    assert len(set(names)) == len(names)
    assert all(len(name) <= 13 and name[0].isupper() for name in names)
    assert all(group.panels for group in screen.GROUPS)


@EVERY_SCREEN
def test_a_panel_needs_the_same_room_in_every_group(screen: type[LevelScreen]) -> None:
    panels = [panel for group in screen.GROUPS for panel in group.panels]
    least = {panel.figure_id: panel.least for panel in panels}
    assert all(least[panel.figure_id] == panel.least for panel in panels)


def test_every_figure_of_a_level_that_needs_nothing_else_is_in_a_group() -> None:
    listed = set().union(*map(ids_of, SCREENS.values()))
    totals = {screen.CARDS for screen in SCREENS.values()}
    alone = {
        figure.id
        for figure in figures().values()
        if isinstance(figure.level, Level) and set(figure.needs) <= {SUBJECT.get(figure.level)}
    }
    behind = {door.target for figure in figures().values() for _, door in figure.behind}
    assert alone - listed - totals <= ON_DEMAND | behind


def test_every_detail_is_a_panel_of_the_backoffice() -> None:
    panels = ids_of(BackofficeScreen)
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
