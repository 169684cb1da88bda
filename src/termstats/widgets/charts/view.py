"""The chart of a figure, with a cursor that reads out exact values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import reactive

from termstats.data.model.table import Bars, Gauge, Heat, Line, StackedBars, StackedNames, Table
from termstats.widgets.charts.bars import bar_chart, name_parts, stacked_names
from termstats.widgets.charts.data import LETTERS, Picture, Series, Stop, series_columns
from termstats.widgets.charts.frame import Look
from termstats.widgets.charts.heat import heat_chart
from termstats.widgets.charts.legend import Entry, legend
from termstats.widgets.charts.lines import line_chart
from termstats.widgets.charts.marks import marked, window, wrapped
from termstats.widgets.charts.stacks import fill_of, stacked_chart
from termstats.widgets.lines import LinesWidget

LEAST_WIDTH, LEAST_HEIGHT = 20, 4
LEGEND = "Legend: arrows and space, or a letter, hide and show series"
_Key = tuple[object, ...]


class ChartView(LinesWidget, can_focus=True):
    """Draws `Table.chart`; arrows move a cursor, letters of the legend hide and show series."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "move(-1)", "Before", show=False, id="chart.left"),
        Binding("right", "move(1)", "After", show=False, id="chart.right"),
        Binding("ctrl+left", "move(-7)", "7 before", show=False, id="chart.far-left"),
        Binding("ctrl+right", "move(7)", "7 after", show=False, id="chart.far-right"),
        Binding("up", "step(-1)", "Up, or the series before", show=False, id="chart.up"),
        Binding("down", "step(1)", "Down, or the next series", show=False, id="chart.down"),
        Binding("home", "end(0)", "First", show=False, id="chart.home"),
        Binding("end", "end(-1)", "Last", show=False, id="chart.end"),
        Binding("enter", "open", "Open", show=False, id="chart.open"),
        Binding("l", "legend", LEGEND, show=False, id="chart.legend"),
        Binding("escape", "leave", "Leave the legend", show=False, id="chart.leave"),
    ]

    hidden: reactive[frozenset[str]] = reactive(frozenset[str]())
    """Names of the columns not drawn."""
    previous: reactive[Table | None] = reactive(None)
    """The same figure in the period before; drawn as a dim line."""
    ascii: reactive[bool] = reactive(False)
    """Draw with ASCII only, whatever the app says."""
    low_bandwidth: reactive[bool] = reactive(False)
    """Draw without the cursor's column mark, which repaints every line."""
    cursor: reactive[int | None] = reactive(None)
    """The stop the cursor stands on; None: it has not been moved yet."""
    series: reactive[str] = reactive("")
    """Name of the one column that the cursor reads out; empty: all of them."""
    in_legend: reactive[int | None] = reactive(None)
    """The legend's entry when the legend has the keys."""

    class Opened(Message):
        """Enter was pressed on a point or bar."""

        def __init__(self, chart: ChartView, row: int) -> None:
            super().__init__()
            self.chart = chart
            self.row = row
            """Row of the table."""

        @property
        def control(self) -> ChartView:
            """Return the sender."""
            return self.chart

    class Moved(Message):
        """The cursor stands elsewhere, or nowhere, or reads out other series."""

        def __init__(self, chart: ChartView, row: int | None) -> None:
            super().__init__()
            self.chart = chart
            self.row = row
            """Row of the table."""

        @property
        def control(self) -> ChartView:
            """Return the sender."""
            return self.chart

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self.table: Table | None = None
        self._key: _Key = ()
        self._drawn: Picture | str = ""

    def show(self, table: Table) -> None:
        """Draw the chart of `table`.

        The cursor and hidden series stay for the same figure, the period before for the same
        period.
        """
        shown = self.table
        same = shown is not None and shown.figure_id == table.figure_id
        if shown is None or not same or shown.period != table.period:
            self.previous = None
        self.table = table
        self._key = ()
        if not same:
            self.hidden = frozenset()
            self.cursor = None
            self.in_legend = None
        if self.in_legend is not None and self.in_legend >= len(self.entries):
            self.in_legend = None
        self.hidden &= {column.name for column in table.columns}
        if not same or self.series not in {entry.name for entry in self.entries}:
            self.series = ""
        if self.cursor is not None and self.size.width and self.cursor >= self.stops:
            self.cursor = self.stops - 1 if self.stops else None
        self.refresh()

    def clear(self) -> None:
        """Show nothing."""
        self.table = None
        self._key = ()
        self.cursor = None
        self.series = ""
        self.in_legend = None
        self.refresh()

    # ---- what is drawn ---------------------------------------------------------------------------

    @property
    def frugal(self) -> bool:
        """Return whether to keep the terminal's traffic low."""
        return self.low_bandwidth or bool(getattr(self.app, "low_bandwidth", False))

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Return the series that can be hidden; none where there is one."""
        table = self.table
        if table is None or not table.rows:
            return ()
        chart = table.chart
        if isinstance(chart, (Line, StackedBars)):
            columns = series_columns(table)
        elif isinstance(chart, StackedNames):
            columns = name_parts(table)
        else:
            return ()
        if len(columns) < 2:
            return ()
        if isinstance(chart, Line):
            return tuple(Entry(column.name, column.heading) for column in columns)
        series = [Series(column, n, ()) for n, column in enumerate(columns)]
        shown = [one for one in series if one.column.name not in self.hidden] or series
        plain = self.plain or self.ascii
        return tuple(
            Entry(one.column.name, one.column.heading, fill_of(one, shown, plain)) for one in series
        )

    def drawn(self) -> Picture | str:
        """Return the chart at the present size, or the sentence that stands instead."""
        size = self.size
        drawn = (self.hidden, self.series, size, self.ascii, self.plain)
        key = (id(self.table), id(self.previous), *drawn)
        if key != self._key:
            self._key = key
            self._drawn = self._draw(size.width, size.height)
        return self._drawn

    def _draw(self, width: int, height: int) -> Picture | str:
        table = self.table
        if table is None:
            return ""
        if width < LEAST_WIDTH or height < LEAST_HEIGHT:
            return "Too small for a chart: z zooms, v shows the table."
        legend_lines = len(self._legend(width))
        plain = self.ascii or self.plain
        look = Look(width, height - legend_lines, plain, self.previous, self.series)
        match table.chart:
            case Line():
                return line_chart(table, self.hidden, look)
            case StackedBars():
                return stacked_chart(table, self.hidden, look)
            case Bars() | Gauge():
                return bar_chart(table, look)
            case StackedNames():
                return stacked_names(table, self.hidden, look)
            case Heat():
                return heat_chart(table, look)
        return table.empty or "This figure has no chart: v shows the table."

    def _legend(self, width: int) -> tuple[Text, ...]:
        entries = self.entries
        before = "dots: the period before" if self.previous is not None else ""
        if not entries:
            return (Text(before, "dim"),) if before else ()
        lines = 2 if self.size.height >= 12 else 1
        chosen = [n for n, entry in enumerate(entries) if entry.name == self.series]
        current = self.in_legend if self.in_legend is not None or not chosen else chosen[0]
        return legend(entries, self.hidden, width, lines, current=current, extra=before)

    def picture(self) -> Sequence[Text]:
        """Return the lines to show, with the cursor marked."""
        width, height = self.size
        drawn = self.drawn()
        if isinstance(drawn, str):
            return wrapped(drawn, width, height, self._legend(width))
        foot = [*drawn.foot, *self._legend(width)]
        lines = [*drawn.head, *drawn.lines]
        stop = self.stop
        if stop is not None:
            bar = "|" if self.plain or self.ascii else "│"
            for line, start, end in stop.spans[-1:] if self.frugal else stop.spans:
                lines[line] = marked(lines[line], start, end, bar if len(stop.spans) > 1 else "")
        head, lines = lines[: len(drawn.head)], lines[len(drawn.head) :]
        room = height - len(head) - len(foot)
        if len(lines) > room:
            lines = window(lines, room, stop.spans[0][0] - len(head) if stop else 0)
        return [*head, *lines, *[Text()] * (room - len(lines)), *foot]

    # ---- the cursor ------------------------------------------------------------------------------

    @property
    def stops(self) -> int:
        """Return how many places the cursor has."""
        drawn = self.drawn()
        return drawn.stops if isinstance(drawn, Picture) else 0

    @property
    def stop(self) -> Stop | None:
        """Return where the cursor stands."""
        drawn = self.drawn()
        if self.cursor is None or not isinstance(drawn, Picture) or not drawn.stops:
            return None
        return drawn.stop(min(self.cursor, drawn.stops - 1))

    @property
    def cursor_text(self) -> str:
        """Return the exact value under the cursor in words; empty without cursor."""
        stop = self.stop
        return stop.text if stop else ""

    @property
    def said(self) -> str:
        """Return what stands below the chart: how to use the legend, else the cursor's value."""
        if self.in_legend is not None:
            return "letter, or arrows and space: hide or show · Esc: back"
        return self.cursor_text or ("l: hide or show series" if self.entries else "")

    @property
    def row(self) -> int | None:
        """Return the table's row under the cursor."""
        stop = self.stop
        return stop.row if stop else None

    def _go(self, to: int) -> None:
        if self.stops:
            self.cursor = max(0, min(to, self.stops - 1))

    def _enter(self) -> None:
        """Put the cursor where it begins: on the first row, over time on the last point."""
        drawn = self.drawn()
        self._go(0 if isinstance(drawn, Picture) and drawn.stride else self.stops - 1)

    def action_move(self, by: int) -> None:
        """Move the cursor along the points; in the legend along the series."""
        if self.in_legend is not None:
            self.in_legend = (self.in_legend + by) % len(self.entries)
        elif not self.stops:
            raise SkipAction
        elif self.table is not None and isinstance(self.table.chart, StackedNames):
            # Bars lie on their side: their parts are to the left and to the right.
            self._choose(by)
        elif self.cursor is None:
            self._enter()
        else:
            self._go(self.cursor + by)

    def action_step(self, by: int) -> None:
        """Move the cursor up or down, where the chart has rows."""
        drawn = self.drawn()
        if self.in_legend is not None or not isinstance(drawn, Picture) or not drawn.stops:
            raise SkipAction
        if not drawn.stride:
            self._choose(by)
            return
        if self.cursor is None:
            self._go(0)
        elif 0 <= self.cursor + by * drawn.stride < drawn.stops:
            self._go(self.cursor + by * drawn.stride)

    def _choose(self, by: int) -> None:
        """Let the cursor read out the next series that is drawn; after the last all of them."""
        names = ["", *(entry.name for entry in self.entries if entry.name not in self.hidden)]
        if len(names) < 2:
            raise SkipAction
        if self.cursor is None:
            self._enter()
        self.series = names[(names.index(self.series) + by) % len(names)]

    def action_end(self, to: int) -> None:
        """Move the cursor to the first (0) or last (-1) point."""
        if not self.stops:
            raise SkipAction
        self._go(0 if to == 0 else self.stops - 1)

    def action_open(self) -> None:
        """Open the point under the cursor, or toggle the series in the legend."""
        if self.in_legend is not None:
            self.toggle(self.in_legend)
        elif self.row is not None:
            self.post_message(self.Opened(self, self.row))
        else:
            raise SkipAction

    # ---- the legend ------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Return whether an action can be done: without a legend its key goes right."""
        if action == "legend":
            return bool(self.entries)
        return self.in_legend is not None if action == "leave" else True

    def action_legend(self) -> None:
        """Give the legend the keys, or take them back."""
        self.in_legend = 0 if self.in_legend is None else None

    def action_leave(self) -> None:
        """Leave the legend."""
        self.in_legend = None

    def on_key(self, event: events.Key) -> None:
        """Toggle series by letter or space while the legend has the keys."""
        if self.in_legend is None:
            return
        if event.key == "space":
            self.toggle(self.in_legend)
        elif event.character is not None and event.character in LETTERS:
            at = LETTERS.index(event.character)
            if at < len(self.entries):
                self.in_legend = at
                self.toggle(at)
        else:
            return
        event.stop()
        event.prevent_default()

    @property
    def hidden_names(self) -> tuple[str, ...]:
        """Return the columns of the hidden series, in the order of the legend."""
        return tuple(entry.name for entry in self.entries if entry.name in self.hidden)

    def action_toggle_series(self, index: int) -> None:
        """Hide or show the series whose name in the legend was clicked."""
        self.toggle(index)

    def toggle(self, index: int) -> None:
        """Hide or show the series at that place of the legend."""
        name = self.entries[index].name
        self.hidden = self.hidden ^ {name}
        if self.series in self.hidden:
            self.series = ""

    def watch_cursor(self) -> None:
        """Tell where the cursor stands."""
        self.post_message(self.Moved(self, self.row))

    def watch_in_legend(self) -> None:
        """Tell that the keys mean something else."""
        self.post_message(self.Moved(self, self.row))

    def watch_series(self) -> None:
        """Tell that the cursor reads out another series."""
        self.post_message(self.Moved(self, self.row))

    def watch_hidden(self) -> None:
        """Tell that the cursor reads out other series."""
        self.post_message(self.Moved(self, self.row))
