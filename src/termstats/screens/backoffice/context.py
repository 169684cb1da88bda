"""What the context pane says about a selection, and the box that shows it on narrow screens."""

from __future__ import annotations

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical

from termstats.data.model.table import Row, Table
from termstats.screens.backoffice.select import diff_lines
from termstats.screens.dialogs.base import Dialog
from termstats.widgets.panels.context_pane import ContextPane
from termstats.widgets.panels.parts import Part, fields_part


def row_parts(table: Table, row: Row) -> list[Part]:
    """Return what the row itself says: its cells, and its change as a diff."""
    parts = [fields_part(table, row)]
    if "diff" in (column.name for column in table.columns):
        parts.append(Part("Change", diff=diff_lines(row[table.position("diff")])))
    return parts


class ContextDialog(Dialog[bool]):
    """The context of a selection in a box; Enter gives True: show the details."""

    def __init__(self, title: str, parts: list[Part], details: bool) -> None:
        super().__init__()
        self._heading = title
        self._parts = parts
        self._details = details
        self._pane = ContextPane()

    def compose(self) -> ComposeResult:
        """Compose one box with the lines."""
        with Vertical(classes="dialog tall") as box:
            box.border_title = Text(self._heading)
            box.border_subtitle = "Enter details · Esc back" if self._details else "Esc back"
            yield self._pane

    def on_mount(self) -> None:
        """Let the arrows scroll."""
        self._pane.can_focus = True
        self._pane.focus()
        self._pane.show("", self._parts)

    def show(self, parts: list[Part]) -> None:
        """Show more than there was, at once or when the box is there; not when it is closed."""
        self._parts = parts
        if self.is_mounted and self.is_attached:
            self._pane.show("", parts)

    def action_accept(self) -> None:
        """Ask for the details."""
        self.dismiss(self._details or None)
