"""A list of choices as lines of text: columns that are whole or not there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text

from termstats.data.model.folding import spans
from termstats.widgets.picking.choices import Choice, PickColumn
from termstats.widgets.tables.cells import share_bar
from termstats.widgets.text import fit

BETWEEN = 2
"""Cells between two columns."""
LEAST_NAME = 12
"""Cells of a name when columns have to give way."""
BAR = 10
"""Cells of a bar."""


@dataclass(frozen=True)
class Widths:
    """How wide the columns of a list are."""

    columns: tuple[int, ...]
    """Cells of each column; 0: no room for it."""
    bar: int = 0


def widths(choices: Sequence[Choice], columns: Sequence[PickColumn], room: int) -> Widths:
    """Return the widths in which what stands on the right is whole; names take what is left."""
    needed = [cell_len(column.heading) for column in columns]
    for choice in choices:
        if not choice.is_heading:
            for at, cell in enumerate(choice.cells[: len(needed)]):
                needed[at] = max(needed[at], cell_len(cell))
    name = next((at for at, column in enumerate(columns) if column.is_name), 0)
    others = [at for at in range(len(needed)) if at != name]
    bar = BAR if any(choice.share is not None for choice in choices) else 0

    def lacking() -> int:
        rest = _total([*(needed[at] for at in others), 1], bar) - 1
        return rest + min(needed[name], LEAST_NAME) - room

    for at in sorted(others, key=lambda at: (-columns[at].rank, -at)):
        if lacking() > 0 and columns[at].rank:
            needed[at] = 0
    if lacking() > 0:
        bar = 0
    texts = [at for at in others if not columns[at].is_right and needed[at]]
    if lacking() > 0 and texts:
        widest = max(texts, key=lambda at: needed[at])
        needed[widest] = max(LEAST_NAME, needed[widest] - lacking())
    spare = room - _total(needed, bar)
    last = max((at for at in texts if needed[at]), default=name)
    is_at_end = last > name and not any(needed[at] for at in others if at > last) and not bar
    takes = last if spare > 0 and is_at_end else name
    needed[takes] = max(1, needed[takes] + spare)
    return Widths(tuple(needed), bar)


def _total(needed: Sequence[int], bar: int) -> int:
    shown = [width for width in (*needed, bar) if width]
    return sum(shown) + BETWEEN * (len(shown) - 1)


def heading_line(columns: Sequence[PickColumn], cells: Widths) -> Text:
    """Return the headings of the columns."""
    return _joined([column.heading for column in columns], columns, cells, Text(" " * cells.bar))


def choice_line(
    choice: Choice, columns: Sequence[PickColumn], cells: Widths, typed: str, *, plain: bool
) -> Text:
    """Return one choice, what was typed underlined in its name."""
    if choice.is_heading:
        return Text(choice.name, "heading")
    bar = share_bar(choice.share, cells.bar, plain=plain) if cells.bar else Text()
    line = _joined(choice.cells, columns, cells, bar)
    shown = fit(choice.name, cells.columns[choice.name_at])
    begin = sum(width + BETWEEN for width in cells.columns[: choice.name_at] if width)
    for start, end in spans(shown, typed):
        line.stylize("underline bold", begin + start, begin + end)
    if choice.name_at:
        line.stylize("key", 0, cells.columns[0])
    return line


def _joined(words: Sequence[str], columns: Sequence[PickColumn], cells: Widths, bar: Text) -> Text:
    line = Text(no_wrap=True)
    last = max((at for at, width in enumerate(cells.columns) if width), default=0)
    for at, (column, width) in enumerate(zip(columns, cells.columns, strict=True)):
        if at and at == last and cells.bar:
            line.append(" " * BETWEEN)
            line.append_text(bar)
        if not width:
            continue
        word = words[at] if at < len(words) else ""
        shown = word if column.is_right else fit(word, width)
        space = " " * max(0, width - cell_len(shown))
        line.append(" " * BETWEEN if at else "")
        line.append(space + shown if column.is_right else shown + space)
    return line
