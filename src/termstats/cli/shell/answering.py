"""Answers one command: the state after it, and the lines to say."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from termstats.cli.shell import asking, demo, dossier, filtering, moving, saying
from termstats.cli.shell.commands import LEVELS as NUMBERS
from termstats.cli.shell.commands import WORDS, Command, number_of, one_of, read, word_of
from termstats.cli.shell.exporting import exported, exported_course
from termstats.cli.shell.lines import plain
from termstats.cli.shell.state import Answer, Place, State
from termstats.data.figures.definition.figure import Level
from termstats.data.figures.definition.registry import figures
from termstats.data.model.day_words import day_words
from termstats.data.model.errors import UsageError
from termstats.data.model.request import Param
from termstats.data.model.table import Row, Table
from termstats.data.query.places import Place as PlaceOfHit
from termstats.data.query.places import places_of
from termstats.data.query.search import Hit, search
from termstats.screens.frame.exporting import is_folder
from termstats.screens.levels.panels import LEVELS

Handler: TypeAlias = Callable[[State, str], Awaitable[Answer]]


async def answer(state: State, line: str) -> Answer:
    """Return what a typed line gives.

    Raises:
        TermstatsError: a mistake, something the viewer may not see, or a store that cannot be read.
    """
    command = read(line)
    return Answer(state) if command is None else await _do(state, command)


async def _do(state: State, command: Command) -> Answer:
    if command.name in set(Level):
        return await _level(state, Level(command.name), command.rest)
    return await HANDLERS[command.name](state, command.rest)


# ---- going ---------------------------------------------------------------------------------------


async def _level(state: State, level: Level, name: str) -> Answer:
    there = await moving.to_level(state, level, name)
    if there.place == state.place and there.choices != state.choices:
        return saying.choices(there, f"Several {level}s may be meant. Say a number:")
    return await saying.at(there)


async def _list(state: State, _rest: str) -> Answer:
    place = state.place
    return await saying.level(state.at(replace(place, figure="", search="", sorting=None)))


async def _open(state: State, rest: str) -> Answer:
    number, column = number_of(rest, "open")
    if state.choices:
        choice = _choice(state, number)
        if isinstance(choice, str):
            return await answer(state, choice)
        return await saying.at(await moving.to_place(state, choice))
    table, row = await _row(state, number)
    if column:
        name = _column(table, column)
        return await saying.at(await moving.through_number(state, table, row, name))
    if state.place.figure == LEVELS[state.place.level].cards:
        return await saying.at(await moving.through_card(state, table, row))
    if not moving.leads_on(table):
        return await saying.row(state, table, row)
    return await saying.at(await moving.through_row(state, table, row))


def _choice(state: State, number: int) -> Place | str:
    if not 1 <= number <= len(state.choices):
        raise UsageError(f"no line {number}; the list has 1 to {len(state.choices)}")
    return state.choices[number - 1]


async def _row(state: State, number: int) -> tuple[Table, Row]:
    """Return the table read last and the row that a number of the list stands for.

    Raises:
        UsageError: there is no such line.
    """
    if state.table is None or state.choices:
        raise UsageError("that is for the lines of a figure; open one first: say list")
    order = await saying.order_of(state)
    if not 1 <= number <= len(order):
        raise UsageError(f"no line {number}; there are {len(order)}, say again for the list")
    return state.table, state.table.rows[order[number - 1]]


def _column(table: Table, text: str) -> str:
    """Return the column that is called so, or alone begins so.

    Raises:
        UsageError: none, or several; names those there are.
    """
    wanted = " ".join(text.casefold().replace("_", " ").split())
    names = {
        c.name: (c.name.replace("_", " ").casefold(), c.heading.casefold()) for c in table.columns
    }
    exact = [name for name, said in names.items() if wanted in said]
    near = exact or [n for n, said in names.items() if any(s.startswith(wanted) for s in said)]
    if len(near) != 1:
        among = ", ".join(near or names)
        raise UsageError(f"{text} {'may be' if near else 'is no column; there are'} {among}")
    return near[0]


async def _whole_row(state: State, rest: str) -> Answer:
    number, _more = number_of(rest, "row")
    table, row = await _row(state, number)
    return await saying.row(state, table, row)


async def _follow(state: State, rest: str) -> Answer:
    table, row = await _row(state, number_of(rest, "follow")[0])
    return await saying.at(await moving.through_row(state, table, row, follow=True))


async def _back(state: State, _rest: str) -> Answer:
    return await saying.at(moving.back(state))


async def _wrong(state: State, _rest: str) -> Answer:
    return await saying.at(await dossier.to_wrong_answers(state))


async def _ticket(state: State, _rest: str) -> Answer:
    return Answer(state, tuple(await dossier.ticket_lines(state)))


async def _find(state: State, rest: str) -> Answer:
    hits = await search(state.session.store, state.session.scope, rest)
    if not hits:
        raise UsageError(f"nobody and nothing is called {rest or 'so'} here; try fewer letters")
    there = replace(state, choices=tuple(map(moving.place_of, hits)), table=None)
    places = await places_of(state.session.store, state.session.scope, hits)
    names = [_hit_words(hit, places.get((hit.level, hit.entity.id))) for hit in hits]
    return saying.choices(there, "Found. Say a number:", list(map(plain, names)))


def _hit_words(hit: Hit, place: PlaceOfHit | None) -> str:
    """Return who or what was found, where it belongs, and what tells it from its namesakes."""
    where = [place.where] if place else []
    if place and hit.kind == "person":
        seen = place.last_seen
        where.append(f"last seen {day_words(seen)}" if seen else "never seen")
    return ", ".join(filter(None, (hit.entity.name, hit.kind, *where, hit.detail)))


async def _show(state: State, rest: str) -> Answer:
    name, *pairs = rest.split()
    typed: dict[Param, str] = {}
    for pair in saying.words_of(" ".join(pairs)):
        param, equals, key = pair.partition("=")
        if not equals or param not in set(Param):
            raise UsageError(f"{pair}: write training=KEY, learner=KEY, module=KEY and the like")
        typed[Param(param)] = key
    return await saying.at(await moving.to_figure(state, name, typed))


async def _show_or_ids(state: State, rest: str) -> Answer:
    if rest:
        return await _show(state, rest)
    known = figures()
    ids = sorted(known)
    there = replace(state, choices=tuple(f"show {each}" for each in ids), table=None)
    names = [f"{each}, {known[each].title}" for each in ids]
    return saying.choices(there, "Figures. Say a number, or show and an id:", names)


async def _numbers(state: State, _rest: str) -> Answer:
    if state.place.is_choice:
        raise UsageError(f"choose a {state.place.level} first: say a number of the list")
    place = Place(state.place.level, state.place.entities, LEVELS[state.place.level].cards)
    return await saying.at(state.at(place))


async def _page(state: State, rest: str) -> Answer:
    return await saying.at(await moving.to_page(state, rest))


# ---- reading -------------------------------------------------------------------------------------


async def _more(state: State, rest: str) -> Answer:
    everything = bool(rest) and one_of(rest, ("all",), "more") == "all"
    return await saying.more(state, everything=everything)


async def _again(state: State, _rest: str) -> Answer:
    return await saying.at(state)


async def _columns(state: State, rest: str) -> Answer:
    if not rest:
        return saying.columns(state)
    picked = {figure: names for figure, names in state.picked.items() if figure != _id(state)}
    if rest in ("all", "few"):
        return await saying.at(replace(state, all_columns=rest == "all", picked=picked))
    if state.table is None:
        raise UsageError("no columns here; open a figure first")
    words = rest.split(",") if "," in rest else rest.split()
    picked[_id(state)] = tuple(_column(state.table, word) for word in words if word.strip())
    return await saying.at(replace(state, all_columns=False, picked=picked))


def _id(state: State) -> str:
    return state.table.figure_id if state.table else ""


async def _sort(state: State, rest: str) -> Answer:
    if state.table is None:
        raise UsageError("nothing to sort here; open a figure first")
    if not rest:
        place = replace(state.place, sorting=None)
        is_new = place != state.place
        there = replace(state, place=place)
        return await saying.at(there) if is_new else saying.columns(there)
    words = rest.split()
    way = words.pop() if len(words) > 1 and words[-1] in ("up", "down") else ""
    column = _column(state.table, " ".join(words))
    return await saying.at(saying.sorted_by(state, column, way))


async def _values(state: State, rest: str) -> Answer:
    if state.table is None:
        raise UsageError("no columns here; open a figure first")
    return await saying.values(state, _column(state.table, rest))


async def _search(state: State, rest: str) -> Answer:
    if not state.place.figure:
        raise UsageError(f"no lines here; find {rest or 'TEXT'} looks for people and trainings")
    return await saying.at(replace(state, place=replace(state.place, search=rest)))


async def _why(state: State, _rest: str) -> Answer:
    return await saying.why(state)


async def _where(state: State, _rest: str) -> Answer:
    return saying.where(state)


# ---- asking otherwise ----------------------------------------------------------------------------


async def _period(state: State, rest: str) -> Answer:
    if rest:
        return await saying.at(asking.with_period(state, rest))
    lines, choices = asking.period_lines(state)
    return Answer(replace(state, choices=choices, table=None), tuple(lines))


def _changing(change: Callable[[State, str], State]) -> Handler:
    async def handle(state: State, rest: str) -> Answer:
        return await saying.at(change(state, rest))

    return handle


async def _demo(state: State, rest: str) -> Answer:
    return await saying.at(await demo.with_demo(state, rest))


async def _filter(state: State, rest: str) -> Answer:
    field = filtering.field_of(rest)
    if not rest or field:
        lines, choices = await filtering.values(state, field) if field else filtering.fields(state)
        return Answer(replace(state, choices=choices, table=None), tuple(lines))
    there = await filtering.with_filters(state, rest)
    figure, left = there.figure, await filtering.remaining(there)
    shown = await saying.at(there)
    if there.lasting(there.place.level) and figure is not None and not figure.filters:
        left = f"Kept, but no filters narrow this figure. {left}"
    return replace(shown, lines=(*shown.lines, left)) if left else shown


async def _compare(state: State, rest: str) -> Answer:
    if rest:
        state = asking.with_comparison(state, rest)
    return await saying.compared(state, is_chosen=bool(rest))


# ---- the rest ------------------------------------------------------------------------------------


async def _export(state: State, rest: str) -> Answer:
    word, _blank, more = rest.partition(" ")
    if is_folder(word):
        word, more = "", rest
    what = one_of(word, ("all", "course"), "export") if word else ""
    if more and not is_folder(more):
        raise UsageError(f"export {more}: write a folder as ./{more} or ~/{more}")
    folder = Path(more) if more else None
    if what == "course":
        return Answer(state, tuple(await exported_course(state, folder)))
    return Answer(state, tuple(await exported(state, everything=what == "all", folder=folder)))


async def _help(state: State, rest: str) -> Answer:
    if rest:
        word = word_of(rest)
        also = f" Also: {', '.join(word.aliases)}." if word.aliases else ""
        return Answer(state, (f"{word.typed}: {word.words}.{also}",))
    levels = ", ".join(f"{number} {level}" for number, level in NUMBERS.items())
    return Answer(
        state,
        (
            "A number opens that line. A level and a name go there: 3 ana. "
            f"Levels: {levels}. The beginning of a command is enough.",
            *(f"{word.typed}: {word.words}" for word in WORDS),
        ),
    )


async def _quit(state: State, _rest: str) -> Answer:
    return Answer(state, is_over=True)


HANDLERS: Mapping[str, Handler] = {
    "list": _list, "open": _open, "row": _whole_row, "follow": _follow, "back": _back,
    "wrong": _wrong, "ticket": _ticket, "find": _find, "show": _show_or_ids,
    "numbers": _numbers, "platform": _page,
    "more": _more, "again": _again, "columns": _columns, "sort": _sort, "search": _search,
    "values": _values, "why": _why, "where": _where, "period": _period,
    "by": _changing(asking.with_buckets),
    "everybody": _changing(asking.with_everybody), "clock": _changing(asking.with_clock),
    "archived": _changing(asking.with_archived), "filter": _filter, "compare": _compare,
    "demo": _demo,
    "export": _export, "help": _help, "quit": _quit,
}  # fmt: skip
"""Name of a command that is no level -> what answers it."""
