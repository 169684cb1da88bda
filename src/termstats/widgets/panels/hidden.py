"""What an export says of series that are hidden on the screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from termstats.data.model.table import Table, words


def with_hidden(table: Table, names: Sequence[str]) -> Table:
    """Return the table with a note and a last column that name the series hidden on the screen.

    Hiding is for the eye only: every number stays in the file.
    """
    if not names:
        return table
    note = f"{len(names)} hidden: {', '.join(names)}"
    return replace(
        table,
        columns=(*table.columns, words("hidden", "Hidden", "series not drawn")),
        rows=tuple((*row, note) for row in table.rows),
        notes=(*table.notes, note),
    )
