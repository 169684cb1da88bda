"""What a row, a bar or a single number opens, on any screen."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from termstats.data.figures.definition.doors import BehindNumber, behind
from termstats.data.figures.definition.figure import (
    Level,
    SideScreen,
    check_compared,
    check_level,
)
from termstats.data.figures.definition.registry import find_figure
from termstats.data.model.entity import Entity
from termstats.data.model.errors import NotAllowed
from termstats.data.model.request import Param
from termstats.data.model.table import Row, Table
from termstats.data.model.text import clean
from termstats.screens.frame.compared import reconcile_figure
from termstats.screens.frame.framed_screen import Slot
from termstats.screens.frame.messages import OpenFigure, OpenLevel
from termstats.screens.frame.row_keys import (
    entities_of,
    keys_of,
    needed_pairs,
    position_of,
    resolve_keys,
)
from termstats.screens.frame.stats_screen import StatsScreen
from termstats.screens.workers import OPENING, start_worker
from termstats.widgets.charts.view import ChartView
from termstats.widgets.tables.figure_table import FigureTable


class RowScreen(StatsScreen):
    """A screen whose rows open what the figure says."""

    def table_of(self, name: str) -> Table | None:
        """Return the figure that a slot shows, once it has been read."""
        panel = self.panels.get(name)
        return panel.table if panel else None

    def on_figure_table_row_opened(self, message: FigureTable.RowOpened) -> None:
        """Open who is behind the chosen number, else what the row is about."""
        message.stop()
        name = self.slot_of(message.control)
        if message.number:
            self.open_number(name, message.row, message.number)
        else:
            self.open_row(name, message.row)

    def on_chart_view_opened(self, message: ChartView.Opened) -> None:
        """Open who is behind the bar, else what the point or bar is about."""
        message.stop()
        slot = self.slot_of(message.control)
        table = self.table_of(slot)
        if table is None or message.row >= len(table.rows):
            return
        row = table.rows[message.row]
        column = table.number_drawn(row, message.series)
        if column:
            self.open_number(slot, row, column)
        else:
            self.open_row(slot, row)

    def open_row(self, name: str, row: Row) -> None:
        """Open what the figure says of one row."""
        panel = self.panels.get(name)
        slot = next((slot for slot in self.shown_slots() if slot.name == name), None)
        if panel is None or slot is None or (table := panel.table) is None:
            return
        if table.row_opens is None:
            self.app.notify("Nothing lies behind this row", timeout=3, markup=False)
            return
        pairs = table.row_opens.params
        if len(keys_of(table, row, pairs)) < len(pairs):
            self.app.notify("This row stands for several", timeout=3, markup=False)
            return
        if table.row_opens.target == Level.LEARNER:
            # A row about a learner in a training opens the learner at that training.
            pairs = (*pairs, *needed_pairs(table, (Param.TRAINING,)))
        self.follow(table, row, slot, table.row_opens.target, pairs)

    def open_number(self, name: str, row: Row, column: str) -> None:
        """Open the people, the enrolments or the deeds that the number of a row counts."""
        slot = next((slot for slot in self.loaded_slots() if slot.name == name), None)
        table = self.table_of(name)
        if slot is None or table is None:
            return
        opened = behind(table, row, column)
        if opened is None:
            self.app.notify("Nothing lies behind this number", timeout=3, markup=False)
            return
        # Of what else is chosen on the screen only that which the number is narrowed to.
        asked = find_figure(table.figure_id).params
        about = {param: entity for param, entity in slot.entities if param in asked}
        source = self.source_of(name)
        follow = partial(self._go_behind, opened, about, source)
        complain = partial(self.complain, name=name)
        start_worker(self, follow, complain, group=f"{OPENING}row")

    async def _go_behind(
        self, opened: BehindNumber, around: dict[Param, Entity], source: str
    ) -> None:
        entities = await resolve_keys(self.session, dict(opened.keys), around)
        if self.is_active:  # else somebody went on meanwhile
            filters = (*self.filters, *opened.filters)
            target, name = opened.figure_id, opened.name
            self.post_message(
                OpenFigure(self.level, target, entities, filters, source=source, name=name)
            )

    def source_of(self, name: str) -> str:
        """Return what the panel is called from which one goes on; empty: there is one only."""
        return ""

    def follow(
        self,
        table: Table,
        row: Row,
        slot: Slot,
        target: str,
        pairs: Sequence[tuple[str, str]],
    ) -> None:
        """Open `target` about the things that the row names."""
        about = {**self.entities, **dict(slot.entities)}
        follow = partial(self._follow, table, row, about, target, pairs, self.source_of(slot.name))
        complain = partial(self.complain, name=slot.name)
        start_worker(self, follow, complain, group=f"{OPENING}row")

    async def _follow(
        self,
        table: Table,
        row: Row,
        around: dict[Param, Entity],
        target: str,
        pairs: Sequence[tuple[str, str]],
        source: str,
    ) -> None:
        entities = await entities_of(self.session, table, row, pairs, around)
        if not self.is_active:
            return  # somebody went on meanwhile
        if target in set(Level):
            self.post_message(OpenLevel(Level(target), entities))
        else:
            self.open_figure(target, entities, source, position_of(table, row))

    def open_figure(
        self, figure_id: str, entities: dict[Param, Entity], source: str = "", at: int = 0
    ) -> None:
        """Push a screen with one figure, opened from the panel `source`, `at` one of its rows."""
        message = OpenFigure(self.level, figure_id, entities, self.filters, source=source, at=at)
        self.post_message(message)

    def action_reconcile(self) -> None:
        """Show what the platform's own page shows, beside our numbers."""
        try:
            check_level(self.session.scope, SideScreen.RECONCILE)
            check_compared(self.session.store.info, SideScreen.RECONCILE)
        except NotAllowed as error:
            self.app.notify(clean(error), severity="warning", markup=False)
        else:
            self.open_reconcile(reconcile_figure(self.session.store.info, self.level))

    def open_reconcile(self, figure_id: str) -> None:
        """Open the platform's page about what this screen is about."""
        self.open_figure(figure_id, self.entities)

    async def action_back(self) -> None:
        """Go back to where this screen was opened from."""
        self.leave()
