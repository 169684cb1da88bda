"""What the context pane says about a selection, and the box that shows it on narrow screens."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical

from termstats.data.figures.backoffice.context_parts import (
    AUDIT,
    ERRORS,
    FUNCTIONS,
    OBJECTS,
    PACKAGES,
    PEOPLE,
)
from termstats.data.figures.definition.registry import find_figure
from termstats.data.figures.definition.run import run_figure
from termstats.data.model.filter_base import Field, Filter
from termstats.data.model.filters import DaysFilter
from termstats.data.model.table import Row, Table
from termstats.data.model.units import Second
from termstats.screens.backoffice.select import diff_lines
from termstats.screens.dialogs.base import Dialog
from termstats.screens.frame.session import Session
from termstats.widgets.panels.context_pane import ContextPane
from termstats.widgets.panels.parts import Part, counted_parts, fields_part

OWN_PARTS = {
    Field.PERSON: PEOPLE,
    Field.ACTION: AUDIT,
    Field.OBJECT: OBJECTS,
    Field.PACKAGE: PACKAGES,
    Field.FUNCTION: FUNCTIONS,
    Field.ERROR: ERRORS,
}
"""Field of a filter -> the part that it makes one line long."""


def row_parts(table: Table, row: Row) -> list[Part]:
    """Return what the row itself says: its cells, and its change as a diff."""
    parts = [fields_part(table, row)]
    if "diff" in (column.name for column in table.columns):
        parts.append(Part("Change", diff=diff_lines(row[table.position("diff")])))
    return parts


async def selection_parts(session: Session, filters: tuple[Filter, ...]) -> list[Part]:
    """Return what belongs to a selection: totals, then lists, narrowed by `filters`.

    Raises:
        TermstatsError: the figure cannot be computed.
    """
    figure = find_figure("backoffice.context")
    request = replace(session.view.request(figure, {}), filters=filters)
    table = await run_figure(session.store, figure.id, request, session.scope)
    own = {OWN_PARTS.get(each.field) for each in filters if len(each.values) == 1}
    return [
        replace(part, lines=(*_interval(session, filters), *part.lines)) if n == 0 else part
        for n, part in enumerate(counted_parts(table))
        if part.title not in own
    ]


def _interval(session: Session, filters: tuple[Filter, ...]) -> tuple[tuple[str, str], ...]:
    """Return from when until when the selection reaches, the end not included."""
    zone = session.store.info.zone
    start, end = session.view.period.seconds(zone)
    for each in filters:
        if isinstance(each, DaysFilter):
            ranges = [period.seconds(zone) for period in each.values]
            start = max(start, min(first for first, _ in ranges))
            end = min(end, max(last for _, last in ranges))

    def written(second: Second) -> str:
        return f"{datetime.fromtimestamp(second, zone):%Y-%m-%d %H:%M}"

    return ("from", written(start)), ("until", written(max(start, end)))


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
