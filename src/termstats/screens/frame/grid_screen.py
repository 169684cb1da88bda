"""Cards, a strip of panels, and the panels of the current page: what stands where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Container

from termstats.data.figures.definition.figure import Figure, Level
from termstats.data.figures.definition.registry import find_figure, is_figure
from termstats.data.model.entity import Entity
from termstats.data.model.request import Param
from termstats.screens.frame.framed_screen import Slot
from termstats.screens.frame.pages import Page, Panel, page_of, pages
from termstats.screens.frame.panel_screen import PanelScreen
from termstats.screens.frame.session import SUBJECT, Session
from termstats.widgets.cards.cards import Cards
from termstats.widgets.frame import (
    KeyLine,
    LevelLine,
    PanelStrip,
    SentenceLine,
    StateLine,
    TooSmall,
)
from termstats.widgets.panels.figure_panel import FigurePanel

CARDS_SLOT = "cards"
"""The slot of the headline cards."""
SENTENCE_SLOT = "sentence"
"""The line that says the same in words."""
DETAIL = "+detail"
"""Ends the slot of a pane that shows what the current row of a table is about."""


class GridScreen(PanelScreen):
    """Arranges the panels of a level for the size, one page of them at a time."""

    LEVEL: ClassVar[Level]
    PANELS: ClassVar[Sequence[Panel]] = ()
    CHOICE: ClassVar[Sequence[Panel]] = ()
    """What is shown while nothing is chosen, on levels about one thing."""
    CARDS: ClassVar[str]
    """The figure of the headline cards."""

    def __init__(self, session: Session, entities: dict[Param, Entity] | None = None) -> None:
        super().__init__(session, self.LEVEL, entities)
        self.zoomed = False
        self._row_entities: dict[str, dict[Param, Entity]] = {}
        """Panel -> what its current row is about, where a pane shows that."""
        self.current = self.panel_list()[0].figure_id

    def compose(self) -> ComposeResult:
        """Compose the frame; panels are mounted when they come into sight."""
        yield LevelLine()
        yield StateLine()
        yield SentenceLine()
        yield Cards()
        yield PanelStrip(id="strip")
        yield Container(id="panels")
        yield KeyLine()
        yield TooSmall()

    # ---- what is shown ---------------------------------------------------------------------------

    @property
    def chosen(self) -> Entity | None:
        """Return the thing the level is about, once chosen."""
        param = SUBJECT.get(self.LEVEL)
        return self.entities.get(param) if param else None

    @property
    def subject(self) -> str:
        """Return the name of the thing chosen."""
        return self.chosen.name if self.chosen else ""

    @property
    def is_choosing(self) -> bool:
        """Return whether the level still needs to know what it is about."""
        return self.LEVEL in SUBJECT and self.chosen is None

    def panel_list(self) -> list[Panel]:
        """Return the panels that exist, of the level or of the choice."""
        listed = self.CHOICE if self.is_choosing else self.PANELS
        return [
            replace(panel, pane=find_figure(panel.figure_id).pane)
            for panel in listed
            if is_figure(panel.figure_id)
        ]

    def strip_panels(self) -> list[Panel]:
        """Return the panels that the strip names."""
        return self.panel_list()

    @property
    def current_figure(self) -> Figure:
        """Return the figure that has the focus, that of the cards too."""
        if self.current in (CARDS_SLOT, SENTENCE_SLOT):
            return find_figure(self.CARDS)
        panes = {panel.figure_id + DETAIL: panel.pane for panel in self.panel_list()}
        return find_figure(panes.get(self.current, self.current))

    def page(self) -> Page:
        """Return the page that holds the current panel."""
        listed = self.panel_list()
        owner = self.current.removesuffix(DETAIL)
        if owner not in (panel.figure_id for panel in listed):
            owner = listed[0].figure_id
        return page_of(pages(listed, self.size.width, self.size.height, self.zoomed), owner)

    def shown_slots(self) -> list[Slot]:
        """Return the panels of the page, panes after their tables."""
        page = self.page()
        return [
            slot for panel in page.panels for slot in self._slots_of(panel, with_pane=page.panes)
        ]

    def loaded_slots(self) -> list[Slot]:
        """Return what is read for the screen: the cards, then the panels of the page."""
        has_cards = not self.is_choosing and is_figure(self.CARDS)
        cards = [self._slot(CARDS_SLOT, self.CARDS)] if has_cards else []
        waiting_panes = {panel.figure_id + DETAIL for panel in self.panel_list() if panel.pane}
        waiting_panes -= {name + DETAIL for name in self._row_entities}
        return cards + [slot for slot in self.shown_slots() if slot.name not in waiting_panes]

    def all_slots(self) -> list[Slot]:
        """Return every panel of the level."""
        return [self._slot(panel.figure_id, panel.figure_id) for panel in self.panel_list()]

    def focus_ring(self) -> list[str]:
        """Return all panels of the level in order, panes where they are shown, the numbers last."""
        panes = self.page().panes
        ring = []
        for panel in self.panel_list():
            ring += [slot.name for slot in self._slots_of(panel, with_pane=panes)]
        if self.is_choosing:
            return ring
        sentence = [SENTENCE_SLOT] if self.query_one(SentenceLine).numbers else []
        return [*ring, *sentence, CARDS_SLOT]

    def _slots_of(self, panel: Panel, with_pane: bool) -> list[Slot]:
        slots = [self._slot(panel.figure_id, panel.figure_id)]
        if panel.pane and with_pane:
            around = self._row_entities.get(panel.figure_id, {})
            slots.append(self._slot(panel.figure_id + DETAIL, panel.pane, around))
        return slots

    def _slot(
        self, name: str, figure_id: str, around: Mapping[Param, Entity] | None = None
    ) -> Slot:
        entities = {**self.entities, **(around or {})}
        return Slot(name, figure_id, tuple(entities.items()))

    # ---- arranging -------------------------------------------------------------------------------

    async def place_panels(self) -> None:
        """Mount and show the panels of the page, and hide the others."""
        if not self.size:
            return
        grid = self.query_one("#panels", Container)
        page = self.page()
        slots = self.shown_slots()
        for slot in slots:
            if slot.name not in self.panels:
                await self._mount_panel(grid, slot)
        shown = {slot.name for slot in slots}
        for name, panel in self.panels.items():
            panel.display = name in shown
        grid.styles.grid_size_columns = page.columns
        grid.styles.grid_size_rows = len(page.rows)
        for row in page.rows:
            span = 2 if page.width_of(row) < page.columns else 1
            for each in row:
                self.panels[each.figure_id].styles.column_span = span
        cards = self.query_one(Cards)
        cards.display = not self.is_choosing
        self.query_one(SentenceLine).display = not self.is_choosing

    async def _mount_panel(self, grid: Container, slot: Slot) -> None:
        """Mount in the order of the panels, whatever came into sight first."""
        order = [
            name
            for p in (*self.CHOICE, *self.PANELS)
            for name in (p.figure_id, p.figure_id + DETAIL)
        ]
        figure = find_figure(slot.figure_id)
        spec = self._panel(slot.name)
        panel = FigurePanel(
            figure.id, figure.title, unit=figure.unit, table_first=spec is None or spec.table
        )
        place = order.index(slot.name)
        later = [name for name in order[place + 1 :] if name in self.panels]
        self.panels[slot.name] = panel
        await grid.mount(panel, before=self.panels[later[0]] if later else None)
        panel.rows.lead = figure.lead

    def refresh_lines(self) -> None:
        """Bring the lines of the frame and the strip up to date."""
        super().refresh_lines()
        if not self.has_lines:
            return
        listed = [panel.figure_id for panel in self.strip_panels()]
        owner = self.current.removesuffix(DETAIL)
        titles = [find_figure(figure_id).title for figure_id in listed]
        strip = self.query_one("#strip", PanelStrip)
        strip.names = tuple(titles)
        strip.current = listed.index(owner) if owner in listed else 0

    async def show_panel(self, name: str) -> None:
        """Bring a panel into sight and give it the focus."""
        self.current = name
        await self.place_panels()
        self.refresh_view()
        self.focus_slot(name)

    def focus_slot(self, name: str) -> None:
        """Give the focus to the sentence, the cards or a panel."""
        super().focus_slot(name)
        if name == CARDS_SLOT:
            self.query_one(Cards).focus()
        elif name == SENTENCE_SLOT:
            self.query_one(SentenceLine).focus()

    async def action_next_panel(self) -> None:
        """Walk to the next panel."""
        await self.show_panel(self.neighbour(1))

    async def action_previous_panel(self) -> None:
        """Walk to the panel before."""
        await self.show_panel(self.neighbour(-1))

    async def action_panel(self, figure_id: str) -> None:
        """Go to one panel by its figure."""
        if any(panel.figure_id == figure_id for panel in self.panel_list()):
            await self.show_panel(figure_id)

    async def action_zoom(self) -> None:
        """Show one panel on the whole screen, or the grid again."""
        self.zoomed = not self.zoomed
        await self.show_panel(self.current.removesuffix(DETAIL))

    def _panel(self, name: str) -> Panel | None:
        return next((panel for panel in self.panel_list() if panel.figure_id == name), None)
