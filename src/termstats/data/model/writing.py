"""Writes tables as CSV, JSON and text. Numbers in full precision, no value is an empty cell."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import date, datetime

from termstats.data.model.table import NUMERIC, Cell, Table

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_AMOUNT = r"[0-9][0-9.,]*(?:[eE][+-]?[0-9]+)?(?: ?(?:%|°?[^\W\d_]+))?"
_NO_FORMULA = re.compile(rf"-(?:{_AMOUNT}(?: {_AMOUNT})*)?")
"""A lone dash, and a minus with numbers and their units: `-11 sec`, `-1 min 30 s`, `-2.5 %`."""


def _plain(value: float) -> float:
    """Return 12 digits of a number: more only show in which order a sum was added."""
    return float(f"{value:.12g}")


def raw(value: Cell) -> str:
    """Return a cell for a machine: ISO dates, moments with offset, 12 digits of a number."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        value = _plain(value)
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value)


def guarded(value: Cell) -> str:
    """Return a cell for a spreadsheet: text that would be a formula gets a leading `'`."""
    if isinstance(value, str) and value.startswith(_FORMULA) and not _NO_FORMULA.fullmatch(value):
        return f"'{value}"
    return raw(value)


def to_csv(table: Table) -> str:
    """Return the table as CSV with one header line of machine column names."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([column.name for column in table.columns])
    writer.writerows([guarded(cell) for cell in row] for row in table.rows)
    return out.getvalue()


def to_json(table: Table) -> str:
    """Return the table as a JSON object: figure, period, zone, as_of, notes, rows as objects."""
    names = [column.name for column in table.columns]
    rows = [
        {name: _json_cell(cell) for name, cell in zip(names, row, strict=True)}
        for row in table.rows
    ]
    return json.dumps(
        {
            "figure": table.figure_id,
            "title": table.title,
            "period": table.period,
            "zone": table.zone,
            "as_of": table.as_of,
            "population": table.population,
            "notes": list(table.notes),
            "rows": rows,
        },
        ensure_ascii=False,
        indent=1,
    )


def _json_cell(value: Cell) -> object:
    if isinstance(value, float):
        return _plain(value)
    return raw(value) if isinstance(value, date) else value


def to_text(table: Table, cells_of: Callable[[str], int] = len) -> str:
    """Return the table as aligned text for a person, notes included.

    `cells_of` tells how many cells of a terminal a text takes: wide characters take two.
    """
    head = [column.heading for column in table.columns]
    body = [
        [table.shown(row, index) for index in range(len(table.columns))]
        for row in range(len(table.rows))
    ]
    widths = [max(cells_of(line[i]) for line in [head, *body]) for i in range(len(head))]
    right = [column.kind in NUMERIC for column in table.columns]

    def line(cells: list[str]) -> str:
        parts = []
        for cell, width, is_right in zip(cells, widths, right, strict=True):
            space = " " * (width - cells_of(cell))
            parts.append(f"{space}{cell}" if is_right else f"{cell}{space}")
        return "  ".join(parts).rstrip()

    period = f"{table.period} {table.zone}" if table.period else ""
    scope = " · ".join(part for part in (period, table.population, table.as_of) if part)
    lines = [table.title, scope, "", line(head), *(line(row) for row in body)]
    if not table.rows:
        lines = [table.title, scope, "", table.empty or "Nothing to show."]
    lines.extend(["", *(f"note: {note}" for note in table.notes)] if table.notes else [])
    return "\n".join(lines) + "\n"
