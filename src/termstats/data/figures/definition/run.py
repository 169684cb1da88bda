"""The one way to compute a figure."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from termstats.data.figures.definition.doors import question_behind
from termstats.data.figures.definition.figure import Figure, Rows, check_compared, check_level
from termstats.data.figures.definition.first_rows import first_rows
from termstats.data.figures.definition.people_behind import PeopleBehind, number_of_people
from termstats.data.figures.definition.registry import find_figure, is_figure
from termstats.data.figures.definition.series import bucket_column, by_pace, size_words
from termstats.data.figures.definition.small_groups import (
    check_groups,
    in_groups,
    is_closed,
    only_groups,
)
from termstats.data.model.errors import UsageError
from termstats.data.model.period import Period, moment_at, number_day
from termstats.data.model.plural import singular
from termstats.data.model.request import Param, Request
from termstats.data.model.table import Cell, Column, Kind, Row, Table
from termstats.data.model.text import clean
from termstats.data.model.units import DayNumber
from termstats.data.query.acting import acting_population
from termstats.data.query.auditing import record_table
from termstats.data.query.day_parts import cut_days
from termstats.data.query.known_days import as_of_words
from termstats.data.query.names import names_in_scope
from termstats.data.query.query import Query, ask
from termstats.data.query.scope import Scope
from termstats.data.store.memory import Memory
from termstats.data.store.opening import Store

log = logging.getLogger(__name__)
_PEOPLE: Memory[tuple[object, ...], int] = Memory(most=2_000)
"""A list behind a number -> how many people are in it."""


async def run_figure(
    store: Store, figure_id: str, request: Request, scope: Scope | None = None
) -> Table:
    """Compute one figure.

    Raises:
        UsageError: unknown figure, or a parameter it needs is missing.
        NotAllowed: the viewer may not see it.
        StoreError: the store cannot be read.
        TermstatsError: the audit log cannot be written.
    """
    began = time.monotonic()
    figure = find_figure(figure_id)
    scope = scope or Scope()
    for param in figure.needs:
        if request.param(param) is None:
            raise UsageError(f"{figure_id} needs --{param} KEY")
    check_level(scope, figure.level)
    check_compared(store.info, figure.level)
    check_groups(figure, request, scope)
    request = in_groups(request, scope)
    table, then = await _computed(store, figure, request, scope)
    if scope.min_group:
        table = await _of_groups(store, scope, table, request, then)
    log.info("%s: %d rows in %.3f s", figure.id, len(table.rows), time.monotonic() - began)
    # Where rows are searched for here, and not at the source, the list ends after that.
    searched_later = bool(request.row_search) and not figure.paged
    table = table if searched_later else first_rows(table, figure, request.top)
    record_table(store, scope, table)
    return table


async def _computed(
    store: Store, figure: Figure, asked: Request, scope: Scope
) -> tuple[Table, Period]:
    """Return the whole answer of a figure, and the period that it is compared with."""
    request = _as_counted(figure, asked)
    async with store.connect() as connection:
        query = await ask(connection, store, scope, request)
        _note_what_does_not_hold(query, figure, asked)
        computed = await figure.compute(query)
        for words in connection.said:
            query.note(words)
        population = await (
            acting_population(query.question, query.reader)
            if figure.by_moment
            else query.people.in_words()
        )
    return _table(figure, asked, query, computed, population), query.then


async def _of_groups(
    store: Store, scope: Scope, table: Table, request: Request, then: Period
) -> Table:
    """Return a table as it is shown to a viewer who sees no small groups."""
    trainings = len((await names_in_scope(store, scope)).entries[Param.TRAINING])

    async def listed(row: Row, column: str, asked: Request, having: str) -> int:
        found = await question_behind(store, scope.of_any_group, asked, table, row, column)
        if found is None:
            return 0
        figure, question = found

        async def read() -> int:
            if figure.count_people is not None and not having:
                async with store.connect() as connection:
                    counted = _as_counted(figure, question)
                    query = await ask(connection, store, scope.of_any_group, counted)
                    people = await figure.count_people(query, scope.min_group)
                if people is not None:
                    return people
            rows, _then = await _computed(store, figure, question, scope.of_any_group)
            return number_of_people(rows, having)

        key = (scope, figure.id, question, having)
        return await store.memories.recall(_PEOPLE, key, read)

    def closed(target: str) -> bool:
        return is_figure(target) and is_closed(find_figure(target), scope)

    behind = PeopleBehind(table, request, then, trainings, scope.min_group, listed)
    return await only_groups(behind, scope, closed)


def _as_counted(figure: Figure, asked: Request) -> Request:
    """Return the question as the figure takes it: its days, its buckets, the filters it knows."""
    period = asked.period if figure.by_moment else asked.period.whole_days()
    request = by_pace(replace(asked, period=period), figure.pace)
    filters = tuple(each for each in asked.filters if each.field in figure.filters)
    if figure.paged and asked.top is not None:
        request = replace(request, limit=asked.top)
    return replace(request, filters=filters)


def _note_what_does_not_hold(query: Query, figure: Figure, asked: Request) -> None:
    """Note where the figure does not take the question as it was asked."""
    if asked.period.exact and not figure.by_moment:
        query.note(f"Counts whole days: {query.period.dates}, not only {asked.period.dates}.")
    elif not figure.by_moment and cut_days(query.question):
        query.note("Counts whole days, also where a filter asks for a part of them.")
    if idle := [each.words for each in asked.filters if each.field not in figure.filters]:
        query.note(f"Filters without a meaning here narrow nothing: {', '.join(idle)}.")


def _table(figure: Figure, asked: Request, query: Query, computed: Rows, population: str) -> Table:
    """Return what the figure's function gave as people see it."""
    request, info = query.request, query.info
    columns = computed.columns or figure.columns
    chart = computed.chart or figure.chart
    summary = computed.summary
    if asked.by == "auto" and columns[0].name in (request.by, "day"):
        query.note(f"Automatic buckets: {size_words(request)}.")
        summary = " · ".join(part for part in (summary, f"by {size_words(request)}") if part)
    if not computed.rows and request.by != "day" and columns[0].name == "day":
        # An empty series may leave its columns to the figure, which names the first by days.
        columns = (bucket_column(request), *columns[1:])
    return Table(
        figure_id=figure.id,
        title=figure.title,
        columns=tuple(replace(c, title=clean(c.title), name=clean(c.name)) for c in columns),
        rows=_finish(computed.rows, columns, query),
        notes=tuple(dict.fromkeys(singular(clean(note)) for note in query.notes)),
        chart=chart.over(request.by) if chart else None,
        row_opens=figure.row_opens,
        empty=clean(computed.empty),
        row_kinds=computed.row_kinds,
        summary=singular(clean(summary)),
        period=request.period.describe(),
        zone=str(info.zone),
        step=request.step or 0,
        as_of=f"as of {as_of_words(info.now, query.question.scope)}",
        now=info.now,
        population=singular(population),
        after=computed.after,
        params=asked.words,
        before=asked.against.behind,
        behind=figure.behind if computed.opens else (),
        keys=tuple(clean(key) for key in computed.keys),
        people=tuple(clean(key) for key in computed.people),
        noun=_BUCKETS.get(columns[0].name, figure.noun),
    )


_BUCKETS = {"week": "week", "month": "month", "start": "step"}
"""Name of the first column of a series -> what its rows are; else what the figure says."""


def _finish(
    rows: Sequence[Sequence[Cell]], columns: Sequence[Column], query: Query
) -> tuple[Row, ...]:
    """Sanitise text and turn day numbers and moments into dates of the reporting zone."""
    if not rows:
        return ()
    finished = [
        _FINISH[column.kind](cells, query.zone) if column.kind in _FINISH else cells
        for column, cells in zip(columns, zip(*rows, strict=True), strict=True)
    ]
    return tuple(zip(*finished, strict=True))


def _days(cells: Sequence[Cell], _zone: ZoneInfo) -> list[Cell]:
    numbers = {cell for cell in cells if isinstance(cell, (int, float))}
    dates: dict[Cell, Cell] = {number: number_day(DayNumber(int(number))) for number in numbers}
    return [dates.get(cell, cell) for cell in cells]


def _moments(cells: Sequence[Cell], zone: ZoneInfo) -> list[Cell]:
    return [moment_at(cell, zone) if isinstance(cell, (int, float)) else cell for cell in cells]


def _texts(cells: Sequence[Cell], _zone: ZoneInfo) -> list[Cell]:
    cleaned = {cell: clean(cell) for cell in set(cells) if cell is not None}
    return [None if cell is None else cleaned[cell] for cell in cells]


_FINISH: Mapping[Kind, Callable[[Sequence[Cell], ZoneInfo], list[Cell]]] = {
    Kind.DATE: _days,
    Kind.MOMENT: _moments,
    Kind.TEXT: _texts,
    Kind.IDENT: _texts,
}
"""How cells of a kind become what people see; other kinds stay as they are."""
