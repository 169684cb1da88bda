"""Which place of the cursor a click on a chart means."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from termstats.widgets.charts.drawing import Drawing


def stop_at(drawing: Drawing, line: int, x: int, current: int | None) -> int | None:
    """Return the stop nearest to a cell of the chart; None: the cell is beside all of them.

    Args:
        drawing: the chart. Its stops are in order: line by line, and in a line from the left.
        line: counted from the head.
        x: the cell.
        current: where the cursor stands: where several share a cell, it stays with them.
    """
    first, end = 0, drawing.stops
    if drawing.down:
        row = line - drawing.stop(0).spans[0][0]
        first, end = row * drawing.down, (row + 1) * drawing.down
        if not 0 <= first < drawing.stops:
            return None
    elif line not in {span[0] for span in drawing.stop(0).spans}:
        return None
    if end - first == 1:
        return first
    stops = range(first, end)

    def start_of(n: int) -> int:
        return drawing.stop(n).spans[0][1]

    left = stops[max(0, bisect_right(stops, x, key=start_of) - 1)]
    right = min(left + 1, end - 1)
    if x < start_of(first) or x >= drawing.stop(end - 1).spans[0][2]:
        return None
    over, under = x - drawing.stop(left).spans[0][2] + 1, start_of(right) - x
    nearest = right if 0 < under < over else left
    # Of means of weeks several days share the cells.
    begin = start_of(nearest)
    if current is not None and current in stops and start_of(current) == begin:
        return current
    return stops[bisect_left(stops, begin, key=start_of)]
