"""The chart of a figure, with a cursor that reads out exact values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from rich.text import Text
from textual import events
from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.reactive import reactive

from termstats.data.model.comparison import Against
from termstats.data.model.table import Table
from termstats.log import fault_words
from termstats.widgets.charts.drawing import Drawing, Look, Stop
from termstats.widgets.charts.kinds import painter_of
from termstats.widgets.charts.legend import Entry, entries_of, legend, then_note
from termstats.widgets.charts.marks import InView, composed, in_view, wrapped
from termstats.widgets.charts.painter import Painter
from termstats.widgets.charts.pointing import stop_at
from termstats.widgets.charts.series import LETTERS
from termstats.widgets.lines import CLICK, LinesWidget
from termstats.widgets.messages import FromWidget

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
    then_words: reactive[str] = reactive(Against.BEFORE.words)
    """What the period of `previous` is called."""
    no_previous: reactive[str] = reactive("")
    """Why there is none, though it was asked for."""
    cursor: reactive[int | None] = reactive(None)
    """The stop the cursor stands on; None: it has not been moved yet."""
    series: reactive[str] = reactive("")
    """Name of the one column that the cursor reads out; empty: all of them."""
    whole: reactive[str] = reactive("")
    """What Enter opens before the cursor is moved: `the 33 people`; empty: nothing."""
    in_legend: reactive[int | None] = reactive(None)
    """The legend's entry when the legend has the keys."""

    class Opened(FromWidget["ChartView"]):
        """Enter was pressed on a point or bar. `row` is the row of the table there.

        `series` names the one series that is read out; empty: all of them are.
        """

        def __init__(self, chart: ChartView, row: int, series: str = "") -> None:
            super().__init__(chart)
            self.row = row
            self.series = series

    class WholeOpened(FromWidget["ChartView"]):
        """Enter was pressed before the cursor was moved: on the chart as a whole."""

    class Moved(FromWidget["ChartView"]):
        """The cursor stands elsewhere, or nowhere, or reads out other series."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self.table: Table | None = None
        self._key: _Key = ()
        self._drawn: Drawing | str = ""
        self._view = InView(0, 0)

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
            self._view = InView(0, 0)
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
    def _style(self) -> str:
        return str(getattr(self.app, "charts", ""))

    @property
    def plain(self) -> bool:
        """Return whether to draw with ASCII only: everything, or charts alone."""
        return super().plain or self._style == "ascii"

    @property
    def painter(self) -> Painter[Any] | None:
        """Return the painter of the chart; None: there is no table, or none with a chart."""
        return painter_of(self.table) if self.table is not None else None

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Return the series that can be hidden; none where there is one, nor parts of nothing."""
        painter = self.painter
        if painter is None or not painter.table.rows:
            return ()
        return entries_of(painter, self.plain, self.hidden)

    def drawn(self) -> Drawing | str:
        """Return the chart at the present size, or the sentence that stands instead."""
        drawn = (self.hidden, self.series, self.size, self.plain, self.in_legend is None)
        key = (id(self.table), id(self.previous), self.then_words, self.no_previous, *drawn)
        if key != self._key:
            self._key = key
            try:
                self._drawn = self._draw(self.size.width, self.size.height)
            except Exception as error:  # noqa: BLE001 - v still shows the table
                self._drawn = fault_words(error)
        return self._drawn

    def _draw(self, width: int, height: int) -> Drawing | str:
        if self.table is None:
            return ""
        painter = self.painter
        if painter is None:
            return self.table.empty or "This figure has no chart: v shows the table."
        least_width, least_height = painter.least_size
        if width < least_width or height < least_height:
            return "Too small for a chart: z zooms, v shows the table."
        height -= len(self._legend(width))
        return painter.draw(self._look(width, height))

    def _look(self, width: int, height: int) -> Look:
        is_braille = self._style == "braille"
        shown = (self.hidden, self.series, self.previous)
        return Look(width, height, self.plain, is_braille, *shown)

    def _needs_legend(self, width: int, height: int) -> bool:
        """Return whether names stand in a legend: where it has the keys, or the chart has none.

        Not where one series is read out: a line less would move all that is drawn.
        """
        if self.in_legend is not None or self.hidden:
            return True
        return self.painter is not None and self.painter.has_legend(self._look(width, height))

    def _legend(self, width: int) -> tuple[Text, ...]:
        entries = self.entries if self._needs_legend(width, self.size.height) else ()
        has_previous = self.previous is not None
        before = then_note(self.then_words, self.no_previous, is_drawn=has_previous)
        if not entries:
            return (Text(before, "muted"),) if before else ()
        lines = 2 if self.size.height >= 12 else 1
        chosen = [n for n, entry in enumerate(entries) if entry.name == self.series]
        current = self.in_legend if self.in_legend is not None or not chosen else chosen[0]
        has_keys = self.in_legend is not None
        return legend(
            entries, self.hidden, width, lines, current=current, has_keys=has_keys, extra=before
        )

    def picture(self) -> Sequence[Text]:
        """Return the lines to show, with the cursor marked."""
        width, height = self.size
        drawn, foot = self.drawn(), self._legend(width)
        if isinstance(drawn, str):
            return wrapped(drawn, width, height, foot)
        bar = "|" if self.plain else "│"
        frugal = bool(getattr(self.app, "low_bandwidth", False))
        above, stop = len(drawn.head), self.stop
        room = height - above - len(drawn.foot) - len(foot)
        current = stop.spans[0][0] - above if stop else None
        self._view = in_view(len(drawn.lines), room, current, self._view.top)
        return composed(drawn, stop, foot, height, self._view, bar, frugal=frugal)

    # ---- the cursor ------------------------------------------------------------------------------

    @property
    def stops(self) -> int:
        """Return how many places the cursor has."""
        drawn = self.drawn()
        return drawn.stops if isinstance(drawn, Drawing) else 0

    @property
    def stop(self) -> Stop | None:
        """Return where the cursor stands."""
        drawn = self.drawn()
        if self.cursor is None or not isinstance(drawn, Drawing) or not drawn.stops:
            return None
        return drawn.stop(min(self.cursor, drawn.stops - 1))

    @property
    def cursor_text(self) -> str:
        """Return the exact value under the cursor in words; empty without cursor."""
        stop = self.stop
        return stop.text if stop else ""

    @property
    def status(self) -> str:
        """Return what stands below the chart: how to use the legend, else the cursor's value."""
        if self.in_legend is not None:
            return "letter, or arrows and space: hide or show · Esc: back"
        if self.cursor is None:
            enter = f"Enter: {self.whole}" if self.whole else ""
            return " · ".join(filter(None, (enter, "l hides series" if self.entries else "")))
        return " · ".join(filter(None, (self.cursor_text, self.door_words)))

    @property
    def door_words(self) -> str:
        """Return what Enter opens at the cursor: `Enter: the 33 people`; empty: nobody."""
        if self.table is None or self.row is None or self.row >= len(self.table.rows):
            return ""
        row = self.table.rows[self.row]
        column = self.table.number_drawn(row, self.series)
        door = self.table.door(row, column) if column else None
        return f"Enter: {door.words(self.table.cell_of(row, column))}" if door else ""

    @property
    def row(self) -> int | None:
        """Return the table's row under the cursor."""
        stop = self.stop
        return stop.row if stop else None

    def select(self, row: int) -> None:
        """Put the cursor on a row of the table, where the chart has one stop a row."""
        if self.painter is not None and self.painter.selects_rows:
            self.cursor = row

    def _drawing(self) -> Drawing:
        """Return the chart where the cursor has a place; else the key goes on to who wants it."""
        drawn = self.drawn()
        if not isinstance(drawn, Drawing) or not drawn.stops:
            raise SkipAction
        return drawn

    def action_move(self, by: int) -> None:
        """Move the cursor left or right; in the legend along the series."""
        if self.in_legend is not None:
            self.in_legend = (self.in_legend + by) % len(self.entries)
            return
        drawing = self._drawing()
        if not drawing.across:
            self._choose(drawing, by)
        elif self.cursor is None:
            self.cursor = drawing.first_stop
        else:
            self.cursor = max(0, min(self.cursor + by * drawing.across, drawing.stops - 1))

    def action_step(self, by: int) -> None:
        """Move the cursor up or down, where the chart has rows."""
        if self.in_legend is not None:
            raise SkipAction
        drawing = self._drawing()
        if not drawing.down:
            self._choose(drawing, by)
        elif self.cursor is None:
            self.cursor = drawing.first_stop
        elif 0 <= self.cursor + by * drawing.down < drawing.stops:
            self.cursor += by * drawing.down

    def _choose(self, drawing: Drawing, by: int) -> None:
        """Let the cursor read out the next series that is drawn; after the last all of them."""
        names = ["", *(entry.name for entry in self.entries if entry.name not in self.hidden)]
        if len(names) < 2:
            raise SkipAction
        if self.cursor is None:
            self.cursor = drawing.first_stop
        self.series = names[(names.index(self.series) + by) % len(names)]

    def action_end(self, to: int) -> None:
        """Move the cursor to the first (0) or last (-1) point."""
        last = self._drawing().stops - 1
        self.cursor = 0 if to == 0 else last

    def action_open(self) -> None:
        """Open the point under the cursor, or toggle the series in the legend."""
        if self.in_legend is not None:
            self.toggle(self.in_legend)
        elif self.row is not None:
            self.post_message(self.Opened(self, self.row, self.series))
        elif self.whole:
            self.post_message(self.WholeOpened(self))
        else:
            raise SkipAction

    def on_click(self, event: events.Click) -> None:
        """Read out the bucket or bar that was clicked; what is read out already is opened."""
        drawn = self.drawn()
        at = event.get_content_offset(self)
        if CLICK in event.style.meta or at is None or not isinstance(drawn, Drawing):
            return
        above = len(drawn.head)
        line = self._view.line_at(at.y - above)
        if not drawn.stops or line is None:
            return
        stop = stop_at(drawn, line + above, at.x, self.cursor)
        if stop is None:
            return
        event.stop()
        self.in_legend = None
        if stop != self.cursor:
            self.cursor = stop
        elif self.row is not None:
            self.post_message(self.Opened(self, self.row, self.series))

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
        """Tell that the cursor stands elsewhere, or that keys or read-out mean something else."""
        self.post_message(self.Moved(self))

    watch_in_legend = watch_series = watch_hidden = watch_whole = watch_cursor
