"""What is asked of a figure: period, parameters, switches. Hashable, so results can be matched."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

from termstats.data.model.comparison import Against
from termstats.data.model.enrolment_path import STALLED_DAYS
from termstats.data.model.entity import Entity
from termstats.data.model.filter_base import Filter
from termstats.data.model.filter_writing import written
from termstats.data.model.period import Period

Kind = TypeVar("Kind", bound=Filter)


class Param(StrEnum):
    """Parameters of figures; the value is the command line option and the key of links."""

    TRAINING = "training"
    LEARNER = "learner"
    CLASS = "class"
    MODULE = "module"
    ATTEMPT = "attempt"
    ACTIVITY = "activity"
    ACTION = "action"
    VERSION = "version"
    QUESTION = "question"
    FUNCTION = "function"
    PACKAGE = "package"
    OBJECT = "object"
    USER = "user"


WORDS = (Param.ACTION, Param.VERSION, Param.QUESTION)
"""Parameters that are words, no things with an id."""
EVERY_VERSION = "all"
"""The word for --version that asks for old versions too."""


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
    version: str | None = None
    """Of this version of a training, or of every one; None: of what is current."""
    question: str | None = None
    """Of this question: the platform's own id, as lists of questions have it."""
    filters: tuple[Filter, ...] = ()
    """What figures of platform use are narrowed to; all must hold."""
    row_search: tuple[tuple[str, str], ...] = ()
    """Column name -> text that the cell must contain; only paged figures search at the source."""
    after: str | None = None
    """Cursor of the page to continue."""
    month: str | None = None
    """Month `YYYY-MM` of the platform's pages that are reconciled; None: the one they open with."""
    as_opened: bool = False
    """The platform's pages with the period that they open with: nobody asked for another."""
    hide_archived: bool = False
    """Collaboration: leave out archived and deleted courses and activities, and what is in them."""
    wide: bool = False
    """Layouts of another platform's exports with our own columns behind theirs."""
    stalled_days: int = STALLED_DAYS
    """Days without activity after which a training that was begun counts as stalled."""
    against: Against = Against.BEFORE
    """What changes are since."""
    limit: int = 200
    """Rows of a page, for paged figures."""
    blocks: bool = False
    """Lists of enrolments have a column of module blocks: screens show it, files do not."""

    def param(self, param: Param) -> Entity | str | None:
        """Return the value given for `param`."""
        if param in WORDS:
            return self.word(param)
        return dict(self.entities).get(param)

    def word(self, param: Param) -> str | None:
        """Return the word given for one of `WORDS`."""
        words = (self.action, self.version, self.question)
        return dict(zip(WORDS, words, strict=True))[param]

    def with_word(self, param: Param, word: str | None) -> Request:
        """Return the same request with another word for one of `WORDS`."""
        words = {each: self.word(each) for each in WORDS} | {param: word}
        action, version, question = (words[each] for each in WORDS)
        return replace(self, action=action, version=version, question=question)

    def entity(self, param: Param) -> Entity | None:
        """Return the resolved entity given for `param`."""
        return dict(self.entities).get(param)

    def with_entity(self, param: Param, entity: Entity) -> Request:
        """Return the same request about another thing."""
        others = tuple(pair for pair in self.entities if pair[0] is not param)
        return replace(self, entities=(*others, (param, entity)), after=None)

    def filters_of(self, kind: type[Kind]) -> list[Kind]:
        """Return the filters of one kind."""
        return [each for each in self.filters if isinstance(each, kind)]

    def has_filter(self, *kinds: type[Filter]) -> bool:
        """Return whether there is a filter of any of these kinds."""
        return any(isinstance(each, kinds) for each in self.filters)

    @property
    def words(self) -> tuple[tuple[str, str], ...]:
        """Return the options that ask the same on the command line, in order."""
        options = [(f"--{param}", entity.key) for param, entity in self.entities]
        typed = [*((f"--{param}", self.word(param)) for param in WORDS), ("--month", self.month)]
        options += [(option, text) for option, text in typed if text]
        options += [("--only", text) for text in written(self.filters)]
        if not self.as_opened:
            options.append(("--period", self.period.typed))
        if self.by != "day":
            options.append(("--by", self.by))
        if self.top is not None:
            options.append(("--top", str(self.top)))
        if self.everybody:
            options.append(("--everybody", ""))
        if self.wide:
            options.append(("--wide", ""))
        if self.hide_archived:
            options.append(("--hide-archived", ""))
        if self.stalled_days != STALLED_DAYS:
            options.append(("--stalled-days", str(self.stalled_days)))
        if self.against is not Against.BEFORE:
            options.append(("--against", str(self.against)))
        if self.server_clock:
            options.append(("--clock", "server"))
        return tuple(options)
