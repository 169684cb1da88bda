"""What a point, bar or row of the backoffice stands for, and where its details are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from termstats.data.figures.definition.ranking import OTHERS
from termstats.data.figures.definition.registry import Level
from termstats.data.model.period import Period, add_months
from termstats.data.model.request import Field, Only
from termstats.data.model.row_filter import EXACT
from termstats.data.model.table import Row, Table
from termstats.data.query.filter_text import named
from termstats.data.query.filters import days_entity
from termstats.screens.frame.session import Session

LOG, HISTORY, RUNS = "backoffice.log", "backoffice.object-history", "backoffice.function-runs"
FUNCTIONS = "backoffice.functions"
EVENTS, ERROR_RUNS, PEOPLE = "backoffice.events", "backoffice.error-runs", "backoffice.people"
SERIES = ""
"""Stands for the name of the chosen series, where a column is asked for."""


@dataclass(frozen=True)
class Way:
    """How rows of a figure become filters: (field, column) pairs, and the panel of the details."""

    pairs: tuple[tuple[Field, str], ...] = ()
    days: bool = False
    """Whether the first column is the day, week or month."""
    target: str = LOG
    first_only: bool = False
    """Whether the first pair with a value stands for the row."""
    series: Field | None = None
    """The filter that the chosen series of a chart becomes; its name is the value."""
    rows: tuple[str, str] | None = None
    """Column of the target and column here, or SERIES: rows of the target with just that value."""
    numbers: tuple[tuple[str, tuple[str, str]], ...] = ()
    """Chosen column here -> column and text of the target's rows: what the number counts."""
    ever: bool = False
    """Whether the details are of all time: within the period there are none."""
    needs: str = ""
    """Column without which a row leads nowhere."""
    nothing: str = ""
    """What is said of a row that leads nowhere."""


@dataclass(frozen=True)
class Selection:
    """What a row stands for: filters, and rows of the target: a column and what it contains."""

    only: tuple[Only, ...] = ()
    rows: tuple[str, str] | None = None

    def __bool__(self) -> bool:
        return bool(self.only or self.rows)


_PERSON = Way(((Field.PERSON, "user_id"),))
_EVENTS_OF_PERSON = Way(((Field.PERSON, "user_id"),), target=EVENTS)
_ONE_EVENT = Way(
    ((Field.PERSON, "user_id"),),
    target=EVENTS,
    rows=("session", "session"),
    first_only=True,
    nothing="Nobody known did this, in no session that was recorded",
)
"""The rest of the session; without one what the person did."""
WAYS: Mapping[str, Way] = {
    "backoffice.actions": Way(days=True, series=Field.ACTION),
    "backoffice.distribution": Way(((Field.ACTION, "action"),)),
    "backoffice.api-calls": Way(days=True, target=EVENTS),
    "backoffice.api-users": _EVENTS_OF_PERSON,
    "backoffice.api-errors": Way(days=True, target=ERROR_RUNS, rows=("error", SERIES)),
    "backoffice.api-searches": Way(target=EVENTS, rows=("message", "term")),
    "backoffice.datasets": Way(((Field.OBJECT, "dataset_id"),), target=HISTORY),
    "backoffice.top-users": replace(_PERSON, series=Field.ACTION),
    "backoffice.users": _PERSON,
    PEOPLE: _EVENTS_OF_PERSON,
    "backoffice.top-datasets": Way(((Field.OBJECT, "dataset_id"),), target=HISTORY),
    "backoffice.top-pages": Way(((Field.OBJECT, "page_id"),), target=HISTORY),
    "backoffice.objects": Way(((Field.OBJECT, "object_id"),), target=HISTORY),
    "backoffice.projects": Way(((Field.OBJECT, "project_id"),), target=HISTORY),
    "backoffice.weekdays": Way(((Field.WEEKDAY, "weekday"),), target="backoffice.users"),
    "backoffice.unique-users": Way(days=True, target=PEOPLE),
    "backoffice.sources": Way(days=True, target=EVENTS, rows=("source", SERIES)),
    "backoffice.user-events": Way(days=True, target=EVENTS, series=Field.ACTION),
    EVENTS: _ONE_EVENT,
    "backoffice.packages": Way(((Field.PACKAGE, "package_id"),), target=FUNCTIONS),
    "backoffice.package-usage": Way(((Field.PACKAGE, "package_id"),), days=True, target=FUNCTIONS),
    "backoffice.function-usage": Way(((Field.FUNCTION, "function_id"),), days=True, target=RUNS),
    "backoffice.functions": Way(
        ((Field.FUNCTION, "function_id"),), target=RUNS, numbers=(("errors", ("error", "")),)
    ),
    "backoffice.errors": Way(((Field.ERROR, "error"),), target=ERROR_RUNS),
    "backoffice.error-causes": Way(((Field.ACTION, "action"),), target=ERROR_RUNS),
    ERROR_RUNS: _ONE_EVENT,
    "backoffice.operations": Way(((Field.ACTION, "action"),), target=EVENTS),
    "backoffice.groups": Way(((Field.GROUP, "group_id"),), target=PEOPLE),
    "backoffice.patterns": Way(target="backoffice.pattern-people", rows=("pattern", "pattern")),
    "backoffice.pattern-people": _EVENTS_OF_PERSON,
    "backoffice.unused": Way(
        ((Field.OBJECT, "object_id"), (Field.ACTION, "name")),
        target=EVENTS,
        first_only=True,
        ever=True,
        needs="last_used",
        nothing="Never used: no history of it was recorded",
    ),
    LOG: Way(
        (
            (Field.OBJECT, "page_id"),
            (Field.OBJECT, "dataset_id"),
            (Field.OBJECT, "map_id"),
            (Field.PERSON, "user_id"),
            (Field.ACTION, "action"),
        ),
        target=HISTORY,
        first_only=True,
    ),
}


async def selected(session: Session, table: Table, row: Row, chosen: str = "") -> Selection:
    """Return what a row stands for; nothing where it stands for several or leads nowhere.

    `chosen` is the name of the chosen series of a chart, or of the chosen column of a table.

    Raises:
        TermstatsError: the thing is not known, or several are called so.
    """
    way = WAYS.get(table.figure_id)
    if way is None:
        return Selection()
    if way.needs and row[table.position(way.needs)] is None:
        return Selection()
    rows = _rows(way, table, row, chosen)
    found: list[Only] = []
    for field, column in way.pairs:
        cell = row[table.position(column)]
        if way.first_only and (found or rows):
            break
        if cell is None or cell == "":
            if not way.first_only:
                return Selection()
            continue
        text = _with_kind(table, row, column) if field is Field.OBJECT else str(cell)
        thing = await named(session.store, session.scope, field, text)
        found.append((field, (thing,)))
    if way.series and chosen not in ("", OTHERS):
        thing = await named(session.store, session.scope, way.series, chosen)
        found.append((way.series, (thing,)))
    if way.days and isinstance(row[0], date):
        found.append((Field.DAYS, (days_entity(_bucket(session, table, row[0])),)))
    return Selection(tuple(found), rows)


def nothing_behind(table: Table) -> str:
    """Return why a row that stands for nothing leads nowhere, and what can be done."""
    way = WAYS.get(table.figure_id)
    if way is not None:
        return way.nothing or "This row stands for several"
    person = table.drill is not None and table.drill.target == Level.LEARNER
    return "Nothing lies behind this row" + ("; g opens the person" if person else "")


def _rows(way: Way, table: Table, row: Row, chosen: str) -> tuple[str, str] | None:
    """Return column and text of the rows of the target that belong to this one."""
    if counted := dict(way.numbers).get(chosen):
        return counted
    if way.rows is None:
        return None
    column, here = way.rows
    value = chosen if here == SERIES else row[table.position(here)]
    return (column, f"{EXACT}{value}") if value and value != OTHERS else None


def can_choose(table: Table, series: Iterable[str]) -> tuple[str, ...]:
    """Return the columns that narrow the details where they are chosen: `series`, or a number."""
    way = WAYS.get(table.figure_id)
    return (*series, *(name for name, _ in way.numbers)) if way else ()


def _with_kind(table: Table, row: Row, column: str) -> str:
    """Return the id of an object with its kind, which tells it from a page of the same id."""
    names = [each.name for each in table.columns]
    kinds = [row[names.index(name)] for name in ("kind", "object_kind") if name in names]
    kind = kinds[0] if kinds else column.removesuffix("_id")
    return f"{kind}:{row[names.index(column)]}"


def _bucket(session: Session, table: Table, first: date) -> Period:
    """Return the days, or the exact stretch of the period, of the bucket that begins at `first`."""
    if isinstance(first, datetime):
        zone = session.store.info.zone
        begin, end = session.view.period.seconds(zone)
        start = int(first.timestamp())
        return Period.between(max(begin, start), min(end, start + table.step), zone)
    by = table.columns[0].name
    if by == "month":
        return Period(first, add_months(first.replace(day=1), 1) - timedelta(days=1))
    return Period(first, first + timedelta(days=6 if by == "week" else 0))


def diff_lines(cell: object) -> tuple[str, ...]:
    """Return a change as lines: `- path: old` and `+ path: new`; what is none as it is."""
    text = "" if cell is None else str(cell)
    if not text:
        return ()
    try:
        found = json.loads(text)
    except ValueError:
        return tuple(line for part in text.split("; ") for line in _of_words(part))
    if not isinstance(found, dict):
        return (text,)
    lines = [
        line
        for section, changes in found.items()
        if isinstance(changes, list)
        for change in changes
        if isinstance(change, dict)
        for line in _of_change(section, change)
    ]
    return tuple(lines) or (text,)


def _of_change(section: str, change: Mapping[str, Any]) -> list[str]:
    path = change.get("path")
    parts = path if isinstance(path, list) else [path] if path else []
    where = ".".join(map(str, (section, *parts)))
    old, new = change.get("old_value"), change.get("new_value")
    lines = [f"- {where}: {_value(old)}"] if old is not None else []
    return lines + ([f"+ {where}: {_value(new)}"] if new is not None else [])


def _of_words(text: str) -> list[str]:
    """Return the lines of `part field: old -> new`, `: + new` or `: - old`."""
    if match := re.fullmatch(r"([^:]+): ([+-]) (.*)", text):
        return [f"{match[2]} {match[1]}: {match[3]}"]
    if match := re.fullmatch(r"([^:]+): (.*) -> (.*)", text):
        return [f"- {match[1]}: {match[2]}", f"+ {match[1]}: {match[3]}"]
    return [text]


def _value(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
