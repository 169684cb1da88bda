"""`i`: what a figure counts, of whom, until when, and the command that prints the same."""

from __future__ import annotations

from rich.text import Text

from termstats.data.figures.definition.figure import Figure
from termstats.data.model.table import Table
from termstats.screens.dialogs.text_dialog import TextDialog
from termstats.screens.frame.explaining import definition, sections


def explain(figure: Figure, table: Table | None, command: str) -> TextDialog:
    """Return the dialog about `figure`; without a table only what holds for any period."""
    body = Text(f"{definition(figure)}\n")
    for heading, lines in sections(table, command, copied=True) if table is not None else ():
        body.append(f"\n{heading}\n", style="bold")
        body.append("\n".join(lines) + "\n")
    return TextDialog(f"{figure.title} · {figure.id}", body, command, "y copy command · Esc close")
