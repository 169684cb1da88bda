"""What a figure is: its name and its policy, what it needs, what it gives, and who may see it."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from termstats.data.figures.definition.level import Level as Level
from termstats.data.figures.definition.level import Place as Place
from termstats.data.figures.definition.level import SideScreen as SideScreen
from termstats.data.figures.definition.policy import (
    NO_FILTER,
    Counts,
    Details,
    Option,
    Pairs,
    PlatformPages,
    StartRow,
)
from termstats.data.model.buckets import Pace
from termstats.data.model.doors import Doors
from termstats.data.model.errors import NotAllowed
from termstats.data.model.filter_base import Field
from termstats.data.model.plural import noun_of
from termstats.data.model.records import Record
from termstats.data.model.request import Param
from termstats.data.model.sentence import Wording
from termstats.data.model.table import Below, Cell, Chart, Column, Destination, Kind
from termstats.data.query.query import Query
from termstats.data.query.scope import Scope
from termstats.data.store.opening import StoreInfo


@dataclass
class Rows:
    """What a figure's function returns.

    Cells may be day numbers in DATE columns and seconds UTC in MOMENT columns. `columns` replaces
    the figure's own where they depend on the data.
    """

    rows: Sequence[Sequence[Cell]]
    columns: tuple[Column, ...] | None = None
    row_kinds: tuple[Kind, ...] = ()
    chart: Chart | None = None
    empty: str = ""
    summary: str = ""
    after: str | None = None
    keys: Sequence[str] = ()
    people: Sequence[str] = ()
    """Ids of people whom rows name, where no column holds them: the audit log needs them."""
    opens: bool = True
    """Whether its numbers open what the figure says: not where it is asked so that no list fits."""


OF_GROUPS = (Level.GLOBAL, Level.TRAINING, Level.CLASS)
"""Levels on which numbers about groups of people stand."""
Compute: TypeAlias = Callable[[Query], Awaitable[Rows]]


CountPeople: TypeAlias = Callable[[Query, int], Awaitable[int | None]]
"""A question to a list, and a number -> how many people the list has, at most that many."""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One figure: what it is called, what it needs, what it gives, and where its numbers lead."""

    id: str
    title: str
    level: Place
    columns: tuple[Column, ...]
    compute: Compute
    needs: tuple[Param, ...] = ()
    takes: tuple[Param, ...] = ()
    """What may narrow it further."""
    chart: Chart | None = None
    unit: str = ""
    row: str = ""
    """What one row is, in the singular, where neither the unit of a list nor the first column says
    it: see `noun`."""
    paged: bool = False
    """Rows come a page at a time; `Request.after` continues."""
    pace: Pace | None = None
    """Which automatic buckets it has; None: days, weeks or months."""
    counts: Counts = Counts.LEARNERS
    filters: frozenset[Field] = NO_FILTER
    """What it can be narrowed by; other filters have no meaning in it."""
    options: frozenset[Option] = frozenset()
    """Switches that have a meaning in it."""
    lead: tuple[str, ...] = ()
    """Columns that come first in a pane too narrow for all; exports keep the figure's own order."""
    row_opens: Destination | None = None
    """What a row opens."""
    skips_single_row: bool = False
    """Whether what the only row opens is shown at once, instead of one row."""
    behind: Doors = ()
    """What lies behind its numbers."""
    details: Details | None = None
    """What a row is narrowed to in the backoffice, and where that is shown."""
    lists: Field | None = None
    """The field of filters whose values are its rows: `details` says which column holds them, its
    chart which the names and counts; else they are in its first columns of each kind."""
    record: Record | None = None
    """What a source has to record, or there is nothing to show; None: any source has it."""
    pane: str = ""
    """The figure about the current row that stands beside the table where there is room."""
    below: Below | None = None
    """What stands below its rows, in the same panel, where there is room."""
    of_single_people: bool = False
    """Whether it holds what single people wrote or did, though none is named in a column."""
    start: StartRow | None = None
    """Where the cursor starts; None: at the top."""
    cards: Pairs = ()
    """(card, figure that explains it), of a figure whose rows are the cards of its level.

    What matters most comes first; the rows of the figure keep their own order.
    """
    sentence: tuple[Wording, ...] = ()
    """What its cards say in one sentence, the longest wording first."""
    sparks: Pairs = ()
    """(card, own column): cards of its level that draw the course of its numbers."""
    count_people: CountPeople | None = None
    """Of a list behind numbers: how many people are in it, without making it.

    None, or that it gives None: the list is made and counted.
    """
    pages: PlatformPages | None = None
    """The platform's pages that it compares with our numbers."""

    @property
    def params(self) -> tuple[Param, ...]:
        """Return what it can be asked about."""
        return tuple(dict.fromkeys((*self.needs, *self.takes)))

    @property
    def noun(self) -> str:
        """Return what one row is: `learner`, `action`, `day`."""
        if self.row:
            return self.row
        if self.unit and self.chart is None:
            return noun_of(self.unit)
        return next(each.name for each in self.columns if each.kind is not Kind.IDENT)

    @property
    def definition(self) -> str:
        """Return what `i` shows: the docstring of the function."""
        return inspect.getdoc(self.compute) or ""

    @property
    def by_moment(self) -> bool:
        """Return whether it counts in parts of days; else in whole days."""
        return self.counts is Counts.ACTORS


def check_level(scope: Scope, level: Place) -> None:
    """Check that the viewer has this level at all.

    Raises:
        NotAllowed: learners see only their own screen; the backoffice and what a platform shows
            are for administrators.
    """
    if scope.people is not None and level is not Level.LEARNER:
        raise NotAllowed(f"{scope.viewer} is a learner and sees only their own learner screen")
    if scope.min_group and level not in OF_GROUPS:
        whose = f"{scope.viewer} sees" if scope.viewer else "here are"
        raise NotAllowed(
            f"the {level} level tells of single people; {whose} only numbers about "
            f"{scope.min_group} people or more"
        )
    if not scope.is_everything and level in (Level.BACKOFFICE, SideScreen.RECONCILE):
        what = "the backoffice" if level is Level.BACKOFFICE else "reconciliation"
        raise NotAllowed(f"{what} is for administrators; {scope.viewer} is a {scope.role}")


def check_compared(info: StoreInfo, level: Place) -> None:
    """Check that the pages of a platform are not compared where people have pseudonyms.

    Raises:
        NotAllowed: they would be; what a platform says of people is kept by their names.
    """
    if info.is_demo and level is SideScreen.RECONCILE:
        raise NotAllowed("reconciliation is with people's names: end the pseudonyms first")
