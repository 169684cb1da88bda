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
    told = sections(table, command, copied=True) if table is not None else ()
    for number, (heading, lines) in enumerate(told):
        # A fact stands beside its heading: at 24 lines the command is still in sight.
        is_fact = len(lines) == 1 and lines[0] != command
        was_fact = number > 0 and len(told[number - 1].lines) == 1
        body.append("" if is_fact and was_fact else "\n")
        body.append(heading, style="heading")
        body.append("  " if is_fact else "\n")
        body.append("\n".join(lines) + "\n")
    return TextDialog(f"{figure.title} · {figure.id}", body, command, "y copy command · Esc close")
