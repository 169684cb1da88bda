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
from termstats.data.store.schema import KINDS, OTHER_KIND

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
    words("username", "Username"),
    words("type", "Type", "the kind of activity, as the platform calls it"),
    ident("digest"),
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
    logged = _logged(event.extra)
    return (
        event.second,
        event.server_at,
        event.learner_key,
        event.learner,
        event.kind,
        event.action,
        one_line(event.activity or event.detail),
        logged.get("section") or event.module,
        event.seconds,
        event.completed,
        event.value,
        event.version,
        event.language,
        event.ip,
        event.agent,
        event.username,
        _type(event, logged.get("type")),
        event.digest or logged.get("digest"),
    )


def _type(event: Any, logged: str | None) -> str | None:
    """Return the kind of learner activity, where that is `other` the platform's word for it."""
    kind: str | None = event.kind
    if kind == OTHER_KIND:
        kind = logged or event.module_kind or event.action
    return kind if event.kind in KINDS else None


def _logged(extra: str | None) -> dict[str, str]:
    """Return section, digest and type as the source logged them with the event."""
    if not extra:
        return {}
    try:
        details = json.loads(extra)
    except ValueError:
        return {}
    if not isinstance(details, dict):
        return {}
    return {
        name: str(details[name])
        for name in ("section", "digest", "type")
        if details.get(name) is not None
    }
