"""The kinds of filters: what each keeps. `query.filters` does it to tables."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from termstats.data.model.filter_base import EntityFilter, Field, Filter, NameFilter
from termstats.data.model.period import Period
from termstats.data.model.weekdays import WEEKDAYS


@dataclass(frozen=True)
class PeopleFilter(EntityFilter):
    """Only what these people did."""

    field = Field.PERSON


@dataclass(frozen=True)
class GroupFilter(EntityFilter):
    """Only what the members of these groups did, of their sub-groups too."""

    field = Field.GROUP


@dataclass(frozen=True)
class TrainingFilter(EntityFilter):
    """Only what happened in these trainings, and who is enrolled in one of them."""

    field = Field.TRAINING


@dataclass(frozen=True)
class KindFilter(NameFilter):
    """As a training filter, of the trainings of these kinds: lesson, quiz, course..."""

    field = Field.KIND


@dataclass(frozen=True)
class ObjectFilter(EntityFilter):
    """Only what is about these objects of the platform, or about what is inside them."""

    field = Field.OBJECT


@dataclass(frozen=True)
class PackageFilter(ObjectFilter):
    """An object filter of packages: they hold functions."""

    field = Field.PACKAGE


@dataclass(frozen=True)
class FunctionFilter(ObjectFilter):
    """An object filter of functions."""

    field = Field.FUNCTION


@dataclass(frozen=True)
class ActionFilter(NameFilter):
    """Only actions called so; `*` stands for any text."""

    field = Field.ACTION

    def fits(self, shown: str) -> bool:
        """Return whether an action is called so, by its name as it is shown."""
        return any(is_called(shown, name) for name in self.names)


@dataclass(frozen=True)
class ErrorFilter(NameFilter):
    """Only errors of these groups, and what ended with one."""

    field = Field.ERROR


@dataclass(frozen=True)
class PlaceFilter(NameFilter):
    """Only what happened in these places; the two kinds of places follow."""


@dataclass(frozen=True)
class DomainFilter(PlaceFilter):
    """Only what happened on these domains."""

    field = Field.DOMAIN


@dataclass(frozen=True)
class SubdomainFilter(PlaceFilter):
    """Only what happened on these subdomains."""

    field = Field.SUBDOMAIN


@dataclass(frozen=True)
class DaysFilter(Filter):
    """Only what happened on these days, or in these parts of days. Make it with `of_days`."""

    values: tuple[Period, ...]
    field = Field.DAYS

    @property
    def typed(self) -> tuple[str, ...]:
        """Return the days, or the moments with their offsets where a clock is put back."""
        return tuple(period.typed if period.exact else period.dates for period in self.values)

    @property
    def names(self) -> tuple[str, ...]:
        """Return the days with the weekday of a single one, without the year of a last one."""
        return tuple(map(_days_name, self.values))


@dataclass(frozen=True)
class WeekdayFilter(Filter):
    """Only what happened on these days of the week: places in WEEKDAYS."""

    values: tuple[int, ...]
    field = Field.WEEKDAY

    @property
    def typed(self) -> tuple[str, ...]:
        """Return the names of the days."""
        return tuple(WEEKDAYS[weekday] for weekday in self.values)

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the days."""
        return self.typed


FILTERS: Mapping[Field, type[Filter]] = {
    kind.field: kind
    for kind in (
        *(ActionFilter, PeopleFilter, ObjectFilter, PackageFilter, FunctionFilter, GroupFilter),
        *(TrainingFilter, KindFilter, DomainFilter, SubdomainFilter, ErrorFilter),
        *(DaysFilter, WeekdayFilter),
    )
}
"""Field -> the kind of filter about it."""


def of_days(period: Period) -> DaysFilter:
    """Return the filter of a period, without the words by which somebody chose it."""
    return DaysFilter((replace(period, words=""),))


def is_called(name: str, pattern: str) -> bool:
    """Return whether a name is `pattern`, in which `*` stands for any text."""
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), name, re.DOTALL) is not None


def _days_name(period: Period) -> str:
    if period.exact:
        return period.exact.short
    if period.days == 1:
        return f"{period.first:%a} {period.first}"
    return f"{period.first}..{period.last:%m-%d}"
