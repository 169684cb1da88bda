"""Where the terminal's own cursor stands: magnifiers and screen readers follow it."""

from __future__ import annotations

from rich.cells import cell_len
from textual.geometry import Offset
from textual.widget import Widget
from textual.widgets import DataTable, Input, OptionList

from termstats.widgets.charts.drawing import Drawing
from termstats.widgets.charts.view import ChartView


def cursor_of(focused: Widget | None) -> Offset | None:
    """Return the cell of the screen where the focused row, line or bucket begins.

    None: the widget has no such cursor, or sets it itself.
    """
    match focused:
        case DataTable():
            inside = _row_of(focused)
        case OptionList():
            inside = _line_of(focused)
        case ChartView():
            inside = _bucket_of(focused)
        case Input():
            inside = _letter_of(focused)
        case _:
            return None
    area = focused.content_region
    if inside is None or not area:
        return area.offset
    return Offset(
        max(area.x, min(area.x + inside.x, area.right - 1)),
        max(area.y, min(area.y + inside.y, area.bottom - 1)),
    )


def _letter_of(line: Input) -> Offset:
    return Offset(cell_len(line.value[: line.cursor_position]) - round(line.scroll_x), 0)


def _row_of(table: DataTable[object]) -> Offset | None:
    if not table.row_count:
        return None
    head = table.header_height if table.show_header else 0
    # The words begin behind the padding.
    return Offset(table.cell_padding, head + table.cursor_row - round(table.scroll_y))


def _line_of(lines: OptionList) -> Offset | None:
    if lines.highlighted is None:
        return None
    return Offset(0, lines.highlighted - round(lines.scroll_y))


def _bucket_of(chart: ChartView) -> Offset | None:
    drawn = chart.drawn()
    if chart.cursor is None or not isinstance(drawn, Drawing) or chart.cursor >= drawn.stops:
        return None
    spans = drawn.stop(chart.cursor).spans
    if not spans:
        return None
    line, first, _end = spans[0]
    return Offset(first, line)
