"""What the whole dashboard is looking at: period, bucket, who counts, which clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from termstats.data.figures.definition.figure import Figure
from termstats.data.figures.definition.policy import Option
from termstats.data.model.buckets import calendar_bucket
from termstats.data.model.comparison import Against
from termstats.data.model.enrolment_path import STALLED_DAYS
from termstats.data.model.entity import Entity
from termstats.data.model.filter_base import Filter
from termstats.data.model.part import Part
from termstats.data.model.period import BUCKETS, Period
from termstats.data.model.request import WORDS, Param, Request
from termstats.data.query.scope import Scope
from termstats.data.store.opening import StoreInfo

FILTERS = "screen.filters"
"""The action that asks for filters."""

Entities = Mapping[Param, Entity]
"""What is chosen on a screen. An action is kept as an entity whose key is the action's word."""


@dataclass(frozen=True)
class View:
    """The switches that hold on every screen."""

    period: Period
    by: str = ""
    """One of `period.BUCKETS`, once chosen; empty: days, of long periods weeks or months."""
    everybody: bool = False
    server_clock: bool = False
    hide_archived: bool = False
    """In figures that tell what is archived or deleted from the rest."""
    stalled_days: int = STALLED_DAYS
    """Days without activity after which a training that was begun counts as stalled."""
    against: Against = Against.BEFORE
    """What changes are since, and what stands beside series that are compared."""
    compared: frozenset[str] = field(default=frozenset(), compare=False)
    """Figures whose series have what they are compared with beside them; no other one changes."""

    @property
    def bucket(self) -> str:
        """Return the bucket of series: the chosen one, else the one that suits the period."""
        return self.by or calendar_bucket(self.period.days)

    def next_bucket(self) -> View:
        """Return the view by the next larger bucket, after months by what suits the period."""
        return replace(self, by=BUCKETS[(BUCKETS.index(self.bucket) + 1) % len(BUCKETS)])

    def request(self, figure: Figure, entities: Entities) -> Request:
        """Return the question to `figure` about the chosen things that it needs."""
        words = {p: entities[p].key for p in WORDS if p in entities and p in figure.params}
        return Request(
            period=self.period,
            entities=tuple(
                (param, entities[param])
                for param in figure.params
                if param in entities and param not in WORDS
            ),
            everybody=self.everybody,
            server_clock=self.server_clock,
            by=self.bucket,
            hide_archived=self.hide_archived and Option.HIDE_ARCHIVED in figure.options,
            stalled_days=(
                self.stalled_days if Option.STALLED_DAYS in figure.options else STALLED_DAYS
            ),
            against=self.against if Option.AGAINST in figure.options else Against.BEFORE,
            action=words.get(Param.ACTION),
            version=words.get(Param.VERSION),
            question=words.get(Param.QUESTION),
        )


def store_mark(info: StoreInfo, scope: Scope) -> str:
    """Return `SAMPLE`, or the day of the copy that a store file is."""
    day = "" if scope.min_group else f"{info.today.day} "
    return "SAMPLE" if info.is_sample else f"SNAPSHOT {day}{info.today:%b}"


def filter_chips(
    figure: Figure, lasting: Sequence[Filter], chips: Sequence[Filter] = ()
) -> tuple[str, ...]:
    """Return the filters as the state line says them for one figure, those of details in brackets.

    What narrows nothing in that figure stands apart: `not here: package Geo`.
    """
    meant = figure.filters
    holding = ", ".join(each.words for each in lasting if each.field in meant)
    parts = [Part(f"only {holding}", FILTERS)] if holding else []
    parts += [Part(f"[{each.words}]", FILTERS) for each in chips if each.field in meant]
    idle = [each.words for each in (*lasting, *chips) if each.field not in meant]
    if idle:
        parts.append(Part(f"not here: {', '.join(dict.fromkeys(idle))}", FILTERS))
    return tuple(parts)
