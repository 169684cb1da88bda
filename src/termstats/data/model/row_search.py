"""The one rule by which a row fits a row search: on screens, in logs and in reports."""

from __future__ import annotations

from termstats.data.model.table import Cell, Kind, show
from termstats.data.model.text import clean
from termstats.data.model.writing import raw

EXACT = "="
"""Begins a text that must be the whole cell: `column==text`."""


def cell_fits(cell: Cell, kind: Kind, text: str) -> bool:
    """Return whether a cell, as it is shown or as it is exported, contains `text`.

    Upper and lower case are alike. An empty text fits every value; no value fits nothing.
    """
    if cell is None:
        return False
    wanted = text.casefold()
    written = (raw(cell).casefold(), clean(show(cell, kind)).casefold())
    if wanted.startswith(EXACT):
        return wanted.removeprefix(EXACT) in written
    return any(wanted in one for one in written)
