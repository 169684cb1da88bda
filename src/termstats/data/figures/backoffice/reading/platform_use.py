"""What the figures of the backoffice level share: what is recorded, pivots, the class of a call."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import func, select

from termstats.data.figures.definition.phrases import none_but, nothing_happened
from termstats.data.model.extra import extra_of
from termstats.data.model.table import Column, count
from termstats.data.model.text import clean
from termstats.data.model.units import RowId
from termstats.data.query.nearest import nearest_use
from termstats.data.query.query import Query
from termstats.data.store import schema

NOT_RECORDED = {
    "admin": "This source records no administrative actions. Import the activity log of a "
    "platform that keeps one to see who works on what.",
    "api": "This source records no API calls. Import the API log of a platform that keeps one.",
}
_UNITS = {"administrative actions": "administrative action", "API calls": "API call"}
"""What a whole kind is called, and one of it; parts of a kind have no last day of their own."""
_CALLS = {
    "analyze": ("analyze", "analyze_records"),
    "geo": ("geo", "get_bbox_clusters", "get_geoshapes_preview"),
    "search": (
        "search",
        "search_datasets",
        "search_dataset_records",
        "datasets_index",
        "records_index",
    ),
    "download": (
        "download",
        "download_dataset",
        "download_dataset_records",
        "download_dataset_alternative_export",
    ),
}
_CALL_PREFIXES = {"aggregate_": "analyze", "get_geo_clusters": "geo", "export_": "download"}
CALL_CLASSES = (*_CALLS, "other")


def call_class(name: str) -> str:
    """Return what an API call is for: analyze, geo, search, download or other.

    `name` is the called function, or already the class. Attachments, images and files are other.
    """
    for class_, names in _CALLS.items():
        if name in names:
            return class_
    for prefix, class_ in _CALL_PREFIXES.items():
        if name.startswith(prefix):
            return class_
    return "other"


def is_documented_download(name: str) -> bool:
    """Return whether the platform's documents count a call as a download; exports are none."""
    return name in _CALLS["download"]


async def recorded_kinds(q: Query) -> frozenset[str]:
    """Return the kinds of platform use that the store's sources record at all."""
    action = schema.action
    rows = await q.fetch(
        select(action.c.kind).where(action.c.kind.in_(schema.PLATFORM_KINDS)).distinct()
    )
    return frozenset(row.kind for row in rows)


async def why_empty(q: Query, kind: str, what: str) -> str:
    """Return why there is no platform use of `kind`: never recorded, or not in this period."""
    if kind not in await recorded_kinds(q):
        return NOT_RECORDED[kind]
    if what not in _UNITS or q.request.filters:
        return nothing_happened(q, what)
    nearest = await nearest_use(q, await actions_of(q, kind))
    return none_but(q, what, _UNITS[what], nearest)


async def actions_of(q: Query, kind: str) -> dict[RowId, str]:
    """Return action id -> sanitised name, of one kind of platform use."""
    action = schema.action
    rows = await q.fetch(select(action.c.id, action.c.name).where(action.c.kind == kind))
    return {row.id: clean(row.name) for row in rows}


async def source_of_actions(q: Query) -> dict[RowId, str]:
    """Return action id -> source, as the newest event of the action says it.

    An action has one source: importers name those apart that have several.
    """
    action, event = schema.action, schema.event
    latest = event.alias("latest")
    newest = select(func.max(latest.c.id)).where(latest.c.action_id == action.c.id)
    rows = await q.fetch(
        select(action.c.id, action.c.kind, event.c.extra)
        .select_from(action)
        .outerjoin(event, event.c.id == newest.correlate(action).scalar_subquery())
        .where(action.c.kind.in_(schema.PLATFORM_KINDS))
    )
    return {
        row.id: clean(row.kind if row.kind == "error" else _named(row.extra) or row.kind)
        for row in rows
    }


def _named(extra: str | None) -> str:
    source = extra_of(extra).get("source")
    return source if isinstance(source, str) else ""


def by_frequency(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Return name -> sum, most frequent first, then by name."""
    sums: dict[str, int] = {}
    for name, number in pairs:
        sums[name] = sums.get(name, 0) + number
    return dict(sorted(sums.items(), key=lambda pair: (-pair[1], pair[0])))


def action_columns(names: Iterable[str], taken: Sequence[str]) -> tuple[Column, ...]:
    """Return a count column per action; a name that is `taken` by another column gets a suffix."""
    used = set(taken)
    columns: list[Column] = []
    for name in names:
        column = name
        while column in used:
            column += "_action"
        used.add(column)
        columns.append(count(column))
    return tuple(columns)
