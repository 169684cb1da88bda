"""What lies behind a number: declared by measures, and asked here.

Screens, commands and tests all go through a door the same way: `behind` says what a number of a
row opens, `question_behind` is the whole question with everything looked up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from termstats.data.figures.definition.figure import Figure, Level
from termstats.data.figures.definition.measure import Behind, Measure
from termstats.data.figures.definition.registry import find_figure
from termstats.data.model.day_words import dates_words
from termstats.data.model.doors import ROWS, Door, Doors
from termstats.data.model.errors import UsageError
from termstats.data.model.filter_base import Filter
from termstats.data.model.filters import FILTERS, of_days
from termstats.data.model.period import BUCKETS, Period, bucket_days
from termstats.data.model.request import WORDS, Param, Request
from termstats.data.model.table import METRIC, Kind, Row, Table
from termstats.data.query.scope import Scope
from termstats.data.query.search import resolve
from termstats.data.store.opening import Store

_COUNTED = {Behind.ACTIVITY: "times"}
"""List -> the column that adds up to the number, where it is not how many rows there are."""

_UNITS = {
    Behind.ENROLMENTS: "enrolments",
    Behind.TRAININGS: "trainings",
    Behind.CLASSES: "classes",
    Behind.ATTEMPTS: "attempts",
}
"""List -> what its rows are, where they are no people."""
_OF_ONE_NUMBER = (Behind.TRAININGS, Behind.CLASSES, Behind.ATTEMPTS)
"""Lists that are behind one number only, which nobody has to name."""


def door_to(
    measure: Measure,
    *,
    level: Level | str = "",
    params: tuple[tuple[str, str], ...] = (),
    of_days: bool = False,
    action: str = "",
) -> Door:
    """Return the door behind a number of a measure.

    Args:
        measure: one that has something behind it.
        level: the level of the list; empty: that on which the number stands.
        params: (parameter, column of the row) that the number is narrowed to.
        of_days: whether the row is a bucket of days.
        action: what is asked for, where it is called otherwise than the measure.
    """
    if measure.behind is None:
        raise ValueError(f"nothing lies behind {measure.name}")
    counts: str | None = _COUNTED.get(measure.behind, ROWS)
    if not measure.is_sum:
        counts = None
    elif measure.part == "seconds":
        counts = "time_spent"
    asks = "" if measure.behind in _OF_ONE_NUMBER else action or measure.name
    unit = _UNITS.get(measure.behind, "people")
    return Door(f"{level}.{measure.behind}", asks, params, of_days, counts, unit)


def doors_to(
    measures: Mapping[str, Measure],
    *,
    level: Level | str = "",
    params: tuple[tuple[str, str], ...] = (),
    of_days: bool = False,
) -> Doors:
    """Return the doors of columns by their measures; those with nothing behind them have none."""
    return tuple(
        (column, door_to(each, level=level, params=params, of_days=of_days))
        for column, each in measures.items()
        if each.behind is not None
    )


def doors_of_cards(cards: Iterable[Measure]) -> Doors:
    """Return the doors of the cards of a level."""
    return doors_to({each.name: each for each in cards})


@dataclass(frozen=True)
class BehindNumber:
    """What a number of a row opens: a figure about the things that the row names."""

    figure_id: str
    keys: tuple[tuple[Param, str], ...]
    """The platform's ids of the row, and the word for --action."""
    filters: tuple[Filter, ...]
    """The days of the bucket that the row is, and what it is called, where rows are narrowed so."""
    words: str
    """What it opens: `the 33 people`, `the enrolments`."""
    name: str
    """What the number is called: `Never started`, `Active people, 16 Nov 2026`."""


def behind(table: Table, row: Row, column: str) -> BehindNumber | None:
    """Return what a number of a row opens; None: nothing lies behind it."""
    door = table.door(row, column)
    if door is None:
        return None
    keys = keys_of(table, row, door.params)
    if door.action:
        keys[Param.ACTION] = door.action
    days = _days_of(table, row) if door.of_days else None
    return BehindNumber(
        door.target,
        tuple(keys.items()),
        (
            *(() if days is None else (of_days(days),)),
            *(FILTERS[field]((str(table.cell_of(row, name)),)) for field, name in door.filters),
        ),
        door.words(table.cell_of(row, column)),
        _name(table, row, column, days),
    )


def keys_of(table: Table, row: Row, pairs: Iterable[tuple[str, str]]) -> dict[Param, str]:
    """Return the platform ids that the row holds, by parameter.

    `pairs` are (parameter, column) as `Destination.params` has them; empty cells are left out.

    Raises:
        UsageError: a column is missing.
    """
    keys: dict[Param, str] = {}
    for param, column in pairs:
        try:
            cell = table.cell_of(row, column)
        except KeyError:
            raise UsageError(f"{table.figure_id} has no column {column} to open a row by") from None
        if cell not in (None, ""):
            keys[Param(param)] = str(cell)
    return keys


async def question_behind(
    store: Store, scope: Scope, request: Request, table: Table, row: Row, column: str
) -> tuple[Figure, Request] | None:
    """Return the figure behind a number of a row and the whole question to it; None: nothing.

    `request` is the question that `table` answers. Of what it is about only that stays which the
    figure of the number knows.

    Raises:
        UsageError: no such thing, or several.
        NotAllowed: the viewer may not see it.
    """
    opened = behind(table, row, column)
    if opened is None:
        return None
    figure = find_figure(opened.figure_id)
    asked = replace(
        request,
        action=None,
        version=None,
        question=None,
        by="day",
        step=None,
        top=None,
        after=None,
        wide=False,
        row_search=(),
    )
    # Trainings first: what lies in one is looked for there.
    for param, key in sorted(opened.keys, key=lambda pair: pair[0] is not Param.TRAINING):
        if param in WORDS:
            asked = asked.with_word(param, key)
        else:
            inside = asked.entity(Param.TRAINING)
            asked = asked.with_entity(param, await resolve(store, scope, param, key, inside))
    about = tuple(pair for pair in asked.entities if pair[0] in figure.params)
    return figure, replace(asked, entities=about, filters=(*asked.filters, *opened.filters))


def _days_of(table: Table, row: Row) -> Period | None:
    """Return the days of the bucket that a row of a series is."""
    first, by = row[0], table.columns[0].name
    if not isinstance(first, date) or by not in BUCKETS:
        return None
    return bucket_days(first, by)


def _name(table: Table, row: Row, column: str, days: Period | None) -> str:
    """Return what a number is called."""
    if table.columns[0].name == METRIC:
        return str(table.columns[0].read(row[0]))
    heading = table.columns[table.position(column)].heading
    if days is not None:
        dates = dates_words(days.first, days.last)
        return dates if len(table.behind) == 1 else f"{heading}, {dates}"
    cells = zip(table.columns, row, strict=True)
    first = next((str(cell) for each, cell in cells if each.kind is Kind.TEXT and cell), "")
    return f"{first}, {heading}" if first else heading
