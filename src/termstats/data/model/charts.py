"""Charts as data: which columns of a table are drawn how. Painters in widgets/charts draw them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self


@dataclass(frozen=True)
class Chart:
    """One way of drawing a table. Each kind has its painter in `widgets/charts/kinds`."""

    @property
    def numbers(self) -> tuple[str, ...]:
        """Return the columns whose numbers points or bars stand for; empty: all that there are."""
        return ()

    def over(self, buckets: str) -> Self:
        """Return the chart for a series whose first column, by days `day`, is named `buckets`."""
        return self


@dataclass(frozen=True)
class OverTime(Chart):
    """A chart over time: `x` is a date column, `ys` name columns; no ys: every numeric column."""

    x: str
    ys: tuple[str, ...] = ()

    @property
    def numbers(self) -> tuple[str, ...]:
        """Return the columns that are drawn, where not all are."""
        return self.ys

    def over(self, buckets: str) -> Self:
        """Return the chart with its time axis named as the series' first column is."""
        return replace(self, x=buckets) if self.x == "day" else self


@dataclass(frozen=True)
class Line(OverTime):
    """Lines over time; `percent`: on an axis from 0 to 100."""

    percent: bool = False


@dataclass(frozen=True)
class StackedBars(OverTime):
    """Stacked bars over time: parts of a whole. `leave` names numeric columns that are no part."""

    leave: tuple[str, ...] = ("total",)


@dataclass(frozen=True)
class Bars(Chart):
    """Horizontal bars of one value per name; `percent`: out of 100."""

    label: str
    value: str
    percent: bool = False

    @property
    def numbers(self) -> tuple[str, ...]:
        """Return the column that the bars draw."""
        return (self.value,)


@dataclass(frozen=True)
class StackedNames(Chart):
    """Horizontal bars per name, each split into parts: who did how much of what."""

    label: str
    leave: tuple[str, ...] = ("total",)


@dataclass(frozen=True)
class Heat(Chart):
    """A shaded grid of `value` by `x` and `y`."""

    x: str
    y: str
    value: str


@dataclass(frozen=True)
class Gauge(Chart):
    """One percentage per row, drawn as a bar out of 100."""

    label: str
    value: str

    @property
    def numbers(self) -> tuple[str, ...]:
        """Return the column that the bars draw."""
        return (self.value,)
