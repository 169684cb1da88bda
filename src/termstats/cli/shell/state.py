"""What linear mode knows between two lines: where somebody is, and what was said last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from termstats.data.figures.definition.figure import Figure, Level
from termstats.data.figures.definition.registry import find_figure
from termstats.data.model.entity import Entity
from termstats.data.model.filter_base import Filter
from termstats.data.model.request import Param, Request
from termstats.data.model.table import Table
from termstats.screens.frame.session import SUBJECT, Session
from termstats.screens.frame.view import View
from termstats.screens.levels.panels import LEVELS
from termstats.widgets.tables.order import Sorting


@dataclass(frozen=True)
class Place:
    """What is looked at: a level, or one figure on it."""

    level: Level
    entities: Mapping[Param, Entity] = field(default_factory=dict)
    """What it is about; an action is kept as an entity whose key is the action's word."""
    figure: str = ""
    """Empty: the list of the level."""
    chips: tuple[Filter, ...] = ()
    """What details are narrowed to, besides the filters that hold everywhere."""
    search: str = ""
    """What lines must hold, as typed."""
    sorting: Sorting | None = None
    month: str = ""
    """Of a platform's own page; empty: that of the end of the period."""
    all_time: bool = False
    """Whether it is of all data, whatever the period."""

    @property
    def subject(self) -> Entity | None:
        """Return what the level is about; None: nothing is chosen, or it is about everything."""
        param = SUBJECT.get(self.level)
        return self.entities.get(param) if param else None

    @property
    def is_choice(self) -> bool:
        """Return whether the level still needs to know what it is about."""
        return not self.figure and self.level in SUBJECT and self.subject is None


@dataclass(frozen=True)
class State:
    """Everything between two lines. Answering gives another one; nothing is changed."""

    session: Session
    place: Place
    history: tuple[Place, ...] = ()
    """Where `back` leads, the last one first to go."""
    filters: tuple[Filter, ...] = ()
    """What figures of platform use are narrowed to everywhere."""
    learning: tuple[Filter, ...] = ()
    """What the levels of learning are narrowed to."""
    choices: tuple[Place | str, ...] = ()
    """What the numbers said last stand for: places, or lines to type; none: rows of the table."""
    table: Table | None = None
    """What was read last, in its own order, all pages so far."""
    told: int = 0
    """How many rows of it were said."""
    all_columns: bool = False
    """Whether lines say every column."""
    picked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Figure -> the columns that its lines say, where that was chosen."""
    said: str = ""
    """The line about period and people that was said last."""

    def lasting(self, level: Level) -> tuple[Filter, ...]:
        """Return the filters that hold on a level wherever one goes there."""
        if level is Level.BACKOFFICE:
            return self.filters
        return tuple(each for each in self.learning if each.field in LEVELS[level].fields)

    def narrowed(self, level: Level, filters: tuple[Filter, ...]) -> State:
        """Return the state in which these are the filters of the level, and of those like it."""
        if level is Level.BACKOFFICE:
            return replace(self, filters=filters)
        return replace(self, learning=filters)

    @property
    def view(self) -> View:
        """Return period, buckets and who counts."""
        return self.session.view

    @property
    def figure(self) -> Figure | None:
        """Return the figure that is looked at."""
        return find_figure(self.place.figure) if self.place.figure else None

    def at(self, place: Place) -> State:
        """Return the state at another place; `back` leads here."""
        if place == self.place:
            return self
        return replace(self, place=place, history=(*self.history, self.place))

    def seen(self, view: View) -> State:
        """Return the state with another view."""
        return replace(self, session=replace(self.session, view=view))

    def chosen(self, entities: Mapping[Param, Entity]) -> State:
        """Return the state that remembers what was looked at last on a level."""
        return replace(
            self, session=replace(self.session, chosen={**self.session.chosen, **entities})
        )


@dataclass(frozen=True)
class Answer:
    """What a line gives: the state after it, and the lines to say."""

    state: State
    lines: tuple[str, ...] = ()
    is_over: bool = False
    """Whether it was the last one."""


@dataclass(frozen=True)
class Asked:
    """The question that a place asks, and what of it is answered here and not at the source."""

    figure: Figure
    request: Request
    text: str = ""
    """Part of any shown cell."""
    fields: tuple[tuple[str, str], ...] = ()
    """(column, text that its cell must fit)."""
