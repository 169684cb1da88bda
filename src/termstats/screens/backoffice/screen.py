"""Level 5: how the platform itself is used and run."""

from __future__ import annotations

from dataclasses import replace

from textual.app import ComposeResult
from textual.containers import Horizontal

from termstats.data.figures.definition.figure import Level
from termstats.data.figures.definition.policy import Option
from termstats.data.figures.definition.registry import find_figure, is_figure
from termstats.data.model.entity import Entity
from termstats.data.model.request import Param
from termstats.keys import BACKOFFICE, bindings
from termstats.screens.backoffice.details import DetailsScreen
from termstats.screens.backoffice.tabs import API, TABS, Tab, panels_of, tab_of, tab_pages
from termstats.screens.frame.grid_screen import CARDS_SLOT, DETAIL
from termstats.screens.frame.pages import Page, Panel, page_of
from termstats.screens.frame.session import Session
from termstats.screens.levels.panels import LEVELS
from termstats.widgets.cards.cards import Cards
from termstats.widgets.frame import PanelStrip
from termstats.widgets.panels.context_pane import ContextPane


class BackofficeScreen(DetailsScreen):
    """Administrative actions, calls, errors, and the log of everything, on tabs."""

    LEVEL = Level.BACKOFFICE
    CARDS = LEVELS[Level.BACKOFFICE].cards
    BINDINGS = bindings(BACKOFFICE)
    PANELS = LEVELS[Level.BACKOFFICE].panels
    _has_api = False

    def __init__(self, session: Session, entities: dict[Param, Entity] | None = None) -> None:
        super().__init__(session, entities)
        self._left: dict[str, str] = {}
        """Tab -> the panel that was current when it was left."""

    def compose(self) -> ComposeResult:
        """Compose the level with a strip of tabs above that of the panels."""
        for widget in super().compose():
            if isinstance(widget, PanelStrip):
                yield PanelStrip(id="tabs")
            if widget.id == "panels":
                with Horizontal(id="beside"):
                    yield widget
                    yield ContextPane(id="context")
            else:
                yield widget

    # ---- tabs ------------------------------------------------------------------------------------

    def panel_list(self) -> list[Panel]:
        """Return the panels whose figure can be asked now, of all tabs."""
        hidden = set() if self._has_api else {panel.figure_id for panel in panels_of(API)}
        return [
            panel
            for panel in super().panel_list()
            if panel.figure_id not in hidden
            and all(param in self.entities for param in find_figure(panel.figure_id).needs)
        ]

    async def begin(self) -> None:
        """Find out which tabs have something to show, then paint and load."""
        store = self.session.store
        if any(is_figure(panel.figure_id) for panel in panels_of(API)):
            # Loaded with the level: the dashboard opens without the figures of other levels.
            from termstats.data.figures.backoffice.api import records_api

            self._has_api = await records_api(store)
        await super().begin()

    def tabs(self) -> list[Tab]:
        """Return the tabs that have something to show."""
        there = {panel.figure_id for panel in self.panel_list()}
        tabs = [
            Tab(tab.name, tuple(panel for panel in tab.panels if panel.figure_id in there))
            for tab in TABS
        ]
        return [tab for tab in tabs if tab.panels]

    @property
    def tab(self) -> Tab:
        """Return the tab that holds the current panel; the cards stand on the first."""
        tabs = self.tabs()
        return tabs[tab_of(tabs, self.current.removesuffix(DETAIL))]

    def strip_panels(self) -> list[Panel]:
        """Return the panels of the tab."""
        return list(self.tab.panels)

    def page(self) -> Page:
        """Return the page of the tab that holds the current panel."""
        panels = self.tab.panels
        owner = self.current.removesuffix(DETAIL)
        if owner not in (panel.figure_id for panel in panels):
            owner = panels[0].figure_id
        return page_of(tab_pages(panels, self.size.width, self.size.height, self.zoomed), owner)

    async def action_tab(self, step: int) -> None:
        """Go to the next tab, or the one before, at the panel that was left there."""
        tabs = self.tabs()
        here = tab_of(tabs, self.current.removesuffix(DETAIL))
        self._left[tabs[here].name] = self.current
        there = tabs[(here + step) % len(tabs)]
        names = [panel.figure_id for panel in there.panels]
        left = self._left.get(there.name, "")
        await self.show_panel(left if left in names else names[0])

    async def place_panels(self) -> None:
        """Show the cards with the first tab only: lists need the room."""
        await super().place_panels()
        if self.size:
            self.query_one(Cards).display = (
                self.tab.name == TABS[0].name or self.current == CARDS_SLOT
            )
            self.query_one(ContextPane).display = self.has_pane

    def refresh_lines(self) -> None:
        """Bring the tabs and the pane up to date too."""
        super().refresh_lines()
        if not self.has_lines:
            return
        self.point()
        tabs = self.tabs()
        strip = self.query_one("#tabs", PanelStrip)
        strip.names = tuple(tab.name for tab in tabs)
        strip.current = tab_of(tabs, self.current.removesuffix(DETAIL))

    def foot(self) -> list[tuple[str, str]]:
        """Return the keys that matter here and now."""
        undo = [("screen.back", "back")] if self.places else [("app.find", "find")]
        here = [("backoffice.filters", "filters"), ("screen.open", "details")]
        if self.can_hide_archived:
            hides = self.session.view.hide_archived
            word = "show archived" if hides else "hide archived"
            here = [("backoffice.archived", word), ("screen.open", "open")]
        return [
            *undo,
            ("app.period", "period"),
            ("backoffice.tab_on", "tab"),
            *here,
            ("app.help", "keys"),
        ]

    @property
    def can_hide_archived(self) -> bool:
        """Return whether the figure under the focus tells what is archived from the rest."""
        return Option.HIDE_ARCHIVED in self.current_figure.options

    def action_archived(self) -> None:
        """Leave out what is archived or deleted, or count it again."""
        view = self.session.view
        self.session.view = replace(view, hide_archived=not view.hide_archived)
        self.refresh_view()

    def chips(self) -> tuple[str, ...]:
        """Return the filters, and what is left out of this panel."""
        hides = self.session.view.hide_archived and self.can_hide_archived
        return (*super().chips(), *(["without archived"] if hides else []))
