"""Says figures in lines: a heading, the chart as a sentence, numbered rows, cards as changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from termstats.cli.shell.comparing import page_row_words
from termstats.cli.shell.lines import lowered, plain
from termstats.cli.shell.moving import doors
from termstats.cli.shell.reading import month_of
from termstats.cli.shell.state import State
from termstats.data.figures.definition.cards import title_of
from termstats.data.figures.definition.registry import find_figure
from termstats.data.model.charts import OverTime, StackedBars
from termstats.data.model.plural import singular
from termstats.data.model.table import NUMERIC, Kind, Table, show
from termstats.data.model.text import NO_VALUE
from termstats.screens.backoffice.select import diff_lines
from termstats.screens.frame.state_words import ALL_OFF, wordings
from termstats.screens.frame.view import filter_chips
from termstats.screens.pages.reconcile_rows import page_words
from termstats.widgets.cards.card import change_of
from termstats.widgets.charts.days import days_of, several_years, step_of
from termstats.widgets.charts.in_words import chart_words
from termstats.widgets.charts.read_out import bucket_words
from termstats.widgets.charts.series import number
from termstats.widgets.panels.parts import Part
from termstats.widgets.tables.columns import shown_columns
from termstats.widgets.tables.order import in_order

PAGE = 10
"""Rows said at a time."""
LONGEST = 200
"""Characters of a text that are said in a line."""
FEW = 6
"""Columns of a row that are said, where not all are asked for."""


def where_words(state: State, population: str) -> str:
    """Return what is looked at, as the state line of the dashboard says it in full."""
    figure, session = state.figure, state.session
    chips: tuple[str, ...] = ()
    lasting = state.lasting(state.place.level)
    if figure is not None:
        chips = filter_chips(figure, lasting if figure.filters else (), state.place.chips)
    elif lasting:
        chips = (f"only {', '.join(each.words for each in lasting)}",)
    searched = (f"lines with {state.place.search}",) if state.place.search else ()
    view = state.view
    first = next(wordings(view, session.store.info, population, (*chips, *searched), session.scope))
    if figure is not None and figure.pages is not None and figure.pages.monthly:
        month = month_of(state, state.place, figure)
        first = (f"page of {month}" if month else "page of today", *first[2:])
    viewer = (session.scope.describe(),) if session.scope.viewer else ()
    parts = (part for part in (*first, *viewer) if part and part != ALL_OFF)
    return plain(", ".join(parts))


def heading(state: State, table: Table) -> str:
    """Return what a figure is called and is about."""
    figure = find_figure(table.figure_id)
    names = [
        entity.name for param, entity in state.place.entities.items() if param in figure.params
    ]
    if figure.pages is not None:
        names = [plain(page_words(figure.pages, state.place.entities))]
    return ", ".join((table.title, *names))


@dataclass(frozen=True)
class Told:
    """Some rows of a table in the order in which they are said."""

    table: Table
    order: Sequence[int]
    all_columns: bool
    picked: tuple[str, ...] = ()
    """The columns chosen; empty: the leading ones."""

    @property
    def columns(self) -> list[int]:
        """Return the places of the columns that are said, the leading ones first."""
        lead = find_figure(self.table.figure_id).lead
        columns = shown_columns(self.table, lead, () if self.all_columns else self.picked)
        return columns if self.all_columns or self.picked else columns[:FEW]

    @property
    def hidden(self) -> int:
        """Return how many columns are not said; of a stack only parts that are zero."""
        if self._says_parts:
            return 0
        shown = sum(column.kind is not Kind.IDENT for column in self.table.columns)
        return shown - len(self.columns)

    @property
    def is_page(self) -> bool:
        """Return whether the rows are a platform's numbers beside ours."""
        is_page = find_figure(self.table.figure_id).pages is not None
        return is_page and not self.all_columns and not self.picked

    @property
    def _says_parts(self) -> bool:
        """Return whether a row says the parts of a stack that are there."""
        is_stack = isinstance(self.table.chart, StackedBars)
        return is_stack and not self.all_columns and not self.picked

    def lines(self, first: int, last: int) -> Iterator[str]:
        """Yield the rows from place `first` up to `last`, counted from 0."""
        columns = self.columns
        for place in range(first, min(last, len(self.order))):
            yield f"{place + 1}. {self.row(self.order[place], columns)}"

    def row(self, row: int, columns: Sequence[int]) -> str:
        """Return one row: what it is called, then each number with its heading."""
        if is_cards(self.table):
            return card_words(self.table, row)
        if self.is_page:
            return page_row_words(self.table, row)
        name, *others = columns
        if self._says_parts:
            others = parts_of_row(self.table, row) or others
        parts = [cell_words(self.table, row, column) for column in others]
        head = first_words(self.table, row, name)
        return f"{head}: {', '.join(parts)}" if parts else head


def parts_of_row(table: Table, row: int) -> list[int]:
    """Return the columns to say of a bucket of a stack: the whole, then the parts by size."""
    chart = table.chart
    if not isinstance(chart, StackedBars) or not chart.leave:
        return []
    wholes = [n for n, column in enumerate(table.columns) if column.name == chart.leave[0]]
    parts = [
        (value, n)
        for n, column in enumerate(table.columns)
        if column.name not in chart.leave
        and column.kind in NUMERIC
        and (value := number(table.rows[row][n]))
    ]
    return [*wholes, *(n for _value, n in sorted(parts, key=lambda part: -part[0]))]


def first_words(table: Table, row: int, column: int) -> str:
    """Return what a row is called: a name, or a day of a series in words."""
    heading = table.columns[column]
    if isinstance(table.chart, OverTime) and heading.name == table.chart.x:
        days = days_of(table, heading.name)
        if days:
            year = several_years(days)
            return bucket_words(days[row], step_of(days, table.step), year=year, zone=table.zone)
    if heading.kind in (Kind.TEXT, Kind.DATE, Kind.MOMENT, Kind.VALUE):
        said = _shortened(table.shown(row, column))
        return f"no {lowered(heading.heading)}" if said in ("", NO_VALUE) else said
    name = heading.heading if any(map(str.isalnum, heading.heading)) else heading.name.capitalize()
    return f"{name} {table.shown(row, column)}"


def cell_words(table: Table, row: int, column: int) -> str:
    """Return a cell with its heading: `score 70 %`, `no score`."""
    heading, cell = lowered(table.columns[column].heading), table.rows[row][column]
    if cell is None or cell == "":
        return f"no {heading}"
    return f"{heading} {_shortened(table.shown(row, column))}"


def _shortened(said: str) -> str:
    """Return a cell of a line: a text that is too long to be heard among others ends early."""
    return said if len(said) <= LONGEST else f"{said[:LONGEST].rstrip()}... (row N says all)"


def is_cards(table: Table) -> bool:
    """Return whether the rows are headline numbers beside those of the period before."""
    return [column.name for column in table.columns] == ["metric", "value", "previous", "change"]


def card_words(table: Table, row: int) -> str:
    """Return a headline number: `Active people 116, 38 more than 78 before`."""
    metric, value, previous, _change = table.rows[row]
    kind = table.row_kinds[row] if table.row_kinds else Kind.COUNT
    words = f"{title_of(str(metric))} {show(value, kind) if value is not None else 'unknown'}"
    change = change_of(table, row, str(metric), plain=True)
    if change is None:
        return f"{words}, nothing to compare with"
    sign, _blank, by = change.words.partition(" ")
    if not by:
        return f"{words}, as {table.before}"
    by += " points" if kind is Kind.PERCENT else ""
    more = "more" if sign == "^" else "less"
    return singular(f"{words}, {by} {more} than {show(previous, kind)} {table.before}")


def row_lines(table: Table, row: int) -> Iterator[str]:
    """Yield a whole row, a column a line, what was changed as a diff, and what can be opened."""
    if is_cards(table):
        yield card_words(table, row)
        return
    lead = find_figure(table.figure_id).lead
    for column in shown_columns(table, lead):
        heading = table.columns[column]
        if heading.name == "diff":
            yield from map(_change_words, diff_lines(table.rows[row][column]))
            continue
        cell = table.rows[row][column]
        said = "none" if cell is None or cell == "" else table.shown(row, column)
        yield f"{heading.heading}: {said}"
    if listed := doors(table, table.rows[row]):
        yield f"Numbers to open: {', '.join(listed)}."


def part_words(part: Part) -> str:
    """Return what belongs to a row as one line: `People: Ana 5, Ben 2, and 3 more.`; or nothing."""
    if not part.lines:
        return ""
    named = [f"{lowered(name) if not part.title else name} {value}" for name, value in part.lines]
    rest = [f"and {part.rest} more"] if part.rest else []
    return f"{part.title or 'In all'}: {', '.join((*named, *rest))}."


def _change_words(line: str) -> str:
    """Return a line of a diff in words."""
    signs = {"- ": "Before: ", "+ ": "After: "}
    return signs[line[:2]] + line[2:] if line[:2] in signs else f"Change: {line}"


def figure_lines(state: State, table: Table, order: Sequence[int]) -> tuple[list[str], int]:
    """Return a figure's heading, its chart in words and its first rows; and how many of them."""
    head = heading(state, table)
    lines = [f"{head}. {plain(table.summary)}" if table.summary else head]
    if state.place.sorting is not None:
        column, way = state.place.sorting.column, state.place.sorting.descending
        lines.append(f"By {column}, {'largest' if way else 'smallest'} first.")
    if sentence := chart_words(in_order(table, sorted(order))):
        lines.append(plain(sentence))
    more, told = rows_lines(state, table, order, 0)
    return [*lines, *more, *_notes(table)], told


def rows_lines(
    state: State, table: Table, order: Sequence[int], first: int, *, everything: bool = False
) -> tuple[list[str], int]:
    """Return rows from `first` on and what comes after them; and how many are said by then."""
    if not table.rows:
        return [plain(table.empty or "Nothing in this period.")], 0
    if not order:
        return [f"No line holds {state.place.search}; search alone shows all again."], 0
    told = Told(table, order, state.all_columns, state.picked.get(table.figure_id, ()))
    last = len(order) if everything else min(first + PAGE, len(order))
    return [*told.lines(first, last), *_after(told, first, last)], last


def _after(told: Told, first: int, last: int) -> Iterator[str]:
    """Yield which rows these are, and what was not said of them."""
    total, is_all = len(told.order), told.table.after is None
    if last < total or not is_all or first:
        whole = f"{total:,}" if is_all else f"{total:,} read so far"
        more = "; say more" if last < total or not is_all else ""
        yield f"Lines {first + 1:,} to {last:,} of {whole}{more}."
    if told.is_page:
        yield "Say row and a number for why the two differ."
    elif told.hidden and not is_cards(told.table):
        yield f"{singular(f'{told.hidden} columns')} not said; row 1, or columns all, says them."


def _notes(table: Table) -> Iterator[str]:
    if table.notes:
        yield f"{singular(f'{len(table.notes)} notes')}; say why."
