"""Tables of the command line, by cells: wide characters line up, and no text is read as markup.

Styles are left out where nobody watches (no terminal) or NO_COLOR asks for none.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import TextIO

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

_UNBOUND = 10_000
"""Columns of a drawing: a row is never wrapped or cut, that is left to the terminal."""


def console_on(stream: TextIO, width: int | None = None) -> Console:
    """Return a console on `stream` that reads no markup; plain but on a terminal with colours."""
    is_plain = bool(os.environ.get("NO_COLOR")) or not stream.isatty()
    return Console(
        file=stream,
        width=width,
        color_system=None if is_plain else "auto",
        markup=False,
        emoji=False,
        highlight=False,
    )


def table_of(
    rows: Iterable[Sequence[str | RenderableType]],
    head: Sequence[str] = (),
    right: Sequence[int] = (),
) -> Table:
    """Return rows in columns two cells apart; `right`: positions of the columns of numbers."""
    lines = [[Text(cell) if isinstance(cell, str) else cell for cell in row] for row in rows]
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, show_header=bool(head))
    for position in range(max((len(line) for line in lines), default=len(head))):
        title = Text(head[position]) if head else ""
        table.add_column(title, justify="right" if position in right else "left", no_wrap=True)
    for line in lines:
        table.add_row(*line)
    return table


def show(drawing: RenderableType, stream: TextIO) -> None:
    """Write a drawing to a stream, no line longer than what it holds."""
    console = console_on(stream, _UNBOUND)
    with console.capture() as capture:
        console.print(drawing)
    lines = (line.rstrip() for line in capture.get().splitlines())
    stream.write("".join(f"{line}\n" for line in lines))
