"""Cards, groups, and the panels of the current page: what stands where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import ClassVar

from textual.app import ComposeResult
from textual.geometry import Region, Size
from textual.widget import Widget

from termstats.data.figures.definition.figure import Figure, Level
from termstats.data.figures.definition.registry import find_figure, is_figure
from termstats.data.figures.definition.small_groups import is_closed
from termstats.data.model.entity import Entity
from termstats.data.model.request import Param
from termstats.keys import LEVEL, bindings
from termstats.screens.frame.framed_screen import Slot
from termstats.screens.frame.groups import Group, group_of, with_all_figures
from termstats.screens.frame.left_out import is_left_out, left_out
from termstats.screens.frame.needs import Measured, measured, need_of, pane_need
from termstats.screens.frame.pages import (
    PANES,
    TWO_COLUMNS,
    Need,
    Page,
    Panel,
    page_of,
    pages,
    spots,
)
from termstats.screens.frame.panel_screen import PanelScreen
from termstats.screens.frame.session import SUBJECT, Session
from termstats.screens.frame.stats_screen import TALL
from termstats.widgets.cards.cards import Cards
from termstats.widgets.frame import (
    GroupLine,
    KeyLine,
    LevelLine,
    SentenceLine,
    StateLine,
    ToastLine,
    TooSmall,
)
from termstats.widgets.panels.figure_panel import FigurePanel
from termstats.widgets.panels.panel_grid import PanelGrid

CARDS_SLOT = "cards"
"""The slot of the headline cards."""
SENTENCE_SLOT = "sentence"
"""The line that says the same in words."""
NUMBERS = (SENTENCE_SLOT, CARDS_SLOT)
"""What stands above the panels, whatever the group."""
DETAIL = "+detail"
"""Ends the slot of a pane that shows what the current row of a table is about."""
BELOW = "+below"
"""Ends the slot of what stands below the rows of a table, in the same panel."""
CHOOSE = "Choose"
"""The only group while nothing is chosen, on levels about one thing."""
ALL_FIGURES = "All figures"
"""The title of the panel with the numbers of all cards."""

PAGE = (PanelGrid, TooSmall, ToastLine)
"""What is no line of the frame."""


class GridScreen(PanelScreen):
    """Arranges the panels of a level for the size, one page of a group at a time."""

    BINDINGS = bindings(LEVEL)
    LEVEL: ClassVar[Level]
    GROUPS: ClassVar[Sequence[Group]] = ()
    CHOICE: ClassVar[Sequence[Panel]] = ()
    """What is shown while nothing is chosen, on levels about one thing."""
    CARDS: ClassVar[str]
    """The figure of the headline cards."""

    def __init__(self, session: Session, entities: dict[Param, Entity] | None = None) -> None:
        super().__init__(session, self.LEVEL, entities)
        self.zoomed = False
        self._row_entities: dict[str, dict[Param, Entity]] = {}
        """Panel -> what its current row is about, where a pane shows that."""
        self._groups: list[Group] = []
        self._groups_about: object = None
        """What decides which panels exist: found anew only when it changes, a key asks often."""
        self._group = ""
        """The group shown last: a panel may stand in several."""
        self._left: dict[str, str] = {}
        """Group -> the panel that was current when it was left."""
        self._measured: dict[str, Measured] = {}
        """Slot -> what it showed last: how much room that would like."""
        self._page: tuple[object, Page] | None = None
        """What decides what the page is, and the page: it is asked for often."""
        self.current = self.panel_list()[0].figure_id

    def compose(self) -> ComposeResult:
        """Compose the frame; panels are mounted when they come into sight."""
        yield LevelLine()
        yield StateLine()
        yield SentenceLine()
        yield Cards()
        yield GroupLine()
        yield PanelGrid(self._places, *self.aside_widgets(), id="panels")
        yield KeyLine()
        yield TooSmall()

    def aside(self) -> Need | None:
        """Return the room of what stands at the end of the last row; None: nothing does."""
        return None

    def aside_widgets(self) -> list[Widget]:
        """Return what stands there; its id is the name of the room."""
        return []

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

    @property
    def shows_cards(self) -> bool:
        """Return whether the cards stand above the panels."""
        return self.is_about_something

    @property
    def is_about_something(self) -> bool:
        """Return whether there is something to say above the panels, and room for it."""
        return not self.is_choosing and not self.has_class("too-small")

    def is_there(self, panel: Panel) -> bool:
        """Return whether a panel can show something on this level now."""
        known = is_figure(panel.figure_id)
        about = (self.session.missing, self.session.scope)
        return known and not is_left_out(panel.figure_id, *about)

    def absent(self) -> Sequence[tuple[str, str]]:
        """Return (title, reason) of the panels that no source of the store feeds."""
        panels = {panel.figure_id: panel for group in self.GROUPS for panel in group.panels}
        return left_out(list(panels.values()), self.session.missing, self.session.scope)

    def groups(self) -> list[Group]:
        """Return the groups with the panels that exist, of the level or of the choice."""
        about = (self.session.missing, frozenset(self.entities))
        if self._groups_about != about:
            self._groups, self._groups_about = self._find_groups(), about
        return self._groups

    def _find_groups(self) -> list[Group]:
        if self.is_choosing:
            # Where no source knows such things, the list that is empty says so.
            return [Group(CHOOSE, self._existing(self.CHOICE) or tuple(self.CHOICE))]
        groups = [Group(group.name, self._existing(group.panels)) for group in self.GROUPS]
        return with_all_figures(groups, self._existing((Panel(self.CARDS, table=True),)))

    def _existing(self, panels: Sequence[Panel]) -> tuple[Panel, ...]:
        return tuple(
            replace(panel, pane=self._pane_of(panel)) for panel in panels if self.is_there(panel)
        )

    def _pane_of(self, panel: Panel) -> str:
        """Return the figure that stands beside a panel; empty: none that the viewer may see."""
        pane = panel.pane or find_figure(panel.figure_id).pane
        return pane if pane and self._is_open(pane) else ""

    def _is_open(self, figure_id: str) -> bool:
        """Return whether there is such a figure, and the viewer may see it."""
        return is_figure(figure_id) and not is_closed(find_figure(figure_id), self.session.scope)

    def panel_list(self) -> list[Panel]:
        """Return every panel of the groups once, in their order."""
        panels = {panel.figure_id: panel for group in self.groups() for panel in group.panels}
        return list(panels.values())

    @property
    def group(self) -> Group:
        """Return the group that shows the current panel; with the cards the one shown last."""
        return group_of(self.groups(), self.current.removesuffix(DETAIL), self._group)

    @property
    def current_figure(self) -> Figure:
        """Return the figure that has the focus, that of the cards too."""
        if self.current in NUMBERS:
            return find_figure(self.CARDS)
        panes = {panel.figure_id + DETAIL: panel.pane for panel in self.panel_list()}
        return find_figure(panes.get(self.current, self.current))

    def page(self) -> Page:
        """Return the page that shows the current panel."""
        size = (self._page_width(), self._page_height(), self.size)
        group = self.group
        about = (self.current, group.name, group.ids, self.zoomed, size, dict(self._measured))
        if self._page is None or self._page[0] != about:
            self._page = (about, self.find_page())
        return self._page[1]

    def find_page(self) -> Page:
        """Return the page that shows the current panel, worked out anew."""
        panels = self.group.panels
        owner = self.current.removesuffix(DETAIL)
        if owner not in self.group.ids:
            owner = panels[0].figure_id
        needs = [self._need(panel, leads=panel == panels[0]) for panel in panels]
        if self.zoomed:
            return Page(tuple((need,) for need in needs if need.name == owner))
        return page_of(pages(needs, self._page_width(), self._page_height()), owner)

    def _need(self, panel: Panel, *, leads: bool) -> Need:
        """Return what a panel needs, with its pane where panes are shown."""
        name = panel.figure_id
        need = need_of(
            name,
            find_figure(name),
            self._measured.get(name),
            as_table=panel.table,
            leads=leads,
            narrow=self._page_width() < PANES,
        )
        if panel.least:
            need = replace(need, width=panel.least)
        if panel.pane and self.size.width >= PANES and not self.zoomed:
            need = replace(need, pane=pane_need(name + DETAIL, find_figure(panel.pane)))
        return need

    def measure(self) -> None:
        """Give the panels the room that their rows would like, once all of them are there."""
        slots = self.shown_slots()
        if any(self.loader.is_waiting(slot.name) for slot in slots):
            return
        tables = {slot.name: table for slot in slots if (table := self.table_of(slot.name))}
        new = {name: measured(table) for name, table in tables.items()}
        if any(self._measured.get(name) != sizes for name, sizes in new.items()):
            names = self.page().names
            self._measured |= new
            if self.page().names != names:
                self.call_later(self._fill_page)
            elif self.has_lines:
                self.query_one(PanelGrid).place_again()

    async def _fill_page(self) -> None:
        """Show other panels where some that are empty have stepped back, or are not any more."""
        await self.place_panels()
        self.refresh_view()

    def below_slots(self) -> list[Slot]:
        """Return what stands below the rows of panels in sight, where there is room for it."""
        is_small = self.size.width < TWO_COLUMNS or self.size.height < TALL
        if is_small and not self.zoomed:
            return []
        names = self.page().names
        shown = [find_figure(panel.figure_id) for panel in self.group.panels]
        return [
            self._slot(figure.id + BELOW, figure.below.target)
            for figure in shown
            if figure.below and figure.id in names and self._is_open(figure.below.target)
        ]

    def has_detail(self, name: str) -> bool:
        """Return whether a pane about the current row stands beside the panel."""
        return name + DETAIL in self.page().names

    def says_who_counts(self, name: str) -> bool:
        """Return whether a slot is about what the level is about, and not about one of its rows."""
        return not name.endswith(DETAIL)

    def _page_width(self) -> int:
        """Return the columns of the page that all rows have."""
        aside = self.aside()
        return self.size.width - (aside.width if aside else 0)

    def _page_height(self) -> int:
        """Return the lines of the page: what the lines of the frame leave."""
        lines = [child for child in self.children if child.display and not isinstance(child, PAGE)]
        cards = 1 if self.size.height < TALL else 3
        taken = (
            cards if isinstance(line, Cards) else max(1, line.outer_size.height) for line in lines
        )
        return max(1, self.size.height - sum(taken))

    def shown_slots(self) -> list[Slot]:
        """Return the panels of the page, panes after their tables."""
        names = self.page().names
        slots = [slot for panel in self.group.panels for slot in self._slots_of(panel)]
        return [slot for slot in slots if slot.name in names]

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

    def _slots_of(self, panel: Panel) -> list[Slot]:
        slots = [self._slot(panel.figure_id, panel.figure_id)]
        if panel.pane:
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
        self.query_one(Cards).display = self.shows_cards
        self.query_one(SentenceLine).display = self.is_about_something
        grid = self.query_one(PanelGrid)
        slots = self.shown_slots()
        for slot in slots:
            if slot.name not in self.panels:
                await self._mount_panel(grid, slot)
        shown = {slot.name for slot in slots}
        for name, panel in self.panels.items():
            panel.display = name in shown
        if self.current.endswith(DETAIL) and self.current not in shown:
            self.focus_slot(self.current.removesuffix(DETAIL))  # the pane has no room any more
        below = {slot.name for slot in self.below_slots()}
        for name, panel in self.panels.items():
            panel.allow_below(is_allowed=name + BELOW in below)
        grid.place_again()

    def _places(self, size: Size) -> dict[Widget, Region]:
        """Return where the panels of the page stand."""
        aside = self.aside()
        widgets: dict[str, Widget] = {**self.panels}
        if aside:
            widgets[aside.name] = self.query_one(f"#{aside.name}")
        return {
            widgets[spot.name]: Region(spot.x, spot.y, spot.width, spot.height)
            for spot in spots(self.page(), size.width, size.height, aside)
            if spot.name in widgets
        }

    async def _mount_panel(self, grid: PanelGrid, slot: Slot) -> None:
        figure = find_figure(slot.figure_id)
        spec = self._panel(slot.name)
        panel = FigurePanel(
            figure.id,
            ALL_FIGURES if slot.figure_id == self.CARDS else figure.title,
            unit=figure.unit,
            table_first=spec is None or spec.table,
        )
        self.panels[slot.name] = panel
        await grid.mount(panel)
        panel.rows.lead = figure.lead
        panel.below.about = figure.below

    def refresh_lines(self) -> None:
        """Bring the lines of the frame and the groups up to date."""
        super().refresh_lines()
        if not self.has_lines or not self.size:
            return
        group, page = self.group, self.page()
        line = self.query_one(GroupLine)
        line.names = tuple(each.name for each in self.groups())
        line.current = line.names.index(group.name)
        all_panels, last = len(group.panels), page.first + page.panels
        first = f"{page.first + 1}" if page.panels == 1 else f"{page.first + 1}-{last}"
        line.place = f"{first} of {all_panels}" if page.panels < all_panels else ""
        line.hint = ", . groups" if len(line.names) > 1 else ""

    def foot(self) -> list[tuple[str, str]]:
        """Return the keys that matter here and now: of lists, and of groups where there is room."""
        *keys, last = super().foot()
        panel = self.panels.get(self.current)
        if panel is not None and panel.face == "table":
            keys.insert(keys.index(("screen.next", "Next panel")), ("screen.filter", "Filter"))
        if self.zoomed:
            keys.insert(0, ("screen.zoom", "All panels"))
        return [*keys, ("level.group_on", "Next group"), last]

    def _panel(self, name: str) -> Panel | None:
        return next((panel for panel in self.panel_list() if panel.figure_id == name), None)
