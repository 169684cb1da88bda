"""Says the numbers of a platform's own page beside ours: what differs first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from termstats.data.figures.definition.policy import PlatformPages
from termstats.data.model.entity import Entity
from termstats.data.model.request import Param
from termstats.data.model.table import Table
from termstats.screens.pages.reconcile_rows import Mark, mark_of, on_page

_WORDS = {Mark.DIFFERS: "differs", Mark.NO_VALUE: "not counted here", Mark.SAME: "the same"}


def page_entities(
    pages: PlatformPages, entities: Mapping[Param, Entity]
) -> tuple[tuple[Param, Entity], ...]:
    """Return what the page is about; some platforms have pages about everything only."""
    return tuple(on_page(entities).items()) if pages.of_things else ()


def differing_first(table: Table, rows: Sequence[int]) -> list[int]:
    """Return rows with those first that differ, each group in the page's order."""
    marks = list(Mark)
    return sorted(rows, key=lambda n: marks.index(mark_of(table, table.rows[n])))


def page_row_words(table: Table, row: int) -> str:
    """Return `progress: platform 31%, termstats 53 %, differs`."""
    cells = {
        column.name: table.shown(row, at) if table.rows[row][at] is not None else ""
        for at, column in enumerate(table.columns)
    }
    name = " ".join(filter(None, (cells["figure"].replace("_", " "), cells["key"])))
    parts = [f"platform {cells['platform'] or 'nothing'}"]
    parts += [f"termstats {cells['termstats']}"] if cells["termstats"] else []
    return f"{name}: {', '.join((*parts, _WORDS[mark_of(table, table.rows[row])]))}"
