"""Which figure compares the pages of a store's platform with our numbers."""

from __future__ import annotations

from termstats.data.figures.definition.figure import Level
from termstats.data.store.opening import StoreInfo

OF_LEARNING = {
    "opigno": "reconcile.opigno",
    "oppia": "reconcile.oppia",
    "kolibri": "reconcile.kolibri",
    "threesixty": "reconcile.threesixty",
    "xapi": "reconcile.aspects",
}
"""Platform -> the figure that compares its pages of learning."""
OF_USE = {"datagrok": "reconcile.datagrok", "opendatasoft": "reconcile.opendatasoft"}
"""Platform -> the figure that compares its pages of use of the platform."""


def compared_figure(info: StoreInfo, level: Level) -> str | None:
    """Return the figure that compares with a platform of the store; None: there is none.

    Of several the first that is about what the level is about: learning, or use of the platform.
    """
    subjects = (OF_USE, OF_LEARNING) if level is Level.BACKOFFICE else (OF_LEARNING, OF_USE)
    platforms = [source.platform for source in info.sources]
    return next((ids[name] for ids in subjects for name in platforms if name in ids), None)


def reconcile_figure(info: StoreInfo, level: Level) -> str:
    """Return the figure to open; where nothing can be compared, Opigno's says so."""
    return compared_figure(info, level) or OF_LEARNING["opigno"]
