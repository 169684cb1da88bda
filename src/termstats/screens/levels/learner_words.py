"""Who a learner is, and what they have to be helped with, on the lines of the level."""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len
from rich.text import Text

from termstats.data.model.table import Table
from termstats.screens.levels.troubles import training_warnings
from termstats.screens.levels.who import who_is
from termstats.widgets.text import clipped


def who_line(profile: Table, width: int) -> Text:
    """Return the person in one line: facts, as many as have room, and warnings."""
    who = who_is(profile)
    told = [f" · {warning}" for warning in who.warnings]
    line = Text(clipped(who.name, width), "heading", no_wrap=True)
    room = width - sum(map(cell_len, told))
    for fact in who.facts:
        part = Text(f" · {fact}")
        if line.cell_len + part.cell_len <= room:
            line.append_text(part)
    for words in told:
        line.append(words, style="alert")
    return line


def warning_lines(trainings: Table, width: int, most: int, stalled_days: int) -> Iterator[Text]:
    """Give the gravest warnings that have room, each whole but for the name in it."""
    for words in training_warnings(trainings, stalled_days)[:most]:
        yield Text.assemble(("▲ ", "alert"), clipped(words, width - 2))
