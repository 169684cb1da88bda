"""What a training of Opigno is made of: steps, modules and their activities."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property

from termstats.data.model.units import RowId

MODULE, COURSE, ILT, MEETING = "module", "course", "ilt", "meeting"
SESSIONS = (ILT, MEETING)


@dataclass(frozen=True)
class OpignoItem:
    """An activity of a module."""

    id: int
    title: str
    type: str
    max_score: float
    published: bool
    manual: bool


@dataclass(frozen=True)
class OpignoModule:
    """A module as the platform has it, wherever it is used."""

    id: int
    title: str
    keep: str
    draws: int | None
    """How many activities each attempt draws at random; None: all."""
    items: tuple[OpignoItem, ...]
    badge: str | None = None
    badge_when_passed: bool = False

    @property
    def max_score(self) -> float:
        """Return the points of all activities."""
        return sum(item.max_score for item in self.items)

    @cached_property
    def places(self) -> dict[int, int]:
        """Return activity -> its place in `items`."""
        return {item.id: place for place, item in enumerate(self.items)}


@dataclass
class OpignoStep:
    """A module, course or session at its place in a training."""

    kind: str
    entity: int
    title: str
    training_id: RowId
    mandatory: bool
    min_score: float | None
    """Percent; None: unknown, all activities answered is enough."""
    content: int = 0
    """Its row in opigno_group_content, which links name; 0 when it is gone."""
    module: OpignoModule | None = None
    parts: list[OpignoStep] = field(default_factory=list)
    """Modules of a course."""
    links: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    """Links between the modules of a course, as in `Training.links`."""
    id: RowId = RowId(0)
    activities: dict[int, RowId] = field(default_factory=dict)
    """Activity of the platform -> of the store."""
    questions: dict[int, RowId] = field(default_factory=dict)
    slots: tuple[RowId, ...] = ()
    """Places of a random module: what counts for progress instead of its activities."""
    presence: RowId | None = None
    """The activity that stands for being present at a session."""


@dataclass
class Training:
    """A training, and what its enrolments and results need to know."""

    gid: int
    id: RowId
    title: str
    exists: bool
    guided: bool = False
    certificate: int | None = None
    months: int | None = None
    """Certificates end after so many months; None: never."""
    steps: list[OpignoStep] = field(default_factory=list)
    links: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    """Step (its content row) -> (required score, next step)."""
    places: dict[int, list[OpignoStep]] = field(default_factory=lambda: defaultdict(list))
    """Module -> where it stands, direct steps first."""
    sessions: dict[tuple[str, int], OpignoStep] = field(default_factory=dict)
