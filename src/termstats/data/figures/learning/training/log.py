"""The log of a training, event by event."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.phrases import before_data, nothing_happened
from termstats.data.figures.definition.registry import figure
from termstats.data.figures.logs.pages import event_page
from termstats.data.model.table import (
    Cell,
    Destination,
    codes,
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
    codes("action", "Action"),
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
_READ = (
    *("second", "server_at", "learner_key", "learner", "kind", "action", "activity", "detail"),
    *("extra", "module", "seconds", "completed", "value", "version", "language", "ip", "agent"),
    *("username", "module_kind", "digest"),
)
"""Columns of events that `_row` reads, in its order."""


@figure(
    "training.tracker-log",
    title="Event log",
    level=Level.TRAINING,
    row="event",
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
    page = await event_page(q, _COLUMNS, _row, only=_READ)
    if not page.rows and q.request.after is None:
        page.empty = (
            "No row fits the filter. Shorten it, or choose a longer period."
            if q.request.row_search
            else nothing_happened(q, "events of this training")
        )
    before_data(q)
    return page


def _row(event: Any) -> tuple[Cell, ...]:
    # Unpacked, not asked for by name: a log of millions takes half the time so.
    second, server_at, key, learner, kind, action, *texts = event[:11]
    activity, detail, extra, module, taken = texts
    completed, value, version, language, ip, agent, username, module_kind, digest = event[11:20]
    section, logged_digest, logged_type = _logged(extra) if extra else (None, None, None)
    type_ = kind
    if kind == OTHER_KIND:
        # Where the kind is `other`, the platform's word for it.
        type_ = logged_type or module_kind or action
    return (
        second,
        server_at,
        key,
        learner,
        kind,
        action,
        one_line(activity or detail),
        section or module,
        taken,
        completed,
        value,
        version,
        language,
        ip,
        agent,
        username,
        type_ if kind in KINDS else None,
        digest or logged_digest,
    )


@lru_cache(maxsize=10_000)
def _logged(extra: str) -> tuple[str | None, ...]:
    """Return section, digest and type as the source logged them with the event."""
    names = ("section", "digest", "type")
    try:
        details = json.loads(extra)
    except ValueError:
        details = None
    if not isinstance(details, dict):
        return (None,) * len(names)
    return tuple(None if (cell := details.get(name)) is None else str(cell) for name in names)
