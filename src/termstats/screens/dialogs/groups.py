"""The list behind `More`: all groups of a level."""

from __future__ import annotations

from collections.abc import Sequence

from termstats.screens.dialogs.pick import Picking, PickOne
from termstats.widgets.picking.choices import Choice, PickColumn

_PICKING = Picking("Groups", (PickColumn("Group"),), example="a page of the level", rows=7)


class GroupsDialog(PickOne):
    """Gives the name of the group chosen."""

    def __init__(self, names: Sequence[str], current: str) -> None:
        super().__init__(_PICKING, [Choice(name, (name,)) for name in names], current=current)
