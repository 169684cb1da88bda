"""Horizontal bars a name, each split into parts: who did how much of what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rich.cells import cell_len
from rich.text import Text

from termstats.data.model.charts import StackedNames
from termstats.data.model.table import Column, show
from termstats.widgets.charts.drawing import Drawing, Look
from termstats.widgets.charts.named_bars import (
    MAX_ROWS,
    NamedBar,
    cut_short,
    draw_named_bars,
    longest,
    names_of,
)
from termstats.widgets.charts.painter import Painter, painter
from termstats.widgets.charts.read_out import read_series
from termstats.widgets.charts.sentences import ALL_HIDDEN, no_rows, only_zero
from termstats.widgets.charts.series import (
    Looks,
    all_series,
    looks_of,
    numeric_columns,
    shown_series,
)


@painter(StackedNames)
class StackedNamePainter(Painter[StackedNames]):
    """Draws bars out of the longest one."""

    @property
    def series(self) -> tuple[Column, ...]:
        """Return the columns of numbers that are parts."""
        return numeric_columns(self.table, self.chart.leave)

    def looks(self) -> dict[str, Looks]:
        """Return the looks of the parts."""
        return looks_of(all_series(self.table, self.series))

    def draw(self, look: Look) -> Drawing | str:
        """Return the bars, or the sentence that stands instead."""
        table = self.table
        if not table.rows:
            return no_rows(table)
        drawn = shown_series(table, self.series, look.hidden)
        if not drawn:
            return ALL_HIDDEN
        parts = [
            [max(0.0, one.values[row] or 0.0) for one in drawn]
            for row in range(min(len(table.rows), MAX_ROWS))
        ]
        lengths = [sum(values) for values in parts]
        full = longest(table, self.chart.label, lengths)
        if not full:
            return only_zero(table, "All series")
        bars = [
            NamedBar(
                name,
                show(sum(values), drawn[0].column.kind),
                read_series(name, drawn, values, total=True, series=look.series),
            )
            for name, values in zip(names_of(table, self.chart.label), parts, strict=True)
        ]

        looks = self.looks()

        def draw_bar(row: int, cells: int) -> Text:
            bar = Text()
            whole = max(full, lengths[row])
            for one, filled in zip(drawn, split_cells(parts[row], whole, cells), strict=True):
                part = looks[one.column.name]
                bar.append((part.fill if look.plain else "━") * filled, part.style)
            bar.append(" " * (cells - cell_len(bar.plain)))
            return cut_short(bar, look.plain) if whole > full and cells > 0 else bar

        # Bars lie on their side: their parts are to the left and to the right.
        return replace(draw_named_bars(table, bars, draw_bar, look), across=0)


def split_cells(values: Sequence[float], full: float, cells: int) -> list[int]:
    """Return whole cells a part; rounding of the running sum, so that the total is exact."""
    shares, total, used = [], 0.0, 0
    for value in values:
        total += value
        end = round(total / full * cells)
        shares.append(end - used)
        used = end
    return shares
