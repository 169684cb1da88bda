"""Level 4: one class."""

from __future__ import annotations

from collections.abc import Mapping

from termstats.data.figures.definition.figure import Level
from termstats.data.model.entity import Entity
from termstats.data.model.request import Param
from termstats.screens.frame.class_window import leave_class, look_at_class
from termstats.screens.levels.learning import LearningScreen
from termstats.screens.levels.panels import LEVELS


class ClassScreen(LearningScreen):
    """One class with its sub-classes; a list of classes until one is chosen."""

    LEVEL = Level.CLASS
    CARDS = LEVELS[Level.CLASS].cards
    CHOICE = LEVELS[Level.CLASS].choice
    GROUPS = LEVELS[Level.CLASS].groups

    async def begin(self) -> None:
        """Look at the class in its own dates, and load what is in sight."""
        await self._look()
        await super().begin()

    async def on_screen_resume(self) -> None:
        """Look at the class in its own dates again."""
        if self.is_begun:
            await self._look()

    async def choose(self, entities: Mapping[Param, Entity]) -> None:
        """Look at another class in its own dates."""
        if Param.CLASS in entities:
            await look_at_class(self.session, entities[Param.CLASS])
        await super().choose(entities)

    async def _start_over(self) -> None:
        if self.chosen is None:
            leave_class(self.session)
        await super()._start_over()

    async def _look(self) -> None:
        if self.chosen is not None:
            await look_at_class(self.session, self.chosen)
