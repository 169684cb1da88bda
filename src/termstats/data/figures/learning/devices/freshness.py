"""How fresh the devices are whose files were brought together, and how far their clocks are off."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.registry import figure
from termstats.data.model.records import Record
from termstats.data.model.table import Cell, count, day, seconds, words
from termstats.data.query.query import Query
from termstats.data.store import schema

_DAY = 86_400


@figure(
    "global.devices",
    title="Devices",
    level=Level.GLOBAL,
    record=Record.DEVICES,
    of_single_people=True,
    filters=frozenset(),
    columns=(
        words("device", "Device", "its own id"),
        words("source", "Source"),
        day("newest", "Newest log", "of those with a possible clock"),
        count("days", "Days old", "from its newest log to the newest of all"),
        count("rows", "Rows", "rows of logs in its file"),
        count("impossible", "Bad clock", "rows before 2000 or after the import"),
        seconds("ahead", "Ahead", "how far a clock in the future went beyond the newest log"),
        words("help_flags", "Flags", "whether the file with its help flags was there"),
    ),
    unit="devices",
    lead=("device", "newest", "days", "rows", "impossible"),
)
async def devices(q: Query) -> Rows:
    """The devices whose files a source is made of, the stalest first.

    Newest log: the last one with a possible clock, between 2000 and the import; rows of logs that
    are not possible are counted, and stay out of charts over time. Days are those between the
    newest log of the device and the newest of all devices: a device that is far behind was not
    brought lately, or nobody works there. As of the import, whatever the period. Of everybody's
    devices, so only for who may see everything.
    """
    if not q.question.scope.is_everything:
        return Rows((), empty="Only who may see everything sees the devices.")
    setting, source = schema.source_setting, schema.source
    kept = await q.fetch(
        select(setting.c.name, setting.c.value, source.c.name.label("source"))
        .join(source, source.c.id == setting.c.source_id)
        .where(setting.c.name.startswith(schema.DEVICE))
    )
    told = [(row.name.removeprefix(schema.DEVICE), row.source, _told(row.value)) for row in kept]
    newest = max((each["newest"] for *_, each in told if each.get("newest")), default=0)
    rows = sorted(
        (_row(q, device, name, each, newest) for device, name, each in told),
        key=lambda row: (str(row[2] or ""), str(row[0])),
    )
    return Rows(
        rows,
        empty="" if rows else "No source of this store is made of devices.",
        summary=f"{len(rows):,} devices" if rows else "",
    )


def _told(value: str | None) -> dict[str, Any]:
    try:
        read = json.loads(value or "{}")
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def _row(q: Query, device: str, source: str, told: dict[str, Any], newest: int) -> tuple[Cell, ...]:
    at = told.get("newest")
    return (
        device,
        source,
        datetime.fromtimestamp(at, UTC).astimezone(q.zone).date() if at else None,
        (newest - at) // _DAY if at else None,
        told.get("rows"),
        told.get("impossible"),
        told.get("ahead") or None,
        "yes" if told.get("has_flags") else "no",
    )
