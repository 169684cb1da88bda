"""The backoffice level: the platform's own numbers of its datasets, as kept snapshots."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, or_, select

from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.policy import Details
from termstats.data.figures.definition.ranking import ranked
from termstats.data.figures.definition.registry import figure
from termstats.data.figures.definition.series import amount
from termstats.data.model.extra import extra_of
from termstats.data.model.filter_base import OBJECTS, Field
from termstats.data.model.period import number_day
from termstats.data.model.records import Record
from termstats.data.model.table import Bars, Cell, count, day, ident, number, words
from termstats.data.model.units import DayNumber, RowId
from termstats.data.query.filters.moments import object_conditions
from termstats.data.query.query import Query
from termstats.data.store import schema

_MEASURES = {
    "api_calls": "api_call_count",
    "downloads": "download_count",
    "records": "records_count",
    "reuses": "reuse_count",
    "popularity": "popularity_score",
}
"""Column -> name of the reported figure."""
_NONE = (
    "No snapshot of the datasets is in this store. Import an export of dataset monitoring; keep "
    "each, a change over time is known between two of them only."
)
Value = tuple[RowId, str, str]
"""(source id, name of the figure, dataset id)."""


@dataclass(frozen=True)
class _Days:
    """The days of a source's snapshots: the newest, and the one that it is compared with."""

    newest: DayNumber
    before: DayNumber | None


@figure(
    "backoffice.datasets",
    record=Record.DATASET_TOTALS,
    title="Datasets",
    level=Level.BACKOFFICE,
    columns=(
        ident("dataset_id"),
        words("dataset", "Dataset"),
        count("api_calls", "API calls", "ever"),
        count("api_calls_change", "Calls +/-"),
        count("downloads", "Downloads", "ever"),
        count("downloads_change", "Downloads +/-"),
        count("records", "Records"),
        count("records_change", "Records +/-"),
        count("reuses", "Reuses"),
        count("reuses_change", "Reuses +/-"),
        number("popularity", "Popularity", "the platform's own score"),
        number("popularity_change", "Popularity +/-"),
        words("theme", "Theme"),
        words("visibility", "Visibility"),
        day("snapshot", "As of"),
    ),
    chart=Bars("dataset", "api_calls"),
    unit="API calls",
    lead=(
        "dataset",
        "api_calls",
        "api_calls_change",
        "downloads",
        "downloads_change",
        "records",
        "popularity",
    ),
    details=Details("backoffice.object-history", filters=((Field.OBJECT, "dataset_id"),)),
    filters=OBJECTS,
)
async def datasets(q: Query) -> Rows:
    """What the platform itself reports of each dataset, and how it changed within the period.

    The numbers are totals since the dataset exists, of the newest snapshot up to the period's end.
    A change is the difference to the first snapshot of the period, that of the evening before
    included; with one snapshot, or for what that snapshot did not hold, there is none. The
    popularity is the platform's score, whose formula it does not publish. Ranked by API calls, then
    by name; datasets that the newest snapshot no longer lists are left out.
    """
    snapshots = await _snapshots(q)
    if not snapshots:
        return Rows((), empty=await _why_empty(q))
    _note_days(q, snapshots)
    values = await _values(q, {source: days.newest for source, days in snapshots.items()})
    before = await _values(q, {s: days.before for s, days in snapshots.items() if days.before})
    rows: list[tuple[Cell, ...]] = []
    for dataset in await _datasets(q):
        cells: list[Cell] = []
        for column, name in _MEASURES.items():
            of = (dataset.source_id, name, dataset.key)
            value, old = values.get(of), before.get(of)
            change = None if value is None or old is None else value - old
            cells += [_tidy(column, value), _tidy(column, change)]
        if any(cell is not None for cell in cells):
            rest = extra_of(dataset.extra)
            more = (rest.get("theme"), rest.get("visibility"), snapshots[dataset.source_id].newest)
            rows.append((dataset.shown_key, dataset.title, *cells, *more))
    calls, downloads, records = (int(sum(amount(row[at]) for row in rows)) for at in (2, 4, 6))
    return Rows(
        ranked(rows, by=2, name=1, key=0),
        empty="" if rows else "No snapshot holds what is asked for.",
        summary=f"{len(rows):,} datasets · {calls:,} calls · {downloads:,} downloads · "
        f"{records:,} records",
    )


def _tidy(column: str, value: float | None) -> Cell:
    return int(value) if value is not None and column != "popularity" else value


async def _snapshots(q: Query) -> dict[RowId, _Days]:
    """Return source id -> the days whose snapshots are shown and compared."""
    table = schema.reported
    first, last = q.day_range
    of_datasets = table.c.name.in_(_MEASURES.values())
    newest = await q.fetch(
        select(table.c.source_id, func.max(table.c.day).label("day"))
        .where(of_datasets, table.c.day <= last)
        .group_by(table.c.source_id)
    )
    # A snapshot tells the state at the end of its day.
    oldest = await q.fetch(
        select(table.c.source_id, func.min(table.c.day).label("day"))
        .where(of_datasets, table.c.day.between(first - 1, last))
        .group_by(table.c.source_id)
    )
    begin = {row.source_id: row.day for row in oldest}
    return {
        row.source_id: _Days(row.day, _earlier(begin.get(row.source_id), row.day)) for row in newest
    }


def _earlier(first: DayNumber | None, newest: DayNumber) -> DayNumber | None:
    return first if first is not None and first < newest else None


async def _values(q: Query, days: Mapping[RowId, DayNumber | None]) -> dict[Value, float]:
    """Return what the snapshot of the day says, per source."""
    if not days:
        return {}
    table = schema.reported
    snapshots = (
        and_(table.c.source_id == source, table.c.day == day) for source, day in days.items()
    )
    rows = await q.fetch(
        select(table.c.source_id, table.c.name, table.c.part, table.c.value).where(
            table.c.name.in_(_MEASURES.values()), or_(*snapshots)
        )
    )
    return {(row.source_id, row.name, row.part): row.value for row in rows}


async def _datasets(q: Query) -> list[Any]:
    """Return the datasets that the filters leave: source, key, shown key, title, extra."""
    table = schema.object_
    where = [table.c.kind == "dataset", *object_conditions(q.question, table.c.id)]
    shown = q.key_of(table).label("shown_key")
    columns = (table.c.source_id, table.c.key, shown, table.c.title, table.c.extra)
    return list(await q.fetch(select(*columns).where(*where)))


def _note_days(q: Query, snapshots: Mapping[RowId, _Days]) -> None:
    """Say which snapshots are compared."""
    spans = {(days.before, days.newest) for days in snapshots.values()}
    for before, newest in sorted(spans, key=str):
        if before is None:
            q.note(
                f"Numbers of {number_day(newest)}; no earlier snapshot of the period to compare "
                "with. Keep each export and import them all."
            )
        else:
            q.note(f"Changes are those from {number_day(before)} to {number_day(newest)}.")


async def _why_empty(q: Query) -> str:
    table = schema.reported
    first = await q.fetch(
        select(func.min(table.c.day).label("day")).where(table.c.name.in_(_MEASURES.values()))
    )
    if first[0].day is None:
        return _NONE
    return (
        f"The first snapshot of the datasets is of {number_day(first[0].day)}. Press p to go there."
    )
