"""Lists of columns: one to count the values of, or several to show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from termstats.data.model.table import Column
from termstats.keys import COLUMNS, bindings
from termstats.screens.dialogs.base import Choices, Dialog


class ColumnDialog(Dialog[str]):
    """Gives the name of one column."""

    def __init__(self, title: str, columns: Sequence[Column]) -> None:
        super().__init__()
        self._heading = title
        self._columns = columns

    def compose(self) -> ComposeResult:
        """Compose the list."""
        with Vertical(classes="dialog short") as box:
            box.border_title = Text(self._heading)
            box.border_subtitle = Text("Enter take · Esc close")
            yield Choices(*(Option(column.heading) for column in self._columns), markup=False)

    def on_mount(self) -> None:
        """Start at the first column."""
        choices = self.query_one(OptionList)
        choices.highlighted = 0
        choices.focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take a column."""
        event.stop()
        self.dismiss(self._columns[event.option_index].name)


class ColumnsDialog(Dialog[tuple[str, ...]]):
    """Gives the names of the columns to show, in the order of the list; all of them: an empty one.

    The first column says what a row is and cannot be left out.
    """

    BINDINGS = bindings(COLUMNS)

    def __init__(
        self, title: str, columns: Sequence[Column], chosen: Iterable[str], *, plain: bool
    ) -> None:
        super().__init__()
        self._heading = title
        self._columns = columns
        self._chosen = {columns[0].name, *chosen}
        self._plain = plain

    def compose(self) -> ComposeResult:
        """Compose the list with a mark before each column."""
        with Vertical(classes="dialog tall") as box:
            box.border_title = Text(f"Columns of {self._heading}")
            box.border_subtitle = Text("Space choose · a all · Enter take · Esc close")
            yield Static("", markup=False, classes="hint")
            yield Choices(*(Option(self._line(column)) for column in self._columns), markup=False)

    def on_mount(self) -> None:
        """Start at the first column that can be left out."""
        choices = self.query_one(OptionList)
        choices.highlighted = min(1, len(self._columns) - 1)
        choices.focus()
        self._say()

    def action_choose(self) -> None:
        """Show a column or leave it out."""
        choices = self.query_one(OptionList)
        at = choices.highlighted
        if at:
            self._chosen ^= {self._columns[at].name}
            choices.replace_option_prompt_at_index(at, self._line(self._columns[at]))
            self._say()

    def action_all(self) -> None:
        """Show all columns."""
        self._chosen = {column.name for column in self._columns}
        choices = self.query_one(OptionList)
        for at, column in enumerate(self._columns):
            choices.replace_option_prompt_at_index(at, self._line(column))
        self._say()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take the columns."""
        event.stop()
        names = tuple(column.name for column in self._columns if column.name in self._chosen)
        self.dismiss(() if len(names) == len(self._columns) else names)

    def _say(self) -> None:
        words = f"{len(self._chosen)} of {len(self._columns)} columns, as far as there is room"
        self.query_one(".hint", Static).update(Text(words))

    def _line(self, column: Column) -> Text:
        marks = ("[x]", "[ ]") if self._plain else ("▣", "▢")
        mark = marks[0 if column.name in self._chosen else 1]
        line = Text.assemble((f"{mark} ", "key"), column.heading)
        return line.append(f"  {column.help}", "muted") if column.help else line
