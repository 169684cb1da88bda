"""The backoffice level: errors, grouped, and the actions they come from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import select

from termstats.data.figures.backoffice.reading.platform_use import actions_of, recorded_kinds
from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.phrases import nothing_happened
from termstats.data.figures.definition.policy import Details
from termstats.data.figures.definition.ranking import ranked
from termstats.data.figures.definition.registry import figure
from termstats.data.figures.definition.series import local_days
from termstats.data.figures.logs.blocks import MANY
from termstats.data.model.extra import extra_of
from termstats.data.model.filter_base import Field
from termstats.data.model.records import Record
from termstats.data.model.table import Bars, Cell, codes, count, day, percent, words
from termstats.data.model.text import one_line
from termstats.data.model.units import EventId, Second
from termstats.data.query.query import Query
from termstats.data.store import schema
from termstats.data.store.schema import EVENT_SEQUENCE_BITS

_NO_ERRORS = "This source records no errors. Import a platform that logs them to see what fails."
_CAUSES = ("admin", "api", "function")
"""Kinds of platform use that can fail; an error that the platform logged is none of them."""


@figure(
    "backoffice.errors",
    record=Record.ERRORS,
    title="Errors",
    level=Level.BACKOFFICE,
    columns=(
        words("error", "Error"),
        words("source", "Source", "where it happened"),
        words("handled", "Handled"),
        count("events", "Events"),
        count("users", "Users"),
        day("first", "First seen", "ever, not only in the period"),
        day("last", "Last seen"),
        words("message", "Message", "the newest"),
        count("reported", "Reported", "how often people reported it, ever"),
    ),
    chart=Bars("error", "events"),
    unit="errors",
    lead=("error", "events", "users", "first", "last", "message"),
    lists=Field.ERROR,
    details=Details("backoffice.error-runs", filters=((Field.ERROR, "error"),)),
)
async def errors(q: Query) -> Rows:
    """Errors that the platform logged in the period, equal ones as one row.

    Equal are those of one stack trace, or of one name where the platform keeps no traces. First
    seen is the first time ever, so that a new error can be told from a known one; last seen, the
    source and the message are those of the newest within the period. Handled is yes, no or partly,
    and `-` where the platform does not say. Reported is how often people reported the error, ever;
    `-` where the platform does not keep that. Ranked by events, then by name.
    """
    faults = await q.uses.faults()
    if not faults:
        recorded = "error" in await recorded_kinds(q)
        return Rows((), empty=nothing_happened(q, "errors") if recorded else _NO_ERRORS)
    names = await actions_of(q, "error")
    newest = await _events(q, [row.newest for row in faults])
    if not newest:
        q.note("The store was made without events: sources and messages are not known.")
    reported = await _reported(q)
    day_of = local_days(q)
    rows: list[tuple[Cell, ...]] = []
    for row in faults:
        last = newest.get(row.newest)
        rows.append(
            (
                row.error or names[row.action_id],
                extra_of(last.extra).get("source") if last else None,
                _in_words(row.handled),
                row.events,
                row.users,
                day_of(Second(row.first >> EVENT_SEQUENCE_BITS)),
                day_of(Second(row.newest >> EVENT_SEQUENCE_BITS)),
                one_line(last.detail) if last else None,
                None if reported is None else reported[row.error or ""],
            )
        )
    start = q.seconds[0] << EVENT_SEQUENCE_BITS
    new = sum(1 for row in faults if row.first >= start)
    return Rows(
        ranked(rows, by=3, name=0, key=1),
        summary=f"{len(rows):,} different · {new:,} new",
    )


async def _events(q: Query, ids: Sequence[EventId]) -> dict[EventId, Any]:
    """Return id -> (id, detail, extra) of those events."""
    event, events = schema.event, {}
    for start in range(0, len(ids), MANY):
        some = event.c.id.in_(ids[start : start + MANY])
        for row in await q.fetch(select(event.c.id, event.c.detail, event.c.extra).where(some)):
            events[row.id] = row
    return events


async def _reported(q: Query) -> Counter[str] | None:
    """Return how often each group of equal errors was reported; None where that is not kept."""
    if not any("reports" in source.report.get("tables", {}) for source in q.info.sources):
        return None
    table = schema.reported
    rows = await q.fetch(
        select(table.c.part, table.c.value).where(table.c.name == schema.ERROR_REPORTS)
    )
    return Counter({row.part: int(row.value) for row in rows})


def _in_words(handled: Collection[bool]) -> str | None:
    """Return whether errors were handled; None where the platform does not say."""
    if not handled:
        return None
    return "partly" if len(handled) > 1 else ("yes" if True in handled else "no")


@figure(
    "backoffice.error-causes",
    record=Record.ERRORS,
    title="What causes errors",
    level=Level.BACKOFFICE,
    columns=(
        codes("action", "Action"),
        count("runs", "Runs"),
        count("errors", "Errors"),
        percent("share", "Share", "of the runs"),
        count("users", "Users", "who met the errors"),
    ),
    chart=Bars("action", "errors"),
    unit="errors",
    details=Details("backoffice.error-runs", filters=((Field.ACTION, "action"),)),
)
async def error_causes(q: Query) -> Rows:
    """Actions, calls and runs of functions that ended with an error, or that one followed.

    An action is followed by an error when the platform logged one within 5 seconds for the same
    request, or for a part of it; each run counts once, whatever number of errors it had. The share
    is of all runs of that action in the period, also where only some errors are asked for. Users
    are the different known people who met the errors. Ranked by errors, then by name; actions
    without errors are left out.
    """
    names = {
        action: name for kind in _CAUSES for action, name in (await actions_of(q, kind)).items()
    }
    causes = await q.uses.causes(_CAUSES, names)
    if not causes:
        return Rows((), empty=nothing_happened(q, "actions that ended with an error"))
    rows: list[tuple[Cell, ...]] = [
        (names[each.action_id], each.runs, each.errors, 100 * each.errors / each.runs, each.users)
        for each in causes
    ]
    errors_, runs = sum(each.errors for each in causes), sum(each.runs for each in causes)
    return Rows(ranked(rows, by=2, name=0, key=0), summary=f"{errors_:,} of {runs:,}")
