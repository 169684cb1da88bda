"""What filters can be chosen from: fields, their values with counts, and what would remain."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from termstats.data.figures.definition.figure import Figure, Level
from termstats.data.figures.definition.policy import ANY_FILTER, Option
from termstats.data.model.charts import Bars
from termstats.data.model.filter_base import Field, Filter
from termstats.data.model.filter_writing import typed
from termstats.data.model.plural import singular
from termstats.data.model.request import Request
from termstats.data.model.table import Cell, Kind, Table
from termstats.data.model.text import clean, show_count
from termstats.widgets.cards.card import heading_of
from termstats.widgets.picking.choices import Choice

_TYPED = {
    Field.PERSON: "type person=NAME",
    Field.DAYS: "type days=2026-01-31 or days=2026-01-01..2026-01-31",
    Field.DOMAIN: "type domain=NAME",
    Field.SUBDOMAIN: "type subdomain=NAME",
}
"""Fields without a list, and how they are typed."""
MOST_VALUES = 1_000
"""Values of a ranking that are listed; others are typed."""
_NUMBERS = 2
"""Numbers that say what remains."""


def listing_figures(figures: Iterable[Figure], level: Level) -> dict[Field, Figure]:
    """Return field -> the figure of the level whose rows are its values."""
    return {each.lists: each for each in figures if each.lists and each.level is level}


def field_choices(
    lists: Mapping[Field, Figure],
    current: Sequence[Filter],
    fields: Collection[Field] = ANY_FILTER,
) -> list[Choice]:
    """Return the fields of some that can be chosen, with what holds now."""
    choices = []
    for field in Field:
        if field in fields and (field in lists or field in _TYPED):
            names = ", ".join(
                name for each in current if each.field is field for name in each.names
            )
            how = "" if field in lists else _TYPED[field]
            words = f"only {names}" if names else how
            choices.append(Choice(field, (str(field), clean(words))))
    return choices


def number_heading(figure: Figure) -> str:
    """Return what the numbers beside the values of a field count."""
    counted = [column for column in figure.columns if column.kind is Kind.COUNT]
    if figure.details is not None and isinstance(figure.chart, Bars):
        counted = [column for column in figure.columns if column.name == figure.chart.value]
    return counted[0].heading if counted else "Count"


def asked_for_values(figure: Figure, request: Request) -> Request:
    """Return the question for the values that a figure lists: of a ranking more than its top."""
    return replace(request, top=MOST_VALUES) if Option.TOP in figure.options else request


def value_choices(figure: Figure, table: Table, chosen: Iterable[Filter]) -> list[Choice]:
    """Return the values that a figure lists, with counts and bars; what is chosen is among them."""
    if figure.details is not None and isinstance(figure.chart, Bars):
        key_at = table.position(figure.details.filters[0][1])
        name_at, number_at = table.position(figure.chart.label), table.position(figure.chart.value)
    else:
        first: dict[Kind, int] = {}
        for at, column in enumerate(table.columns):
            first.setdefault(column.kind, at)
        name_at, number_at = first[Kind.TEXT], first[Kind.COUNT]
        key_at = first.get(Kind.IDENT, name_at)  # what has no id goes by its name
    rows = [row for row in table.rows if row[key_at] not in (None, "")]
    most = max((_number(row[number_at]) for row in rows), default=0.0)
    choices = [
        Choice(
            str(row[key_at]),
            (clean(row[name_at]), show_count(_number(row[number_at]))),
            also=f"{row[key_at]} {table.columns[name_at].read(row[name_at])}",
            share=100 * _number(row[number_at]) / most if most else 0.0,
        )
        for row in rows
    ]
    there = {choice.key for choice in choices}
    others = [pair for each in chosen for pair in zip(each.typed, each.names, strict=True)]
    choices += [
        Choice(key, (clean(name), "0"), share=0.0) for key, name in others if key not in there
    ]
    return choices


def _number(cell: Cell) -> float:
    return float(cell) if isinstance(cell, (int, float)) else 0.0


def filter_words(others: Sequence[Filter], field: Field, keys: Iterable[str]) -> str:
    """Return the filters as they are typed: those of other fields, and these values of `field`."""
    values = " ".join(f"{field}={shlex.quote(key)}" for key in keys)
    return f"{typed(others)} {values}".strip()


def what_remains(totals: Table) -> str:
    """Return `38 users, 1,204 actions remain` of the cards of a level."""
    metrics, values = totals.column("metric"), totals.column("value")
    counts = [
        singular(f"{show_count(_number(value))} {heading_of(str(metric))}")
        for row, (metric, value) in enumerate(zip(metrics, values, strict=True))
        if value is not None and totals.kind(row, totals.position("value")) is Kind.COUNT
    ]
    return f"{', '.join(counts[:_NUMBERS])} remain" if counts else ""
