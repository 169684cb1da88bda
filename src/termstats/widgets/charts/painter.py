"""Painters: one for each kind of chart, registered under the type of the chart it draws."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from termstats.data.model.charts import Chart
from termstats.data.model.table import Column, Table
from termstats.widgets.charts.drawing import Drawing, Look
from termstats.widgets.charts.series import Looks

C = TypeVar("C", bound=Chart)
P = TypeVar("P", bound="type[Painter[Any]]")


@dataclass(frozen=True)
class Painter(ABC, Generic[C]):
    """Everything about one kind of chart: drawing, legend, read-out, what the arrows select."""

    table: Table
    chart: C

    least_size: ClassVar[tuple[int, int]] = (20, 4)
    """Columns and lines below which a sentence stands instead."""
    selects_rows: ClassVar[bool] = True
    """Whether stop n is row n, so that a row can be selected in the chart."""

    @abstractmethod
    def draw(self, look: Look) -> Drawing | str:
        """Return the chart, or the sentence that says more than a chart would."""

    @property
    def series(self) -> tuple[Column, ...]:
        """Return the columns that can be hidden, in the order of the legend."""
        return ()

    @property
    def summary(self) -> str:
        """Return a phrase for the panel's title where the figure gives none."""
        return ""

    def looks(self) -> dict[str, Looks]:
        """Return column -> how it is drawn, where series are parts of a whole."""
        return {}

    def has_legend(self, look: Look) -> bool:
        """Return whether the series are named in a legend."""
        return True


PAINTERS: dict[type[Chart], type[Painter[Any]]] = {}
"""The painter of each kind of chart."""


def painter(kind: type[Chart]) -> Callable[[P], P]:
    """Register the decorated class as the painter of charts of that kind."""

    def register(painter_class: P) -> P:
        PAINTERS[kind] = painter_class
        return painter_class

    return register
