"""The backoffice level: every single event of platform use, and every time something failed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, or_, select

from termstats.data.figures.backoffice.reading.event_causes import Causes
from termstats.data.figures.backoffice.reading.platform_use import (
    NOT_RECORDED,
    recorded_kinds,
    source_of_actions,
)
from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.phrases import nothing_happened
from termstats.data.figures.definition.policy import Details
from termstats.data.figures.definition.registry import figure
from termstats.data.figures.logs.event_details import INPUT, Around, in_words, sides
from termstats.data.figures.logs.narrow import narrowed
from termstats.data.figures.logs.pages import event_page
from termstats.data.model.causes import REQUEST
from termstats.data.model.extra import extra_of
from termstats.data.model.filter_base import Field
from termstats.data.model.records import Record
from termstats.data.model.table import Cell, Destination, codes, ident, moment, seconds, words
from termstats.data.model.text import clean, one_line
from termstats.data.query.query import Query
from termstats.data.store import schema

_NO_FIT = "No row fits the filter. Shorten it, or choose a longer period."
_NEVER_FAILED = "This source records no errors and no run that failed."
_WHO = (moment("at", "Time"), ident("user_id"), words("user", "User"))
_TO_LEARNER = Destination("learner", (("learner", "user_id"),))
_REST_OF_SESSION = Details(
    "backoffice.events",
    filters=((Field.PERSON, "user_id"),),
    row_search=("session", "session"),
    first_only=True,
    why_nothing="Nobody known did this, in no session that was recorded",
)
"""Without a session, what the person did."""
_EVENTS = (
    *_WHO,
    words("source", "Source"),
    codes("action", "Action"),
    ident("object_id"),
    words("object", "Object", "what it was about"),
    words("object_kind", "Kind", "of the object"),
    words("package", "Package"),
    words("parameters", "Parameters"),
    seconds("duration", "Duration"),
    words("error", "Error", "the group of equal errors"),
    words("message", "Message"),
    words("session", "Session"),
)


@figure(
    "backoffice.events",
    record=Record.PLATFORM_USE,
    title="Every event",
    level=Level.BACKOFFICE,
    row="event",
    columns=_EVENTS,
    row_opens=_TO_LEARNER,
    paged=True,
    lead=("at", "user", "action", "object", "parameters", "source", "error"),
    details=_REST_OF_SESSION,
)
async def events(q: Query) -> Rows:
    """Every event of platform use in the period, newest first, of whatever kind.

    Administrative actions, API calls, runs of functions and errors, those of machines and without
    a known user too. The source is the one that sources of events counts by. Parameters are
    `name=value` as the platform kept them, the outputs of a run begin with `output.`. An error is
    the group of equal errors that the event is, ended with or was followed by. The events of one
    session are its complete log: filter `session=KEY`.
    """
    sources, around = await source_of_actions(q), Around()

    async def read(block: Sequence[Any]) -> None:
        await around.read(q, block)

    def row_of(event: Any) -> tuple[Cell, ...]:
        object_, package = around.objects.get(event.object_id), around.package_of(event)
        params = around.params.get(event.id, {})
        return (
            *_who(event),
            sources[event.action_id],
            clean(event.action),
            object_ and object_.key,
            object_ and clean(object_.title),
            object_ and clean(object_.kind),
            package and clean(package.title),
            in_words((name.removeprefix(INPUT), value) for name, value in params.items()),
            event.seconds,
            event.error,
            one_line(event.detail),
            event.session_key,
        )

    page = await event_page(
        q,
        _EVENTS,
        row_of,
        events=q.platform.events(),
        before_rows=read,
        narrow=narrowed(q, {"source": sources}),
    )
    if not (page.rows or page.after or q.request.after):
        recorded = await recorded_kinds(q)
        empty = nothing_happened(q, "platform use") if recorded else NOT_RECORDED["admin"]
        page.empty = _NO_FIT if q.request.row_search else empty
    return page


def _who(event: Any) -> tuple[Cell, ...]:
    """Return when it happened, and the id and name of who did it."""
    is_person = event.learner is not None
    return event.second, event.learner_key, clean(event.learner) if is_person else None


_ERROR_RUNS = (
    *_WHO,
    words("error", "Error"),
    words("action", "Failed", "the function or action that failed or that the error followed"),
    words("message", "Message"),
    words("source", "Source", "where it happened"),
    words("package", "Package"),
    words("inputs", "Inputs"),
    words("session", "Session"),
    words("handled", "Handled"),
)


@figure(
    "backoffice.error-runs",
    record=Record.ERRORS,
    title="The runs that failed",
    level=Level.BACKOFFICE,
    row="run",
    columns=_ERROR_RUNS,
    row_opens=_TO_LEARNER,
    paged=True,
    lead=("at", "user", "action", "error", "inputs", "message"),
    details=_REST_OF_SESSION,
)
async def error_runs(q: Query) -> Rows:
    """Each time something failed in the period, newest first: who met it, doing what.

    Errors that the platform logged, each with what caused it: the action of the same request, or
    of a parent of it, within the 5 seconds before; and runs, calls and actions that failed
    themselves. What is named as the cause of an error is not a row of its own. Package and inputs
    are those of what failed; without a known cause they are those of the error itself.
    """
    uses, failing = q.platform.events(), await q.failing_actions()
    if not failing:
        return Rows((), empty=_NEVER_FAILED)
    failed = and_(uses.c.action_id.in_(failing), _failed(uses))
    fails = select(uses).where(failed).subquery("fails")
    q.note("The list of errors counts what the platform logged; runs that failed without are here.")
    sources, around, causes = await source_of_actions(q), Around(), Causes()

    async def read(block: Sequence[Any]) -> None:
        await causes.read(q, fails, block)
        await around.read(q, [*block, *(c for some in causes.of.values() for c in some)])

    def row_of(event: Any) -> tuple[Cell, ...] | None:
        if event.id in causes.named:
            return None
        is_error = event.kind == "error"
        caused_by = causes.of.get(event.id, []) if is_error else [event]
        first = caused_by[-1] if caused_by else event
        details = extra_of(event.extra)
        params = {
            name: value
            for name, value in around.params.get(first.id, {}).items()
            if name not in (REQUEST, "handled")
        }
        package, handled = around.package_of(first), details.get("handled")
        return (
            *_who(event),
            event.error or (clean(event.action) if is_error else None),
            ", ".join(clean(one.action) for one in caused_by) or None,
            one_line(event.detail),
            details.get("source") if is_error else sources[event.action_id],
            package and clean(package.title),
            sides(params)[0],
            event.session_key,
            {True: "yes", False: "no"}.get(handled) if isinstance(handled, bool) else None,
        )

    page = await event_page(
        q, _ERROR_RUNS, row_of, events=fails, before_rows=read, narrow=narrowed(q, {})
    )
    if not (page.rows or page.after or q.request.after):
        page.empty = (
            _NO_FIT if q.request.row_search else nothing_happened(q, "failed runs or errors")
        )
    return page


def _failed(events: FromClause) -> ColumnElement[bool]:
    """Return whether an event is an error, ended with one or was followed by one."""
    action = schema.action
    errors, runs = (
        select(action.c.id).where(action.c.kind == kind) for kind in ("error", "function")
    )
    return or_(
        events.c.error.is_not(None),
        events.c.action_id.in_(errors),
        and_(events.c.action_id.in_(runs), events.c.missed == 1),
    )
