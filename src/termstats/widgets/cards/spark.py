"""Sparks: values over time as columns of one line."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

HEIGHTS = "▁▂▃▄▅▆▇█"
FEWEST = 4
"""Values below which there is no way to show."""


def spark(values: Sequence[float], cells: int) -> Text:
    """Return `values` in at most `cells` characters, the newest in the accent.

    From zero; more values than cells are means of equal parts. Empty for too few, or all zero.
    """
    if len(values) < FEWEST or cells < FEWEST:
        return Text()
    size = -(-len(values) // cells)
    # The newest part is whole: what is left over is at the old end.
    first = len(values) % size or size
    parts = [values[:first]]
    parts += [values[n : n + size] for n in range(first, len(values), size)]
    means = [sum(part) / len(part) for part in parts]
    most = max(means)
    if most <= 0:
        return Text()
    marks = "".join(HEIGHTS[min(7, max(0, round(mean / most * 7)))] for mean in means)
    return Text.assemble((marks[:-1], "other"), (marks[-1], "accent"))
