"""What a person can do with the panels of any screen: explain, copy, filter, compare."""

from __future__ import annotations

from dataclasses import replace

from rich.cells import cell_len

from termstats.data.figures.definition.registry import find_figure
from termstats.data.model.comparison import Against
from termstats.data.model.plural import singular
from termstats.data.model.table import Line
from termstats.data.model.writing import to_text
from termstats.keys import SCREEN, bindings
from termstats.screens.frame.copying import copy
from termstats.screens.frame.exporting import export_name, report_line
from termstats.screens.frame.row_keys import split_search
from termstats.screens.frame.table_screen import TableScreen
from termstats.widgets.charts.in_words import chart_words


class PanelScreen(TableScreen):
    """A screen whose panels can be worked with."""

    BINDINGS = bindings(SCREEN)

    def action_explain(self) -> None:
        """Explain the figure under the focus."""
        from termstats.screens.dialogs.explain import explain

        if (slot := self.current_slot()) is None:
            return
        table = self.table_of(slot.name)
        info, scope = self.session.store.info, self.session.scope
        # None where it would be about somebody else.
        told = None if info.has_own_pseudonyms else table
        line = ""
        if told:
            demo, least = info.is_demo, scope.min_group
            line = report_line(told, info.location, scope.viewer, demo=demo, min_group=least)
        self.app.push_screen(explain(find_figure(slot.figure_id), table, line))

    def action_retry(self) -> None:
        """Read again what is in sight."""
        for slot in self.loaded_slots():
            self.load(slot, again=True)

    def action_filter(self) -> None:
        """Ask for a text that the rows must contain."""
        from termstats.screens.dialogs.rows import RowsDialog

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

        def left(text: str) -> str:
            if figure.paged or panel.table is None:
                return ""
            fields, rest = split_search(text, figure)
            number = panel.rows.left_by(panel.table, rest, fields)
            return f"{number:,} of {panel.table.counted(len(panel.table.rows))} remain"

        before = self.row_searches.get(slot.name, "")
        self.app.push_screen(RowsDialog(figure.columns, left, before), filtered)

    async def action_clear(self) -> None:
        """Show all rows again, in every panel."""
        for name in [name for name, text in self.row_searches.items() if text]:
            if panel := self.panels.get(name):
                self.search_rows(name, find_figure(panel.figure_id), "")
        self.refresh_view()

    @property
    def comparable_figure(self) -> str:
        """Return the figure under the focus where its period before is drawn; else nothing."""
        slot = self.current_slot()
        panel = self.panels.get(slot.name) if slot else None
        table = panel.table if panel is not None and panel.face == "chart" else None
        return table.figure_id if table is not None and isinstance(table.chart, Line) else ""

    def action_compare(self) -> None:
        """Go on to the next comparison: none, the period before, a year before; it is in the view.

        Where no series is drawn there is always one: that of the changes.
        """
        view, figure = self.session.view, self.comparable_figure
        is_year = view.against is Against.YEAR
        if figure and figure not in view.compared:
            view = replace(view, compared=view.compared | {figure})
        elif figure and is_year:
            view = replace(view, compared=view.compared - {figure}, against=Against.BEFORE)
        else:
            view = replace(view, against=Against.BEFORE if is_year else Against.YEAR)
        self.session.view = view
        self.refresh_view()
        if not figure:  # a chart says it itself
            self.app.notify(f"Compared with {view.against.words}", timeout=3, markup=False)

    def action_copy(self) -> None:
        """Copy the figure as text, below what its chart says in a sentence; or an export's path."""
        if self.copy_path():
            return
        slot = self.current_slot()
        panel = self.panels.get(slot.name) if slot else None
        table = panel.current_table() if panel else None
        if table is not None and self.may_leave(table):
            sentence = f"{chart_words(table)}\n\n" if chart_words(table) else ""
            self.copy_text(
                sentence + to_text(table, cell_len),
                singular(f"{len(table.rows):,} rows as text"),
                export_name(table),
            )

    def copy_text(self, text: str, words: str, name: str) -> None:
        """Copy text; `words` say what it is, `name` a file that holds it where one is needed."""
        copy(self.app, text, words, self.session.options.export_folder, name)

    def action_press(self, key: str) -> None:
        """Let a vi key do what the arrow does."""
        self.app.simulate_key(key)
