"""Says where somebody is now: reads what stands there and puts it into lines."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import replace

from termstats.cli.shell.dossier import about_learner
from termstats.cli.shell.lines import plain
from termstats.cli.shell.moving import in_class_dates
from termstats.cli.shell.places import list_lines
from termstats.cli.shell.reading import (
    asked_at,
    filters_at,
    pages_at,
    read_at,
    read_more,
    rows_in_order,
)
from termstats.cli.shell.state import Answer, Place, State
from termstats.cli.shell.telling import (
    figure_lines,
    part_words,
    row_lines,
    rows_lines,
    where_words,
)
from termstats.data.figures.definition.figure import Level
from termstats.data.figures.definition.registry import find_figure, is_figure
from termstats.data.figures.definition.run import run_figure
from termstats.data.model.comparison import Against, is_before
from termstats.data.model.errors import UsageError
from termstats.data.model.frequency import counted_values, frequency_table, value_words
from termstats.data.model.plural import singular
from termstats.data.model.sentence import sentences
from termstats.data.model.table import Cell, Kind, Row, Table
from termstats.screens.backoffice.belonging import selection_parts
from termstats.screens.backoffice.select import selected
from termstats.screens.dialogs.source_facts import source_facts
from termstats.screens.frame.explaining import definition, sections
from termstats.screens.frame.exporting import report_line
from termstats.screens.frame.left_out import left_out
from termstats.screens.frame.row_keys import typed_search
from termstats.screens.levels.panels import LEVELS
from termstats.widgets.charts.in_words import compared_words
from termstats.widgets.tables.order import Sorting, next_sorting


async def at(state: State) -> Answer:
    """Say the place of a state: a figure, or the list of a level.

    Raises:
        TermstatsError: it cannot be computed, or the viewer may not see it.
    """
    state = await in_class_dates(state)
    if not state.place.figure:
        return await level(state)
    table = await read_at(state, state.place)
    state = replace(state, choices=(), table=table)
    order = await rows_in_order(state, table)
    lines, told = figure_lines(state, table, order)
    return _with_state_line(replace(state, told=told), lines, table.population)


def _with_state_line(state: State, lines: Sequence[str], population: str) -> Answer:
    """Return the answer, led by what is looked at where that is not what was said last."""
    words = where_words(state, population)
    if words == state.said:
        return Answer(state, tuple(lines))
    return Answer(replace(state, said=words), (lines[0], words, *lines[1:]))


async def level(state: State) -> Answer:
    """Say a level: what it is about, what happened, and its figures as a list.

    Raises:
        TermstatsError: its numbers cannot be computed, or the viewer may not see them.
    """
    place = state.place
    subject = place.subject
    name = str(place.level).capitalize()
    lines = [f"{name}, {subject.name}" if subject else name]
    population = ""
    if place.level is Level.LEARNER and subject is not None:
        lines += await about_learner(state)
    if not place.is_choice and is_figure(LEVELS[place.level].cards):
        totals = await read_at(state, replace(place, figure=LEVELS[place.level].cards))
        population = totals.population
        figure = find_figure(totals.figure_id)
        lines += [said.words for said in sentences(totals, figure.sentence)[:1]]
    if place.is_choice:
        return await _choice(state, lines)
    listed, places = await list_lines(state)
    state = replace(state, choices=places, table=None)
    return _with_state_line(state, [*lines, *listed], population)


async def _choice(state: State, lines: list[str]) -> Answer:
    """Say what a level can be about: the first list, and what other lists there are."""
    first, *others = (panel.figure_id for panel in LEVELS[state.place.level].choice)
    there = replace(state, place=replace(state.place, figure=first))
    said = await at(there)
    words = [f"{lines[0]}, nothing chosen. Say a number, or {lines[0].lower()} and a name."]
    more = [f"Also to choose from: show {each}." for each in others]
    return Answer(said.state, (*words, *said.lines, *more))


def choices(state: State, head: str, names: Sequence[str] = ()) -> Answer:
    """Say a list of places that a number chooses from."""
    listed = names or [_place_name(each) for each in state.choices]
    return Answer(state, (head, *(f"{n}. {name}" for n, name in enumerate(listed, start=1))))


def _place_name(choice: Place | str) -> str:
    if isinstance(choice, str):
        return choice
    return ", ".join(f"{entity.name}, {entity.key}" for entity in choice.entities.values())


async def order_of(state: State) -> list[int]:
    """Return the rows of the table read last in the order said."""
    return await rows_in_order(state, state.table) if state.table else []


async def more(state: State, *, everything: bool) -> Answer:
    """Say the next rows of the table read last, or all that are left.

    Raises:
        UsageError: everything was said, or there is no table.
    """
    table = state.table
    if table is None:
        raise UsageError("nothing more here; say list, and then a number")
    order = await rows_in_order(state, table)
    if state.told >= len(order) and table.after is None:
        raise UsageError("that was all; say again to hear it from the beginning")
    while table.after is not None and (everything or state.told >= len(order)):
        table = await read_more(state, table, large=everything)
        order = await rows_in_order(state, table)
    state = replace(state, table=table)
    lines, told = rows_lines(state, table, order, state.told, everything=everything)
    return Answer(replace(state, told=told), tuple(lines))


async def row(state: State, table: Table, cells: Row) -> Answer:
    """Say a whole row, and in the backoffice what belongs to it.

    Raises:
        TermstatsError: what belongs to it cannot be read.
    """
    number = next(n for n, each in enumerate(table.rows) if each is cells)
    lines = [*row_lines(table, number)]
    if find_figure(table.figure_id).details is not None:
        filters = (await selected(state.session, table, cells)).filters
        narrowed = tuple(dict.fromkeys((*filters_at(state, state.place), *filters)))
        parts = await selection_parts(state.session, narrowed) if filters else []
        lines += [words for part in parts if (words := part_words(part))]
    return Answer(state, tuple(lines))


def columns(state: State) -> Answer:
    """Say the columns of the table read last.

    Raises:
        UsageError: there is none.
    """
    if state.table is None:
        raise UsageError("no columns here; open a figure first")
    listed = [
        f"{column.heading}, {column.name}{f': {column.help}' if column.help else ''}"
        for column in state.table.columns
        if column.kind is not Kind.IDENT
    ]
    head = "Columns. Say columns and some of them, columns all, or columns few; sort and one:"
    return Answer(state, (head, *listed))


async def values(state: State, column: str) -> Answer:
    """Say how often each value of a column occurs in the rows that are left, of a log in all.

    Raises:
        TermstatsError: the log cannot be read.
    """
    table = state.table
    assert table is not None  # noqa: S101 - asked before
    at = table.position(column)
    counts: Counter[Cell] = Counter()
    async with aclosing(pages_at(state, state.place)) as pages:
        async for page in pages:
            counts += counted_values(page, at)
    told = frequency_table(table.figure_id, table.columns[at], counts, table.noun)
    lines, typed = [], []
    for row in range(len(told.rows)):
        words = value_words(told.rows[row][0], table.columns[at])
        rows = singular(f"{told.shown(row, 1)} lines")
        lines.append(f"{words or 'no value'}: {rows}, {told.shown(row, 2)}")
        sign = "!=" if words is None else "=="
        search = f"{state.place.search} {typed_search(column, words or '', sign)}"
        typed.append(f"search {search.strip()}")
    head = f"{told.title}: {told.summary}. Say a number for the lines with that value."
    return choices(replace(state, choices=tuple(typed)), head, lines)


def sorted_by(state: State, column: str, way: str) -> State:
    """Return the state with rows by a column: the useful way first, the other way when said again.

    `way` is up, down or empty.
    """
    table, place = state.table, state.place
    assert table is not None  # noqa: S101 - asked before
    heading = table.columns[table.position(column)]
    sorting = next_sorting(place.sorting, heading) or next_sorting(None, heading)
    if way:
        sorting = Sorting(column, way == "down")
    return replace(state, place=replace(place, sorting=sorting))


async def why(state: State) -> Answer:
    """Say what a figure counts, of whom, until when, and the command that prints the same.

    Raises:
        UsageError: no figure is looked at.
    """
    figure = state.figure
    if figure is None:
        raise UsageError("why is about a figure; open one, or say where")
    session = state.session
    table = state.table
    if table is None or table.figure_id != figure.id:
        table = await read_at(state, state.place)
    info = session.store.info
    command = report_line(
        table,
        info.location,
        session.scope.viewer,
        demo=info.is_demo,
        min_group=session.scope.min_group,
    )
    lines = [f"{figure.title}, {figure.id}.", *definition(figure).splitlines()]
    for heading, said in sections(table, command, copied=False):
        lines += [f"{heading}:", *said] if len(said) > 1 else [f"{heading}: {said[0]}"]
    return Answer(state, tuple(line for line in lines if line))


def where(state: State) -> Answer:
    """Say what is looked at, and where the data come from."""
    session, place = state.session, state.place
    info, subject = session.store.info, place.subject
    parts = [str(place.level), *([subject.name] if subject else [])]
    figure = state.figure
    lines = [f"Store {info.name}. Level {', '.join(parts)}."]
    if figure is not None:
        lines.append(f"Figure {figure.title}, {figure.id}.")
    population = state.table.population if state.table else ""
    sources = (
        f"Source {each.name}, {each.platform}: as of {each.as_of}, records {plain(each.records)}."
        for each in source_facts(info, session.scope).values()
    )
    panels = LEVELS[place.level].panels
    not_here = left_out(panels, session.missing, session.scope)
    absent = [f"Not here: {title}, {why}." for title, why in not_here]
    return Answer(state, (*lines, where_words(state, population), *sources, *absent))


async def compared(state: State, *, is_chosen: bool = False) -> Answer:
    """Say a series beside the same buckets of what it is compared with.

    `is_chosen`: with what was just chosen, so that there may be no series here.

    Raises:
        UsageError: this is no series over time.
    """
    table, against = state.table, state.view.against
    chosen = Answer(state, (f"Changes are since {against.words} from now on.",))
    if table is None and is_chosen:
        return chosen
    if table is None:
        raise UsageError("nothing to compare here; open a figure first")
    asked = await asked_at(state, state.place)
    then, info = state.session.then_of(asked.request.period), state.session.store.info
    if against is Against.YEAR and is_before(then, info.coverage[0] if info.has_events else None):
        return Answer(state, (f"Nothing was recorded a year before, {plain(then.dates)}.",))
    request = replace(asked.request, period=then, against=Against.BEFORE)
    session = state.session
    before = await run_figure(session.store, table.figure_id, request, session.scope)
    lines = compared_words(table, before)
    if not lines and is_chosen:
        return chosen
    if not lines:
        raise UsageError("only a series over time is compared; numbers says those of a level so")
    return Answer(state, (f"{table.title} beside {against.words}:", *lines))


def words_of(text: str) -> list[str]:
    """Return words, quoted ones whole.

    Raises:
        UsageError: a quote is not closed.
    """
    try:
        return shlex.split(text)
    except ValueError:
        raise UsageError("a quote is not closed; write learner='Ana Alvarez'") from None
