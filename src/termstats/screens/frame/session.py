"""What all screens share, and linear mode too: knows no terminal."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import Protocol

from termstats.data.figures.definition.figure import Level, check_level
from termstats.data.model.audit import Deed
from termstats.data.model.comparison import months_compared, then_of
from termstats.data.model.entity import Entity
from termstats.data.model.errors import NotAllowed
from termstats.data.model.filter_base import Filter
from termstats.data.model.period import Period
from termstats.data.model.records import Record
from termstats.data.model.request import Param
from termstats.data.model.table import Table
from termstats.data.model.units import RowId
from termstats.data.query.auditing import record_table
from termstats.data.query.known_days import known_period
from termstats.data.query.names import names_in_scope
from termstats.data.query.scope import Role, Scope
from termstats.data.query.search import resolve
from termstats.data.store.opening import Store
from termstats.screens.frame.first_period import first_period
from termstats.screens.frame.left_out import missing_records
from termstats.screens.frame.start import Options, StartAt
from termstats.screens.frame.view import View
from termstats.widgets.toast import Toast

SUBJECT = {
    Level.TRAINING: Param.TRAINING,
    Level.LEARNER: Param.LEARNER,
    Level.CLASS: Param.CLASS,
}
"""The thing that a level is about; the other levels are about the whole store."""


@dataclass(frozen=True)
class ClassWindow:
    """The dates of the class that is looked at, as long as no other period is chosen."""

    class_id: RowId
    period: Period
    before: Period
    """What was looked at before."""


@dataclass
class Session:
    """One person looking at one store."""

    store: Store
    scope: Scope
    options: Options
    view: View
    chosen: dict[Param, Entity] = field(default_factory=dict)
    """What was looked at last: the number keys come back to it."""
    filters: tuple[Filter, ...] = ()
    """What the levels of learning are narrowed to."""
    missing: frozenset[Record] = frozenset()
    """What no source of the store records: what shows it is left out."""
    marks_text: bool = False
    """Whether the mouse was left to the terminal for a while, to mark text."""
    window: ClassWindow | None = None
    """The period that a class brought along; None: none did."""
    is_period_chosen: bool = False
    """Whether a period was asked for at the start, which holds for classes too."""
    periods_chosen: frozenset[RowId] = frozenset()
    """Classes that are looked at in a period that was chosen there."""
    without: frozenset[Level] = frozenset()
    """Levels on which there is nothing that the viewer may see: they are not there."""
    notice: str = ""
    """What to say once when the first screen is there."""
    turning: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)
    """Held while other data, or other names of people, take the place of those shown."""
    columns: dict[str, tuple[str, ...]] = field(init=False)
    """Figure -> the columns that its table shows, where that was chosen."""

    def __post_init__(self) -> None:
        self.columns = dict(self.options.columns)

    def may_see(self, level: Level) -> bool:
        """Return whether the viewer has the level at all."""
        try:
            self.check(level)
        except NotAllowed:
            return False
        return True

    def check(self, level: Level) -> None:
        """Check that the viewer has the level at all.

        Raises:
            NotAllowed: it is not for them, or they have nothing on it.
        """
        check_level(self.scope, level)
        if level in self.without:
            raise NotAllowed(
                f"{self.scope.viewer} does not have the {level} level: nothing is on it"
            )

    @property
    def levels(self) -> tuple[Level, ...]:
        """Return the levels that the viewer has."""
        return tuple(level for level in Level if self.may_see(level))

    @property
    def absent_keys(self) -> frozenset[str]:
        """Return the ids of the keys of levels that the viewer does not have."""
        return frozenset(f"level.{level}" for level in Level if level not in self.levels)

    def fitting(self, view: View) -> View:
        """Return a view with the period that figures are answered in."""
        return replace(view, period=known_period(view.period, self.scope))

    def then_of(self, period: Period) -> Period:
        """Return what a series is drawn beside: the period before, of whole months the months."""
        then = months_compared if self.scope.min_group else then_of
        return then(period, self.view.against)

    def record_export(self, table: Table) -> None:
        """Write down whose data leave the dashboard.

        Raises:
            TermstatsError: the audit log cannot be written; they must not leave.
        """
        record_table(self.store, self.scope, table, Deed.EXPORTED)

    def may_choose(self, level: Level) -> bool:
        """Return whether the viewer may look at more than one thing on the level."""
        return not (level is Level.LEARNER and self.scope.role is Role.LEARNER)


class Dashboard(Protocol):
    """What screens may ask of the app that shows them."""

    session: Session

    toast: Toast | None

    def look(self, view: View) -> None:
        """Look at everything in another way."""

    def show_toast(self, toast: Toast | None) -> None:
        """Say something above the last line."""

    def place_toast(self) -> None:
        """Show what is said on the screen that has come into sight."""


async def begin(store: Store, scope: Scope, start: StartAt, options: Options) -> Session:
    """Return a session with everything resolved that the command line named.

    Raises:
        UsageError: unknown period, id or name.
        NotAllowed: the viewer may not see it.
    """
    period, notice = await first_period(start.period, store, scope)
    missing = await missing_records(store)
    by_server = options.server_clock and store.info.two_clocks
    view = View(period, server_clock=by_server, stalled_days=options.stalled_days)
    without = await levels_without(store, scope)
    session = Session(store, scope, options, view, missing=missing, without=without, notice=notice)
    session.view = session.fitting(view)
    session.is_period_chosen = bool(start.period)
    for param, text in start.keys:
        session.chosen[param] = await resolve(store, scope, param, text)
    if scope.role is Role.LEARNER and scope.people is not None:
        session.chosen[Param.LEARNER] = await resolve(store, scope, Param.LEARNER, scope.viewer)
    return session


async def levels_without(store: Store, scope: Scope) -> frozenset[Level]:
    """Return the levels on which a viewer who does not see everything has nothing at all."""
    if scope.is_everything:
        return frozenset()
    entries = (await names_in_scope(store, scope)).entries
    without = {level for level, param in SUBJECT.items() if not entries[param]}
    if {Level.TRAINING, Level.LEARNER} <= without:
        without.add(Level.GLOBAL)
    return frozenset(without)
