"""Which columns of a table are shown, and how their headings and cells are written."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.text import Text

from termstats.data.model.table import Column, Kind, Table
from termstats.widgets.tables.cells import is_right
from termstats.widgets.text import fit


def shown_columns(table: Table, lead: Sequence[str], picked: Sequence[str] = ()) -> list[int]:
    """Return the columns to show: those that lead, the others, and last those without a value.

    Ids are not shown. Otherwise the order is the figure's. `picked`: of these only the named, with
    the first, which says what a row is.
    """

    def rank(n: int) -> tuple[bool, int]:
        column = table.columns[n]
        # Blocks stand beside the column that they are read with.
        name = table.columns[n - 1].name if n and column.kind is Kind.BLOCKS else column.name
        empty = all(row[n] in (None, "") for row in table.rows)
        return empty, lead.index(name) if name in lead else len(lead)

    shown = [n for n, column in enumerate(table.columns) if column.kind is not Kind.IDENT]
    ranked = sorted(shown, key=rank)
    chosen = [n for n in ranked[1:] if table.columns[n].name in picked]
    return [*ranked[:1], *chosen] if chosen else ranked


def heading_text(column: Column, width: int, arrow: str, *, chosen: bool) -> Text:
    """Return the heading in so many cells with the arrow of the order; the chosen underlined."""
    arrow = f" {arrow}" if arrow else ""
    text = Text(fit(column.heading, width - cell_len(arrow)) + arrow, no_wrap=True)
    if chosen:
        text.stylize("underline")
    if is_right(column):
        text.justify = "right"
    return text
