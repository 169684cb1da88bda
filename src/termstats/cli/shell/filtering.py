"""Filters of a level and those like it: fields, their values with counts, and what they leave."""

from __future__ import annotations

from dataclasses import replace

from termstats.cli.shell.reading import read_at
from termstats.cli.shell.state import Place, State
from termstats.data.figures.definition.figure import Figure, Level
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
from termstats.screens.frame.left_out import is_left_out
from termstats.screens.levels.panels import LEVELS

Listed = tuple[list[str], tuple[str, ...]]
"""Lines, and what each number among them types."""
_EXAMPLES = {
    Level.BACKOFFICE: "person=ana group='Team North'",
    Level.LEARNER: "training='First Aid'",
}
_USUAL_EXAMPLE = "training='First Aid' group='Team North'"


def _whole(level: Level) -> Level:
    """Return the level that lists the values of the filters of a level, and counts what is left."""
    return Level.BACKOFFICE if level is Level.BACKOFFICE else Level.GLOBAL


def _lists(state: State) -> dict[Field, Figure]:
    """Return field -> the figure that lists its values, of fields that hold and have any here."""
    level = state.place.level
    whole = _whole(level)
    about = (state.session.missing, state.session.scope)
    return {
        field: figure
        for field, figure in listing_figures(figures_of(str(whole)), whole).items()
        if field in LEVELS[level].fields and not is_left_out(figure.id, *about)
    }


def fields(state: State) -> Listed:
    """Return the fields to choose from, with what holds now.

    Raises:
        NotAllowed: the viewer may not see what lists the values.
    """
    level = state.place.level
    state.session.check(_whole(level))
    lasting = state.lasting(level)
    choices = field_choices(_lists(state), lasting, LEVELS[level].fields)
    lines = [
        f"Filters now: {typed((*lasting, *state.place.chips)) or 'none'}. "
        "Several values of one field: either. "
        f"Example: filter {_EXAMPLES.get(level, _USUAL_EXAMPLE)}. filter off takes them off."
    ]
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
    level = state.place.level
    figure = _lists(state).get(field)
    lasting = state.lasting(level)
    others = tuple(each for each in lasting if each.field is not field)
    if figure is None:
        raise UsageError(f"no list of {field}; say filter {field}=VALUE")
    place = Place(_whole(level), figure=figure.id)
    table = await read_at(state.narrowed(level, others), place)
    chosen = (each for each in lasting if each.field is field)
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
    session, level = state.session, state.place.level
    wanted: tuple[Filter, ...] = ()
    if text != "off":
        wanted = await parse(session.store, session.scope, text)
    fields = LEVELS[level].fields
    if strange := [each.field for each in wanted if each.field not in fields]:
        offered = sorted(choice.key for choice in field_choices(_lists(state), (), fields))
        raise UsageError(f"no filter by {strange[0]} here: filter {', '.join(offered)}")
    place = state.place if wanted else replace(state.place, chips=())
    return replace(state.narrowed(level, wanted), place=place)


async def remaining(state: State) -> str:
    """Return what the filters leave, in words; empty: there are none.

    Raises:
        TermstatsError: it cannot be computed.
    """
    level = state.place.level
    if not state.lasting(level):
        return ""
    whole = _whole(level)
    words = what_remains(await read_at(state, Place(whole, figure=LEVELS[whole].cards)))
    return f"{words}." if words else ""
