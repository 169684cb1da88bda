"""What a person can do with the columns of any table: count their values, choose which to show."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TYPE_CHECKING

from termstats.config import keep_columns
from termstats.data.figures.definition.all_pages import pages_from
from termstats.data.figures.definition.figure import Figure
from termstats.data.figures.definition.registry import find_figure
from termstats.data.model.errors import TermstatsError
from termstats.data.model.table import Column, Kind, Table
from termstats.data.model.text import clean
from termstats.paths import config_file
from termstats.screens.frame.export_screen import ExportScreen
from termstats.screens.frame.framed_screen import Slot
from termstats.screens.frame.row_keys import split_search, typed_search
from termstats.widgets.panels.figure_panel import FigurePanel
from termstats.widgets.tables.columns import shown_columns

if TYPE_CHECKING:
    from termstats.screens.dialogs.frequency import PickedValue

# Dialogs are loaded when one is opened: the first screen has none.


class TableScreen(ExportScreen):
    """A screen whose tables can be narrowed to values, and to columns."""

    def search_rows(self, name: str, figure: Figure, text: str) -> None:
        """Keep the rows of a slot that contain a text, also when they come later."""
        fields, rest = split_search(text, figure)
        self.row_searches[name] = clean(text)
        self.source_searches[name] = fields if figure.paged else ()
        if panel := self.panels.get(name):
            panel.rows.search(rest, () if figure.paged else fields)

    def _panel_and_table(self) -> tuple[Slot, FigurePanel, Table] | None:
        """Return what has the focus, where that has rows."""
        slot = self.current_slot()
        panel = self.panels.get(slot.name) if slot else None
        if slot is None or panel is None or panel.table is None or not panel.table.rows:
            self.app.notify("There are no rows here", timeout=3, markup=False)
            return None
        return slot, panel, panel.table

    # ---- values ----------------------------------------------------------------------------------

    def action_frequency(self) -> None:
        """Count the values of the chosen column; where none was chosen, ask for one."""
        from termstats.screens.dialogs.columns import ColumnDialog

        if (place := self._panel_and_table()) is None:
            return
        slot, panel, table = place
        if panel.face == "table" and panel.rows.chosen and panel.rows.chosen_column:
            self._count_values(slot, panel, table, panel.rows.chosen_column.name)
            return

        def picked(name: str | None) -> None:
            if name is not None:
                self._count_values(slot, panel, table, name)

        columns = [each for each in _columns_of(panel, table) if each.kind is not Kind.VALUE]
        self.app.push_screen(ColumnDialog("Count the values of", columns), picked)

    def _count_values(self, slot: Slot, panel: FigurePanel, table: Table, name: str) -> None:
        from termstats.screens.dialogs.frequency import FrequencyDialog

        column = table.columns[table.position(name)]
        pages = self._all_pages(slot, table)

        def picked(value: PickedValue | None) -> None:
            if value is None:
                return
            if panel.face == "chart":
                panel.action_swap()
            before = self.row_searches.get(slot.name, "")
            text = f"{before} {_search_of(value)}".strip()
            self.search_rows(slot.name, find_figure(slot.figure_id), text)
            self.refresh_view()

        fitting = panel.rows.fitting if panel.rows.table is not None else _all_rows
        dialog = FrequencyDialog(table.title, column, pages, fitting)
        self.app.push_screen(dialog, picked)

    async def _all_pages(self, slot: Slot, table: Table) -> AsyncGenerator[Table, None]:
        """Give what is shown, and what comes after it."""
        store, scope = self.session.store, self.session.scope
        async with aclosing(pages_from(store, table, self.request_for(slot), scope)) as pages:
            async for page in pages:
                yield page

    # ---- columns ---------------------------------------------------------------------------------

    def action_columns(self) -> None:
        """Choose which columns are shown; the choice is kept."""
        from termstats.screens.dialogs.columns import ColumnsDialog

        if (place := self._panel_and_table()) is None:
            return
        _slot, panel, table = place

        def picked(names: tuple[str, ...] | None) -> None:
            if names is None:
                return
            if panel.face == "chart":
                panel.action_swap()
            self.session.columns[table.figure_id] = names
            panel.rows.pick(names)
            self._keep_columns(table.figure_id, names)

        columns = _columns_of(panel, table)
        chosen = self.session.columns.get(table.figure_id) or [each.name for each in columns]
        self.app.push_screen(ColumnsDialog(table.title, columns, chosen), picked)

    def _keep_columns(self, figure_id: str, names: tuple[str, ...]) -> None:
        path = config_file()
        try:
            keep_columns(path, figure_id, names)
        except (OSError, TermstatsError) as error:
            words = f"{path}: the columns cannot be kept ({error})"
            self.app.notify(clean(words), severity="warning", markup=False)


def _columns_of(panel: FigurePanel, table: Table) -> list[Column]:
    """Return the columns that a table can show, in its order."""
    return [table.columns[at] for at in shown_columns(table, panel.rows.lead)]


def _all_rows(page: Table) -> list[int]:
    return list(range(len(page.rows)))


def _search_of(value: PickedValue) -> str:
    """Return the row search that keeps a value, or leaves it out."""
    if value.words is None:
        return typed_search(value.column, "", "!=" if value.keeps else "=")
    return typed_search(value.column, value.words, "==" if value.keeps else "!=")
