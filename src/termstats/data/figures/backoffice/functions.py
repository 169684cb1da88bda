"""The backoffice level: how functions are used, how long they run, and single runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import case, or_, select

from termstats.data.figures.backoffice.reading.platform_use import actions_of, recorded_kinds
from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.phrases import nothing_happened
from termstats.data.figures.definition.policy import Details
from termstats.data.figures.definition.ranking import ranked
from termstats.data.figures.definition.registry import figure
from termstats.data.figures.logs.blocks import MANY, Seek
from termstats.data.figures.logs.event_details import params_of, sides
from termstats.data.figures.logs.pages import event_page
from termstats.data.model.extra import extra_of
from termstats.data.model.filter_base import Field
from termstats.data.model.records import Record
from termstats.data.model.request import Param
from termstats.data.model.table import Bars, Cell, Destination, count, ident, moment, seconds, words
from termstats.data.model.text import clean
from termstats.data.model.units import EventId
from termstats.data.query.query import Query
from termstats.data.store import schema

_NO_FUNCTIONS = (
    "This source records no runs of functions. Import a platform that logs them to see their use."
)


@figure(
    "backoffice.functions",
    record=Record.SOFTWARE,
    title="Functions",
    level=Level.BACKOFFICE,
    columns=(
        ident("function_id"),
        words("function", "Function"),
        words("package", "Package"),
        count("runs", "Runs"),
        count("users", "Users"),
        seconds("avg_time", "Mean time"),
        seconds("p95_time", "p95", "95 % of the runs took no longer"),
        count("errors", "Failed"),
        words("tags", "Tags"),
    ),
    chart=Bars("function", "runs"),
    row_opens=Destination("backoffice.function-runs", (("function", "function_id"),)),
    unit="runs",
    lead=("function", "runs", "errors", "users", "p95_time", "package"),
    lists=Field.FUNCTION,
    details=Details(
        "backoffice.function-runs",
        filters=((Field.FUNCTION, "function_id"),),
        numbers=(("errors", ("error", "")),),
    ),
)
async def functions(q: Query) -> Rows:
    """Runs of each function in the period, who ran it, how long it took and how often it failed.

    Functions of the same name in two packages are two functions. Times are those of the runs
    whose duration is recorded; durations below 0 or over the limit are left out. p95 is the
    shortest time that 95 % of these runs did not exceed. Failed runs are runs too. Ranked by runs,
    then by name.
    """
    actions, object_ = await actions_of(q, "function"), schema.object_
    runs = await q.uses.runs_of_objects(("function",), actions)
    times = await q.uses.durations_of_objects(("function",), actions)
    parent = object_.alias("parent")
    listed = await q.fetch(
        select(
            object_.c.id,
            q.key_of(object_).label("key"),
            object_.c.title,
            object_.c.extra,
            case((parent.c.kind == "package", parent.c.title)).label("package"),
        )
        .outerjoin(parent, parent.c.id == object_.c.parent_id)
        .where(or_(object_.c.kind == "function", object_.c.id.in_([o for o in runs if o][:MANY])))
    )
    named = {row.id for row in listed}
    nameless = sum(each.runs for function_id, each in runs.items() if function_id not in named)
    if nameless:
        q.note(f"Left out, without a named function: {nameless:,} runs.")
    rows: list[tuple[Cell, ...]] = []
    for row in listed:
        if (each := runs.get(row.id)) is not None:
            time = times.get(row.id)
            rows.append(
                (
                    *(row.key, row.title, row.package, each.runs, each.users),
                    *((time.mean, time.p95) if time else (None, None)),
                    *(each.failed, _tags(row.extra)),
                )
            )
    return Rows(
        ranked(rows, by=3, name=1, key=0),
        empty="" if rows else await why_no_functions(q),
        summary=f"{len(rows):,} functions" if rows else "",
    )


def _tags(extra: str | None) -> str | None:
    tags = extra_of(extra).get("tags")
    return ", ".join(map(str, tags)) if isinstance(tags, list) else None


async def why_no_functions(q: Query) -> str:
    """Return why no function ran: never recorded, or not in this period."""
    if "function" not in await recorded_kinds(q):
        return _NO_FUNCTIONS
    return nothing_happened(q, "runs of functions")


_RUN_COLUMNS = (
    moment("at", "Time"),
    words("user", "User"),
    seconds("duration", "Duration"),
    words("inputs", "Inputs"),
    words("outputs", "Outputs"),
    words("error", "Error"),
)


@figure(
    "backoffice.function-runs",
    record=Record.SOFTWARE,
    title="Runs of a function",
    level=Level.BACKOFFICE,
    needs=(Param.FUNCTION,),
    row="run",
    columns=_RUN_COLUMNS,
    paged=True,
    lead=("at", "user", "error", "duration", "inputs"),
)
async def function_runs(q: Query) -> Rows:
    """Every run of one function in the period, newest first: who, how long, with what result.

    Inputs and outputs are `name=value`, as the platform kept them; many platforms keep them for
    some runs only. The error is the group of equal errors that the run ended with.
    """
    function = q.request.entity(Param.FUNCTION)
    assert function is not None  # noqa: S101 - the figure needs it
    runs = await actions_of(q, "function")
    params: dict[EventId, dict[str, str]] = {}

    async def read_params(block: Sequence[Any]) -> None:
        params.clear()
        params.update(await params_of(q, [event.id for event in block]))

    def row_of(event: Any) -> tuple[Cell, ...]:
        inputs, outputs = sides(params.get(event.id, {}))
        return (
            event.second,
            None if event.learner is None else clean(event.learner),
            event.seconds,
            inputs,
            outputs,
            event.error,
        )

    events = q.platform.object_events(function.id)
    only_runs = select(events).where(events.c.action_id.in_(runs)).subquery("runs")
    page = await event_page(
        q,
        _RUN_COLUMNS,
        row_of,
        events=only_runs,
        before_rows=read_params,
        seek=Seek("object_id", [function.id]),
    )
    if not page.rows and q.request.after is None:
        fits = "No run fits the filter. Shorten it, or choose a longer period."
        page.empty = (
            fits if q.request.row_search else nothing_happened(q, f"runs of {function.name}")
        )
    return page
