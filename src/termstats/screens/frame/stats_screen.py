"""The base of all screens: panels that load figures when they come into sight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from textual import events
from textual.screen import ModalScreen

from termstats.data.figures.definition.figure import Level
from termstats.data.figures.definition.registry import find_figure
from termstats.data.model.comparison import Against, is_before
from termstats.data.model.entity import Entity
from termstats.data.model.request import Param, Request
from termstats.data.model.table import Table
from termstats.log import fault_words
from termstats.screens.frame.class_window import leave_class
from termstats.screens.frame.framed_screen import FramedScreen, Slot
from termstats.screens.frame.loading import Failed, Loaded, Loader
from termstats.screens.frame.session import Dashboard, Session
from termstats.screens.frame.start_row import start_row
from termstats.screens.workers import error_words
from termstats.widgets.frame import TooSmall
from termstats.widgets.tables.figure_table import FigureTable

TALL = 20
"""Lines from which cards take three of them."""
NOTHING_THEN = "nothing recorded then"
BEFORE = "+before"
"""Ends the name under which the period before of a slot is read."""


class StatsScreen(FramedScreen):
    """A screen that loads the figures of its slots, and stops when nobody looks at it."""

    def __init__(
        self, session: Session, level: Level, entities: dict[Param, Entity] | None = None
    ) -> None:
        super().__init__(session, level, entities)
        self.loader = Loader(self, session, self._show_waiting)
        self.source_searches: dict[str, tuple[tuple[str, str], ...]] = {}
        """Column and text, for logs: too long to be searched here."""
        self._asked: dict[str, tuple[str, Request]] = {}
        self._shown: dict[str, Request] = {}
        self._shown_view = session.view
        self._before: dict[str, tuple[Request, Table]] = {}
        """Slot -> its figure in the period before, with the question that it answers."""
        self._continued: set[str] = set()
        """Slots of which more than the first page is shown."""
        self._is_begun = False

    # ---- coming into sight -----------------------------------------------------------------------

    def on_mount(self) -> None:
        """Paint first, load after."""
        self.refresh_lines()
        self.call_after_refresh(self._begin)

    async def _begin(self) -> None:
        try:
            await self.begin()
        except Exception as error:  # noqa: BLE001 - the other levels live on
            self.complain(error_words(error))
        self._is_begun = True

    async def begin(self) -> None:
        """Mount and load what is in sight."""
        await self.place_panels()
        self.refresh_view()
        self.focus_slot(self.current)

    @property
    def is_begun(self) -> bool:
        """Return whether the panels are there, and one of them has the focus."""
        return self._is_begun

    async def on_screen_resume(self) -> None:
        """Look again: the period may have changed on another screen."""
        if not any(_is_about_class(screen) for screen in self.app.screen_stack):
            leave_class(self.session)
        if self.is_mounted:
            self.refresh_view()
        cast(Dashboard, self.app).place_toast()

    def on_screen_suspend(self) -> None:
        """Stop loading what nobody looks at; a dialog leaves the screen in sight."""
        if not isinstance(self.app.screen, ModalScreen):
            self.stop_loading()

    def stop_loading(self) -> None:
        """Cancel every figure under way; it is asked for again when the screen is back."""
        for name in list(self._asked):
            if self.loader.is_waiting(name):
                del self._asked[name]
        self.loader.cancel()

    def forget_answers(self) -> None:
        """Ask everything again when it is in sight: what is shown may be answered otherwise."""
        self.stop_loading()
        # What was looked further back for stays: its rows are there still.
        for name in self._asked.keys() - self._continued:
            del self._asked[name]
        self.population = ""

    async def on_resize(self, event: events.Resize) -> None:
        """Say when the terminal is too small; arrange the panels for the size."""
        small = TooSmall.applies(event.size.width, event.size.height)
        self.set_class(small, "too-small")
        self.set_class(event.size.height < TALL, "short")
        await self.place_panels()
        self.refresh_view()
        self.call_after_refresh(self.keep_focus)

    async def place_panels(self) -> None:
        """Mount and show the panels that fit."""

    # ---- loading ---------------------------------------------------------------------------------

    def loaded_slots(self) -> Sequence[Slot]:
        """Return what is read for the screen; more than the panels where it has cards."""
        return self.shown_slots()

    def is_waiting(self, name: str) -> bool:
        """Return whether a slot does not show the answer to the question asked last yet."""
        panel = self.panels.get(name)
        return self.loader.is_waiting(name) or (panel is not None and panel.is_filling)

    def refresh_view(self) -> None:
        """Load everything that does not yet show what is wanted."""
        if self._shown_view != self.session.view:
            self._shown_view = self.session.view
            self.population = ""
        for slot in self.loaded_slots():
            self.load(slot)
        for name in self.panels:
            self._show_before(name)
        self.refresh_lines()

    def load(self, slot: Slot, again: bool = False) -> None:
        """Ask for the slot's figure unless it is there or on its way."""
        request = self.request_for(slot)
        self._ask(slot.name, slot.figure_id, request, again)
        if slot.name in self.panels and slot.figure_id in self.session.view.compared:
            then = self._of_then(request)
            if then is not None:
                self._ask(slot.name + BEFORE, slot.figure_id, then, again)

    def _ask(self, name: str, figure_id: str, request: Request, again: bool) -> None:
        if self._asked.get(name) == (figure_id, request) and not again:
            return
        self._asked[name] = (figure_id, request)
        self.loader.load(name, figure_id, request)

    def request_for(self, slot: Slot) -> Request:
        """Return the question that the slot asks now."""
        request = self.session.view.request(find_figure(slot.figure_id), dict(slot.entities))
        row_search = self.source_searches.get(slot.name, ())
        return replace(request, filters=self.filters, row_search=row_search, blocks=True)

    def _show_waiting(self, name: str, seconds: float) -> None:
        """Say "reading"; what stood there stays, if it is about the same things."""
        if panel := self.panels.get(name):
            shown, (_figure, asked) = self._shown.get(name), self._asked.get(name, ("", None))
            panel.wait(seconds, keeps=shown is not None, holds=asked is not None and asked == shown)

    def on_loaded(self, message: Loaded) -> None:
        """Show a figure, unless something newer was asked for since."""
        message.stop()
        if not self.loader.take(message):
            return
        name = message.slot.removesuffix(BEFORE)
        if name != message.slot:
            self._before[name] = (message.request, message.table)
            self._show_before(name)
            return
        said = self.population
        if message.table.population and self.says_who_counts(message.slot):
            self.population = message.table.population
        try:
            self.arrived(message.slot, message.table, message.request)
        except Exception as error:  # noqa: BLE001
            # A table that cannot be drawn must not take the other panels with it.
            self.failed(message.slot, fault_words(error))
        if name in self.panels or self.population != said:
            self.refresh_lines()

    def says_who_counts(self, name: str) -> bool:
        """Return whether who counts in a slot is who counts on the screen."""
        return True

    def arrived(self, name: str, table: Table, request: Request) -> None:
        """Show the table in its panel."""
        panel = self.panels.get(name)
        if panel is None:
            return
        if request.after is not None:
            self._continued.add(name)
            panel.extend(table)
        else:
            self._continued.discard(name)
            before, self._shown[name] = self._shown.get(name), request
            panel.rows.picked = self.session.columns.get(table.figure_id, ())
            panel.show(table)
            if before is None or before.entities != request.entities:
                panel.rows.select(start_row(table, self.entities))
            self._show_before(name)
        if name == self._focus_wanted:
            self.focus_slot(name)

    def _show_before(self, name: str) -> None:
        """Draw the period before where that is wanted and belongs to what the panel shows."""
        panel, shown = self.panels[name], self._shown.get(name)
        wanted = panel.figure_id in self.session.view.compared
        request, table = self._before.get(name, (None, None))
        then = self._of_then(shown) if wanted and shown is not None else None
        chart, against = panel.chart, self.session.view.against
        chart.previous = table if then is not None and request == then else None
        chart.then_words = against.words
        is_nothing = wanted and shown is not None and then is None
        chart.no_previous = NOTHING_THEN if is_nothing else ""

    def _of_then(self, request: Request) -> Request | None:
        """Return the question about what is compared; None: nothing was recorded then."""
        view, info = self.session.view, self.session.store.info
        then = self.session.then_of(request.period)
        first = info.coverage[0] if info.has_events else None
        if view.against is Against.YEAR and is_before(then, first):
            return None
        return replace(request, period=then, against=Against.BEFORE)

    def on_failed(self, message: Failed) -> None:
        """Keep the error in its panel; the others live on."""
        message.stop()
        if self.loader.take(message):
            self._asked.pop(message.slot, None)
            name = message.slot.removesuffix(BEFORE)
            if name != message.slot:
                self.panels[name].chart.no_previous = message.text
                return
            self.failed(message.slot, message.text)

    def failed(self, name: str, text: str) -> None:
        """Show the error in its panel."""
        if panel := self.panels.get(name):
            self._shown.pop(name, None)
            panel.fail(text)

    def on_figure_table_need_more(self, message: FigureTable.NeedMore) -> None:
        """Continue a log."""
        message.stop()
        name = self.slot_of(message.control)
        if name in self._asked and not self.loader.is_waiting(name):
            figure_id, request = self._asked[name]
            self.loader.load(name, figure_id, replace(request, after=message.after))


def _is_about_class(screen: object) -> bool:
    return isinstance(screen, FramedScreen) and Param.CLASS in screen.entities
