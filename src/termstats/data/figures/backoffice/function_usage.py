"""The backoffice level: which functions run when."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import case, select

from termstats.data.figures.backoffice.functions import why_no_functions
from termstats.data.figures.backoffice.reading.platform_use import actions_of
from termstats.data.figures.backoffice.reading.use_series import DAY, people_and_uses, use_buckets
from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.phrases import before_data
from termstats.data.figures.definition.policy import RANKING, Details
from termstats.data.figures.definition.registry import figure
from termstats.data.figures.definition.series import with_bucket
from termstats.data.model.buckets import Pace
from termstats.data.model.filter_base import Field
from termstats.data.model.records import Record
from termstats.data.model.table import Cell, Destination, Heat, count, ident, words
from termstats.data.model.units import RowId
from termstats.data.query.query import Query
from termstats.data.store import schema

SHOWN = 50
"""Functions shown unless another number is asked for."""
_COLUMNS = (
    DAY,
    ident("function_id"),
    words("function", "Function"),
    words("package", "Package"),
    count("runs", "Runs"),
    count("users", "Users"),
)


@figure(
    "backoffice.function-usage",
    record=Record.SOFTWARE,
    title="Use of functions",
    level=Level.BACKOFFICE,
    columns=_COLUMNS,
    chart=Heat("day", "function", "runs"),
    row_opens=Destination("backoffice.function-runs", (("function", "function_id"),)),
    unit="runs",
    pace=Pace.FUNCTIONS,
    details=Details(
        "backoffice.function-runs", filters=((Field.FUNCTION, "function_id"),), of_days=True
    ),
    options=RANKING,
)
async def function_usage(q: Query) -> Rows:
    """Runs of each function per day (or another bucket), and how many different people ran it.

    The 50 functions with most runs in the period, unless another number is asked for; a note says
    how many are left out. Functions of the same name in two packages are two functions. A person
    counts once per function and bucket; runs of machines and without a known user are runs.
    Buckets without runs show 0, buckets after the as-of moment no value.
    """
    days, object_ = q.platform.object_days(), schema.object_
    runs = await actions_of(q, "function")
    uses = select(days).where(days.c.action_id.in_(runs)).subquery("uses")
    numbers = await people_and_uses(q, uses, uses.c.object_id)
    if not numbers:
        return Rows((), empty=await why_no_functions(q))
    totals: dict[RowId, int] = defaultdict(int)
    for (_bucket, function), (_users, events) in numbers.items():
        totals[function] += events
    parent = object_.alias("parent")
    functions = await q.fetch(
        select(
            object_.c.id,
            q.key_of(object_).label("key"),
            object_.c.title,
            case((parent.c.kind == "package", parent.c.title)).label("package"),
        )
        .outerjoin(parent, parent.c.id == object_.c.parent_id)
        .where(object_.c.id.in_(select(uses.c.object_id)))
    )
    order = sorted(functions, key=lambda one: (-totals[one.id], one.title, one.key))
    shown = order[: q.top or SHOWN]
    if left_out := order[len(shown) :]:
        others = sum(totals[one.id] for one in left_out)
        q.note(f"Left out, with fewer runs: {len(left_out):,} functions, {others:,} runs.")
    titles = {one.title for one in shown}
    rows: list[tuple[Cell, ...]] = []
    for bucket in use_buckets(q):
        nothing = (None, None) if bucket.is_future else (0, 0)
        for one in shown:
            people, ran = numbers.get((bucket.key, one.id), nothing)
            rows.append((bucket.label, one.key, one.title, one.package, ran, people))
    before_data(q)
    return Rows(
        rows,
        columns=with_bucket(q, _COLUMNS),
        # Two functions of one name are two lines.
        chart=Heat(
            q.request.by, "function" if len(titles) == len(shown) else "function_id", "runs"
        ),
        summary=f"{sum(totals.values()):,} runs of {len(order):,} functions",
    )
