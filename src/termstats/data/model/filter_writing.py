"""Filters written as `FIELD=VALUE`, and put together from such values."""

from __future__ import annotations

import shlex
from collections.abc import Iterable

from termstats.data.model.filter_base import Field, Filter

PLUS = "+"
"""Before a field: this must hold as well, where values of one field are alternatives."""


def joined(values: Iterable[tuple[bool, Filter]]) -> tuple[Filter, ...]:
    """Return the filters that are typed as these values, in their order.

    Args:
        values: filters of one value, each with whether it stands beside those of its field; else
            it is an alternative in the latest of them.
    """
    filters: list[Filter] = []
    for beside, value in values:
        places = [n for n, each in enumerate(filters) if each.field is value.field]
        if beside or not places:
            filters.append(value)
        else:
            filters[places[-1]] = filters[places[-1]].either(value)
    return tuple(filters)


def written(filters: Iterable[Filter]) -> tuple[str, ...]:
    """Return filters as `FIELD=VALUE`, as the command line takes them and the dashboard keeps them.

    Values of one field are alternatives; `+` begins a further filter of a field, which must hold
    as well.
    """
    texts: list[str] = []
    fields: set[Field] = set()
    for each in filters:
        plus = PLUS if each.field in fields else ""
        fields.add(each.field)
        for value in each.typed:
            texts.append(f"{plus}{each.field}={value}")
            plus = ""
    return tuple(texts)


def typed(filters: Iterable[Filter]) -> str:
    """Return filters as a person types them; `filter_text.parse` reads it again."""
    parts = (text.partition("=") for text in written(filters))
    return " ".join(f"{field}={shlex.quote(value)}" for field, _equals, value in parts)
