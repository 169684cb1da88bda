"""What belongs to the selected point, bar or row: its fields, totals, who and what, counted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.reactive import reactive

from termstats.data.table import Kind, Row, Table
from termstats.data.text import clean
from termstats.widgets.lines import LinesWidget
from termstats.widgets.text import fit

SHOWN = 8
"""Lines of a list; the rest is counted."""
MANY = 8
"""More cells than this are shown without the zeros."""
LEAST_NAME = 8
"""Cells that a name keeps beside its value."""


@dataclass(frozen=True)
class Part:
    """One block of the pane: (name, value) lines, or a diff whose lines begin with + or -."""

    title: str
    lines: tuple[tuple[str, str], ...] = ()
    diff: tuple[str, ...] = ()


def fields_part(table: Table, row: Row) -> Part:
    """Return the cells of a row by their headings; ids and empty cells are left out.

    Of many columns those with 0 are left out too.
    """
    nothing = (None, 0) if len(row) > MANY else (None,)
    shown = table.with_rows((row,), table.row_kinds[:1])
    found = [
        (column.heading, shown.shown(0, at))
        for at, column in enumerate(table.columns)
        if column.kind is not Kind.IDENT and row[at] not in nothing and column.name != "diff"
    ]
    return Part("", tuple(found))


def list_part(title: str, table: Table, name: str, value: str) -> Part:
    """Return the first rows of a list with one of its values, and how many more there are."""
    names, values = table.position(name), table.position(value)
    lines = [
        (table.shown(row, names), table.shown(row, values))
        for row in range(min(SHOWN, len(table.rows)))
    ]
    rest = len(table.rows) - len(lines)
    more = [(f"{rest:,} more", "")] if rest else []
    return Part(title, (*lines, *more))


def totals_part(table: Table) -> Part:
    """Return the cards that have a value other than 0."""
    metric, value = table.position("metric"), table.position("value")
    return Part(
        "Totals",
        tuple(
            (str(row[metric]).replace("_", " "), table.shown(at, value))
            for at, row in enumerate(table.rows)
            if row[value]
        ),
    )


class ContextPane(LinesWidget, can_focus=False):
    """Lines about the selection; scrolls by keys where it has the focus."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "scroll_lines(1)", "Down", show=False),
        Binding("up,k", "scroll_lines(-1)", "Up", show=False),
        Binding("pagedown", "scroll_lines(10)", "Further down", show=False),
        Binding("pageup", "scroll_lines(-10)", "Further up", show=False),
    ]

    parts: reactive[tuple[Part, ...]] = reactive(())
    words: reactive[str] = reactive("")
    """What stands instead while there are no parts."""
    top: reactive[int] = reactive(0)
    """The first line shown."""

    def show(self, title: str, parts: Sequence[Part]) -> None:
        """Show what is selected; `title` stands in the border."""
        self.border_title = Text(clean(title))
        self.set_reactive(ContextPane.top, 0)
        self.parts = tuple(part for part in parts if part.lines or part.diff)

    def say(self, title: str, words: str) -> None:
        """Show a sentence."""
        self.words = clean(words)
        self.show(title, ())

    def action_scroll_lines(self, by: int) -> None:
        """Scroll, and stop at either end."""
        lines = sum(1 for _ in self._all_lines())
        self.top = max(0, min(self.top + by, lines - self.size.height))

    def picture(self) -> Sequence[Text]:
        """Return the lines from `top` on; what does not fit is counted in the last one."""
        lines = list(self._all_lines())[self.top :]
        over = len(lines) - self.size.height
        if over > 0 and self.size.height:
            lines = [*lines[: self.size.height - 1], Text(f"{over + 1} more lines", "dim")]
        return lines

    def _all_lines(self) -> Iterator[Text]:
        width = self.size.width
        if not self.parts:
            yield from Text(self.words, "dim").wrap(self.app.console, max(1, width))
        for number, part in enumerate(self.parts):
            if number:
                yield Text()
            if part.title:
                yield Text(fit(clean(part.title), width), "bold")
            for name, value in part.lines:
                yield from self._pair(clean(name), clean(value), width)
            for line in part.diff:
                style = {"+": "green", "-": "red"}.get(line[:1], "")
                yield from Text(clean(line), style).wrap(self.app.console, max(1, width))

    def _pair(self, name: str, value: str, width: int) -> Iterator[Text]:
        """Yield name and value on one line, a long value on lines of its own."""
        room = width - cell_len(value) - 1
        if room >= min(cell_len(name), LEAST_NAME):
            yield Text(fit(name, room).ljust(room) + " " + value)
        else:
            yield Text(fit(name, width), "dim")
            yield from Text(f"  {value}").wrap(self.app.console, max(1, width))
