"""The lines of `reconcile.oppia`, by what they are about."""

from __future__ import annotations

from typing import Any

from termstats.data.model.table import Table
from tests.data.figures.hand_store import dicts


class Lines:
    """The lines of a page by (page, figure, key)."""

    def __init__(self, table: Table) -> None:
        self.rows = {(row["page"], row["figure"], row["key"]): row for row in dicts(table)}

    def both(self, page: str, figure: str, key: str = "") -> tuple[Any, Any]:
        """Return what the page shows, and ours."""
        row = self.rows[page, figure, key]
        return row["platform"], row["termstats"]

    def reason(self, page: str, figure: str, key: str = "") -> str:
        return str(self.rows[page, figure, key]["reason"])

    def series(self, page: str, figure: str, column: str) -> dict[str, Any]:
        """Return key -> value of the lines that have one that is not 0."""
        return {
            key: row[column]
            for (of, name, key), row in self.rows.items()
            if (of, name) == (page, figure) and row[column]
        }

    def sums(self, page: str, figure: str) -> tuple[float, float]:
        return (
            sum(self.series(page, figure, "platform_raw").values()),
            sum(self.series(page, figure, "termstats").values()),
        )
