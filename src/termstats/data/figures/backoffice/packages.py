"""The backoffice level: which packages are used, and when."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import case, distinct, func, select

from termstats.data.figures.backoffice.reading.use_series import people_and_uses, use_buckets
from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.phrases import before_data, nothing_happened
from termstats.data.figures.definition.policy import Details
from termstats.data.figures.definition.ranking import ranked
from termstats.data.figures.definition.registry import figure
from termstats.data.figures.definition.series import with_bucket
from termstats.data.model.buckets import Pace
from termstats.data.model.extra import extra_of
from termstats.data.model.filter_base import Field
from termstats.data.model.records import Record
from termstats.data.model.table import Bars, Cell, Heat, count, day, ident, words
from termstats.data.model.units import RowId
from termstats.data.query.query import Query
from termstats.data.store import schema

_NO_PACKAGES = (
    "This source records no packages. Import a platform whose functions come in packages."
)


async def _why_empty(q: Query) -> str:
    object_ = schema.object_
    any_package = await q.fetch(select(object_.c.id).where(object_.c.kind == "package").limit(1))
    return nothing_happened(q, "use of packages") if any_package else _NO_PACKAGES


@figure(
    "backoffice.packages",
    record=Record.SOFTWARE,
    title="Packages",
    level=Level.BACKOFFICE,
    columns=(
        ident("package_id"),
        words("package", "Package"),
        count("users", "Users"),
        count("events", "Events"),
        day("first", "First use"),
        day("last", "Last use"),
        words("category", "Category"),
    ),
    chart=Bars("package", "users"),
    unit="people",
    lists=Field.PACKAGE,
    details=Details("backoffice.functions", filters=((Field.PACKAGE, "package_id"),)),
)
async def packages(q: Query) -> Rows:
    """Use of each package in the period: different people, and events of any sort.

    An event belongs to exactly one package, so events add up; people who use several packages
    count in each. First and last use lie within the period. Ranked by users, then by name. Events
    of machines and without a known user count as events only.
    """
    days, object_ = q.platform.package_days(), schema.object_
    counted = await q.fetch(
        select(
            object_.c.title,
            object_.c.extra,
            q.key_of(object_).label("key"),
            func.count(distinct(case((days.c.acts == 1, days.c.person_id)))).label("users"),
            func.sum(days.c.events).label("events"),
            func.sum(case((days.c.acts == 0, days.c.events), else_=0)).label("unknown"),
            func.min(days.c.day).label("first"),
            func.max(days.c.day).label("last"),
        )
        .join(object_, object_.c.id == days.c.package_id)
        .group_by(
            object_.c.id, object_.c.title, object_.c.key, object_.c.source_id, object_.c.extra
        )
    )
    unknown = sum(int(row.unknown) for row in counted)
    if unknown:
        q.note(f"Of machines or without a known user: {unknown:,} events.")
    rows = ranked(
        [
            (r.key, r.title, r.users, int(r.events), r.first, r.last, _category(r.extra))
            for r in counted
        ],
        by=2,
        name=1,
        key=0,
    )
    return Rows(
        rows,
        empty="" if rows else await _why_empty(q),
        summary=f"{len(rows):,} packages" if rows else "",
    )


def _category(extra: str | None) -> str | None:
    category = extra_of(extra).get("category")
    return category if isinstance(category, str) else None


_USAGE = (
    day("day", "Day"),
    ident("package_id"),
    words("package", "Package"),
    count("users", "Users"),
    count("events", "Events"),
)


@figure(
    "backoffice.package-usage",
    record=Record.SOFTWARE,
    title="Use of packages",
    level=Level.BACKOFFICE,
    columns=_USAGE,
    chart=Heat("day", "package", "events"),
    unit="events",
    pace=Pace.PACKAGES,
    details=Details("backoffice.functions", filters=((Field.PACKAGE, "package_id"),), of_days=True),
)
async def package_usage(q: Query) -> Rows:
    """Use of each package per day (or other bucket): different people and events of any sort.

    Packages that nobody used in the period are left out, see what nobody used. A person counts
    once per package and bucket. Buckets without use show 0, those after the as-of moment no value.
    """
    days, object_ = q.platform.package_days(), schema.object_
    numbers = await people_and_uses(q, days, days.c.package_id)
    if not numbers:
        return Rows((), empty=await _why_empty(q))
    totals: dict[RowId, int] = defaultdict(int)
    for (_bucket, package), (_users, events) in numbers.items():
        totals[package] += events
    listed = select(object_.c.id, q.key_of(object_).label("key"), object_.c.title)
    names = {
        row.id: (row.key, row.title)
        for row in await q.fetch(listed.where(object_.c.kind == "package"))
    }
    order = sorted(totals, key=lambda package: (-totals[package], *names[package][::-1]))
    is_clear = len({names[package][1] for package in order}) == len(order)
    rows: list[tuple[Cell, ...]] = []
    for bucket in use_buckets(q):
        nothing = (None, None) if bucket.is_future else (0, 0)
        for package in order:
            rows.append(
                (bucket.label, *names[package], *numbers.get((bucket.key, package), nothing))
            )
    before_data(q)
    columns = with_bucket(q, _USAGE)
    return Rows(
        rows,
        columns=columns,
        # Two packages of one name are two lines.
        chart=Heat(q.request.by, "package" if is_clear else "package_id", "events"),
        summary=f"total {sum(totals.values()):,}",
    )
