"""One question: who asks, about which period, what it is narrowed to. Knows no connection."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property
from typing import NamedTuple, TypedDict, Unpack
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, FromClause, case

from termstats.data.model.comparison import Against, compared, is_before, months_compared
from termstats.data.model.entity import Entity
from termstats.data.model.filter_base import Filter
from termstats.data.model.filters import GroupFilter, KindFilter, PeopleFilter, TrainingFilter
from termstats.data.model.period import Period, day_number, day_start
from termstats.data.model.request import Param, Request
from termstats.data.model.units import DayNumber, RowId, Second
from termstats.data.query.scope import Scope
from termstats.data.store.opening import StoreInfo
from termstats.data.store.schema import CLOCK_DEVICE, CLOCK_SERVER


class Changes(TypedDict, total=False):
    """What another question may ask otherwise; see `Request`."""

    period: Period
    everybody: bool
    server_clock: bool
    by: str
    step: int | None
    top: int | None


class ClassSet(NamedTuple):
    """Classes whose (member, training) pairs narrow a question."""

    ids: frozenset[RowId]
    of_scope: bool
    """Whether members are those of the as-of moment, whom the viewer may see; else the period's."""


@dataclass(frozen=True)
class Resolved:
    """What only the database tells of a question; it also holds for every narrower focus."""

    focus_classes: frozenset[RowId] | None = None
    """The class in focus and its sub-classes; None: no class is in focus."""
    classes_by_training: Mapping[RowId, frozenset[RowId]] = field(default_factory=dict)
    """Training id -> the classes in question that take it."""
    classes_by_group: Mapping[RowId, frozenset[RowId]] = field(default_factory=dict)
    """Class that a filter names -> it and all its sub-classes."""
    trainings_by_kind: Mapping[str, frozenset[RowId]] = field(default_factory=dict)
    """Kind of trainings that a filter names -> all trainings of it; of none that is gone since."""
    objects_share_events: bool = False
    """Whether one event may be about several of the objects that filters ask for."""
    strangers_acted: bool = False
    """Whether people out of scope did something in the trainings in scope."""


@dataclass(frozen=True)
class Question:
    """Who asks what. Equal questions to one store have equal answers."""

    scope: Scope
    request: Request
    info: StoreInfo = field(compare=False)
    resolved: Resolved = field(default=Resolved(), compare=False)

    def asking(
        self,
        *,
        without: Collection[type[Filter]] = (),
        focus: Collection[Param] | None = None,
        **changes: Unpack[Changes],
    ) -> Question:
        """Return the question that differs in some things.

        Args:
            without: kinds of filters that are taken off.
            focus: parameters that stay in focus; None: all.
            changes: what else is asked otherwise, by its name in `Request`.
        """
        if "by" in changes:
            # Other buckets are not cut by the size of those that were asked for.
            changes.setdefault("step", None)
        request = replace(self.request, **changes)
        if without:
            off = tuple(without)
            filters = tuple(each for each in request.filters if not isinstance(each, off))
            request = replace(request, filters=filters)
        if focus is not None:
            entities = tuple(pair for pair in request.entities if pair[0] in focus)
            request = replace(request, entities=entities)
        return replace(self, request=request)

    @property
    def zone(self) -> ZoneInfo:
        """Return the reporting zone."""
        return self.info.zone

    @property
    def period(self) -> Period:
        """Return the reporting period."""
        return self.request.period

    @cached_property
    def so_far(self) -> Period:
        """Return what is over of the period: up to as-of; all of one that has not begun."""
        return self.info.so_far(self.period)

    @property
    def then(self) -> Period:
        """Return what the period is compared with: as much of it as is over.

        Of whoever sees no small groups all of it: a part of a month would tell of few people.
        """
        if self.scope.min_group:
            return months_compared(self.period, self.request.against)
        return compared(self.period, self.so_far, self.request.against)

    @property
    def nothing_then(self) -> bool:
        """Return whether the data begin only after the year before that is compared."""
        first = self.info.coverage[0] if self.info.has_events else None
        return self.request.against is Against.YEAR and is_before(self.then, first)

    @cached_property
    def end(self) -> Second:
        """Return T, the moment at which states are taken: the period's end, never after as-of.

        In seconds since 1970, the first second after.
        """
        return min(self.period.seconds(self.zone)[1], Second(self.info.as_of + 1))

    @cached_property
    def last_day(self) -> DayNumber:
        """Return the number of the last day that counts: the period's, never after as-of."""
        return min(day_number(self.period.last), day_number(self.info.today))

    @cached_property
    def day_range(self) -> tuple[DayNumber, DayNumber]:
        """Return first and last day number that count; none where the period has not begun."""
        last = self.last_day
        return min(day_number(self.period.first), DayNumber(last + 1)), last

    @cached_property
    def seconds(self) -> tuple[Second, Second]:
        """Return the half-open range of moments that count; empty where the period has not begun.

        Of whole days to the end of the as-of day, as day tables know no parts of days.
        """
        start, end = self.period.seconds(self.zone)
        over = Second(self.info.as_of + 1)
        if self.period.exact is None:
            over = day_start(self.info.today + timedelta(days=1), self.zone)
        return start, max(start, min(end, over))

    @property
    def clock(self) -> int:
        """Return the clock of the day tables to read."""
        both = self.request.server_clock and self.info.two_clocks
        return CLOCK_SERVER if both else CLOCK_DEVICE

    @property
    def training(self) -> Entity | None:
        """Return the training in focus."""
        return self.request.entity(Param.TRAINING)

    @property
    def learner(self) -> Entity | None:
        """Return the learner in focus."""
        return self.request.entity(Param.LEARNER)

    @property
    def by_person(self) -> bool:
        """Return whether only some people are asked about, so that day totals cannot answer."""
        some = self.learner or self.scope.people is not None or self.picks_people
        return bool(some or self.class_sets() or self.resolved.strangers_acted)

    @property
    def is_cut(self) -> bool:
        """Return whether the viewer sees some trainings of people, and of them nothing else."""
        return self.scope.trainings is not None or self.scope.classes is not None

    @property
    def picks_people(self) -> bool:
        """Return whether a filter asks for some people."""
        return self.request.has_filter(PeopleFilter, GroupFilter)

    @property
    def counts_all(self) -> bool:
        """Return whether the population is everybody.

        One learner asked for by name is shown, counted or not.
        """
        named = self.learner is not None or self.scope.people is not None
        return self.request.everybody or named

    def class_sets(self) -> list[ClassSet]:
        """Return the sets of classes whose (member, training) pairs narrow the question."""
        has_focus = self.request.entity(Param.CLASS) is not None
        in_focus = self.resolved.focus_classes if has_focus else None
        sets = ((self.scope.classes, True), (in_focus, False))
        return [ClassSet(ids, of_scope) for ids, of_scope in sets if ids is not None]

    def training_sets(self) -> list[frozenset[RowId]]:
        """Return the sets of trainings that narrow the question."""
        sets = [self.scope.trainings] if self.scope.trainings is not None else []
        if self.training is not None:
            sets.append(frozenset((self.training.id,)))
        sets += [frozenset(each.ids) for each in self.request.filters_of(TrainingFilter)]
        of_kind = self.resolved.trainings_by_kind
        for each in self.request.filters_of(KindFilter):
            sets.append(frozenset().union(*(of_kind[kind] for kind in each.values)))
        return sets

    def people_sets(self) -> list[frozenset[RowId]]:
        """Return the sets of people that narrow the question."""
        sets = [self.scope.people] if self.scope.people is not None else []
        if self.learner is not None:
            sets.append(frozenset((self.learner.id,)))
        return sets

    def key_of(self, table: FromClause) -> ColumnElement[str]:
        """Return the id that a person uses: the platform's own, with its source if several."""
        if len(self.info.sources) < 2:
            return table.c.key
        names = {source.id: f"{source.name}:" for source in self.info.sources}
        return case(names, value=table.c.source_id, else_="") + table.c.key
