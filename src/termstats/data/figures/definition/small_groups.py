"""What a viewer sees to whom no group under a smallest one may be known: the one place.

Figures that tell of people one by one are closed to them; of the others small numbers are hidden,
and what they could be found by; the rest is rounded. See `termstats.data.model.small_numbers`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

from termstats.data.figures.definition.figure import OF_GROUPS, Figure
from termstats.data.figures.definition.people_behind import PeopleBehind
from termstats.data.model.buckets import calendar_bucket
from termstats.data.model.errors import NotAllowed
from termstats.data.model.filter_base import Field
from termstats.data.model.request import Param, Request
from termstats.data.model.small_numbers import (
    HIDDEN,
    NOT_ABOUT_PEOPLE,
    complement,
    difference,
    is_small,
    parts_of_total,
    reason,
    rounded,
    rounded_words,
)
from termstats.data.model.table import METRIC, NUMERIC, Cell, Destination, Kind, Row, Table
from termstats.data.query.auditing import PERSON_COLUMNS
from termstats.data.query.scope import Scope

_FILTERS = (Field.GROUP, Field.TRAINING, Field.KIND)
"""Filters that pick groups, and no single people or days."""
_NO_SUM = (Kind.PERCENT, Kind.SHARE)
"""Kinds of columns whose rows do not add up."""
Counts = Sequence[Sequence[float | None]]


def is_closed(figure: Figure, scope: Scope) -> bool:
    """Return whether a figure is closed to a viewer because it tells of people one by one."""
    if not scope.min_group:
        return False
    named = any(column.name in PERSON_COLUMNS for column in figure.columns)
    return figure.level not in OF_GROUPS or figure.paged or named or figure.of_single_people


def check_groups(figure: Figure, request: Request, scope: Scope) -> None:
    """Check that a question is about groups.

    Raises:
        NotAllowed: it is about single people, or narrowed to some.
    """
    if not scope.min_group:
        return
    if is_closed(figure, scope):
        raise NotAllowed(
            f"{figure.id} tells of single people; {_whose(scope)} only numbers about "
            f"{scope.min_group} people or more"
        )
    single = [each.words for each in request.filters if each.field not in _FILTERS]
    if request.entity(Param.LEARNER) or request.entity(Param.USER) or single:
        what = f"narrowed by {', '.join(single)}" if single else "of one person"
        raise NotAllowed(
            f"{figure.id} {what}; {_whose(scope)} only numbers about {scope.min_group} people "
            "or more: narrow it by group, training or kind"
        )


def _whose(scope: Scope) -> str:
    return f"{scope.viewer} sees" if scope.viewer else "here are"


def in_groups(request: Request, scope: Scope) -> Request:
    """Return the question as it is answered: of whole months, of counted people, by no days."""
    if not scope.min_group:
        return request
    period = request.period.whole_months()
    by = calendar_bucket(period.days) if request.by == "auto" else request.by
    by = "week" if by == "day" else by
    return replace(request, period=period, everybody=False, by=by)


async def only_groups(behind: PeopleBehind, scope: Scope, closed: Callable[[str], bool]) -> Table:
    """Return a table with what is about few people hidden, and the rest rounded.

    `closed` says of a level or figure whether it is closed to the viewer.
    """
    table, least = behind.table, scope.min_group
    people = await behind.rows()
    hidden = _hidden(table, people, least)
    rows = tuple(
        _changed(
            tuple(_shown(table, people, hidden, at, place, least) for place in range(len(row)))
        )
        if table.columns[0].name == METRIC
        else tuple(_shown(table, people, hidden, at, place, least) for place in range(len(row)))
        for at, row in enumerate(table.rows)
    )
    hides = any(HIDDEN in row for row in rows)
    named = [at for at in _order(table, rows) if not _is_value_of_few(table, rows[at])]
    return replace(
        table,
        rows=tuple(rows[at] for at in named),
        row_kinds=tuple(table.row_kinds[at] for at in named) if table.row_kinds else (),
        keys=tuple(table.keys[at] for at in named) if table.keys else (),
        summary="",
        notes=(reason(least, hides=hides), *(each for each in table.notes if not _counts(each))),
        empty=_empty(table.empty, least, hides=hides),
        population=rounded_words(table.population, least),
        behind=(),
        people=(),
        row_opens=_still_open(table.row_opens, closed),
    )


def _order(table: Table, rows: Sequence[Row]) -> list[int]:
    """Return in which order rows are shown: hidden numbers of a ranking last, by name.

    Where they stood among the others would tell how large they are.
    """
    order = list(range(len(rows)))
    if table.columns[0].name == METRIC or table.columns[0].kind is Kind.DATE:
        return order
    ranks = [
        place
        for place, column in enumerate(table.columns)
        if column.kind in NUMERIC and _falls([row[place] for row in table.rows])
    ]
    names = [
        next(
            (
                str(cell).casefold()
                for cell, column in zip(row, table.columns, strict=True)
                if column.kind is Kind.TEXT
            ),
            "",
        )
        for row in rows
    ]
    last = {at for at in order if any(rows[at][place] == HIDDEN for place in ranks)}
    return sorted(order, key=lambda at: (at in last, names[at] if at in last else ""))


def _falls(cells: Sequence[Cell]) -> bool:
    """Return whether numbers are in falling order."""
    numbers = [cell for cell in cells if isinstance(cell, (int, float))]
    return all(one >= other for one, other in pairwise(numbers))


def _empty(words: str, least: int, *, hides: bool) -> str:
    """Return why there is nothing to draw, or no row."""
    if hides:
        return f"Numbers about fewer than {least} people are hidden."
    return "" if _counts(words) else words


def _is_value_of_few(table: Table, row: Row) -> bool:
    """Return whether a row is a value that few people have: of a field, a language, a country.

    That somebody has it tells of them; a training or a month is there without them.
    """
    first = table.columns[0]
    if first.kind is not Kind.TEXT or first.name == METRIC:
        return False
    if any(column.kind is Kind.IDENT for column in table.columns):
        return False
    numbers = [cell for cell, each in zip(row, table.columns, strict=True) if each.kind in NUMERIC]
    return bool(numbers) and all(cell == HIDDEN for cell in numbers)


def _still_open(opened: Destination | None, closed: Callable[[str], bool]) -> Destination | None:
    return None if opened is None or closed(opened.target) else opened


def _counts(words: str) -> bool:
    """Return whether a phrase holds numbers, which may be about few people."""
    return any(each.isdigit() for each in words)


def _hidden(table: Table, people: Counts, least: int) -> set[tuple[int, int]]:
    """Return (row, column) of the cells that are hidden."""
    hidden = {
        (at, place)
        for at, row in enumerate(people)
        for place, each in enumerate(row)
        if table.rows[at][place] is not None and (each is None or is_small(each, least))
    }
    if table.columns[0].name == METRIC:
        return hidden
    names = [column.name for column in table.columns]
    before = -1
    while len(hidden) != before:
        before = len(hidden)
        for place, column in enumerate(table.columns):
            if column.kind in NUMERIC and column.kind not in _NO_SUM:
                line = {(at, place): people[at][place] for at in range(len(people))}
                hidden |= _more_hidden(line, hidden, least)
        for parts in parts_of_total(names):
            for at in range(len(people)):
                cells = {(at, names.index(each)): people[at][names.index(each)] for each in parts}
                hidden |= _more_hidden(cells, hidden, least)
    return hidden


def _more_hidden(
    line: Mapping[tuple[int, int], float | None], hidden: set[tuple[int, int]], least: int
) -> set[tuple[int, int]]:
    """Return which cells of a line that adds up are hidden too."""
    cells = [cell for cell, each in line.items() if each is not None]
    people = {n: line[cell] or 0 for n, cell in enumerate(cells)}
    small = {n for n, cell in enumerate(cells) if cell in hidden}
    return {cells[n] for n in complement(people, small, least)}


def _shown(
    table: Table,
    people: Counts,
    hidden: set[tuple[int, int]],
    at: int,
    place: int,
    least: int,
) -> Cell:
    """Return one cell as the viewer sees it."""
    cell, kind = table.rows[at][place], table.kind(at, place)
    if cell is None or people[at][place] == NOT_ABOUT_PEOPLE:
        return cell
    if (at, place) in hidden or isinstance(cell, (str, date)):
        return HIDDEN
    return rounded(cell, kind, least, adds_up=_adds_up(table, table.rows[at], place))


def _adds_up(table: Table, row: Row, place: int) -> bool:
    """Return whether a count is of what people did, and not of people or their enrolments."""
    name = str(row[0]) if table.columns[0].name == METRIC else table.columns[place].name
    door = dict(table.behind).get(name)
    return door is None or door.counts != "" or door.unit not in ("people", "enrolments")


def _changed(row: Row) -> Row:
    """Return a card whose change is that of the numbers shown."""
    name, value, previous, _change = row
    return name, value, previous, difference(value, previous)
