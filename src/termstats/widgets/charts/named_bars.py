"""What charts of horizontal bars share: a name left, a bar, a value right, one stop a row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from rich.cells import cell_len
from rich.text import Text

from termstats.data.model.day_words import day_words
from termstats.data.model.table import OTHERS, Cell, Table
from termstats.data.model.text import NO_VALUE
from termstats.widgets.charts.drawing import Drawing, Look, Stop
from termstats.widgets.charts.read_out import value_words
from termstats.widgets.charts.sentences import no_rows, no_values
from termstats.widgets.charts.series import number
from termstats.widgets.text import left, right, told_apart

MAX_ROWS = 200
MIN_NAME, MAX_NAME = 12, 40


@dataclass(frozen=True)
class NamedBar:
    """One row beside its bar."""

    name: str
    value: str
    """What stands right of the bar."""
    read_out: str


def names_of(table: Table, label: str) -> list[str]:
    """Return the names of the rows that are drawn."""
    column = table.columns[table.position(label)]
    return [_name(column.read(cell)) for cell in table.column(label)[:MAX_ROWS]]


def _name(cell: Cell) -> str:
    if isinstance(cell, datetime):
        return f"{day_words(cell)} {cell:%H:%M}"
    if isinstance(cell, date):
        return day_words(cell)
    return NO_VALUE if cell is None else str(cell)


def longest(table: Table, label: str, lengths: Sequence[float]) -> float:
    """Return the length that fills the room: that of the longest bar, `(others)` aside.

    The rest of a ranking is no competitor of its rows: it would shrink them to nothing.
    """
    names = names_of(table, label)
    ranked = [length for name, length in zip(names, lengths, strict=False) if name != OTHERS]
    return max(ranked, default=0.0) or max(lengths)


def cut_short(bar: Text, plain: bool) -> Text:
    """Return a bar that is longer than its room, with a sign of that at its end."""
    bar.right_crop(1)
    return bar.append(">" if plain else "»", "bold")


def draw_named_bars(
    table: Table, bars: Sequence[NamedBar], draw_bar: Callable[[int, int], Text], look: Look
) -> Drawing:
    """Return the rows.

    Args:
        table: what is drawn; rows without a bar are counted below.
        bars: one a row, at least one.
        draw_bar: returns the bar of a row in exactly so many cells.
        look: the cells to fill.
    """
    value_width = max(cell_len(bar.value) for bar in bars)
    room = max(MIN_NAME, min(MAX_NAME, (look.width - value_width - 2) // 2))
    name_width = min(room, max(cell_len(bar.name) for bar in bars))
    cells = look.width - name_width - value_width - 2
    dots = ".." if look.plain else "…"
    names = told_apart((bar.name for bar in bars), name_width, dots)
    lines = tuple(
        Text.assemble(
            left(names[bar.name], name_width),
            " ",
            draw_bar(row, cells),
            " ",
            right(bar.value, value_width),
        )
        for row, bar in enumerate(bars)
    )

    def stop(row: int) -> Stop:
        return Stop(row, ((row, 0, name_width),), bars[row].read_out)

    rest = len(table.rows) - MAX_ROWS
    foot = (Text(f"{rest:,} more in the table (v)", "muted"),) if rest > 0 else ()
    return Drawing(lines, len(bars), stop, foot, down=1)


def draw_value_bars(
    table: Table, label: str, value: str, look: Look, *, percent: bool, track: str = " "
) -> Drawing | str:
    """Return one bar of one value a row, or the sentence that stands instead.

    Args:
        table: what is drawn.
        label: column of the names.
        value: column of the values.
        look: the cells to fill.
        percent: bars are out of 100 where no value is larger, else out of the largest.
        track: the character that fills the rest of the bar.
    """
    if not table.rows:
        return no_rows(table)
    at = table.position(value)
    values = [number(row[at]) for row in table.rows]
    if all(value is None for value in values):
        return no_values(table)
    if not any(values):
        return table.empty or f"{table.columns[at].heading}: zero for all {len(values)}."
    lengths = [abs(value or 0.0) for value in values]
    most = longest(table, label, lengths)
    full = 100.0 if percent and max(lengths) <= 100 else most
    bars = [
        NamedBar(name, table.shown(row, at), f"{name}: {_words(table, at, values[row])}")
        for row, name in enumerate(names_of(table, label))
    ]

    def draw_bar(row: int, cells: int) -> Text:
        bar = value_bar(values[row], full, cells, track, look.plain)
        return cut_short(bar, look.plain) if lengths[row] > full and cells > 0 else bar

    return draw_named_bars(table, bars, draw_bar, look)


def _words(table: Table, at: int, value: float | None) -> str:
    return "no value" if value is None else value_words(value, table.columns[at])


def value_bar(value: float | None, full: float, cells: int, track: str, plain: bool) -> Text:
    """Return exactly `cells` cells. Any value above zero shows; a value below is hollow."""
    if cells <= 0:
        return Text()
    if not value:
        return Text(track * cells, "rule")
    share = min(1.0, abs(value) / full)
    if plain:
        filled = ("#" if value > 0 else "-") * max(1, round(share * cells))
    elif value < 0:
        filled = "╍" * max(1, round(share * cells))
    else:
        halves = max(1, round(share * cells * 2))
        filled = "━" * (halves // 2) + "╸" * (halves % 2)
    return Text.assemble((filled, "s1"), (track * (cells - len(filled)), "rule"))
