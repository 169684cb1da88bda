"""Exports the figures of any screen, those not in sight too."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from termstats.data.figures.definition.all_pages import run_all_pages, with_remaining_pages
from termstats.data.model.errors import TermstatsError
from termstats.data.model.table import Table
from termstats.data.model.text import clean
from termstats.screens.frame.exporting import write_csv
from termstats.screens.frame.framed_screen import Slot
from termstats.screens.frame.row_screen import RowScreen
from termstats.screens.workers import start_worker


class ExportScreen(RowScreen):
    """A screen whose figures can be exported, all pages of them."""

    def current_slot(self) -> Slot | None:
        """Return the slot that has the focus, or the first."""
        slots = self.shown_slots()
        return next((s for s in slots if s.name == self.current), slots[0] if slots else None)

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
