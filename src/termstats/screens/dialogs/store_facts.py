"""`W`: who counts. `I`: when each source was read, and from when to when its records are."""

from __future__ import annotations

from datetime import datetime

from termstats.data.model.day_words import dates_words, day_words
from termstats.data.model.period import number_day
from termstats.data.model.text import clean
from termstats.data.store.opening import StoreInfo
from termstats.screens.dialogs.pick import Picking, PickOne
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


def imports_dialog(info: StoreInfo) -> PickOne:
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
    choices = []
    for source in info.sources:
        moment = datetime.fromtimestamp(source.as_of, info.zone)
        records = "not dated"
        if source.first_day is not None and source.last_day is not None:
            records = dates_words(number_day(source.first_day), number_day(source.last_day))
        as_of = f"{day_words(moment.date())} {moment:%H:%M}"
        cells = (clean(source.name), clean(source.platform), as_of, records)
        choices.append(Choice(str(source.id), cells))
    return PickOne(picking, choices)
