"""What the four levels of learning share: filters that hold on all of them."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from termstats.data.figures.definition.figure import Figure, Level
from termstats.data.figures.definition.registry import figures_of, find_figure
from termstats.data.figures.definition.run import run_figure
from termstats.data.model.filter_base import Field, Filter
from termstats.data.model.table import Table
from termstats.keys import LEARNING, bindings
from termstats.screens.frame.left_out import is_left_out
from termstats.screens.frame.level_screen import LevelScreen
from termstats.screens.frame.view import filter_chips
from termstats.screens.levels.panels import LEVELS
from termstats.screens.workers import OPENING, start_worker


class LearningScreen(LevelScreen):
    """A level whose figures can be narrowed to trainings, classes and people."""

    BINDINGS = bindings(LEARNING)

    @property
    def fields(self) -> frozenset[Field]:
        """Return what filters may be about here."""
        return LEVELS[self.LEVEL].fields

    @property
    def filters(self) -> tuple[Filter, ...]:
        """Return what the figures are narrowed to."""
        return tuple(each for each in self.session.filters if each.field in self.fields)

    def chips(self) -> tuple[str, ...]:
        """Return the filters that hold for the panel."""
        return (*filter_chips(self.current_figure, self.filters), *super().chips())

    def action_filters(self) -> None:
        """Choose the filters that hold on the levels of learning."""
        from termstats.data.query.filter_text import parse
        from termstats.screens.backoffice.filter_dialog import FilterDialog
        from termstats.screens.backoffice.filter_values import listing_figures

        def given(text: str | None) -> None:
            if text is not None:
                work = partial(self._filter, text)
                start_worker(self, work, self.complain, group=f"{OPENING}filter", exclusive=False)

        everything = Level.GLOBAL
        lists = listing_figures(figures_of(str(everything)), everything)
        read = partial(parse, self.session.store, self.session.scope)
        totals = find_figure(f"{everything}.totals")
        about = (self.session.missing, self.session.scope)
        fields = {
            field: figure
            for field, figure in lists.items()
            if field in self.fields and not is_left_out(figure.id, *about)
        }
        dialog = FilterDialog(
            self.session.filters, fields, totals, self._ask_under, read, fields=self.fields
        )
        self.app.push_screen(dialog, given)

    async def _ask_under(self, figure: Figure, filters: tuple[Filter, ...]) -> Table:
        """Return a figure of the whole platform as it is under these filters."""
        from termstats.screens.backoffice.filter_values import asked_for_values

        asked = asked_for_values(figure, self.session.view.request(figure, {}))
        request = replace(asked, filters=filters)
        return await run_figure(self.session.store, figure.id, request, self.session.scope)

    async def _filter(self, text: str) -> None:
        from termstats.data.query.filter_text import parse

        self.session.filters = await parse(self.session.store, self.session.scope, text)
        self.refresh_view()

    async def action_clear(self) -> None:
        """Take all filters off."""
        self.session.filters = ()
        await super().action_clear()
