"""Level 3: one learner, down to the wrong answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from rich.text import Text
from textual.app import ComposeResult
from textual.widgets import Static

from termstats.data.figures.definition.figure import Level
from termstats.data.figures.definition.registry import find_figure
from termstats.data.figures.definition.run import run_figure
from termstats.data.model.entity import Entity
from termstats.data.model.request import Param, Request
from termstats.data.model.table import Table
from termstats.keys import LEARNER, bindings
from termstats.screens.frame.copying import copy
from termstats.screens.frame.framed_screen import Slot
from termstats.screens.frame.grid_screen import CARDS_SLOT, DETAIL
from termstats.screens.frame.needs import BORDER, pane_need
from termstats.screens.frame.pages import ROW, Need, Page, page_of, pages
from termstats.screens.frame.row_keys import keys_of, position_of, resolve_keys
from termstats.screens.frame.session import Session
from termstats.screens.levels.learner_words import warning_lines, who_line
from termstats.screens.levels.learning import LearningScreen
from termstats.screens.levels.panels import LEVELS
from termstats.screens.pages.ticket import MODULES, PROFILE, TRAININGS, ticket
from termstats.screens.workers import OPENING, start_worker
from termstats.widgets.frame import StateLine

WRONG = "learner.wrong-answers"
WHO = "who"
"""The slot of the line that says who the learner is."""
TALL = 30
"""Lines of the terminal from which the cards stand above the trainings."""
BENEATH = 2
"""Rows of panels below trainings and wrong answers, where there is room for them."""
MOST_WARNINGS = 2
"""Lines of what went wrong."""


class LearnerScreen(LearningScreen):
    """One learner; the most active ones until somebody is chosen."""

    LEVEL = Level.LEARNER
    CARDS = LEVELS[Level.LEARNER].cards
    BINDINGS = bindings(LEARNER)
    CHOICE = LEVELS[Level.LEARNER].choice
    GROUPS = LEVELS[Level.LEARNER].groups

    def __init__(self, session: Session, entities: dict[Param, Entity] | None = None) -> None:
        super().__init__(session, entities)
        self._about: dict[str, Table] = {}
        """What the lines about the person are made of."""

    def compose(self) -> ComposeResult:
        """Compose the level with a line about the person."""
        for widget in super().compose():
            yield widget
            if isinstance(widget, StateLine):
                yield Static("", id="who", markup=False)

    def loaded_slots(self) -> list[Slot]:
        """Return the panels and the person."""
        slots = super().loaded_slots()
        return slots if self.is_choosing else [self._slot(WHO, "learner.profile"), *slots]

    @property
    def shows_cards(self) -> bool:
        """Return whether the cards stand there: few lines are for the person and the trainings."""
        is_tall = self.size.height >= TALL or self.current == CARDS_SLOT
        return is_tall and super().shows_cards

    async def place_panels(self) -> None:
        """Hide the person's line while nobody is chosen."""
        self.query_one("#who").display = self.is_about_something
        self._say_who()
        await super().place_panels()

    def arrived(self, name: str, table: Table, request: Request) -> None:
        """Show who it is, or a panel."""
        if name in (WHO, TRAININGS):
            self._about[name] = table
            self._say_who()
        if name != WHO:
            super().arrived(name, table, request)

    def _say_who(self) -> None:
        """Say who it is, and what went wrong."""
        width = max(1, self.size.width - 2)
        lines = [who_line(self._about[WHO], width)] if WHO in self._about else []
        if TRAININGS in self._about:
            days = self.session.view.stalled_days
            lines += warning_lines(self._about[TRAININGS], width, MOST_WARNINGS, days)
        who = self.query_one("#who", Static)
        # Its height is said: a layout that is under way may miss that there are more lines now.
        who.styles.height = max(1, len(lines))
        who.update(Text("\n").join(lines), layout=False)

    def find_page(self) -> Page:
        """Return the page; the wrong answers stand below the trainings, at any width.

        The other panels stand below both where there is room for them, else on the pages behind.
        """
        if self.zoomed or TRAININGS not in self.group.ids:
            return super().find_page()
        width, height = self._page_width(), self._page_height()
        pane = pane_need(TRAININGS + DETAIL, find_figure(WRONG))
        pane = replace(pane, wanted_height=pane.height)
        needs = [self._need(panel, leads=not n) for n, panel in enumerate(self.group.panels)]
        trainings = next(need for need in needs if need.name == TRAININGS)
        rest = [need for need in needs if need.name != TRAININGS]
        # What is shown does not hang on what was read, else panels would come and go.
        fits = rest and height - trainings.height - pane.height >= BENEATH * ROW
        beneath = pages(rest, width, BENEATH * ROW)[0].rows if fits else ()
        rows = ((self._as_many_rows(replace(trainings, pane=pane)),), (pane,))
        page = Page((*rows, *beneath))
        behind = [need for need in rest if need.name not in page.names]
        if self.current not in [need.name for need in behind]:
            return page
        following = page_of(pages(behind, width, height), self.current)
        return replace(following, first=following.first + page.panels)

    def _as_many_rows(self, trainings: Need) -> Need:
        """Return what the trainings need once it is known how many they are."""
        known = self._measured.get(TRAININGS)
        if known is None:
            return trainings
        lines = known.rows + BORDER
        return replace(trainings, height=min(trainings.height, lines), wanted_height=lines)

    # ---- wrong answers ---------------------------------------------------------------------------

    def lacks(self, action: str) -> bool:
        """Return whether what a key does needs what is still being read: answers are of trainings.

        A panel of another group is not filled before somebody looks at it.
        """
        if action != "learner.wrong":
            return super().lacks(action)
        is_shown = TRAININGS in self.page().names
        return self.is_waiting(TRAININGS) if is_shown else self.loader.is_waiting(TRAININGS)

    def action_wrong(self) -> None:
        """Open the first wrong answer: in the training under the cursor, else in another one."""
        table = self.table_of(TRAININGS)
        if table is None or not table.rows:
            self.app.notify("No training, so no answers", timeout=3, markup=False)
            return
        at = self.panels[TRAININGS].rows.row_index or 0
        keys = [str(key) for key in table.column("training_id")]
        ordered = [*keys[at : at + 1], *keys[:at], *keys[at + 1 :]]
        find = partial(self._find_wrong, ordered)
        start_worker(self, find, self.complain, group=f"{OPENING}row")

    async def _find_wrong(self, trainings: Sequence[str]) -> None:
        for key in trainings:
            around = await resolve_keys(self.session, {Param.TRAINING: key}, self.entities)
            wrong = await self._read(WRONG, around)
            if wrong.rows and wrong.row_opens:
                states = wrong.column("state")
                first = states.index("wrong") if "wrong" in states else 0
                keys = keys_of(wrong, wrong.rows[first], wrong.row_opens.params)
                about = await resolve_keys(self.session, keys, around)
                if self.is_active:
                    at = position_of(wrong, wrong.rows[first])
                    self.open_figure(wrong.row_opens.target, about, at=at)
                return
        self.app.notify("No wrong answer in any training", timeout=3, markup=False)

    async def _read(self, figure_id: str, about: dict[Param, Entity]) -> Table:
        request = self.session.view.request(find_figure(figure_id), about)
        return await run_figure(self.session.store, figure_id, request, self.session.scope)

    def action_copy(self) -> None:
        """Copy a ticket about the training under the cursor; elsewhere what has the focus."""
        panel = self.panels.get(TRAININGS)
        row = panel.rows.row if panel and self.current.removesuffix(DETAIL) == TRAININGS else None
        if row is None or panel is None or panel.table is None:
            super().action_copy()
            return
        key = str(panel.table.cell_of(row, "training_id"))
        read = partial(self._copy_ticket, panel.table, key)
        start_worker(self, read, self.complain, group="copy")

    async def _copy_ticket(self, trainings: Table, key: str) -> None:
        around = await resolve_keys(self.session, {Param.TRAINING: key}, self.entities)
        figures = (PROFILE, MODULES, WRONG)
        profile, modules, wrong = [await self._read(each, around) for each in figures]
        self.session.record_export(profile)
        text = ticket(profile, trainings, modules, wrong, key)
        copy(self.app, text, "as text for a ticket", self.session.options.export_folder, "ticket")

    def foot(self) -> list[tuple[str, str]]:
        """Return the keys of the dossier; of the choice those of any level."""
        if self.is_choosing:
            return super().foot()
        return [
            ("app.find", "Find"),
            ("learner.wrong", "Wrong answers"),
            ("screen.open", "Open"),
            ("screen.copy", "Copy for a ticket"),
            ("app.help", "All keys"),
        ]
