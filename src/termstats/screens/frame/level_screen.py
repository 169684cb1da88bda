"""The base of the five levels: what comes into cards and panels, and what rows lead to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from termstats.data.figures.definition.cards import by_importance
from termstats.data.figures.definition.policy import Pairs
from termstats.data.figures.definition.registry import find_figure
from termstats.data.model.comparison import Against
from termstats.data.model.entity import Entity
from termstats.data.model.request import Param, Request
from termstats.data.model.sentence import sentences
from termstats.data.model.table import VALUE, Row, Table
from termstats.screens.frame.framed_screen import Slot
from termstats.screens.frame.grid_screen import BELOW, CARDS_SLOT, DETAIL
from termstats.screens.frame.left_out import cards_of
from termstats.screens.frame.loading import GROUP, Loaded
from termstats.screens.frame.pages import Panel
from termstats.screens.frame.row_keys import entities_of, needed_pairs
from termstats.screens.frame.session import SUBJECT, Session
from termstats.screens.frame.stats_screen import TALL
from termstats.screens.frame.walking_screen import WalkingScreen
from termstats.screens.workers import start_worker
from termstats.widgets.cards.cards import Cards
from termstats.widgets.charts.view import ChartView
from termstats.widgets.frame import SentenceLine
from termstats.widgets.tables.figure_table import FigureTable

SPARK = "spark:"
"""Slots begin so whose figure is on no panel in sight."""


class LevelScreen(WalkingScreen):
    """One level. Subclasses list their panels; what no figure offers is left out."""

    def __init__(self, session: Session, entities: dict[Param, Entity] | None = None) -> None:
        super().__init__(session, entities)
        self._totals: Table | None = None
        self._sparks: dict[str, tuple[object, Sequence[float]]] = {}
        """Card -> what its course is about, and its course."""
        self._totals_about: object = None

    # ---- content ---------------------------------------------------------------------------------

    def arrived(self, name: str, table: Table, request: Request) -> None:
        """Show the cards or a panel; a course that a card can show is remembered."""
        if table.figure_id == self.CARDS:
            table = cards_of(table, self.session.missing)
        if name == CARDS_SLOT:
            self._totals, self._totals_about = table, _about(request)
            self._say(table)
        figure = find_figure(table.figure_id)
        if figure.level is self.LEVEL and request.after is None:
            for card, column in figure.sparks:
                cells = table.column(column) if column in _names(table) else []
                course = [float(c) for c in cells if isinstance(c, (int, float))]
                self._sparks[card] = (_about(request), course)
        if self._totals is not None:
            about = self._totals_about
            sparks = {card: course for card, (of, course) in self._sparks.items() if of == about}
            order = tuple(dict(find_figure(self.CARDS).cards))
            cards = by_importance(self._totals, order)
            self.query_one(Cards).show(cards, sparks, self._opening(self._totals))
        if name.startswith(SPARK):
            return
        if name.endswith(DETAIL):
            about = self._row_entities.get(name.removesuffix(DETAIL), {})
            names = " · ".join(entity.name for entity in about.values())
            self.panels[name].title = f"{names} · {table.title}" if names else table.title
        if name.endswith(BELOW):
            self.panels[name.removesuffix(BELOW)].show_below(table)
        super().arrived(name, table, request)
        self.measure()
        self._name_doors()

    def on_loaded(self, message: Loaded) -> None:
        """Show a figure, and ask for what was left for later."""
        super().on_loaded(message)
        self._load_what_can_wait()

    def refresh_view(self) -> None:
        """Load everything that does not yet show what is wanted."""
        super().refresh_view()
        self._load_what_can_wait()

    def _load_what_can_wait(self) -> None:
        """Once all in sight are there, ask for what stands below rows, and courses of cards."""
        if self._totals is None or self.is_choosing:
            return
        if not any(self.loader.is_waiting(slot.name) for slot in self.loaded_slots()):
            for slot in (*self.below_slots(), *self._courses()):
                self.load(slot)

    def _courses(self) -> list[Slot]:
        """Return the figures out of sight that hold the course of a card in sight."""
        row = self.query_one(Cards)
        if not row.display or self.size.height < TALL:
            return []
        has_keys = self.current == CARDS_SLOT
        cards = set(row.metrics if has_keys else row.in_sight(self.size.width))
        shown = {slot.figure_id for slot in self.shown_slots()}
        return [
            self._slot(f"{SPARK}{panel.figure_id}", panel.figure_id)
            for panel in self.panel_list()
            if panel.figure_id not in shown
            and cards.intersection(dict(find_figure(panel.figure_id).sparks))
        ]

    def failed(self, name: str, text: str) -> None:
        """Show the error where the figure would be."""
        super().failed(name, text)
        if name.endswith(BELOW):
            self.panels[name.removesuffix(BELOW)].show_below(text)
        if name == CARDS_SLOT:
            self.query_one(Cards).fail(text)
            self.query_one(SentenceLine).wordings = ()
            self.query_one(SentenceLine).is_waiting = False
        self.measure()

    def _say(self, totals: Table) -> None:
        """Say in a sentence what the cards show."""
        line, figure = self.query_one(SentenceLine), find_figure(self.CARDS)
        line.doors = frozenset(self._opening(totals))
        line.wordings = sentences(totals, figure.sentence)
        line.is_waiting = False

    def _show_waiting(self, name: str, seconds: float) -> None:
        super()._show_waiting(name, seconds)
        if name == CARDS_SLOT:
            self._totals = None
            self.query_one(Cards).wait(seconds)
            self.query_one(SentenceLine).is_waiting = True

    async def on_cards_opened(self, message: Cards.Opened) -> None:
        """Open what is behind a card, or go to the panel that explains it."""
        message.stop()
        await self.open_metric(message.metric)

    async def on_sentence_line_opened(self, message: SentenceLine.Opened) -> None:
        """Open what a number of the sentence counts."""
        message.stop()
        await self.open_metric(message.metric)

    # ---- what is behind the cards ----------------------------------------------------------------

    async def open_metric(self, metric: str) -> None:
        """Open the people, enrolments or deeds that a number of the level counts.

        `metric` names it as the cards do (`active_users`, `never_started`); where nothing is listed
        behind it, the panel that explains it is shown.
        """
        row, totals = self._card(metric), self._totals
        if row is not None and totals is not None and totals.door(row, VALUE):
            self.open_number(CARDS_SLOT, row, VALUE)
        elif metric in (panels := dict(self._explained())):
            await self.action_panel(panels[metric])

    def _explained(self) -> Pairs:
        """Return (card, panel that explains it), where no number of the level lists what it is."""
        figure = find_figure(self.CARDS)
        return () if figure.behind else figure.cards

    def table_of(self, name: str) -> Table | None:
        """Return the figure that a panel or the cards show, once it has been read."""
        return self._totals if name == CARDS_SLOT else super().table_of(name)

    def source_of(self, name: str) -> str:
        """Return what the panel is called from which one goes on; the cards are none."""
        panel = self.panels.get(name)
        return panel.title if panel else ""

    def on_chart_view_whole_opened(self, message: ChartView.WholeOpened) -> None:
        """Open who is behind the whole of a chart: the people of the card that it is about."""
        message.stop()
        row = self._whole_of(self.slot_of(message.control))
        if row is not None:
            self.open_number(CARDS_SLOT, row, VALUE)

    def _card(self, metric: str) -> Row | None:
        rows = self._totals.rows if self._totals else ()
        return next((row for row in rows if row[0] == metric), None)

    def _whole_of(self, name: str) -> Row | None:
        """Return the card whose number the whole of a panel's chart stands for, if it opens."""
        table, totals = self.table_of(name), self._totals
        if table is None or totals is None:
            return None
        cards = (self._card(card) for card, _column in find_figure(table.figure_id).sparks)
        return next((row for row in cards if row and totals.door(row, VALUE)), None)

    def _opening(self, totals: Table) -> set[str]:
        """Return the cards that open something."""
        panels = {card for card, _panel in self._explained()}
        return panels | {str(row[0]) for row in totals.rows if totals.door(row, VALUE)}

    def _name_doors(self) -> None:
        """Say on the charts what Enter opens before the cursor is moved."""
        for name, panel in self.panels.items():
            row, totals = self._whole_of(name), self._totals
            door = totals.door(row, VALUE) if row and totals else None
            words = door.words(totals.cell_of(row, VALUE)) if door and row and totals else ""
            panel.chart.whole = words

    # ---- rows ------------------------------------------------------------------------------------

    def on_figure_table_row_moved(self, message: FigureTable.RowMoved) -> None:
        """Let the pane follow the cursor."""
        message.stop()
        name = self.slot_of(message.control)
        panel = self._panel(name)
        table = self.panels[name].table if name in self.panels else None
        # A shorter table may have come since the cursor moved.
        is_there = table is not None and message.row_index < len(table.rows)
        if panel and panel.pane and table is not None and is_there and self.has_detail(name):
            row = table.rows[message.row_index]
            start_worker(
                self,
                partial(self._follow_cursor, panel, table, row),
                partial(self.failed, panel.figure_id + DETAIL),
                group=_cursor_group(name),
            )

    def is_waiting(self, name: str) -> bool:
        """Return whether a panel waits for its figure, a pane also for the row that it is about."""
        is_waiting, owner = super().is_waiting, name.removesuffix(DETAIL)
        group = _cursor_group(owner)
        follows = any(each.group == group and not each.is_finished for each in self.workers)
        return is_waiting(name) or is_waiting(owner) or (owner != name and follows)

    async def _follow_cursor(self, panel: Panel, table: Table, row: Row) -> None:
        pairs = needed_pairs(table, find_figure(panel.pane).needs)
        entities = await entities_of(self.session, table, row, pairs, {})
        self._row_entities[panel.figure_id] = entities
        self.refresh_view()

    def open_row(self, name: str, row: Row) -> None:
        """Go to the pane that shows what the row opens; where there is none, open it."""
        panel, table = self._panel(name), self.table_of(name)
        opens = table.row_opens if table else None
        if panel and panel.pane and opens and opens.target == panel.pane and self.has_detail(name):
            self.focus_slot(name + DETAIL)
        else:
            super().open_row(name, row)

    def open_reconcile(self, figure_id: str) -> None:
        """Open the page of what the level is about, or of the choice under the cursor."""
        panel = self.panels.get(self.current)
        row = panel.rows.row if panel and self.is_choosing else None
        if panel and panel.table and panel.table.row_opens and row:
            slot = self._slot(self.current, panel.figure_id)
            self.follow(panel.table, row, slot, figure_id, panel.table.row_opens.params)
        else:
            super().open_reconcile(figure_id)

    # ---- choosing --------------------------------------------------------------------------------

    async def choose(self, entities: Mapping[Param, Entity]) -> None:
        """Look at another thing, from the first panel."""
        if all(self.entities.get(param) == entity for param, entity in entities.items()):
            return
        self.entities = dict(entities)
        await self._start_over()

    async def _start_over(self) -> None:
        self.stop_loading()
        self.population = ""
        self._totals = None
        self.query_one(Cards).clear()
        self.query_one(SentenceLine).wordings = ()
        self.query_one(SentenceLine).is_waiting = True
        self._sparks = {}
        self._row_entities = {}
        self._shown = {}
        self._focus_wanted = ""
        self._group = ""
        self._left = {}
        await self.show_panel(self.panel_list()[0].figure_id)

    async def action_back(self) -> None:
        """Go back to where this was opened from, or to the list of choices."""
        if self.zoomed:
            await self.action_zoom()
        elif len(self.app.screen_stack) > 1:
            self.leave()
        elif self.chosen is not None and self.session.may_choose(self.LEVEL):
            del self.entities[SUBJECT[self.LEVEL]]
            await self._start_over()


def _cursor_group(name: str) -> str:
    """Return the group of workers that follow the cursor of a panel."""
    return f"{GROUP}cursor:{name}"


def _about(request: Request) -> object:
    """Return what a request asks about, whatever its buckets and what it is compared with."""
    return replace(request, by="day", top=None, limit=0, against=Against.BEFORE)


def _names(table: Table) -> list[str]:
    return [column.name for column in table.columns]
