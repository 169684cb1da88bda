"""Where the cursor of a table starts."""

from __future__ import annotations

from collections.abc import Mapping

from termstats.data.figures.definition.registry import find_figure
from termstats.data.model.blocks import COLUMN, FAILED
from termstats.data.model.entity import Entity
from termstats.data.model.request import Param
from termstats.data.model.table import Table


def start_row(table: Table, chosen: Mapping[Param, Entity]) -> int:
    """Return where the cursor starts: what was chosen, else what went wrong, else the top."""
    start = find_figure(table.figure_id).start
    if start is None:
        return 0
    if start.chosen and start.chosen in chosen:
        key = chosen[start.chosen].key
        keys = table.column(f"{start.chosen}_id")
        return keys.index(key) if key in keys else 0
    return worst_row(table, start.tried)


def worst_row(table: Table, done: str) -> int:
    """Return the first failed row, else the one with most failed modules, else the worst score.

    Only rows with a value in the column `done` count.
    """
    states, scores = table.column("state"), table.column("score")
    if "failed" in states:
        return states.index("failed")
    names = [column.name for column in table.columns]
    signs = table.column(COLUMN.name) if COLUMN.name in names else [None] * len(table.rows)
    tried = [
        (-str(sign or "").count(FAILED), float(score), row)
        for row, (sign, score, value) in enumerate(
            zip(signs, scores, table.column(done), strict=True)
        )
        if value and isinstance(score, (int, float))
    ]
    return min(tried)[-1] if tried else 0
