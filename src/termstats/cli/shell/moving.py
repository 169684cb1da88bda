"""Goes somewhere: to a level, to a figure, and through the lines of a list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from termstats.cli.shell.reading import asked_at
from termstats.cli.shell.state import Place, State
from termstats.data.figures.definition.doors import behind
from termstats.data.figures.definition.figure import Level, SideScreen, check_level
from termstats.data.figures.definition.registry import find_figure
from termstats.data.figures.definition.run import run_figure
from termstats.data.model.errors import TermstatsError, UsageError
from termstats.data.model.request import Param
from termstats.data.model.table import VALUE, Destination, Row, Table
from termstats.data.model.text import clean
from termstats.data.query.search import WORDS, Hit, resolve, search
from termstats.screens.backoffice.named import chip_of, details_of
from termstats.screens.backoffice.select import can_choose, selected, why_nothing
from termstats.screens.frame.class_window import leave_class, look_at_class
from termstats.screens.frame.compared import reconcile_figure
from termstats.screens.frame.row_keys import keys_of, needed_pairs, resolve_keys, typed_search
from termstats.screens.frame.session import SUBJECT

FOUND = 20
"""Hits that a list holds at most."""


async def to_level(state: State, level: Level, name: str) -> State:
    """Return the state on a level, about what is called so; without a name about the last one.

    Where several are called so, the state has a list of them to choose from.

    Raises:
        NotAllowed: the viewer may not see the level, or any such thing.
        UsageError: nothing is called so.
    """
    state.session.check(level)
    param = SUBJECT.get(level)
    if param is None:
        if name:
            raise UsageError(f"{level} is about everything; say {level} alone, or find {name}")
        return state.at(Place(level))
    if not name:
        is_there = state.place.level is level and state.place.subject is not None
        last = state.session.chosen.get(param)
        if last is None or (is_there and state.session.may_choose(level)):
            return state.at(Place(level))
        return state.at(Place(level, {param: last}))
    try:
        entity = await resolve(state.session.store, state.session.scope, param, name)
    except TermstatsError as error:
        return await _nearest(state, level, name, error)
    return state.chosen({param: entity}).at(Place(level, {param: entity}))


async def _nearest(state: State, level: Level, name: str, error: TermstatsError) -> State:
    """Return the state with those of a level that a name may mean.

    Raises:
        TermstatsError: `error`, where it means nobody.
    """
    hits = await search(state.session.store, state.session.scope, name, FOUND * len(Level))
    hits = [hit for hit in hits if hit.level == level][:FOUND]
    places = tuple(map(place_of, hits))
    if not places:
        raise error
    if len(places) == 1 and hits[0].score >= WORDS:
        return state.chosen(places[0].entities).at(places[0])
    return replace(state, choices=places, table=None)


def place_of(hit: Hit) -> Place:
    """Return the place about something that was found."""
    level = Level(hit.level)
    return Place(level, {SUBJECT.get(level, Param.OBJECT): hit.entity})


async def in_class_dates(state: State) -> State:
    """Return the state that looks at a class in its own dates, elsewhere in the usual period.

    Raises:
        StoreError: the store cannot be read.
    """
    session, class_ = replace(state.session), state.place.entities.get(Param.CLASS)
    if class_ is None:
        leave_class(session)
    else:
        await look_at_class(session, class_)
    return replace(state, session=session)


async def to_place(state: State, place: Place) -> State:
    """Return the state at a place that a list led to.

    Raises:
        TermstatsError: the viewer may not see it.
    """
    state.session.check(place.level)
    object_ = place.entities.get(Param.OBJECT)
    if place.level is Level.BACKOFFICE and object_ is not None and not place.figure:
        target = await details_of(state.session.store, object_)
        place = Place(place.level, figure=target, chips=(chip_of(object_),))
    subject = place.subject
    if subject is not None:
        state = state.chosen({SUBJECT[place.level]: subject})
    return state.at(place)


async def to_figure(state: State, figure_id: str, typed: Mapping[Param, str]) -> State:
    """Return the state at any figure, about what was typed, else what is looked at.

    Raises:
        UsageError: there is no such figure, or it needs something that is not chosen.
        NotAllowed: the viewer may not see it.
    """
    figure = find_figure(figure_id)
    check_level(state.session.scope, figure.level)
    last = state.session.chosen
    around = {param: last[param] for param in figure.needs if param in last}
    around |= state.place.entities
    entities = await resolve_keys(state.session, dict(typed), around)
    if missing := [param for param in figure.needs if param not in entities]:
        keys = " ".join(f"{param}=NAME" for param in missing)
        raise UsageError(f"{figure.id} is about one {missing[0]}: say show {figure.id} {keys}")
    level = figure.level if isinstance(figure.level, Level) else state.place.level
    return state.at(Place(level, entities, figure.id))


async def to_page(state: State, month: str) -> State:
    """Return the state at the platform's own page about what is looked at.

    Raises:
        NotAllowed: the viewer is no administrator.
    """
    check_level(state.session.scope, SideScreen.RECONCILE)
    place = state.place
    if place.figure and find_figure(place.figure).pages is not None:
        return replace(state, place=replace(place, month=month))
    figure = reconcile_figure(state.session.store.info, place.level)
    return state.at(Place(place.level, place.entities, figure, month=month))


def back(state: State) -> State:
    """Return the state where somebody was before.

    Raises:
        UsageError: this is the first place.
    """
    if not state.history:
        raise UsageError("this is where you began; say global, list, or quit")
    return replace(state, place=state.history[-1], history=state.history[:-1])


# ---- lines of a list -----------------------------------------------------------------------------


def leads_on(table: Table) -> bool:
    """Return whether the rows of a figure open anything but themselves."""
    return table.row_opens is not None or find_figure(table.figure_id).details is not None


async def through_row(state: State, table: Table, row: Row, *, follow: bool = False) -> State:
    """Return the state behind a row: its details in the backoffice, else what it is about.

    Raises:
        UsageError: nothing lies behind it.
    """
    if find_figure(table.figure_id).by_moment and not follow:
        return await _details(state, table, row, "")
    if table.row_opens is None:
        raise UsageError("nothing lies behind this line; row N says all of it")
    pairs = table.row_opens.params
    if len(keys_of(table, row, pairs)) < len(pairs):
        raise UsageError("this line stands for several; row N says all of it")
    if table.row_opens.target == Level.LEARNER:
        # A row about a learner in a training opens the learner at that training.
        pairs = (*pairs, *needed_pairs(table, (Param.TRAINING,)))
    return await _through(state, table, row, replace(table.row_opens, params=pairs))


async def _through(state: State, table: Table, row: Row, opens: Destination) -> State:
    keys = keys_of(table, row, opens.params)
    entities = await resolve_keys(state.session, keys, dict(state.place.entities))
    if opens.target in set(Level):
        return await to_place(state, Place(Level(opens.target), entities))
    place = Place(state.place.level, entities, opens.target, state.place.chips)
    return await past_single_row(state.at(place))


async def past_single_row(state: State) -> State:
    """Return the state behind the only row, where a figure asks for that."""
    figure = state.figure
    if figure is None or not figure.skips_single_row or figure.row_opens is None:
        return state
    asked = await asked_at(state, state.place)
    table = await run_figure(state.session.store, figure.id, asked.request, state.session.scope)
    if len(table.rows) != 1:
        return state
    keys = keys_of(table, table.rows[0], figure.row_opens.params)
    entities = await resolve_keys(state.session, keys, dict(state.place.entities))
    place = Place(state.place.level, entities, figure.row_opens.target)
    return replace(state, place=place)


async def through_number(state: State, table: Table, row: Row, column: str) -> State:
    """Return the state behind a number of a row: those whom it counts.

    Raises:
        UsageError: nothing lies behind it.
    """
    opened = behind(table, row, column)
    if opened is None:
        if column in can_choose(table, (c.name for c in table.columns)):
            return await _details(state, table, row, column)
        raise UsageError(f"nothing lies behind {column}; {_doors_words(table, row)}")
    asked = find_figure(table.figure_id).params
    around = {param: one for param, one in state.place.entities.items() if param in asked}
    entities = await resolve_keys(state.session, dict(opened.keys), around)
    if Param.ACTION in entities:
        # Named as the number is, not as scripts ask for it.
        entities[Param.ACTION] = replace(entities[Param.ACTION], name=clean(opened.name))
    chips = (*state.place.chips, *opened.filters)
    return state.at(Place(state.place.level, entities, opened.figure_id, chips))


async def through_card(state: State, table: Table, row: Row) -> State:
    """Return the state behind a headline number, else at the figure that explains it.

    Raises:
        UsageError: there is neither.
    """
    if table.door(row, VALUE):
        return await through_number(state, table, row, VALUE)
    metric = str(row[0])
    figure = find_figure(state.place.figure)
    target = dict(figure.cards).get(metric)
    if target is None:
        raise UsageError("nothing lies behind this number; list says the figures of this level")
    return state.at(replace(state.place, figure=target))


def doors(table: Table, row: Row) -> tuple[str, ...]:
    """Return the columns of a row whose numbers can be opened."""
    names = (column.name for column in table.columns)
    return tuple(name for name in names if table.door(row, name))


def _doors_words(table: Table, row: Row) -> str:
    listed = doors(table, row)
    return f"numbers to open: {', '.join(listed)}" if listed else "row N says all of the line"


async def _details(state: State, table: Table, row: Row, chosen: str) -> State:
    """Return the state at the details of a row of the backoffice.

    Raises:
        UsageError: it stands for several, or there are none.
    """
    selection = await selected(state.session, table, row, chosen)
    details = find_figure(table.figure_id).details
    if details is None or not selection:
        raise UsageError(f"{why_nothing(table).replace('; g opens', '; follow N opens')}; row N")
    chips = tuple(dict.fromkeys((*state.place.chips, *selection.filters)))
    rows = typed_search(*selection.rows) if selection.rows else ""
    level = Level.BACKOFFICE
    place = Place(level, {}, details.target, chips, rows, all_time=details.all_time)
    return state.at(place)
