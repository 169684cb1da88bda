"""What all filters share: what one is about, its values, and how these are written.

A filter keeps what fits any of its values; of several filters all must hold. Text is read once, at
the edge, by `query.filter_text`: from here on nobody parses. What a filter does to tables is in
`query.filters`. Not to be confused with a row search, which narrows the rows that are shown.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, ClassVar, Self

from termstats.data.model.entity import Entity
from termstats.data.model.text import clean
from termstats.data.model.units import RowId

_NAMED = 3
"""Values of one filter that the state line names."""


class Field(StrEnum):
    """What a filter is about; the value is what a person types before `=`."""

    ACTION = "action"
    PERSON = "person"
    OBJECT = "object"
    PACKAGE = "package"
    FUNCTION = "function"
    GROUP = "group"
    TRAINING = "training"
    KIND = "kind"
    DOMAIN = "domain"
    SUBDOMAIN = "subdomain"
    ERROR = "error"
    DAYS = "days"
    WEEKDAY = "weekday"


OBJECTS = frozenset((Field.OBJECT, Field.PACKAGE, Field.FUNCTION))
"""Fields whose values are objects of the platform."""


@dataclass(frozen=True)
class Filter:
    """What all filters share. Each kind says what its values are and how they are written."""

    values: tuple[Any, ...]
    """Alternatives, at least one, each once."""
    field: ClassVar[Field]

    def either(self, other: Filter) -> Self:
        """Return the filter that keeps what this one or another of the same kind keeps."""
        return replace(self, values=tuple(dict.fromkeys((*self.values, *other.values))))

    @property
    def typed(self) -> tuple[str, ...]:
        """Return the values as they are typed after `FIELD=`, without quotes."""
        raise NotImplementedError

    @property
    def names(self) -> tuple[str, ...]:
        """Return the values as a person reads them."""
        raise NotImplementedError

    @property
    def words(self) -> str:
        """Return the filter as a person reads it: `person ana or bo`."""
        names = self.names
        if len(names) > _NAMED:
            names = (*names[: _NAMED - 1], f"{len(names) - _NAMED + 1} more")
        return f"{self.field} {' or '.join(names)}"


@dataclass(frozen=True)
class EntityFilter(Filter):
    """A filter whose values are things of the store."""

    values: tuple[Entity, ...]

    @property
    def typed(self) -> tuple[str, ...]:
        """Return the keys."""
        return tuple(entity.key for entity in self.values)

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names."""
        return tuple(entity.name for entity in self.values)

    @property
    def ids(self) -> list[RowId]:
        """Return the ids inside the store."""
        return [entity.id for entity in self.values]


@dataclass(frozen=True)
class NameFilter(Filter):
    """A filter whose values are words of the platform, as it writes them."""

    values: tuple[str, ...]

    @property
    def typed(self) -> tuple[str, ...]:
        """Return the words as they are."""
        return self.values

    @property
    def names(self) -> tuple[str, ...]:
        """Return the words made safe to show."""
        return tuple(clean(name) for name in self.values)
