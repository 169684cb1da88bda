"""What went wrong in a learner's trainings, in words; linear mode may read it: no terminal here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from termstats.data.model.blocks import FAILED
from termstats.data.model.plural import counted
from termstats.data.model.table import Cell, Table


def training_warnings(trainings: Table, stalled_days: int) -> list[str]:
    """Return what went wrong in a learner's trainings, failures first; each one sentence.

    After `stalled_days` without activity a training that was begun counts as stalled.
    """
    names = [column.name for column in trainings.columns]
    found: list[tuple[int, str]] = []
    for row in trainings.rows:
        cells = dict(zip(names, row, strict=True))
        today = trainings.now.date() if trainings.now else None
        if warning := _warning(cells, today, stalled_days):
            rank, words = warning
            found.append((rank, f"“{cells['training']}”: {words}."))
    return [words for _rank, words in sorted(found, key=lambda pair: pair[0])]


def _warning(
    cells: Mapping[str, Cell], today: date | None, stalled_days: int
) -> tuple[int, str] | None:
    """Return how grave it is, 0 first, and what is wrong in one training; None: nothing."""
    state, signs = cells.get("state"), str(cells.get("module_states") or "")
    idle = _days(cells.get("last_activity"), today)
    for_days = f", nothing done for {counted(idle, 'day')}" if idle else ""
    failed = signs.count(FAILED)
    if state == "failed":
        return 0, f"failed{for_days}"
    if state == "in progress" and failed:
        return 0, f"{failed} of {counted(len(signs), 'module')} failed{for_days}"
    if state == "not started":
        enrolled = _days(cells.get("enrolled"), today)
        since = f", enrolled for {counted(enrolled, 'day')}" if enrolled else ""
        return 1, f"never started{since}"
    until = cells.get("valid_until")
    if state == "expired":
        on = f" on {until.day} {until:%b %Y}" if isinstance(until, date) else ""
        return 2, f"expired{on}"
    if state == "in progress" and idle is not None and idle >= stalled_days:
        return 3, f"stalled{for_days}"
    return None


def _days(since: Cell, today: date | None) -> int | None:
    return (today - since).days if today is not None and isinstance(since, date) else None
