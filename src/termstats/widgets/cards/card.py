"""One card: the heading of a number, the number, and its change."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from termstats.data.model.table import Kind, Table, show
from termstats.widgets.cards.spark import spark

SHORT_HEADINGS = {
    "active_users": "active",
    "actions_per_user": "actions/user",
    "certificates": "certified",
    "completions": "completed",
    "new_enrolments": "new enrolled",
    "new_users": "new",
    "time_spent": "time",
    "trainings": "published",
}
"""Metric -> heading where its own name is too long for a card, or says less than it counts."""
WORSE_WHEN_UP = {"never_started", "failed", "errors", "error_rate", "withdrawn", "inactive"}


def card_of(
    totals: Table, row: int, values: Sequence[float], *, plain: bool
) -> tuple[Text, Text, Text]:
    """Return the three lines of a card.

    Args:
        totals: a `*.totals` table.
        row: the metric.
        values: the metric over time, drawn as a spark; may be empty.
        plain: ASCII only.
    """
    metric = str(totals.rows[row][totals.position("metric")])
    heading = SHORT_HEADINGS.get(metric, metric.replace("_", " ")).upper()
    value = totals.shown(row, totals.position("value"))
    change = _change(totals, row, metric, plain)
    if values:
        change.append(f" {spark(values)}", "muted")
    return Text(heading, "muted"), Text(value, "bold"), change


def _change(totals: Table, row: int, metric: str, plain: bool) -> Text:
    """Return `+3 ▲`, green where it is better so; `=` where nothing changed that is shown."""
    at = totals.position("change")
    change = totals.rows[row][at]
    if not isinstance(change, (int, float)):
        return Text()
    kind = totals.kind(row, at)
    words = show(abs(change), Kind.COUNT if kind is Kind.PERCENT else kind)
    if not change or words == "0":
        return Text.assemble(("=", "muted"))
    up, down = ("^", "v") if plain else ("▲", "▼")
    sign, arrow = ("+", up) if change > 0 else ("-", down)
    is_better = (change > 0) is (metric not in WORSE_WHEN_UP)
    return Text.assemble((f"{sign}{words} {arrow}", "better" if is_better else "worse"))
