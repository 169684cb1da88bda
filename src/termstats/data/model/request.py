"""What is asked of a figure: period, parameters, switches. Hashable, so results can be matched."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias

from termstats.data.model.period import Period


class Param(StrEnum):
    """Parameters of figures; the value is the command line option and the key of links."""

    TRAINING = "training"
    LEARNER = "learner"
    CLASS = "class"
    MODULE = "module"
    ATTEMPT = "attempt"
    ACTIVITY = "activity"
    ACTION = "action"
    FUNCTION = "function"
    PACKAGE = "package"
    OBJECT = "object"
    USER = "user"


class Field(StrEnum):
    """What a filter is about; the value is what a person types before `=`."""

    ACTION = "action"
    PERSON = "person"
    OBJECT = "object"
    PACKAGE = "package"
    FUNCTION = "function"
    GROUP = "group"
    DOMAIN = "domain"
    SUBDOMAIN = "subdomain"
    ERROR = "error"
    DAYS = "days"
    WEEKDAY = "weekday"


OBJECTS = frozenset((Field.OBJECT, Field.PACKAGE, Field.FUNCTION))
"""Fields whose values are objects of the platform."""


@dataclass(frozen=True)
class Entity:
    """One resolved thing: `id` inside the store, `key` as the platform calls it, `name` shown."""

    id: int
    key: str
    name: str


Only: TypeAlias = tuple[Field, tuple[Entity, ...]]
"""A filter of platform use: what it is about, and the things of which it keeps any."""


def written(only: Iterable[Only]) -> tuple[str, ...]:
    """Return filters as `FIELD=VALUE`, as the command line takes them and the dashboard keeps them.

    Values of one field are alternatives; `+` begins a further filter of a field, which must hold
    as well.
    """
    found, before = [], set()
    for field, entities in only:
        plus = "+" if field in before else ""
        before.add(field)
        for entity in entities:
            found.append(f"{plus}{field}={entity.key}")
            plus = ""
    return tuple(found)


@dataclass(frozen=True)
class Request:
    """One question to a figure."""

    period: Period
    entities: tuple[tuple[Param, Entity], ...] = ()
    everybody: bool = False
    """Count everybody, not only counted people."""
    server_clock: bool = False
    """Place events by the server's time where a source has two clocks."""
    by: str = "day"
    """One of `period.BUCKETS`; while a figure is computed, the name of the first column."""
    step: int | None = None
    """Seconds of the buckets that `auto` stands for, in figures with a pace of their own."""
    top: int | None = None
    """Rows of a ranking; None: the figure's own default."""
    action: str | None = None
    filters: tuple[tuple[str, str], ...] = ()
    """Column name -> text that the cell must contain; only paged figures filter at the source."""
    only: tuple[Only, ...] = ()
    """What figures of platform use are narrowed to; all must hold."""
    after: str | None = None
    """Cursor of the page to continue."""
    month: str | None = None
    """Month `YYYY-MM` of the platform's pages that are reconciled; None: the one they open with."""
    hide_archived: bool = False
    """Collaboration: leave out archived and deleted courses and activities, and what is in them."""
    wide: bool = False
    """Layouts of another platform's exports with our own columns behind theirs."""
    limit: int = 200
    """Rows of a page, for paged figures."""

    def param(self, param: Param) -> Entity | str | None:
        """Return the value given for `param`."""
        if param is Param.ACTION:
            return self.action
        return dict(self.entities).get(param)

    def entity(self, param: Param) -> Entity | None:
        """Return the resolved entity given for `param`."""
        return dict(self.entities).get(param)

    def with_entity(self, param: Param, entity: Entity) -> Request:
        """Return the same request about another thing."""
        kept = tuple(pair for pair in self.entities if pair[0] is not param)
        return replace(self, entities=(*kept, (param, entity)), after=None)

    @property
    def words(self) -> tuple[tuple[str, str], ...]:
        """Return the options that ask the same on the command line, in order."""
        found = [(f"--{param}", entity.key) for param, entity in self.entities]
        if self.action:
            found.append(("--action", self.action))
        if self.month:
            found.append(("--month", self.month))
        found += [("--only", text) for text in written(self.only)]
        found.append(("--period", self.period.typed))
        if self.by != "day":
            found.append(("--by", self.by))
        if self.top is not None:
            found.append(("--top", str(self.top)))
        if self.everybody:
            found.append(("--everybody", ""))
        if self.wide:
            found.append(("--wide", ""))
        if self.hide_archived:
            found.append(("--hide-archived", ""))
        if self.server_clock:
            found.append(("--clock", "server"))
        return tuple(found)
