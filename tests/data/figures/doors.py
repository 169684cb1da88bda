"""Goes through every door of a figure and compares what lies there with the number on it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

from termstats.data.figures.definition.all_pages import run_all_pages
from termstats.data.figures.definition.doors import question_behind
from termstats.data.figures.definition.figure import Figure, Level
from termstats.data.figures.definition.registry import figures
from termstats.data.figures.definition.run import run_figure
from termstats.data.model.doors import Door
from termstats.data.model.request import Param, Request
from termstats.data.model.table import METRIC, VALUE, Row, Table
from termstats.data.query.scope import Scope
from termstats.data.store.opening import Store

EVERYBODY = Scope()
LEVELS = (Level.GLOBAL, Level.TRAINING, Level.LEARNER, Level.CLASS)


def with_doors() -> Iterator[Figure]:
    """Give the figures of learning whose numbers have something behind them."""
    for figure in figures().values():
        if figure.level in LEVELS and figure.behind:
            yield figure


@dataclass(frozen=True)
class Gone:
    """What one door led to."""

    where: str
    row: Row
    column: str
    number: Any
    door: Door
    behind: Table
    target: Figure
    question: Request

    @property
    def counted(self) -> float:
        """Return what the rows behind the door come to."""
        if self.door.counts:
            cells = self.behind.column(self.door.counts)
            return sum(cell for cell in cells if isinstance(cell, (int, float)))
        return len(self.behind.rows)

    def mistake(self) -> str:
        """Return what is wrong; empty: the number is what lies behind it."""
        if self.door.is_count and abs(self.counted - self.number) > 1e-6 * max(1, self.number):
            return f"{self.where}: {self.number}, behind it {self.counted}"
        return "" if self.behind.rows else f"{self.where}: {self.number}, behind it nothing"


async def go_through(
    store: Store, figure: Figure, request: Request, scope: Scope = EVERYBODY
) -> AsyncIterator[Gone]:
    """Open every door of every row of a figure."""
    table = await run_figure(store, figure.id, request, scope)
    for row in table.rows:
        for column in columns_of(table, row):
            door = table.door(row, column)
            asked = await question_behind(store, scope, request, table, row, column)
            if door is None or asked is None:
                continue
            target, question = asked
            where = f"{figure.id} {row[0]} {row[1]} {column} -> {target.id} {question.words}"
            yield Gone(
                where,
                row,
                column,
                table.cell_of(row, column),
                door,
                await run_all_pages(store, target.id, question, scope),
                target,
                question,
            )


def columns_of(table: Table, row: Row) -> list[str]:
    """Return the columns of a row that may have a door."""
    is_cards = table.columns[0].name == METRIC
    return [VALUE] if is_cards else [column.name for column in table.columns]


def subjects(figure: Figure) -> tuple[Param, ...]:
    """Return what a figure must be asked about."""
    return figure.needs
