"""Sparks: values over time as columns of one line."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

HEIGHTS = "▁▂▃▄▅▆▇█"
LEAST_SPAN = 4.0
"""Between the least and the most of a level: what changes by less is flat."""
FEWEST = 4
"""Values below which there is no way to show."""


def spark(values: Sequence[float], cells: int, *, is_level: bool = False) -> Text:
    """Return `values` in at most `cells` characters, the newest in the accent.

    Amounts count from zero; levels, which hardly change, from the least to the most of their own.
    More values than cells are means of equal parts. Empty for too few, or all zero.
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
    least = min(*means, most - LEAST_SPAN) if is_level else 0.0
    shares = [(mean - least) / (most - least) for mean in means]
    marks = "".join(HEIGHTS[min(7, max(0, round(share * 7)))] for share in shares)
    return Text.assemble((marks[:-1], "other"), (marks[-1], "accent"))
