"""Level 3: one learner, down to the wrong answer."""

from __future__ import annotations

from rich.text import Text
from textual.app import ComposeResult
from textual.widgets import Static

from termstats.data.figures.definition.figure import Level
from termstats.data.model.request import Request
from termstats.data.model.table import Table
from termstats.keys import LEARNER, bindings
from termstats.screens.frame.framed_screen import Slot
from termstats.screens.frame.level_screen import LevelScreen
from termstats.screens.levels.panels import LEVELS
from termstats.screens.levels.who import who_is
from termstats.widgets.frame import StateLine

WHO = "who"
"""The slot of the line that says who the learner is."""


class LearnerScreen(LevelScreen):
    """One learner; the most active ones until somebody is chosen."""

    LEVEL = Level.LEARNER
    CARDS = LEVELS[Level.LEARNER].cards
    BINDINGS = bindings(LEARNER)
    CHOICE = LEVELS[Level.LEARNER].choice
    GROUPS = LEVELS[Level.LEARNER].groups

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

    async def place_panels(self) -> None:
        """Hide the person's line while nobody is chosen."""
        await super().place_panels()
        self.query_one("#who").display = not self.is_choosing

    def arrived(self, name: str, table: Table, request: Request) -> None:
        """Show who it is, or a panel."""
        if name == WHO:
            self.query_one("#who", Static).update(who_line(table))
        else:
            super().arrived(name, table, request)


def who_line(profile: Table) -> Text:
    """Return the person in one line: fields in words, then warnings."""
    who = who_is(profile)
    line = Text(no_wrap=True, overflow="ellipsis")
    line.append(who.name, style="bold")
    for fact in who.facts:
        line.append(f" · {fact}")
    for warning in who.warnings:
        line.append(f" · {warning}", style="bold reverse")
    return line
