"""One attempt: every answer beside the correct one, in words and signs."""

from __future__ import annotations

from functools import partial
from typing import Literal

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import DataTable, Static

from termstats.data.figures.definition.figure import Level
from termstats.data.figures.definition.registry import find_figure, is_figure
from termstats.data.figures.definition.run import run_figure
from termstats.data.model.entity import Entity
from termstats.data.model.request import Param, Request
from termstats.data.model.table import Cell, Kind, Table, show
from termstats.data.query.search import resolve
from termstats.keys import ANSWERS, bindings
from termstats.screens.frame.copying import copy
from termstats.screens.frame.figure_screen import path_words
from termstats.screens.frame.framed_screen import Slot
from termstats.screens.frame.panel_screen import PanelScreen
from termstats.screens.frame.session import Session
from termstats.screens.pages.answer_words import (
    COLUMNS,
    attempt_numbers,
    attempt_place,
    attempt_words,
    cells_of,
    full_answer,
    gauge_line,
    is_wrong,
    module_row,
    points_words,
    state_counts,
    value,
    widths,
)
from termstats.screens.pages.ticket import MODULES, PROFILE, TRAININGS, ticket
from termstats.screens.pages.wrong_answers import WRONG, wrong_beyond
from termstats.screens.workers import OPENING, start_worker
from termstats.widgets.frame import KeyLine, LevelLine, StateLine, TooSmall
from termstats.widgets.panels.border import CORNERS, shortened
from termstats.widgets.text import reading_words

ATTEMPTS = "learner.attempts"
ALL = "learner.answers-of-all"
CONTENT = "training.content"
"""The figure with the mean score of each module."""


class AnswersScreen(PanelScreen):
    """The answers of one attempt. Opens at the first wrong one."""

    FIGURE = "learner.answers"
    BINDINGS = bindings(ANSWERS)

    def __init__(
        self, session: Session, level: Level, entities: dict[Param, Entity], at: int = 0
    ) -> None:
        """Make the screen; `at` is the position of the answer to begin with, 0: the first wrong."""
        super().__init__(session, level, entities)
        self._at = at
        self.current = self.FIGURE
        self.tables: dict[str, Table] = {}

    def compose(self) -> ComposeResult:
        """Compose the frame, the path, the answers and the current one in full."""
        yield LevelLine()
        yield StateLine()
        yield Static("", id="attempt", markup=False)
        with Vertical(id="answers"):
            table: DataTable[Text] = DataTable(cursor_type="row", zebra_stripes=False)
            table.cursor_foreground_priority = "css"
            yield table
            yield Static("", id="message", markup=False)
        yield Static("", id="answer", markup=False)
        yield KeyLine()
        yield TooSmall()

    # ---- what is read ----------------------------------------------------------------------------

    def shown_slots(self) -> list[Slot]:
        """Return the answers; attempts and modules are read for the path and the keys."""
        return [Slot(self.FIGURE, self.FIGURE, tuple(self.entities.items()))]

    def loaded_slots(self) -> list[Slot]:
        """Return the answers with what surrounds them, as far as it is known."""
        around = tuple(self.entities.items())
        slots = self.shown_slots()
        if Param.MODULE in self.entities:
            slots.append(Slot(ATTEMPTS, ATTEMPTS, around))
        figures = [PROFILE, ALL]
        if Param.TRAINING in self.entities:
            figures += [MODULES, TRAININGS, WRONG]
            figures += [CONTENT] if self.session.may_see(Level.TRAINING) else []
        return slots + [Slot(each, each, around) for each in figures if is_figure(each)]

    def table_of(self, name: str) -> Table | None:
        """Return what was read for a slot."""
        return self.tables.get(name)

    async def complete_table(self, slot: Slot) -> Table:
        """Return the answers as read; they come in one page.

        Raises:
            TermstatsError: the figure cannot be computed.
        """
        if slot.name in self.tables:
            return self.tables[slot.name]
        return await super().complete_table(slot)

    def is_waiting(self, name: str) -> bool:
        """Return whether the answers, or what is read for the keys, are not there yet."""
        return any(self.loader.is_waiting(slot.name) for slot in self.loaded_slots())

    def _show_waiting(self, name: str, seconds: float) -> None:
        if name == self.FIGURE and self.FIGURE not in self.tables:
            self._say(reading_words(seconds))

    def says_who_counts(self, name: str) -> bool:
        """Return whether these are the answers: the mean of the module is that of more people."""
        return name == self.FIGURE

    def arrived(self, name: str, table: Table, request: Request) -> None:
        """Keep the table and show what it tells."""
        self.tables[name] = table
        if name == self.FIGURE:
            self._fill(at_begin=True)
        elif name == ALL:
            self._show_answer()
        self._show_path()

    def failed(self, name: str, text: str) -> None:
        """Say what went wrong; without attempts or modules the answers still stand."""
        if name == self.FIGURE:
            self._say(f"{text} (r: try again)")

    async def place_panels(self) -> None:
        """Fit the columns to the width."""
        if self.FIGURE in self.tables:
            self._fill()

    def focus_slot(self, name: str) -> None:
        """Give the focus to the answers."""
        self.query_one(DataTable).focus()
        self.refresh_lines()

    # ---- what is shown ---------------------------------------------------------------------------

    @property
    def _plain(self) -> bool:
        return self.session.options.ascii

    def _fill(self, at_begin: bool = False) -> None:
        answers: DataTable[Text] = self.query_one(DataTable)
        table = self.tables[self.FIGURE]
        before = answers.cursor_row
        longest = max((len(points_words(table, row)) for row in table.rows), default=0)
        room = widths(self.size.width, max(longest, len(COLUMNS[-1])))
        answers.clear(columns=True)
        for heading, width in zip(COLUMNS, room, strict=True):
            if width:
                answers.add_column(Text(heading, justify=_side(heading)), width=width)
        for row in table.rows:
            answers.add_row(*cells_of(table, row, room, self._plain))
        self._say("" if table.rows else table.empty or "This attempt has no answers.")
        counts = f" · {state_counts(table)}" if table.rows else ""
        title = shortened(f"Answers{counts}", self.size.width - CORNERS)
        self.query_one("#answers").border_title = Text(title)
        wrong = [n for n, row in enumerate(table.rows) if is_wrong(table, row)]
        begin = self._at - 1 if 0 < self._at <= len(table.rows) else wrong[0] if wrong else 0
        answers.move_cursor(row=begin if at_begin else before)
        self._show_answer()

    def _say(self, words: str) -> None:
        message = self.query_one("#message", Static)
        message.update(Text(words))
        message.display = bool(words)

    def _show_path(self) -> None:
        path = path_words(self.entities, (Param.LEARNER, Param.TRAINING, Param.MODULE))
        attempts, key, module = self.tables.get(ATTEMPTS), self._attempt_key(), self._module()
        path = " › ".join(part for part in (path, attempt_place(attempts, key)) if part)
        gauge = gauge_line(attempts, key, module, self._mean(), plain=self._plain)
        lines = [Text(path), Text(attempt_words(attempts, key, module)), gauge]
        self.query_one("#attempt", Static).update(Text("\n").join(line for line in lines if line))

    def _attempt_key(self) -> str:
        return self.entities[Param.ATTEMPT].key

    def _module(self) -> dict[str, Cell] | None:
        module = self.entities.get(Param.MODULE)
        return module_row(self.tables.get(MODULES), module.key if module else "")

    def _mean(self) -> Cell:
        """Return the mean score of everybody in the module."""
        module = self.entities.get(Param.MODULE)
        row = module_row(self.tables.get(CONTENT), module.key if module else "")
        return row.get("score") if row else None

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        """Show the answer under the cursor in full."""
        event.stop()
        self._show_answer()

    def _show_answer(self) -> None:
        table = self.tables.get(self.FIGURE)
        at = self.query_one(DataTable).cursor_row
        box = self.query_one("#answer", Static)
        box.display = table is not None and 0 <= at < len(table.rows)
        if table is None or not box.display:
            return
        row = table.rows[at]
        number = show(value(table, row, "position"), Kind.COUNT)
        box.border_title = Text(f"Question {number} · {points_words(table, row)} points")
        box.border_subtitle = Text("n next wrong · N previous")
        box.update(full_answer(table, row, self.tables.get(ALL), plain=self._plain))

    # ---- keys ------------------------------------------------------------------------------------

    def foot(self) -> list[tuple[str, str]]:
        """Return the keys of the answers."""
        return [
            ("answers.next", "Next wrong"),
            ("answers.later", "Attempt"),
            ("answers.module", "Module"),
            ("screen.copy", "Copy"),
            ("screen.back", "Back"),
            ("app.help", "All keys"),
        ]

    def action_wrong(self, step: int) -> None:
        """Go to the next or previous answer that is not right, in the next attempt if need be."""
        table = self.tables.get(self.FIGURE)
        answers = self.query_one(DataTable)
        if table is None:
            return
        wrong = [n for n, row in enumerate(table.rows) if is_wrong(table, row)]
        at = answers.cursor_row
        after = [n for n in wrong if (n > at if step > 0 else n < at)]
        if after:
            answers.move_cursor(row=after[0] if step > 0 else after[-1])
            return
        module = self.entities.get(Param.MODULE)
        key = module.key if module else ""
        beyond = wrong_beyond(self.tables.get(WRONG), self.tables.get(MODULES), key, step)
        if beyond is None:
            end = "last" if step > 0 else "first"
            training = self.entities.get(Param.TRAINING)
            where = training.name if training else "this attempt"
            self.app.notify(f"That is the {end} wrong answer in {where}", timeout=3, markup=False)
        else:
            self._go(beyond.attempt, beyond.module, beyond.position)

    def action_attempt(self, step: int) -> None:
        """Show the attempt before or after."""
        keys = attempt_numbers(self.tables.get(ATTEMPTS))
        key = self._attempt_key()
        place = keys.index(key) + step if key in keys else -1
        if not 0 <= place < len(keys):
            words = "later" if step > 0 else "earlier"
            self.app.notify(f"There is no {words} attempt", timeout=3, markup=False)
            return
        self._go(keys[place], None)

    def action_module(self) -> None:
        """Show the newest attempt of the next module that was tried."""
        modules = self.tables.get(MODULES)
        module = self.entities.get(Param.MODULE)
        if modules is None or module is None:
            return
        keys = [str(key) for key in modules.column("module_id")]
        tried = [bool(count) for count in modules.column("attempts")]
        start = keys.index(module.key) + 1 if module.key in keys else 0
        later = [*range(start, len(keys)), *range(start - 1)]
        following = next((keys[n] for n in later if tried[n]), None)
        if following is None:
            self.app.notify("No other module was tried", timeout=3, markup=False)
        else:
            self._go("", following)

    def _go(self, attempt: str, module: str | None, at: int = 0) -> None:
        change = partial(self._change, attempt, module, at)
        start_worker(self, change, self.complain, group=f"{OPENING}row")

    async def _change(self, attempt: str, module: str | None, at: int) -> None:
        """Look at another attempt, at one of its answers; of another module the newest one."""
        store, scope = self.session.store, self.session.scope
        entities = dict(self.entities)
        if module is not None:
            training = entities.get(Param.TRAINING)
            entities[Param.MODULE] = await resolve(store, scope, Param.MODULE, module, training)
        if module is not None and not attempt:
            request = self.session.view.request(find_figure(ATTEMPTS), entities)
            attempt = attempt_numbers(await run_figure(store, ATTEMPTS, request, scope))[-1]
        entities[Param.ATTEMPT] = await resolve(store, scope, Param.ATTEMPT, attempt)
        self.entities, self._at = entities, at
        self.refresh_view()

    def action_copy(self) -> None:
        """Copy a summary for a support ticket; or an export's path."""
        if self.copy_path():
            return
        table = self.tables.get(self.FIGURE)
        if table is None or not self.may_leave(table):
            return
        path = path_words(self.entities, (Param.LEARNER, Param.TRAINING, Param.MODULE))
        attempts, key, module = self.tables.get(ATTEMPTS), self._attempt_key(), self._module()
        place = [path, f"{attempt_place(attempts, key)} · {attempt_words(attempts, key, module)}"]
        training = self.entities.get(Param.TRAINING)
        profile, trainings, modules = map(self.tables.get, (PROFILE, TRAININGS, MODULES))
        about = training.key if training else ""
        text = ticket(profile, trainings, modules, table, about, place)
        copy(self.app, text, "as text for a ticket", self.session.options.export_folder, "ticket")


def _side(heading: str) -> Literal["left", "right"]:
    return "right" if heading in (COLUMNS[0], COLUMNS[-1]) else "left"
