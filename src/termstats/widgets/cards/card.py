"""One card: the heading of a number, the number, its change, and its way there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rich.cells import cell_len
from rich.text import Text

from termstats.data.model.comparison import Against
from termstats.data.model.table import Kind, Table, show
from termstats.widgets.cards.spark import spark
from termstats.widgets.text import fit

SHORT_HEADINGS = {
    "active_users": "active",
    "actions_per_user": "actions/user",
    "certificates": "certified",
    "completions": "completed",
    "new_enrolments": "new enrolled",
    "new_users": "new",
    "time_spent": "time",
    "trainings": "published",
    "users": "people",
}
"""Metric -> heading where its own name is too long for a card, or says less than it counts."""
STOCKS = {"users"}
"""Counts of what is there, not of what happened."""
WORSE_WHEN_UP = {"never_started", "failed", "errors", "error_rate", "withdrawn", "inactive"}


def heading_of(metric: str) -> str:
    """Return what a metric is called on screens."""
    return SHORT_HEADINGS.get(metric, metric.replace("_", " "))


@dataclass(frozen=True)
class Change:
    """What a number changed by: `▲ 38`, and whether that is better or worse."""

    words: str
    style: str


def card_lines(
    totals: Table, row: int, values: Sequence[float], width: int, *, plain: bool
) -> tuple[Text, Text, Text]:
    """Return the three lines of a card, each of exactly `width` cells, its left edge included.

    Args:
        totals: a `*.totals` table.
        row: the metric.
        values: the metric over time, drawn as small columns; may be empty.
        width: cells.
        plain: ASCII only.
    """
    metric = str(totals.rows[row][totals.position("metric")])
    heading = heading_of(metric).upper()
    room = width - 2
    value = totals.shown(row, totals.position("value"))
    change = change_of(totals, row, metric, plain)
    if change and cell_len(value) + cell_len(change.words) + 1 + len(_since(totals)) <= room:
        change = replace(change, words=change.words + _since(totals))
    if change and cell_len(value) + cell_len(change.words) + 1 > room:
        # A number is never cut into another: the change goes.
        change = None
    gap = room - cell_len(value) - (cell_len(change.words) if change else 0)
    second = Text.assemble(
        (value, "heading"), " " * max(0, gap), (change.words, change.style) if change else ""
    )
    is_level = metric in STOCKS or totals.kind(row, totals.position("value")) is Kind.PERCENT
    course = spark(values, room, is_level=is_level)
    lines = (Text.assemble((fit(heading, room), "muted")), second, course)
    return tuple(_edged(line, width, plain) for line in lines)  # type: ignore[return-value]


def card_words(totals: Table, row: int, *, plain: bool) -> Text:
    """Return a card in one line: `ACTIVE 116 ▲38`, its left edge included."""
    metric = str(totals.rows[row][totals.position("metric")])
    heading = heading_of(metric).upper()
    words = Text.assemble(
        ("|" if plain else "▎", "rule"),
        (heading, "muted"),
        " ",
        (totals.shown(row, totals.position("value")), "heading"),
    )
    if change := change_of(totals, row, metric, plain):
        words.append(f" {change.words.replace(' ', '', 1)}{_since(totals)}", change.style)
    return words


def _since(totals: Table) -> str:
    """Return what stands behind a change: nothing, or that it is year on year."""
    return "" if totals.before == Against.BEFORE.behind else " y/y"


def _edged(line: Text, width: int, plain: bool) -> Text:
    """Return a line behind the left edge of a card, filled to its width; the last cell is a gap."""
    edged = Text.assemble(("|" if plain else "▎", "rule"), line)
    edged.append(" " * (width - 1 - cell_len(edged.plain)))
    edged.append(" ", "" if plain else "on-ground")
    return edged


def change_of(totals: Table, row: int, metric: str, plain: bool) -> Change | None:
    """Return the change as it is shown; `=`: what is shown is the same; None: not comparable."""
    at = totals.position("change")
    change = totals.rows[row][at]
    if not isinstance(change, (int, float)):
        return None
    kind = totals.kind(row, at)
    words = show(abs(change), Kind.COUNT if kind is Kind.PERCENT else kind)
    if not change or words == "0":
        return Change("=", "muted")
    up, down = ("^", "v") if plain else ("▲", "▼")
    is_better = (change > 0) is (metric not in WORSE_WHEN_UP)
    return Change(f"{up if change > 0 else down} {words}", "better" if is_better else "worse")
