"""The backoffice level: how functions are used, how long they run, and single runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import case, distinct, func, or_, select

from termstats.data import schema
from termstats.data.figures.base import Level, Rows, figure
from termstats.data.figures.event_blocks import Seek
from termstats.data.figures.event_pages import event_page
from termstats.data.figures.event_things import extra_of, params_of, sides
from termstats.data.figures.phrases import nothing_happened
from termstats.data.figures.platform_use import actions_of, recorded_kinds
from termstats.data.figures.ranking import ranked
from termstats.data.query import Query
from termstats.data.query_platform_more import object_events, platform_uses, spread
from termstats.data.request import Param
from termstats.data.table import Bars, Cell, Drill, count, ident, moment, seconds, words
from termstats.data.text import clean

_NO_FUNCTIONS = (
    "This source records no runs of functions. Import a platform that logs them to see their use."
)


@figure(
    "backoffice.functions",
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
    drill=Drill("backoffice.function-runs", (("function", "function_id"),)),
    unit="runs",
)
async def functions(q: Query) -> Rows:
    """Runs of each function in the period, who ran it, how long it took and how often it failed.

    Functions of the same name in two packages are two functions. Times are those of the runs
    whose duration is recorded; durations below 0 or over the limit are left out. p95 is the
    shortest time that 95 % of these runs did not exceed. Failed runs are runs too. Ranked by runs,
    then by name.
    """
    uses, thing = platform_uses(q, ("function",)), schema.object_
    parent = thing.alias("parent")
    times = spread(uses, uses.c.object_id)
    failed = or_(uses.c.error.is_not(None), uses.c.missed == 1)
    sums = (
        select(
            uses.c.object_id,
            func.sum(uses.c.weight).label("runs"),
            func.count(distinct(case((uses.c.acts == 1, uses.c.person_id)))).label("users"),
            func.sum(case((failed, uses.c.weight), else_=0)).label("errors"),
        )
        .group_by(uses.c.object_id)
        .subquery("sums")
    )
    found = await q.fetch(
        select(
            sums,
            times.c.mean,
            times.c.p95,
            q.key_of(thing).label("key"),
            thing.c.title,
            thing.c.extra,
            case((parent.c.kind == "package", parent.c.title)).label("package"),
        )
        .outerjoin(times, times.c.grouped == sums.c.object_id)
        .outerjoin(thing, thing.c.id == sums.c.object_id)
        .outerjoin(parent, parent.c.id == thing.c.parent_id)
    )
    nameless = sum(int(row.runs) for row in found if row.key is None)
    if nameless:
        q.note(f"Left out, without a named function: {nameless:,} runs.")
    rows: list[tuple[Cell, ...]] = [
        (
            *(r.key, r.title, r.package, int(r.runs), r.users),
            *(_float(r.mean), r.p95, int(r.errors), _tags(r.extra)),
        )
        for r in found
        if r.key is not None
    ]
    return Rows(
        ranked(rows, by=3, name=1, key=0),
        empty="" if rows else await why_no_functions(q),
        summary=f"{len(rows):,} functions" if rows else "",
    )


def _tags(extra: str | None) -> str | None:
    tags = extra_of(extra).get("tags")
    return ", ".join(map(str, tags)) if isinstance(tags, list) else None


def _float(value: Any) -> float | None:
    return None if value is None else float(value)


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
    title="Runs of a function",
    level=Level.BACKOFFICE,
    needs=(Param.FUNCTION,),
    columns=_RUN_COLUMNS,
    paged=True,
)
async def function_runs(q: Query) -> Rows:
    """Every run of one function in the period, newest first: who, how long, with what result.

    Inputs and outputs are `name=value`, as the platform kept them; many platforms keep them for
    some runs only. The error is the group of equal errors that the run ended with.
    """
    function = q.request.entity(Param.FUNCTION)
    assert function is not None  # noqa: S101 - the figure needs it
    runs = await actions_of(q, "function")
    params: dict[int, dict[str, str]] = {}

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

    events = object_events(q, function.id)
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
        page.empty = fits if q.request.filters else nothing_happened(q, f"runs of {function.name}")
    return page
