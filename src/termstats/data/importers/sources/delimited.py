"""Rows of a file with delimiters: how it is laid out is read from the file, not assumed."""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import IO

from termstats.data.importers.sources.refused import Refused

LONGEST_CELL = 64 * 1024 * 1024
"""Characters; a difference of a whole page may be one cell."""
_DELIMITERS = ";,\t|"
_HEAD = 65_536
"""Characters in which the column names are looked for."""
_MOST_ABOVE = 50
"""Lines that may stand above the column names."""
_SEPARATOR = re.compile(r'"?sep=(.)"?[;,\t]*\s*', re.IGNORECASE)
"""What spreadsheets write into the first line."""
_NEVER_CLOSED = "unexpected end of data"
_INSIDE = "a quote inside a cell in quotes"


@dataclass(frozen=True)
class Layout:
    """How a file is written."""

    delimiter: str
    header: tuple[str, ...]
    """The cells of the line of column names, without blanks around them."""
    lines_above: int
    """Lines that are no row: what stands above the column names, and these."""
    titles: int = 0
    """Those above that hold anything, but for the line that names the delimiter."""
    has_quotes: bool = True
    """Whether a cell may stand in quotes; if not, a quote is a character like others."""

    @property
    def least(self) -> int:
        """Return how many cells a row must have: up to the last column with a name."""
        named = [place for place, name in enumerate(self.header, 1) if name]
        return max(named, default=0)


def find_layout(file: IO[str], is_known: Callable[[str], bool]) -> Layout:
    """Return how a file is laid out; its header is empty where there are no column names.

    The column names are the first line with two names that are known, else the first line with
    two cells that are not empty, else the first that is not empty.
    """
    file.seek(0)
    begin = file.read(_HEAD)
    first = begin[: len(begin.splitlines()[0])] if begin else ""
    separator = _SEPARATOR.fullmatch(first)
    layouts = [
        _layout(begin, delimiter, bool(separator), is_known)
        for delimiter in ([separator[1]] if separator else _DELIMITERS)
    ]
    return max(layouts, key=lambda scored: scored[0])[1]


def _layout(
    begin: str, delimiter: str, has_separator: bool, is_known: Callable[[str], bool]
) -> tuple[tuple[int, int, bool, int, int], Layout]:
    """Return how well a delimiter fits, and the layout with it.

    Names that are known count most, then more columns than one, quotes that end where a cell does,
    lines that fit, and columns.
    """
    reader = csv.reader(io.StringIO(begin, newline=""), delimiter=delimiter)
    records = []
    try:
        for cells in itertools.islice(reader, _MOST_ABOVE):
            records.append((reader.line_num, tuple(cell.strip() for cell in cells)))
    except csv.Error:
        pass  # what comes after the column names is read later
    if has_separator:
        del records[:1]

    def names(record: tuple[int, tuple[str, ...]]) -> int:
        return len({cell for cell in record[1] if cell and is_known(cell)})

    filled = [record for record in records if any(record[1])]
    found = (
        next((record for record in filled if names(record) >= 2), None)
        or next((record for record in filled if sum(map(bool, record[1])) >= 2), None)
        or next(iter(filled), None)
    )
    if found is None:
        return (0, 0, False, 0, 0), Layout(delimiter, (), 0)
    width = len(found[1])
    fitting = sum(len(record[1]) == width for record in filled)
    titles = sum(record[0] < found[0] for record in filled)
    quoted = _has_whole_quotes(begin, delimiter)
    fit = (names(found), min(width, 2), quoted, fitting, width)
    return fit, Layout(delimiter, found[1], found[0], titles)


def _has_whole_quotes(begin: str, delimiter: str) -> bool:
    """Return whether a delimiter or the line's end follows each quoted cell of the first lines."""
    reader = csv.reader(io.StringIO(begin, newline=""), delimiter=delimiter, strict=True)
    try:
        for _ in itertools.islice(reader, _MOST_ABOVE):
            pass
    except csv.Error as error:
        return _NEVER_CLOSED in str(error)
    return True


def rows_of(file: IO[str], layout: Layout) -> Iterator[tuple[int, int, list[str] | Refused]]:
    """Yield (its first line, its last line, cells) of every row; empty lines are none.

    Raises:
        csv.Error: a quote that is opened and never closed.
    """
    file.seek(0)
    for _ in range(layout.lines_above):
        next(file, None)
    width, least, above = len(layout.header), layout.least, layout.lines_above
    reader = csv.reader(
        file,
        delimiter=layout.delimiter,
        quoting=csv.QUOTE_MINIMAL if layout.has_quotes else csv.QUOTE_NONE,
        strict=True,
    )
    while True:
        line = above + reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if _NEVER_CLOSED in str(error):
                raise csv.Error(f"the quote opened in line {line} is never closed") from error
            cells = []
            yield line, above + reader.line_num, Refused(_INSIDE, "")
        if len(cells) == width:
            yield line, above + reader.line_num, cells
        elif cells:
            yield line, above + reader.line_num, _fitted(cells, width, least)


def _fitted(cells: list[str], width: int, least: int) -> list[str] | Refused:
    """Return a row with as many cells as there are columns; empty ones may come and go."""
    if least <= len(cells) < width:
        return cells + [""] * (width - len(cells))
    if len(cells) > width and not any(map(str.strip, cells[width:])):
        return cells[:width]
    return Refused("wrong number of cells", cells, f"{len(cells)} cells for {width} columns")


def settle_quotes(file: IO[str], layout: Layout, is_row: Callable[[Sequence[str]], bool]) -> Layout:
    """Return the layout of a file in which quotes may be characters like others.

    A file that quotes its cells loses fewer lines when they are read as quotes, one that does
    not, when they are not. `is_row` tells rows from the rest of a text with line breaks.
    """
    if any(name.startswith('"') for name in _header_as_written(file, layout)):
        return layout
    bare = _BareQuotes(layout, is_row)
    file.seek(0)
    for line in itertools.islice(file, layout.lines_above, None):
        bare.see(line)
    lost = _lost_lines(file, layout, layout.lines_above + bare.lines) - bare.empty
    if layout.delimiter == "\t":
        is_plain = bare.misfits + bare.no_rows < lost and bare.closed <= bare.opened
    else:
        # Where text is usually quoted, the line breaks in it must be told from lines.
        is_plain = len(layout.header) > 2 and bare.no_rows < lost and not bare.misfits
        is_plain = is_plain and not bare.closed and bare.opened != bare.ended
    return replace(layout, has_quotes=False) if is_plain else layout


def _header_as_written(file: IO[str], layout: Layout) -> list[str]:
    file.seek(0)
    above = list(itertools.islice(file, layout.lines_above))
    return above[-1].split(layout.delimiter) if above else []


def _lost_lines(file: IO[str], layout: Layout, last_line: int) -> int:
    """Return how many lines are no row of their own when quotes are read as quotes."""
    lost, before = 0, layout.lines_above
    try:
        for line, last, cells in rows_of(file, layout):
            lost += last - line + isinstance(cells, Refused)
            before = last
    except csv.Error:
        lost += last_line - before
    return lost


@dataclass
class _BareQuotes:
    """What the lines of a file show when every quote is a character."""

    layout: Layout
    is_row: Callable[[Sequence[str]], bool]
    lines: int = 0
    empty: int = 0
    misfits: int = 0
    """Lines of another width than the header's."""
    no_rows: int = 0
    """Lines of that width that are no rows."""
    opened: int = 0
    """Cells that begin with a quote and do not end with its other."""
    ended: int = 0
    closed: int = 0

    def see(self, line: str) -> None:
        self.lines += 1
        written = line.rstrip("\r\n")
        if not written:
            self.empty += 1
            return
        cells = written.split(self.layout.delimiter)
        width = len(self.layout.header)
        row = cells if len(cells) == width else _fitted(cells, width, self.layout.least)
        if isinstance(row, Refused):
            self.misfits += 1
        else:
            self.no_rows += not self.is_row(row)
        if '"' not in written:
            return
        for cell in cells:
            begins, ends = cell.startswith('"'), cell.endswith('"') and len(cell) > 1
            is_closed = begins and ends and cell[1:-1].count('"') % 2 == 0
            self.closed += is_closed
            self.opened += begins and not is_closed
            self.ended += ends and not begins
