"""What `i` says about a figure, as headed paragraphs: for the dialog and for linear mode."""

from __future__ import annotations

import re
from typing import NamedTuple

from termstats.data.figures.definition.figure import Figure
from termstats.data.model.table import Kind, Table

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
    Kind.BLOCKS: "a sign per module, on screens only",
    Kind.VALUE: "value",
}


class Section(NamedTuple):
    """A heading and the lines below it."""

    heading: str
    lines: tuple[str, ...]


def definition(figure: Figure) -> str:
    """Return what a figure counts; lines of the docstring are those of the source."""
    return _LINE_END.sub(" ", figure.definition or "No definition.")


_NONE = "none: it would draw other pseudonyms"


def sections(table: Table, command: str, *, copied: bool) -> tuple[Section, ...]:
    """Return what holds for one table; `copied`: whether a key copies the command, if any."""
    columns = tuple(
        f"{c.name} ({_KINDS[c.kind]}){': ' + c.help if c.help else ''}" for c in table.columns
    )
    return (
        Section("Period", (f"{table.period}, zone {table.zone}, {table.as_of}",)),
        Section("Who counts", (table.population or "this figure does not count people",)),
        Section("Notes", tuple(f"- {note}" for note in table.notes) or ("none",)),
        Section(
            f"The same in a shell{' (y copies)' if copied and command else ''}", (command or _NONE,)
        ),
        Section("Columns", columns),
    )
