"""What a point, bar or row of the backoffice stands for, and where its details are."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from termstats.data.filter_text import named
from termstats.data.filters import days_entity
from termstats.data.period import Period, add_months
from termstats.data.request import Field, Only
from termstats.data.table import Row, Table
from termstats.screens.session import Session

LOG, HISTORY, RUNS = "backoffice.log", "backoffice.object-history", "backoffice.function-runs"


@dataclass(frozen=True)
class Way:
    """How rows of a figure become filters: (field, column) pairs, and the panel of the details."""

    pairs: tuple[tuple[Field, str], ...] = ()
    days: bool = False
    """Whether the first column is the day, week or month."""
    target: str = LOG
    first_only: bool = False
    """Whether the first pair with a value stands for the row."""


_PERSON = Way(((Field.PERSON, "user_id"),))
WAYS: Mapping[str, Way] = {
    "backoffice.actions": Way(days=True),
    "backoffice.distribution": Way(((Field.ACTION, "action"),)),
    "backoffice.api-calls": Way(days=True, target="backoffice.sources"),
    "backoffice.api-users": Way(((Field.PERSON, "user_id"),), target="backoffice.events"),
    "backoffice.api-errors": Way(days=True, target="backoffice.error-causes"),
    "backoffice.datasets": Way(((Field.OBJECT, "dataset_id"),), target=HISTORY),
    "backoffice.top-users": _PERSON,
    "backoffice.users": _PERSON,
    "backoffice.top-datasets": Way(((Field.OBJECT, "dataset_id"),)),
    "backoffice.top-pages": Way(((Field.OBJECT, "page_id"),)),
    "backoffice.objects": Way(((Field.OBJECT, "object_id"),), target=HISTORY),
    "backoffice.projects": Way(((Field.OBJECT, "project_id"),), target=HISTORY),
    "backoffice.weekdays": Way(((Field.WEEKDAY, "weekday"),), target="backoffice.users"),
    "backoffice.unique-users": Way(days=True, target="backoffice.users"),
    "backoffice.sources": Way(days=True),
    "backoffice.user-events": Way(days=True),
    "backoffice.packages": Way(((Field.PACKAGE, "package_id"),), target="backoffice.functions"),
    "backoffice.package-usage": Way(
        ((Field.PACKAGE, "package_id"),), days=True, target="backoffice.functions"
    ),
    "backoffice.function-usage": Way(((Field.FUNCTION, "function_id"),), days=True, target=RUNS),
    "backoffice.functions": Way(((Field.FUNCTION, "function_id"),), target=RUNS),
    "backoffice.error-causes": Way(((Field.ACTION, "action"),), target="backoffice.errors"),
    "backoffice.operations": Way(((Field.ACTION, "action"),), target="backoffice.users"),
    "backoffice.groups": Way(((Field.GROUP, "group_id"),), target="backoffice.users"),
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


async def selected(session: Session, table: Table, row: Row) -> tuple[Only, ...]:
    """Return the filters that a row stands for; none where it stands for several or nothing.

    Raises:
        TermstatsError: the thing is not known, or several are called so.
    """
    way = WAYS.get(table.figure_id)
    if way is None:
        return ()
    found: list[Only] = []
    for field, column in way.pairs:
        cell = row[table.position(column)]
        if cell is None or cell == "":
            if not way.first_only:
                return ()
            continue
        text = _with_kind(table, row, column) if field is Field.OBJECT else str(cell)
        thing = await named(session.store, session.scope, field, text)
        found.append((field, (thing,)))
        if way.first_only:
            break
    if way.days and isinstance(row[0], date):
        found.append((Field.DAYS, (days_entity(_bucket(session, table, row[0])),)))
    return tuple(found)


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
