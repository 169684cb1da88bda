"""`W`: who counts. `I`: when each source was read, and from when to when its records are."""

from __future__ import annotations

from termstats.data.model.text import clean
from termstats.data.query.scope import Scope
from termstats.data.store.opening import StoreInfo
from termstats.screens.dialogs.pick import Picking, PickOne
from termstats.screens.dialogs.source_facts import source_facts
from termstats.widgets.picking.choices import Choice, PickColumn

COUNTED, EVERYBODY = "counted", "everybody"


def who_dialog(population: str, *, everybody: bool) -> PickOne:
    """Return the choice of who counts.

    Args:
        population: Who counts now, as the figures say it; empty: not known.
        everybody: Whether everybody counts now.
    """
    picking = Picking(
        "Who counts",
        (PickColumn("Who"), PickColumn("What that means")),
        example=f"now: {clean(population)}" if population else "x does the same at once",
    )
    choices = (
        Choice(COUNTED, ("counted people", "no staff, flagged, blocked or deleted people")),
        Choice(EVERYBODY, ("everybody", "everybody whom the source knows")),
    )
    return PickOne(picking, choices, current=EVERYBODY if everybody else COUNTED)


def imports_dialog(info: StoreInfo, scope: Scope) -> PickOne:
    """Return the list of the sources of a store; nothing is changed by it."""
    picking = Picking(
        f"Imports of {clean(info.name)}",
        (
            PickColumn("Source"),
            PickColumn("Platform", rank=2),
            PickColumn("As of", is_right=True),
            PickColumn("Records", is_right=True, rank=1),
        ),
        example="termstats check shows what each import kept and refused",
        keys="Enter or Esc close",
    )
    choices = [Choice(id_, facts) for id_, facts in source_facts(info, scope).items()]
    return PickOne(picking, choices)
