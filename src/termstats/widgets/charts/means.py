"""Values of groups of neighbouring rows, and the same rows in the period before."""

from __future__ import annotations

from collections.abc import Sequence

from termstats.data.model.table import Table
from termstats.widgets.charts.series import Series, all_series

Values = Sequence[float | None]


def means_of(values: Values, groups: Sequence[range]) -> list[float | None]:
    """Return the mean of each group's values; None where it has none."""
    means: list[float | None] = []
    for rows in groups:
        present = [value for value in values[rows.start : rows.stop] if value is not None]
        means.append(sum(present) / len(present) if present else None)
    return means


def before_of(previous: Table | None, first: Series, length: int) -> Values:
    """Return the first series in the period before, bucket by bucket."""
    columns = [c for c in previous.columns if c.name == first.column.name] if previous else []
    if previous is None or not columns:
        return ()
    return all_series(previous, columns[:1])[0].values[:length]
