"""Writes down whose data somebody gets: the one place that says who is in an answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from termstats.data.model.audit import Deed
from termstats.data.model.filter_base import Field
from termstats.data.model.request import Param
from termstats.data.model.table import Table
from termstats.data.query.scope import Scope
from termstats.data.store.opening import Store

PERSON_COLUMNS = ("learner_id", "user_id", "viewer_id")
"""Columns that hold the ids of people."""
_PEOPLE = (Param.LEARNER, Param.USER)
_ONLY_PERSON = f"{Field.PERSON}="


def wanted_for(store: Store, deed: Deed) -> Store:
    """Return the same store, read for something else than looking at it."""
    return store if store.audit is None else replace(store, audit=replace(store.audit, deed=deed))


def record_table(store: Store, scope: Scope, table: Table, deed: Deed | None = None) -> None:
    """Write down a figure about a person, a training or a class, or with people in its rows.

    Raises:
        TermstatsError: the log cannot be written; the table must not be shown.
    """
    if store.audit is None:
        return
    asked = dict(table.params)
    training, class_ = (asked.get(f"--{each}", "") for each in (Param.TRAINING, Param.CLASS))
    people = tuple(dict.fromkeys((*_people_asked(table), *_people_in_rows(table))))
    if training or class_ or people:
        # Pseudonyms are nobody's ids: it may have been anybody.
        everybody = store.info.is_demo and bool(people)
        store.audit.append(
            *_who(scope),
            deed=deed,
            figure=table.figure_id,
            training=training,
            class_=class_,
            everybody=everybody,
            people=() if everybody else people,
            rows=len(table.rows),
        )


def record_people(store: Store, scope: Scope, people: Iterable[str], deed: Deed) -> None:
    """Write down that these people, by their ids, were named or given; nobody: nothing.

    Raises:
        TermstatsError: the log cannot be written; they must not be shown.
    """
    named = tuple(dict.fromkeys(people))
    if store.audit is not None and named and store.info.is_demo:
        record_everybody(store, scope, deed)
    elif store.audit is not None and named:
        store.audit.append(*_who(scope), deed=deed, people=named, rows=len(named))


def record_everybody(store: Store, scope: Scope, deed: Deed) -> None:
    """Write down that anybody in the store may be in what is given.

    Raises:
        TermstatsError: the log cannot be written; nothing must be given.
    """
    if store.audit is not None:
        store.audit.append(*_who(scope), deed=deed, everybody=True)


def _who(scope: Scope) -> tuple[str | None, str]:
    return scope.key or None, str(scope.role)


def _people_asked(table: Table) -> Iterator[str]:
    options = {f"--{each}" for each in _PEOPLE}
    for option, value in table.params:
        if option in options:
            yield value
        elif option == "--only" and value.lstrip("+").startswith(_ONLY_PERSON):
            yield value.partition("=")[2]


def _people_in_rows(table: Table) -> Iterator[str]:
    opened = dict(table.row_opens.params) if table.row_opens else {}
    columns = {opened[each] for each in _PEOPLE if each in opened}
    columns |= {column.name for column in table.columns if column.name in PERSON_COLUMNS}
    yield from table.people
    for row in table.rows:
        for column in columns:
            if (key := table.cell_of(row, column)) not in (None, ""):
                yield str(key)
