"""Where the cursor of a table starts."""

from __future__ import annotations

from collections.abc import Mapping

from termstats.data.figures.definition.registry import find_figure
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
    """Return the first failed row, else the worst score among those with a value in `done`."""
    states, scores = table.column("state"), table.column("score")
    if "failed" in states:
        return states.index("failed")
    tried = [
        (float(score), row)
        for row, (score, value) in enumerate(zip(scores, table.column(done), strict=True))
        if value and isinstance(score, (int, float))
    ]
    return min(tried)[1] if tried else 0
