"""The end that `--top` puts to any list: rankings have their own, which adds the rest up."""

from __future__ import annotations

from dataclasses import replace

from termstats.data.figures.definition.figure import Figure
from termstats.data.figures.definition.policy import Option
from termstats.data.model.table import Kind, Table

_BUCKETS = ("day", "week", "month", "start")
"""Names of the first column of a series."""


def first_rows(table: Table, figure: Figure, top: int | None) -> Table:
    """Return the first `top` rows of a list, with a note; all where None is asked or it ranks.

    Series and cards are no lists: they stay whole and say so.
    """
    if top is None or Option.TOP in figure.options:
        return table
    if table.columns[0].name in _BUCKETS or table.columns[-1].kind is Kind.VALUE:
        return _noted(table, "--top has no meaning here: the rows are no list.")
    if len(table.rows) <= top and table.after is None:
        return table
    rows = f"{top:,} rows" if table.after else f"{top:,} of {len(table.rows):,} rows"
    shorter = replace(
        table,
        rows=table.rows[:top],
        row_kinds=table.row_kinds[:top],
        keys=table.keys[:top],
        after=None,
    )
    return _noted(shorter, f"Only the first {rows}, as --top asks.")


def _noted(table: Table, note: str) -> Table:
    return replace(table, notes=tuple(dict.fromkeys((*table.notes, note))))
