"""The groups of a level: pages of panels that belong together, walked with `,` and `.`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from termstats.screens.frame.pages import Panel


@dataclass(frozen=True)
class Group:
    """One word, and the panels behind it. A panel may stand in several groups."""

    name: str
    panels: tuple[Panel, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        """Return the figures of its panels."""
        return tuple(panel.figure_id for panel in self.panels)


def group_of(groups: Sequence[Group], figure_id: str, preferred: str) -> Group:
    """Return the group that shows a figure: the preferred one where it does, else the first.

    Where none does, the preferred one.
    """
    at_hand = sorted(groups, key=lambda group: group.name != preferred)
    return next((group for group in at_hand if figure_id in group.ids), at_hand[0])


def with_all_figures(groups: Sequence[Group], totals: tuple[Panel, ...]) -> list[Group]:
    """Return the groups that have panels, the last one with all numbers of the level besides."""
    filled = [group for group in groups if group.panels] or [Group(groups[0].name, ())]
    return [*filled[:-1], Group(filled[-1].name, (*filled[-1].panels, *totals))]
