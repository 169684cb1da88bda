"""Sparks: values over time in a few characters."""

from __future__ import annotations

from collections.abc import Sequence

HEIGHTS = "▁▂▃▄▅▆▇█"
MAX_CELLS = 8


def spark(values: Sequence[float], cells: int = MAX_CELLS) -> str:
    """Return `values` in at most `cells` characters, zero-based, means of equal parts."""
    size = -(-len(values) // cells) if values else 1
    parts = [values[n : n + size] for n in range(0, len(values), size)]
    means = [sum(part) / len(part) for part in parts]
    most = max(means, default=0)
    if most <= 0:
        return ""
    return "".join(HEIGHTS[min(7, max(0, round(mean / most * 7)))] for mean in means)
