"""What the backoffice level is narrowed to: filters that are kept, and those of details."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

from termstats.data.figures.definition.figure import Figure
from termstats.data.figures.definition.registry import figures_of, find_figure
from termstats.data.figures.definition.run import run_figure
from termstats.data.model.entity import Entity
from termstats.data.model.errors import TermstatsError
from termstats.data.model.filter_base import Filter
from termstats.data.model.filter_writing import joined, written
from termstats.data.model.period import Period
from termstats.data.model.request import Param
from termstats.data.model.table import Table
from termstats.data.model.text import clean
from termstats.data.query.filter_text import parse, parse_one
from termstats.screens.backoffice.filter_dialog import FilterDialog
from termstats.screens.backoffice.filter_values import listing_figures
from termstats.screens.backoffice.named import chip_of, details_of, named_entities
from termstats.screens.backoffice.saved_filters import read_filters, save_filters
from termstats.screens.frame.framed_screen import Slot
from termstats.screens.frame.grid_screen import CARDS_SLOT
from termstats.screens.frame.level_screen import LevelScreen
from termstats.screens.frame.session import Session
from termstats.screens.frame.view import filter_chips
from termstats.screens.workers import OPENING, error_words, start_worker


@dataclass(frozen=True)
class ReturnPoint:
    """Where details were asked for: Esc comes back to it."""

    current: str
    chips: tuple[Filter, ...]
    zoomed: bool
    point: int | None
    series: str
    row: int | None
    target: str
    """The panel of the details."""
    rows: str
    """What the rows of the target had to contain before."""
    period: Period


LOG = "backoffice.log"
"""Where one goes whose panel is gone."""


class FilteredScreen(LevelScreen):
    """A level whose figures can be narrowed."""

    def __init__(self, session: Session, entities: dict[Param, Entity] | None = None) -> None:
        super().__init__(session, entities)
        self.lasting_filters: tuple[Filter, ...] = ()
        """Filters that hold on every tab until they are cleared."""
        self.chip_filters: tuple[Filter, ...] = ()
        """Filters that details brought along; Esc takes them off again."""
        self.places: list[ReturnPoint] = []
        """Where Esc goes back to, the last one first to go."""
        self._searched_for = (entities or {}).get(Param.OBJECT)
        """The object that was searched for; the screen opens with what is known of it."""
        self._ready = False

    @property
    def filters(self) -> tuple[Filter, ...]:
        """Return all that the figures are narrowed to."""
        return tuple(dict.fromkeys((*self.lasting_filters, *self.chip_filters)))

    def chips(self) -> tuple[str, ...]:
        """Return the filters that hold for the panel, and those that do not."""
        return (
            *filter_chips(self.current_figure, self.lasting_filters, self.chip_filters),
            *super().chips(),
        )

    async def begin(self) -> None:
        """Take up the filters that were left, then paint and load."""
        session = self.session
        values: list[tuple[bool, Filter]] = []
        # What is kept names people as the store does.
        kept = [] if session.store.info.is_demo else read_filters(session.store.info.location)
        for text in kept:
            try:
                value = await parse_one(session.store, session.scope, text)
            except TermstatsError as error:
                self.app.notify(f"left out a kept filter: {clean(error)}", markup=False)
            else:
                values.append(value)
        self.lasting_filters = joined(values)
        try:
            await self._find_searched()
        except Exception as error:  # noqa: BLE001 - the panels come all the same
            self.complain(error_words(error))
        self._ready = True
        await super().begin()

    async def _find_searched(self) -> None:
        """Go to what was searched for."""
        session = self.session
        if self._searched_for is not None:
            self.chip_filters = (chip_of(self._searched_for),)
            self.current = await details_of(session.store, self._searched_for)
        await self._focus_named_object()

    def load(self, slot: Slot, again: bool = False) -> None:
        """Ask for nothing before it is known what it is narrowed to."""
        if self._ready:
            super().load(slot, again)

    async def _focus_named_object(self) -> None:
        """Let figures about one thing be asked about the things that the filters name."""
        named = await named_entities(self.session.store, self.filters)
        self.entities.clear()
        self.entities |= named

    def action_filters(self) -> None:
        """Choose the filters that hold in every group."""

        def given(text: str | None) -> None:
            if text is not None:
                work = partial(self._filter, text)
                start_worker(self, work, self.complain, group=f"{OPENING}filter", exclusive=False)

        lists = listing_figures(figures_of(str(self.LEVEL)), self.LEVEL)
        totals, read = (
            find_figure(self.CARDS),
            partial(parse, self.session.store, self.session.scope),
        )
        dialog = FilterDialog(self.lasting_filters, lists, totals, self._ask_under, read)
        self.app.push_screen(dialog, given)

    async def _ask_under(self, figure: Figure, filters: tuple[Filter, ...]) -> Table:
        """Return a figure as it is under these filters."""
        request = replace(self.session.view.request(figure, {}), filters=filters)
        return await run_figure(self.session.store, figure.id, request, self.session.scope)

    async def _filter(self, text: str) -> None:
        session = self.session
        try:
            self.lasting_filters = await parse(session.store, session.scope, text)
            if not text:
                self.chip_filters, self.places = (), []
            if not session.store.info.is_demo:
                save_filters(session.store.info.location, written(self.lasting_filters))
        except TermstatsError as error:
            self.complain(clean(error))
        await self.narrow()

    async def action_clear(self) -> None:
        """Take all filters off."""
        await super().action_clear()
        await self._filter("")

    async def narrow(self, current: str = "") -> None:
        """Show what the filters leave, on the panel asked for where it is still there."""
        await self._focus_named_object()
        ids = [panel.figure_id for panel in self.panel_list()]
        panel_id = current or self.current
        if panel_id not in (*ids, CARDS_SLOT):
            panel_id = LOG if LOG in ids else ids[0]
        await self.show_panel(panel_id)
