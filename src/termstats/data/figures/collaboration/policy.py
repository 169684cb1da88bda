"""What all figures of collaboration declare: they are of learners, but on the backoffice level."""

from __future__ import annotations

from functools import partial

from termstats.data.figures.definition.figure import Level
from termstats.data.figures.definition.policy import WHO_AND_WHEN, Counts, Option
from termstats.data.figures.definition.registry import figure

collaboration_figure = partial(
    figure,
    level=Level.BACKOFFICE,
    counts=Counts.LEARNERS,
    filters=WHO_AND_WHEN,
    options=frozenset((Option.WIDE, Option.HIDE_ARCHIVED)),
)
