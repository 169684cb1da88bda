"""What belongs to the selection of the backoffice level, and the way to its details and back."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from termstats.data.figures.definition.registry import find_figure
from termstats.data.model.entity import Entity
from termstats.data.model.errors import TermstatsError
from termstats.data.model.filter_base import Filter
from termstats.data.model.period_text import parse_period
from termstats.data.model.request import Param, Request
from termstats.data.model.table import Row, Table
from termstats.data.model.text import clean
from termstats.screens.backoffice.belonging import selection_parts
from termstats.screens.backoffice.context import ContextDialog, row_parts
from termstats.screens.backoffice.filters import FilteredScreen, ReturnPoint
from termstats.screens.backoffice.named import chip_of, details_of
from termstats.screens.backoffice.select import can_choose, selected, why_nothing
from termstats.screens.frame.loading import GROUP
from termstats.screens.frame.pages import PANES
from termstats.screens.frame.row_keys import typed_search
from termstats.screens.frame.session import Session
from termstats.screens.workers import OPENING, start_worker
from termstats.widgets.panels.context_pane import ContextPane
from termstats.widgets.panels.figure_panel import FigurePanel
from termstats.widgets.panels.parts import Part
from termstats.widgets.tables.figure_table import FigureTable

PATIENCE = 0.15
"""Seconds for which a selection has to stand before its context is read."""
HINT = "Arrows choose a point, bar or row; what belongs to it stands here. Enter: details."


class DetailsScreen(FilteredScreen):
    """A level whose points, bars and rows stand for something that can be looked into."""

    def __init__(self, session: Session, entities: dict[Param, Entity] | None = None) -> None:
        super().__init__(session, entities)
        self._back_to: ReturnPoint | None = None
        self._pointed: object = None

    @property
    def has_pane(self) -> bool:
        """Return whether the context stands beside the panels."""
        return self.size.width >= PANES and not self.zoomed

    def current_row(self) -> tuple[Table, Row, str] | None:
        """Return table and row under the cursor of the current panel, and the chosen series."""
        panel = self.panels.get(self.current)
        if panel is None or panel.table is None or panel.face == "words":
            return None
        at = panel.chart.row if panel.face == "chart" else panel.rows.row_index
        if at is None or at >= len(panel.table.rows):
            return None
        return panel.table, panel.table.rows[at], chosen_in(panel)

    def on_chart_view_moved(self) -> None:
        """Let the pane follow the point."""
        self.point()

    def on_figure_table_row_moved(self, message: FigureTable.RowMoved) -> None:
        """Let the pane follow the row."""
        message.stop()
        self.point()

    def on_figure_table_changed(self) -> None:
        """Let the pane follow the chosen column."""
        self.point()

    def point(self) -> None:
        """Show the context of the selection, once it stands still."""
        if not self.is_mounted or not self.has_pane:
            return
        selection = self.current_row()
        key = (selection and (id(selection[0]), *selection[1:]), self.filters, self.session.view)
        if key == self._pointed:
            return
        self._pointed = key
        if selection is None:
            self.workers.cancel_group(self, f"{GROUP}context")
            self.query_one(ContextPane).say("", HINT)
            return
        self._start_telling(*selection, self.query_one(ContextPane))

    def _start_telling(
        self, table: Table, row: Row, series: str, to: ContextPane | ContextDialog
    ) -> None:
        start_worker(
            self,
            partial(self._tell, table, row, series, to),
            lambda fault: _show_context(to, "", [*row_parts(table, row), _words_part(fault)]),
            group=f"{GROUP}context",
        )

    async def _tell(
        self, table: Table, row: Row, series: str, to: ContextPane | ContextDialog
    ) -> None:
        parts = row_parts(table, row)
        title = ""
        if isinstance(to, ContextPane):
            to.show(title, parts)
            await asyncio.sleep(PATIENCE)
        try:
            filters = (await selected(self.session, table, row, series)).filters
            if filters:
                title = ", ".join(each.words for each in filters)
                narrowed = tuple(dict.fromkeys((*self.filters, *filters)))
                parts += await selection_parts(self.session, narrowed)
        except TermstatsError as error:
            parts.append(_words_part(clean(error)))
        _show_context(to, title, parts)

    # ---- details ---------------------------------------------------------------------------------

    def open_row(self, name: str, row: Row) -> None:
        """Show the details of a row, where there is no pane its context first."""
        panel = self.panels.get(name)
        table = panel.table if panel else None
        if panel is None or table is None or not find_figure(table.figure_id).by_moment:
            super().open_row(name, row)
            return
        series = chosen_in(panel)
        if self.has_pane:
            self._open_details(table, row, series)
            return
        figure = find_figure(table.figure_id)
        dialog = ContextDialog(figure.title, row_parts(table, row), figure.details is not None)
        self.app.push_screen(
            dialog, lambda wanted: self._open_details(table, row, series) if wanted else None
        )
        self._start_telling(table, row, series, dialog)

    def action_follow(self) -> None:
        """Open the person or thing of the row on its own level."""
        if selection := self.current_row():
            _table, row, _series = selection
            super().open_row(self.current, row)

    def _open_details(self, table: Table, row: Row, series: str) -> None:
        start_worker(
            self, partial(self._details, table, row, series), self.complain, group=f"{OPENING}row"
        )

    async def _details(self, table: Table, row: Row, series: str) -> None:
        selection = await selected(self.session, table, row, series)
        details = find_figure(table.figure_id).details
        if details is None or not selection:
            self.app.notify(why_nothing(table), timeout=5, markup=False)
            return
        rows = typed_search(*selection.rows) if selection.rows else ""
        chips = tuple(dict.fromkeys((*self.chip_filters, *selection.filters)))
        await self._go_to(details.target, chips, rows, all_time=details.all_time)

    async def choose(self, entities: Mapping[Param, Entity]) -> None:
        """Show what is known of an object that was searched for."""
        if object_ := entities.get(Param.OBJECT):
            target = await details_of(self.session.store, object_)
            await self._go_to(target, (chip_of(object_),))

    async def _go_to(
        self, target: str, chips: tuple[Filter, ...], rows: str = "", *, all_time: bool = False
    ) -> None:
        """Show a panel narrowed to `chips`; Esc comes back to here, as it is now."""
        panel, session = self.panels.get(self.current), self.session
        self.places.append(
            ReturnPoint(
                self.current,
                self.chip_filters,
                self.zoomed,
                panel.chart.cursor if panel else None,
                panel.chart.series if panel else "",
                panel.rows.row_index if panel else None,
                target,
                self.row_searches.get(target, ""),
                session.view.period,
            )
        )
        self.zoomed = False
        self.chip_filters = chips
        if all_time:
            period = parse_period("all", session.store.info.now, session.store.info.coverage)
            session.view = replace(session.view, period=period)
        await self._narrow_to(target, rows)

    async def _narrow_to(self, target: str, rows: str) -> None:
        """Show a panel with the filters that hold now, and only rows that contain `rows`."""
        self.search_rows(target, find_figure(target), rows)
        await self.narrow(target)
        self.search_rows(target, find_figure(target), rows)

    async def action_back(self) -> None:
        """Take the last chip off and go back to where it was put on."""
        if self.zoomed or not self.places:
            await super().action_back()
            return
        place = self.places.pop()
        self.chip_filters, self.zoomed = place.chips, place.zoomed
        self.session.view = replace(self.session.view, period=place.period)
        self._back_to = place
        self.search_rows(place.target, find_figure(place.target), place.rows)
        await self.narrow(place.current)
        if not self.loader.is_waiting(place.current):
            self._restore(place.current)

    def arrived(self, name: str, table: Table, request: Request) -> None:
        """Show the figure; where one comes back to, the cursor stands where it stood."""
        super().arrived(name, table, request)
        self._restore(name)
        if name == self.current:
            self.point()

    def _restore(self, name: str) -> None:
        place = self._back_to
        if place is None or place.current != name or (panel := self.panels.get(name)) is None:
            return
        self._back_to = None
        if place.row is not None and panel.rows.table is not None:
            panel.rows.select(place.row)
        panel.chart.cursor, panel.chart.series = place.point, place.series


def _words_part(text: str) -> Part:
    return Part("", ((text, ""),))


def _show_context(to: ContextPane | ContextDialog, title: str, parts: list[Part]) -> None:
    if isinstance(to, ContextPane):
        to.show(title, parts)
    else:
        to.show(parts)


def chosen_in(panel: FigurePanel) -> str:
    """Return the series or column that is chosen and that narrows the details; else nothing."""
    if panel.table is None or panel.face == "chart":
        return panel.chart.series
    column = panel.rows.chosen_column
    series = (entry.name for entry in panel.chart.entries)
    return column.name if column and column.name in can_choose(panel.table, series) else ""
