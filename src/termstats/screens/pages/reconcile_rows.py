"""What a platform shows beside our numbers, made for reading: what differs first, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum

from rich.text import Text

from termstats.data.figures.definition.policy import PlatformPages
from termstats.data.model.entity import Entity
from termstats.data.model.request import Param
from termstats.data.model.table import Cell, Row, Table, ident, words

SUBJECTS = (Param.LEARNER, Param.CLASS, Param.TRAINING)
"""What decides about the platform's page, first wins."""
PAGES = {
    Param.LEARNER: "learner's page",
    Param.CLASS: "class page",
    Param.TRAINING: "training page",
}
_SHOWN = ("figure", "key", "platform", "termstats", "reason")
_NARROW = _SHOWN[:4]
"""What fits 80 columns; the reason stands under the table."""
_OWN = (ident("row"), words("same", "Same?", "made for the screen, not exported"))


class Mark(StrEnum):
    """Whether both say the same; the order is that of the rows."""

    DIFFERS = "≠ differs"
    NO_VALUE = "? not here"
    SAME = "= same"

    def written(self, *, plain: bool) -> str:
        """Return sign and word, with ASCII only where `plain`."""
        return self.replace("≠", "!") if plain else str(self)


def subject_of(entities: Mapping[Param, Entity]) -> Param | None:
    """Return what the platform's page is about; None: its dashboard."""
    return next((param for param in SUBJECTS if param in entities), None)


def on_page(entities: Mapping[Param, Entity]) -> dict[Param, Entity]:
    """Return the things that the page depends on: a learner's page may have a training's details.

    What else was chosen on the way here plays no part.
    """
    subject = subject_of(entities)
    params = {subject, Param.TRAINING} if subject is Param.LEARNER else {subject}
    return {param: entity for param, entity in entities.items() if param in params}


def page_words(pages: PlatformPages, entities: Mapping[Param, Entity]) -> str:
    """Return `learner's page · Ben Bauer › Safety Basics`, or `dashboard`."""
    subject = subject_of(entities)
    if subject is None:
        return pages.words
    names = [entities[param].name for param in SUBJECTS if param in on_page(entities)]
    return f"{PAGES[subject]} · {' › '.join(names)}"


def mark_of(table: Table, row: Row) -> Mark:
    """Return whether both numbers of a row are the same."""
    if not row[table.position("reason")]:
        return Mark.SAME
    return Mark.NO_VALUE if row[table.position("termstats")] is None else Mark.DIFFERS


def for_reading(table: Table, *, only_differences: bool, plain: bool, narrow: bool) -> Table:
    """Return the figure with a mark per row, what differs first, each group in the page's order.

    The hidden column `row` identifies a row in every month and leads back to the figure's own.
    """
    marks = [mark_of(table, row) for row in table.rows]
    order = sorted(range(len(marks)), key=lambda n: list(Mark).index(marks[n]))
    if only_differences:
        order = [n for n in order if marks[n] is Mark.DIFFERS]
    ids = row_ids(table)
    at = [table.position(name) for name in (_NARROW if narrow else _SHOWN)]
    rows = tuple(
        (ids[n], marks[n].written(plain=plain), *(_readable(table, n, c) for c in at))
        for n in order
    )
    columns = (*_OWN, *(table.columns[c] for c in at))
    empty = table.empty
    if table.rows and not rows:
        empty = "Every number that both have is the same. Press d for all rows."
    kinds = tuple(table.row_kinds[n] for n in order) if table.row_kinds else ()
    return replace(table, columns=columns, rows=rows, row_kinds=kinds, empty=empty)


def as_figure(shown: Table, table: Table) -> Table:
    """Return the figure's own columns of the rows in `shown`, in that order: what is exported."""
    ids = row_ids(table)
    order = [ids.index(str(row)) for row in shown.column("row")]
    kinds = tuple(table.row_kinds[n] for n in order) if table.row_kinds else ()
    return table.with_rows(tuple(table.rows[n] for n in order), kinds)


def row_ids(table: Table) -> list[str]:
    """Return what identifies each row: figure and key, numbered where a page repeats them."""
    seen: Counter[str] = Counter()
    ids = []
    for figure, key in zip(table.column("figure"), table.column("key"), strict=True):
        name = f"{figure}\t{key}"
        seen[name] += 1
        ids.append(f"{name}\t{seen[name]}")
    return ids


def reason_line(table: Table, shown: Table, row: int, room: int) -> Text:
    """Return why a row of `shown` differs in about `room` cells, for the lines under the table."""
    mark, name, key = (shown.shown(row, c) for c in range(1, 4))
    own = as_figure(shown.with_rows((shown.rows[row],)), table)
    reason = str(own.column("reason")[0] or "")
    if len(reason) > room:
        reason = f"{reason[:room]}... (Enter: all)"
    line = Text(f"{mark}: ", style="bold")
    line.append(reason or f"{name} {key}".strip())
    return line


def reason_text(table: Table, shown: Table, row: int) -> Text:
    """Return all there is to say about one row of `shown`, for a dialog."""
    own = as_figure(shown.with_rows((shown.rows[row],)), table)
    body = Text()
    for column in table.columns:
        cell = own.shown(0, own.position(column.name))
        if column.name == "reason" or not cell:
            continue
        body.append(f"{column.heading:<12}", style="bold")
        body.append(f"{cell}\n")
    reason = str(own.column("reason")[0] or "")
    body.append("\nWhy they differ\n" if reason else "\nThey are the same.\n", style="bold")
    body.append(f"{reason}\n" if reason else "")
    return body


def _readable(table: Table, row: int, column: int) -> Cell:
    cell = table.rows[row][column]
    if table.columns[column].name == "figure":
        return str(cell).replace("_", " ")
    return cell
