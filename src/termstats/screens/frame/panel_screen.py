"""What a person can do with the panels of any screen: open rows, explain, export, copy, filter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from rich.cells import cell_len

from termstats.data.figures.definition.all_pages import run_all_pages, with_remaining_pages
from termstats.data.figures.definition.figure import Figure, Level, SideScreen, check_level
from termstats.data.figures.definition.registry import find_figure
from termstats.data.figures.definition.run import run_figure
from termstats.data.model.entity import Entity
from termstats.data.model.errors import NotAllowed, TermstatsError
from termstats.data.model.request import Param
from termstats.data.model.table import Row, Table
from termstats.data.model.text import clean
from termstats.data.model.writing import to_text
from termstats.keys import SCREEN, bindings
from termstats.screens.dialogs.ask import AskDialog
from termstats.screens.dialogs.explain import explain
from termstats.screens.frame.compared import reconcile_figure
from termstats.screens.frame.exporting import report_line, write_csv
from termstats.screens.frame.loading import GROUP
from termstats.screens.frame.row_keys import keys_of, needed_pairs, resolve_keys, split_search
from termstats.screens.frame.session import OpenFigure, OpenLevel
from termstats.screens.frame.stats_screen import Slot, StatsScreen
from termstats.screens.workers import start_worker
from termstats.widgets.charts.view import ChartView
from termstats.widgets.panels.figure_panel import FigurePanel
from termstats.widgets.tables.figure_table import FigureTable


class PanelScreen(StatsScreen):
    """A screen whose panels can be worked with."""

    BINDINGS = bindings(SCREEN)

    # ---- opening rows ----------------------------------------------------------------------------

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
        drawn = table.chart.number if table.chart else ""
        if table.number_opens is not None and table.number_opens.action_of(drawn):
            self.open_number(slot, table.rows[message.row], drawn)
        else:
            self.open_row(slot, table.rows[message.row])

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
        """Open the people, or the deeds, that the number of a row in `column` counts."""
        slot = next((slot for slot in self.shown_slots() if slot.name == name), None)
        table = self.table_of(name)
        if slot is None or table is None or (opens := table.number_opens) is None:
            return
        if table.cell_of(row, column) is None:
            self.app.notify("There is no number here", timeout=3, markup=False)
            return
        # Of what else is chosen on the screen only that which the number is narrowed to.
        asked = find_figure(table.figure_id).params
        kept = tuple((param, entity) for param, entity in slot.entities if param in asked)
        action = opens.action_of(column) or ""
        about = (*kept, (Param.ACTION, Entity(0, action, action)))
        slot = replace(slot, entities=about)
        self.follow(table, row, slot, opens.target, opens.params, alone=True)

    def follow(
        self,
        table: Table,
        row: Row,
        slot: Slot,
        target: str,
        pairs: Sequence[tuple[str, str]],
        *,
        alone: bool = False,
    ) -> None:
        """Open `target` about the things that the row names; `alone`: not of the whole screen."""
        around = {} if alone else self.entities
        about = {**around, **dict(slot.entities)}
        follow = partial(self._follow, table, row, about, target, pairs)
        start_worker(self, follow, self.complain, group="follow")

    async def _follow(
        self,
        table: Table,
        row: Row,
        around: dict[Param, Entity],
        target: str,
        pairs: Sequence[tuple[str, str]],
    ) -> None:
        entities = await resolve_keys(self.session, keys_of(table, row, pairs), around)
        if target in set(Level):
            self.post_message(OpenLevel(Level(target), entities))
        else:
            self.open_figure(target, entities)

    def open_figure(self, figure_id: str, entities: dict[Param, Entity]) -> None:
        """Push a screen with one figure."""
        self.post_message(OpenFigure(self.level, figure_id, entities, self.filters))

    def action_reconcile(self) -> None:
        """Show what the platform's own page shows, beside our numbers."""
        try:
            check_level(self.session.scope, SideScreen.RECONCILE)
        except NotAllowed as error:
            self.app.notify(clean(error), severity="warning", markup=False)
        else:
            self.open_reconcile(reconcile_figure(self.session.store.info, self.level))

    def open_reconcile(self, figure_id: str) -> None:
        """Open the platform's page about what this screen is about."""
        self.open_figure(figure_id, self.entities)

    async def action_back(self) -> None:
        """Go back to where this screen was opened from."""
        if len(self.app.screen_stack) > 1:
            self.app.pop_screen()

    # ---- with one figure -------------------------------------------------------------------------

    def current_slot(self) -> Slot | None:
        """Return the slot that has the focus, or the first."""
        slots = self.shown_slots()
        return next((s for s in slots if s.name == self.current), slots[0] if slots else None)

    def table_of(self, name: str) -> Table | None:
        """Return the figure that a slot shows, once it has been read."""
        panel = self.panels.get(name)
        return panel.table if panel else None

    def action_explain(self) -> None:
        """Explain the figure under the focus."""
        if (slot := self.current_slot()) is None:
            return
        table = self.table_of(slot.name)
        location, viewer = self.session.store.info.location, self.session.scope.viewer
        line = report_line(table, location, viewer) if table else ""
        self.app.push_screen(explain(find_figure(slot.figure_id), table, line))

    def action_retry(self) -> None:
        """Read again what is in sight."""
        for slot in self.loaded_slots():
            self.load(slot, again=True)

    def action_filter(self) -> None:
        """Ask for a text that the rows must contain."""
        slot = self.current_slot()
        if slot is None or (panel := self.panels.get(slot.name)) is None:
            return

        def filtered(text: str | None) -> None:
            if text is None:
                return
            if panel.face == "chart":
                panel.action_swap()
            self.search_rows(slot.name, figure, text)
            self.refresh_view()

        figure = find_figure(slot.figure_id)
        names = " ".join(f"{column.name}=" for column in figure.columns)
        hint = (
            f"Rows that contain this text, or text in one field (alone: any; == exactly): {names}"
        )
        before = self.row_searches.get(slot.name, "")
        self.app.push_screen(AskDialog("Filter rows", hint, before), filtered)

    def search_rows(self, name: str, figure: Figure, text: str) -> None:
        """Keep the rows of a slot that contain a text, also when they come later."""
        fields, rest = split_search(text, figure)
        self.row_searches[name] = clean(text)
        self.source_searches[name] = fields if figure.paged else ()
        if panel := self.panels.get(name):
            panel.rows.search(rest, () if figure.paged else fields)

    def action_compare(self) -> None:
        """Draw the period before as a dim line, or take it away."""
        slot = self.current_slot()
        if slot is None or (panel := self.panels.get(slot.name)) is None or panel.table is None:
            return
        if panel.chart.previous is not None:
            panel.chart.previous = None
        elif panel.face == "chart":
            compare = partial(self._compare, slot, panel)
            start_worker(self, compare, self.complain, group=f"{GROUP}before:{slot.name}")

    async def _compare(self, slot: Slot, panel: FigurePanel) -> None:
        request = self.request_for(slot)
        request = replace(request, period=request.period.previous())
        store, scope = self.session.store, self.session.scope
        shown = panel.table
        before = await run_figure(store, slot.figure_id, request, scope)
        if panel.table is shown:
            panel.chart.previous = before

    def action_copy(self) -> None:
        """Copy the figure as text."""
        slot = self.current_slot()
        panel = self.panels.get(slot.name) if slot else None
        if panel and (table := panel.current_table()) is not None:
            self.app.copy_to_clipboard(to_text(table, cell_len))
            self.app.notify(f"Copied {len(table.rows):,} rows as text", timeout=3, markup=False)

    def action_press(self, key: str) -> None:
        """Let a vi key do what the arrow does."""
        self.app.simulate_key(key)

    # ---- export ----------------------------------------------------------------------------------

    def action_export(self) -> None:
        """Export the figure under the focus."""
        if slot := self.current_slot():
            self._start_export([slot])

    def action_export_all(self) -> None:
        """Export all figures of the screen, those not in sight too."""
        self._start_export(list(self.all_slots()))

    def all_slots(self) -> Sequence[Slot]:
        """Return every slot of the screen, in sight or not."""
        return self.shown_slots()

    def _start_export(self, slots: list[Slot]) -> None:
        export = partial(self._export, slots)
        start_worker(self, export, self.complain, group="export", exclusive=False)

    async def _export(self, slots: list[Slot]) -> None:
        folder = self.session.options.export_folder
        written = []
        try:
            for slot in slots:
                written.append(write_csv(folder, await self.complete_table(slot)))
        except TermstatsError as error:
            self.complain(clean(error))
        if len(written) == 1:
            self.app.notify(f"Exported to {clean(written[0])}", markup=False)
        elif written:
            self.app.notify(f"Exported {len(written)} files to {clean(folder)}", markup=False)

    async def complete_table(self, slot: Slot) -> Table:
        """Return the table as shown, with the pages that were not read yet.

        Raises:
            TermstatsError: the figure cannot be computed.
        """
        store, scope = self.session.store, self.session.scope
        request = self.request_for(slot)
        panel = self.panels.get(slot.name)
        if panel is None or panel.table is None:
            return await run_all_pages(store, slot.figure_id, request, scope)
        shown = panel.table
        if shown.after is not None:
            complete = await with_remaining_pages(store, shown, request, scope)
            if panel.table is not shown:
                return complete  # the panel shows the answer to a newer question by now
            panel.rows.show(complete)
            panel.table = complete
        return panel.current_table() or panel.table
