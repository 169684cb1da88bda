"""Which packages hold the figures of which ids, so that finding one loads no others.

A test proves that every figure is in a room of the first word of its id.
"""

from __future__ import annotations

from collections.abc import Mapping

_OF_SEVERAL_LEVELS = (
    "learning.activity",
    "learning.behind",
    "learning.devices",
    "learning.downloads",
    "learning.leaderboard",
    "learning.progress",
    "learning.time_by_learner",
    "learning.time_spent",
    "learning.totals",
)
ROOMS: Mapping[str, tuple[str, ...]] = {
    "global": (*_OF_SEVERAL_LEVELS, "learning.site"),
    "training": (*_OF_SEVERAL_LEVELS, "learning.training", "collaboration.who_did"),
    "learner": (*_OF_SEVERAL_LEVELS, "learning.learner"),
    "class": (*_OF_SEVERAL_LEVELS, "learning.class_", "learning.class_matrix"),
    "backoffice": ("backoffice",),
    "collaboration": ("collaboration",),
    "reconcile": ("reconcile",),
}
"""First word of an id -> modules, or packages with all that is in them, below `figures`."""
