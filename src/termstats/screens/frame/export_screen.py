"""Exports the figures of any screen, those not in sight too."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from termstats.data.figures.definition.all_pages import pages_from, pages_of, run_all_pages
from termstats.data.figures.definition.registry import find_figure
from termstats.data.model.errors import TermstatsError
from termstats.data.model.table import Table
from termstats.data.model.text import clean
from termstats.screens.frame.exporting import short_path, write_csv
from termstats.screens.frame.framed_screen import Slot
from termstats.screens.frame.row_screen import RowScreen
from termstats.screens.frame.session import Dashboard
from termstats.screens.workers import start_worker
from termstats.widgets.toast import Toast

if TYPE_CHECKING:
    from termstats.screens.dialogs.export import Export, Sizes


class ExportScreen(RowScreen):
    """A screen whose figures can be exported, all pages of them."""

    def current_slot(self) -> Slot | None:
        """Return the slot that has the focus, or the first."""
        slots = self.shown_slots()
        return next((s for s in slots if s.name == self.current), slots[0] if slots else None)

    def action_export(self) -> None:
        """Export the figure under the focus: ask what and where to, as shown unless said."""
        from termstats.screens.dialogs.export import ExportDialog

        if (slot := self.current_slot()) is None:
            return

        def chosen(export: Export | None) -> None:
            if export is not None:
                self._start_export([slot], export)

        folder = self.session.options.export_folder
        self.app.push_screen(ExportDialog(folder, self._sizes(slot)), chosen)

    def action_export_all(self) -> None:
        """Export all figures of the screen as shown, those not in sight too."""
        from termstats.screens.dialogs.export import Export

        export = Export(everything=False, folder=self.session.options.export_folder)
        self._start_export(list(self.all_slots()), export)

    def all_slots(self) -> Sequence[Slot]:
        """Return every slot of the screen, in sight or not."""
        return self.shown_slots()

    def _sizes(self, slot: Slot) -> Sizes:
        """Return in words what an export of the slot would hold."""
        from termstats.screens.dialogs.export import Sizes

        panel = self.panels.get(slot.name)
        table = panel.table if panel else None
        if panel is None or table is None:
            return Sizes("", "", "")
        shown = panel.current_table() or table
        more = "" if table.after is None else " and all older"
        return Sizes(
            f"{len(shown.rows):,}{more}", f"{len(table.rows):,}{more}", f"{len(table.columns)}"
        )

    def _start_export(self, slots: list[Slot], export: Export) -> None:
        work = partial(self._export, slots, export)
        start_worker(self, work, self.complain, group="export", exclusive=False)

    async def _export(self, slots: list[Slot], export: Export) -> None:
        written = []
        name = ""
        try:
            for slot in slots:
                name = slot.name
                pages = self._every_page(slot) if export.everything else self.exported_pages(slot)
                async with aclosing(pages):
                    session = self.session
                    written.append(
                        await write_csv(
                            export.folder, pages, session.record_export, session.options.csv
                        )
                    )
        except TermstatsError as error:
            self.complain(clean(error), name)
        if len(written) == 1:
            self._say_exported(f"Exported to {short_path(written[0])}", written[0])
        elif written:
            path = export.folder.expanduser()
            self._say_exported(f"Exported {len(written)} files to {short_path(path)}", path)

    def _say_exported(self, words: str, path: Path) -> None:
        """Say where an export is; its path can be copied as long as that stands there."""
        self.app.notify(words, markup=False)
        cast(Dashboard, self.app).show_toast(Toast(words, copies=str(path)))

    def may_leave(self, table: Table) -> bool:
        """Write down that a table leaves the dashboard; say why where it must not."""
        try:
            self.session.record_export(table)
        except TermstatsError as error:
            self.complain(clean(error))
            return False
        return True

    def copy_path(self) -> bool:
        """Copy the path of the export that is said now; False: none is."""
        dashboard = cast(Dashboard, self.app)
        path = dashboard.toast.copies if dashboard.toast else ""
        if path:
            self.app.copy_to_clipboard(path)
            self.app.notify(f"Copied {clean(path)}", markup=False)
        return bool(path)

    async def _every_page(self, slot: Slot) -> AsyncGenerator[Table, None]:
        """Give all rows of a figure page by page, whatever narrows the rows shown.

        Raises:
            TermstatsError: the figure cannot be computed.
        """
        request = replace(self.request_for(slot), row_search=())
        pages = pages_of(self.session.store, slot.figure_id, request, self.session.scope)
        async with aclosing(pages):
            async for page in pages:
                yield page

    async def exported_pages(self, slot: Slot) -> AsyncGenerator[Table, None]:
        """Give the table as shown; a log that is not read to its end page by page, newest first.

        Raises:
            TermstatsError: the figure cannot be computed.
        """
        panel = self.panels.get(slot.name)
        shown = None if panel is None else panel.table
        is_read = shown is not None and shown.after is None
        if is_read or not find_figure(slot.figure_id).paged:
            yield await self.complete_table(slot)
            return
        self.app.notify("Exporting the whole log; this says when it is done", markup=False)
        store, scope, request = self.session.store, self.session.scope, self.request_for(slot)
        rest = (
            pages_of(store, slot.figure_id, request, scope)
            if shown is None
            else pages_from(store, shown, request, scope)
        )
        async with aclosing(rest) as pages:
            async for page in pages:
                yield page

    async def complete_table(self, slot: Slot) -> Table:
        """Return the table as shown, of a figure that is not paged or read to its end.

        Raises:
            TermstatsError: the figure cannot be computed.
        """
        panel = self.panels.get(slot.name)
        if panel is None or panel.table is None:
            request = self.request_for(slot)
            return await run_all_pages(
                self.session.store, slot.figure_id, request, self.session.scope
            )
        return panel.current_table() or panel.table
