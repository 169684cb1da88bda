"""The way through the panels of a level: the next one, another group, one alone on the screen."""

from __future__ import annotations

from termstats.screens.frame.grid_screen import (
    CARDS_SLOT,
    DETAIL,
    NUMBERS,
    SENTENCE_SLOT,
    GridScreen,
)
from termstats.widgets.cards.cards import Cards
from termstats.widgets.frame import SentenceLine


class WalkingScreen(GridScreen):
    """Brings panels into sight one after the other, group by group."""

    def stops(self) -> list[tuple[str, str]]:
        """Return (group, slot) in the order that `tab` walks: all groups, the numbers last."""
        shown = set(self.page().names)
        stops = []
        for group in self.groups():
            for panel in group.panels:
                stops.append((group.name, panel.figure_id))
                if group == self.group and panel.figure_id + DETAIL in shown:
                    stops.append((group.name, panel.figure_id + DETAIL))
        if self.is_choosing:
            return stops
        numbers = NUMBERS if self.query_one(SentenceLine).numbers else (CARDS_SLOT,)
        return [*stops, *(("", name) for name in numbers)]

    def focus_ring(self) -> list[str]:
        """Return the slots that `tab` walks; one that stands in several groups comes again."""
        return [slot for _group, slot in self.stops()]

    async def _walk(self, step: int) -> None:
        stops = self.stops()
        here = ("" if self.current in NUMBERS else self.group.name, self.current)
        at = stops.index(here) if here in stops else -1
        group, name = stops[(at + step) % len(stops)]
        await self.show_panel(name, group)

    async def action_next_panel(self) -> None:
        """Walk to the next panel."""
        await self._walk(1)

    async def action_previous_panel(self) -> None:
        """Walk to the panel before."""
        await self._walk(-1)

    async def action_group(self, step: int) -> None:
        """Go to the next group, or the one before."""
        names = [group.name for group in self.groups()]
        here = names.index(self.group.name)
        await self.action_go_group(names[(here + step) % len(names)])

    async def action_go_group(self, name: str) -> None:
        """Go to a group, at the panel that was left there."""
        group = next((group for group in self.groups() if group.name == name), None)
        if group is None:
            return
        self._left[self.group.name] = self.current
        left = self._left.get(name, "")
        is_there = left.removesuffix(DETAIL) in group.ids
        await self.show_panel(left if is_there else group.panels[0].figure_id, name)

    def action_more_groups(self) -> None:
        """Choose a group from a list."""
        from termstats.screens.dialogs.groups import GroupsDialog

        def chosen(name: str | None) -> None:
            if name is not None:
                self.call_next(self.action_go_group, name)

        names = tuple(group.name for group in self.groups())
        self.app.push_screen(GroupsDialog(names, self.group.name), chosen)

    async def show_panel(self, name: str, group: str = "") -> None:
        """Bring a panel into sight and give it the focus; `group`: where it stands in several."""
        self._group = group or self.group.name
        self.current = name
        await self.place_panels()
        # What had the focus may be hidden now, and have handed it on.
        self.current = name
        self.refresh_view()
        self.focus_slot(name)

    def focus_slot(self, name: str) -> None:
        """Give the focus to the sentence, the cards or a panel."""
        super().focus_slot(name)
        if name == CARDS_SLOT:
            self.query_one(Cards).focus()
        elif name == SENTENCE_SLOT:
            self.query_one(SentenceLine).focus()

    async def action_panel(self, figure_id: str) -> None:
        """Go to one panel by its figure."""
        if any(panel.figure_id == figure_id for panel in self.panel_list()):
            await self.show_panel(figure_id)

    async def action_zoom(self) -> None:
        """Show one panel on the whole screen, or the grid again."""
        self.zoomed = not self.zoomed
        await self.show_panel(self.current.removesuffix(DETAIL))
