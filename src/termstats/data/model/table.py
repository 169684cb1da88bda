"""What a figure gives: columns, rows, notes and a chart as data, for screens and files alike."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from typing import TypeAlias

from termstats.data.model import text
from termstats.data.model.charts import Bars as Bars
from termstats.data.model.charts import Chart as Chart
from termstats.data.model.charts import Gauge as Gauge
from termstats.data.model.charts import Heat as Heat
from termstats.data.model.charts import Line as Line
from termstats.data.model.charts import StackedBars as StackedBars
from termstats.data.model.charts import StackedNames as StackedNames
from termstats.data.model.doors import Door, Doors
from termstats.data.model.plural import counted, plural

Cell: TypeAlias = int | float | str | date | datetime | None
Row: TypeAlias = tuple[Cell, ...]


class Kind(StrEnum):
    """What a column holds, and so how it is written."""

    COUNT = "n"
    NUMBER = "number"
    PERCENT = "%"
    SHARE = "share"
    """0 to 1, read as a percentage."""
    SECONDS = "s"
    DATE = "d"
    MOMENT = "moment"
    TEXT = "t"
    IDENT = "id"
    BLOCKS = "blocks"
    """A sign per module in the order of the training, as in `termstats.data.model.blocks`."""
    VALUE = "value"
    """The kind differs from row to row: see `Table.row_kinds`."""


OTHERS = "(others)"
"""Name of the row of a ranking that holds everything after the top."""
NUMERIC = (Kind.COUNT, Kind.NUMBER, Kind.PERCENT, Kind.SHARE, Kind.SECONDS, Kind.VALUE)
"""Kinds that are right-aligned and can be summed or drawn."""


STATE = "state"
"""Name of a column that holds the state of an enrolment; of several, how their names begin."""


@dataclass(frozen=True)
class Column:
    """One column: `name` is the contract of scripts, `title` is what a person reads."""

    name: str
    kind: Kind
    title: str = ""
    help: str = ""
    meanings: tuple[tuple[str, str], ...] = ()
    """(word, what it means: better, worse, alert, muted); themes have colours for these."""
    signed: bool = False
    """Whether its words stand behind signs, as those of states do."""
    more: str = ""
    """What more of it means, better or worse, of numbers that are changes; empty: it is none."""
    few_words: bool = False
    """Whether it holds one of few wordings, such as reasons: a part of one says nothing."""
    names: tuple[tuple[str, str], ...] = ()
    """(word that scripts rely on, what a person reads instead)."""
    is_code: bool = False
    """Whether its words are codes of a platform, which a person reads with spaces."""
    in_points: bool = False
    """Whether its percentages are differences of two: a person reads points."""

    @property
    def is_state(self) -> bool:
        """Return whether it holds states: `state`, one of several `state_*`, or `signed` words."""
        return self.signed or self.name == STATE or self.name.startswith(f"{STATE}_")

    @property
    def is_whole(self) -> bool:
        """Return whether its words are never cut, however short room is."""
        return self.is_state or self.few_words

    def read(self, cell: Cell) -> Cell:
        """Return a cell as it is to be shown: the name of what scripts know by a word."""
        if self.is_code and isinstance(cell, str):
            return text.spelt(cell)
        return cell if cell is None else dict(self.names).get(str(cell), cell)

    @property
    def heading(self) -> str:
        """Return the title, made from the name where none is given."""
        words = self.name.replace("_", " ")
        return self.title or words[:1].upper() + words[1:]


def count(name: str, title: str = "", help: str = "", more: str = "") -> Column:  # noqa: A002
    """Return a column of whole numbers; of changes `more` says what rising is: better or worse."""
    return Column(name, Kind.COUNT, title, help, more=more)


def number(name: str, title: str = "", help: str = "") -> Column:  # noqa: A002
    """Return a column of numbers with decimals."""
    return Column(name, Kind.NUMBER, title, help)


def percent(name: str, title: str = "", help: str = "") -> Column:  # noqa: A002
    """Return a column of 0-100."""
    return Column(name, Kind.PERCENT, title, help)


def share(name: str, title: str = "", help: str = "") -> Column:  # noqa: A002
    """Return a column of 0-1 that people read as 0-100 %."""
    return Column(name, Kind.SHARE, title, help)


def seconds(name: str, title: str = "", help: str = "") -> Column:  # noqa: A002
    """Return a column of durations in seconds."""
    return Column(name, Kind.SECONDS, title, help)


def day(name: str, title: str = "", help: str = "") -> Column:  # noqa: A002
    """Return a column of local dates."""
    return Column(name, Kind.DATE, title, help)


def moment(name: str, title: str = "", help: str = "") -> Column:  # noqa: A002
    """Return a column of moments, as datetimes in the reporting zone."""
    return Column(name, Kind.MOMENT, title, help)


def words(
    name: str,
    title: str = "",
    help: str = "",  # noqa: A002
    meanings: tuple[tuple[str, str], ...] = (),
    signed: bool = False,
    few_words: bool = False,
) -> Column:
    """Return a column of text; some words of it may mean something that has a colour, or a sign."""
    return Column(name, Kind.TEXT, title, help, meanings, signed=signed, few_words=few_words)


def codes(name: str, title: str = "", help: str = "") -> Column:  # noqa: A002
    """Return a column of a platform's codes, such as its words for actions."""
    return Column(name, Kind.TEXT, title, help, is_code=True)


def ident(name: str, title: str = "", help: str = "") -> Column:  # noqa: A002
    """Return a column of platform ids; not shown on screens, but used to open a row."""
    return Column(name, Kind.IDENT, title, help)


@dataclass(frozen=True)
class Destination:
    """What Enter on a row opens: a screen (level) or another figure, carrying ids of the row.

    `params` maps a parameter name (training, learner, class, module, attempt, activity, action)
    to the column that holds its value, or to `KEY`.
    """

    target: str
    params: tuple[tuple[str, str], ...]
    at: str = ""
    """The column that says which row of the target is meant, by its `position`; empty: none is."""


@dataclass(frozen=True)
class Below:
    """Rows of another figure that stand below the rows of a table, for the one under the cursor."""

    target: str
    """The other figure."""
    column: str
    """Its rows have here what the row under the cursor has in the column of the same name."""
    shown: tuple[tuple[str, str], ...]
    """(column, what is written behind its number); the last ones give way where room is short."""


TOTAL = "total"
"""Column of what the other series of a chart add up to."""
METRIC, VALUE = "metric", "value"
"""Columns of figures of cards: the name of a number, and the number."""
KEY = ""
"""Stands for a column in a destination: the row's own id, which no column holds."""


@dataclass(frozen=True)
class Table:
    """One figure's result. Text cells are sanitised; moments are in the reporting zone."""

    figure_id: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    chart: Chart | None = None
    row_opens: Destination | None = None
    empty: str = ""
    """Why there is nothing and what to do, when there are no rows or nothing to draw."""
    row_kinds: tuple[Kind, ...] = ()
    """For columns of Kind.VALUE: the kind of each row."""
    summary: str = ""
    """One short phrase for the panel's title: a total, a mean, a peak."""
    period: str = ""
    zone: str = "UTC"
    as_of: str = ""
    now: datetime | None = None
    """The moment that the data describe, in the zone."""
    population: str = ""
    step: int = 0
    """Seconds of a bucket, where the first column holds the moments at which buckets begin."""
    after: str | None = None
    """Cursor of the next page; None: these are all rows."""
    params: tuple[tuple[str, str], ...] = field(default=())
    behind: Doors = ()
    """What lies behind its numbers."""
    before: str = "before"
    """What stands behind a number that its changes are since: `before`, `a year before`."""
    keys: tuple[str, ...] = ()
    """The id of each row, for layouts whose columns hold none: see `KEY`."""
    people: tuple[str, ...] = ()
    """Ids of people whom rows name, where no column holds them."""
    noun: str = "row"
    """What one row is: `learner`, `action`."""

    def counted(self, number: int) -> str:
        """Return a number of rows as what they are: `12 learners`; `200+ actions` of more."""
        if self.after is None or number != len(self.rows):
            return counted(number, self.noun)
        return f"{number:,}+ {plural(self.noun)}"

    def position(self, name: str) -> int:
        """Return the position of the column `name`."""
        for index, column in enumerate(self.columns):
            if column.name == name:
                return index
        raise KeyError(f"{self.figure_id} has no column {name}")

    def column(self, name: str) -> list[Cell]:
        """Return all cells of the column `name`."""
        index = self.position(name)
        return [row[index] for row in self.rows]

    def opens(self, column: str) -> bool:
        """Return whether something lies behind numbers of a column."""
        return column in dict(self.behind) or (column == VALUE and self._is_cards)

    def door(self, row: Row, column: str) -> Door | None:
        """Return what lies behind one number; None: nothing, so that it must promise nothing."""
        name = str(row[0]) if column == VALUE and self._is_cards else column
        door = dict(self.behind).get(name)
        if door is None:
            return None
        nothing = (None, 0) if door.is_count or door.of_share else (None,)
        if self.cell_of(row, column) in nothing:
            return None
        # Of "(others)" it is not known who they are.
        unnamed = (None, "", OTHERS)
        named = all(self.cell_of(row, each) not in unnamed for _param, each in door.params)
        return door if named else None

    def number_drawn(self, row: Row, series: str = "") -> str:
        """Return the column whose door a point or bar of the chart is; empty: it is none.

        The chosen series, else the total, else the first that is drawn: counts first, and what is
        no count only where the row itself opens nothing.
        """
        drawn = (series,) if series else self.chart.numbers if self.chart else ()
        names = [name for name, _door in self.behind if not drawn or name in drawn]
        doors = {name: self.door(row, name) for name in sorted(names, key=lambda n: n != TOTAL)}
        counts = (name for name, door in doors.items() if door and door.is_count)
        others = (name for name, door in doors.items() if door and self.row_opens is None)
        return next(counts, "") or next(others, "")

    @property
    def _is_cards(self) -> bool:
        return bool(self.behind) and self.columns[0].name == METRIC

    def with_rows(self, rows: tuple[Row, ...], row_kinds: tuple[Kind, ...] = ()) -> Table:
        """Return the same table with other rows: sorted, filtered, more pages."""
        return replace(self, rows=rows, row_kinds=row_kinds, keys=())

    def in_files(self) -> Table:
        """Return the table as files have it: without the columns that only screens show."""
        kept = [n for n, column in enumerate(self.columns) if column.kind is not Kind.BLOCKS]
        if len(kept) == len(self.columns):
            return self
        rows = tuple(tuple(row[n] for n in kept) for row in self.rows)
        return replace(self, columns=tuple(self.columns[n] for n in kept), rows=rows)

    def cell_of(self, row: Row, column: str) -> Cell:
        """Return a cell of one of the rows; of `KEY` the row's id.

        Rows may be equal, two groups of one name: the row is known by itself, not by its cells.
        """
        if column != KEY:
            return row[self.position(column)]
        return self._key_of.get(id(row))

    @cached_property
    def _key_of(self) -> dict[int, str]:
        """Row, by itself -> its id."""
        return {id(row): key for row, key in zip(self.rows, self.keys, strict=False)}

    def kind(self, row: int, column: int) -> Kind:
        """Return the kind of one cell."""
        kind = self.columns[column].kind
        return self.row_kinds[row] if kind is Kind.VALUE and self.row_kinds else kind

    def shown(self, row: int, column: int) -> str:
        """Return one cell as a person reads it."""
        return show_cell(self.columns[column], self.rows[row][column], self.kind(row, column))


def show_cell(column: Column, cell: Cell, kind: Kind) -> str:
    """Return a cell of a column as a person reads it: `64 %`, of a difference `4 points`."""
    value = column.read(cell)
    if not (column.in_points and kind is Kind.PERCENT and isinstance(value, (int, float))):
        return show(value, kind)
    number = show(value, kind).removesuffix(" %")
    return f"{number} {'point' if number in ('1', '-1') else 'points'}"


def show(value: Cell, kind: Kind) -> str:
    """Return a cell as a person reads it; `-` is no value."""
    if value is None:
        return text.NO_VALUE
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return value
    match kind:
        case Kind.PERCENT:
            return text.show_percent(value)
        case Kind.SHARE:
            return text.show_percent(100 * value)
        case Kind.SECONDS:
            return text.show_duration(value)
        case Kind.COUNT:
            return text.show_count(value)
        case _:
            return text.show_number(value)
