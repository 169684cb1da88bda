"""The list under the line of a dialog: it narrows, marks the row under the cursor, is clicked."""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from termstats.widgets.picking.choices import Choice, Narrowed, PickColumn
from termstats.widgets.picking.lines import Widths, choice_line, heading_line, widths

_MARKS = {(True, False): "▣ ", (False, False): "▢ ", (True, True): "[x] ", (False, True): "[ ] "}
"""(is chosen, ASCII only) -> what stands before a choice."""


class PickList(ScrollView, can_focus=False):
    """Lines to choose from. The line that is typed in has the focus; this follows it."""

    COMPONENT_CLASSES = {"pick--cursor", "pick--hover", "pick--heading"}

    class Clicked(Message):
        """A choice was clicked."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    class Moved(Message):
        """Another choice is under the cursor; empty: none is."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    def __init__(self, columns: Sequence[PickColumn], *, several: bool = False) -> None:
        super().__init__()
        self.columns = tuple(columns)
        self.several = several
        self.chosen: set[str] = set()
        """Keys of what is chosen, where several can be."""
        self.narrowed = Narrowed()
        self.cursor: int | None = None
        self._typed = ""
        self._hover: int | None = None
        self._widths: tuple[int, Widths] | None = None
        self._measured: Sequence[Choice] = ()

    # ---- what is shown ---------------------------------------------------------------------------

    @property
    def head(self) -> int:
        """Return how many lines stand above the choices."""
        return int(any(column.heading for column in self.columns))

    @property
    def current(self) -> Choice | None:
        """Return the choice under the cursor."""
        return None if self.cursor is None else self.narrowed.choices[self.cursor]

    def show(
        self, left: Narrowed, typed: str, keep: str = "", among: Sequence[Choice] = ()
    ) -> None:
        """Show what is left of the choices; the cursor goes to `keep` where that is left.

        Columns are as wide as all choices, `among`, need: nothing moves sideways while typing.
        """
        keys = [choice.key for choice in left.choices]
        self.narrowed, self._typed, self._widths, self._hover = left, typed, None, None
        self._measured = among or left.choices
        self.virtual_size = Size(0, len(left.choices) + self.head)
        self.cursor = keys.index(keep) if keep in keys else left.best
        self.refresh()
        self._show_cursor()
        self.post_message(self.Moved(self.current.key if self.current else ""))

    def move(self, step: int) -> None:
        """Move the cursor by so many choices, as far as there are any."""
        places = [at for at, each in enumerate(self.narrowed.choices) if not each.is_heading]
        if self.cursor is None or not places:
            return
        at = places.index(self.cursor) + step
        self._put_cursor(places[max(0, min(len(places) - 1, at))])

    def page(self, direction: int) -> None:
        """Move the cursor by as many choices as are in sight; without room for one, not at all."""
        self.move(direction * max(0, self.size.height - self.head))

    def toggle(self) -> None:
        """Choose what is under the cursor, or leave it."""
        if self.current is not None and self.cursor is not None:
            self.chosen ^= {self.current.key}
            self._redraw(self.cursor)
            self.post_message(self.Moved(self.current.key))

    def _put_cursor(self, at: int) -> None:
        before, self.cursor = self.cursor, at
        for each in (before, at):
            self._redraw(each)
        self._show_cursor()
        if before != at:
            self.post_message(self.Moved(self.narrowed.choices[at].key))

    def _show_cursor(self) -> None:
        at, rows = self.cursor or 0, self.size.height - self.head
        if rows <= 0:
            return
        # The heading above the first choice comes into sight with it.
        first = 0 if all(each.is_heading for each in self.narrowed.choices[:at]) else at
        top = round(self.scroll_offset.y)
        if first < top:
            self.scroll_to(y=first, animate=False, force=True)
        elif at >= top + rows:
            self.scroll_to(y=at - rows + 1, animate=False, force=True)

    def _redraw(self, at: int | None) -> None:
        if at is not None:
            y = at - round(self.scroll_offset.y) + self.head
            if self.head <= y < self.size.height:
                self.refresh(Region(0, y, self.size.width, 1))

    # ---- drawing ---------------------------------------------------------------------------------

    @property
    def plain(self) -> bool:
        """Return whether to draw with ASCII only."""
        return bool(getattr(self.app, "ascii_only", False))

    def on_resize(self) -> None:
        """Keep the cursor in sight."""
        self._show_cursor()

    def render_line(self, y: int) -> Strip:
        """Return one line: the headings, or a choice."""
        at = y - self.head + round(self.scroll_offset.y)
        is_head = y < self.head
        style = self.rich_style
        if is_head:
            style += self.get_component_rich_style("pick--heading", partial=True)
        elif at == self.cursor:
            style += self.get_component_rich_style("pick--cursor", partial=True)
        elif at == self._hover:
            style += self.get_component_rich_style("pick--hover", partial=True)
        width = self.scrollable_content_region.width
        if not is_head and not 0 <= at < len(self.narrowed.choices):
            return Strip.blank(width, self.rich_style)
        line = self._line(None if is_head else at, width)
        if at == self.cursor and not is_head:
            line = self._as_cursor(line)
        segments = line.render(self.app.console)
        return Strip(_on(segments, style)).adjust_cell_length(width, style)

    def _line(self, at: int | None, width: int) -> Text:
        """Return the headings or a choice, a blank on each side."""
        before = 1 + (len(_MARKS[True, self.plain]) if self.several else 0)
        room = width - before - 1
        if self._widths is None or self._widths[0] != room:
            self._widths = room, widths(self._measured, self.columns, room)
        cells = self._widths[1]
        if at is None:
            return Text(" " * before) + heading_line(self.columns, cells)
        choice = self.narrowed.choices[at]
        marked = self.several and not choice.is_heading
        mark = _MARKS[choice.key in self.chosen, self.plain] if marked else ""
        line = choice_line(choice, self.columns, cells, self._typed, plain=self.plain)
        return Text.assemble(" ", mark, line)

    @staticmethod
    def _as_cursor(line: Text) -> Text:
        """Return the line without colours of its own: the cursor's give the contrast."""
        kept = Text(line.plain, no_wrap=True)
        kept.spans = [span for span in line.spans if "underline" in str(span.style)]
        return kept

    # ---- mouse -----------------------------------------------------------------------------------

    def _choice_at(self, y: int) -> int | None:
        at = y - self.head + round(self.scroll_offset.y)
        choices = self.narrowed.choices
        is_choice = y >= self.head and at < len(choices) and not choices[at].is_heading
        return at if is_choice else None

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Raise the choice under the mouse."""
        self._raise(self._choice_at(event.y))

    def on_leave(self) -> None:
        """Raise nothing any more."""
        self._raise(None)

    def _raise(self, at: int | None) -> None:
        if at != self._hover:
            before, self._hover = self._hover, at
            self._redraw(before)
            self._redraw(at)

    def on_click(self, event: events.Click) -> None:
        """Go to the choice that was clicked."""
        at = self._choice_at(event.y)
        if at is not None:
            event.stop()
            self._put_cursor(at)
            self.post_message(self.Clicked(self.narrowed.choices[at].key))


def _on(segments: Sequence[Segment] | object, style: Style) -> list[Segment]:
    """Return the segments on the style of their line."""
    return list(Segment.apply_style(segments, style))  # type: ignore[arg-type]
