"""What a point, bar or row of the backoffice stands for, and where its details are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from termstats.data.figures.definition.figure import Level
from termstats.data.figures.definition.policy import SERIES, Details
from termstats.data.figures.definition.registry import find_figure
from termstats.data.model.filter_base import Field, Filter
from termstats.data.model.filters import of_days
from termstats.data.model.period import Period, add_months
from termstats.data.model.row_search import EXACT
from termstats.data.model.table import OTHERS, Row, Table
from termstats.data.model.units import Second
from termstats.data.query.filter_text import filter_of
from termstats.screens.frame.session import Session


@dataclass(frozen=True)
class Selection:
    """What a row stands for: filters, and rows of the target: a column and what it contains."""

    filters: tuple[Filter, ...] = ()
    rows: tuple[str, str] | None = None

    def __bool__(self) -> bool:
        return bool(self.filters or self.rows)


async def selected(session: Session, table: Table, row: Row, chosen: str = "") -> Selection:
    """Return what a row stands for; nothing where it stands for several or leads nowhere.

    `chosen` is the name of the chosen series of a chart, or of the chosen column of a table.

    Raises:
        TermstatsError: the thing is not known, or several are called so.
    """
    details = find_figure(table.figure_id).details
    if details is None:
        return Selection()
    if details.needs and row[table.position(details.needs)] is None:
        return Selection()
    rows = _rows(details, table, row, chosen)
    filters: list[Filter] = []
    for field, column in details.filters:
        cell = row[table.position(column)]
        if details.first_only and (filters or rows):
            break
        if cell is None or cell == "":
            if not details.first_only:
                return Selection()
            continue
        text = _with_kind(table, row, column) if field is Field.OBJECT else str(cell)
        filters.append(await filter_of(session.store, session.scope, field, text))
    if details.series and chosen not in ("", OTHERS):
        filters.append(await filter_of(session.store, session.scope, details.series, chosen))
    if details.of_days and isinstance(row[0], date):
        filters.append(of_days(_bucket(session, table, row[0])))
    return Selection(tuple(filters), rows)


def why_nothing(table: Table) -> str:
    """Return why a row that stands for nothing leads nowhere, and what can be done."""
    if details := find_figure(table.figure_id).details:
        return details.why_nothing
    person = table.row_opens is not None and table.row_opens.target == Level.LEARNER
    return "Nothing lies behind this row" + ("; g opens the person" if person else "")


def _rows(details: Details, table: Table, row: Row, chosen: str) -> tuple[str, str] | None:
    """Return column and text of the rows of the target that belong to this one."""
    if counted := dict(details.numbers).get(chosen):
        return counted
    if details.row_search is None:
        return None
    column, here = details.row_search
    value = chosen if here == SERIES else row[table.position(here)]
    return (column, f"{EXACT}{value}") if value and value != OTHERS else None


def can_choose(table: Table, series: Iterable[str]) -> tuple[str, ...]:
    """Return the columns that narrow the details where they are chosen: `series`, or a number."""
    details = find_figure(table.figure_id).details
    return (*series, *(name for name, _ in details.numbers)) if details else ()


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
        start = Second(int(first.timestamp()))
        return Period.between(max(begin, start), min(end, Second(start + table.step)), zone)
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
        changes_by_section = json.loads(text)
    except ValueError:
        return tuple(line for part in text.split("; ") for line in _of_words(part))
    if not isinstance(changes_by_section, dict):
        return (text,)
    lines = [
        line
        for section, changes in changes_by_section.items()
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
