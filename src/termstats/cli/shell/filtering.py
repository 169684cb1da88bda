"""Filters of the backoffice: fields, their values with counts, and what they leave."""

from __future__ import annotations

from dataclasses import replace

from termstats.cli.shell.reading import read_at
from termstats.cli.shell.state import Place, State
from termstats.data.figures.definition.figure import Figure, Level, check_level
from termstats.data.figures.definition.registry import figures_of
from termstats.data.model.errors import UsageError
from termstats.data.model.filter_base import Field, Filter
from termstats.data.model.filter_writing import typed
from termstats.data.query.filter_text import ALIASES, parse
from termstats.screens.backoffice.filter_values import (
    field_choices,
    filter_words,
    listing_figures,
    value_choices,
    what_remains,
)
from termstats.screens.levels.panels import LEVELS

Listed = tuple[list[str], tuple[str, ...]]
"""Lines, and what each number among them types."""
_EXAMPLE = (
    "Several values of one field: either. Example: filter person=ana group='Team North'. "
    "filter off takes them off."
)


def _lists() -> dict[Field, Figure]:
    return listing_figures(figures_of(str(Level.BACKOFFICE)), Level.BACKOFFICE)


def fields(state: State) -> Listed:
    """Return the fields to choose from, with what holds now.

    Raises:
        NotAllowed: the viewer has no backoffice.
    """
    check_level(state.session.scope, Level.BACKOFFICE)
    choices = field_choices(_lists(), state.filters)
    lines = [f"Filters now: {typed((*state.filters, *state.place.chips)) or 'none'}. {_EXAMPLE}"]
    for number, choice in enumerate(choices, start=1):
        lines.append(f"{number}. {', '.join(filter(None, choice.cells))}")
    return lines, tuple(f"filter {choice.key}" for choice in choices)


def field_of(text: str) -> Field | None:
    """Return the field that is called so; None: something else was typed."""
    name = text.rstrip("=").casefold()
    if name in ALIASES:
        return ALIASES[name]
    return Field(name) if name in set(Field) else None


async def values(state: State, field: Field) -> Listed:
    """Return the values of a field with their counts; a number keeps only that one.

    Raises:
        UsageError: there is no list of them.
        NotAllowed: the viewer may not see them.
    """
    figure = _lists().get(field)
    others = tuple(each for each in state.filters if each.field is not field)
    if figure is None:
        raise UsageError(f"no list of {field}; say filter {field}=VALUE")
    place = Place(Level.BACKOFFICE, figure=figure.id)
    table = await read_at(replace(state, filters=others), place)
    chosen = (each for each in state.filters if each.field is field)
    choices = value_choices(figure, table, chosen)
    if not choices:
        return [f"No {field} in this period; say period for another."], ()
    lines = [f"Values of {field} with their counts. Say a number for only that one:"]
    for number, choice in enumerate(choices, start=1):
        lines.append(f"{number}. {', '.join(choice.cells)}")
    return lines, tuple(f"filter {filter_words(others, field, [each.key])}" for each in choices)


async def with_filters(state: State, text: str) -> State:
    """Return the state narrowed to other filters; `off`: to none.

    Raises:
        UsageError: a filter that cannot be read, or means nothing.
        NotAllowed: the viewer may not see what it names.
    """
    session = state.session
    wanted: tuple[Filter, ...] = ()
    if text != "off":
        wanted = await parse(session.store, session.scope, text)
    place = state.place if wanted else replace(state.place, chips=())
    return replace(state, filters=wanted, place=place)


async def remaining(state: State) -> str:
    """Return what the filters leave of platform use, in words; empty: there are none.

    Raises:
        TermstatsError: it cannot be computed.
    """
    if not state.filters:
        return ""
    cards = LEVELS[Level.BACKOFFICE].cards
    words = what_remains(await read_at(state, Place(Level.BACKOFFICE, figure=cards)))
    return f"{words}." if words else ""
