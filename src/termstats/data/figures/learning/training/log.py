"""The log of a training, event by event."""

from __future__ import annotations

import json
from typing import Any

from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.phrases import before_data, nothing_happened
from termstats.data.figures.definition.registry import figure
from termstats.data.figures.logs.pages import event_page
from termstats.data.model.table import (
    Cell,
    Destination,
    count,
    ident,
    moment,
    number,
    seconds,
    words,
)
from termstats.data.model.text import one_line
from termstats.data.query.query import Query

_COLUMNS = (
    moment("at", "Time"),
    moment("server_at", "Server time", "received by the server"),
    ident("learner_id"),
    words("learner", "Learner"),
    words("kind", "Kind"),
    words("action", "Action"),
    words("activity", "Activity"),
    words("section", "Section"),
    seconds("time_taken", "Time taken"),
    count("completed", "Completed", "1: completes the activity"),
    number("score", "Score", "what the platform measured: points, hits"),
    words("version", "Version"),
    words("language", "Language"),
    words("ip", "IP", "only imported with --with-network-data"),
    words("agent", "Agent", "only imported with --with-network-data"),
)


@figure(
    "training.tracker-log",
    title="Event log",
    level=Level.TRAINING,
    columns=_COLUMNS,
    row_opens=Destination("learner", (("learner", "learner_id"),)),
    paged=True,
    lead=("at", "learner", "kind", "action", "activity", "score"),
)
async def tracker_log(q: Query) -> Rows:
    """Every event of the training in the period, newest first, of counted people.

    Time is when it happened by the clock in use, server time when the server received it. Durations
    are as recorded, outliers too. Second copies of an event are left out. IP and agent are empty
    unless they were imported on purpose. A filter keeps rows whose cell contains the text.
    """
    page = await event_page(q, _COLUMNS, _row)
    if not page.rows and q.request.after is None:
        page.empty = (
            "No row fits the filter. Shorten it, or choose a longer period."
            if q.request.row_search
            else nothing_happened(q, "events of this training")
        )
    before_data(q)
    return page


def _row(event: Any) -> tuple[Cell, ...]:
    return (
        event.second,
        event.server_at,
        event.learner_key,
        event.learner,
        event.kind,
        event.action,
        one_line(event.activity or event.detail),
        _section(event.extra) or event.module,
        event.seconds,
        event.completed,
        event.value,
        event.version,
        event.language,
        event.ip,
        event.agent,
    )


def _section(extra: str | None) -> str | None:
    """Return the section as the source logged it with the event."""
    if not extra:
        return None
    try:
        details = json.loads(extra)
    except ValueError:
        return None
    section = details.get("section") if isinstance(details, dict) else None
    return None if section is None else str(section)
