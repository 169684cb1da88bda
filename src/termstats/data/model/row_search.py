"""The one rule by which a row fits a row search: on screens, in logs and in reports."""

from __future__ import annotations

from termstats.data.model.table import Cell, Kind, show
from termstats.data.model.text import clean, spelt
from termstats.data.model.writing import raw

EXACT = "="
"""Begins a text that must be the whole cell: `column==text`."""
UNLIKE = "!="
"""Begins a text that must not be the whole cell: `column!=text`; alone: there is no value."""


def split_pair(words: str) -> tuple[str, str] | None:
    """Return column and text of `column=text`, `column==text` or `column!=text`; None: neither."""
    column, sign, text = words.partition("=")
    if not sign:
        return None
    if column.endswith("!"):
        return column[:-1], UNLIKE + text
    return column, text


def is_in(text: str, name: str) -> bool:
    """Return whether a name, or a code as a person reads it, contains a text in lower case."""
    return text in name.casefold() or text in spelt(name).casefold()


def named_cell_fits(cell: Cell, name: Cell, kind: Kind, text: str) -> bool:
    """Return whether a cell, or the name that is shown for it, fits: what is not to be, neither."""
    fits = (cell_fits(each, kind, text) for each in dict.fromkeys((cell, name)))
    return all(fits) if text.startswith(UNLIKE) else any(fits)


def cell_fits(cell: Cell, kind: Kind, text: str) -> bool:
    """Return whether a cell, as it is shown or as it is exported, contains `text`.

    Upper and lower case are alike. An empty text fits every value; no value, and an empty text in
    its place, fits nothing but `UNLIKE`.
    """
    if text.startswith(UNLIKE):
        unwanted = text.removeprefix(UNLIKE)
        return not cell_fits(cell, kind, EXACT + unwanted if unwanted else "")
    if cell in (None, ""):
        return False
    wanted = text.casefold()
    written = (raw(cell).casefold(), clean(show(cell, kind)).casefold())
    if wanted.startswith(EXACT):
        return wanted.removeprefix(EXACT) in written
    return any(wanted in one for one in written)
