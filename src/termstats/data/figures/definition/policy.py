"""What a figure declares about itself beside its numbers: whom it counts, what narrows it, ways on.

Screens and commands read it from the figure and ask nothing about its id.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from termstats.data.model.filter_base import Field
from termstats.data.model.request import Param

Pairs: TypeAlias = tuple[tuple[str, str], ...]


class Counts(StrEnum):
    """Whom a figure counts, and with that whether in whole days or by the moment."""

    LEARNERS = "learners"
    """Counted people of the learning platform, in whole days."""
    ACTORS = "actors"
    """Whoever acts on the platform, staff too, in any part of a day."""


class Option(StrEnum):
    """Switches that hold in some figures only; the value is the command line option."""

    MONTH = "month"
    """Of one month of the platform's own pages."""
    WIDE = "wide"
    """Our own columns behind those of another platform's layout."""
    HIDE_ARCHIVED = "hide-archived"
    """Without what is archived or deleted."""
    AGAINST = "against"
    """What its changes are since: the period before, or a year before."""
    STALLED_DAYS = "stalled-days"
    """After how many days without activity a training counts as stalled."""
    TOP = "top"
    """A ranking, which adds the rest up; other lists only end there."""


COMPARING = frozenset((Option.AGAINST,))
"""The options of headline numbers."""
RANKING = frozenset((Option.TOP,))
"""The options of rankings."""
OF_TRAININGS = frozenset((Field.TRAINING, Field.KIND))
"""Filters that say which trainings are meant."""
OF_LEARNING = frozenset((Field.PERSON, Field.GROUP)) | OF_TRAININGS
"""Filters of all figures of the four levels of learning, whatever else they know."""
ANY_FILTER = frozenset(Field) - OF_TRAININGS
"""Filters of figures of platform use: everything has a meaning there but trainings."""
WHO_AND_WHEN = frozenset((Field.PERSON, Field.GROUP, Field.DAYS, Field.WEEKDAY))
"""Filters of figures of learners' contributions."""
NO_FILTER: frozenset[Field] = frozenset()

SERIES = ""
"""Stands for the name of the chosen series, where a column is asked for."""


@dataclass(frozen=True)
class Details:
    """How a row of the backoffice becomes filters, and the figure that shows what is left.

    An empty cell of a pair means that the row stands for several: there are no details.
    """

    target: str
    """The figure of the details."""
    filters: tuple[tuple[Field, str], ...] = ()
    """(what the filter is about, the column that holds its value)."""
    of_days: bool = False
    """Whether the first column is the day, week or month, and becomes a filter too."""
    first_only: bool = False
    """Whether the first pair with a value stands for the row, and empty cells are passed over."""
    series: Field | None = None
    """The filter that the chosen series of a chart becomes; its name is the value."""
    row_search: tuple[str, str] | None = None
    """Column of the target and column here, or SERIES: rows of the target with just that value."""
    numbers: tuple[tuple[str, tuple[str, str]], ...] = ()
    """Chosen column here -> column and text of the target's rows: what the number counts."""
    all_time: bool = False
    """Whether the details are of all time: within the period there are none."""
    needs: str = ""
    """Column without which a row leads nowhere."""
    why_nothing: str = "This row stands for several"
    """What is said of a row that leads nowhere."""


@dataclass(frozen=True)
class StartRow:
    """Where the cursor starts: at what was chosen, else at what went wrong; needs a column `state`.

    The first failed row, else that with most failed modules, else the worst `score`, both of those
    with a value in the column `tried`.
    """

    tried: str
    chosen: Param | None = None
    """What was chosen on the way here, whose row comes before all; its ids are in `PARAM_id`."""


@dataclass(frozen=True)
class PlatformPages:
    """The pages of a platform that a figure compares with our numbers."""

    platform: str
    """As `source.platform` says."""
    words: str = "dashboard"
    """What the page about everything is called."""
    monthly: bool = False
    """Whether the pages are of a calendar month; else they are of the period."""
    of_things: bool = False
    """Whether there are pages about a training, a class or a learner too."""
    opens_with: tuple[int, int] | None = None
    """Days before today with which the page about everything opens, and one about a thing.

    Where nobody asks for a period. None: as other figures.
    """
