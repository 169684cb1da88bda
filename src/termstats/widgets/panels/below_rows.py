"""Rows of another figure below a table: what belongs to the row under the cursor."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.text import Text
from textual.reactive import reactive

from termstats.data.model.table import Below, Cell, Kind, Row, Table
from termstats.data.model.text import clean
from termstats.widgets.lines import LinesWidget
from termstats.widgets.tables.cells import is_right, written
from termstats.widgets.text import clipped

LEAST_LINES = 4
"""Lines from which it is worth the room: a blank one, the heading, two rows."""
NAME = 12
"""Cells of a text at least."""
BETWEEN = 2


class BelowRows(LinesWidget, can_focus=False):
    """The first rows of `Below.target` that belong to the row above; what opens them is Enter."""

    about: Below | None = None
    """What stands here; None: nothing ever does."""
    is_allowed = False
    """Whether the screen is large enough for it."""
    table: reactive[Table | None] = reactive(None)
    common: reactive[Cell] = reactive(None)
    """What the rows have in common with the row above."""
    fault: reactive[str] = reactive("")
    is_old: reactive[bool] = reactive(False)
    """Whether the rows are those of another question than the table above answers."""

    def fits(self, lines: int) -> bool:
        """Return whether there is something to show, and so many lines have room for it."""
        has_something = self.about is not None and (self.table is not None or bool(self.fault))
        return self.is_allowed and has_something and lines >= LEAST_LINES

    def show(self, table: Table) -> None:
        """Show the rows that belong to the row above."""
        self.fault, self.table, self.is_old = "", table, False

    def fail(self, words: str) -> None:
        """Say why there are none."""
        self.table, self.fault = None, clean(words)

    def follow(self, above: Table, row: Row | None) -> None:
        """Show what belongs to a row of the table above."""
        if self.about is None or row is None:
            return
        self.common = above.cell_of(row, self.about.column)
        table = self.table
        self.is_old = table is not None and _question(table) != _question(above)

    def picture(self) -> Sequence[Text]:
        """Return a heading and as many rows as there is room for."""
        width, height = self.size
        if self.fault:
            return [Text(), *Text(self.fault, "muted").wrap(self.app.console, max(1, width))]
        if self.table is None or self.about is None:
            return ()
        at = self.table.position(self.about.column)
        rows = [n for n, row in enumerate(self.table.rows) if row[at] == self.common]
        shown = rows[: height - 2]
        words = clean(str(self.common or ""))
        number = f"Enter: all {len(rows):,}" if len(shown) < len(rows) else f"all {len(rows):,}"
        heading = Text(words.ljust(width - cell_len(number)), "muted")
        if cell_len(words) + BETWEEN + cell_len(number) <= width:
            heading.append(number)
        lines = row_lines(self.table, shown, self.about, width, plain=self.plain)
        if self.is_old:
            for line in lines:
                line.style = "muted"
        return [Text(), heading, *lines]


def _question(table: Table) -> tuple[str, str, str]:
    return table.period, table.population, table.as_of


def row_lines(
    table: Table, rows: Sequence[int], about: Below, width: int, *, plain: bool
) -> list[Text]:
    """Return rows in so many cells: of the columns those that have room, each number whole."""
    for count in range(len(about.shown), 0, -1):
        shown = sorted((table.position(name), unit) for name, unit in about.shown[:count])
        cells = [[_cell(table, row, at, unit, plain=plain) for row in rows] for at, unit in shown]
        natural = [max(map(cell_len, column), default=0) for column in cells]
        texts = [table.columns[at].kind is Kind.TEXT for at, _unit in shown]
        widths = [min(n, NAME) if is_text else n for n, is_text in zip(natural, texts, strict=True)]
        left = width - sum(widths) - BETWEEN * (count - 1)
        if left < 0 and count > 1:
            continue
        while left > 0 and (lacking := [n for n in range(count) if widths[n] < natural[n]]):
            widths[min(lacking, key=lambda n: widths[n])] += 1
            left -= 1
        # The last column stands at the right.
        gaps = [BETWEEN] * (count - 1)
        if gaps:
            gaps[-1] += max(0, left)
        rights = [is_right(table.columns[at]) for at, _unit in shown]
        return [
            _line([column[n] for column in cells], widths, rights, gaps) for n in range(len(rows))
        ]
    return []


def _cell(table: Table, row: int, at: int, unit: str, *, plain: bool) -> str:
    cell = table.rows[row][at]
    words = written(table.columns[at], cell, table.kind(row, at), plain=plain)
    return f"{words}{unit}" if cell is not None else words


def _line(
    cells: Sequence[str], widths: Sequence[int], rights: Sequence[bool], gaps: Sequence[int]
) -> Text:
    line = ""
    for n, (cell, width) in enumerate(zip(cells, widths, strict=True)):
        words = clipped(cell, width)
        fill = " " * (width - cell_len(words))
        line += (fill + words if rights[n] else words + fill) + " " * (
            gaps[n] if n < len(gaps) else 0
        )
    return Text(line, no_wrap=True)
