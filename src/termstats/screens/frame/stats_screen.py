"""The base of all screens: a frame, and panels that load figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from textual import events
from textual.screen import ModalScreen, Screen
from textual.widget import Widget

from termstats.data.figures.definition.figure import Level
from termstats.data.figures.definition.registry import find_figure
from termstats.data.model.entity import Entity
from termstats.data.model.filter_base import Filter
from termstats.data.model.request import Param, Request
from termstats.data.model.table import Table
from termstats.keys import key_of
from termstats.screens.frame.compared import compared_figure
from termstats.screens.frame.loading import Failed, Loaded, Loader
from termstats.screens.frame.pages import WIDE
from termstats.screens.frame.session import Session
from termstats.screens.frame.view import View, state_parts, store_mark
from termstats.screens.workers import fault_words
from termstats.widgets.frame import KeyLine, LevelLine, LevelName, StateLine, TooSmall
from termstats.widgets.panels.figure_panel import FigurePanel
from termstats.widgets.tables.figure_table import FigureTable
from termstats.widgets.text import fit

LEVEL_KEYS = dict(zip(Level, "12345", strict=True))
"""Level -> its number key."""


@dataclass(frozen=True)
class Slot:
    """A place on the screen and the figure that it shows now."""

    name: str
    figure_id: str
    entities: tuple[tuple[Param, Entity], ...]


class StatsScreen(Screen[None]):
    """A frame around panels. Subclasses say which slots are shown, and mount their panels."""

    AUTO_FOCUS = ""

    def __init__(
        self, session: Session, level: Level, entities: dict[Param, Entity] | None = None
    ) -> None:
        super().__init__()
        self.session = session
        self.level = level
        self.entities = dict(entities or {})
        self.loader = Loader(self, session.store, session.scope, self._show_waiting)
        self.panels: dict[str, FigurePanel] = {}
        self.current = ""
        """The slot that has the focus, or had it last."""
        self.row_searches: dict[str, str] = {}
        """What the rows of a slot must contain, as typed."""
        self.source_searches: dict[str, tuple[tuple[str, str], ...]] = {}
        """Column and text, for logs: too long to be searched here."""
        self._asked: dict[str, tuple[str, Request]] = {}
        self._shown: dict[str, Request] = {}
        self._population = ""
        self._shown_view = session.view
        self._focus_wanted = ""
        """The slot that gets the focus once it has something to focus."""

    # ---- what subclasses decide ------------------------------------------------------------------

    def shown_slots(self) -> Sequence[Slot]:
        """Return the slots on the screen now, in the order that `tab` walks."""
        return ()

    @property
    def subject(self) -> str:
        """Return the name of what the screen is about; empty: everything."""
        return ""

    @property
    def filters(self) -> tuple[Filter, ...]:
        """Return what the figures of the screen are narrowed to."""
        return ()

    def chips(self) -> tuple[str, ...]:
        """Return further filters for the state line."""
        text = self.row_searches.get(self.current)
        return (f"rows with {text!r}",) if text else ()

    # ---- frame -----------------------------------------------------------------------------------

    def on_mount(self) -> None:
        """Paint first, load after."""
        self.refresh_lines()
        self.call_after_refresh(self.begin)

    async def begin(self) -> None:
        """Mount and load what is in sight."""
        await self.place_panels()
        self.refresh_view()
        self.focus_slot(self.current)

    def on_screen_resume(self) -> None:
        """Look again: the period may have changed on another screen."""
        if self.is_mounted:
            self.refresh_view()

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

    async def on_resize(self, event: events.Resize) -> None:
        """Say when the terminal is too small; arrange the panels for the size."""
        small = TooSmall.applies(event.size.width, event.size.height)
        self.set_class(small, "too-small")
        await self.place_panels()
        self.refresh_view()

    async def place_panels(self) -> None:
        """Mount and show the panels that fit."""

    def refresh_lines(self) -> None:
        """Bring the level line, the state line and the footer up to date."""
        info = self.session.store.info
        line = self.query_one(LevelLine)
        line.store, line.mark = info.name, store_mark(info)
        line.viewer = self.session.scope.describe()
        line.current = LEVEL_KEYS[self.level]
        line.levels = tuple(
            LevelName(key, str(level).capitalize(), self.subject if level is self.level else "")
            for level, key in LEVEL_KEYS.items()
            if self.session.may_see(level)
        )
        state = self.query_one(StateLine)
        chips = self.chips()
        if self.size.width < WIDE and self.level is not Level.LEARNER and self.subject:
            # The level line has no room for the name.
            chips = (fit(self.subject, 24), *chips)
        state.parts = state_parts(
            self.counted_view(), info, self._population, chips, self.size.width - 1
        )
        keymap = self.session.options.keymap
        self.query_one(KeyLine).keys = tuple(
            (key_of(key_id, keymap), words) for key_id, words in self.foot()
        )

    def counted_view(self) -> View:
        """Return the view as the figures in sight take it: of learning they count whole days."""
        view = self.session.view
        moments = any(find_figure(slot.figure_id).by_moment for slot in self.shown_slots())
        if moments or view.period.exact is None:
            return view
        return replace(view, period=replace(view.period.whole_days(), words="whole days"))

    def foot(self) -> list[tuple[str, str]]:
        """Return at most six (id of a key, word) pairs that matter here and now."""
        return [
            ("app.find", "find"),
            ("app.period", "period"),
            ("screen.next", "panel"),
            ("screen.open", "open"),
            # Where a platform's own pages can be compared, that is what people come to ask.
            ("screen.reconcile", "compare") if self.can_compare else ("screen.export", "export"),
            ("app.help", "keys"),
        ]

    @property
    def can_compare(self) -> bool:
        """Return whether `=` shows this viewer a page of the store's platform."""
        compared = compared_figure(self.session.store.info, self.level)
        return self.session.scope.is_everything and compared is not None

    # ---- loading ---------------------------------------------------------------------------------

    def loaded_slots(self) -> Sequence[Slot]:
        """Return what is read for the screen; more than the panels where it has cards."""
        return self.shown_slots()

    def refresh_view(self) -> None:
        """Load everything that does not yet show what is wanted."""
        if self._shown_view != self.session.view:
            self._shown_view = self.session.view
            self._population = ""
        for slot in self.loaded_slots():
            self.load(slot)
        self.refresh_lines()

    def load(self, slot: Slot, again: bool = False) -> None:
        """Ask for the slot's figure unless it is there or on its way."""
        request = self.request_for(slot)
        wanted = (slot.figure_id, request)
        if self._asked.get(slot.name) == wanted and not again:
            return
        self._asked[slot.name] = wanted
        self.loader.load(slot.name, slot.figure_id, request)

    def request_for(self, slot: Slot) -> Request:
        """Return the question that the slot asks now."""
        request = self.session.view.request(find_figure(slot.figure_id), dict(slot.entities))
        row_search = self.source_searches.get(slot.name, ())
        return replace(request, filters=self.filters, row_search=row_search)

    def _show_waiting(self, name: str) -> None:
        """Say "loading"; what stood there was the answer to another question."""
        if panel := self.panels.get(name):
            panel.table = None
            panel.wait()

    def on_loaded(self, message: Loaded) -> None:
        """Show a figure, unless something newer was asked for since."""
        message.stop()
        if not self.loader.take(message):
            return
        if message.table.population:
            self._population = message.table.population
        try:
            self.arrived(message.slot, message.table, message.request)
        except (KeyError, ValueError, TypeError) as error:
            # A table that cannot be drawn must not take the other panels with it.
            self.failed(message.slot, fault_words(error))
        self.refresh_lines()

    def arrived(self, name: str, table: Table, request: Request) -> None:
        """Show the table in its panel."""
        panel = self.panels.get(name)
        if panel is None:
            return
        if request.after is not None:
            panel.extend(table)
        else:
            before, self._shown[name] = self._shown.get(name), request
            panel.show(table)
            if before is None or before.entities != request.entities:
                panel.rows.select(self.start_row(table))
        if name == self._focus_wanted:
            self.focus_slot(name)

    def start_row(self, table: Table) -> int:
        """Return where the cursor starts: what was chosen, else what went wrong, else the top."""
        start = find_figure(table.figure_id).start
        if start is None:
            return 0
        chosen = self.entities.get(start.chosen) if start.chosen else None
        if chosen is not None:
            keys = table.column(f"{start.chosen}_id")
            return keys.index(chosen.key) if chosen.key in keys else 0
        return worst_row(table, start.tried)

    def on_failed(self, message: Failed) -> None:
        """Keep the error in its panel; the others live on."""
        message.stop()
        if self.loader.take(message):
            self._asked.pop(message.slot, None)
            self.failed(message.slot, message.text)

    def complain(self, text: str) -> None:
        """Say in a toast what went wrong; the text is safe to show."""
        self.app.notify(text, severity="error", markup=False)

    def failed(self, name: str, text: str) -> None:
        """Show the error in its panel."""
        if panel := self.panels.get(name):
            panel.fail(text)

    def on_figure_table_need_more(self, message: FigureTable.NeedMore) -> None:
        """Continue a log."""
        message.stop()
        name = self.slot_of(message.control)
        if name in self._asked and not self.loader.is_waiting(name):
            figure_id, request = self._asked[name]
            self.loader.load(name, figure_id, replace(request, after=message.after))

    # ---- focus -----------------------------------------------------------------------------------

    def focus_ring(self) -> list[str]:
        """Return the names that `tab` walks."""
        return [slot.name for slot in self.shown_slots() if slot.name in self.panels]

    def focus_slot(self, name: str) -> None:
        """Give the focus to a panel."""
        self.current = name
        panel = self.panels.get(name)
        self._focus_wanted = name if panel and panel.table is None else ""
        if panel:
            panel.target.focus()
        self.refresh_lines()

    def slot_of(self, widget: Widget) -> str:
        """Return the name of the slot that holds the widget."""
        for name, panel in self.panels.items():
            if panel in widget.ancestors_with_self:
                return name
        return self.current

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Know which panel has the focus, however it got there."""
        name = self.slot_of(event.widget)
        if name != self.current:
            self.current = name
            self.refresh_lines()

    def neighbour(self, step: int) -> str:
        """Return the name that `tab` walks to from here."""
        ring = self.focus_ring()
        place = ring.index(self.current) if self.current in ring else -1
        return ring[(place + step) % len(ring)]

    async def action_next_panel(self) -> None:
        """Walk to the next panel."""
        self.focus_slot(self.neighbour(1))

    async def action_previous_panel(self) -> None:
        """Walk to the panel before."""
        self.focus_slot(self.neighbour(-1))


def worst_row(table: Table, done: str) -> int:
    """Return the first failed row, else the worst score among those with a value in `done`."""
    states, scores = table.column("state"), table.column("score")
    if "failed" in states:
        return states.index("failed")
    tried = [
        (float(score), row)
        for row, (score, value) in enumerate(zip(scores, table.column(done), strict=True))
        if value and isinstance(score, (int, float))
    ]
    return min(tried)[1] if tried else 0
