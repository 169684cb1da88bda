"""The messages by which screens ask the app to go somewhere."""

from __future__ import annotations

from textual.message import Message

from termstats.data.figures.definition.figure import Level
from termstats.data.model.entity import Entity
from termstats.data.model.filter_base import Filter
from termstats.data.model.request import Param


class OpenLevel(Message):
    """Ask for a level about `entities`; `fresh`: found by search, not by a step down."""

    def __init__(self, level: Level, entities: dict[Param, Entity], fresh: bool = False) -> None:
        super().__init__()
        self.level = level
        self.entities = entities
        self.fresh = fresh


class OpenFigure(Message):
    """Ask for one figure about `entities`, narrowed by `filters`, on a screen of its own.

    `source` is the panel that it is opened from, where there are several; `name` what it is called
    there, where that is not what it is about; `at` the position of the row that is meant, 0: none.
    """

    def __init__(
        self,
        level: Level,
        figure_id: str,
        entities: dict[Param, Entity],
        filters: tuple[Filter, ...] = (),
        *,
        source: str = "",
        name: str = "",
        at: int = 0,
    ) -> None:
        super().__init__()
        self.level = level
        self.figure_id = figure_id
        self.entities = entities
        self.filters = filters
        self.source = source
        self.name = name
        self.at = at
