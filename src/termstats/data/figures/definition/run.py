"""The one way to compute a figure."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from zoneinfo import ZoneInfo

from termstats.data.figures.definition.figure import check_level
from termstats.data.figures.definition.registry import find_figure
from termstats.data.figures.definition.series import bucket_column, by_pace, size_words
from termstats.data.model.errors import UsageError
from termstats.data.model.period import number_day
from termstats.data.model.request import Request
from termstats.data.model.table import Cell, Column, Kind, Row, Table
from termstats.data.model.text import clean, singular
from termstats.data.query.acting import acting_population
from termstats.data.query.day_parts import cut_days
from termstats.data.query.query import Query, ask
from termstats.data.query.scope import Scope
from termstats.data.store.opening import Store

log = logging.getLogger(__name__)


async def run_figure(
    store: Store, figure_id: str, request: Request, scope: Scope | None = None
) -> Table:
    """Compute one figure.

    Raises:
        UsageError: unknown figure, or a parameter it needs is missing.
        NotAllowed: the viewer may not see it.
        StoreError: the store cannot be read.
    """
    began = time.monotonic()
    wanted = find_figure(figure_id)
    scope = scope or Scope()
    for param in wanted.needs:
        if request.param(param) is None:
            raise UsageError(f"{figure_id} needs --{param} KEY")
    check_level(scope, wanted.level)
    asked = request
    if not wanted.by_moment:
        request = replace(request, period=request.period.whole_days())
    request = by_pace(request, wanted.pace)
    meant = wanted.filters
    holding = tuple(each for each in asked.filters if each.field in meant)
    request = replace(request, filters=holding)
    async with store.connect() as connection:
        query = await ask(connection, store, scope, request)
        if asked.period.exact and not wanted.by_moment:
            query.note(f"Counts whole days: {request.period.dates}, not only {asked.period.dates}.")
        elif not wanted.by_moment and cut_days(query.question):
            query.note("Counts whole days, also where a filter asks for a part of them.")
        if idle := [each.words for each in asked.filters if each.field not in meant]:
            query.note(f"Filters without a meaning here narrow nothing: {', '.join(idle)}.")
        found = await wanted.compute(query)
        population = await (
            acting_population(query.question, query.reader)
            if wanted.by_moment
            else query.people.in_words()
        )
    log.info("%s: %d rows in %.3f s", wanted.id, len(found.rows), time.monotonic() - began)
    columns = found.columns or wanted.columns
    chart = found.chart or wanted.chart
    summary = found.summary
    if asked.by == "auto" and columns[0].name in (request.by, "day"):
        query.note(f"Automatic buckets: {size_words(request)}.")
        summary = " · ".join(part for part in (summary, f"by {size_words(request)}") if part)
    if not found.rows and request.by != "day" and columns[0].name == "day":
        # An empty series may leave its columns to the figure, which names the first by days.
        columns = (bucket_column(request), *columns[1:])
    return Table(
        figure_id=wanted.id,
        title=wanted.title,
        columns=tuple(replace(c, title=clean(c.title), name=clean(c.name)) for c in columns),
        rows=_finish(found.rows, columns, query),
        notes=tuple(dict.fromkeys(singular(clean(note)) for note in query.notes)),
        chart=chart.over(request.by) if chart else None,
        row_opens=wanted.row_opens,
        empty=clean(found.empty),
        row_kinds=found.row_kinds,
        summary=singular(clean(summary)),
        period=request.period.describe(),
        zone=str(store.info.zone),
        step=request.step or 0,
        as_of=f"as of {datetime.fromtimestamp(store.info.as_of, store.info.zone):%Y-%m-%d %H:%M}",
        population=singular(population),
        after=found.after,
        params=asked.words,
        number_opens=wanted.number_opens,
        keys=tuple(clean(key) for key in found.keys),
    )


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
    dates: dict[Cell, Cell] = {number: number_day(int(number)) for number in numbers}
    return [dates.get(cell, cell) for cell in cells]


def _moments(cells: Sequence[Cell], zone: ZoneInfo) -> list[Cell]:
    return [_moment(cell, zone) if isinstance(cell, (int, float)) else cell for cell in cells]


def _moment(second: float, zone: ZoneInfo) -> datetime:
    """Return a moment with the offset of its zone: so both hours of a clock put back differ."""
    moment = datetime.fromtimestamp(second, zone)
    return moment.replace(tzinfo=_offset(moment.utcoffset()))


@cache
def _offset(ahead: timedelta | None) -> timezone:
    return timezone(ahead) if ahead else UTC


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
