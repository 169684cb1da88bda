"""What the context pane says about a selection, and the box that shows it on narrow screens."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical

from termstats.data.figures.base import figures, find_figure, run_figure
from termstats.data.request import Field, Only
from termstats.data.table import Row, Table
from termstats.screens.backoffice_select import diff_lines
from termstats.screens.dialogs.base import Dialog
from termstats.screens.session import Session
from termstats.widgets.context_pane import ContextPane, Part, fields_part, list_part, totals_part

LISTS = (
    ("People", "backoffice.users", "user", "actions", Field.PERSON),
    ("Actions", "backoffice.distribution", "action", "actions", Field.ACTION),
    ("Objects", "backoffice.objects", "object", "actions", Field.OBJECT),
    ("Packages", "backoffice.packages", "package", "events", None),
    ("Functions", "backoffice.functions", "function", "runs", None),
    ("Errors", "backoffice.errors", "error", "events", None),
)
"""Title, figure, name and number, and the field that makes the list one line long."""


def row_parts(table: Table, row: Row) -> list[Part]:
    """Return what the row itself says: its cells, and its change as a diff."""
    parts = [fields_part(table, row)]
    if "diff" in (column.name for column in table.columns):
        parts.append(Part("Change", diff=diff_lines(row[table.position("diff")])))
    return parts


async def selection_parts(session: Session, only: tuple[Only, ...]) -> AsyncIterator[Part]:
    """Yield totals, people, actions, objects and what else there is, narrowed to `only`.

    Raises:
        TermstatsError: a figure cannot be computed.
    """
    store, scope = session.store, session.scope
    fields = {field for field, _ in only}

    async def ask(figure_id: str) -> Table:
        request = session.view.request(find_figure(figure_id), {})
        return await run_figure(store, figure_id, replace(request, only=only), scope)

    yield totals_part(await ask("backoffice.totals"))
    for title, figure_id, name, number, field in LISTS:
        if figure_id in figures() and field not in fields:
            table = await ask(figure_id)
            if table.rows:
                yield list_part(title, table, name, number)


class ContextDialog(Dialog[bool]):
    """The context of a selection in a box; Enter gives True: show the details."""

    def __init__(self, title: str, parts: list[Part], details: bool) -> None:
        super().__init__()
        self._heading = title
        self._parts = parts
        self._details = details

    def compose(self) -> ComposeResult:
        """Compose one box with the lines."""
        with Vertical(classes="dialog tall") as box:
            box.border_title = Text(self._heading)
            box.border_subtitle = "Enter details · Esc back" if self._details else "Esc back"
            yield ContextPane()

    def on_mount(self) -> None:
        """Let the arrows scroll."""
        pane = self.query_one(ContextPane)
        pane.can_focus = True
        pane.focus()
        self.show(self._parts)

    def show(self, parts: list[Part]) -> None:
        """Show more than there was."""
        if self.is_mounted:
            self.query_one(ContextPane).show("", parts)

    def action_accept(self) -> None:
        """Ask for the details."""
        self.dismiss(self._details or None)
