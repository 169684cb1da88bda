"""The registry of figures, and the one way to run them."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from functools import cache
from zoneinfo import ZoneInfo

from termstats.data import figures as package
from termstats.data.figures.definition.series import bucket_column, by_pace, size_words
from termstats.data.model.buckets import Pace
from termstats.data.model.errors import NotAllowed, UsageError
from termstats.data.model.period import number_day
from termstats.data.model.request import Param, Request
from termstats.data.model.table import (
    Behind,
    Cell,
    Chart,
    Column,
    Drill,
    Kind,
    Row,
    Table,
)
from termstats.data.model.text import clean, singular
from termstats.data.query.acting import acting_population
from termstats.data.query.day_parts import cut_days
from termstats.data.query.filter_text import words
from termstats.data.query.filters import PLATFORM_USE, fields_of
from termstats.data.query.query import Query, ask
from termstats.data.query.scope import Scope
from termstats.data.store.opening import Store


class Level(StrEnum):
    """The five screens, in the order of their keys."""

    GLOBAL = "global"
    TRAINING = "training"
    LEARNER = "learner"
    CLASS = "class"
    BACKOFFICE = "backoffice"


class Aside(StrEnum):
    """What is on none of the five screens: opened from any of them, by administrators."""

    RECONCILE = "reconcile"


@dataclass
class Rows:
    """What a figure's function returns.

    Cells may be day numbers in DATE columns and seconds UTC in MOMENT columns. `columns` replaces
    the figure's own where they depend on the data.
    """

    rows: Sequence[Sequence[Cell]]
    columns: tuple[Column, ...] | None = None
    row_kinds: tuple[Kind, ...] = ()
    chart: Chart | None = None
    empty: str = ""
    summary: str = ""
    after: str | None = None
    keys: Sequence[str] = ()


Compute = Callable[[Query], Awaitable[Rows]]


@dataclass(frozen=True)
class Figure:
    """One figure: what it is called, what it needs, what it gives."""

    id: str
    title: str
    level: Level | Aside
    columns: tuple[Column, ...]
    compute: Compute
    needs: tuple[Param, ...] = ()
    chart: Chart | None = None
    drill: Drill | None = None
    unit: str = ""
    paged: bool = False
    """Rows come a page at a time; `Request.after` continues."""
    takes: tuple[Param, ...] = ()
    """What may narrow it further."""
    behind: Behind | None = None
    pace: Pace | None = None
    """Which automatic buckets it has; None: days, weeks or months."""

    @property
    def params(self) -> tuple[Param, ...]:
        """Return what it can be asked about."""
        return (*self.needs, *self.takes)

    @property
    def definition(self) -> str:
        """Return what `i` shows: the docstring of the function."""
        return inspect.getdoc(self.compute) or ""


REGISTRY: dict[str, Figure] = {}
_loaded: list[bool] = []


def figure(
    id: str,  # noqa: A002 - the figure's id is its name in the contract
    *,
    title: str,
    level: Level | Aside,
    columns: Sequence[Column],
    needs: Sequence[Param] = (),
    chart: Chart | None = None,
    drill: Drill | None = None,
    unit: str = "",
    paged: bool = False,
    takes: Sequence[Param] = (),
    behind: Behind | None = None,
    pace: Pace | None = None,
) -> Callable[[Compute], Compute]:
    """Register the decorated function as a figure."""

    def register(compute: Compute) -> Compute:
        if id in REGISTRY:
            raise ValueError(f"figure {id} is defined twice")
        REGISTRY[id] = Figure(
            *(id, title, level, tuple(columns), compute, tuple(needs), chart, drill, unit, paged),
            takes=tuple(takes),
            behind=behind,
            pace=pace,
        )
        return compute

    return register


_FOCUS: dict[Level, tuple[Param, ...]] = {
    Level.TRAINING: (Param.TRAINING,),
    Level.LEARNER: (Param.LEARNER,),
    Level.CLASS: (Param.CLASS,),
}
"""What a level is about: the parameter that its shared figures need."""


def on_levels(
    name: str,
    levels: Sequence[Level],
    *,
    title: str,
    columns: Sequence[Column],
    chart: Chart | None = None,
    drill: Drill | None = None,
    unit: str = "",
) -> Callable[[Compute], Compute]:
    """Register the decorated function as `LEVEL.name` on several levels: one definition."""

    def register(compute: Compute) -> Compute:
        for level in levels:
            figure(
                f"{level}.{name}",
                title=title,
                level=level,
                columns=columns,
                needs=_FOCUS.get(level, ()),
                chart=chart,
                drill=drill,
                unit=unit,
            )(compute)
        return compute

    return register


def figures() -> Mapping[str, Figure]:
    """Return all figures by id; every module of all rooms is loaded on first use."""
    if not _loaded:
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
        _loaded.append(True)
    return REGISTRY


def find_figure(figure_id: str) -> Figure:
    """Return the figure with that id.

    Raises:
        UsageError: no such figure; names those that are near.
    """
    known = figures()
    if figure_id in known:
        return known[figure_id]
    wanted = figure_id.rpartition(".")[2]
    near = sorted(name for name in known if wanted and wanted in name) or sorted(
        name for name in known if name.startswith(figure_id.partition(".")[0])
    )
    hint = f"; did you mean {', '.join(near[:4])}?" if near else ""
    raise UsageError(f"no figure {clean(figure_id)!r}{hint} List them with: termstats figures")


async def run_figure(
    store: Store, figure_id: str, request: Request, scope: Scope | None = None
) -> Table:
    """Compute one figure.

    Raises:
        UsageError: unknown figure, or a parameter it needs is missing.
        NotAllowed: the viewer may not see it.
        StoreError: the store cannot be read.
    """
    wanted = find_figure(figure_id)
    scope = scope or Scope()
    for param in wanted.needs:
        if request.param(param) is None:
            raise UsageError(f"{figure_id} needs --{param} KEY")
    check_level(scope, wanted.level)
    # Whoever acts counts on this level; collaboration figures are of counted people.
    is_platform_use = wanted.id.startswith(PLATFORM_USE)
    asked = request
    if not is_platform_use:
        request = replace(request, period=request.period.whole_days())
    request = by_pace(request, wanted.pace)
    meant = fields_of(wanted.id)
    request = replace(request, only=tuple(only for only in asked.only if only[0] in meant))
    async with store.connect() as connection:
        query = await ask(connection, store, scope, request)
        if asked.period.exact and not is_platform_use:
            query.note(f"Counts whole days: {request.period.dates}, not only {asked.period.dates}.")
        elif not is_platform_use and cut_days(query.question):
            query.note("Counts whole days, also where a filter asks for a part of them.")
        if idle := [words(only) for only in asked.only if only[0] not in meant]:
            query.note(f"Filters without a meaning here narrow nothing: {', '.join(idle)}.")
        found = await wanted.compute(query)
        population = await (
            acting_population(query.question, query.reader)
            if is_platform_use
            else query.people.in_words()
        )
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
        drill=wanted.drill,
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
        behind=wanted.behind,
        keys=tuple(clean(key) for key in found.keys),
    )


def check_level(scope: Scope, level: Level | Aside) -> None:
    """Check that the viewer has this level at all.

    Raises:
        NotAllowed: learners see only their own screen; the backoffice and what a platform shows
            are for administrators.
    """
    if scope.people is not None and level is not Level.LEARNER:
        raise NotAllowed(f"{scope.viewer} is a learner and sees only their own learner screen")
    if not scope.is_everything and level in (Level.BACKOFFICE, Aside.RECONCILE):
        what = "the backoffice" if level is Level.BACKOFFICE else "reconciliation"
        raise NotAllowed(f"{what} is for administrators; {scope.viewer} is a {scope.role}")


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
