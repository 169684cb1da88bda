"""Which events a statement needs, read off the statement itself: figures need not say so.

What is found is always enough, and often more: the statement narrows it again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import (
    Alias,
    BinaryExpression,
    BindParameter,
    BooleanClauseList,
    CompoundSelect,
    Executable,
    FromClause,
    FunctionElement,
    Grouping,
    Join,
    Label,
    Over,
    Select,
    Subquery,
    TextClause,
    UnaryExpression,
)
from sqlalchemy.sql import operators, visitors

from termstats.data.model.units import RowId, Second
from termstats.data.store.schema import EVENT_SEQUENCE_BITS, action, event

_AGGREGATES = ("count", "sum", "min", "max", "avg", "total", "group_concat")
END = Second(1 << 42)
"""A second after every event."""
_NAMED = re.compile(r"\bevent\b", re.IGNORECASE)
Ids: TypeAlias = frozenset[RowId] | None
"""None: whichever."""


@dataclass(frozen=True)
class Wanted:
    """Events of a log that a statement may read."""

    low: Second = Second(0)
    high: Second = END
    """The first second that is not wanted any more."""
    people: Ids = None
    trainings: Ids = None
    actions: Ids = None
    kinds: frozenset[str] | None = None
    """Kinds of actions; None: whichever."""
    seconds: frozenset[Second] | None = None
    """Only these seconds; None: all between."""
    newest: int | None = None
    """Only so many of them, the newest ones; None: all."""
    rows: int = 0
    """So many rows make the page whole for which the newest are wanted; else more are needed."""

    def holds(self, other: Wanted) -> bool:
        """Return whether all that another one wants is in this one."""
        return (
            self.newest is None
            and self.low <= other.low
            and self.high >= other.high
            and _holds(self.people, other.people)
            and _holds(self.trainings, other.trainings)
            and _holds(self.actions, other.actions)
            and _holds(self.kinds, other.kinds)
            and _holds(self.seconds, other.seconds)
        )


def wanted_by(statement: Executable) -> Wanted | None:
    """Return which events a statement may read; None: it reads no events."""
    if isinstance(statement, TextClause):
        return Wanted() if _NAMED.search(statement.text) else None
    if not isinstance(statement, Select | CompoundSelect):
        return None
    looking = _Looking(set())
    found = list(looking.at(statement, ()))
    for element in visitors.iterate(statement):
        if isinstance(element, Select) and id(element) not in looking.seen:
            found += looking.at(element, ())
    if not found:
        return None
    if len(found) == 1:
        newest, rows = _page(statement) or (None, 0)
        return replace(found[0], newest=newest, rows=rows)
    return Wanted(
        Second(min(each.low for each in found)),
        Second(max(each.high for each in found)),
        _all(each.people for each in found),
        _all(each.trainings for each in found),
        _all(each.actions for each in found),
        _all(each.kinds for each in found),
        _all(each.seconds for each in found),
    )


def _holds(mine: frozenset[Any] | None, others: frozenset[Any] | None) -> bool:
    return mine is None or (others is not None and others <= mine)


def _all(sets: Iterable[frozenset[Any] | None]) -> frozenset[Any] | None:
    listed = list(sets)
    known = [each for each in listed if each is not None]
    return frozenset().union(*known) if len(known) == len(listed) else None


class _Condition(NamedTuple):
    """A column compared with what is written out."""

    column: Any
    operator: Any
    value: Any


@dataclass(frozen=True)
class _Looking:
    """Looks for the places where a statement reads events."""

    seen: set[int]
    """Selects that were looked at."""

    def at(
        self, element: Select[Any] | CompoundSelect[Any], outer: Sequence[_Condition]
    ) -> Iterator[Wanted]:
        """Yield what is wanted at each place in a select; `outer` holds for its columns too."""
        if isinstance(element, CompoundSelect):
            for part in element.selects:
                if isinstance(part, Select | CompoundSelect):
                    yield from self.at(part, ())
            return
        self.seen.add(id(element))
        conditions = (*outer, *_conditions(element.whereclause))
        for source in element.get_final_froms():
            yield from self._of(source, conditions)

    def _of(self, source: FromClause, conditions: Sequence[_Condition]) -> Iterator[Wanted]:
        if isinstance(source, Join):
            yield from self._of(source.left, conditions)
            yield from self._of(source.right, conditions)
        elif source is event or (isinstance(source, Alias) and source.element is event):
            # Whoever joins actions joins those of the events.
            yield _narrowed([c for c in conditions if _table(c.column) in (source, action)])
        elif isinstance(source, Subquery):
            inner = source.element
            if isinstance(inner, Select):
                mine = [c for c in conditions if _table(c.column) is source]
                yield from self.at(inner, [c for each in mine if (c := _inside(each, inner))])
            elif isinstance(inner, CompoundSelect):
                yield from self.at(inner, ())


def _table(column: Any) -> Any:
    """Return the table of a column; None: it is an expression."""
    return getattr(column, "table", None)


def _conditions(where: Any) -> Iterator[_Condition]:
    """Yield the comparisons with values that hold for every row."""
    if isinstance(where, Grouping):
        yield from _conditions(where.element)
    elif isinstance(where, BooleanClauseList) and where.operator is operators.and_:
        for each in where.clauses:
            yield from _conditions(each)
    elif isinstance(where, BinaryExpression) and isinstance(where.right, BindParameter):
        yield _Condition(where.left, where.operator, where.right.value)


def _inside(condition: _Condition, select: Select[Any]) -> _Condition | None:
    """Return a condition on a column of a subquery as one on what it selects."""
    inner = _selected(condition.column, select)
    return None if inner is None else condition._replace(column=inner)


def _selected(column: Any, select: Select[Any]) -> Any:
    inner = select.selected_columns.get(column.key)
    return inner.element if isinstance(inner, Label) else inner


def _narrowed(conditions: Iterable[_Condition]) -> Wanted:
    """Return what is wanted of a table of events under these conditions."""
    wanted = Wanted()
    for column, operator, value in conditions:
        if _table(column) is action:
            if column.key == "kind":
                wanted = replace(wanted, kinds=_both(wanted.kinds, _ids(operator, value)))
        elif column.key == "id":
            wanted = _in_time(wanted, operator, value)
        elif column.key == "person_id":
            wanted = replace(wanted, people=_both(wanted.people, _ids(operator, value)))
        elif column.key == "training_id":
            wanted = replace(wanted, trainings=_both(wanted.trainings, _ids(operator, value)))
        elif column.key == "action_id":
            wanted = replace(wanted, actions=_both(wanted.actions, _ids(operator, value)))
    return wanted


def _both(one: frozenset[Any] | None, other: frozenset[Any] | None) -> frozenset[Any] | None:
    return one if other is None else other if one is None else one & other


def _ids(operator: Any, value: Any) -> frozenset[Any] | None:
    """Return the values that a column may have; None: a comparison does not say."""
    if operator is operators.in_op:
        return frozenset(value)
    return frozenset((value,)) if operator is operators.eq else None


def _in_time(wanted: Wanted, operator: Any, value: Any) -> Wanted:
    """Return what is left in a range of ids: the second stands before the number in it."""
    if operator in (operators.in_op, operators.eq):
        ids = _ids(operator, value) or ()
        seconds = frozenset(Second(each >> EVENT_SEQUENCE_BITS) for each in ids)
        before = wanted.seconds
        wanted = replace(wanted, seconds=seconds if before is None else before & seconds)
        low, high = min(seconds, default=END), max(seconds, default=Second(0)) + 1
    elif operator in (operators.ge, operators.gt):
        low, high = value >> EVENT_SEQUENCE_BITS, wanted.high
    elif operator in (operators.lt, operators.le):
        # Below the first id of a second: that second is not wanted any more.
        past = value if operator is operators.lt else value + 1
        low, high = wanted.low, -(-past >> EVENT_SEQUENCE_BITS)
    else:
        return wanted
    return replace(wanted, low=Second(max(wanted.low, low)), high=Second(min(wanted.high, high)))


def _page(statement: Executable) -> tuple[int, int] | None:
    """Return (how many of the newest events a statement needs, rows it then gives) of a page.

    None: it may need all.

    That is a page: events by falling id, so many of them, with names joined to each at most.
    """
    element: Any = statement
    while isinstance(element, Select):
        if _sums_up(element):  # of few events that is another number than of all
            return None
        limit, order = element._limit_clause, tuple(element._order_by_clauses)
        sources = element.get_final_froms()
        if limit is not None:
            left_out = element._offset_clause
            is_plain = len(sources) == 1 and order and _is_by_falling_id(order[0], element)
            rows, before = (getattr(each, "value", 0) for each in (limit, left_out))
            return (rows + before, rows) if is_plain and rows else None
        source = sources[0] if len(sources) == 1 else None
        while isinstance(source, Join) and source.isouter:
            source = source.left
        element = source.element if isinstance(source, Subquery) else None
    return None


def _is_by_falling_id(order: Any, select: Select[Any]) -> bool:
    if not isinstance(order, UnaryExpression) or order.modifier is not operators.desc_op:
        return False
    column, within = order.element, select
    while True:
        table = _table(column)
        if table is event:
            return bool(column.key == "id")
        if not isinstance(table, Subquery) or not isinstance(table.element, Select):
            return False
        within = table.element
        if within._limit_clause is not None or _sums_up(within):
            return False
        column = _selected(column, within)


def _sums_up(select: Select[Any]) -> bool:
    """Return whether rows of a select are made of several."""
    if select._group_by_clauses or select._distinct or select._having_criteria:
        return True
    parts = (part for column in select.selected_columns for part in visitors.iterate(column))
    return any(
        isinstance(part, Over) or getattr(part, "name", "") in _AGGREGATES
        for part in parts
        if isinstance(part, Over | FunctionElement)
    )
