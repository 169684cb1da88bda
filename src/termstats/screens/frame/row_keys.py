"""Turns a row of a figure into the things it is about, so that another figure can be asked."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from dataclasses import replace

from termstats.data.figures.definition.doors import keys_of as keys_of
from termstats.data.figures.definition.figure import Figure
from termstats.data.model.entity import Entity
from termstats.data.model.request import WORDS, Param
from termstats.data.model.row_search import split_pair
from termstats.data.model.table import Row, Table
from termstats.data.model.units import RowId
from termstats.data.query.search import resolve
from termstats.screens.frame.session import Session


def needed_pairs(table: Table, needs: Iterable[Param]) -> tuple[tuple[str, str], ...]:
    """Return (parameter, column) for what a detail figure needs and the table's rows hold."""
    names = {column.name for column in table.columns}
    return tuple((str(p), f"{p}_id") for p in needs if f"{p}_id" in names)


def position_of(table: Table, row: Row) -> int:
    """Return the position of the row that is meant in what a row opens; 0: none is."""
    column = table.row_opens.at if table.row_opens else ""
    cell = table.cell_of(row, column) if column else None
    return cell if isinstance(cell, int) else 0


def split_search(text: str, figure: Figure) -> tuple[tuple[tuple[str, str], ...], str]:
    """Return the (column, text) pairs of `action=edit object="Water levels"`, and the rest.

    `column=` alone keeps what has any value there, `column==text` what is exactly the text,
    `column!=text` what is not, `column!=` what has no value.
    """
    names = {column.name for column in figure.columns}
    try:
        parts = shlex.split(text)
    except ValueError:
        # A quote that is none: somebody looks for an apostrophe.
        parts = text.split()
    fields, rest = [], []
    for word in parts:
        pair = split_pair(word)
        if pair and pair[0] in names:
            fields.append(pair)
        else:
            rest.append(word)
    return tuple(fields), " ".join(rest) if fields else text


def typed_search(column: str, text: str, sign: str = "=") -> str:
    """Return a row search of one column as a person types it; `split_search` reads it again.

    `sign` is `=` (contains), `==` (is) or `!=` (is not).
    """
    return f"{column}{sign}{_quoted(text) if text else ''}"


def _quoted(text: str) -> str:
    """Return a text as one word: in double quotes where that says it."""
    quoted = shlex.quote(text)
    return quoted if quoted == text or set(text) & set('"\\') else f'"{text}"'


async def resolve_keys(
    session: Session, keys: dict[Param, str], around: dict[Param, Entity]
) -> dict[Param, Entity]:
    """Return `around` with the things named by `keys`, within the viewer's scope.

    Raises:
        UsageError: no such thing, or several.
        NotAllowed: the viewer may not see it.
    """
    entities = dict(around)
    # A module is looked for inside its training, so trainings come first.
    for param, key in sorted(keys.items(), key=lambda pair: pair[0] is not Param.TRAINING):
        if param in WORDS:
            entities[param] = Entity(RowId(0), key, key)
        else:
            entities[param] = await resolve(
                session.store, session.scope, param, key, entities.get(Param.TRAINING)
            )
    return entities


async def entities_of(
    session: Session,
    table: Table,
    row: Row,
    pairs: Iterable[tuple[str, str]],
    around: dict[Param, Entity],
) -> dict[Param, Entity]:
    """Return `around` with the things that a row names; words are called as the row calls them.

    Raises:
        As `resolve_keys`.
    """
    entities = await resolve_keys(session, keys_of(table, row, pairs), around)
    names = {column.name for column in table.columns}
    for param in WORDS:
        if param in entities and param not in around and str(param) in names:
            name = str(table.cell_of(row, str(param)) or entities[param].name)
            entities[param] = replace(entities[param], name=name)
    return entities
