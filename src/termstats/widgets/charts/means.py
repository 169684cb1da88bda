"""Values of groups of neighbouring rows, and the same rows in the period before."""

from __future__ import annotations

from collections.abc import Sequence

from termstats.data.model.table import Kind, Table, show
from termstats.data.model.text import show_mean
from termstats.widgets.charts.series import Series, all_series

Values = Sequence[float | None]


def mean_of(values: Values) -> float | None:
    """Return the mean of what is there; None without any."""
    present = [value for value in values if value is not None]
    return sum(present) / len(present) if present else None


def mean_words(mean: float | None, kind: Kind) -> str:
    """Return `mean 8.33`, as a person reads it."""
    return f"mean {show_mean(mean) if kind is Kind.COUNT else show(mean, kind)}"


def means_of(values: Values, groups: Sequence[range]) -> list[float | None]:
    """Return the mean of each group's values; None where it has none."""
    return [mean_of(values[rows.start : rows.stop]) for rows in groups]


def before_of(previous: Table | None, first: Series, length: int) -> Values:
    """Return the first series in the period before, bucket by bucket."""
    columns = [c for c in previous.columns if c.name == first.column.name] if previous else []
    if previous is None or not columns:
        return ()
    return all_series(previous, columns[:1])[0].values[:length]
