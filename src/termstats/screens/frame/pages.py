"""Which panels share the screen, and where each of them stands: plain numbers, no widget.

A page is a screenful of panels in rows. Rows are filled in reading order, each panel gets at least
what it needs, and nothing is left over: what is free goes to those that want more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

TWO_COLUMNS = 76
"""Width of the page from which two panels stand side by side."""
COLUMNS = ((220, 4), (160, 3), (TWO_COLUMNS, 2))
"""Width of the page from which so many panels stand side by side; below, one."""
PANES = 110
"""Columns of the terminal from which a detail pane stands beside its table."""
ROW = 12
"""Lines of a row of panels at least, where several rows share the page."""
TALLEST = 22
"""Lines of a chart at most, as long as something else can take the rest."""
TOO_TALL = 28
"""Lines from which a row is split into two, where it holds several panels."""
MORE = 12
"""Columns that a table takes beyond what it needs, before charts take the rest."""


@dataclass(frozen=True)
class Panel:
    """One figure of a screen."""

    figure_id: str
    table: bool = False
    """Whether rows come first and the chart on `v`: lists that people look things up in."""
    least: int = 0
    """Columns that it needs at least; 0: what its kind needs."""
    pane: str = ""
    """The figure about the current row; empty: that which the figure names, if any."""


@dataclass(frozen=True)
class Need:
    """What a panel needs of the page, its border included, and what it would like."""

    name: str
    """The slot of the panel."""
    width: int
    height: int
    wanted_width: int
    wanted_height: int
    most_width: int = 0
    """More than this is of no use to it; 0: what it wants, and of a table a little more."""
    is_chart: bool = False
    buckets: int = 0
    """Equally thick columns of a chart: less than a cell for each of them is of no use to it."""
    beside: int = 0
    """Columns that it needs beside those: axis, border, and words at the end."""
    is_empty: bool = False
    """Whether it holds a sentence and no rows: it leaves the page to others."""
    pane: Need | None = None
    """What stands right beside it where both have room."""

    @property
    def together(self) -> tuple[Need, ...]:
        """Return the panel, and its pane."""
        return (self,) if self.pane is None else (self, self.pane)


@dataclass(frozen=True)
class Spot:
    """Where a panel stands on the page."""

    name: str
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class Page:
    """Panels shown at once, row by row."""

    rows: tuple[tuple[Need, ...], ...]
    first: int = 0
    """How many panels are on the pages before."""

    @property
    def names(self) -> tuple[str, ...]:
        """Return the slots in reading order, panes after their tables."""
        return tuple(need.name for row in self.rows for need in row)

    @property
    def panels(self) -> int:
        """Return how many panels it shows, panes not counted."""
        panes = {need.pane.name for row in self.rows for need in row if need.pane}
        return len(set(self.names) - panes)


def columns_of(width: int) -> int:
    """Return how many panels may stand side by side on a page so wide."""
    return next((columns for least, columns in COLUMNS if width >= least), 1)


def pages(needs: Sequence[Need], width: int, height: int) -> list[Page]:
    """Return the pages of a group, in the order of its panels; each holds one at least."""
    left = _rows(needs, width, height)
    made: list[Page] = []
    first = 0
    while left:
        number = 1
        while number < len(left) and _share_a_page(left[: number + 1], height):
            number += 1
        page = Page(tuple(left[:number]), first)
        first += page.panels
        made.append(page)
        del left[:number]
    return made


def _share_a_page(rows: Sequence[Sequence[Need]], height: int) -> bool:
    """Return whether rows fit a page: no more than have room well, and what is empty besides."""
    full = [row for row in rows if not _is_empty(row)]
    if len(full) > max(1, height // ROW):
        return False
    return len(full) == len(rows) or height >= sum(max(n.height for n in row) for row in rows)


def _is_empty(row: Sequence[Need]) -> bool:
    return all(need.is_empty for need in row)


def page_of(candidates: Sequence[Page], name: str) -> Page:
    """Return the page that shows a slot; the first where none does."""
    return next((page for page in candidates if name in page.names), candidates[0])


def _rows(needs: Sequence[Need], width: int, height: int) -> list[tuple[Need, ...]]:
    """Return the panels in rows, each as full as the width allows, all about equally full."""
    fitting = [_with_pane_that_fits(need, width) for need in needs]
    columns = columns_of(width)
    cells = sum(len(need.together) for need in fitting)
    least = -(-cells // columns)
    while least < len(fitting) and height // least > TOO_TALL:
        least += 1
    is_odd = columns == 2 and cells % 2 == 1 and least <= height // ROW
    rows: list[tuple[Need, ...]] = []
    left = list(fitting)
    while left:
        free = max(1, least - len(rows))
        most = -(-sum(len(need.together) for need in left) // free)
        if is_odd and not rows:
            # The one that leads has the width for itself.
            most = 1
        row: tuple[Need, ...] = ()
        while left and _fits((*row, *left[0].together), min(most, columns), width):
            row = (*row, *left.pop(0).together)
        if not row:
            row = left.pop(0).together
        rows.append(row)
    return rows


def _with_pane_that_fits(need: Need, width: int) -> Need:
    """Return a panel without its pane where there is no room for both."""
    fits = need.pane is not None and _fits(need.together, columns_of(width), width)
    return need if fits else replace(need, pane=None)


def _fits(row: Sequence[Need], columns: int, width: int) -> bool:
    return len(row) <= columns and sum(need.width for need in row) <= width


def spots(page: Page, width: int, height: int, aside: Need | None = None) -> list[Spot]:
    """Return where the panels of a page stand: they fill it, and none covers another.

    `aside` stands at the right end of the last row.
    """
    heights = _shares(
        height,
        [max(need.height for need in row) for row in page.rows],
        [_wanted_height(row) for row in page.rows],
        # First what is drawn as tall as the room is, then rows that would stay blank.
        [TALLEST if _grows(row) else _wanted_height(row) for row in page.rows],
        [_wanted_height(row) if _is_empty(row) else TALLEST for row in page.rows],
    )
    placed: list[Spot] = []
    y = 0
    for number, (row, lines) in enumerate(zip(page.rows, heights, strict=True)):
        beside = aside if number == len(page.rows) - 1 else None
        widths = _widths(row, width - (beside.width if beside else 0))
        needs = row
        if beside:
            needs, widths = (*row, beside), [*widths, beside.width]
        x = 0
        for need, cells in zip(needs, widths, strict=True):
            placed.append(Spot(need.name, x, y, cells, lines))
            x += cells
        y += lines
    return placed


def _grows(row: Sequence[Need]) -> bool:
    """Return whether a chart over time or of hours is in a row: it fills any height."""
    return any(need.is_chart and need.beside for need in row)


def _wanted_height(row: Sequence[Need]) -> int:
    """Return the lines that a row would like: beside a chart no list makes it too tall."""
    wanted = max(need.wanted_height for need in row)
    return min(wanted, TALLEST) if any(need.is_chart for need in row) else wanted


def _widths(row: Sequence[Need], width: int) -> list[int]:
    # Charts come first, then the columns of tables, then what else is of use to charts.
    widths = _shares(
        width,
        [need.width for need in row],
        [need.wanted_width if need.is_chart else need.width for need in row],
        [need.wanted_width for need in row],
        [max(need.wanted_width, need.most_width) for need in row],
        [need.wanted_width + (0 if need.is_chart else MORE) for need in row],
    )
    for n, need in enumerate(row):
        lacking = [at for at, other in enumerate(row) if _lacks(other, widths[at])]
        if lacking and (idle := _idle_cells(need, widths[n])):
            widths[n] -= idle
            widths[min(lacking, key=lambda at: widths[at] - row[at].wanted_width)] += idle
    return widths


def _lacks(need: Need, width: int) -> bool:
    """Return whether a table has less than its columns would take."""
    return not need.is_chart and width < need.wanted_width


def _idle_cells(need: Need, width: int) -> int:
    """Return the cells of a chart that are too few to make its columns thicker."""
    room = width - need.beside
    if not need.buckets or room < need.buckets:
        return 0
    return min(room % need.buckets, max(0, width - need.width))


def _shares(total: int, least: Sequence[int], *wishes: Sequence[int]) -> list[int]:
    """Return shares that add up to `total`: at first the least, then by one wish after the other.

    Whoever has least is served first. What is still left is shared by all; where there is not even
    the least, whoever has most gives way.
    """
    shares = list(least)
    while sum(shares) > total and max(shares) > 1:
        shares[shares.index(max(shares))] -= 1
    for wish in wishes:
        while sum(shares) < total:
            short = [n for n, share in enumerate(shares) if share < wish[n]]
            if not short:
                break
            shares[min(short, key=lambda n: shares[n])] += 1
    spare = total - sum(shares)
    for n in range(len(shares)):
        shares[n] += spare // len(shares) + (n < spare % len(shares))
    return shares
