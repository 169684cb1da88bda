"""What platforms show on their own pages, reproduced with their faults, from their own tables.

Nothing here counts as termstats counts: the figures of `figures/reconcile.py` put both beside each
other. Pure functions of raw rows; no store, no importer, no figure is known here.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PageCell:
    """One number or text of a platform's page.

    `key` is the day, row or column name, empty for single values. `platform` is what the page
    prints, `raw` the number before rounding and wording (donuts: 0-1, times: seconds), None for
    words.
    """

    page: str
    figure: str
    key: str
    platform: str
    raw: float | None = None
