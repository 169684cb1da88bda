"""`i`: what a figure counts, of whom, until when, and the command that prints the same."""

from __future__ import annotations

import re

from rich.text import Text

from termstats.data.figures.definition.figure import Figure
from termstats.data.model.table import Kind, Table
from termstats.screens.dialogs.text_dialog import TextDialog

_LINE_END = re.compile(r"(?<!\n)\n(?![\n-])")
_KINDS = {
    Kind.COUNT: "count",
    Kind.NUMBER: "number",
    Kind.PERCENT: "percent",
    Kind.SHARE: "share of 1",
    Kind.SECONDS: "seconds",
    Kind.DATE: "date",
    Kind.MOMENT: "time",
    Kind.TEXT: "text",
    Kind.IDENT: "id",
    Kind.VALUE: "value",
}


def explain(figure: Figure, table: Table | None, command: str) -> TextDialog:
    """Return the dialog about `figure`; without a table only what holds for any period."""
    body = Text()
    # Lines of the docstring are those of the source; the dialog wraps for itself.
    body.append(_LINE_END.sub(" ", figure.definition or "No definition.") + "\n")
    if table is not None:
        _section(body, "Period", f"{table.period}, zone {table.zone}, {table.as_of}")
        _section(body, "Who counts", table.population or "this figure does not count people")
        _section(body, "Notes", "\n".join(f"- {note}" for note in table.notes) or "none")
        _section(body, "The same in a shell (y copies)", command)
        columns = [
            f"{c.name} ({_KINDS[c.kind]}){': ' + c.help if c.help else ''}" for c in table.columns
        ]
        _section(body, "Columns", "\n".join(columns))
    return TextDialog(f"{figure.title} · {figure.id}", body, command, "y copy command · Esc close")


def _section(body: Text, heading: str, text: str) -> None:
    body.append(f"\n{heading}\n", style="bold")
    body.append(f"{text}\n")
